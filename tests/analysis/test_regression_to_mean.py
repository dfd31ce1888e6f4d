"""What cases and teams chosen for a low grade would gain without any change in practice."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis import change_beyond_chance, team_change_beyond_chance
from qaf_lib.analysis.intervals import newcombe_difference

GRADES, BAND = ["inadequate", "requires improvement", "good"], ["good"]


def pairs_of(*parts: tuple[str, str, int]) -> pd.DataFrame:
    rows = [(before, after) for before, after, count in parts for _ in range(count)]
    return pd.DataFrame(rows, columns=["before", "after"], dtype="object")


def beyond(chosen: pd.DataFrame, reference: pd.DataFrame, **others) -> pd.DataFrame:
    arguments = {"grades": GRADES, "band": BAND, "table_id": "beyond"} | others
    return change_beyond_chance(chosen=chosen, reference=reference, **arguments).set_index("measure")


def teams_of(x: list[int], n: int, again: dict[int, tuple[int, int]]) -> pd.DataFrame:
    teams = pd.DataFrame({"team_id": [f"team {place:02d}" for place in range(len(x))], "x": x, "n": n})
    teams["x_again"] = [again.get(place, (None, None))[0] for place in range(len(x))]
    teams["n_again"] = [again.get(place, (None, None))[1] for place in range(len(x))]
    return teams.astype({"x_again": "Int64", "n_again": "Int64"})


def test_expected_change_weighs_the_reference_by_first_grade():
    # reference: good after 8/40 of inadequate, 24/40 of requires improvement
    # chosen 10 and 30: (10 * 0.2 + 30 * 0.6) / 40 = 0.5; found 28 / 40 = 0.7: 0.2 beyond
    chosen = pairs_of(
        ("inadequate", "good", 5),
        ("inadequate", "inadequate", 5),
        ("requires improvement", "good", 23),
        ("requires improvement", "inadequate", 7),
    )
    reference = pairs_of(
        ("inadequate", "good", 8),
        ("inadequate", "inadequate", 32),
        ("requires improvement", "good", 24),
        ("requires improvement", "requires improvement", 16),
    )
    found = beyond(chosen, reference)
    assert found["estimate"].to_dict() == pytest.approx(
        {
            "before": 0,
            "after": 0.7,
            "change": 0.7,
            "expected_after": 0.5,
            "chance_alone": 0.5,
            "change_beyond": 0.2,
        }
    )
    assert found.loc["change_beyond", "low"] < 0.2 < found.loc["change_beyond", "high"]


def test_with_one_first_grade_it_is_close_to_the_difference_of_two_samples():
    chosen = pairs_of(("inadequate", "good", 48), ("inadequate", "inadequate", 32))
    reference = pairs_of(("inadequate", "good", 28), ("inadequate", "inadequate", 42))
    found = beyond(chosen, reference).loc["change_beyond"]
    plain = newcombe_difference(x1=48, n1=80, x2=28, n2=70)
    assert [found["low"], found["high"]] == pytest.approx([plain.low, plain.high], abs=2e-3)


def test_a_first_grade_without_reference_is_named():
    found = beyond(pairs_of(("inadequate", "good", 5)), pairs_of(("good", "good", 50)))
    assert found.loc["change_beyond", "mark"] == "x"
    assert found.loc["change_beyond", "method"] == "no reference pair was first graded inadequate"
    assert found.loc["after", "mark"] == ""


def test_no_chosen_pairs_are_marked_not_available():
    assert beyond(pairs_of(), pairs_of(("good", "good", 50)))["mark"].unique().tolist() == ["x"]


def test_equal_teams_are_expected_back_at_the_mean():
    # 20 teams as alike as chance makes them, 8 cases each; the lowest three have 2, 3 and 3
    x = [2, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5, 5, 5, 6, 6, 6, 6, 7]
    again = {0: (5, 8), 1: (5, 8), 2: (4, 8)}
    found = team_change_beyond_chance(teams=teams_of(x, 8, again), table_id="teams")
    found = found[found["row_key"] == "all"].set_index("measure")["estimate"]
    assert found["before"] == pytest.approx(8 / 24)
    # most of the way from 8/24 to 95/160 = 0.594: what is left is doubt whether the teams are equal
    assert 0.53 < found["expected_after"] < 0.594
    assert found["chance_alone"] == pytest.approx(found["expected_after"] - 8 / 24)
    assert found["change_beyond"] == pytest.approx(14 / 24 - found["expected_after"])


def test_many_cases_of_equal_teams_leave_no_doubt():
    x = [480, 490, 500, 500, 510, 520, 495, 505, 485, 515]
    found = team_change_beyond_chance(teams=teams_of(x, 1000, {0: (500, 1000)}), table_id="teams")
    found = found[found["row_key"] == "all"].set_index("measure")["estimate"]
    assert found["expected_after"] == pytest.approx(0.5, abs=0.01)


def test_teams_that_really_differ_are_expected_to_stay_apart():
    x = [1, 2, 2, 18, 19, 17, 1, 18]
    found = team_change_beyond_chance(teams=teams_of(x, 20, {0: (2, 20)}), table_id="teams")
    found = found.set_index(["row_key", "measure"])["estimate"]
    assert found["team 00", "chance_alone"] < 0.1


@pytest.mark.parametrize(("teams", "mark"), [(4, "x"), (5, "")])
def test_five_teams_are_needed(teams, mark):
    found = team_change_beyond_chance(teams=teams_of([3] * teams, 8, {0: (4, 8)}), table_id="teams")
    assert found["mark"].unique().tolist() == [mark]


def test_nobody_audited_again_is_marked_not_available():
    found = team_change_beyond_chance(teams=teams_of([3] * 6, 8, {}), table_id="teams")
    assert found["method"].unique().tolist() == ["no team was audited again"]


@given(st.lists(st.integers(0, 8), min_size=5, max_size=12), st.integers(0, 8))
def test_the_expected_share_lies_between_the_teams_own_and_the_mean(x, x_again):
    found = team_change_beyond_chance(teams=teams_of(x, 8, {0: (x_again, 8)}), table_id="t")
    row = found[found["row_key"] == "team 00"].set_index("measure")
    # half a grid step and the even prior of the mean move it by a few points at most
    ends = sorted([x[0] / 8, sum(x) / (8 * len(x))])
    assert ends[0] - 0.05 <= row.loc["expected_after", "estimate"] <= ends[1] + 0.05
    assert np.all(row["low"].dropna() <= row["estimate"][row["low"].notna()] + 1e-9)


def test_bad_arguments_are_refused():
    pairs = pairs_of(("good", "good", 1))
    with pytest.raises(ValueError, match="band must name grades of the scale"):
        beyond(pairs, pairs, band=["fine"])
    with pytest.raises(ValueError, match="confidence must be a fraction"):
        beyond(pairs, pairs, confidence=0)
    with pytest.raises(ValueError, match="not on the scale"):
        beyond(pairs, pairs_of(("fine", "good", 1)))
    with pytest.raises(ValueError, match="1 teams stand twice"):
        team_change_beyond_chance(teams=pd.concat([teams_of([3], 8, {}), teams_of([3], 8, {})]), table_id="t")
    with pytest.raises(ValueError, match="teams must hold whole counts, x_again at most n_again"):
        team_change_beyond_chance(teams=teams_of([3], 8, {0: (9, 8)}), table_id="t")


def test_what_very_many_cases_lead_to_expect_is_not_bound_to_a_grid():
    # 300 teams of 5,000 cases at 0.603 and no spread: the re-audited team is expected to show 0.603 again
    teams = pd.DataFrame({"team_id": [f"t{place}" for place in range(300)], "x": 3_015, "n": 5_000})
    teams["x_again"], teams["n_again"] = [3_015.0] + [None] * 299, [5_000.0] + [None] * 299
    found = team_change_beyond_chance(teams=teams, table_id="t").set_index(["row_key", "measure"])
    assert found.loc[("all", "expected_after"), "estimate"] == pytest.approx(0.603, abs=2e-4)
