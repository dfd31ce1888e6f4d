"""Yearly surveys, answers to the questions of survey forms, and families told what came of a complaint."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import numpy as np

from qaf_lib.caseload.synthetic.audits import QUARTERS, day_of, known
from qaf_lib.caseload.synthetic.council import Part
from qaf_lib.frameworks import Framework

__all__ = ["answer_questions", "surveys_of_each_quarter", "tell_outcomes", "yearly_surveys"]

Row = dict[str, object]
_YEARLY_FROM = date(2026, 5, 11)
_ANSWERED = 48
"""Answers to each yearly survey of families, children or staff."""
_ASKED_EACH_QUARTER = ("looked-after child", "foster carer", "staff")


def yearly_surveys(*, part: Part, framework: Framework, rng: np.random.Generator) -> Iterator[Row]:
    """Completed surveys of each form that is sent out once a year, in May."""
    teams = [str(team) for team in part.team_effects["team_id"]]
    forms = [form for form in framework.instruments if form.every == "year"]
    for at, form in enumerate(forms, start=1):
        posts = int((part.staff["role"] == form.respondent).sum())
        for number in range(1, (posts or _ANSWERED) + 1):
            yield {
                "feedback_id": f"{part.posts.letters}Y-{at}{number:03d}",
                "kind": "survey",
                "instrument": form.name,
                "respondent": form.respondent,
                "team_id": teams[int(rng.integers(0, len(teams)))],
                "received_on": _YEARLY_FROM + timedelta(days=int(rng.integers(0, 20))),
                "score": _score(7.2, rng),
            }


def surveys_of_each_quarter(*, part: Part, framework: Framework, rng: np.random.Generator) -> Iterator[Row]:
    """What was said by each way open to people, more each quarter, and returns of posts."""
    teams = [str(team) for team in part.team_effects["team_id"]]
    for at, form in enumerate(framework.instruments, start=1):
        posts = int((part.staff["role"] == form.respondent).sum())
        if form.every == "year" or not (posts or form.respondent in _ASKED_EACH_QUARTER):
            continue
        for later, quarter in enumerate(QUARTERS):
            for number in range(1, (posts or 5 * at + 2 * later) + 1):
                yield {
                    "feedback_id": f"{part.posts.letters}Q-{at}{later}{number:03d}",
                    "kind": "survey",
                    "instrument": form.name,
                    "respondent": form.respondent,
                    "team_id": teams[int(rng.integers(0, len(teams)))],
                    "received_on": quarter.start + timedelta(days=int(rng.integers(20, 80))),
                    "score": None if posts else _score(7.0, rng),
                }


def answer_questions(*, feedback: Sequence[Row], framework: Framework, rng: np.random.Generator) -> list[Row]:
    """A row for each question of each completed survey; one in twelve is left blank."""
    forms = {form.name: form.items for form in framework.instruments}
    rows: list[Row] = []
    for survey in (row for row in feedback if row["kind"] == "survey"):
        for number, item in enumerate(forms.get(str(survey["instrument"]), []), start=1):
            score = _score(7.6 - 0.4 * min(number, 5), rng)
            if rng.random() > 1 / 12:
                columns = ("kind", "instrument", "respondent", "case_id", "team_id", "received_on")
                row: Row = {name: survey.get(name) for name in columns}
                row |= {"feedback_id": f"{survey['feedback_id']}-{number}", "item": item.name}
                rows.append(row | {"theme": item.theme, "score": score})
    return rows


def tell_outcomes(*, feedback: Sequence[Row], rng: np.random.Generator) -> None:
    """Say when the families who complained were told the outcome: most in the week after it closed."""
    for row in feedback:
        if row["kind"] == "complaint":
            closed, days, told = row["closed_on"], int(rng.integers(0, 7)), rng.random() < 0.88
            row["told_on"] = known(day_of(closed) + timedelta(days=days)) if closed and told else None


def _score(mean: float, rng: np.random.Generator) -> str:
    return str(int(np.clip(round(mean + 1.9 * rng.standard_normal()), 1, 10)))
