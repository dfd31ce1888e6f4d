"""What is planted in it: breaches of rules, each of which says which and how."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from qaf_lib.dates import add_working_days
from qaf_lib.synthetic.audits import QUARTERS, day_of, working_day
from qaf_lib.synthetic.cases import SNAPSHOTS
from qaf_lib.synthetic.council import Part
from qaf_lib.synthetic.duties import days_in_post

Row = dict[str, object]
Tables = dict[str, list[Row]]
_QUARTER = QUARTERS[-1]
_LAST_DAY = SNAPSHOTS[-1]
AUGUST = (date(2026, 8, 1), date(2026, 8, 31))
A_WEEK = (date(2026, 8, 10), date(2026, 8, 16))
ALL_QUARTER = (_QUARTER.start, _QUARTER.end)


@dataclass(frozen=True)
class Planter:
    """The records of a part that keep every rule, and how to find what to break in them."""

    tables: Tables
    part: Part
    listed: Mapping[str, Sequence[str]]

    def found(self, rule: str, subject: object, detail: str) -> Row:
        """A row of the truth: what was broken, of whom or what, and how."""
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


Plant = Callable[[Planter], list[Row]]


def missed(
    duty_id: str, span: tuple[date, date], *, role: str | None = None, subject: str | None = None
) -> Plant:
    """A duty that somebody (or the council, or the person it is about) goes without in a span."""

    def plant(to: Planter) -> list[Row]:
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


def missed_audit(duty_id: str, kind: str, span: tuple[date, date], role: str) -> Plant:
    """A post that makes none of the audits it owes in a span: another post makes them."""

    def plant(to: Planter) -> list[Row]:
        whom, other = to.settled(role)[0], to.settled(to.part.posts.officer)
        for row in to.audits(audit_type=kind, auditor_id=whom):
            if span[0] <= day_of(row["audited_on"]) <= span[1]:
                row["auditor_id"] = other[0] if other and other[0] != whom else None
        return [to.found(duty_id, whom, f"none from {span[0]} to {span[1]}")]

    return plant


def own_case(to: Planter) -> list[Row]:
    """Somebody audits the own case."""
    row = to.audits(audit_type="case_file", selection="themed")[1]
    row["auditor_id"] = row["worker_id"]
    return [to.found("independence", row["audit_id"], "own case")]


def own_service(to: Planter) -> list[Row]:
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


def same_role(to: Planter) -> list[Row]:
    """A case is audited by somebody in the same role as its worker."""
    row = to.audits(audit_type="case_file", selection="themed")[2]
    team = str(row["team_id"])
    peers = [name for name in to.settled("Social Worker") if name != row["worker_id"]]
    people = to.part.staff.set_index("staff_id")
    row["worker_id"] = next(name for name in peers if people.loc[name, "team_id"] == team)
    row["auditor_id"] = next(name for name in peers if people.loc[name, "team_id"] != team)
    return [to.found("independence", row["audit_id"], "same role")]


def self_audit_of_another(to: Planter) -> list[Row]:
    """An audit called a self-audit is of somebody else's case."""
    row = to.audits(audit_type="case_file", selection="themed")[3]
    row |= {"audit_type": "self_audit", "selection": "ad_hoc"}
    return [to.found("independence", row["audit_id"], "not the own case")]


def escalation_told(tier: int, working_days: int | None, at: int) -> Plant:
    """A concern told so many working days after it was found, or never."""

    def plant(to: Planter) -> list[Row]:
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


def support_plan_on_day_six(to: Planter) -> list[Row]:
    """Feedback on Thursday 27 August 2026: with the holiday on the 31st, 7 September is working day 6."""
    low = [row for row in to.audits(audit_type="case_file") if row["overall_grade"] in to.part.tool.low]
    row = next(row for row in low if day_of(row["audited_on"]) <= date(2026, 8, 20))
    row["feedback_on"] = date(2026, 8, 27)
    row["support_plan_sent_on"] = add_working_days(date(2026, 8, 27), 6)
    return [to.found("support_plan", row["audit_id"], "late")]


def support_plan_never_sent(to: Planter) -> list[Row]:
    """A low grade without a support plan."""
    low = [row for row in to.audits(audit_type="case_file") if row["overall_grade"] in to.part.tool.low]
    row = [row for row in low if row["feedback_on"] and day_of(row["audited_on"]) <= date(2026, 8, 20)][1]
    row["support_plan_sent_on"] = None
    return [to.found("support_plan", row["audit_id"], "not done")]


def moderation(state: str, grades: Sequence[str], at: int) -> Plant:
    """An audit whose grade asks for moderation, moderated late, never, or by the wrong person."""

    def plant(to: Planter) -> list[Row]:
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


def _one_more(row: Row, to: Planter) -> Row:
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


def gap_of_fifteen_days(to: Planter) -> list[Row]:
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


def not_looked_at(rule: str, kind: str) -> Plant:
    """A case that stands on one list only, and that no audit of the list's kind looks at."""

    def plant(to: Planter) -> list[Row]:
        elsewhere = {case for name, cases in to.listed.items() if name != rule for case in cases}
        case_id = next((case for case in to.listed[rule] if case not in elsewhere), None)
        assert case_id is not None, (rule, {name: len(cases) for name, cases in to.listed.items()})
        to.tables["audit"] = [
            row for row in to.tables["audit"] if (row["audit_type"], row["case_id"]) != (kind, case_id)
        ]
        return [to.found(rule, case_id, "not looked at")]

    return plant


def closure_not_audited(to: Planter) -> list[Row]:
    """A closure of the quarter that nobody audits."""
    row = to.audits(audit_type="closure")[0]
    to.tables["audit"] = [other for other in to.tables["audit"] if other is not row]
    return [to.found("closures_audited", row["case_id"], "not looked at")]


def complaint(detail: str, at: int) -> Plant:
    """A complaint whose outcome the family hears on working day 21, or never.

    The days are the kit's reading, so pages show it as late or not done and no list names it.
    """

    def plant(to: Planter) -> list[Row]:
        complaints = [
            row
            for row in to.tables["feedback"]
            if row["kind"] == "complaint"
            and _QUARTER.start <= day_of(row["received_on"])
            and add_working_days(day_of(row["received_on"]), 21) <= _LAST_DAY
        ]
        row = complaints[at]
        row["told_on"] = add_working_days(day_of(row["received_on"]), 21) if detail == "late" else None
        row["reported_on"] = row["told_on"]
        return []

    return plant


def plant_breaches(*, tables: Tables, part: Part, listed: Mapping[str, Sequence[str]]) -> list[Row]:
    """Break the part's rules in a known way, in place.

    Parameters
    ----------
    tables : dict of str to list of rows
        Records that keep every rule; changed.
    part : Part
        Whose they are.
    listed : mapping of str to sequence of str
        References of the cases on each census list.

    Returns
    -------
    list of rows
        `part`, `rule` (its name in the framework file), `subject` (reference of the audit, person, case, team
        or escalation concerned; empty for the council), `detail`.
    """
    planter = Planter(tables, part, listed)
    return [breach for plant in _PLANTED[part.name] for breach in plant(planter)]


def _without_its_form(instrument: str) -> Plant:
    """The form of the last quarter that goes with a return that nobody gave, and its answers."""

    def plant(to: Planter) -> list[Row]:
        rows = to.tables["feedback"]
        forms = [
            str(row["feedback_id"])
            for row in rows
            if row.get("instrument") == instrument
            and not row.get("item")
            and day_of(row["received_on"]) >= ALL_QUARTER[0]
        ]
        gone = f"{max(forms)}-"
        to.tables["feedback"] = [row for row in rows if not f"{row['feedback_id']}-".startswith(gone)]
        return []

    return plant


_PLANTED: Mapping[str, Sequence[Plant]] = {
    "children": (
        own_case,
        escalation_told(1, 1, 0),
        escalation_told(1, None, 1),
        escalation_told(1, 2, 2),
        complaint("late", 0),
        complaint("not done", 1),
        missed("qa_board", AUGUST),
        missed("monthly_performance", AUGUST),
        missed("service_return", ALL_QUARTER, role="Service Manager"),
        _without_its_form("service_return"),
        missed("observation_themes", ALL_QUARTER, role="Service Manager"),
        missed("complaints_analysis", ALL_QUARTER),
        missed("improvement_plan", ALL_QUARTER),
    ),
    "families": (
        own_case,
        support_plan_on_day_six,
        support_plan_never_sent,
        moderation("submitted before moderation", ["10"], 0),
        moderation("not moderated", ["4"], 0),
        moderation("moderated by another role", ["5"], 0),
        missed_audit("supervision_audit_om", "supervision_file", AUGUST, "Operations Manager"),
        missed("supervision_audit_sm", ALL_QUARTER, subject="Operations Manager"),
        missed("dashboards", A_WEEK, role="Team Manager"),
        missed("team_briefing", A_WEEK, role="Family Centre TM"),
        missed("management_meeting", AUGUST, role="Strategic Manager"),
        missed("group_learning", AUGUST),
        not_looked_at("long_open_ifst", "clinic_review"),
        not_looked_at("long_open_fct", "clinic_review"),
    ),
    "leeds": (
        own_case,
        same_role,
        self_audit_of_another,
        escalation_told(1, 1, 0),
        escalation_told(1, None, 1),
        missed("A55", ALL_QUARTER, role="Quality Assurance Manager"),
        missed("programme", ALL_QUARTER),
        missed("B1", ALL_QUARTER),
        missed("B2", ALL_QUARTER),
        missed("B3", ALL_QUARTER),
        not_looked_at("plans_over_two_years", "plan_review"),
        not_looked_at("repeat_plans", "plan_review"),
    ),
    "portsmouth": (
        own_case,
        own_service,
        gap_of_fifteen_days,
        closure_not_audited,
        not_looked_at("short_plans", "plan_review"),
        not_looked_at("long_plans", "plan_review"),
        not_looked_at("placed_outside", "placement_review"),
        missed_audit("T30", "supervision_file", AUGUST, "Head of Looked After Children"),
        missed_audit("T55", "conference_record", AUGUST, "Head of Safeguarding Monitoring"),
        missed_audit("T66", "carer_file", AUGUST, "Service Leader Fostering and Adoption"),
        missed("T17", ALL_QUARTER, role="Deputy Director of Children's Services"),
        missed("T41", A_WEEK, role="Head of Assessment & Intervention"),
        missed("T57", AUGUST, role="Head of Safeguarding Monitoring"),
        missed("T62", AUGUST, role="Service Leader"),
        missed("T67", AUGUST, subject="Personal Adviser"),
    ),
}
