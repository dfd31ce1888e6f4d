"""Partial pooling of teams."""

from string import ascii_lowercase

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import dblquad
from scipy.special import beta

from qaf_lib.analysis.comparison import partial_pooling

COUNTS = st.lists(
    st.tuples(st.integers(0, 20), st.integers(5, 20)).map(lambda pair: (min(pair), pair[1])),
    min_size=3,
    max_size=10,
)


def pooled(counts, **more) -> pd.DataFrame:
    x, n = zip(*counts, strict=True)
    teams = pd.DataFrame({"team": list(ascii_lowercase[: len(x)]), "x": x, "n": n})
    return partial_pooling(teams=teams, table_id="p", **more)


def rows(found, measure) -> pd.DataFrame:
    return found[found["measure"] == measure].set_index("row_key")


def test_pooled_shares_match_the_integral():
    # posterior mean of a team's share, integrated by scipy over mean m and shrinkage s (both even
    # on 0 to 1), with a = m * 8 s / (1 - s) and b = (1 - m) * 8 s / (1 - s): 8 cases in each team
    counts = [(2, 8), (5, 8), (7, 8)]

    def weighed(mean, shrinkage, team=None):
        size = 8 * shrinkage / (1 - shrinkage)
        a, b = mean * size, (1 - mean) * size
        likelihood = np.prod([beta(a + x, b + n - x) / beta(a, b) for x, n in counts])
        return likelihood * (1 if team is None else (a + counts[team][0]) / (a + b + counts[team][1]))

    ends = (0.001, 0.99, 0.001, 0.999)
    tolerance = {"epsabs": 1e-7, "epsrel": 1e-3}
    total, _ = dblquad(weighed, *ends, **tolerance)
    lowest, _ = dblquad(lambda mean, shrinkage: weighed(mean, shrinkage, team=0), *ends, **tolerance)
    found = rows(pooled(counts), "partly_pooled").loc["a", "estimate"]
    assert found == pytest.approx(lowest / total, abs=0.005)


@settings(max_examples=25, deadline=None)
@given(COUNTS)
def test_a_pooled_share_is_drawn_towards_the_average(counts):
    found = pooled(counts)
    raw, drawn = rows(found, "share"), rows(found, "partly_pooled")
    average = rows(found, "average").loc["all", "estimate"]
    assert ((drawn["estimate"] - average).abs() <= (raw["estimate"] - average).abs() + 0.02).all()
    assert (drawn["low"] < drawn["estimate"]).all()
    assert (drawn["estimate"] < drawn["high"]).all()


def test_more_cases_draw_a_team_less():
    found = rows(pooled([(1, 5), (20, 100), (70, 100), (4, 5), (60, 100)]), "partly_pooled")["estimate"]
    assert found["b"] < found["a"]


def test_teams_that_differ_widely_keep_their_shares():
    counts = [(10, 100), (90, 100), (50, 100), (30, 100)]
    found = rows(pooled(counts), "partly_pooled")["estimate"]
    assert found.tolist() == pytest.approx([0.1, 0.9, 0.5, 0.3], abs=0.02)


def test_equal_teams_have_intervals_narrower_than_alone():
    found = pooled([(5, 8)] * 10)
    alone, together = rows(found, "share").loc["a"], rows(found, "partly_pooled").loc["a"]
    assert together["high"] - together["low"] < 0.6 * (alone["high"] - alone["low"])


def test_the_lowest_of_equal_teams_is_not_taken_at_its_word():
    # 20 teams at 60%, 8 cases each: the lowest three average 34% by luck alone (statistics.md)
    rng = np.random.default_rng(2)
    raw, drawn = [], []
    for _ in range(12):
        found = pooled([(x, 8) for x in rng.binomial(8, 0.6, 20)])
        lowest = rows(found, "share")["estimate"].nsmallest(3).index
        raw.append(rows(found, "share").loc[lowest, "estimate"].mean())
        drawn.append(rows(found, "partly_pooled").loc[lowest, "estimate"].mean())
    assert np.mean(raw) == pytest.approx(0.34, abs=0.04)
    assert 0.5 < np.mean(drawn) < 0.62


@pytest.mark.parametrize(("count", "said"), [(2, True), (3, False)])
def test_three_teams_are_the_fewest_to_pool(count, said):
    found = pooled([(5, 8)] * count)
    assert (rows(found, "partly_pooled")["mark"] == "x").all() == said
    assert (rows(found, "average").loc["all", "mark"] == "x") == said


@pytest.mark.parametrize("x", [0, 8])
def test_none_or_all_in_every_team_is_answered(x):
    drawn = rows(pooled([(x, 8)] * 4), "partly_pooled")
    assert drawn["estimate"].notna().all()
    assert drawn["estimate"].between(0, 1).all()


def test_a_team_with_four_cases_is_not_shown_nor_used():
    found = pooled([(5, 8), (6, 8), (4, 8), (0, 4)])
    assert rows(found, "share").loc["d", "method"] == "fewer than 5 graded: too few to compare"
    assert rows(found, "average").loc["all", "n"] == 24
    assert "d" not in rows(found, "partly_pooled").index


def test_the_average_of_very_many_cases_is_as_narrow_as_they_make_it():
    # 300 teams of 5,000 cases at 0.6: standard error of the average sqrt(0.24 / 1_500_000) = 0.0004
    x = np.random.default_rng(1).binomial(5_000, 0.6, 300)
    teams = pd.DataFrame({"team": [f"t{place}" for place in range(300)], "x": x, "n": 5_000})
    average = partial_pooling(teams=teams, table_id="t").query("measure == 'average'").iloc[0]
    assert average["estimate"] == pytest.approx(x.sum() / 1_500_000, abs=1e-4)
    assert 0.0012 < average["high"] - average["low"] < 0.0024
