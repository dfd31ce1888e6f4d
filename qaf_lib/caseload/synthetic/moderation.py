"""What is read beside an audit's grade: domain grades, moderation, serious concerns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from qaf_lib.caseload.synthetic.audits import Audit, day_of, known, working_day
from qaf_lib.caseload.synthetic.cases import SNAPSHOTS
from qaf_lib.caseload.synthetic.council import Part
from qaf_lib.caseload.synthetic.practice import grades_of
from qaf_lib.caseload.synthetic.voices import evidence, moderator_note

__all__ = ["make_answers", "make_escalations", "make_moderations"]

Row = dict[str, object]
_LAST_DAY = SNAPSHOTS[-1]


def make_answers(*, part: Part, audits: Sequence[Audit], rng: np.random.Generator) -> list[Row]:
    """Domain grades: the auditor's view of the case, the domain's own effect and some noise."""
    rows = []
    for audit in audits:
        for question in part.tool.questions:
            seen = audit.seen + question.effect + 0.45 * rng.standard_normal()
            grade = grades_of(np.array([seen]), cuts=part.cuts, tool=part.tool)[0]
            row: Row = {"audit_id": audit.audit_id, "question_id": question.question_id}
            row |= {"standard_id": question.standard_id, "theme": question.theme, "answer": grade}
            row["evidence"] = evidence(good=grade in part.tool.good, rng=rng) if rng.random() < 0.4 else None
            rows.append(row)
    return rows


def make_moderations(
    *, part: Part, audits: Sequence[Audit], rng: np.random.Generator
) -> tuple[list[Row], list[Row]]:
    """Moderations and the breaches planted among them.

    Children: one audit in five at random, and some disputes. Families: every grade 5 or below and 10,
    before the audit is submitted, but for two moderated late and one not at all in the last quarter.
    """
    staff = part.staff[part.staff["can_moderate"] & (part.staff["audit_hours_per_month"] > 0)]
    moderators = [str(person) for person in staff["staff_id"]]
    rows: list[Row] = []
    breaches: list[Row] = []
    met = 0
    for audit in audits:
        chance = rng.random(6)
        why, probability = _why(part, audit, chance[0], chance[1])
        if not why:
            continue
        moderated = working_day(day_of(audit.row["returned_on"]), 1 + int(chance[2] * 2))
        if why != "trigger":
            moderated = min(working_day(audit.audited_on, 8 + int(chance[2] * 15)), _LAST_DAY)
        if why == "trigger" and audit.quarter == 3:
            met += 1
            if met in (3, 6, 9):
                rule = "not_moderated" if met == 6 else "moderated_after_submission"
                breaches.append({"table": "moderation", "rule": rule, "audit_id": audit.audit_id})
                moderated = working_day(moderated, 13)
                if met == 6:
                    continue
        others = [person for person in moderators if person != audit.row["auditor_id"]]
        blind = bool(chance[3] < 0.1)
        careful = grades_of(
            np.array([audit.quality + 0.2 * rng.standard_normal()]), cuts=part.cuts, tool=part.tool
        )
        grade = audit.grade if not blind and chance[4] < 0.45 else careful[0]
        row: Row = {"audit_id": audit.audit_id, "moderator_id": others[int(chance[5] * len(others))]}
        row |= {
            "moderated_on": min(moderated, _LAST_DAY),
            "why": why,
            "probability": probability,
            "blind": blind,
        }
        row |= {"audit_grade": audit.grade, "moderated_grade": grade}
        row["note"] = moderator_note(changed=grade != audit.grade, rng=rng)
        rows.append(row)
    letters = "MD" if part.name == "children" else "ME"
    for number, row in enumerate(rows, start=501):
        row["moderation_id"] = f"{letters}-{number:05d}"
    return rows, breaches


def _why(part: Part, audit: Audit, chance: float, dispute: float) -> tuple[str, float | None]:
    if part.name == "families":
        return ("trigger", None) if audit.grade in part.tool.low or audit.grade == "10" else ("", None)
    if chance < 0.2:
        return "random", 0.2
    return ("dispute", None) if audit.grade in part.tool.low and dispute < 0.07 else ("", None)


def make_escalations(*, part: Part, audits: Sequence[Audit], rng: np.random.Generator) -> list[Row]:
    """Serious concerns found by auditors: told to the team manager at once, some to the tier above."""
    worst = set(part.tool.grades[:1] if part.name == "children" else part.tool.grades[:3])
    posts = ("Team Manager", "Service Manager" if part.name == "children" else "Operations Manager")
    rows: list[Row] = []
    for audit in audits:
        chance = rng.random(5)
        if audit.grade not in worst or chance[0] > 0.6:
            continue
        found = f"{audit.audited_on}T{9 + int(chance[1] * 7):02d}:{int(chance[2] * 59):02d}:00Z"
        later = audit.audited_on + timedelta(days=int(chance[3] < 0.12))
        for tier in range(1, 2 + (chance[4] < 0.3)):
            row: Row = {"audit_id": audit.audit_id, "tier": tier, "found_at": found}
            row["told_at"] = f"{later}T16:{10 * tier + int(chance[2] * 9):02d}:00Z"
            row["told_post"] = posts[tier - 1]
            row["resolved_on"] = known(audit.audited_on + timedelta(days=2 + int(chance[4] * 25)))
            rows.append(row)
    letters = "ES" if part.name == "children" else "EE"
    for number, row in enumerate(rows, start=31):
        row["escalation_id"] = f"{letters}-{number:04d}"
    return rows
