"""What the synthetic council fails to do, planted one by one and listed in truth/breaches.csv."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from qaf_lib.caseload.synthetic.audits import QUARTERS, day_of, working_day
from qaf_lib.caseload.synthetic.cases import SNAPSHOTS
from qaf_lib.caseload.synthetic.council import Part
from qaf_lib.caseload.synthetic.duties import days_in_post
from qaf_lib.dates import add_working_days
from qaf_lib.frameworks import Framework

__all__ = ["plant_breaches"]

Row = dict[str, object]
Tables = dict[str, list[Row]]
_QUARTER = QUARTERS[-1]
_LAST_DAY = SNAPSHOTS[-1]
_AUGUST = (date(2026, 8, 1), date(2026, 8, 31))
_A_WEEK = (date(2026, 8, 10), date(2026, 8, 16))
_ALL = (_QUARTER.start, _QUARTER.end)


@dataclass(frozen=True)
class _Planter:
    tables: Tables
    part: Part
    listed: Mapping[str, Sequence[str]]

    def found(self, rule: str, subject: object, detail: str) -> Row:
        return {"part": self.part.name, "rule": rule, "subject": subject or "", "detail": detail}

    def audits(self, **wanted: object) -> list[Row]:
        """Audits of the last quarter with these values, in order of their day."""
        rows = [
            row
            for row in self.tables["audit"]
            if day_of(row["audited_on"]) >= _QUARTER.start
            and all(row.get(name) == value for name, value in wanted.items())
        ]
        return sorted(rows, key=lambda row: (str(row["audited_on"]), str(row["audit_id"])))

    def settled(self, role: str) -> list[str]:
        """People of a role who were in post all year."""
        people = self.part.staff[self.part.staff["role"] == role]
        stayed = [
            person
            for person in people.itertuples(index=False)
            if days_in_post(person)[0] <= QUARTERS[0].start and days_in_post(person)[1] >= _LAST_DAY
        ]
        return [str(person.staff_id) for person in stayed]


def plant_breaches(
    *, tables: Tables, part: Part, framework: Framework, listed: Mapping[str, Sequence[str]]
) -> list[Row]:
    """Break the part's rules in a known way, in place.

    Parameters
    ----------
    tables : dict of str to list of rows
        Records that keep every rule; changed.
    part, framework : Part, Framework
        Whose they are, and the rules.
    listed : mapping of str to sequence of str
        References of the cases on each census list.

    Returns
    -------
    list of rows
        `part`, `rule` (its name in the framework file), `subject` (reference of the audit, person, case, team
        or escalation concerned; empty for the council), `detail`.
    """
    planter = _Planter(tables, part, listed)
    return [breach for plant in _PLANTED[part.name] for breach in plant(planter)]


Plant = Callable[[_Planter], list[Row]]


def _missed(
    duty_id: str, span: tuple[date, date], *, role: str | None = None, subject: str | None = None
) -> Plant:
    """A duty that somebody (or the council, or the person it is about) goes without in a span."""

    def plant(to: _Planter) -> list[Row]:
        names = to.settled(role or subject or "")
        whom = names[0] if names else None
        column = "subject_id" if subject else "by_id"
        to.tables["duty_event"] = [
            row
            for row in to.tables["duty_event"]
            if row["duty_id"] != duty_id
            or (whom is not None and row.get(column) != whom)
            or not span[0] <= day_of(row["held_on"] or date.max) <= span[1]
        ]
        return [to.found(duty_id, whom, f"nothing from {span[0]} to {span[1]}")]

    return plant


def _missed_audit(duty_id: str, kind: str, span: tuple[date, date], role: str) -> Plant:
    """A post that makes none of the audits it owes in a span: another post makes them."""

    def plant(to: _Planter) -> list[Row]:
        whom, other = to.settled(role)[0], to.settled(to.part.posts.officer)
        for row in to.audits(audit_type=kind, auditor_id=whom):
            if span[0] <= day_of(row["audited_on"]) <= span[1]:
                row["auditor_id"] = other[0] if other and other[0] != whom else None
        return [to.found(duty_id, whom, f"none from {span[0]} to {span[1]}")]

    return plant


def _own_case(to: _Planter) -> list[Row]:
    row = to.audits(audit_type="case_file", selection="themed")[1]
    row["auditor_id"] = row["worker_id"]
    return [to.found("independence", row["audit_id"], "own case")]


def _own_service(to: _Planter) -> list[Row]:
    """A case goes to a Service Leader of another team of its own service."""
    services = dict(zip(to.part.teams["team_id"], to.part.teams["service"], strict=True))
    leaders = to.part.staff[to.part.staff["role"] == "Service Leader"]
    for row in to.audits(audit_type="case_file", selection="themed"):
        service = services[str(row["team_id"])]
        near = leaders[(leaders["service"] == service) & (leaders["team_id"] != row["team_id"])]
        if len(near) and row["auditor_id"] != row["worker_id"]:
            row["auditor_id"] = str(near["staff_id"].iloc[0])
            return [to.found("independence", row["audit_id"], "own service")]
    return []


def _same_role(to: _Planter) -> list[Row]:
    row = to.audits(audit_type="case_file", selection="themed")[2]
    team = str(row["team_id"])
    peers = [name for name in to.settled("Social Worker") if name != row["worker_id"]]
    people = to.part.staff.set_index("staff_id")
    row["worker_id"] = next(name for name in peers if people.loc[name, "team_id"] == team)
    row["auditor_id"] = next(name for name in peers if people.loc[name, "team_id"] != team)
    return [to.found("independence", row["audit_id"], "same role")]


def _self_audit_of_another(to: _Planter) -> list[Row]:
    row = to.audits(audit_type="case_file", selection="themed")[3]
    row |= {"audit_type": "self_audit", "selection": "ad_hoc"}
    return [to.found("independence", row["audit_id"], "not the own case")]


def _escalation(tier: int, working_days: int | None, at: int) -> Plant:
    """A concern told so many working days after it was found, or never."""

    def plant(to: _Planter) -> list[Row]:
        ids = {row["audit_id"]: day_of(row["audited_on"]) for row in to.audits()}
        late = [row for row in to.tables["escalation"] if row["audit_id"] in ids and row["tier"] == tier]
        row = [row for row in late if ids[row["audit_id"]] <= date(2026, 9, 15)][at]
        if working_days is None:
            row["told_at"] = None
            return [to.found("escalation", row["escalation_id"], "not told")]
        told = add_working_days(ids[row["audit_id"]], working_days)
        row["told_at"] = f"{told}T10:00:00Z"
        return [to.found("escalation", row["escalation_id"], "told late")]

    return plant


def _support_plan_on_day_six(to: _Planter) -> list[Row]:
    """Feedback on Thursday 27 August 2026: with the holiday on the 31st, 7 September is working day 6."""
    low = [row for row in to.audits(audit_type="case_file") if row["overall_grade"] in to.part.tool.low]
    row = next(row for row in low if day_of(row["audited_on"]) <= date(2026, 8, 20))
    row["feedback_on"] = date(2026, 8, 27)
    row["support_plan_sent_on"] = add_working_days(date(2026, 8, 27), 6)
    return [to.found("support_plan", row["audit_id"], "late")]


def _support_plan_never_sent(to: _Planter) -> list[Row]:
    low = [row for row in to.audits(audit_type="case_file") if row["overall_grade"] in to.part.tool.low]
    row = [row for row in low if row["feedback_on"] and day_of(row["audited_on"]) <= date(2026, 8, 20)][1]
    row["support_plan_sent_on"] = None
    return [to.found("support_plan", row["audit_id"], "not done")]


def _moderation(state: str, grades: Sequence[str], at: int) -> Plant:
    """An audit whose grade asks for moderation, moderated late, never, or by the wrong person."""

    def plant(to: _Planter) -> list[Row]:
        submitted = [row for row in to.audits(audit_type="case_file") if row["submitted_on"]]
        chosen = [row for row in submitted if row["overall_grade"] in grades]
        if not chosen:
            row = next(row for row in reversed(submitted) if row["overall_grade"] not in to.part.tool.low)
            row["overall_grade"] = grades[0]
            to.tables["moderation"].append(_one_more(row, to))
            chosen = [row]
        row = chosen[min(at, len(chosen) - 1)]
        of_audit = [found for found in to.tables["moderation"] if found["audit_id"] == row["audit_id"]]
        if state == "not moderated":
            to.tables["moderation"] = [
                found for found in to.tables["moderation"] if found["audit_id"] != row["audit_id"]
            ]
        for found in of_audit:
            if state == "submitted before moderation":
                found["moderated_on"] = min(working_day(day_of(row["submitted_on"]), 1), _LAST_DAY)
            elif state == "moderated by the auditor":
                found["moderator_id"] = row["auditor_id"]
            elif state == "moderated by another role":
                found["moderator_id"] = to.settled("Strategic Manager")[0]
        return [to.found("moderation", row["audit_id"], state)]

    return plant


def _one_more(row: Row, to: _Planter) -> Row:
    """A moderation of an audit that had none, by one of those who moderate."""
    first = to.tables["moderation"][0]
    return {
        **first,
        "moderation_id": f"{to.part.posts.letters}M-90001",
        "audit_id": row["audit_id"],
        "moderated_on": row["returned_on"],
        "audit_grade": row["overall_grade"],
        "moderated_grade": row["overall_grade"],
        "why": "trigger",
    }


def _gap_of_fifteen_days(to: _Planter) -> list[Row]:
    """One supervision of a newly qualified worker held a day too late."""
    newly = to.part.staff[to.part.staff["newly_qualified_until"].notna()]
    for person in newly.itertuples(index=False):
        held = sorted(
            (row for row in to.tables["duty_event"] if _is_supervision_of(row, person.staff_id)),
            key=lambda row: str(row["held_on"]),
        )
        inside = [row for row in held if _QUARTER.start <= day_of(row["held_on"]) <= date(2026, 9, 10)]
        for before, row, after in zip(inside, inside[1:], inside[2:], strict=False):
            late = day_of(before["held_on"]) + timedelta(days=15)
            if working_day(late) == late and late < day_of(after["held_on"]) <= late + timedelta(days=14):
                row["held_on"] = late
                return [to.found("newly_qualified_supervised", person.staff_id, "15 days")]
    return []


def _is_supervision_of(row: Row, staff_id: object) -> bool:
    return row["kind"] == "supervision" and row["subject_id"] == staff_id and bool(row["held_on"])


def _not_looked_at(rule: str, kind: str) -> Plant:
    """A case that stands on one list only, and that no audit of the list's kind looks at."""

    def plant(to: _Planter) -> list[Row]:
        elsewhere = {case for name, cases in to.listed.items() if name != rule for case in cases}
        case_id = next((case for case in to.listed[rule] if case not in elsewhere), None)
        assert case_id is not None, (rule, {name: len(cases) for name, cases in to.listed.items()})
        to.tables["audit"] = [
            row for row in to.tables["audit"] if (row["audit_type"], row["case_id"]) != (kind, case_id)
        ]
        return [to.found(rule, case_id, "not looked at")]

    return plant


def _closure_not_audited(to: _Planter) -> list[Row]:
    row = to.audits(audit_type="closure")[0]
    to.tables["audit"] = [other for other in to.tables["audit"] if other is not row]
    return [to.found("closures_audited", row["case_id"], "not looked at")]


def _complaint(detail: str, at: int) -> Plant:
    """A complaint whose outcome the family hears on working day 21, or never."""

    def plant(to: _Planter) -> list[Row]:
        complaints = [
            row
            for row in to.tables["feedback"]
            if row["kind"] == "complaint"
            and _QUARTER.start <= day_of(row["received_on"])
            and add_working_days(day_of(row["received_on"]), 21) <= _LAST_DAY
        ]
        row = complaints[at]
        row["reported_on"] = add_working_days(day_of(row["received_on"]), 21) if detail == "late" else None
        return [to.found("complaint_outcome", row["feedback_id"], detail)]

    return plant


_PLANTED: Mapping[str, Sequence[Plant]] = {
    "children": (
        _own_case,
        _escalation(1, 1, 0),
        _escalation(1, None, 1),
        _complaint("late", 0),
        _complaint("not done", 1),
        _missed("qa_board", _AUGUST),
        _missed("monthly_performance", _AUGUST),
        _missed("service_return", _ALL, role="Service Manager"),
        _missed("observation_themes", _ALL, role="Service Manager"),
        _missed("complaints_analysis", _ALL),
        _missed("improvement_plan", _ALL),
        _missed("participation", _ALL, role="Participation Officer"),
    ),
    "families": (
        _own_case,
        _support_plan_on_day_six,
        _support_plan_never_sent,
        _moderation("submitted before moderation", ["10"], 0),
        _moderation("not moderated", ["4"], 0),
        _moderation("moderated by another role", ["5"], 0),
        _missed_audit("supervision_audit_om", "supervision_file", _AUGUST, "Operations Manager"),
        _missed("supervision_audit_sm", _ALL, subject="Operations Manager"),
        _missed("dashboards", _A_WEEK, role="Team Manager"),
        _missed("team_briefing", _A_WEEK, role="Family Centre TM"),
        _missed("management_meeting", _AUGUST, role="Strategic Manager"),
        _missed("group_learning", _AUGUST),
        _not_looked_at("long_open_ifst", "clinic_review"),
        _not_looked_at("long_open_fct", "clinic_review"),
    ),
    "leeds": (
        _own_case,
        _same_role,
        _self_audit_of_another,
        _escalation(1, 1, 0),
        _escalation(1, None, 1),
        _escalation(2, 2, 0),
        _missed("A55", _ALL, role="Quality Assurance Manager"),
        _missed("programme", _ALL),
        _missed("B2", _ALL),
        _missed("service_activity", _ALL),
        _not_looked_at("plans_over_two_years", "plan_review"),
        _not_looked_at("repeat_plans", "plan_review"),
    ),
    "portsmouth": (
        _own_case,
        _own_service,
        _gap_of_fifteen_days,
        _closure_not_audited,
        _not_looked_at("short_plans", "plan_review"),
        _not_looked_at("long_plans", "plan_review"),
        _not_looked_at("placed_outside", "placement_review"),
        _missed_audit("T30", "supervision_file", _AUGUST, "Head of Looked After Children"),
        _missed_audit("T55", "conference_record", _AUGUST, "Head of Safeguarding Monitoring"),
        _missed_audit("T66", "carer_file", _AUGUST, "Service Leader Fostering and Adoption"),
        _missed("T17", _ALL, role="Deputy Director of Children's Services"),
        _missed("T41", _A_WEEK, role="Head of Assessment & Intervention"),
        _missed("T57", _AUGUST, role="Head of Safeguarding Monitoring"),
        _missed("T62", _AUGUST, role="Service Leader"),
        _missed("T67", _AUGUST, subject="Personal Adviser"),
    ),
}
