"""What is read beside an audit's grade: domain grades, moderation, serious concerns."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

import numpy as np

from qaf_lib.frameworks import Framework, Moderation
from qaf_lib.synthetic.audits import (
    QUARTERS,
    Audit,
    check_answer,
    day_of,
    is_for,
    known,
    of_young_carers,
    statuses_of,
    working_day,
)
from qaf_lib.synthetic.cases import SNAPSHOTS
from qaf_lib.synthetic.council import Part
from qaf_lib.synthetic.practice import grades_of
from qaf_lib.synthetic.voices import evidence, moderator_note

__all__ = ["make_answers", "make_escalations", "make_moderations"]

Row = dict[str, object]
_LAST_DAY = SNAPSHOTS[-1]


def make_answers(
    *, part: Part, framework: Framework, audits: Sequence[Audit], rng: np.random.Generator
) -> list[Row]:
    """Domain grades, and the checks that a case audit answers without a grade.

    A grade is the auditor's view of the case, the domain's own effect and some noise; a check is answered
    the better the better the case was seen, and one in twelve does not apply.
    """
    rows = []
    for audit in audits:
        for question in part.tool.questions:
            seen = audit.seen + question.effect + 0.45 * rng.standard_normal()
            grade = grades_of(np.array([seen]), cuts=part.cuts, tool=part.tool)[0]
            row: Row = {"audit_id": audit.audit_id, "question_id": question.question_id}
            row |= {"standard_id": question.standard_id, "theme": question.theme, "answer": grade}
            row["evidence"] = evidence(good=grade in part.tool.good, rng=rng) if rng.random() < 0.4 else None
            rows.append(row)
    return rows + _checks(part, framework, audits, rng)


def _checks(part: Part, framework: Framework, audits: Sequence[Audit], rng: np.random.Generator) -> list[Row]:
    tool = next(tool for tool in framework.tools if tool.tool_id == part.tool.tool_id)
    asked, statuses = [check for check in tool.asked if check.answers], statuses_of(part)
    rows: list[Row] = []
    for audit in audits:
        for check in asked:
            answer = check_answer(check, audit.seen, rng)
            if is_for(check, statuses[audit.quarter].get(audit.case_id)):
                row: Row = {"audit_id": audit.audit_id, "question_id": check.question_id, "answer": answer}
                rows.append(row | {"standard_id": check.standard_id, "theme": check.theme})
    return of_young_carers(rows, {audit.audit_id: audit.case_id for audit in audits})


def make_moderations(
    *,
    part: Part,
    rules: Moderation | None,
    audits: Sequence[Audit],
    rng: np.random.Generator,
    letter: str = "M",
    drawn: Collection[str] = (),
) -> list[Row]:
    """Moderations as the framework asks: a random share, and every grade that triggers one, in time.

    Where it asks for neither but names a role, one audit a quarter is looked at by that role: in the last
    quarter the newest before it of the cases `drawn`, where there are any. `letter` is the second of their
    references.
    """
    if rules is None:
        return []
    moderators = _moderators(part, rules)
    later = _newest_before(audits, drawn)
    asked = _one_a_quarter(audits) if not rules.random_share and not rules.trigger_grades else set()
    if later and asked:
        asked = {audit_id for audit_id in asked if audit_id not in _of_last_quarter(audits)} | later
    rows: list[Row] = []
    for audit in audits:
        chance = rng.random(6)
        why, probability = _why(rules, audit, audit.audit_id in asked, chance[0], chance[1], part)
        if not why:
            continue
        moderated = working_day(day_of(audit.row["returned_on"]), 1 + int(chance[2] * 2))
        if why != "trigger":
            begun = QUARTERS[-1].start if audit.audit_id in later else audit.audited_on
            moderated = min(working_day(begun, 8 + int(chance[2] * 15)), _LAST_DAY)
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
    for number, row in enumerate(rows, start=501):
        row["moderation_id"] = f"{part.posts.letters}{letter}-{number:05d}"
    return rows


def _moderators(part: Part, rules: Moderation) -> list[str]:
    """Who may moderate: the framework's roles where the staff table has them at work, else all who can."""
    staff = part.staff[part.staff["can_moderate"]]
    named = staff[staff["role"].isin(rules.by_roles)]
    chosen = named if len(named) else staff
    at_work = chosen[chosen["audit_hours_per_month"] > 0]
    return [str(person) for person in (at_work if len(at_work) else chosen)["staff_id"]]


def _of_last_quarter(audits: Sequence[Audit]) -> set[str]:
    return {audit.audit_id for audit in audits if audit.audited_on >= QUARTERS[-1].start}


def _newest_before(audits: Sequence[Audit], cases: Collection[str]) -> set[str]:
    """The newest audit of each case made before the last quarter."""
    before = [audit for audit in audits if audit.audited_on < QUARTERS[-1].start and audit.case_id in cases]
    ordered = sorted(before, key=lambda audit: (audit.audited_on, audit.audit_id))
    return set({audit.case_id: audit.audit_id for audit in ordered}.values())


def _one_a_quarter(audits: Sequence[Audit]) -> set[str]:
    first: dict[int, str] = {}
    for audit in audits:
        if audit.row["selection"] == "random":
            first.setdefault(audit.quarter, audit.audit_id)
    return set(first.values())


def _why(
    rules: Moderation, audit: Audit, asked: bool, chance: float, dispute: float, part: Part
) -> tuple[str, float | None]:
    if audit.grade in rules.trigger_grades:
        return "trigger", None
    if asked or chance < rules.random_share:
        return "random", rules.random_share or None
    if rules.random_share and audit.grade in part.tool.low and dispute < 0.07:
        return "dispute", None
    return "", None


def make_escalations(*, part: Part, audits: Sequence[Audit], rng: np.random.Generator) -> list[Row]:
    """Serious concerns found by auditors: told to the team manager the same day, some to the tier above."""
    worst = set(part.tool.grades[:1] if part.unit == "child" else part.tool.grades[:3])
    posts = (part.posts.manager, part.posts.above)
    rows: list[Row] = []
    for audit in audits:
        chance = rng.random(5)
        if audit.grade not in worst or chance[0] > 0.6:
            continue
        found = f"{audit.audited_on}T{9 + int(chance[1] * 7):02d}:{int(chance[2] * 59):02d}:00Z"
        for tier in range(1, 2 + (chance[4] < 0.3)):
            row: Row = {"audit_id": audit.audit_id, "tier": tier, "found_at": found}
            row["told_at"] = f"{audit.audited_on}T16:{10 * tier + int(chance[2] * 9):02d}:00Z"
            row["told_post"] = posts[tier - 1]
            row["resolved_on"] = known(audit.audited_on + timedelta(days=2 + int(chance[4] * 25)))
            rows.append(row)
    for number, row in enumerate(rows, start=31):
        row["escalation_id"] = f"{part.posts.letters}S-{number:04d}"
    return rows
