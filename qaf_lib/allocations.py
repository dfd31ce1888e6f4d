"""Drawn cases to auditors: the allocation of a round, and the rows of it that the register lacks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd

from qaf_lib.dates import previous_period
from qaf_lib.register import TABLES
from qaf_lib.rounds import Read, Round
from qaf_lib.sampling.allocation import Allocation, allocate_audits, audit_places
from qaf_lib.sampling.allocation.places import share_of_period

__all__ = ["allocate_round", "due_rows", "ended_with_their_draw"]

Numbers = Callable[[str], float]

_PAIR = ["case_id", "auditor_id", "team_id", "kind"]
_COLUMNS = TABLES["allocation"].names()


def allocate_round(of: Round, *, numbers: Numbers | None = None, anew: bool = False) -> Allocation:
    """Allocate the draw's cases, keeping what is allocated already.

    A case that came back stays with its auditor, or is left out where that person no longer audits.
    `numbers` gives everybody and every case the permanent number by which ties go. `anew` allocates as if
    nothing were allocated yet.

    Raises
    ------
    ValueError
        If rules contradict one another.
    """
    rules, staff = of.rules, _with_hours_left(of)
    may = of.held["auditor_id"].isin(_auditors(of)["staff_id"])
    settled = of.held.loc[~may & of.held["case_id"].isin(of.audited), "case_id"]
    cases = of.cases[~of.cases["case_id"].isin(settled)]
    kept = of.held[may] if not anew else of.held.iloc[:0]
    if numbers is not None:
        cases = cases.assign(prn=[numbers(case) for case in cases["case_id"]])
        staff = staff.assign(prn=[numbers(person) for person in staff["staff_id"]])
    parts = [
        kept.assign(kind="kept"),
        _before(of).assign(kind="before"),
        _same_role(of).assign(kind="barred"),
    ]
    pairs = pd.concat([part.reindex(columns=_PAIR).astype("string") for part in parts], ignore_index=True)
    return allocate_audits(cases=cases, staff=staff, rules=rules, pairs=pairs)


def due_rows(of: Round, *, numbers: Numbers) -> pd.DataFrame:
    """The rows of the allocation table that the register lacks: audits newly given out, and those ended.

    An allocation ends when its auditor left, is exempt or may no longer audit and the case has not come
    back. An audit is due on the last day that its draw covers.
    """
    found = allocate_round(of, numbers=numbers).cases.query("why == 'new'")
    kind = of.framework.audit_type(of.audit_type)
    tool = next(tool for tool in of.framework.tools if kind is not None and tool.tool_id == kind.tool_id)
    new = of.cases[["case_id"]].merge(found[["case_id", "auditor_id"]], on="case_id")
    made = int((of.allocated["draw_id"] == of.draw_id).sum())
    given = new.assign(
        allocation_id=[f"{of.draw_id} allocation {made + at + 1}" for at in range(len(new))],
        draw_id=of.draw_id,
        tool_id=tool.tool_id,
        tool_version=tool.version,
        due_on=pd.Timestamp(of.span.end),
    )
    parts = [part.reindex(columns=_COLUMNS).astype(_TYPES) for part in (_ended(of), given)]
    return pd.concat(parts, ignore_index=True)


def ended_with_their_draw(*, read: Read, as_at: date) -> pd.DataFrame:
    """Open allocations of draws that were replaced, as ended on the day of the records."""
    draws, allocated = read("draw"), read("allocation")
    replaced = draws["replaces_draw_id"].dropna()
    left = allocated[allocated["draw_id"].isin(replaced) & allocated["ended_on"].isna()]
    return left[_COLUMNS].assign(ended_on=pd.Timestamp(as_at), end_reason="the draw was replaced")


def _auditors(of: Round) -> pd.DataFrame:
    return audit_places(staff=of.people, rules=of.rules)


def _with_hours_left(of: Round) -> pd.DataFrame:
    """The people with their monthly hours, less those that audits of the period's other draws take."""
    people, rules = of.people, of.rules
    elsewhere = of.elsewhere["auditor_id"].value_counts()
    share = share_of_period(staff=people, rules=rules)
    taken = people["staff_id"].map(elsewhere).astype("float64").fillna(0) * (rules.hours_per_audit or 0)
    monthly = (taken / rules.months / share.where(share > 0, 1.0)).astype("float64")
    left = (people["audit_hours_per_month"].astype("float64") - monthly).clip(lower=0)
    return people.assign(audit_hours_per_month=left)


def _before(of: Round) -> pd.DataFrame:
    """Who audited which case, and a case of which team, in the period before."""
    last = previous_period(of.span)
    audits = of.audits[(of.audits["audit_type"] == of.audit_type) & of.audits["auditor_id"].notna()]
    return audits[audits["audited_on"].between(pd.Timestamp(last.start), pd.Timestamp(last.end))]


def _same_role(of: Round) -> pd.DataFrame:
    """Pairs that a tiered audit rules out: auditor and worker hold the same role."""
    auditors = _auditors(of)[["staff_id", "role"]].rename(columns={"staff_id": "auditor_id"})
    bound: set[str] = set()
    for rule in of.framework.independence:
        if rule.mode == "tiered" and of.audit_type in rule.audit_types:
            bound |= set(rule.roles or auditors["role"])
    roles = of.people.set_index("staff_id")["role"]
    worked = of.cases[["case_id"]].assign(role=of.cases["worker_id"].map(roles)).dropna()
    return worked.merge(auditors[auditors["role"].isin(bound)], on="role")[["case_id", "auditor_id"]]


def _ended(of: Round) -> pd.DataFrame:
    """This draw's open allocations whose auditor no longer audits and whose case has not come back."""
    may = of.held["auditor_id"].isin(_auditors(of)["staff_id"])
    over = of.held[~may & ~of.held["case_id"].isin(of.audited)]
    left = over[["auditor_id"]].merge(of.staff, "left", left_on="auditor_id", right_on="staff_id")["left_on"]
    left = left.where((left <= pd.Timestamp(of.as_at)).fillna(False).astype(bool)).set_axis(over.index)
    return over.assign(
        ended_on=left.fillna(pd.Timestamp(of.as_at)),
        end_reason=pd.Series("may no longer audit", index=over.index)
        .mask(over["auditor_id"].isin(of.exempt["staff_id"]), "exempt")
        .mask(left.notna(), "left the post"),
    )


_TYPES = {name: "datetime64[ns]" if name.endswith("_on") else "string" for name in _COLUMNS}
