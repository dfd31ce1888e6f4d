"""Who audits the drawn cases, by role: how many, how many are asked, the hours there are, what conflicts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import pandas as pd

from qaf_lib.analysis import results_table
from qaf_lib.draw_plans import is_second_look
from qaf_lib.pages.store import PeriodStore, once
from qaf_lib.prepare import DrawAllocation, allocate_draw, draw_allocation, draws_of
from qaf_lib.sampling import Allocation, division_not_known, share_of_period


@dataclass(frozen=True)
class Allocated:
    """The allocation of one draw's cases to auditors, by role and never by person.

    Attributes
    ----------
    drawn, allocated, returned, by_others : int
        Cases selected; those that somebody has; those of these whose audit came back; and how many of
        these somebody else made, which is no fault.
    ended : int
        Allocations that ended because somebody left, is exempt or may no longer audit.
    exempt : dict of str to int
        Auditors exempt from these audits for some or all of the days, by the post that approved it.
    unplaced : int
        Allocated cases of which it cannot be told whether they stay within the division, where they must.
    by_role : DataFrame
        A result: of each role its `auditors`, audits `allocated`, audits asked at the least (`minimum`),
        how many short of that (`short`), and the whole `hours` for audits in the period (missing where
        the staff table names none).
    conflicts : list of str
        What could not be met, in words that name services, roles and counts.
    """

    draw_id: str
    label: str
    drawn: int
    allocated: int
    returned: int
    by_others: int
    ended: int
    exempt: dict[str, int]
    unplaced: int
    due_on: date
    hours_each: float
    by_role: pd.DataFrame
    conflicts: list[str]


@once
def allocation_of(store: PeriodStore) -> list[Allocated]:
    """The allocation of each of the period's draws; none without a staff table."""
    if store.staff.empty:
        return []
    found = []
    draws = draws_of(store.table("draw"), store.span)
    draws = draws[~is_second_look(draws["purpose"])]
    alike = draws["audit_type"].duplicated(keep=False)
    for draw_id, one_of_several in zip(draws["draw_id"], alike, strict=True):
        one = draw_allocation(
            read=store.table,
            draw_id=draw_id,
            framework=store.framework,
            span=store.span,
            as_at=store.parameters.extracts[-1].as_at,
            staff=store.staff,
        )
        found.append(_allocated(one, of=str(draw_id) if one_of_several else ""))
    return found


def _allocated(one: DrawAllocation, *, of: str) -> Allocated:
    """One draw's allocation, named by the draw where the period has several of the type."""
    kind = one.framework.audit_type(one.audit_type)
    label = kind.label if kind is not None else one.audit_type
    made = one.audits[one.audits["draw_id"].eq(one.draw_id).fillna(False).astype(bool)]
    pairs = one.held.merge(made.drop_duplicates("case_id")[["case_id", "auditor_id"]], on="case_id")
    others = pairs["auditor_id_x"] != pairs["auditor_id_y"]
    now = allocate_draw(one)
    mine = one.allocated["draw_id"] == one.draw_id
    return Allocated(
        draw_id=one.draw_id,
        label=f"{label}, {of}" if of else label,
        drawn=len(one.cases),
        allocated=len(one.held),
        returned=len(pairs),
        by_others=int(others.fillna(False).sum()),
        ended=int((mine & one.allocated["ended_on"].notna()).sum()),
        exempt=_exempt(one),
        unplaced=_unplaced(one),
        due_on=one.span.end,
        hours_each=one.rules.hours_per_audit,
        by_role=_by_role(one, now, of),
        conflicts=_conflicts(one, now),
    )


def _exempt(one: DrawAllocation) -> dict[str, int]:
    """Auditors exempt, by the post that approved it."""
    people = one.exempt.drop_duplicates(["staff_id", "approved_by_post"])
    counts = people["approved_by_post"].value_counts().sort_index()
    return {str(post): int(count) for post, count in counts.items()}


def _unplaced(one: DrawAllocation) -> int:
    """Cases that somebody has although the division of the case or of the auditor is not recorded."""
    held = one.held[["case_id", "auditor_id"]].merge(one.cases[["case_id", "division"]], on="case_id")
    people = one.staff.drop_duplicates("staff_id").set_index("staff_id")
    auditors = people[["role", "division"]].reindex(held["auditor_id"])
    return division_not_known(audits=held, auditors=auditors, rules=one.rules.independence)


def _conflicts(one: DrawAllocation, now: Allocation) -> list[str]:
    """Why cases or quotas stay open.

    The reasons of an allocation made from the start say most. They hold for the recorded one while that is
    as good: as many cases allocated and no more audits short; else the recorded one gives its own.
    """
    anew = allocate_draw(one, anew=True)
    as_good = (
        len(anew.cases) == len(now.cases) and anew.load["shortfall"].sum() == now.load["shortfall"].sum()
    )
    shown = anew if as_good else now
    return [str(message) for message in shown.conflicts["message"]]


def _by_role(one: DrawAllocation, now: Allocation, of: str) -> pd.DataFrame:
    table_id = f"allocation_{one.audit_type}" if not of else f"allocation_{_slug(of)}"
    shares = share_of_period(staff=one.people, rules=one.rules)
    hours = one.people["audit_hours_per_month"].astype("float64") * one.rules.months * shares
    of_person = dict(zip(one.people["staff_id"], hours, strict=True))
    load = now.load.assign(hours=now.load["auditor_id"].map(of_person).astype("float64"))
    rows: list[dict[str, object]] = []
    for role, people in [*load.groupby("role", sort=True), ("all", load)]:
        known = people["hours"].notna().any()
        counts = {
            "auditors": len(people),
            "allocated": int(people["allocated"].sum()),
            "minimum": int(people["minimum"].sum()),
            "short": int(people["shortfall"].sum()),
            "hours": int(people["hours"].sum() + 1e-9) if known else None,
        }
        rows += [
            {
                "table_id": table_id,
                "row_key": role,
                "measure": measure,
                "x": count,
                "method": "full count" if count is not None else "no hours in the staff table",
                "mark": "" if count is not None else "x",
            }
            for measure, count in counts.items()
        ]
    return results_table(rows)


def _slug(draw_id: str) -> str:
    """A draw's id as part of a table's."""
    return re.sub(r"[^a-z0-9]+", "_", draw_id.lower())
