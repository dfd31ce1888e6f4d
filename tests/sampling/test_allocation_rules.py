"""Who may audit which case: every rule of independence on both sides, and the rules' own bounds."""

from datetime import date

import pandas as pd
import pytest

from qaf_lib.frameworks import Independence
from qaf_lib.sampling import AllocationRules, allocate_audits

JULY = {"start": date(2026, 7, 1), "months": 3, "hours_per_audit": 4.0}
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


def who_may(cases: pd.DataFrame, staff: pd.DataFrame = STAFF, **says) -> set[str]:
    """Everyone to whom the case goes when nobody else audits."""
    found = set()
    rules = AllocationRules(**JULY, independence=(Independence(audit_types=["case_file"], **says),))
    for one in staff["staff_id"]:
        alone = staff.assign(can_audit=staff["can_audit"] & (staff["staff_id"] == one))
        given = allocate_audits(cases=cases, staff=alone, rules=rules)
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
    assert who_may(case(), roles=["Leader"], not_own_service=True) == {"boss", "lead3", "work1", "work2"}
    assert who_may(case(), roles=["Leader"], not_own_team=True) == EVERYONE - {"lead1"}


def test_a_tiered_audit_goes_to_another_role():
    assert who_may(case(), mode="tiered") == {"lead1", "lead2", "lead3", "boss"}
    # whose role is not known is nobody's equal
    assert who_may(case(worker_id="agency"), mode="tiered") == EVERYONE


def test_a_peer_audit_goes_to_another_team():
    assert who_may(case(), mode="peer") == EVERYONE - {"lead1", "work1"}


def test_a_self_audit_goes_to_the_person_whose_work_it_is():
    assert who_may(case(), mode="self", not_own_case=False) == {"work1"}
    assert who_may(case(worker_id=None), mode="self", not_own_case=False) == set()


def test_only_those_who_can_audit_do():
    unable = STAFF.assign(can_audit=STAFF["staff_id"] != "lead2")
    assert who_may(case(), unable) == EVERYONE - {"lead2", "work1"}


def test_whoever_is_out_of_post_or_has_no_hours_takes_none():
    staff = STAFF.assign(started_on=pd.NaT, left_on=pd.NaT, audit_hours_per_month=[0.0, *[None] * 5])
    staff["left_on"] = pd.to_datetime([None, "2026-06-30", "2026-07-01", None, None, None])
    staff["started_on"] = pd.to_datetime([None, None, None, "2026-10-01", "2026-09-30", None])
    # lead1 left the day before the period, lead3 starts the day after it, the boss has no hours
    assert who_may(case(worker_id="x"), staff) == {"lead2", "work1", "work2"}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"months": 0}, "months must be a count of at least 1; got 0"),
        ({"months": 2.5}, "months must be a count of at least 1; got 2.5"),
        ({"hours_per_audit": 0}, "hours_per_audit must be above 0; got 0"),
        ({"hours_per_audit": float("nan")}, "hours_per_audit must be above 0; got nan"),
    ],
)
def test_rules_that_cannot_be_are_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        AllocationRules(**{**JULY, **wrong})
