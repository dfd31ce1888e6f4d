"""Problems met again, kinds of action, and low grades without any."""

import pandas as pd
import pytest

from qaf_lib.analysis.actions_follow import action_kinds, met_again, without_action


def again(*rows, done="2026-05-01"):
    states = pd.DataFrame(rows, columns=["action_id", "theme", "team_id", "status", "raised_on"])
    states["raised_on"] = pd.to_datetime(states["raised_on"])
    finished = states[states["status"].isin(["completed", "approved"])]["action_id"]
    events = pd.DataFrame({"action_id": list(finished), "status": "completed"})
    found = met_again(states=states, events=events.assign(on=pd.Timestamp(done)), table_id="t")
    return found[["x", "n"]].iloc[0].tolist()


@pytest.mark.parametrize(
    ("theme", "team", "day", "x"),
    [
        *(("Plan", "T1", "2026-05-02", 1), ("Plan", "T1", "2026-05-01", 0)),
        *(("Voice", "T1", "2026-06-01", 0), ("Plan", "T2", "2026-06-01", 0)),
    ],
)
def test_a_problem_is_met_again_on_the_same_theme_and_team_after_completion(theme, team, day, x):
    assert again(("a", "Plan", "T1", "approved", "2026-04-01"), ("b", theme, team, "open", day)) == [x, 1]


def test_an_action_without_team_or_theme_cannot_be_met_again():
    assert again(
        ("a", None, "T1", "completed", "2026-04-01"), ("b", "Plan", None, "approved", "2026-04-01")
    ) == [0, 0]


def test_an_action_for_a_case_is_apart_from_one_for_the_service():
    states = pd.DataFrame({"case_id": ["c", "c", None], "status": ["cancelled", "blocked", "completed"]})
    found = action_kinds(states=states, table_id="t").set_index(["row_key", "measure"])
    assert found.loc[("one case", "live"), ["x", "n"]].tolist() == [1, 2]
    assert found.loc[("the service", "done"), ["x", "n"]].tolist() == [1, 1]


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
