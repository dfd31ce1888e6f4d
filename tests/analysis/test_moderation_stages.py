"""Stages of moderation: in order, by whom, and which grade stands."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis.moderation_stages import stage_states, standing_grades

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
    assert standing_grades(moderations=made(*rows))["moderated_grade"].tolist() == ["good"]


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
