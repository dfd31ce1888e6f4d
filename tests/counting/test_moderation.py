"""Moderation that a grade asks for, its stages, and letters and meetings after low grades of one worker."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.counting import moderation_due, repeated_grades, stage_states, standing_grades

END = date(2026, 9, 30)
ROLE_OF = pd.Series({"head": "Operations Manager", "peer": "Team Manager"})


def state(grade="10", submitted="2026-09-10", moderated="2026-09-10", moderator="head", by_roles=()):
    audits = pd.DataFrame(
        {
            "audit_id": ["a"],
            "auditor_id": ["auditor"],
            "overall_grade": [grade],
            "submitted_on": pd.to_datetime([submitted]),
        }
    )
    moderations = pd.DataFrame(
        {"audit_id": ["a"], "moderator_id": [moderator], "moderated_on": pd.to_datetime([moderated])}
    )
    found = moderation_due(
        audits=audits,
        moderations=moderations.dropna(subset="moderated_on"),
        trigger_grades=["1", "2", "3", "4", "5", "10"],
        before_submission=True,
        roles=ROLE_OF,
        by_roles=by_roles,
        as_at=END,
    )
    return found["state"].tolist()


@pytest.mark.parametrize(("grade", "asked"), [("5", 1), ("6", 0), ("9", 0), ("10", 1)])
def test_five_and_below_and_ten_are_moderated_and_no_other_grade(grade, asked):
    assert len(state(grade=grade)) == asked


def test_the_day_of_submission_is_in_time_and_the_next_day_is_not():
    assert state(moderated="2026-09-10") == ["moderated in time"]
    assert state(moderated="2026-09-11") == ["submitted before moderation"]


def test_what_is_not_submitted_yet_is_not_due():
    assert state(submitted=None, moderated=None) == ["not yet submitted"]
    assert state(moderated=None) == ["not moderated"]


def test_what_happens_after_the_period_has_not_happened():
    assert state(submitted="2026-10-01", moderated="2026-10-01") == ["not yet submitted"]


def test_the_moderator_has_a_role_that_may_and_is_not_the_auditor():
    assert state(moderator="peer", by_roles=["Operations Manager"]) == ["moderated by another role"]
    assert state(moderator="head", by_roles=["Operations Manager"]) == ["moderated in time"]
    assert state(moderator="auditor") == ["moderated by the auditor"]


STAGES = ["manager", "peer", "chair"]
ROLES = {"m": "Team Manager", "p": "Team Manager", "c": "Principal Social Worker"}
BY_ROLES = {"chair": ["Principal Social Worker"]}


def made(*rows):
    """Moderations of audit a: (stage, moderator, day of August, grade)."""
    table = pd.DataFrame(rows, columns=["stage", "moderator_id", "day", "moderated_grade"])
    return table.assign(
        audit_id="a",
        audit_grade="good",
        seq=range(len(table)),
        moderated_on=[pd.Timestamp(2026, 8, day) for day in table["day"]],
        why="trigger",
        probability=pd.NA,
    ).astype({"stage": "string", "probability": "Float64"})


def states(*rows, auditors=None):
    found = stage_states(
        moderations=made(*rows), stages=STAGES, auditors=auditors or {}, roles=ROLES, by_roles=BY_ROLES
    )
    return found["state"].tolist()


IN_ORDER = [("manager", "m", 3, "good"), ("peer", "p", 4, "good"), ("chair", "c", 5, "poor")]


def test_three_stages_in_order_are_done():
    assert states(*IN_ORDER) == ["done", "done", "done"]


@pytest.mark.parametrize(("day", "state"), [(4, "done"), (3, "before an earlier stage")])
def test_a_stage_on_the_day_of_the_earlier_one_is_in_order_and_a_day_before_it_is_not(day, state):
    rows = [("manager", "m", 3, "good"), ("peer", "p", 4, "good"), ("chair", "c", day, "poor")]
    assert states(*rows) == ["done", "done", state]


def test_a_stage_that_a_later_one_overtook_is_left_out_and_a_later_one_is_not_yet_reached():
    assert states(IN_ORDER[0], IN_ORDER[2]) == ["done", "left out", "done"]
    assert states(IN_ORDER[0]) == ["done", "not yet reached", "not yet reached"]


def test_a_stage_is_made_by_its_roles_and_never_by_the_auditor():
    by_peer = [*IN_ORDER[:2], ("chair", "p", 5, "poor")]
    assert states(*by_peer)[2] == "by another role"
    assert states(*IN_ORDER, auditors={"a": "p"})[1] == "by the auditor"
    # of somebody whom the staff table does not know it cannot be told
    assert states(*IN_ORDER[:2], ("chair", "x", 5, "poor"))[2] == "done"


def test_the_grade_of_the_last_stage_stands_also_where_it_came_first():
    for rows in (IN_ORDER, IN_ORDER[::-1]):
        found = standing_grades(moderations=made(*rows), stages=STAGES)
        assert found[["moderated_grade", "stage"]].to_numpy().tolist() == [["poor", "chair"]]
    early = [("chair", "c", 1, "poor"), ("peer", "p", 9, "good")]
    assert standing_grades(moderations=made(*early), stages=STAGES)["stage"].tolist() == ["chair"]


def test_without_stages_the_latest_stands():
    rows = [("chair", "c", 1, "poor"), ("peer", "p", 9, "good")]
    assert standing_grades(moderations=made(*rows), stages=[])["moderated_grade"].tolist() == ["good"]


def test_what_chance_picked_stays_so_although_a_later_moderation_was_for_a_dispute():
    rows = made(*IN_ORDER).assign(why=["random", "random", "dispute"], probability=[0.25, 0.5, pd.NA])
    found = standing_grades(moderations=rows, stages=STAGES)
    assert found[["why", "probability", "moderated_grade"]].to_numpy().tolist() == [["random", 0.25, "poor"]]


def test_nothing_moderated_has_no_states():
    empty = made().iloc[:0]
    assert standing_grades(moderations=empty, stages=STAGES).empty
    found = stage_states(moderations=empty, stages=STAGES, auditors={}, roles={}, by_roles={})
    assert found.empty


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "c"]),
            st.sampled_from([*STAGES, None]),
            st.integers(1, 28),
            st.sampled_from(["random", "trigger", "dispute"]),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_every_moderated_audit_counts_once_whatever_its_moderations(rows):
    table = made(*[(stage, "m", day, "good") for _, stage, day, _ in rows])
    table = table.assign(audit_id=[row[0] for row in rows], why=[row[3] for row in rows])
    found = standing_grades(moderations=table, stages=STAGES)
    assert sorted(found["audit_id"]) == sorted(set(table["audit_id"]))
    assert set(found.loc[found["why"] == "random", "audit_id"]) == set(
        table.loc[table["why"] == "random", "audit_id"]
    )


def asked(days, *, held=(), nth=1, within=12, grade="low", worker="w"):
    audits = pd.DataFrame({"audit_id": [f"a{at}" for at in range(len(days))], "overall_grade": grade})
    audits = audits.assign(worker_id=worker, audited_on=pd.to_datetime(list(days)))
    events = pd.DataFrame({"subject_id": "w", "held_on": pd.to_datetime(list(held))})
    return repeated_grades(audits=audits, events=events, grades=["low"], nth=nth, within_months=within)


def test_each_low_grade_asks_for_a_letter_and_the_third_for_a_meeting():
    days = ["2026-07-01", "2026-07-02", "2026-07-03", "2026-07-04"]
    assert asked(days)["low_grades"].tolist() == [1, 2, 3, 4]
    assert asked(days, nth=3)["audit_id"].tolist() == ["a2"]
    assert asked(days[:2], nth=3).empty


@pytest.mark.parametrize(("first", "counted"), [("2025-09-01", 0), ("2025-09-02", 1)])
def test_low_grades_count_over_the_months_before(first, counted):
    # twelve months before 1 September 2026 is 1 September 2025, which is over
    assert len(asked([first, "2026-08-01", "2026-09-01"], nth=3)) == counted


def test_a_letter_answers_one_audit_and_none_before_its_own_day():
    found = asked(["2026-07-10", "2026-07-20"], held=["2026-07-10"])
    assert found["done_on"].notna().tolist() == [True, False]
    assert asked(["2026-07-10"], held=["2026-07-09"])["done_on"].isna().all()
    assert asked(["2026-07-10", "2026-07-20"], held=["2026-07-21", "2026-07-22"])["done_on"].notna().all()


def test_other_grades_and_cases_without_a_worker_ask_for_nothing():
    assert asked(["2026-07-10"], grade="high").empty
    assert asked(["2026-07-10"], worker=None).empty
