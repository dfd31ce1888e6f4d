"""Its duty log and training, and the audits that duties ask for."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from qaf_lib.dates import add_months, add_working_days
from qaf_lib.frameworks import Coverage, Duty, Evidence, Framework
from qaf_lib.synthetic.audits import QUARTERS, day_of, known, working_day
from qaf_lib.synthetic.cases import SNAPSHOTS
from qaf_lib.synthetic.council import Council, Part, open_cases
from qaf_lib.synthetic.people import YEAR_END, YEAR_START, homes_of

Row = dict[str, object]
_LAST_DAY = SNAPSHOTS[-1]
_IN_THE_LOG = {"observation", "supervision", "pdr", "visit", "meeting", "report", "scrutiny", "log"}
_MONTHS = {"month": 1, "quarter": 3, "half_year": 6}
_KEPT = {"observation": 0.74, "supervision": 0.9, "pdr": 0.82}  # of what the year asks, not yet due


_TO_HOMES = {"S3-T3-homes"}
"""Duties whose visits go to a children's home and are no monthly visit of all of them."""

_MEETINGS = {"T35": "T22", "T36": "T21", "T43": "T24"}
"""Duties to attend a meeting, each with the duty of the post that holds it."""

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

    Duties without a number have an entry a quarter, but for one in six, of most of which nothing is recorded.
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
    _name_own_service(rows, part)
    _attend(rows)
    if any(rule.by == "next_supervision" for rule in framework.deadlines):
        _talk_through(rows)
    rows.sort(key=lambda row: (str(row["held_on"]), str(row.get("duty_id")), str(row.get("by_id"))))
    for number, row in enumerate(rows, start=10_001):
        row["event_id"] = f"{part.posts.letters}D-{number}"
    return rows


def _attend(rows: Sequence[Row]) -> None:
    """Who attends a meeting was there on the day on which it was held, in place."""
    held = {(row["duty_id"], row["due_on"]): row["held_on"] for row in rows if row["duty_id"]}
    for row in rows:
        if (meeting := _MEETINGS.get(str(row["duty_id"]))) is not None:
            row["held_on"] = held.get((meeting, row["due_on"]), row["held_on"])


_OFTEN = 12
"""Of so many observations one is talked through a supervision late."""


def _talk_through(rows: Sequence[Row]) -> None:
    """What was observed is talked through in the person's next supervision, now and then in the one after."""
    held: dict[object, list[date]] = {}
    for row in rows:
        if row["kind"] == "supervision" and row["held_on"] is not None:
            held.setdefault(row["subject_id"], []).append(day_of(row["held_on"]))
    seen = [row for row in rows if row["kind"] == "observation" and row["held_on"] is not None]
    for at, row in enumerate(one for one in seen if one["subject_id"] in held):
        place = int(at % _OFTEN == 0)
        later = sorted(day for day in held[row["subject_id"]] if day > day_of(row["held_on"]))
        row["discussed_on"] = later[place] if place < len(later) else None


_CHECKED = ("assessment", "conference report", "court report", "review report")
_SIGNED = 0.9
"""Of the reports that are checked those that are signed off."""

_LOGGED = frozenset(
    (
        *("T38", "T45", "T47", "T65", "internal_audit_reports", "seat_at_adults_board"),
        *("consultation", "moderation_aspects", "multi_agency_liaison"),
    )
)
"""Of the duties of which nothing would be recorded those that have entries of a chance of their own."""

_OWN_SERVICE = frozenset({"T37", "T39"})
"""Duties of a post towards the people and teams that report to it."""

_BEGUN = frozenset({"A41"})
"""Duties of which nothing was recorded before the last quarter."""


def make_more_entries(*, part: Part, framework: Framework, rng: np.random.Generator) -> Iterator[Row]:
    """Entries of the last quarter by half the holders of a logged duty, and reports that managers checked.

    Only where the framework asks managers to sign reports off; duties without any entry stay without.
    """
    checks = [duty for duty in framework.duties if "signed_off" in duty.shown_by]
    if not checks:
        return
    number = 0
    for duty in framework.duties:
        silent = zlib.crc32(duty.duty_id.encode()) % 6 == 0 and duty.duty_id not in _BEGUN | _LOGGED
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
            if duty.duty_id not in _LOGGED:
                return []
            rng = np.random.default_rng(zlib.crc32(duty.duty_id.encode()))
        return [
            _event(kind, duty.duty_id, owners[at % len(owners)], quarter.start, quarter.end, rng)
            for at, quarter in enumerate(QUARTERS)
        ]
    times, every = often
    rows = []
    spread = every == "half_year" and times > 1
    for start, end in spans_of_year(every, duty.due_month):
        parts = _parts(start, end, times) if spread else [(start, end)] * times
        for owner in owners:
            for begun, ended in parts:
                first, last = max(begun, owner.first), min(ended, owner.last, _LAST_DAY)
                if first <= last:
                    rows.append(_event(kind, duty.duty_id, owner, first, last, rng))
    return rows


def _parts(start: date, end: date, times: int) -> list[tuple[date, date]]:
    """A fortnight in each of so many equal parts of a half year, such as the three of two months."""
    firsts = [add_months(start, 6 // times * at) for at in range(times)]
    return [(first, min(first + timedelta(days=13), end)) for first in firsts]


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
    elif duty.duty_id in _TO_HOMES and len(homes_of(part.name)):
        yield _Owner(None, post, team_id=str(homes_of(part.name)["team_id"].iloc[0]))
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


def _name_own_service(rows: Sequence[Row], part: Part) -> None:
    """Whom of their own service a post watched, and who above a team sat in on its meeting; in place."""
    staff = part.staff.set_index("staff_id", drop=False)
    above, roles = staff["manager_id"].to_dict(), staff["role"].to_dict()
    lines = {person: _line(person, above) for person in staff.index}
    there = {row.staff_id: days_in_post(row) for row in part.staff.itertuples(index=False)}
    first = staff.drop_duplicates("team_id").set_index("team_id")["staff_id"].to_dict()
    for at, row in enumerate(row for row in rows if row["duty_id"] in _OWN_SERVICE and row["held_on"]):
        if row["duty_id"] == "T39":
            heads = [one for one in lines[first[row["team_id"]]] if roles[one].startswith("Head of")]
            row |= {"by_id": heads[0], "by_post": roles[heads[0]]}
            continue
        on = day_of(row["held_on"])
        below = [
            one for one in staff.index if row["by_id"] in lines[one] and there[one][0] <= on <= there[one][1]
        ]
        own = [one for one in below if roles[one] in _PRACTITIONERS]
        person = own[7 * at % len(own)]
        row |= {"subject_id": person, "team_id": staff.at[person, "team_id"]}


_PRACTITIONERS = frozenset({"Social Worker", "Family Support Worker", "Independent Reviewing Officer"})


def _line(person: str, above: Mapping[str, object]) -> list[str]:
    """Those whom a person reports to, from the nearest to the most senior."""
    manager = above.get(person)
    return [manager, *_line(manager, above)] if isinstance(manager, str) and manager in above else []


_PROGRAMMES = frozenset({"S2-2.1"})
"""Duties towards newly qualified staff that are a training."""


def _agreements(duty: Duty, part: Part) -> Iterator[Row]:
    """An entry for each newly qualified worker in each financial year, on its first day or that in post."""
    kind = "training" if duty.duty_id in _PROGRAMMES else "report"
    staff = part.staff[part.staff["role"].isin(duty.subject_roles)]
    for person in staff[staff["newly_qualified_until"].notna()].itertuples(index=False):
        first, last = days_in_post(person)
        days = {working_day(max(first, begun)) for begun in (YEAR_START, date(_LAST_DAY.year, 4, 1))}
        for on in sorted(day for day in days if day <= min(last, _LAST_DAY)):
            row: Row = {"kind": kind, "duty_id": duty.duty_id, "due_on": on, "held_on": on}
            row |= {"subject_id": person.staff_id, "by_post": duty.as_post or duty.roles[0]}
            yield row | {"team_id": person.team_id, "recorded": True}


def _working_day_before(day: date) -> date:
    """The day, or the last working day before it."""
    while working_day(day) != day:
        day -= timedelta(days=1)
    return day


_HAD = 0.88
"""Share of those who should have a training that have had it."""


def make_training(*, part: Part, framework: Framework, rng: np.random.Generator) -> Iterator[Row]:
    """A day of training for most of the people whom each rule on training means."""
    may = {"auditors": "can_audit", "moderators": "can_moderate"}
    for at, rule in enumerate(framework.trained, start=1):
        people = part.staff[part.staff[may[rule.who]]] if rule.who in may else part.staff
        people = people[people["role"].isin(rule.roles)] if rule.roles else people
        for number, person in enumerate(people.itertuples(index=False), start=1):
            day = working_day(max(person.started_on, YEAR_START) + timedelta(days=int(rng.integers(5, 250))))
            if rng.random() < _HAD and known(day):
                yield {
                    "event_id": f"{part.posts.letters}T-{at}{number:04d}",
                    "kind": "training",
                    "duty_id": rule.duty_id,
                    "held_on": day,
                    "subject_id": person.staff_id,
                    "team_id": person.team_id,
                    "recorded": True,
                }


_QUARTER = QUARTERS[-1]


def make_other_audits(
    *,
    council: Council,
    part: Part,
    framework: Framework,
    listed: Mapping[str, Sequence[str]],
    closures: Sequence[Row],
    drawn: Mapping[tuple[str, int], Sequence[str]],
    rng: np.random.Generator,
) -> list[Row]:
    """Ungraded audits of the last quarter: what posts owe, every closure and every case on a census list.

    Parameters
    ----------
    council, part : Council, Part
        Whose cases and staff.
    framework : Framework
        Whose duties, coverage and census lists ask for them.
    listed : mapping of str to sequence of str
        References of the cases on each census list.
    closures : sequence of rows
        Cases closed in the year.
    drawn : mapping of (audit type, month) to sequence of str
        References of the cases drawn for audits of the type in the month, where it is drawn for.
    rng : numpy.random.Generator
        Source of chance.
    """
    cases = open_cases(part=part, as_at=SNAPSHOTS[-1])
    teams = dict(zip(cases["case_id"].astype(str), cases["team_id"].astype(str), strict=True))
    last = part.phases.sort_values("start").drop_duplicates("case", keep="last").join(part.cases, on="case")
    ended = dict(zip(last["case_id"].astype(str), last["team_id"].astype(str), strict=True))
    rows: list[Row] = []
    waiting = {key: list(cases) for key, cases in drawn.items()}
    supervised = _supervised(part)
    for kind, auditor, on in _owed(part, framework, rng):
        case_id, picked = list(teams)[int(rng.integers(0, len(teams)))], waiting.get((kind, on.month))
        row = _row(framework, part, kind, case_id, teams[case_id], auditor, on)
        if picked:
            case_id = picked.pop(0)
            team = teams.get(case_id, ended.get(case_id))
            row |= {"case_id": case_id, "team_id": team, "selection": "random"}
        if kind == "supervision_file":
            row["worker_id"] = supervised.get(str(row["team_id"]))
        rows.append(row)
    for kind, case_id, on in _listed(framework, listed, rng):
        team = teams.get(case_id, ended.get(case_id))
        rows.append(_row(framework, part, kind, case_id, team, _anyone(part, rng), on))
    for rule in framework.coverage:
        if rule.of == "closures":
            rows += _of_closures(framework, part, rule.audit_types[0], rule.by_roles, closures, rng)
    for number, row in enumerate(rows, start=101):
        row["audit_id"] = f"{part.posts.letters}G-{_QUARTER.end.year}-{number:05d}"
    return rows


def _supervised(part: Part) -> dict[str, str]:
    """The manager whose supervision a file of each team is about, where operations managers audit these."""
    managers = part.staff[part.staff["role"].isin([part.posts.manager, "Family Centre TM"])]
    if part.unit != "family":
        return {}
    return dict(zip(managers["team_id"].astype(str), managers["staff_id"].astype(str), strict=True))


def _owed(part: Part, framework: Framework, rng: np.random.Generator) -> Iterator[tuple[str, str, date]]:
    """Kind, auditor and day of what each post owes beside case files."""
    for duty in framework.duties:
        often = framework.how_often(duty)
        if duty.evidence != "audit" or often is None or "case_file" in duty.audit_types:
            continue
        for person in part.staff[part.staff["role"].isin(duty.roles)].itertuples(index=False):
            begun, left = days_in_post(person)
            for start, end in spans_of_year(often[1]):
                first, last = max(start, begun, _QUARTER.start), min(end, left)
                for _ in range(often[0] if first <= last else 0):
                    day = first + timedelta(days=int(rng.random() * ((last - first).days + 1)))
                    yield duty.audit_types[0], str(person.staff_id), min(working_day(day), last)


def _listed(
    framework: Framework, listed: Mapping[str, Sequence[str]], rng: np.random.Generator
) -> Iterator[tuple[str, str, date]]:
    """Kind, case and day of each case on a list; on two lists of a kind it is looked at once."""
    met: set[tuple[str, str]] = set()
    for rule in framework.census_lists:
        for case_id in listed[rule.name]:
            if rule.looked_at_by and (rule.looked_at_by, case_id) not in met:
                met.add((rule.looked_at_by, case_id))
                day = _QUARTER.start + timedelta(days=45 + int(rng.integers(0, 40)))
                yield rule.looked_at_by, case_id, working_day(day)


def _of_closures(
    framework: Framework,
    part: Part,
    kind: str,
    roles: Sequence[str],
    closures: Sequence[Row],
    rng: np.random.Generator,
) -> list[Row]:
    leaders = part.staff[part.staff["role"].isin(roles)]
    by_team = dict(zip(leaders["team_id"], leaders["staff_id"], strict=True))
    rows = []
    for closure in closures:
        closed = day_of(closure["closed_on"])
        if _QUARTER.start <= closed <= _QUARTER.end:
            team = str(closure["team_id"])
            leader = str(by_team.get(team, leaders["staff_id"].iloc[0]))
            on = min(working_day(closed, int(rng.integers(0, 5))), _QUARTER.end)
            rows.append(_row(framework, part, kind, str(closure["case_id"]), team, leader, on))
    return rows


def _anyone(part: Part, rng: np.random.Generator) -> str:
    """One of those who may audit and hold no case."""
    auditors = part.staff.loc[part.staff["can_audit"], "staff_id"].tolist()
    return str(auditors[int(rng.integers(0, len(auditors)))])


def _row(
    framework: Framework, part: Part, kind: str, case_id: str, team: str | None, auditor: str, on: date
) -> Row:
    """An audit without a grade; its outcome is told and written down within a few days."""
    audit_type = framework.audit_type(kind)
    assert audit_type is not None, kind
    tool = next(tool for tool in framework.tools if tool.tool_id == audit_type.tool_id)
    row: Row = {"case_id": case_id, "unit": part.unit, "audit_type": kind, "selection": "census"}
    row["selection"] = "census" if audit_type.selection == "census" else "ad_hoc"
    row |= {"tool_id": tool.tool_id, "tool_version": tool.version, "auditor_id": auditor, "team_id": team}
    row |= {"audited_on": on, "returned_on": known(working_day(on, 1))}
    row |= {"feedback_on": known(working_day(on, 3)), "supervision_on": known(working_day(on, 10))}
    return row | {"recorded_on_file_on": known(working_day(on, 4)), "submitted_on": known(working_day(on, 5))}
