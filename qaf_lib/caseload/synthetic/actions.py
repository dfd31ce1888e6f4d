"""Actions that follow audits and come from elsewhere, and their story so far."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from qaf_lib.caseload.synthetic.audits import Audit, known
from qaf_lib.caseload.synthetic.cases import SNAPSHOTS
from qaf_lib.caseload.synthetic.council import Part
from qaf_lib.caseload.synthetic.people import YEAR_START
from qaf_lib.caseload.synthetic.voices import action_text, progress_text

__all__ = ["make_actions"]

Row = dict[str, object]
_LAST_DAY = SNAPSHOTS[-1]
_EVERY, _CLEARED = 12, 35
"""One finished action in so many was blocked; days after which the obstacle was cleared."""

_OBSTACLES = (
    "Waits for a place on the course.",
    "The post that was to do it is vacant.",
    "Another agency has not answered yet.",
    "The system has no field for it; a change is asked for.",
)
_TITLES = {
    "journey": "Bring the chronology up to date",
    "experiences": "Show what daily life is like for the child",
    "voice": "See the child alone and record their words",
    "rationale": "Record why decisions were made",
    "planning": "Put dates and names into the plan",
    "oversight": "Record reflective supervision each month",
    "assessment": "Update the assessment with every family member",
    "whole_family": "Bring fathers and the wider network in",
    "impact": "Say what has changed for the family",
    "recording": "Put the record in order",
    "management_oversight": "Record the manager's analysis and decisions",
}


def make_actions(*, part: Part, audits: Sequence[Audit], rng: np.random.Generator) -> dict[str, list[Row]]:
    """Actions from audits and other sources, their events, and which re-audits looked at them.

    Returns
    -------
    dict of str to list of rows
        Tables action, action_event and reaudit_link.
    """
    actions: list[Row] = []
    events: list[Row] = []
    managers = _team_managers(part)
    for audit in audits:
        count = int(rng.integers(1, 4)) if audit.grade in part.tool.low else int(rng.random() < 0.3)
        for _ in range(count):
            question = part.tool.questions[int(rng.integers(0, len(part.tool.questions)))]
            mine = rng.random() < 0.4
            action: Row = {"source": "audit", "source_id": audit.audit_id, "case_id": audit.case_id}
            action |= {
                "team_id": audit.row["team_id"],
                "theme": question.theme,
                "standard_id": question.standard_id,
            }
            action |= {"title": _TITLES[question.question_id], "action": action_text(rng=rng)}
            action["owner_post"] = part.posts.manager if mine else part.posts.worker
            action["owner_id"] = managers[str(audit.row["team_id"])] if mine else audit.row["worker_id"]
            due = audit.audited_on + timedelta(days=int(rng.integers(14, 75)))
            action["due_on"] = due
            agreed = audit.audited_on + timedelta(days=int(rng.integers(10, 40)))
            action["board_agreed_on"] = known(min(agreed, due))
            _add(action, audit.audited_on, actions, events, part, rng)
    for number in range(12):
        start = YEAR_START + timedelta(days=20 + 27 * number)
        board: Row = {"source": ("board", "complaint", "indicator", "moderation")[number % 4]}
        question = part.tool.questions[number % len(part.tool.questions)]
        board |= {
            "theme": question.theme,
            "standard_id": question.standard_id,
            "title": _TITLES[question.question_id],
        }
        board |= {"owner_post": part.posts.head}
        board |= {"due_on": start + timedelta(days=90), "board_agreed_on": start}
        _add(board, start, actions, events, part, rng)
    return {"action": actions, "action_event": events, "reaudit_link": _links(audits, actions)}


def _add(
    action: Row, start: date, actions: list[Row], events: list[Row], part: Part, rng: np.random.Generator
) -> None:
    """Number an action and tell its story so far."""
    action |= {"reviewed": True}  # titles are the kit's own sentences
    action["action_id"] = f"{part.posts.letters}C-{len(actions) + 1001:05d}"
    actions.append(action)
    due = action["due_on"]
    assert isinstance(due, date)
    steps = [
        ("open", start + timedelta(days=2)),
        ("in_progress", start + timedelta(days=int(rng.integers(4, 20)))),
    ]
    ends = rng.random()
    done = due + timedelta(days=int(rng.integers(-14, 22)))
    if ends < 0.08:
        steps.append(("blocked", start + timedelta(days=21)))
    elif ends < 0.86:
        if len(actions) % _EVERY == 0 and done > start + timedelta(days=_CLEARED):
            steps += [("blocked", start + timedelta(days=21)), ("open", start + timedelta(days=_CLEARED))]
        steps.append(("completed", done))
        if rng.random() < 0.6:
            steps.append(("approved", done + timedelta(days=int(rng.integers(2, 15)))))
    elif ends < 0.89:
        steps.append(("cancelled", start + timedelta(days=25)))
    for number, (status, on) in enumerate(sorted(steps, key=lambda step: step[1]), start=1):
        if on <= _LAST_DAY or number == 1:
            event: Row = {"action_id": action["action_id"], "event_no": number, "on": min(on, _LAST_DAY)}
            event |= {"status": status}
            event["taken_to_date"] = progress_text(rng=rng) if status == "in_progress" else None
            if status == "blocked":
                event["taken_to_date"] = _OBSTACLES[len(actions) % len(_OBSTACLES)]
            event["approved_by_post"] = part.posts.above if status == "approved" else None
            events.append(event)


def _links(audits: Sequence[Audit], actions: Sequence[Row]) -> list[Row]:
    """Each re-audit looked at the actions of the audit before."""
    again = {audit.row["reaudit_of"]: audit.audit_id for audit in audits if audit.row["reaudit_of"]}
    return [
        {"action_id": action["action_id"], "audit_id": again[action["source_id"]]}
        for action in actions
        if action.get("source_id") in again
    ]


def _team_managers(part: Part) -> dict[str, str]:
    staff = part.staff[part.staff["role"].isin([part.posts.manager, "Family Centre TM"])]
    return dict(zip(staff["team_id"].astype(str), staff["staff_id"].astype(str), strict=True))
