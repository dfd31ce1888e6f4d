"""The rules of one allocation, and how many audits each auditor must and may take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from qaf_lib.dates import add_months
from qaf_lib.frameworks import Independence
from qaf_lib.sampling.checks import check_counts

_NEARLY = 1e-9
"""Lets a whole number that floating point missed by a hair count as that number."""


@dataclass(frozen=True)
class AllocationRules:
    """The rules of one allocation: from `start` so many `months`, hours of an audit, and independence."""

    start: date
    months: int
    hours_per_audit: float
    independence: tuple[Independence, ...] = ()

    def __post_init__(self) -> None:
        check_counts(months=self.months)
        if not self.hours_per_audit > 0:
            raise ValueError(f"hours_per_audit must be above 0; got {self.hours_per_audit}")


def share_of_period(*, staff: pd.DataFrame, rules: AllocationRules) -> pd.Series:
    """Share of the period's days on which each person is in post and not exempt."""
    first = pd.Timestamp(rules.start)
    after = pd.Timestamp(add_months(rules.start, rules.months))
    started = _days(staff, "started_on").fillna(first).clip(lower=first)
    left = _days(staff, "left_on").add(pd.Timedelta(days=1)).fillna(after).clip(upper=after)
    days = (left - started).dt.days
    if "days_exempt" in staff:
        days = days - staff["days_exempt"]
    return (days / (after - first).days).clip(lower=0.0).rename("share")


def audit_places(*, staff: pd.DataFrame, rules: AllocationRules) -> pd.DataFrame:
    """The auditors' rows of `staff`, with the least and most audits of each in the period.

    `minimum` is what is `asked` of the person, `capacity` what the hours leave room for in the part of the
    period that the person is there, in whole audits; it is missing where no hours are known. `room` is what
    workloads are compared with: the hours' audits before rounding, or full-time posts where somebody's hours
    are not known.

    Examples
    --------
    >>> staff = pd.DataFrame({"staff_id": ["x", "y"], "role": "TM", "team_id": "t", "service": "s"}).assign(
    ...     fte=[1.0, 0.5], can_audit=True, asked=[3, 1], audit_hours_per_month=[6.0, 3.5]
    ... )
    >>> rules = AllocationRules(start=date(2026, 7, 1), months=3, hours_per_audit=4)
    >>> audit_places(staff=staff, rules=rules)[["minimum", "capacity"]].to_numpy().tolist()
    [[3, 4], [1, 2]]
    """
    share = share_of_period(staff=staff, rules=rules)
    may = staff["can_audit"].fillna(False).astype(bool) & (share > 0) & (staff["fte"] > 0)
    found, share = staff[may].copy(), share[may]
    found["minimum"] = found["asked"].astype("int64") if "asked" in found else 0
    room = pd.Series(np.nan, index=found.index)
    if "audit_hours_per_month" in found:
        room = found["audit_hours_per_month"].astype("float64") * rules.months * share / rules.hours_per_audit
    found["capacity"] = np.floor(room + _NEARLY).astype("Int64")
    if room.isna().any():
        room = (found["fte"] * share).astype("float64")
    found["room"] = room.clip(lower=_NEARLY)
    return found


def _days(staff: pd.DataFrame, column: str) -> pd.Series:
    if column not in staff:
        return pd.Series(pd.NaT, index=staff.index, dtype="datetime64[ns]")
    return pd.to_datetime(staff[column])
