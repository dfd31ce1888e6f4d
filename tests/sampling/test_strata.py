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


@pytest.mark.parametrize(
    ("populations", "message"),
    [
        (pd.Series({1: 50, "1": 150}), "labels that differ as text"),
        (pd.Series({"a": 50.5, "b": 150}), "populations must be whole counts"),
        (pd.Series({"a": np.nan, "b": 150}), "populations must be whole counts"),
        ([50, 150], "populations must be a Series by label; got a list"),
    ],
)
def test_populations_that_cannot_be_are_refused(populations, message):
    with pytest.raises(ValueError, match=message):
        allocate_sample(populations=populations, total=40)


@pytest.mark.parametrize("dtype", ["int64", "Int64", "int64[pyarrow]"])
def test_populations_may_come_in_any_whole_type(dtype):
    populations = pd.Series({"a": 30, "b": 10}, dtype=dtype)
    assert allocate_sample(populations=populations, total=8).tolist() == [6, 2]
