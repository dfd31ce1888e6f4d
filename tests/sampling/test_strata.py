"""Allocation of a sample over strata."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.sampling import allocate_sample

POPULATIONS = (
    st.lists(st.integers(0, 60), min_size=1, max_size=8)
    .filter(sum)
    .map(lambda sizes: pd.Series(sizes, index=[f"team {place}" for place in range(len(sizes))]))
)


def test_strata_whose_sizes_divide_evenly_are_sampled_in_proportion():
    populations = pd.Series({"north": 100, "south": 200, "west": 300})
    assert allocate_sample(populations=populations, total=60).to_dict() == {
        "north": 10,
        "south": 20,
        "west": 30,
    }


def test_the_153_authorities_are_allocated_60_over_their_regions():
    regions = pd.Series(
        {"E": 11, "EM": 10, "GL": 33, "NE": 12, "NW": 24, "SE": 18, "SW": 15, "WM": 14, "YH": 15, "none": 1}
    )
    assert allocate_sample(populations=regions, total=60).tolist() == [4, 4, 13, 5, 9, 7, 6, 5, 6, 1]


@pytest.mark.parametrize("total", [6, 9, 14, 23])
def test_no_other_allocation_has_a_smaller_variance(total):
    # Wright (2012): the sum of N_h**2 / n_h, which carries the variance, is least among whole numbers
    sizes = [19, 7, 3]
    found = allocate_sample(populations=pd.Series(sizes, index=["a", "b", "c"]), total=total)
    others = [n for n in product(*(range(min(2, size), size + 1) for size in sizes)) if sum(n) == total]
    assert sum(size**2 / n for size, n in zip(sizes, found, strict=True)) == pytest.approx(
        min(sum(size**2 / n for size, n in zip(sizes, other, strict=True)) for other in others)
    )


def test_a_stratum_of_one_gives_its_one_case():
    assert allocate_sample(populations=pd.Series({"a": 1, "b": 400}), total=40)["a"] == 1


def test_an_empty_stratum_gets_nothing():
    assert allocate_sample(populations=pd.Series({"a": 0, "b": 40}), total=40).tolist() == [0, 40]


def test_a_total_below_the_minimums_draws_the_minimums():
    populations = pd.Series({"a": 30, "b": 20, "c": 1})
    assert allocate_sample(populations=populations, total=3).tolist() == [2, 2, 1]


def test_a_tie_goes_to_the_label_that_sorts_first():
    assert allocate_sample(populations=pd.Series({"b": 50, "a": 50}), total=11).to_dict() == {"b": 5, "a": 6}


@given(POPULATIONS, st.data())
def test_allocation_keeps_total_minimum_and_population_in_any_row_order(populations, data):
    total = data.draw(st.integers(1, int(populations.sum())))
    found = allocate_sample(populations=populations, total=total)
    assert found.sum() == max(total, populations.clip(upper=2).sum())
    assert (found >= populations.clip(upper=2)).all()
    assert (found <= populations).all()
    shuffled = populations.sample(frac=1, random_state=data.draw(st.integers(0, 99)))
    assert allocate_sample(populations=shuffled, total=total).to_dict() == found.to_dict()


def test_a_total_above_the_population_is_refused():
    with pytest.raises(ValueError, match="total must be a count from 1 to the population of 30; got 31"):
        allocate_sample(populations=pd.Series({"a": 10, "b": 20}), total=31)


def test_a_repeated_stratum_is_refused():
    with pytest.raises(ValueError, match="one label per stratum"):
        allocate_sample(populations=pd.Series([10, 20], index=["a", "a"]), total=5)


def test_a_minimum_of_nothing_is_refused():
    with pytest.raises(ValueError, match="minimum must be a count of at least 1"):
        allocate_sample(populations=pd.Series({"a": 10}), total=5, minimum=0)


def test_neyman_gives_more_to_strata_that_vary_more():
    # N S is 50 * 0.5 = 25 and 50 * 0.25 = 12.5: twice as many to the first
    two = pd.Series({"a": 50, "b": 50})
    deviations = pd.Series({"b": 0.25, "a": 0.5})
    assert allocate_sample(populations=two, total=12, deviations=deviations).to_dict() == {"a": 8, "b": 4}


def variance(populations, deviations, sizes) -> float:
    pairs = zip(populations, deviations, sizes, strict=True)
    return sum((N * S) ** 2 * (1 / n - 1 / N) for N, S, n in pairs)


@given(
    st.lists(st.tuples(st.integers(1, 12), st.integers(0, 6)), min_size=2, max_size=3),
    st.integers(1, 2),
    st.data(),
)
def test_the_optimum_is_that_of_trying_all_allocations(strata, minimum, data):
    populations = pd.Series([each[0] for each in strata], index=list("abc")[: len(strata)])
    deviations = pd.Series([each[1] for each in strata], index=populations.index)
    caps = populations.map(lambda size: data.draw(st.integers(1, size)))
    least = np.minimum(caps, minimum)
    total = data.draw(st.integers(int(least.sum()), int(caps.sum())))
    found = allocate_sample(
        populations=populations, total=total, minimum=minimum, deviations=deviations, caps=caps
    )
    assert found.sum() == total
    assert ((found >= least) & (found <= caps)).all()
    ways = product(*(range(low, high + 1) for low, high in zip(least, caps, strict=True)))
    best = min(variance(populations, deviations, sizes) for sizes in ways if sum(sizes) == total)
    assert variance(populations, deviations, found) == pytest.approx(best, abs=1e-9)


def test_a_cap_sends_the_rest_elsewhere():
    populations = pd.Series({"a": 100, "b": 50, "c": 50})
    found = allocate_sample(populations=populations, total=40, caps=pd.Series({"a": 10}))
    assert found.to_dict() == {"a": 10, "b": 15, "c": 15}


def test_a_cap_below_the_minimum_wins():
    populations = pd.Series({"a": 100, "b": 50})
    assert allocate_sample(
        populations=populations, total=10, minimum=3, caps=pd.Series({"a": 0})
    ).to_dict() == {
        "a": 0,
        "b": 10,
    }


def test_a_stratum_that_does_not_vary_keeps_its_minimum():
    populations, deviations = pd.Series({"a": 100, "b": 50}), pd.Series({"a": 0.0, "b": 0.5})
    assert allocate_sample(populations=populations, total=30, deviations=deviations).to_dict() == {
        "a": 2,
        "b": 28,
    }


def test_strata_that_do_not_vary_share_what_is_left_by_size():
    populations, still = pd.Series({"a": 50, "b": 150}), pd.Series({"a": 0.0, "b": 0.0})
    assert allocate_sample(populations=populations, total=40, deviations=still).to_dict() == {
        "a": 10,
        "b": 30,
    }


@pytest.mark.parametrize(
    ("populations", "message"),
    [
        (pd.Series({1: 50, "1": 150}), "labels that differ as text"),
        (pd.Series({"a": 50.5, "b": 150}), "populations must be whole counts"),
    ],
)
def test_populations_that_cannot_be_are_refused(populations, message):
    with pytest.raises(ValueError, match=message):
        allocate_sample(populations=populations, total=40)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"total": 31, "caps": pd.Series({"a": 10})},
            "total must be a count from 1 to the caps of 30; got 31",
        ),
        ({"caps": pd.Series({"z": 10})}, r"caps names strata that populations lacks: \['z'\]"),
        ({"caps": pd.Series({"a": -1})}, "caps must be counts of at least 0"),
        ({"deviations": pd.Series({"a": 0.5})}, "deviations must have one number for every stratum"),
        ({"deviations": pd.Series({"a": 0.5, "b": -1})}, "deviations must be numbers of at least 0"),
        ({"deviations": pd.Series({"a": 0.5, "b": np.nan})}, "deviations must be numbers of at least 0"),
    ],
)
def test_deviations_and_caps_that_do_not_fit_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        allocate_sample(**{"populations": pd.Series({"a": 20, "b": 20}), "total": 10, **change})


@pytest.mark.parametrize("dtype", ["int64", "Int64", "int64[pyarrow]"])
def test_populations_may_come_in_any_whole_type(dtype):
    populations = pd.Series({"a": 30, "b": 10}, dtype=dtype)
    assert allocate_sample(populations=populations, total=8).tolist() == [6, 2]
