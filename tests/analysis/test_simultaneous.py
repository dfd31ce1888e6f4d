"""Intervals for all grades at once."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qaf_lib.analysis import grade_distribution, simultaneous_distribution

GRADES = ["inadequate", "requires improvement", "good", "outstanding"]


def found(counts, population, grades=None, **more) -> pd.DataFrame:
    grades = grades or [f"grade {place}" for place in range(len(counts))]
    return simultaneous_distribution(
        responses=pd.DataFrame({"stratum": "all", "grade": np.repeat(grades, counts)}, dtype="object"),
        strata=pd.DataFrame({"stratum": ["all"], "population": [population]}),
        grades=grades,
        table_id="t",
        **more,
    )


def test_goodmans_intervals_match_the_example_of_coinmind():
    # R package CoinMinD, documented example of GM: y = c(44, 55, 43, 32, 67, 78), z = 0.05; its
    # population is not finite, so ours is one of a hundred million
    low = [0.09468368, 0.12376893, 0.09208527, 0.06412671, 0.15637944, 0.18692732]
    high = [0.1966413, 0.2350489, 0.1931040, 0.1535697, 0.2760670, 0.3130119]
    table = found([44, 55, 43, 32, 67, 78], 10**8)[::-1]
    assert table["low"].tolist() == pytest.approx(low, abs=1e-6)
    assert table["high"].tolist() == pytest.approx(high, abs=1e-6)


def test_a_finite_population_narrows_them_and_a_census_leaves_nothing():
    wide, narrow, census = (found([20, 30, 10], size) for size in (10**6, 80, 60))
    assert ((narrow["high"] - narrow["low"]) < (wide["high"] - wide["low"])).all()
    assert (census["high"] == census["low"]).all()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=2, max_size=6), st.integers(0, 100))
def test_they_are_never_narrower_than_one_by_one(counts, rest):
    if sum(counts) == 0:
        return
    grades = [f"grade {place}" for place in range(len(counts))]
    each = grade_distribution(
        responses=pd.DataFrame({"stratum": "all", "grade": np.repeat(grades, counts)}, dtype="object"),
        strata=pd.DataFrame({"stratum": ["all"], "population": [sum(counts) + rest]}),
        grades=grades,
        table_id="t",
    )
    together = found(counts, sum(counts) + rest)
    assert (together["low"] <= each["low"] + 1e-9).all()
    assert (together["high"] >= each["high"] - 1e-9).all()
    assert together["method"].str.endswith(f"; {len(counts)} grades together (Goodman)").all()


def test_all_of_them_hold_together_as_often_as_they_say():
    rng = np.random.default_rng(4)
    shares = [0.1, 0.3, 0.45, 0.15]
    held = 0
    for _ in range(120):
        table = found(rng.multinomial(40, shares), 10**6, GRADES)[::-1]
        held += ((table["low"] <= shares) & (shares <= table["high"])).all()
    # Monte Carlo error 0.02
    assert held / 120 >= 0.91


def test_no_graded_case_is_not_available():
    table = found([0, 0], 40)
    assert table["mark"].tolist() == ["x", "x"]
    assert table["method"].str.contains("none graded").all()


def test_a_scale_without_grades_is_refused():
    with pytest.raises(ValueError, match="the scale must have at least 1 grades"):
        simultaneous_distribution(
            responses=pd.DataFrame({"stratum": [], "grade": []}),
            strata=pd.DataFrame({"stratum": ["a"], "population": [4]}),
            grades=[],
            table_id="t",
        )
