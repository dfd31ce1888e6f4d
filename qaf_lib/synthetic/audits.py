"""Its audits, drawn and chosen, with their answers."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from qaf_lib.dates import add_months, add_working_days
from qaf_lib.frameworks import AuditType, Framework, Question, Tool
from qaf_lib.synthetic.cases import SNAPSHOTS
from qaf_lib.synthetic.council import Council, Part, ages, open_cases
from qaf_lib.synthetic.people import POSTS
from qaf_lib.synthetic.practice import grades_of


class Rota:
    """The framework's monthly case file audits by post, ticked off as audits are given out."""

    def __init__(self, part: Part, framework: Framework) -> None:
        self._services = dict(zip(part.teams["team_id"], part.teams["service"], strict=True))
        self._people = {str(person.staff_id): person for person in part.staff.itertuples(index=False)}
        self._apart = {
            role
            for rule in framework.independence
            if rule.not_own_service and "case_file" in rule.audit_types
            for role in rule.roles or set(part.staff["role"])
        }
        held = {
            role
            for duty in framework.duties
            if duty.evidence == "audit"
            and "case_file" in duty.audit_types
            and (framework.how_often(duty) or (0, ""))[1] == "month"
            for role in duty.roles
        }
        self._holders = sorted(part.staff.loc[part.staff["role"].isin(held), "staff_id"].astype(str))
        self._done: set[tuple[str, int]] = set()

    def allowed(self, auditor: str, team_id: str) -> bool:
        """Whether independence lets the auditor look at a case of the team."""
        person = self._people[auditor]
        if person.role in self._apart and person.service == self._services[team_id]:
            return False
        return bool(person.team_id != team_id)

    def due(self, on: date, team_id: str) -> str | None:
        """The first of those who owe an audit this month and may look at the team's cases; None if nobody."""
        for auditor in self.owing(on.month, on):
            if self.allowed(auditor, team_id):
                self._done.add((auditor, on.month))
                return auditor
        return None

    def owing(self, month: int, on: date) -> list[str]:
        """Those in post on a day who still owe an audit in its month."""
        return [
            auditor
            for auditor in self._holders
            if (auditor, month) not in self._done and self._in_post(auditor, on)
        ]

    def _in_post(self, auditor: str, on: date) -> bool:
        person = self._people[auditor]
        left = person.left_on
        return bool(person.started_on <= on and (left is None or left != left or left >= on))


Row = dict[str, object]
_LAST_DAY = SNAPSHOTS[-1]
_REAUDITS = 30
_TRUE_GAIN = 0.35  # what a plan adds to the quality of a case audited as low, by the time it is audited again


@dataclass(frozen=True)
class Quarter:
    """A financial quarter and the caseload its audits are taken from."""

    label: str
    start: date
    end: date
    caseload: date


QUARTERS = (
    Quarter("2025-26 Q3", date(2025, 10, 1), date(2025, 12, 31), SNAPSHOTS[0]),
    Quarter("2025-26 Q4", date(2026, 1, 1), date(2026, 3, 31), SNAPSHOTS[0]),
    Quarter("2026-27 Q1", date(2026, 4, 1), date(2026, 6, 30), SNAPSHOTS[1]),
    Quarter("2026-27 Q2", date(2026, 7, 1), date(2026, 9, 30), SNAPSHOTS[2]),
)


@dataclass(frozen=True)
class Audit:
    """An audit as its row in the contract, with the quality of the case as it was and as it was seen."""

    row: Row
    quarter: int
    quality: float
    seen: float

    @property
    def audit_id(self) -> str:
        """The form's reference."""
        return str(self.row["audit_id"])

    @property
    def case_id(self) -> str:
        """The case's reference."""
        return str(self.row["case_id"])

    @property
    def grade(self) -> str:
        """The overall grade."""
        return str(self.row["overall_grade"])

    @property
    def audited_on(self) -> date:
        """The day of the audit."""
        return day_of(self.row["audited_on"])


def day_of(value: object) -> date:
    """A row's value that is known to be a day."""
    assert isinstance(value, date)
    return value


class Auditing:
    """One quarter's caseload, auditors and source of chance."""

    def __init__(self, council: Council, part: Part, framework: Framework, quarter: int, stream: int) -> None:
        self.part, self.number, self.quarter = part, quarter, QUARTERS[quarter]
        self.rota = Rota(part, framework)
        self.rng = np.random.default_rng([council.seed, 10 + stream, quarter, _stream_of(part)])
        cases = open_cases(part=part, as_at=self.quarter.caseload)
        if self.quarter.caseload >= self.quarter.end:
            cases = cases[cases["opened"] < self.quarter.start.toordinal()]
        self.case_ids = [str(case) for case in cases["case_id"]]
        self.held = {
            str(c): (str(t), str(w))
            for c, t, w in zip(cases["case_id"], cases["team_id"], cases["worker_id"], strict=True)
        }
        truth = council.truth[
            (council.truth["part"] == part.caseload) & (council.truth["as_at"] == self.quarter.caseload)
        ]
        self.quality = {str(c): float(q) for c, q in zip(truth["case_id"], truth["quality"], strict=True)}
        leniency = dict(zip(part.auditors["staff_id"], part.auditors["leniency"], strict=True))
        staff = part.staff[part.staff["can_audit"]]
        self.auditors = [
            (
                str(person.staff_id),
                str(person.team_id),
                float(leniency[person.staff_id]),
                float(person.audit_hours_per_month),
            )
            for person in staff.itertuples(index=False)
        ]

    def days(self, count: int) -> list[date]:
        """Days of audits in time order, spread over the quarter but for its last days."""
        span = (self.quarter.end - self.quarter.start).days - 8
        steps = (np.arange(count) + self.rng.random(count)) / max(count, 1) * span
        return [working_day(self.quarter.start + timedelta(days=int(step))) for step in steps]

    def choose(self, count: int, without: Collection[str] = ()) -> list[str]:
        """Cases at random, in random order."""
        left = [case for case in self.case_ids if case not in set(without)]
        order = np.argsort(self.rng.random(len(left)), kind="stable")
        return [left[at] for at in order[:count]]

    def audit(
        self,
        case_id: str,
        on: date,
        selection: str,
        *,
        gain: float = 0.0,
        of: str | None = None,
        by: str | None = None,
    ) -> Audit:
        """One audit: what the auditor saw is the truth, the auditor's leniency and some noise."""
        team_id, worker_id = self.held[case_id]
        peers = [person for person in self.auditors if self.rota.allowed(person[0], team_id)]
        hours = np.cumsum([person[3] for person in peers])
        auditor = peers[int(np.searchsorted(hours, self.rng.random() * hours[-1], side="right"))]
        turn = by or (self.rota.due(on, team_id) if selection == "random" else None)
        auditor = next((person for person in peers if person[0] == turn), auditor)
        quality = self.quality[case_id] + gain
        seen = quality + auditor[2] + 0.3 * self.rng.standard_normal()
        tool = self.part.tool
        row: Row = {
            "case_id": case_id,
            "unit": self.part.unit,
            "audit_type": "case_file",
            "selection": selection,
            "tool_id": tool.tool_id,
            "tool_version": tool.version,
            "auditor_id": auditor[0],
            "worker_id": worker_id,
            "team_id": team_id,
            "practice_from": add_months(on, -6),
            "practice_to": on - timedelta(days=1),
            "audited_on": on,
            "overall_grade": grades_of(np.array([seen]), cuts=self.part.cuts, tool=tool)[0],
            "worker_took_part": bool(self.rng.random() < 0.85),
            "family_feedback": bool(self.rng.random() < 0.55),
            "reaudit_of": of,
            "theme": tool.questions[on.month % len(tool.questions)].theme
            if selection in ("themed", "spot_check")
            else None,
        }
        self._follow_up(row, on)
        return Audit(row=row, quarter=self.number, quality=quality, seen=seen)

    def _follow_up(self, row: Row, on: date) -> None:
        """Dates after the audit: mostly kept, some missing, none after the last day of the records."""
        chance = self.rng.random(6)
        returned = working_day(on, int(chance[0] * 5))
        feedback = working_day(on, 1 + int(chance[1] * 8)) if chance[1] < 0.94 else None
        submitted = working_day(returned, 3 + int(chance[2] * 8))
        plan = None
        if self.part.unit == "family" and row["overall_grade"] in self.part.tool.low and feedback:
            plan = working_day(feedback, 1 + int(chance[3] * 5))
        row |= {
            "returned_on": returned,
            "feedback_on": known(feedback),
            "supervision_on": known(working_day(on, 5 + int(chance[4] * 25)) if chance[4] < 0.75 else None),
            "recorded_on_file_on": known(
                working_day(submitted, int(chance[5] * 4)) if chance[5] < 0.93 else None
            ),
            "submitted_on": known(submitted),
            "support_plan_sent_on": known(plan),
        }


def working_day(day: date, after: int = 0) -> date:
    """The day, or the next working day; then so many working days after it."""
    return add_working_days(day - timedelta(days=1), after + 1)


def known(day: date | None) -> date | None:
    """The day where the records reach so far."""
    return day if day is not None and day <= _LAST_DAY else None


def make_audits(*, council: Council, part: Part, framework: Framework, drawn: Sequence[str]) -> list[Audit]:
    """Audits of four quarters, in time order: random, themed, and the re-audits of the last quarter.

    Earlier quarters do not depend on `drawn`.

    Parameters
    ----------
    council : Council
        From `make_council`.
    part : Part
        Children or families.
    framework : Framework
        Whose duties give the audits out, and whose rules of independence are kept.
    drawn : sequence of str
        References of the cases drawn for the last quarter, in draw order; one in twenty is not returned.

    Returns
    -------
    list of Audit
        With references given in order of quarter and day.
    """
    audits: list[Audit] = []
    for number in range(3):
        work = Auditing(council, part, framework, number, 0)
        count = 62 + int(work.rng.integers(0, 14))
        cases = work.choose(count + 8)
        found = [
            work.audit(case, on, "random") for case, on in zip(cases[:count], work.days(count), strict=True)
        ]
        found += [
            work.audit(case, on, "themed") for case, on in zip(cases[count:], work.days(8), strict=True)
        ]
        _number(found, part, len(audits))
        audits += found
    return audits + _current_quarter(council, part, framework, drawn, audits)


def _current_quarter(
    council: Council, part: Part, framework: Framework, drawn: Sequence[str], earlier: list[Audit]
) -> list[Audit]:
    work = Auditing(council, part, framework, 3, 1)
    unknown = [case for case in drawn if case not in work.held]
    if unknown:
        raise ValueError(
            f"{len(unknown)} of the {len(drawn)} drawn {part.name} are not open on {SNAPSHOTS[2]}."
        )
    found = []
    for case, on in zip(drawn, work.days(len(drawn)), strict=True):
        audit = work.audit(case, on, "random")
        if work.rng.random() >= 0.05 or work.part.name == "portsmouth":
            found.append(audit)
    found += _still_owed(work, set(drawn))
    found += _chosen(Auditing(council, part, framework, 3, 2), earlier, set(drawn))
    _number(found, part, len(earlier))
    return found


def _still_owed(work: Auditing, drawn: Collection[str]) -> list[Audit]:
    """One more case, chosen by hand, for each post that the month's drawn cases did not reach."""
    found = []
    for month in range(work.quarter.start.month, work.quarter.end.month + 1):
        first = date(work.quarter.start.year, month, 1)
        for auditor in work.rota.owing(month, add_months(first, 1) - timedelta(days=1)):
            on = working_day(first + timedelta(days=20))
            for case in work.choose(40, without=drawn):
                if work.rota.allowed(auditor, work.held[case][0]):
                    found.append(work.audit(case, on, "ad_hoc", by=auditor))
                    break
    return found


def _chosen(work: Auditing, earlier: list[Audit], drawn: Collection[str]) -> list[Audit]:
    """Re-audits of cases graded low before and still open, and themed audits; none of them drawn."""
    latest = {audit.case_id: audit for audit in earlier}
    low = [audit for audit in latest.values() if audit.grade in work.part.tool.low]
    low = [audit for audit in low if audit.case_id in work.held and audit.case_id not in drawn][-_REAUDITS:]
    found = []
    for first, on in zip(low, work.days(len(low)), strict=True):
        if first.audited_on + timedelta(days=45) < on:
            gain = _TRUE_GAIN * (0.4 + 1.2 * work.rng.random())
            found.append(work.audit(first.case_id, on, "ad_hoc", gain=gain, of=first.audit_id))
    themed = work.choose(8, without={*drawn, *latest})
    days = work.days(len(themed))
    return found + [work.audit(case, on, "themed") for case, on in zip(themed, days, strict=True)]


def _stream_of(part: Part) -> int:
    """A number of its own for each set of records made from a seed."""
    return list(POSTS).index(part.name)


def _number(audits: list[Audit], part: Part, before: int) -> None:
    """Sort by day and give references ("AF-2026-00123", families "EF-")."""
    audits.sort(key=lambda audit: audit.audited_on)
    letters = part.posts.letters + "F"
    for number, audit in enumerate(audits, start=before + 101):
        audit.row["audit_id"] = f"{letters}-{audit.audited_on.year}-{number:05d}"


_EACH = 8
_COMPARED = 24
"""Audits of a type whose cases another looks at again: enough for a kappa."""

_LAST = len(QUARTERS) - 1
_STREAM = 3


def make_chosen_audits(
    *, council: Council, part: Part, framework: Framework, made: Collection[str], without: Collection[str]
) -> list[Audit]:
    """Eight audits in the last quarter of each audit type that has none yet; of a process, every quarter.

    They are graded where the type's tool grades. No case is among those left out, and none stands twice but
    those that a type looks at again with its own tool.

    Parameters
    ----------
    council, part : Council, Part
        Whose cases and auditors.
    framework : Framework
        Whose audit types.
    made : collection of str
        Audit types that have audits.
    without : collection of str
        References of cases that are not chosen.
    """
    kinds = [
        kind
        for kind in framework.audit_types
        if kind.name not in made and not framework.looks_again(kind.name)
    ]
    work = [Auditing(council, part, framework, quarter, _STREAM) for quarter in range(len(QUARTERS))]
    taken, found = set(without), list[Audit]()
    for kind in kinds:
        for quarter in range(_LAST + 1) if kind.kind == "process" else (_LAST,):
            again = [audit.case_id for audit in found if audit.row["audit_type"] == kind.looks_again_at]
            for audit in _of_kind(work[quarter], kind, framework, taken, again):
                taken.add(audit.case_id)
                found.append(audit)
    for number, audit in enumerate(found, start=101):
        audit.row["audit_id"] = f"{part.posts.letters}H-{audit.audited_on.year}-{number:05d}"
    return found


def _of_kind(
    work: Auditing, kind: AuditType, framework: Framework, taken: Collection[str], again: Sequence[str]
) -> Iterator[Audit]:
    """Audits of one type; those of `again` once more where the type looks again at another's cases."""
    selection = kind.selection if kind.selection not in ("random", "panel", "census") else "ad_hoc"
    tool = next(tool for tool in framework.tools if tool.tool_id == kind.tool_id)
    each = _COMPARED if kind.name in _looked_at(framework) else _EACH
    cases = again or work.choose(each, without=taken)
    for case, on in zip(cases, work.days(len(cases)), strict=True):
        audit = work.audit(case, on, selection)
        audit.row.update(audit_type=kind.name, tool_id=tool.tool_id, tool_version=tool.version)
        if tool.tool_id != work.part.tool.tool_id:
            audit.row.update(support_plan_sent_on=None)
        if not framework.gives_grade(kind.name):
            audit.row.update(overall_grade=None)
        modes = {rule.mode for rule in framework.independence if kind.name in rule.audit_types}
        if "self" in modes:
            audit.row["auditor_id"] = audit.row["worker_id"]
        if "peer" in modes:
            audit.row["auditor_id"] = _peer(work.part, str(audit.row["worker_id"]), on)
        yield audit


def _peer(part: Part, worker: str, on: date) -> str:
    """Somebody in the worker's post and in another team, in post on a day."""
    staff = part.staff.set_index("staff_id", drop=False)
    there = (staff["started_on"] <= on) & (staff["left_on"].isna() | (staff["left_on"] >= on))
    alike = (staff["role"] == staff.loc[worker, "role"]) & (staff["team_id"] != staff.loc[worker, "team_id"])
    peers = staff.index[there & alike]
    return str(peers[zlib.crc32(worker.encode()) % len(peers)])


def _looked_at(framework: Framework) -> set[str | None]:
    """Audit types whose cases another type looks at again."""
    return {kind.looks_again_at for kind in framework.audit_types}


def vary_look_back(*, audits: Sequence[Audit], framework: Framework, rng: np.random.Generator) -> None:
    """Let some audits look further back than their type asks, most with a reason, and a few less far."""
    asked = {kind.name: kind.look_back_months for kind in framework.audit_types if kind.look_back_months}
    for audit in audits:
        further, shorter, explained = rng.random(3)
        months = asked.get(str(audit.row["audit_type"]))
        if months and further < 0.1:
            reason = "Earlier moves had to be understood." if explained < 0.7 else None
            audit.row.update(practice_from=add_months(audit.audited_on, -2 * months), look_back_reason=reason)
        elif months and shorter < 0.04:
            audit.row.update(practice_from=add_months(audit.audited_on, -months // 2))


_BLANK = 1 / 80  # of the questions that must be answered
_CARERS, _ASSESSED, _ONE_IN = "Young carers", "young_carer_assessed", 9
"""Theme of the questions about young carers, the first of them, and in how many cases there is one."""
_OF_A_MOVE = {"transfer_ready": "team_id", "worker_change": "worker_id"}
"""Questions that apply where a case has changed team or worker."""
_OF_AN_AGE = {
    "ready_for_school": range(-1, 5),
    "learns_and_achieves": range(5, 26),
    "ready_for_adult_life": range(14, 26),
}
"""Questions that apply to children of some ages, in years."""


def statuses_of(part: Part) -> list[dict[str, str]]:
    """The status of each open case, by quarter."""
    tables = [open_cases(part=part, as_at=quarter.caseload) for quarter in QUARTERS]
    return [dict(zip(cases["case_id"], cases["status"], strict=True)) for cases in tables]


def is_for(question: Question, status: str | None) -> bool:
    """Whether a question is for a case of a status."""
    only = question.only_for
    return only is None or not only.statuses or status in only.statuses


def check_answer(check: Question, seen: float, rng: np.random.Generator) -> str:
    """An answer to a check, the better the better the case was seen; one in twelve does not apply."""
    share = 1 / (1 + np.exp(-(1.0 + seen + 0.8 * rng.standard_normal())))
    answer = check.scale[min(int(share * len(check.scale)), len(check.scale) - 1)]
    apart = [other for other in check.answers if other not in check.scale]
    return apart[0] if apart and rng.random() < 1 / 12 else answer


def of_young_carers(rows: list[Row], cases: Mapping[str, str]) -> list[Row]:
    """The same answers, with "not applicable" where no child cares or none was assessed; `cases` by audit."""
    mine = [row for row in rows if row["theme"] == _CARERS]
    said = {row["audit_id"]: row["answer"] for row in mine if row["question_id"] == _ASSESSED}
    for row in mine:
        cared = zlib.crc32(cases[str(row["audit_id"])].encode()) % _ONE_IN == 0
        if row["question_id"] == _ASSESSED:
            row["answer"] = ("no" if said[row["audit_id"]] == "no" else "yes") if cared else "not applicable"
        elif not cared or said[row["audit_id"]] == "no":
            row["answer"] = "not applicable"
        elif row["answer"] == "not applicable":
            row["answer"] = "yes"
    return rows


def of_moves(rows: Sequence[Row], cases: Mapping[str, str], part: Part) -> None:
    """Answer "not applicable" where a case has changed neither team nor worker in the year; in place."""
    asked = _OF_A_MOVE.keys() & {str(row["question_id"]) for row in rows}
    if not asked:
        return
    days = pd.concat([open_cases(part=part, as_at=day) for day in SNAPSHOTS])
    held = days.groupby("case_id")[list(_OF_A_MOVE.values())].nunique()
    moved = {name: set(held.index[held[column] > 1]) for name, column in _OF_A_MOVE.items()}
    for row in rows:
        name = str(row["question_id"])
        if name in asked and cases[str(row["audit_id"])] not in moved[name]:
            row["answer"] = "not applicable"


def of_ages(rows: Sequence[Row], cases: Mapping[str, str], part: Part) -> None:
    """Answer "not applicable" where the child is of another age than the question is for; in place."""
    own = part.cases.set_index("case_id")["born"]
    age = dict(zip(own.index, ages(own, _LAST_DAY), strict=True))
    for row in rows:
        of = _OF_AN_AGE.get(str(row["question_id"]))
        if of is not None and age.get(cases[str(row["audit_id"])], of[0]) not in of:
            row["answer"] = "not applicable"


def make_other_answers(
    *,
    part: Part,
    framework: Framework,
    chosen: Sequence[Audit],
    others: Sequence[Row],
    rng: np.random.Generator,
) -> list[Row]:
    """Answers to every question that these audits' tools ask; a few that must be answered are left blank.

    Parameters
    ----------
    part, framework : Part, Framework
        Whose scale and tools.
    chosen : sequence of Audit
        Audits of cases whose quality is known.
    others : sequence of rows
        Audits of records and files, whose quality is chance.
    rng : numpy.random.Generator
        Source of chance.
    """
    tools = {tool.tool_id: tool for tool in framework.tools}
    statuses = statuses_of(part)[-1]
    seen = [(audit.row, audit.seen) for audit in chosen]
    seen += [(row, 0.2 + float(rng.standard_normal())) for row in others]
    rows = [
        answer
        for row, quality in seen
        for answer in _answers(part, tools[str(row["tool_id"])], row, quality, statuses, rng)
    ]
    return of_young_carers(rows, {str(row["audit_id"]): str(row["case_id"]) for row, _ in seen})


def _answers(
    part: Part, tool: Tool, row: Row, seen: float, statuses: Mapping[str, str], rng: np.random.Generator
) -> Iterator[Row]:
    required = {question.question_id for question in tool.required}
    for question in tool.asked:
        if question.scale:
            answer = check_answer(question, seen, rng)
        else:
            graded = np.array([seen + 0.45 * rng.standard_normal()])
            answer = grades_of(graded, cuts=part.cuts, tool=part.tool)[0]
        blank = question.question_id in required and rng.random() < _BLANK
        if not blank and is_for(question, statuses.get(str(row["case_id"]))):
            given: Row = {"audit_id": row["audit_id"], "question_id": question.question_id, "answer": answer}
            yield given | {"standard_id": question.standard_id, "theme": question.theme}
