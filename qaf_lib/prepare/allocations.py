"""Drawn cases to auditors: what is asked of each, who gets which, and the rows that the register lacks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from qaf_lib.counting import (
    DutyRequirement,
    Span,
    exempt_from,
    expected_times,
    not_left_out,
    owners_of,
    share_in_post,
    spans_of,
)
from qaf_lib.dates import Period, previous_period
from qaf_lib.frameworks import Duty, Framework, Independence
from qaf_lib.prepare.draws import draws_for_days
from qaf_lib.register import TABLES
from qaf_lib.sampling import Allocation, AllocationRules, allocate_audits, audit_places, share_of_period


def duties_that_ask(*, framework: Framework, audit_type: str) -> list[Duty]:
    """The duties that ask a number of audits of a type of each holder."""
    return [
        duty
        for duty in framework.duties
        if duty.evidence == "audit"
        and audit_type in duty.audit_types
        and framework.how_often(duty) is not None
        and duty.each == "post"
        and duty.same_as is None
    ]


def exempt_from_audits(*, exemptions: pd.DataFrame, framework: Framework, audit_type: str) -> pd.DataFrame:
    """Exemptions that hold for audits of a type: from every duty, or from one that asks for them."""
    asking = [duty.duty_id for duty in duties_that_ask(framework=framework, audit_type=audit_type)]
    named = exemptions["duty_id"].isin(asking) | exemptions["duty_id"].isna()
    return exemptions[named.fillna(False).astype(bool)]


def audits_asked(
    *,
    framework: Framework,
    audit_type: str,
    span: Period,
    staff: pd.DataFrame,
    exemptions: pd.DataFrame,
    audits: pd.DataFrame,
    elsewhere: pd.DataFrame,
) -> pd.Series:
    """Audits of a type that are asked of each person in a period (count, by staff id).

    What the duties expect by spans that fall due in the period (`expected_times`), the most where several
    duties ask; less what was audited earlier in such a span, and what other draws gave out. Where people
    followed one another in a post, the last holder has what the others' time leaves.

    `audits` are all that were made, `elsewhere` what other draws gave out for these days.
    """
    asked = pd.Series(0, index=pd.Index(staff["staff_id"].unique()), dtype="int64")
    for duty in duties_that_ask(framework=framework, audit_type=audit_type):
        spans = _due_spans(framework, duty, span)
        expected = _of_each(framework, duty, spans, staff, exemptions)
        if expected.empty:
            continue
        first, start = pd.Timestamp(min(one.start for one in spans)), pd.Timestamp(span.start)
        earlier = audits[(audits["audited_on"] >= first) & (audits["audited_on"] < start)]
        parts = [table[table["audit_type"].isin(duty.audit_types)] for table in (earlier, elsewhere)]
        taken = sum(part["auditor_id"].value_counts().reindex(expected.index).fillna(0) for part in parts)
        left = (expected - taken).clip(lower=0).astype("int64")
        asked = np.maximum(asked, left.reindex(asked.index, fill_value=0))
    return asked


def _due_spans(framework: Framework, duty: Duty, span: Period) -> list[Span]:
    often = framework.how_often(duty)
    if often is None:
        return []
    found = spans_of(every=often[1], period=span, year=duty.year, due_month=duty.due_month)
    return [one for one in found if one.due in span]


def _of_each(
    framework: Framework, duty: Duty, spans: list[Span], staff: pd.DataFrame, exemptions: pd.DataFrame
) -> pd.Series:
    """What the duty expects of each person's post in spans together; nothing where none is due."""
    people = not_left_out(people=staff, services=duty.leave_out_services, teams=duty.leave_out_teams)
    often = framework.how_often(duty)
    if often is None or not spans or not people["role"].isin(duty.roles).any():
        return pd.Series(dtype="int64")
    owners = owners_of(asked=DutyRequirement(roles=tuple(duty.roles)), people=people, teams=[])

    def times(of: pd.DataFrame) -> pd.Series:
        return expected_times(
            people=of,
            times=often[0],
            spans=spans,
            excused_months=duty.excused_months,
            exempt=exempt_from(exemptions=exemptions, duty_id=duty.duty_id),
            pro_rata=duty.pro_rata,
        )

    return _shared_out(owners, times)


def _shared_out(owners: pd.DataFrame, times: Callable[[pd.DataFrame], pd.Series]) -> pd.Series:
    """What each post is asked, by person: the last holder has what the others' own time leaves."""
    own = times(owners.assign(owner=owners["staff_id"]))
    last = owners.sort_values(["started_on", "staff_id"]).drop_duplicates("owner", keep="last")
    rest = times(owners) - owners.assign(own=owners["staff_id"].map(own)).groupby("owner")["own"].sum()
    return own.add(last.set_index("staff_id")["owner"].map(rest), fill_value=0).clip(lower=0).astype("int64")


Read = Callable[[str], pd.DataFrame]

HOURS_PER_AUDIT = 4.0
"""Hours that an audit is assumed to take where no coverage rule of the framework says."""


@dataclass(frozen=True)
class DrawAllocation:
    """One draw whose cases go to auditors, with all that the allocation is made from.

    `span` are the days that the draw covers, `as_at` the day of the newest records: who left by then gets no
    audit. `cases` are the selected ones, they and `staff` with the `division` of their team; `allocated` are
    the allocations of all draws for these days, also those ended, with the `audit_type`.
    """

    draw_id: str
    audit_type: str
    framework: Framework
    span: Period
    as_at: date
    cases: pd.DataFrame
    staff: pd.DataFrame
    audits: pd.DataFrame
    exemptions: pd.DataFrame
    allocated: pd.DataFrame

    @cached_property
    def rules(self) -> AllocationRules:
        """The rules of this allocation."""
        return allocation_rules(
            framework=self.framework, audit_type=self.audit_type, span=self.span, staff=self.people
        )

    @cached_property
    def people(self) -> pd.DataFrame:
        """The staff, with what is `asked` of each; who left or is exempt from the day on may not audit."""
        staff, may = self.staff, self.staff["can_audit"].fillna(False).astype(bool)
        gone = (staff["left_on"] <= pd.Timestamp(self.as_at)).fillna(False).astype(bool)
        exempt = _days_exempt(self, min(max(self.span.start, self.as_at), self.span.end))
        return staff.assign(
            can_audit=may & ~gone & ~exempt.all_left,
            days_exempt=_days_exempt(self, self.span.start).days,
            asked=staff["staff_id"].map(
                audits_asked(
                    framework=self.framework,
                    audit_type=self.audit_type,
                    span=self.span,
                    staff=staff,
                    exemptions=self.exemptions,
                    audits=self.audits,
                    elsewhere=self.elsewhere,
                )
            ),
        )

    @property
    def exempt(self) -> pd.DataFrame:
        """Exemptions from these audits, for some of the days, of people who may else audit."""
        may = self.staff.loc[self.staff["can_audit"].fillna(False).astype(bool), "staff_id"]
        found = exempt_from_audits(
            exemptions=self.exemptions, framework=self.framework, audit_type=self.audit_type
        )
        over = (found["ends_on"] < pd.Timestamp(self.span.start)).fillna(False).astype(bool)
        begun = found["starts_on"] <= pd.Timestamp(self.span.end)
        return found[begun & ~over & found["staff_id"].isin(may)]

    @property
    def elsewhere(self) -> pd.DataFrame:
        """Open allocations of other draws for these days."""
        allocated = self.allocated
        return allocated[(allocated["draw_id"] != self.draw_id) & allocated["ended_on"].isna()]

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


def draw_allocation(
    *, read: Read, draw_id: str, framework: Framework, span: Period, as_at: date, staff: pd.DataFrame
) -> DrawAllocation:
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
    days = _days_of(draw, span)
    kinds = draws_for_days(read("draw"), days).set_index("draw_id")["audit_type"]
    allocated = read("allocation")
    allocated = allocated[allocated["draw_id"].isin(kinds.index)].reset_index(drop=True)
    divisions = divisions_of(read("team"))
    return DrawAllocation(
        draw_id=draw_id,
        audit_type=str(draw["audit_type"]),
        framework=framework,
        span=days,
        as_at=as_at,
        cases=cases.assign(division=cases["team_id"].map(divisions)).sort_values(
            ["stratum", "position", "case_id"], ignore_index=True
        ),
        staff=staff.assign(division=staff["team_id"].map(divisions)),
        audits=read("audit"),
        exemptions=read("exemption"),
        allocated=allocated.assign(audit_type=allocated["draw_id"].map(kinds)),
    )


def _days_of(draw: pd.Series, span: Period) -> Period:
    """The days that a draw covers: the period's, or one month of it."""
    start, end = draw["covers_from"].date(), draw["covers_to"].date()
    return span if (start, end) == (span.start, span.end) else Period(f"{start:%Y-%m}", start, end)


def divisions_of(teams: pd.DataFrame) -> pd.Series:
    """The division of each team by its id, as the newest row has it; missing where none is recorded.

    Examples
    --------
    >>> teams = pd.DataFrame({"seq": [1, 2], "team_id": ["t", "t"], "division": ["North", "South"]})
    >>> divisions_of(teams).to_dict()
    {'t': 'South'}
    """
    newest = teams.sort_values("seq").drop_duplicates("team_id", keep="last")
    return newest.set_index("team_id")["division"].astype("string")


def allocation_rules(
    *, framework: Framework, audit_type: str, span: Period, staff: pd.DataFrame
) -> AllocationRules:
    """The framework's independence rules for these audits; whom none binds may not audit an own case."""
    apart = [rule for rule in framework.independence if audit_type in rule.audit_types]
    roles = set(staff.loc[staff["can_audit"].fillna(False).astype(bool), "role"])
    free = roles.difference(*(rule.roles for rule in apart))
    if free and all(rule.roles for rule in apart):
        apart.append(Independence(audit_types=[audit_type], roles=sorted(free), requirements=[]))
    return AllocationRules(
        start=span.start,
        months=_months(span),
        independence=tuple(apart),
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


def _months(span: Period) -> int:
    return (span.end.year - span.start.year) * 12 + span.end.month - span.start.month + 1


@dataclass(frozen=True)
class _Exempt:
    """Of each person: `days` of a span exempt (count), and whether these are `all_left` of those in post."""

    days: pd.Series
    all_left: pd.Series


def _days_exempt(of: DrawAllocation, start: date) -> _Exempt:
    """How long each person is exempt from these audits between a day and the last that the draw covers."""
    exempt = exempt_from_audits(exemptions=of.exemptions, framework=of.framework, audit_type=of.audit_type)
    days = {"people": of.staff, "start": start, "end": of.span.end}
    there, left = share_in_post(**days), share_in_post(**days, exempt=exempt)
    count = ((there - left) * ((of.span.end - start).days + 1)).round().fillna(0).astype("int64")
    return _Exempt(days=count, all_left=(there > 0) & (left == 0))


Numbers = Callable[[str], float]

_PAIR = ["case_id", "auditor_id", "team_id", "kind"]
_COLUMNS = TABLES["allocation"].names()


def allocate_draw(of: DrawAllocation, *, numbers: Numbers | None = None, anew: bool = False) -> Allocation:
    """Allocate the draw's cases, keeping what is allocated already.

    A case that came back stays with its auditor, or is left out where that person no longer audits.
    `numbers` gives everybody and every case the permanent number by which ties go. `anew` allocates as if
    nothing were allocated yet.
    """
    rules, staff = of.rules, _with_hours_left(of)
    may = of.held["auditor_id"].isin(_auditors(of)["staff_id"])
    settled = of.held.loc[~may & of.held["case_id"].isin(of.audited), "case_id"]
    cases = of.cases[~of.cases["case_id"].isin(settled)]
    kept = of.held[may] if not anew else of.held.iloc[:0]
    if numbers is not None:
        cases = cases.assign(prn=[numbers(case) for case in cases["case_id"]])
        staff = staff.assign(prn=[numbers(person) for person in staff["staff_id"]])
    parts = [kept.assign(kind="kept"), _before(of).assign(kind="before")]
    pairs = pd.concat([part.reindex(columns=_PAIR).astype("string") for part in parts], ignore_index=True)
    return allocate_audits(cases=cases, staff=staff, rules=rules, pairs=pairs)


def due_rows(of: DrawAllocation, *, numbers: Numbers) -> pd.DataFrame:
    """The rows of the allocation table that the register lacks: audits newly given out, and those ended.

    An allocation ends when its auditor left, is exempt or may no longer audit and the case has not come
    back. An audit is due on the last day that its draw covers.
    """
    found = allocate_draw(of, numbers=numbers).cases.query("why == 'new'")
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


def _auditors(of: DrawAllocation) -> pd.DataFrame:
    return audit_places(staff=of.people, rules=of.rules)


def _with_hours_left(of: DrawAllocation) -> pd.DataFrame:
    """The people with their monthly hours, less those that audits of the period's other draws take."""
    people, rules = of.people, of.rules
    elsewhere = of.elsewhere["auditor_id"].value_counts()
    share = share_of_period(staff=people, rules=rules)
    taken = people["staff_id"].map(elsewhere).astype("float64").fillna(0) * rules.hours_per_audit
    monthly = (taken / rules.months / share.where(share > 0, 1.0)).astype("float64")
    left = (people["audit_hours_per_month"].astype("float64") - monthly).clip(lower=0)
    return people.assign(audit_hours_per_month=left)


def _before(of: DrawAllocation) -> pd.DataFrame:
    """Who audited which case, and a case of which team, in the period before."""
    last = previous_period(of.span)
    audits = of.audits[(of.audits["audit_type"] == of.audit_type) & of.audits["auditor_id"].notna()]
    return audits[audits["audited_on"].between(pd.Timestamp(last.start), pd.Timestamp(last.end))]


def _ended(of: DrawAllocation) -> pd.DataFrame:
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
