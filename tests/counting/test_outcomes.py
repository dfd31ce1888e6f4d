"""Problems met again, low grades without any action, cases with a completed action against the others."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis.intervals import newcombe_difference
from qaf_lib.counting import action_comparison, earlier_done, met_again, without_action

FIRST = ("a", "Plan", "S", None, "T1", "approved", "2026-01-10")


def problems(*rows):
    columns = ["action_id", "theme", "standard_id", "case_id", "team_id", "status", "raised_on"]
    states = pd.DataFrame(rows, columns=columns).astype({"case_id": "string", "team_id": "string"})
    states["raised_on"] = pd.to_datetime(states["raised_on"])
    done = states[states["status"].isin(["completed", "approved"])]["action_id"]
    events = pd.DataFrame({"action_id": list(done), "status": "completed"})
    return states, events.assign(on=pd.Timestamp("2026-05-01"))


def again(*rows):
    states, events = problems(*rows)
    found = met_again(states=states, events=events, start=date(2026, 4, 1), table_id="t")
    return found[["x", "n"]].iloc[0].tolist()


@pytest.mark.parametrize(
    ("second", "x"),
    [
        (("b", "Plan", "S", None, "T1", "open", "2026-05-02"), 1),
        (("b", "Plan", "S", None, "T1", "open", "2026-05-01"), 0),  # raised on the day the first was done
        (("b", "Voice", "S", None, "T1", "open", "2026-06-01"), 0),
        (("b", "Plan", "other", None, "T1", "open", "2026-06-01"), 0),
        (("b", "Plan", "S", None, "T2", "open", "2026-06-01"), 0),
        (("b", "Plan", "S", "case", "T1", "open", "2026-06-01"), 0),  # for a case, not for the team
    ],
)
def test_a_problem_is_the_same_where_theme_standard_and_whom_it_is_for_are(second, x):
    assert again(FIRST, second) == [x, 1]


def test_an_action_raised_before_the_period_is_no_new_one():
    assert again(FIRST, ("b", "Plan", "S", None, "T1", "open", "2026-03-31")) == [0, 0]


def test_a_problem_of_the_service_is_met_again_by_an_action_for_the_service():
    service = ("a", "Plan", "S", None, None, "completed", "2026-01-10")
    assert again(service, ("b", "Plan", "S", None, None, "open", "2026-06-01")) == [1, 1]


def test_what_is_cancelled_or_names_no_theme_or_standard_dealt_with_nothing():
    later = ("b", "Plan", "S", None, "T1", "open", "2026-06-01")
    for lost in (
        ("a", "Plan", "S", None, "T1", "cancelled", "2026-01-10"),
        ("a", None, "S", None, "T1", "approved", "2026-01-10"),
        ("a", "Plan", None, None, "T1", "approved", "2026-01-10"),
    ):
        assert again(lost, later) == [0, 1]


def test_the_day_of_the_last_earlier_action_is_told():
    states, events = problems(FIRST, ("b", "Plan", "S", None, "T1", "open", "2026-06-01"))
    found = earlier_done(states=states, events=events)
    assert found.isna().tolist() == [True, False]
    assert found.iloc[1] == pd.Timestamp("2026-05-01")


@pytest.mark.parametrize(
    ("source", "case", "day", "x"),
    [
        *(("a", "other", "2026-01-01", 0), (None, "c", "2026-07-01", 0)),
        *((None, "c", "2026-06-30", 1), ("b", "other", "2026-07-02", 1), (None, "c", None, 1)),
    ],
)
def test_an_action_belongs_to_its_audit_or_the_last_of_the_case(source, case, day, x):
    audits = pd.DataFrame({"audit_id": ["a"], "case_id": ["c"], "overall_grade": ["poor"]})
    audits["audited_on"] = pd.Timestamp("2026-07-01")
    actions = pd.DataFrame({"source_id": [source], "case_id": [case], "raised_on": pd.to_datetime([day])})
    found = without_action(audits=audits, actions=actions, bands={"low": ["poor"]}, table_id="t")
    assert found[["x", "n"]].iloc[0].tolist() == [x, 1]


def test_without_a_low_grade_there_is_nothing_to_ask():
    audits = pd.DataFrame({"audit_id": ["a"], "case_id": ["c"], "overall_grade": ["good"]})
    audits["audited_on"] = pd.Timestamp("2026-07-01")
    actions = pd.DataFrame({"source_id": [], "case_id": [], "raised_on": pd.to_datetime([])})
    found = without_action(audits=audits, actions=actions, bands={"low": ["poor"]}, table_id="t")
    assert found["mark"].tolist() == ["z"]


GRADES = ["inadequate", "requires improvement", "good"]


def pairs_of(*parts: tuple[str, str, bool, int]) -> pd.DataFrame:
    rows = [(before, after, acted) for before, after, acted, count in parts for _ in range(count)]
    return pd.DataFrame(rows, columns=["before", "after", "acted"])


def found_for(pairs: pd.DataFrame) -> pd.DataFrame:
    found = action_comparison(pairs=pairs, grades=GRADES, table_id="actions")
    return found.set_index(["row_key", "measure"])


# low cases get better with action or without it; they are just those which were given one
LOW_ONES_ACTED = [
    ("inadequate", "good", True, 30),
    ("inadequate", "inadequate", True, 10),
    ("inadequate", "good", False, 15),
    ("inadequate", "inadequate", False, 5),
    ("good", "good", False, 60),
]


def test_the_difference_of_shares_better_is_newcombes():
    found = found_for(pairs_of(*LOW_ONES_ACTED)).loc[("difference", "better")]
    plain = newcombe_difference(x1=30, n1=40, x2=15, n2=80)
    assert [found["estimate"], found["low"], found["high"]] == pytest.approx(
        [30 / 40 - 15 / 80, plain.low, plain.high]
    )


def test_cases_of_the_same_first_grade_show_that_the_action_did_nothing():
    # inadequate: 30/40 better with, 15/20 without
    found = found_for(pairs_of(*LOW_ONES_ACTED))
    assert found.loc[("difference", "same_start"), "estimate"] == pytest.approx(0)
    assert (
        found.loc[("difference", "same_start"), "low"] < 0 < found.loc[("difference", "same_start"), "high"]
    )
    assert found.loc[("difference", "same_start_p"), "estimate"] == pytest.approx(1)
    assert found.loc[("difference", "moved_further"), "low"] > 0.5


def test_moved_further_compares_steps_not_grades():
    # with: +1; without: +2 always further
    pairs = pairs_of(("inadequate", "requires improvement", True, 20), ("inadequate", "good", False, 20))
    assert found_for(pairs).loc[("difference", "moved_further"), "estimate"] == 0


def test_every_difference_warns_that_actions_were_not_given_by_chance():
    found = found_for(pairs_of(*LOW_ONES_ACTED)).loc["difference"]
    assert found["method"].str.endswith("actions were not given by chance").all()


@pytest.mark.parametrize(("acted", "word"), [(True, "without"), (False, "with")])
def test_without_one_of_the_groups_the_differences_say_so(acted, word):
    found = found_for(pairs_of(("inadequate", "good", acted, 9))).loc["difference"]
    assert found["mark"].unique().tolist() == ["x"]
    assert found["method"].str.startswith(f"no case {word} a completed action").all()


def test_first_grades_that_are_not_shared_cannot_be_compared():
    found = found_for(pairs_of(("inadequate", "good", True, 9), ("good", "good", False, 9)))
    assert found.loc[("difference", "same_start"), "method"].startswith("no first grade is shared")
    assert found.loc[("difference", "better"), "mark"] == ""


def test_pairs_with_a_grade_missing_are_left_out():
    pairs = pairs_of(*LOW_ONES_ACTED)
    more = pd.concat([pairs, pd.DataFrame({"before": ["good"], "after": [None], "acted": [True]})])
    pd.testing.assert_frame_equal(found_for(more), found_for(pairs))


@given(
    st.lists(
        st.tuples(st.sampled_from(GRADES), st.sampled_from(GRADES), st.booleans()), min_size=1, max_size=40
    )
)
def test_estimates_lie_in_their_limits(rows):
    found = found_for(pd.DataFrame(rows, columns=["before", "after", "acted"]))
    shown = found[found["low"].notna()]
    assert (shown["low"] <= shown["estimate"] + 1e-9).all()
    assert (shown["estimate"] <= shown["high"] + 1e-9).all()


def test_a_grade_off_the_scale_is_refused():
    with pytest.raises(ValueError, match="1 grades are not on the scale"):
        found_for(pairs_of(("fine", "good", True, 1)))
