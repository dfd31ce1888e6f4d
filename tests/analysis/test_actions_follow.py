"""Problems met again, and low grades without any action."""

from datetime import date

import pandas as pd
import pytest

from qaf_lib.analysis.actions_follow import earlier_done, met_again, without_action

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
