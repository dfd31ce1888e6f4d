"""Selected cases that were not graded."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis import band_share, extreme_shares, response_rates, weighted_band_share

STRATA = pd.DataFrame({"stratum": ["a", "b"], "population": [100, 300]})
CASES = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.sampled_from(["good", "poor", None])),
    min_size=1,
    max_size=60,
).map(lambda rows: pd.DataFrame(rows, columns=["stratum", "team", "grade"], dtype="object"))


def cases(rows) -> pd.DataFrame:
    """Rows of stratum, team, good, poor and ungraded cases."""
    parts = [
        pd.DataFrame({"stratum": s, "team": t, "grade": ["good"] * g + ["poor"] * p + [None] * u})
        for s, t, g, p, u in rows
    ]
    return pd.concat(parts, ignore_index=True).astype("object")


def weighted(rows, strata=STRATA, **more) -> pd.Series:
    return weighted_band_share(
        responses=cases(rows), strata=strata, band=["good"], within="team", table_id="w", **more
    ).iloc[0]


def test_rates_are_counted_in_all_and_by_stratum():
    table = response_rates(
        responses=cases([("a", "x", 3, 2, 5), ("b", "y", 8, 0, 2)]), strata=STRATA, table_id="r"
    )
    assert table[["row_key", "x", "n", "estimate"]].to_numpy().tolist() == [
        ["all", 13, 20, 0.65],
        ["a", 5, 10, 0.5],
        ["b", 8, 10, 0.8],
    ]
    assert table["low"].isna().all()


def test_a_stratum_without_selected_cases_is_named():
    table = response_rates(responses=cases([("a", "x", 3, 2, 0)]), strata=STRATA, table_id="r")
    assert table.iloc[2][["mark", "method"]].tolist() == ["x", "no case selected"]


def test_extremes_count_none_and_all_of_the_ungraded():
    table = extreme_shares(
        responses=cases([("a", "x", 6, 2, 2), ("b", "y", 5, 5, 0)]),
        strata=STRATA,
        band=["good"],
        measure="good",
        table_id="e",
    ).iloc[0]
    # (100 * 6/10 + 300 * 5/10) / 400, and with 8/10; the estimate has 6/8
    assert [table["low"], table["high"]] == pytest.approx([0.525, 0.575])
    assert table["estimate"] == pytest.approx(0.5625)
    assert table["method"] == "if none, or all, of 2 cases without a grade were counted"


@given(CASES)
def test_extremes_hold_the_estimate(table):
    row = extreme_shares(responses=table, strata=STRATA, band=["good"], measure="g", table_id="e").iloc[0]
    if row["mark"] != "x":
        assert row["low"] - 1e-9 <= row["estimate"] <= row["high"] + 1e-9


def test_no_grade_at_all_has_no_extremes():
    row = extreme_shares(
        responses=cases([("a", "x", 0, 0, 4)]), strata=STRATA, band=["good"], measure="g", table_id="e"
    ).iloc[0]
    assert row["mark"] == "x"


def test_graded_cases_stand_for_the_ungraded_of_their_team():
    # a: x (10 of 20 selected) at 8/10, y (10) at 2/5: 0.5 * 0.8 + 0.5 * 0.4 = 0.6; b at 6/10
    row = weighted([("a", "x", 8, 2, 0), ("a", "y", 2, 3, 5), ("b", "x", 6, 4, 0)])
    assert row["estimate"] == pytest.approx((100 * 0.6 + 300 * 0.6) / 400)
    assert "ungraded cases weighted by team within strata" in row["method"]
    assert (row["x"], row["n"]) == (16, 25)


def test_a_full_return_is_the_stratified_share():
    rows = [("a", "x", 8, 2, 0), ("a", "y", 2, 3, 0), ("b", "x", 6, 4, 0)]
    plain = band_share(
        responses=cases(rows), strata=STRATA, band=["good"], measure="good_or_better", table_id="w"
    ).iloc[0]
    assert (
        weighted(rows)[["estimate", "low", "high", "method"]].tolist()
        == plain[["estimate", "low", "high", "method"]].tolist()
    )


def test_a_team_without_any_grade_is_taken_with_the_largest():
    # y's 5 selected cases go to x, so x stands for 15 of 20: 0.75 * 0.8 + 0.25 * 0.4
    strata = pd.DataFrame({"stratum": ["a"], "population": [100]})
    row = weighted([("a", "x", 8, 2, 0), ("a", "y", 0, 0, 5), ("a", "z", 2, 3, 0)], strata)
    assert row["estimate"] == pytest.approx(0.75 * 0.8 + 0.25 * 0.4)
    assert "1 classes without a grade taken with the largest of their stratum" in row["method"]


def test_a_stratum_without_any_grade_is_left_out_and_named():
    row = weighted([("a", "x", 8, 2, 1), ("b", "x", 0, 0, 5)])
    assert row["estimate"] == pytest.approx(0.8)
    assert "no return from b, left out" in row["method"]


def test_the_variance_has_both_phases():
    # one stratum, N = 200, 40 selected, x: 20 graded of 20 at 0.5, y: 10 of 20 at 0.5; p = 0.5
    # phase 2: 0.25 * 0.5 * 0.25 * 10 / 9 / 10 = 0.0034722; phase 1, of a share known no better than that:
    # (1 - 40/200) / 40 * (0.25 + 0.0034722) * 40 / 39 = 0.0051994; effective size 0.25 / 0.0086716 = 28.83,
    # below the even 1 / (160 / 199 / 40 + 0.0125) = 30.69; t(28) = 2.0484
    strata = pd.DataFrame({"stratum": ["a"], "population": [200]})
    row = weighted([("a", "x", 10, 10, 0), ("a", "y", 5, 5, 10)], strata)
    n, t = 28.830, 2.0484
    half = t * np.sqrt(0.25 / n + t**2 / (4 * n**2)) / (1 + t**2 / n)
    assert [row["low"], row["high"]] == pytest.approx([0.5 - half, 0.5 + half], abs=1e-4)


@given(CASES)
def test_a_weighted_share_holds_its_estimate(table):
    row = weighted_band_share(
        responses=table, strata=STRATA, band=["good"], within="team", table_id="w"
    ).iloc[0]
    if row["mark"] != "x":
        assert 0 <= row["low"] <= row["estimate"] <= row["high"] <= 1


def test_weighting_removes_the_bias_of_uneven_returns():
    rng = np.random.default_rng(8)
    strata = pd.DataFrame({"stratum": ["a"], "population": [400]})
    population = pd.DataFrame({"stratum": "a", "team": ["x"] * 200 + ["y"] * 200})
    population["grade"] = np.where(rng.random(400) < np.repeat([0.8, 0.4], 200), "good", "poor")
    truth = (population["grade"] == "good").mean()
    right, naive, held = [], [], 0
    for _ in range(150):
        drawn = population.sample(80, random_state=rng)
        kept = rng.random(80) < np.where(drawn["team"] == "x", 0.9, 0.4)
        table = drawn.assign(grade=drawn["grade"].astype("object").where(kept, None))
        row = weighted_band_share(responses=table, strata=strata, band=["good"], within="team", table_id="w")
        right.append(row.loc[0, "estimate"])
        naive.append((table["grade"] == "good").sum() / table["grade"].notna().sum())
        held += row.loc[0, "low"] <= truth <= row.loc[0, "high"]
    # Monte Carlo error of the mean about 0.005, of the coverage 0.018
    assert np.mean(right) == pytest.approx(truth, abs=0.02)
    assert np.mean(naive) > truth + 0.04
    assert held / 150 >= 0.90


def test_more_responses_than_cases_are_refused():
    with pytest.raises(ValueError, match="more responses than its population"):
        weighted([("a", "x", 80, 30, 1)])


def test_a_response_from_an_unknown_stratum_is_refused():
    with pytest.raises(ValueError, match="a stratum that strata names"):
        weighted([("z", "x", 8, 3, 1)])
