"""The duty log of a council that keeps its framework: every duty done in every span that asks for it.

What is not done is planted afterwards (`qaf_lib.caseload.synthetic.breaches`), so that it is known.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from qaf_lib.caseload.synthetic.audits import QUARTERS, known, working_day
from qaf_lib.caseload.synthetic.cases import SNAPSHOTS
from qaf_lib.caseload.synthetic.council import Part
from qaf_lib.caseload.synthetic.people import YEAR_END, YEAR_START, homes_of
from qaf_lib.dates import add_months, add_working_days
from qaf_lib.frameworks import Coverage, Duty, Evidence, Framework

__all__ = ["days_in_post", "make_duty_events", "make_exemptions", "make_more_entries", "spans_of_year"]

Row = dict[str, object]
_LAST_DAY = SNAPSHOTS[-1]
_IN_THE_LOG = {"observation", "supervision", "pdr", "visit", "meeting", "report", "scrutiny", "log"}
_MONTHS = {"month": 1, "quarter": 3, "half_year": 6}
_KEPT = {"observation": 0.74, "supervision": 0.9, "pdr": 0.82}  # of what the year asks, not yet due


_SPREAD = 150
"""Days before the year's end over which what is asked once a year is spread."""


@dataclass(frozen=True)
class _Owner:
    """Of whom one is expected: a person, a person it is about, a team, or the council."""

    by_id: str | None
    by_post: str | None
    subject_id: str | None = None
    team_id: str | None = None
    first: date = date.min
    last: date = date.max


def make_duty_events(*, part: Part, framework: Framework, rng: np.random.Generator) -> list[Row]:
    """A year's log: each duty in each of its spans, what coverage asks of people, supervision without gaps.

    Duties without a number have an entry a quarter, but for one in six of which nothing is recorded.
    """
    rows: list[Row] = []
    for duty in framework.duties:
        if duty.newly_qualified:
            rows += _agreements(duty, part)
        elif duty.evidence in _IN_THE_LOG and duty.same_as is None:
            rows += _of_duty(duty, part, framework, rng)
    watched: set[tuple[Evidence, str]] = {
        (duty.evidence, role)
        for duty in framework.duties
        for role in duty.subject_roles
        if duty.same_as is None and duty.evidence is not None
    }
    for rule in framework.coverage:
        if rule.counts != "audit" and not rule.after_observation:
            rows += _of_coverage(rule, part, watched, rng)
    if framework.longest_gaps:
        rows += _without_gaps(part, framework.longest_gaps[0].days)
    rows.sort(key=lambda row: (str(row["held_on"]), str(row.get("duty_id")), str(row.get("by_id"))))
    for number, row in enumerate(rows, start=10_001):
        row["event_id"] = f"{part.posts.letters}D-{number}"
    return rows


_CHECKED = ("assessment", "conference report", "court report", "review report")
_SIGNED = 0.9
"""Of the reports that are checked those that are signed off."""


def make_more_entries(*, part: Part, framework: Framework, rng: np.random.Generator) -> Iterator[Row]:
    """Entries of the last quarter by half the holders of a logged duty, and reports that managers checked.

    Only where the framework asks managers to sign reports off; duties without any entry stay without.
    """
    checks = [duty for duty in framework.duties if "signed_off" in duty.shown_by]
    if not checks:
        return
    number = 0
    for duty in framework.duties:
        silent = zlib.crc32(duty.duty_id.encode()) % 6 == 0
        if duty.evidence not in ("log", "report") or duty.same_as or framework.how_often(duty) or silent:
            continue
        for owner in _owners(duty, part):
            half = zlib.crc32(f"{duty.duty_id} {owner.by_id}".encode()) % 2 == 0
            first, last = max(QUARTERS[-1].start, owner.first), min(QUARTERS[-1].end, owner.last)
            if owner.by_id is None or first > last:
                continue
            for kind in _CHECKED if duty in checks else (None,) * half:
                number += 1
                row = _event("report", duty.duty_id, owner, first, last, rng)
                row["event_id"] = f"{part.posts.letters}E-{number + 10_000}"
                if kind is not None:
                    row |= {"report_type": kind, "signed_off": bool(rng.random() < _SIGNED)}
                yield row


_EXEMPT = {
    "families": ("supervision_audit_om", "Operations Manager", "Strategic Manager"),
    "portsmouth": ("T29", "Head of Service", "Director of Children's Services"),
}
"""Duty, the role of one of its holders who is excused from it in July, and the post that approved it."""


def make_exemptions(*, part: Part) -> list[Row]:
    """One holder of a duty excused from it for a month, in two of the parts."""
    if part.name not in _EXEMPT:
        return []
    duty_id, role, approved_by = _EXEMPT[part.name]
    holder = part.staff[part.staff["role"] == role].iloc[-1]
    row: Row = {"exemption_id": f"{part.posts.letters}X-1", "staff_id": holder["staff_id"]}
    row |= {"duty_id": duty_id, "starts_on": date(2026, 7, 1), "ends_on": date(2026, 7, 31)}
    return [row | {"approved_by_post": approved_by, "reason": "Secondment"}]


def spans_of_year(every: str, due_month: int | None = None) -> Iterator[tuple[date, date]]:
    """First and last days of the weeks, months, quarters and half years of the records' year."""
    if every == "week":
        start = YEAR_START + timedelta(days=-YEAR_START.weekday() % 7)
        while start + timedelta(days=6) <= YEAR_END:
            yield start, start + timedelta(days=6)
            start += timedelta(days=7)
    elif every in _MONTHS:
        for at in range(0, 12, _MONTHS[every]):
            start = add_months(YEAR_START, at)
            yield start, add_months(start, _MONTHS[every]) - timedelta(days=1)
    elif due_month is not None:
        year = YEAR_END.year if due_month <= YEAR_END.month else YEAR_START.year
        start = date(year, due_month, 1)
        yield start, add_months(start, 1) - timedelta(days=1)
    else:
        yield YEAR_START, add_months(YEAR_START, 6) - timedelta(days=1)
        yield add_months(YEAR_START, 6), YEAR_END


def days_in_post(person: object) -> tuple[date, date]:
    """First and last day of a member of staff, as far as the records reach."""
    left = getattr(person, "left_on", None)
    return getattr(person, "started_on", date.min), _LAST_DAY if left is None or left != left else left


def _of_duty(duty: Duty, part: Part, framework: Framework, rng: np.random.Generator) -> list[Row]:
    often, kind = framework.how_often(duty), duty.evidence or "log"
    owners = list(_owners(duty, part))
    if often is None:
        if zlib.crc32(duty.duty_id.encode()) % 6 == 0:
            return []
        return [
            _event(kind, duty.duty_id, owners[at % len(owners)], quarter.start, quarter.end, rng)
            for at, quarter in enumerate(QUARTERS)
        ]
    times, every = often
    rows = []
    for start, end in spans_of_year(every, duty.due_month):
        for owner in owners:
            first, last = max(start, owner.first), min(end, owner.last, _LAST_DAY)
            if first <= last:
                rows += [_event(kind, duty.duty_id, owner, first, last, rng) for _ in range(times)]
    return rows


def _owners(duty: Duty, part: Part) -> Iterator[_Owner]:
    holders = part.staff[part.staff["role"].isin(duty.roles)]
    post = duty.as_post or duty.roles[0]
    if duty.each == "subject":
        about = part.staff[part.staff["role"].isin(duty.subject_roles)]
        by = dict(zip(holders["team_id"], holders["staff_id"], strict=True))
        some = str(holders["staff_id"].iloc[0]) if len(holders) else None
        for person in about.itertuples(index=False):
            yield _Owner(
                by.get(person.team_id, some),
                post,
                str(person.staff_id),
                str(person.team_id),
                *days_in_post(person),
            )
    elif duty.each == "team":
        by = dict(zip(holders["team_id"], holders["staff_id"], strict=True))
        for team in part.team_effects["team_id"]:
            yield _Owner(by.get(team), post, team_id=str(team))
    elif duty.each == "locality":
        placed = part.teams[part.teams["team_id"].isin(part.team_effects["team_id"])]
        for team in placed.drop_duplicates("locality")["team_id"]:
            yield _Owner(None, post, team_id=str(team))
    elif duty.evidence == "visit" and duty.every == "month" and len(homes_of(part.name)):
        for home in homes_of(part.name)["team_id"]:
            yield _Owner(None, post, team_id=str(home))
    elif duty.each == "post" and len(holders):
        for person in holders.itertuples(index=False):
            yield _Owner(
                str(person.staff_id), str(person.role), None, str(person.team_id), *days_in_post(person)
            )
    else:
        yield _Owner(None, post)


def _event(
    evidence: str, duty_id: str | None, owner: _Owner, first: date, last: date, rng: np.random.Generator
) -> Row:
    """One event on a working day of the span, where the span has one."""
    day = first + timedelta(days=int(rng.random() * ((last - first).days + 1)))
    day = min(working_day(day), last)
    row: Row = {"kind": "report" if evidence == "log" else evidence, "duty_id": duty_id}
    row |= {"due_on": last, "held_on": known(day), "subject_id": owner.subject_id, "by_id": owner.by_id}
    row |= {"by_post": owner.by_post, "team_id": owner.team_id, "recorded": True}
    if evidence == "observation":
        row["discussed_on"] = known(add_working_days(day, 10))
    return row


def _of_coverage(
    rule: Coverage, part: Part, watched: set[tuple[Evidence, str]], rng: np.random.Generator
) -> list[Row]:
    """What the year asks of each person, spread over it; some of it is still to come."""
    roles = [role for role in rule.roles if (rule.counts, role) not in watched]
    people = part.staff[part.staff["role"].isin(roles)]
    seniors = part.staff[part.staff["role"].isin(rule.by_roles)]
    role_of = dict(zip(part.staff["staff_id"], part.staff["role"], strict=True))
    rows: list[Row] = []
    for number, person in enumerate(people.itertuples(index=False)):
        by = person.manager_id
        if len(seniors) and by not in set(seniors["staff_id"]):
            by = str(seniors["staff_id"].iloc[int(rng.integers(0, len(seniors)))])
        first, last = days_in_post(person)
        full = person.fte >= 1 or rule.times_part_time is None
        times = rule.times if full else rule.times_part_time or rule.times
        for at in range(times):
            due = YEAR_START + timedelta(days=round((at + 1) * 364 / times))
            if times == 1:
                due -= timedelta(days=number * 37 % _SPREAD)
            on = min(working_day(due - timedelta(days=int(rng.integers(0, 14)))), due)
            if rng.random() >= _KEPT[rule.counts] or not max(first, YEAR_START) <= on <= last:
                continue
            owner = _Owner(by, role_of.get(by), str(person.staff_id), str(person.team_id))
            rows.append(_event(rule.counts, rule.name, owner, on, on, rng) | {"due_on": due})
    return rows


def _without_gaps(part: Part, days: int) -> list[Row]:
    """Supervision of newly qualified staff, at most so many days apart and on working days."""
    staff = part.staff
    role_of = dict(zip(staff["staff_id"], staff["role"], strict=True))
    rows: list[Row] = []
    for person in staff[staff["newly_qualified_until"].notna()].itertuples(index=False):
        first, last = days_in_post(person)
        on, last = max(first, YEAR_START), min(last, person.newly_qualified_until, _LAST_DAY)
        while on < last:
            on = _working_day_before(on + timedelta(days=days))
            if on <= last:
                by = person.manager_id
                row: Row = {"kind": "supervision", "duty_id": None, "due_on": on, "held_on": on}
                row |= {"subject_id": person.staff_id, "by_id": by, "by_post": role_of.get(by)}
                rows.append(row | {"team_id": person.team_id, "recorded": True})
    return rows


def _agreements(duty: Duty, part: Part) -> Iterator[Row]:
    """An entry for each newly qualified worker in each financial year, on its first day or that in post."""
    staff = part.staff[part.staff["role"].isin(duty.subject_roles)]
    for person in staff[staff["newly_qualified_until"].notna()].itertuples(index=False):
        first, last = days_in_post(person)
        days = {working_day(max(first, begun)) for begun in (YEAR_START, date(_LAST_DAY.year, 4, 1))}
        for on in sorted(day for day in days if day <= min(last, _LAST_DAY)):
            row: Row = {"kind": "report", "duty_id": duty.duty_id, "due_on": on, "held_on": on}
            row |= {"subject_id": person.staff_id, "by_post": duty.as_post or duty.roles[0]}
            yield row | {"team_id": person.team_id, "recorded": True}


def _working_day_before(day: date) -> date:
    """The day, or the last working day before it."""
    while working_day(day) != day:
        day -= timedelta(days=1)
    return day
