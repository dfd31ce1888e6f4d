"""The framework's duties by role: expected, done and so their state, each a full count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from qaf_lib.analysis import results_table
from qaf_lib.counting import (
    DutyCount,
    DutyRequirement,
    duty_states,
    exempt_from,
    not_left_out,
    spans_of,
    tally,
)
from qaf_lib.dates import Period
from qaf_lib.frameworks import Duty
from qaf_lib.pages.practice.duty_evidence import RuleState, seen_of_roles, seen_rules
from qaf_lib.pages.store import PeriodStore, once

_OF_PEOPLE = ("supervision", "observation", "pdr")
_RECORD = ["on", "by_id", "by_post", "subject_id", "team_id"]
_COLUMNS = [
    *(
        "duty_id",
        "label",
        "who",
        "each",
        "times",
        "every",
        "assumed",
        "state",
        "due_on",
        "holders",
        "reached",
    ),
    *("events", "due_so_far", "done_so_far", "kept_pace", "of_whom", "exempt", "approved_by", "left_out"),
    *("same_as", "counted_by", "not_held", "evidence"),
]
_COUNTS = ("times", "holders", "reached", "events", "due_so_far", "done_so_far", "kept_pace", "of_whom")
_WORST_FIRST = (
    "not met",
    "partly met",
    "nothing on record",
    "behind",
    "on track",
    "on record",
    "met",
    "not due",
)


@dataclass(frozen=True)
class Duties:
    """Every duty of the framework in the period.

    `duties` has one row per duty: `duty_id`, `label`, `who` holds it, `each` (what one is expected of),
    `times` and `every` (missing where the framework gives no number), `assumed` (the assumption its number
    rests on), `state`, `due_on`, `holders` (missing where another rule counts it), of these `reached` by a
    record, `events` (records of its own), for a year not over `due_so_far` and `done_so_far` (times) and
    `kept_pace` of `of_whom` (people), `exempt` holders and the posts that `approved_by` names, people
    `left_out`, `same_as`, `counted_by` (rules that count it) and
    `not_held` (what it asks that no record holds). `counts` is a result: of so many expected
    (n) so many done (x). `states` counts duties by who holds them and state; one that repeats another is
    counted once. `shown` has a row for everything else that shows a duty: `duty_id`, `kind` (question,
    feedback or indicator), `label`, `n` on record, of these `x` with the `best` answer. `short` lists of whom
    more was expected than was done: `duty_id`, `state`, `id`, `expected`, `done`; it names people and teams
    by pseudonym and is for restricted lists only.
    """

    duties: pd.DataFrame
    counts: pd.DataFrame
    states: pd.DataFrame
    shown: pd.DataFrame
    short: pd.DataFrame


@dataclass(frozen=True)
class _Found:
    """What there is of one duty: its own records counted, who is exempt from it, and what else shows it."""

    own: DutyCount | None
    exempt: pd.DataFrame
    seen: tuple[RuleState, ...]

    @property
    def rules(self) -> Sequence[RuleState]:
        """Rules counted elsewhere that give the duty its state: none where it has a number of its own."""
        if self.own is not None and self.own.expected is not None:
            return ()
        rules = [seen for seen in self.seen if seen.kind == "rule"]
        return [seen for seen in rules if seen.expected is not None] if self.own else rules

    @property
    def leading(self) -> RuleState | None:
        """Of the rules that count it, the one that stands worst."""
        return min(self.rules, key=lambda seen: _WORST_FIRST.index(seen.state), default=None)

    @property
    def state(self) -> str:
        """The duty's state: by its own number, else by the rules that count it, else what is on record."""
        if self.own is not None and self.own.expected is not None:
            return self.own.state
        if self.leading is not None:
            return self.leading.state
        there = [seen.state for seen in self.seen] + ([self.own.state] if self.own else [])
        return "on record" if "on record" in there else "nothing on record"

    @property
    def counted(self) -> tuple[int | None, int | None]:
        """Times expected and of these done; none without a number."""
        if self.leading is not None:
            return self.leading.expected, self.leading.done
        return (self.own.expected, self.own.done) if self.own else (None, None)


@once
def duties_of(store: PeriodStore) -> Duties:
    """Every duty counted in the period."""
    found = _found(store)
    rows = [_row(store, duty, found[duty.duty_id]) for duty in store.framework.duties]
    duties = pd.DataFrame(rows, columns=_COLUMNS).astype(dict.fromkeys(_COUNTS, "Int64"))
    duties["due_on"] = pd.to_datetime(duties["due_on"])
    own = duties[duties["same_as"].isna()]
    return Duties(
        duties=duties,
        counts=results_table(_count(duty_id, one) for duty_id, one in found.items()),
        states=duty_states(duties=own, table_id="duties") if len(duties) else results_table([]),
        shown=_shown(found),
        short=_short(found, own["duty_id"]),
    )


def _shown(found: dict[str, _Found]) -> pd.DataFrame:
    rows = [
        (duty_id, seen.kind, seen.label, seen.done, seen.good, seen.best)
        for duty_id, one in found.items()
        for seen in one.seen
        if seen.kind != "rule" and seen.done
    ]
    table = pd.DataFrame(rows, columns=["duty_id", "kind", "label", "n", "x", "best"])
    return table.astype({"n": "Int64", "x": "Int64"})


def _short(found: dict[str, _Found], duty_ids: Iterable[str]) -> pd.DataFrame:
    parts = [
        own.short.assign(duty_id=duty_id, state=own.state)
        for duty_id in duty_ids
        if (own := found[duty_id].own) is not None
        and own.state in ("partly met", "not met", "on track", "behind", "not due")
    ]
    wanted = ["duty_id", "state", "id", "expected", "done"]
    lists = [part for part in parts if len(part)]
    return pd.concat(lists, ignore_index=True)[wanted] if lists else pd.DataFrame(columns=wanted)


def _found(store: PeriodStore) -> dict[str, _Found]:
    """What there is of each duty; one that repeats another has the other's."""
    seen, found = seen_rules(store), {}
    for duty in (duty for duty in store.framework.duties if duty.same_as is None):
        exempt = _exempt(store, duty)
        own = _tally(store, duty, exempt) if duty.evidence else None
        found[duty.duty_id] = _Found(own, exempt, tuple(seen_of_roles(store, duty, seen)))
    return {duty.duty_id: found[duty.same_as or duty.duty_id] for duty in store.framework.duties}


def monthly_audits(store: PeriodStore, days: Period, only: Iterable[str] = ()) -> tuple[int, int]:
    """Audits that duties with a number a month (`only` those named) ask of posts in a month: made, asked."""
    named = set(only)
    counted = [
        _tally(store, duty, _exempt(store, duty), days)
        for duty in store.framework.duties
        if duty.evidence == "audit" and duty.same_as is None
        if (store.framework.how_often(duty) or (0, ""))[1] == "month"
        if not named or duty.duty_id in named
    ]
    return sum(one.done for one in counted), sum(one.expected or 0 for one in counted)


def _tally(store: PeriodStore, duty: Duty, exempt: pd.DataFrame, days: Period | None = None) -> DutyCount:
    known = not_left_out(people=store.teams, services=duty.leave_out_services, teams=duty.leave_out_teams)
    out = set(store.teams["team_id"]) - set(known["team_id"]) | set(duty.leave_out_teams)
    teams, records = set(store.closing["team_id"].dropna()) - out, _records(store, duty)
    if duty.each == "locality":
        place = store.place_of("locality")
        teams = {place[team] for team in teams if team in place}
        records = records.assign(team_id=records["team_id"].map(place))
    return tally(
        asked=_asked(store, duty),
        people=_people(store, duty),
        teams=sorted(teams),
        records=records,
        period=days or store.span,
        exempt=exempt,
    )


def _people(store: PeriodStore, duty: Duty) -> pd.DataFrame:
    known = not_left_out(people=store.staff, services=duty.leave_out_services, teams=duty.leave_out_teams)
    if not duty.newly_qualified:
        return known
    newly = known["newly_qualified_until"] >= pd.Timestamp(store.span.start)
    return known[newly.fillna(False).astype(bool) | known["role"].isin(duty.roles)]


def _exempt(store: PeriodStore, duty: Duty) -> pd.DataFrame:
    """Holders excused, on some of the days counted, from a duty that each post owes alone."""
    rows = exempt_from(exemptions=store.table("exemption"), duty_id=duty.duty_id)
    if duty.each != "post" or duty.evidence is None:
        return rows.iloc[:0]
    people = _people(store, duty)
    holders = people.loc[people["role"].isin(duty.roles), "staff_id"]
    ended = (rows["ends_on"] < pd.Timestamp(_first_day(store, duty))).fillna(False).astype(bool)
    there = rows["staff_id"].isin(holders) & (rows["starts_on"] <= pd.Timestamp(store.span.end)) & ~ended
    return rows[there]


def _first_day(store: PeriodStore, duty: Duty) -> date:
    """The day that counting starts: a year that falls due in the period began before it."""
    often = store.framework.how_often(duty)
    if often is None:
        return store.span.start
    spans = spans_of(every=often[1], period=store.span, year=duty.year, due_month=duty.due_month)
    return min(span.start for span in spans)


def _asked(store: PeriodStore, duty: Duty) -> DutyRequirement:
    times, every = store.framework.how_often(duty) or (None, None)
    return DutyRequirement(
        roles=tuple(duty.roles),
        each="team" if duty.each == "locality" else duty.each,
        subject_roles=tuple(duty.subject_roles),
        times=times,
        every=every,
        year=duty.year,
        due_month=duty.due_month,
        pro_rata=duty.pro_rata,
        by_holders=duty.evidence in ("audit", "moderation") and duty.each != "council",
        excused_months=tuple(duty.excused_months),
    )


def _records(store: PeriodStore, duty: Duty) -> pd.DataFrame:
    """Records of any time that could show the duty, as `tally` takes them.

    One of a person that names no duty shows that of which the person is a subject.
    """
    if duty.evidence == "audit":
        audits = store.audits
        if duty.audit_types:
            audits = audits[audits["audit_type"].isin(duty.audit_types)]
        audits = _of_cases(store, duty, audits)
        if duty.exercise:
            audits = _exercises(audits, duty)
        names = {"audited_on": "on", "auditor_id": "by_id", "worker_id": "subject_id"}
        return audits.rename(columns=names).assign(by_post=_missing(audits))[_RECORD]
    if duty.evidence == "moderation":
        made = store.table("moderation").merge(
            store.audits[["audit_id", "team_id", "worker_id"]], on="audit_id", how="left"
        )
        names = {"moderated_on": "on", "moderator_id": "by_id", "worker_id": "subject_id"}
        return made.rename(columns=names).assign(by_post=_missing(made))[_RECORD]
    events = store.table("duty_event").rename(columns={"held_on": "on"})
    known = [duty.duty_id]
    for report in (name for name in duty.shown_by if name.startswith("report_")):
        known += [report, report.removeprefix("report_")]
    own = events["duty_id"].isin(known)
    if duty.each == "subject" and duty.evidence in _OF_PEOPLE:
        people = _people(store, duty)
        subjects = people.loc[people["role"].isin(duty.subject_roles), "staff_id"]
        own |= events["duty_id"].isna() & events["subject_id"].isin(subjects)
    if duty.evidence != "log":
        own &= events["kind"].eq(duty.evidence).fillna(False).astype(bool)
    return events[own][_RECORD]


def _of_cases(store: PeriodStore, duty: Duty, audits: pd.DataFrame) -> pd.DataFrame:
    """Audits of the cases and in the way that the duty asks for."""
    if duty.teams_named is not None:
        names = audits["team_id"].map(store.team_names).astype("string")
        audits = audits[names.str.startswith(duty.teams_named).fillna(False).astype(bool)]
    return audits[audits["worker_took_part"].fillna(False).astype(bool)] if duty.with_worker else audits


def _exercises(audits: pd.DataFrame, duty: Duty) -> pd.DataFrame:
    """Each exercise once, on the day of its last audit: of each auditor, or of the council."""
    dated = audits.sort_values("audited_on", kind="stable")
    key = ["exercise_id", "auditor_id"] if duty.each == "post" else ["exercise_id"]
    again = dated["exercise_id"].notna() & dated.duplicated(key, keep="last")
    return dated[~again]


def _missing(table: pd.DataFrame) -> pd.Series:
    return pd.Series(pd.NA, index=table.index, dtype="string")


def _row(store: PeriodStore, duty: Duty, found: _Found) -> dict[str, object]:
    times, every = store.framework.how_often(duty) or (None, None)
    own, exempt = found.own, found.exempt
    so_far = found.leading.so_far if found.leading else own.so_far if own else None
    assumed = [duty.assumed, found.leading.assumed if found.leading else None]
    return {
        "duty_id": duty.duty_id,
        "label": duty.label,
        "who": ", ".join(duty.roles) or duty.as_post,
        "each": duty.each,
        "times": times,
        "every": every,
        "assumed": next((name for name in assumed if name), None),
        "state": found.state,
        "due_on": own.due_on if own else None,
        "holders": own.holders if own else None,
        "reached": own.reached if own else None,
        "events": own.events if own else None,
        "due_so_far": so_far.due if so_far else None,
        "done_so_far": so_far.done if so_far else None,
        "kept_pace": so_far.kept_pace if so_far else None,
        "of_whom": so_far.asked if so_far else None,
        "exempt": exempt["staff_id"].nunique(),
        "approved_by": ", ".join(sorted(set(exempt["approved_by_post"]))) or None,
        "left_out": len(store.staff[store.staff["role"].isin(duty.roles)])
        - len(_people(store, duty).query("role in @duty.roles")),
        "same_as": duty.same_as,
        "not_held": duty.not_held,
        "evidence": duty.evidence,
        "counted_by": ", ".join(name for name in duty.shown_by if found.rules) or None,
    }


def _count(duty_id: str, found: _Found) -> dict[str, object]:
    expected, done = found.counted
    share = done / expected if expected and done is not None else None
    return {
        "table_id": "duties_done",
        "row_key": duty_id,
        "measure": "done",
        "x": done,
        "n": expected,
        "population": expected,
        "estimate": share,
        "method": "full count",
        "speaks_of": "these_cases",
    }
