"""Medians and cumulative shares of ordered grades."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qaf_lib.analysis import cumulative_shares, median_grade, share_interval

TEN = [str(grade) for grade in range(1, 11)]
ALL = pd.DataFrame({"stratum": ["all"], "population": [1000]})


def responses(grades, **more) -> pd.DataFrame:
    return pd.DataFrame({"stratum": "all", "grade": pd.Series(grades, dtype="object"), **more})


def median(grades, scale=TEN, strata=ALL, **more) -> pd.DataFrame:
    table = grades if isinstance(grades, pd.DataFrame) else responses(grades)
    return median_grade(responses=table, strata=strata, grades=scale, table_id="m", **more)


def test_cumulative_shares_start_at_the_best_and_leave_out_the_worst():
    table = cumulative_shares(
        responses=responses(["10"] * 4 + ["7"] * 10 + ["2"] * 6), strata=ALL, grades=TEN, table_id="c"
    ).set_index("row_key")
    assert table.index.tolist() == TEN[:0:-1]
    assert table.loc[["10", "8", "7", "2"], "x"].tolist() == [4, 4, 14, 20]
    seven = share_interval(x=14, n=20, population=1000)
    assert table.loc["7", ["low", "high"]].tolist() == [seven.low, seven.high]


def test_ten_comes_after_nine_not_before_two():
    assert median(["9"] * 4 + ["10"] * 6).loc[0, "estimate"] == 10


@pytest.mark.parametrize(("fives", "expected"), [(10, 5), (9, 6)])
def test_half_of_the_cases_are_the_fewest_to_hold_the_median(fives, expected):
    assert median(["5"] * fives + ["6"] * (20 - fives)).loc[0, "estimate"] == expected


def test_the_interval_inverts_the_cumulative_shares():
    # 40 of 1,000, ten each at 4, 5, 6 and 7: shares up to them of 0.25, 0.5, 0.75 and 1. Wilson:
    # 0.25 reaches 0.40 < 0.5, 0.5 runs from 0.35 to 0.65, 0.75 starts at 0.60: the median is 5 or 6
    row = median(np.repeat(["4", "5", "6", "7"], 10)).loc[0]
    assert [row["estimate"], row["low"], row["high"]] == [5, 5, 6]
    assert row["method"] == "median grade 5 (from 5 to 6), Woodruff"


def test_a_stratum_without_returns_is_named():
    strata = pd.DataFrame({"stratum": ["all", "more"], "population": [100, 50]})
    assert "no return from more, left out" in median(["5"] * 20, strata=strata).loc[0, "method"]


def test_strata_weigh_by_their_population():
    strata = pd.DataFrame({"stratum": ["a", "b"], "population": [900, 100]})
    table = pd.DataFrame({"stratum": ["a"] * 10 + ["b"] * 30, "grade": ["3"] * 10 + ["8"] * 30})
    assert median(table, strata=strata).loc[0, "estimate"] == 3


def test_grades_in_words_are_given_by_their_place():
    row = median(["good"] * 20, scale=["poor", "fair", "good"]).loc[0]
    assert (row["estimate"], row["low"], row["high"]) == (3, 3, 3)
    assert "median grade good" in row["method"]


def test_groups_have_their_own_median():
    table = responses(["3"] * 20 + ["8"] * 20, team=["north"] * 20 + ["south"] * 20)
    assert median(table, by="team").set_index("row_key")["estimate"].to_dict() == {"north": 3, "south": 8}


def test_a_census_leaves_no_doubt():
    strata = pd.DataFrame({"stratum": ["all"], "population": [3]})
    assert median(["3", "4", "9"], strata=strata)[["estimate", "low", "high"]].loc[0].tolist() == [4, 4, 4]


def test_no_graded_case_has_no_median():
    row = median([None, None]).loc[0]
    assert (row["mark"], row["method"].split(";")[0]) == ("x", "none graded")
    assert pd.isna(row["estimate"])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(TEN), min_size=1, max_size=60))
def test_the_median_is_a_grade_given_and_inside_its_interval(grades):
    row = median(grades).loc[0]
    assert row["low"] <= row["estimate"] <= row["high"]
    # the lower median of the sample: the smallest value with at least half at or below it
    assert row["estimate"] == sorted(map(int, grades))[(len(grades) - 1) // 2]


def test_the_interval_holds_the_true_median_as_often_as_it_says():
    rng = np.random.default_rng(6)
    population = np.sort(rng.integers(1, 11, 300))
    truth = population[149]
    strata = pd.DataFrame({"stratum": ["all"], "population": [300]})
    held = 0
    for _ in range(60):
        row = median([str(each) for each in rng.choice(population, 30, replace=False)], strata=strata).loc[0]
        held += row["low"] <= truth <= row["high"]
    # Monte Carlo error 0.028; conservative, because grades are coarse
    assert held / 60 >= 0.9


def test_a_scale_of_one_grade_is_refused():
    with pytest.raises(ValueError, match="at least 2 grades"):
        median(["5"], scale=["5"])


def test_a_grade_off_the_scale_is_refused():
    with pytest.raises(ValueError, match="1 grades are not on the scale"):
        median(["11"])
