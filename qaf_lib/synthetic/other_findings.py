"""What came of audits beside case files, who asked for work, and which reports were answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from qaf_lib.synthetic.audits import QUARTERS, day_of, known
from qaf_lib.synthetic.council import Part

Row = dict[str, object]
_EACH = 2

_CAME = (
    ("ad_hoc", "Say at each step-down who keeps the child safe", "Safeguarding", "Head of Service", "policy"),
    ("commissioned", "Write the family's wishes into the order", "Experiences", "Contract managers", None),
    ("health", "Bring growth and checks up to date", "Experiences", "Clinical Quality Group", "briefing"),
    (
        "health_dip_sample",
        "Put health needs into the plan",
        "Plans and networks",
        "Clinical Quality Group",
        "training",
    ),
    (
        "team_around_child",
        "Scale each need with the family",
        "Assessment",
        "Family Support Worker",
        "coaching",
    ),
)
"""By audit type: title, theme, owner and route of what its first audits ask for."""

_ASKED = (
    ("Ad hoc audit: safety at step-down", date(2026, 7, 6), "Safeguarding", "Directorate Leadership Team"),
    (
        "Multi-agency audit: voice of the child",
        date(2026, 8, 12),
        "Voice of the child",
        "Safeguarding partnership",
    ),
    (
        "Multi-agency audit: why decisions were made",
        date(2026, 11, 25),
        "Rationale for decisions",
        "Safeguarding partnership",
    ),
)
"""Work on the programme: title, day, theme and who asked for it."""


def add_other_findings(*, tables: dict[str, list[Row]], part: Part) -> None:
    """Themes, auditors and actions of audits beside case files, work asked for, a nil return; in place.

    Only for the council whose framework has such audits; nothing by chance.
    """
    if part.name != "children":
        return
    officers = sorted(part.staff.loc[part.staff["role"] == part.posts.officer, "staff_id"])
    desk = [row for row in tables["audit"] if row["audit_type"] == "ad_hoc"]
    for at, row in enumerate(desk):
        officer = str(officers[at % len(officers)])
        row |= {"theme": "Safeguarding", "auditor_id": officer, "worker_took_part": False}
    for row in tables["audit"]:
        if row["audit_type"] == "multi_agency":
            row["theme"] = "Voice of the child"
    actions = list(_actions(tables["audit"], part))
    tables["action"] += actions
    tables["action_event"] += _events(actions)
    acted = {row["source_id"] for row in actions}
    for row in tables["audit"]:
        row["action_needed"] = row["action_needed"] or row["audit_id"] in acted
    tables["project"] += _work(part)
    reported = [row for row in tables["project"] if row["reported_on"] is not None]
    for at, row in enumerate(reported):
        row["answered_on"] = known(day_of(row["reported_on"]) + timedelta(days=8)) if at % 4 != 3 else None
    returns = [row for row in tables["duty_event"] if row["duty_id"] == "service_return" and row["held_on"]]
    last = [row for row in returns if day_of(row["held_on"]) >= QUARTERS[-1].start]
    last[0]["report_type"] = "nil return"


def _actions(audits: Sequence[Row], part: Part) -> Iterator[Row]:
    """An action of each of the first audits of a type; agreed by the board eight days later."""
    for at, (kind, title, theme, owner, route) in enumerate(_CAME):
        for number, audit in enumerate([row for row in audits if row["audit_type"] == kind][:_EACH]):
            start = day_of(audit["audited_on"]) + timedelta(days=8)
            yield {
                "action_id": f"{part.posts.letters}C-{9201 + 10 * at + number:05d}",
                "source": "audit",
                "source_id": audit["audit_id"],
                "case_id": audit["case_id"],
                "team_id": audit["team_id"],
                "theme": theme,
                "title": title,
                "action": f"{title}: for this case, and told to the team.",
                "owner_post": owner,
                "due_on": start + timedelta(days=40),
                "board_agreed_on": known(start),
                "reviewed": True,
                "kind": "corrective",
                "route": route,
                "staff_helped": number == 0,
            }


def _events(actions: Sequence[Row]) -> Iterator[Row]:
    """Each is open once agreed; the first of each two is done in time where its day has come."""
    for at, action in enumerate(actions):
        due = day_of(action["due_on"])
        days = [("open", due - timedelta(days=40)), ("completed", due - timedelta(days=3))]
        for number, (status, day) in enumerate(days[: 2 - at % 2], start=1):
            if on := known(day):
                yield {"action_id": action["action_id"], "event_no": number, "on": on, "status": status}


def _work(part: Part) -> Iterator[Row]:
    for at, (title, on, theme, who) in enumerate(_ASKED, start=81):
        row: Row = {"project_id": f"{part.posts.letters}R-{at:03d}", "block": "audit", "title": title}
        row |= {"on": on, "frequency": "once", "officer_post": part.posts.officer, "reviewed": True}
        row |= {"theme": theme, "requested_by_post": who, "agreed_on": date(2026, 6, 18)}
        row |= {"reported_on": known(on + timedelta(days=30)), "staff_took_part": True}
        yield row | {"partners_took_part": who == "Safeguarding partnership"}
