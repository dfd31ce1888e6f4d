"""Drawn cases to auditors: the framework's rules as an allocation's, and the rows that the register lacks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from qaf_lib.dates import Period, previous_period
from qaf_lib.draws import draws_of
from qaf_lib.frameworks import Framework
from qaf_lib.register import TABLES
from qaf_lib.sampling.allocation import Allocation, AllocationRules, RoleQuota, allocate_audits, audit_places
from qaf_lib.sampling.allocation.places import share_of_period

__all__ = [
    "Round",
    "allocate_round",
    "allocation_rules",
    "due_rows",
    "ended_with_their_draw",
    "hours_per_audit",
    "round_of",
]

Read = Callable[[str], pd.DataFrame]
Numbers = Callable[[str], float]

HOURS_PER_AUDIT = 4.0
"""Hours that an audit is assumed to take where no coverage rule of the framework says."""

_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12, "two_years": 24}
_PAIR = ["case_id", "auditor_id", "team_id", "kind"]
_COLUMNS = TABLES["allocation"].names()


@dataclass(frozen=True)
class Round:
    """One draw whose cases go to auditors, with all that the allocation is made from.

    Attributes
    ----------
    as_at : date
        The day of the newest records; who left by then gets no audit.
    cases : DataFrame
        The draw's selected cases: `case_id`, `stratum`, `position`, `service`, `team_id`, `worker_id`.
    staff, audits : DataFrame
        As the contracts have them: everybody in the staff table, and every audit.
    allocated : DataFrame
        The allocations of the period's current draws, also those ended.
    """

    draw_id: str
    audit_type: str
    framework: Framework
    span: Period
    as_at: date
    cases: pd.DataFrame
    staff: pd.DataFrame
    audits: pd.DataFrame
    allocated: pd.DataFrame

    @property
    def rules(self) -> AllocationRules:
        """The rules of this allocation."""
        return allocation_rules(
            framework=self.framework, audit_type=self.audit_type, span=self.span, staff=self.people
        )

    @property
    def people(self) -> pd.DataFrame:
        """The staff; who left by the day may not audit."""
        gone = (self.staff["left_on"] <= pd.Timestamp(self.as_at)).fillna(False).astype(bool)
        return self.staff.assign(can_audit=self.staff["can_audit"].fillna(False).astype(bool) & ~gone)

    @property
    def held(self) -> pd.DataFrame:
        """This draw's open allocations."""
        allocated = self.allocated
        return allocated[(allocated["draw_id"] == self.draw_id) & allocated["ended_on"].isna()]

    @property
    def audited(self) -> pd.Series:
        """The cases whose audit came back, whoever made it."""
        cases: pd.Series = self.audits.loc[self.audits["draw_id"].eq(self.draw_id).fillna(False), "case_id"]
        return cases


def round_of(
    *, read: Read, draw_id: str, framework: Framework, span: Period, as_at: date, staff: pd.DataFrame
) -> Round:
    """The allocation of one draw; `read` gives a table of the register or of the period store by name."""
    draw = read("draw").set_index("draw_id").loc[draw_id]
    drawn = read("draw_case")
    selected = drawn[(drawn["draw_id"] == draw_id) & (drawn["state"] == "selected")]
    known = read("case")
    known = known[[str(name) in str(draw["snapshot_id"]) for name in known["snapshot_id"]]]
    cases = selected[["case_id", "stratum", "position"]].merge(
        known[["case_id", "service", "team_id", "worker_id"]].drop_duplicates("case_id"), "left", "case_id"
    )
    cases[["service", "team_id"]] = cases[["service", "team_id"]].fillna("not recorded")
    allocated = read("allocation")
    current = allocated["draw_id"].isin(draws_of(read("draw"), span)["draw_id"])
    return Round(
        draw_id=draw_id,
        audit_type=str(draw["audit_type"]),
        framework=framework,
        span=span,
        as_at=as_at,
        cases=cases.sort_values(["stratum", "position", "case_id"], ignore_index=True),
        staff=staff,
        audits=read("audit"),
        allocated=allocated[current].reset_index(drop=True),
    )


def allocation_rules(
    *, framework: Framework, audit_type: str, span: Period, staff: pd.DataFrame
) -> AllocationRules:
    """Quotas by role from the framework's duties, and who may not audit what from its independence rules.

    Whoever the staff table lets audit may; a role whose duty names a number of these audits has it as its
    minimum for the period, the largest where several do. A peer audit goes to another team.
    """
    apart = [rule for rule in framework.independence if audit_type in rule.audit_types]
    general = [rule for rule in apart if not rule.roles]
    quotas = _quotas(framework, audit_type, span)
    roles = set(staff.loc[staff["can_audit"].fillna(False).astype(bool), "role"]) | set(quotas)
    return AllocationRules(
        start=span.start,
        months=_months(span),
        roles=tuple(
            RoleQuota(
                role=role,
                minimum=quotas.get(role, 0),
                not_own_team=any(
                    rule.not_own_team or rule.mode == "peer" for rule in apart if role in rule.roles
                ),
                not_own_service=any(rule.not_own_service for rule in apart if role in rule.roles),
            )
            for role in sorted(roles)
        ),
        mode="self" if any(rule.mode == "self" for rule in general) else None,
        not_own_case=any(rule.not_own_case for rule in apart) or not apart,
        not_own_team=any(rule.not_own_team or rule.mode == "peer" for rule in general),
        not_own_service=any(rule.not_own_service for rule in general),
        hours_per_audit=hours_per_audit(framework=framework, audit_type=audit_type),
    )


def hours_per_audit(*, framework: Framework, audit_type: str) -> float:
    """Hours an audit is assumed to take: as the first coverage rule that counts it says, else four."""
    kind = framework.audit_type(audit_type)
    counts = kind is not None and kind.counts_towards_coverage
    for rule in framework.coverage:
        if rule.counts == "audit" and (audit_type in rule.audit_types or (not rule.audit_types and counts)):
            return rule.hours_per_audit
    return HOURS_PER_AUDIT


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

    An allocation ends when its auditor left or may no longer audit and the case has not come back.
    An audit is due on the period's last day.
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


def _quotas(framework: Framework, audit_type: str, span: Period) -> dict[str, float]:
    """Audits of the type that each role owes in the period, by its duties."""
    quotas: dict[str, float] = {}
    for duty in framework.duties:
        often = framework.how_often(duty)
        if duty.evidence != "audit" or audit_type not in duty.audit_types or often is None:
            continue
        if duty.each != "post" or duty.same_as is not None:
            continue
        times, every = often
        spans = ((span.end - span.start).days + 1) // 7 if every == "week" else _months(span) / _MONTHS[every]
        for role in duty.roles:
            quotas[role] = max(quotas.get(role, 0.0), times * spans)
    return quotas


def _months(span: Period) -> int:
    return (span.end.year - span.start.year) * 12 + span.end.month - span.start.month + 1


def _auditors(of: Round) -> pd.DataFrame:
    return audit_places(staff=of.people, rules=of.rules)


def _with_hours_left(of: Round) -> pd.DataFrame:
    """The people with their monthly hours, less those that audits of the period's other draws take."""
    people, rules = of.people, of.rules
    others = of.allocated[(of.allocated["draw_id"] != of.draw_id) & of.allocated["ended_on"].isna()]
    elsewhere = others["auditor_id"].value_counts()
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
        end_reason=pd.Series("may no longer audit", index=over.index).mask(left.notna(), "left the post"),
    )


_TYPES = {name: "datetime64[ns]" if name.endswith("_on") else "string" for name in _COLUMNS}
