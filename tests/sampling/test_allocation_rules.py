"""Who may audit which case: every rule of independence on both sides, and the rules' own bounds."""

from datetime import date

import pandas as pd
import pytest

from qaf_lib.sampling import AllocationRules, RoleQuota, allocate_audits

JULY = {"start": date(2026, 7, 1), "months": 3}
STAFF = pd.DataFrame(
    [
        ("boss", "Head", "t0", "North", None),
        ("lead1", "Leader", "t1", "North", "boss"),
        ("lead2", "Leader", "t2", "North", "boss"),
        ("lead3", "Leader", "t3", "South", "boss"),
        ("work1", "Worker", "t1", "North", "lead1"),
        ("work2", "Worker", "t2", "North", "lead2"),
    ],
    columns=["staff_id", "role", "team_id", "service", "manager_id"],
).assign(fte=1.0, can_audit=True)


def case(**columns) -> pd.DataFrame:
    return pd.DataFrame(
        [{"case_id": "c", "service": "North", "team_id": "t1", "worker_id": "work1", **columns}]
    )


def who_may(cases: pd.DataFrame, staff: pd.DataFrame = STAFF, pairs=None, **rules) -> set[str]:
    """Everyone to whom the case goes when nobody else audits."""
    found = set()
    for one in staff["staff_id"]:
        alone = staff.assign(can_audit=staff["can_audit"] & (staff["staff_id"] == one))
        given = allocate_audits(cases=cases, staff=alone, rules=AllocationRules(**JULY, **rules), pairs=pairs)
        found |= set(given.cases["auditor_id"])
    return found


EVERYONE = set(STAFF["staff_id"])


def test_nobody_audits_a_case_of_their_own():
    assert who_may(case()) == EVERYONE - {"work1"}
    assert who_may(case(), not_own_case=False) == EVERYONE


def test_a_case_without_a_worker_may_be_anybodys_of_its_team():
    assert who_may(case(worker_id=None)) == EVERYONE - {"lead1", "work1"}
    assert who_may(case().drop(columns="worker_id")) == EVERYONE - {"lead1", "work1"}


def test_nobody_audits_their_own_team_where_that_is_the_rule():
    assert who_may(case(), not_own_team=True) == EVERYONE - {"lead1", "work1"}


def test_nobody_audits_their_own_service_where_that_is_the_rule():
    assert who_may(case(), not_own_service=True) == {"lead3"}


def test_a_rule_for_one_role_leaves_the_others_alone():
    leaders = RoleQuota("Leader", not_own_service=True)
    assert who_may(case(), roles=(RoleQuota("Head"), leaders)) == {"boss", "lead3"}
    leaders = RoleQuota("Leader", not_own_team=True)
    assert who_may(case(), roles=(RoleQuota("Head"), leaders)) == {"boss", "lead2", "lead3"}


def test_the_line_manager_of_the_worker_stays_out():
    rules = {"not_line_manager_of_worker": True}
    assert who_may(case(), **rules) == EVERYONE - {"work1", "lead1"}
    # the case's own word on the manager goes before the staff table's
    assert who_may(case(manager_id="lead2"), **rules) == EVERYONE - {"work1", "lead2"}


def test_where_the_manager_is_unknown_whoever_manages_in_the_team_stays_out():
    stranger = case(worker_id="agency", team_id="t2")
    assert who_may(stranger, not_line_manager_of_worker=True) == EVERYONE - {"boss", "lead2"}


LEVELS = {"levels": (("Worker",), ("Leader",), ("Head",))}


def test_a_peer_has_the_same_level_in_another_team():
    assert who_may(case(), mode="peer", **LEVELS) == {"work2"}
    assert who_may(case(), mode="peer", audited_person="manager", **LEVELS) == {"lead2", "lead3"}


def test_tiered_means_above_the_audited_person():
    assert who_may(case(), mode="tiered", **LEVELS) == {"lead1", "lead2", "lead3", "boss"}
    assert who_may(case(), mode="tiered", audited_person="manager", **LEVELS) == {"boss"}


@pytest.mark.parametrize("mode", ["peer", "tiered"])
def test_without_the_workers_level_nobody_is_a_peer_or_above(mode):
    rules = AllocationRules(**JULY, mode=mode, **LEVELS)
    found = allocate_audits(cases=case(worker_id="agency"), staff=STAFF, rules=rules)
    assert found.cases.empty
    assert found.conflicts["rule"].tolist() == ["level_unknown"]


def test_a_self_audit_goes_to_the_person_whose_work_it_is():
    assert who_may(case(), mode="self") == {"work1"}
    assert who_may(case(), mode="self", audited_person="manager") == {"lead1"}
    assert who_may(case(worker_id=None), mode="self") == set()


def test_only_the_named_roles_and_those_who_can_audit_do():
    assert who_may(case(), roles=(RoleQuota("Leader"),)) == {"lead1", "lead2", "lead3"}
    unable = STAFF.assign(can_audit=STAFF["staff_id"] != "lead2")
    assert who_may(case(), unable, roles=(RoleQuota("Leader"),)) == {"lead1", "lead3"}


def test_a_barred_pair_is_never_made():
    pairs = pd.DataFrame({"case_id": ["c"], "auditor_id": ["lead2"], "kind": "barred"})
    assert who_may(case(), pairs=pairs, roles=(RoleQuota("Leader"),)) == {"lead1", "lead3"}


def test_whoever_is_out_of_post_or_has_no_hours_takes_none():
    staff = STAFF.assign(started_on=pd.NaT, left_on=pd.NaT, audit_hours_per_month=[0.0, *[None] * 5])
    staff["left_on"] = pd.to_datetime([None, "2026-06-30", "2026-07-01", None, None, None])
    staff["started_on"] = pd.to_datetime([None, None, None, "2026-10-01", "2026-09-30", None])
    # lead1 left the day before the period, lead3 starts the day after it, the boss has no hours
    assert who_may(case(worker_id="x"), staff, hours_per_audit=4) == {"lead2", "work1", "work2"}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"months": 0}, "months must be at least 1; got 0"),
        ({"hours_per_audit": 0}, "hours_per_audit must be above 0"),
        ({"maximum_per_auditor": -1}, "maximum_per_auditor must be at least 0"),
        ({"roles": (RoleQuota("A"), RoleQuota("A"))}, "a role stands twice in roles"),
        ({"mode": "peer"}, "mode peer needs the levels"),
        ({"mode": "tiered", "levels": (("A",), ("A",))}, "a role stands twice in levels"),
        ({"mode": "self", "not_own_team": True}, "mode self cannot stand beside"),
        ({"mode": "self", "roles": (RoleQuota("A", not_own_service=True),)}, "mode self cannot stand beside"),
    ],
)
def test_rules_that_cannot_be_are_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        AllocationRules(**{**JULY, **wrong})


def test_a_maximum_below_nothing_is_refused():
    assert RoleQuota("A", 0).maximum == 0
    with pytest.raises(ValueError, match="the maximum of A must be at least 0; got -1"):
        RoleQuota("A", -1)
