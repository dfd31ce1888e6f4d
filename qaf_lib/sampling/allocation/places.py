"""How many audits each auditor must and may take: quotas, pro rata, and hours."""

from __future__ import annotations

import numpy as np
import pandas as pd

from qaf_lib.dates import add_months
from qaf_lib.sampling.allocation.rules import AllocationRules

__all__ = ["audit_places", "share_of_period"]

_NEARLY = 1e-9
"""Lets a whole number that floating point missed by a hair count as that number."""


def share_of_period(*, staff: pd.DataFrame, rules: AllocationRules) -> pd.Series:
    """Share of the period's days on which each person is in post and not exempt (fraction)."""
    first = pd.Timestamp(rules.start)
    after = pd.Timestamp(add_months(rules.start, rules.months))
    started = _days(staff, "started_on").fillna(first).clip(lower=first)
    left = _days(staff, "left_on").add(pd.Timedelta(days=1)).fillna(after).clip(upper=after)
    days = (left - started).dt.days
    if "days_exempt" in staff:
        days = days - staff["days_exempt"]
    return (days / (after - first).days).clip(lower=0.0).rename("share")


def audit_places(*, staff: pd.DataFrame, rules: AllocationRules) -> pd.DataFrame:
    """The auditors among the staff, with the least and most audits of each in the period.

    Quotas are for a full-time post in post for the whole period; others have their share by `fte` and by
    days in post, rounded up. Hours are for whole audits and are rounded down; they are
    the person's own, so only the part of the period counts.

    Parameters
    ----------
    staff : DataFrame
        `staff_id`, `role`, `team_id`, `service`, `fte` and `can_audit`; if there, also `manager_id`,
        `started_on`, `left_on`, `audit_hours_per_month` (hours; blank means not limited), `held` (audits of
        the period that the person has already, outside the cases to allocate), `days_exempt` (days of the
        period on which the person is excused, count) and `asked` (audits asked of the person in the period,
        whole count, for the part of it that the person is there; nothing is asked where there is no such
        column).
    rules : AllocationRules
        Quotas, hours of an audit and the period.

    Returns
    -------
    DataFrame
        The auditors' rows of `staff` with `minimum`, `held` and `capacity` (counts; capacity counts the
        held ones too and is missing where nothing limits it), `maximum` (by quota alone) and `room`
        (what workloads are compared with: the limit by quota and hours before rounding, or full-time
        posts where somebody has neither).

    Examples
    --------
    >>> from datetime import date
    >>> from qaf_lib.sampling.allocation import RoleQuota
    >>> staff = pd.DataFrame({"staff_id": ["x", "y"], "role": "TM", "team_id": "t", "service": "s"}).assign(
    ...     fte=[1.0, 0.5], can_audit=True, asked=[3, 1]
    ... )
    >>> rules = AllocationRules(start=date(2026, 7, 1), months=3, roles=(RoleQuota("TM", 5),))
    >>> audit_places(staff=staff, rules=rules)[["minimum", "capacity"]].to_numpy().tolist()
    [[3, 5], [1, 3]]
    """
    share = share_of_period(staff=staff, rules=rules)
    may = staff["can_audit"].fillna(False).astype(bool) & (share > 0) & (staff["fte"] > 0)
    if rules.roles:
        may &= staff["role"].isin(rules.role_names)
    found = staff[may].copy()
    posts = (found["fte"] * share[may]).astype("float64")
    by_role = {quota.role: np.nan if quota.maximum is None else quota.maximum for quota in rules.roles}
    maximum = posts * found["role"].map(by_role).astype(float)
    limits = pd.DataFrame({"maximum": np.ceil(maximum - _NEARLY), "exact": maximum})
    if rules.hours_per_audit is not None and "audit_hours_per_month" in found:
        hours = found["audit_hours_per_month"].astype("float64") * rules.months * share[may]
        limits["hours"] = np.floor(hours / rules.hours_per_audit + _NEARLY)
        limits["exact"] = limits["exact"].fillna(np.inf).clip(upper=hours / rules.hours_per_audit)
        limits["exact"] = limits["exact"].replace(np.inf, np.nan)
    if rules.maximum_per_auditor is not None:
        limits["each"] = float(rules.maximum_per_auditor)
    capacity = limits.drop(columns="exact").min(axis=1)
    found["minimum"] = found["asked"].astype("int64") if "asked" in found else 0
    found["maximum"] = limits["maximum"].astype("Int64")
    found["capacity"] = capacity.astype("Int64")
    found["held"] = found["held"].fillna(0).astype("int64") if "held" in found else 0
    room = limits["exact"] if limits["exact"].notna().all() else posts
    found["room"] = room.clip(lower=_NEARLY)
    return found


def _days(staff: pd.DataFrame, column: str) -> pd.Series:
    if column not in staff:
        return pd.Series(pd.NaT, index=staff.index, dtype="datetime64[ns]")
    return pd.to_datetime(staff[column])
