"""How many audits each auditor must and may take: pro rata, hours and rounding at their bounds."""

from datetime import date

import pandas as pd
import pytest

from qaf_lib.sampling import AllocationRules, audit_places, share_of_period

QUARTER = {"start": date(2026, 7, 1), "months": 3, "hours_per_audit": 3.0}


def person(**columns) -> pd.DataFrame:
    usual = {"staff_id": "x", "role": "Leader", "team_id": "t", "service": "s", "fte": 1.0, "can_audit": True}
    return pd.DataFrame([{**usual, **columns}])


def capacity(**columns) -> int:
    return audit_places(staff=person(**columns), rules=AllocationRules(**QUARTER))["capacity"].item()


@pytest.mark.parametrize(
    ("started", "left", "days"),
    [
        (None, None, 92),
        ("2026-07-01", "2026-09-30", 92),
        ("2026-07-02", None, 91),
        (None, "2026-09-29", 91),
        ("2026-09-30", None, 1),
        (None, "2026-07-01", 1),
        ("2026-10-01", None, 0),
        (None, "2026-06-30", 0),
        ("2020-01-01", "2030-01-01", 92),
    ],
)
def test_the_part_of_the_period_in_post_is_counted_in_days(started, left, days):
    staff = person(started_on=started, left_on=left)
    share = share_of_period(staff=staff, rules=AllocationRules(**QUARTER))
    assert share.tolist() == [pytest.approx(days / 92)]


def test_what_is_asked_of_somebody_is_the_least():
    found = audit_places(staff=person(asked=2), rules=AllocationRules(**QUARTER))
    assert found["minimum"].tolist() == [2]


@pytest.mark.parametrize(("hours", "expected"), [(1.9, 1), (2.0, 2), (2.1, 2), (12.0, 12), (0.0, 0)])
def test_hours_limit_the_audits_to_whole_ones(hours, expected):
    # three months of `hours`, three hours each
    assert capacity(audit_hours_per_month=hours) == expected


def test_hours_count_only_while_in_post():
    # 46 of 92 days: half of four audits
    assert capacity(audit_hours_per_month=4.0, started_on="2026-08-16") == 2
    assert capacity(audit_hours_per_month=4.0, days_exempt=46) == 2


def test_nothing_limits_whoever_has_no_limit():
    found = audit_places(staff=person(audit_hours_per_month=None), rules=AllocationRules(**QUARTER))
    assert found["capacity"].isna().all()
    assert found[["minimum", "room"]].to_numpy().tolist() == [[0, 1.0]]


def test_room_is_the_audits_that_hours_leave_or_the_post_where_somebodys_are_not_known():
    staff = pd.concat([person(), person(staff_id="y", fte=0.6)], ignore_index=True)
    known = staff.assign(audit_hours_per_month=[4.0, 2.5])
    assert audit_places(staff=known, rules=AllocationRules(**QUARTER))["room"].tolist() == [4, 2.5]
    partly = staff.assign(audit_hours_per_month=[4.0, None])
    assert audit_places(staff=partly, rules=AllocationRules(**QUARTER))["room"].tolist() == [1, 0.6]
