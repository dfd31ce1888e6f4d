"""One draw whose cases go to auditors: the cases, the people, and the framework's rules for both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd

from qaf_lib.analysis.in_post import share_in_post
from qaf_lib.audits_asked import audits_asked, exempt_from_audits
from qaf_lib.dates import Period
from qaf_lib.draws import draws_for_days
from qaf_lib.frameworks import Framework
from qaf_lib.sampling.allocation import AllocationRules, RoleQuota

__all__ = ["Read", "Round", "allocation_rules", "divisions_of", "hours_per_audit", "round_of"]

Read = Callable[[str], pd.DataFrame]

HOURS_PER_AUDIT = 4.0
"""Hours that an audit is assumed to take where no coverage rule of the framework says."""


@dataclass(frozen=True)
class Round:
    """One draw whose cases go to auditors, with all that the allocation is made from.

    Attributes
    ----------
    span : Period
        The days that the draw covers.
    as_at : date
        The day of the newest records; who left by then gets no audit.
    cases : DataFrame
        The draw's selected cases: `case_id`, `stratum`, `position`, `service`, `team_id`, `worker_id`,
        `division`.
    staff : DataFrame
        Everybody in the staff table, with the `division` of the team.
    audits, exemptions : DataFrame
        As the contracts have them: every audit, and exemptions from duties.
    allocated : DataFrame
        The allocations of draws for these days, also those ended, with the `audit_type`.
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
    days = _days_of(draw, span)
    kinds = draws_for_days(read("draw"), days).set_index("draw_id")["audit_type"]
    allocated = read("allocation")
    allocated = allocated[allocated["draw_id"].isin(kinds.index)].reset_index(drop=True)
    divisions = divisions_of(read("team"))
    return Round(
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
    """The roles that audit, and who may not audit what from the framework's independence rules.

    Whoever the staff table lets audit may. A peer audit goes to another team.
    """
    apart = [rule for rule in framework.independence if audit_type in rule.audit_types]
    general = [rule for rule in apart if not rule.roles]
    roles = set(staff.loc[staff["can_audit"].fillna(False).astype(bool), "role"])
    return AllocationRules(
        start=span.start,
        months=_months(span),
        roles=tuple(
            RoleQuota(
                role=role,
                not_own_team=any(
                    rule.not_own_team or rule.mode == "peer" for rule in apart if role in rule.roles
                ),
                not_own_service=any(rule.not_own_service for rule in apart if role in rule.roles),
                within_division=any(rule.within_division for rule in apart if role in rule.roles),
            )
            for role in sorted(roles)
        ),
        mode="self" if any(rule.mode == "self" for rule in general) else None,
        not_own_case=any(rule.not_own_case for rule in apart) or not apart,
        not_own_team=any(rule.not_own_team or rule.mode == "peer" for rule in general),
        not_own_service=any(rule.not_own_service for rule in general),
        within_division=any(rule.within_division for rule in general),
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


def _days_exempt(of: Round, start: date) -> _Exempt:
    """How long each person is exempt from these audits between a day and the last that the draw covers."""
    exempt = exempt_from_audits(exemptions=of.exemptions, framework=of.framework, audit_type=of.audit_type)
    days = {"people": of.staff, "start": start, "end": of.span.end}
    there, left = share_in_post(**days), share_in_post(**days, exempt=exempt)
    count = ((there - left) * ((of.span.end - start).days + 1)).round().fillna(0).astype("int64")
    return _Exempt(days=count, all_left=(there > 0) & (left == 0))
