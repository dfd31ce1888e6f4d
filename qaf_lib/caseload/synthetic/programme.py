"""Performance indicators and the programme of work beyond case file audits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from qaf_lib.caseload.synthetic.audits import QUARTERS, day_of, known
from qaf_lib.caseload.synthetic.council import Part
from qaf_lib.frameworks import Framework

__all__ = ["make_indicators", "make_projects"]

Row = dict[str, object]
_TARGET = 0.85  # where the framework watches a measure and names no target
_DIFFERS = "assessments_in_45_days"
"""The indicator whose figure came and differs from what the caseload tells."""

_OF_CLOSURES = "survey_offered"
"""The indicator that is counted of the families whose case was closed or stepped up or down."""

_PLANNED = (
    ("audit", "Themed audit: voice of the child", date(2026, 7, 13), "yearly", "acfr"),
    ("audit", "Supervision audit", date(2026, 9, 7), "quarterly", "as"),
    ("audit", "Moderation group", date(2026, 9, 21), "monthly", "asr"),
    ("research", "What families say about changes of worker", None, "once", "f"),
    ("evaluation", "Evaluation of the group supervision pilot", None, "once", "as"),
    ("audit", "Audit of plans with partners", date(2026, 11, 9), "yearly", "ap"),
    ("research", "What keeps fathers in the work: a reading group", date(2026, 8, 18), "once", "asr"),
    ("evaluation", "Evaluation of the family meetings service", date(2026, 12, 1), "once", "cfp"),
)
"""Block, title, day, how often and what is told of each piece of work, see `_project`."""


def make_indicators(
    *, part: Part, framework: Framework, closures: Sequence[Row], rng: np.random.Generator
) -> list[Row]:
    """Quarterly figures of the framework's indicators: every team's, and the part's as a whole (no team).

    Where the kit counts an indicator itself, no figure comes for the last quarter, but for one that differs.
    """
    rows: list[Row] = []
    for indicator in framework.indicators:
        if indicator.better == "lower":
            continue
        target = indicator.target or _TARGET
        counts = indicator.computed and indicator.indicator_id != _DIFFERS
        for number, quarter in enumerate(QUARTERS[:-1] if counts else QUARTERS):
            total = [0, 0]
            for team in part.team_effects["team_id"]:
                denominator = int(rng.integers(14, 60))
                if indicator.indicator_id == _OF_CLOSURES:
                    denominator = sum(
                        row["team_id"] == team and quarter.start <= day_of(row["closed_on"]) <= quarter.end
                        for row in closures
                    )
                share = target - 0.05 + 0.015 * number + 0.05 * rng.standard_normal()
                numerator = min(denominator, max(0, round(denominator * share)))
                total = [total[0] + numerator, total[1] + denominator]
                rows.append(_row(indicator.indicator_id, quarter.label, team, numerator, denominator, target))
            rows.append(_row(indicator.indicator_id, quarter.label, None, total[0], total[1], target))
    return rows


def _row(indicator: str, period: str, team: str | None, x: int, n: int, target: float) -> Row:
    row: Row = {"indicator_id": indicator, "period": period, "team_id": team}
    return row | {"numerator": x, "denominator": n, "target": target}


def make_projects(*, part: Part) -> list[Row]:
    """The quality programme beyond case file audits: who asked for it, who took part, what is agreed."""
    return [_project(at, *planned, part) for at, planned in enumerate(_PLANNED, start=11)]


def _project(at: int, block: str, title: str, on: date | None, often: str, told: str, part: Part) -> Row:
    """`told` says in letters: a agreed, s staff, c children, f families, p partners took part, r reported."""
    themes = [question.theme for question in part.tool.questions]
    agreed = date(2026, 6, 16) + timedelta(days=at % 7)
    row: Row = {"project_id": f"{part.posts.letters}R-{at:03d}", "block": block, "title": title, "on": on}
    row |= {"frequency": often, "officer_post": part.posts.officer, "reviewed": True}
    row |= {"theme": themes[at % len(themes)], "requested_by_post": part.posts.head}
    row["agreed_on"] = agreed if "a" in told else None
    row["reported_on"] = known(on + timedelta(days=9)) if on and "r" in told else None
    row["answered_on"] = row["reported_on"] if "f" in told else None
    for letter, who in (("c", "children"), ("f", "families"), ("p", "partners"), ("s", "staff")):
        row[f"{who}_took_part"] = letter in told
    return row
