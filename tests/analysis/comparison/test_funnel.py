"""Funnels: limits, spread between teams, false discoveries."""

from math import asin, sqrt
from string import ascii_lowercase

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis import share_interval
from qaf_lib.analysis.comparison import funnel, funnel_limits, team_chance, team_spread

COUNTS = st.lists(
    st.tuples(st.integers(0, 25), st.integers(0, 25)).map(lambda pair: (pair[0], sum(pair))),
    min_size=1,
    max_size=15,
)


def teams(counts, **more) -> pd.DataFrame:
    x, n = zip(*counts, strict=True)
    return pd.DataFrame({"team": list(ascii_lowercase[: len(x)]), "x": x, "n": n, **more})


def rows(found, measure) -> pd.DataFrame:
    return found[found["measure"] == measure].set_index("row_key")


def test_limits_without_spread_are_exact_mid_p():
    # 20 cases at 0.6: 7 have a mid-p value of 0.0275 and 6 of 0.0097
    low, _ = funnel_limits(n=20, centre=0.6)
    assert 7 / 20 < low < 8 / 20
    assert team_chance(x=7, n=20, centre=0.6) == pytest.approx(0.0275, abs=5e-5)


@given(st.integers(1, 200), st.floats(0.02, 0.98), st.sampled_from([0.0, 0.001, 0.02, 0.2]))
def test_limits_never_widen_with_more_cases(n, centre, variance):
    low, high = funnel_limits(n=n, centre=centre, variance=variance, confidence=0.998)
    lower, higher = funnel_limits(n=n + 1, centre=centre, variance=variance, confidence=0.998)
    assert lower >= low - 1e-8
    assert higher <= high + 1e-8
    assert low <= centre + 1e-8
    assert centre <= high + 1e-8


@given(st.integers(1, 60), st.floats(0.05, 0.95), st.sampled_from([0.0, 0.01, 0.1]), st.data())
def test_a_team_outside_the_limits_has_a_small_chance(n, centre, variance, data):
    x = data.draw(st.integers(0, n))
    low, high = funnel_limits(n=n, centre=centre, variance=variance)
    chance = team_chance(x=x, n=n, centre=centre, variance=variance)
    if abs(chance - 0.05) > 1e-6:
        assert (x / n < low or x / n > high) == (chance < 0.05)


def test_spread_is_dersimonian_and_lairds_on_the_arcsine_scale():
    # ten teams of 50 at 15 or 35, centre 0.5: z = +-2 sqrt(50) (asin(sqrt(0.7)) - pi / 4) = +-2.9100
    # winsorising at 10% leaves them; (10 * 8.468 - 9) / (10 * 200 - 200) = 0.04205
    z = 2 * sqrt(50) * (asin(sqrt(0.7)) - asin(sqrt(0.5)))
    found = team_spread(teams=teams([(15, 50), (35, 50)] * 5), centre=0.5)
    assert found.variance == pytest.approx((10 * z**2 - 9) / 1800)
    assert (found.teams, found.method) == (10, "DerSimonian-Laird, arcsine, 10% winsorised")


def test_one_odd_team_is_drawn_in():
    # 19 equal teams and one far off: the 90% point of the z is theirs, so nothing is left of it
    found = team_spread(teams=teams([(30, 50)] * 19 + [(50, 50)]), centre=0.6)
    assert found.variance == 0


@pytest.mark.parametrize(("count", "n", "estimable"), [(9, 20, False), (10, 20, True), (10, 19, False)])
def test_spread_needs_ten_teams_of_twenty_cases(count, n, estimable):
    found = team_spread(teams=teams([(2, n), (18, n)] * 5).head(count), centre=0.5)
    assert (found.variance is not None) is estimable
    if not estimable:
        assert "not estimable" in found.method


def test_spread_that_is_not_estimable_leaves_the_exact_limits():
    found = funnel(teams=teams([(2, 12), (10, 12)] * 3), table_id="f")
    row = rows(found, "spread").loc["all"]
    assert (row["mark"], row["n"]) == ("x", 0)
    assert rows(found, "chance")["method"].unique().tolist() == ["exact mid-p"]


def test_spread_between_teams_widens_the_funnel():
    found = funnel(teams=teams([(15, 50), (35, 50)] * 5), table_id="f")
    limits = rows(found, "limits_95").loc["a"]
    assert limits["low"] < funnel_limits(n=50, centre=0.5)[0]
    assert rows(found, "verdict")["method"].unique().tolist() == ["no clear difference"]


def test_chances_are_raised_for_the_number_of_teams():
    # Benjamini and Hochberg: the sorted chances times 4, 4/2, 4/3 and 1, made to rise
    found = funnel(teams=teams([(18, 20), (10, 20), (11, 20), (4, 20)]), table_id="f")
    raw = rows(found, "chance")["estimate"].sort_values()
    raised = (raw * 4 / np.arange(1, 5))[::-1].cummin()[::-1]
    assert rows(found, "chance_adjusted")["estimate"].loc[raw.index].tolist() == pytest.approx(
        raised.tolist()
    )
    verdicts = rows(found, "verdict")["method"].tolist()
    assert verdicts == [
        "higher than chance explains",
        *["no clear difference"] * 2,
        "lower than chance explains",
    ]
    assert rows(found, "verdict")["estimate"].tolist() == [1, 0, 0, -1]


def test_equal_teams_are_rarely_said_to_differ():
    rng = np.random.default_rng(7)
    wrong = 0
    for _ in range(150):
        found = funnel(teams=teams([(x, 8) for x in rng.binomial(8, 0.6, 20)]), table_id="f")
        wrong += rows(found, "verdict")["method"].str.contains("than chance").any()
    # at most one time in twenty by Benjamini and Hochberg; Monte Carlo error 0.018
    assert wrong / 150 < 0.09


@pytest.mark.parametrize(("n", "hidden"), [(4, True), (5, False)])
def test_five_cases_are_the_fewest_to_be_shown(n, hidden):
    found = funnel(teams=teams([(1, n), (10, 20), (12, 20)]), table_id="f")
    share = rows(found, "share").loc["a"]
    assert (share["mark"] == "x") is hidden
    assert pd.isna(share["x"]) is hidden
    # a hidden team is not in the centre either, where it could be worked out
    assert rows(found, "centre").loc["all", "n"] == (40 if hidden else 45)


def test_a_census_is_said_to_be_one():
    found = rows(funnel(teams=teams([(6, 8), (5, 9)], population=[8, 20]), table_id="f"), "share")
    assert "census: all 8 audited" in found.loc["a", "method"]
    assert "census" not in found.loc["b", "method"]
    assert found["population"].tolist() == [8, 20]


def test_the_share_of_a_team_has_its_own_interval():
    share = rows(funnel(teams=teams([(16, 20), (10, 20)]), table_id="f"), "share").loc["a"]
    alone = share_interval(x=16, n=20)
    assert [share["low"], share["high"]] == [alone.low, alone.high]


def test_teams_come_by_name_and_never_by_rank():
    shuffled = teams([(20, 20), (1, 20), (10, 20)]).iloc[[2, 0, 1]]
    found = funnel(teams=shuffled, table_id="f")
    assert rows(found, "share").index.tolist() == ["a", "b", "c"]
    assert not found["measure"].str.contains("rank", regex=False).any()


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ([(3, 4), (1, 2)], "none has 5 graded"),
        ([(6, 10), (1, 2)], "one team only: nothing to set it against"),
        ([(0, 10), (0, 20)], "every team's share is 0: no difference to judge"),
        ([(10, 10), (20, 20)], "every team's share is 1: no difference to judge"),
    ],
)
def test_what_cannot_be_compared_says_why(counts, said):
    found = funnel(teams=teams(counts), table_id="f")
    assert rows(found, "centre").loc["all", ["mark", "method"]].tolist() == ["x", said]


@given(COUNTS)
def test_a_funnel_always_answers(counts):
    found = funnel(teams=teams(counts), table_id="f")
    assert (found["method"] != "").all()
    assert found.loc[found["mark"].eq("") & found["measure"].ne("verdict"), "estimate"].notna().all()
    chances = found.loc[found["measure"].str.startswith("chance"), "estimate"]
    assert chances.between(0, 1).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"team": ["a", "a"]}, "one row per team"),
        ({"x": [21, 1]}, "whole counts, x at most n"),
        ({"x": [None, 1]}, "whole counts, x at most n"),
        ({"population": [19, 30]}, "population must be at least n"),
    ],
)
def test_teams_that_cannot_be_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        funnel(teams=teams([(10, 20), (5, 20)]).assign(**change), table_id="f")


def test_a_negative_spread_or_an_odd_centre_is_refused():
    with pytest.raises(ValueError, match="variance must be at least 0"):
        funnel_limits(n=20, centre=0.5, variance=-0.1)
    with pytest.raises(ValueError, match="centre must be a fraction"):
        team_spread(teams=teams([(10, 20)]), centre=1.5)


def test_counts_that_are_not_whole_are_refused():
    teams = pd.DataFrame({"team": ["a", "b"], "x": [4.5, 5], "n": [20, 20]})
    with pytest.raises(ValueError, match="teams must hold whole counts, x at most n"):
        funnel(teams=teams, table_id="t")


@pytest.mark.parametrize("kind", ["Int64", "int64[pyarrow]", "object"])
def test_counts_of_any_type_give_the_same_funnel(kind):
    teams = pd.DataFrame({"team": ["a", "b", "c"], "x": [16, 15, 4], "n": [20, 20, 20]})
    typed = teams.astype({"x": kind, "n": kind})
    pd.testing.assert_frame_equal(funnel(teams=typed, table_id="t"), funnel(teams=teams, table_id="t"))
