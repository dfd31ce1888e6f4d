"""Performance indicators and the programme of work beyond case file audits."""

from __future__ import annotations

from datetime import date

import numpy as np

from qaf_lib.caseload.synthetic.audits import QUARTERS
from qaf_lib.caseload.synthetic.council import Part
from qaf_lib.frameworks import Framework

__all__ = ["make_indicators", "make_projects"]

Row = dict[str, object]
_TARGET = 0.85  # where the framework watches a measure and names no target


def make_indicators(*, part: Part, framework: Framework, rng: np.random.Generator) -> list[Row]:
    """Quarterly figures of the framework's indicators: every team's, and the part's as a whole (no team)."""
    rows: list[Row] = []
    for indicator in framework.indicators:
        target = indicator.target or _TARGET
        for number, quarter in enumerate(QUARTERS):
            total = [0, 0]
            for team in part.team_effects["team_id"]:
                denominator = int(rng.integers(14, 60))
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
    """The quality programme beyond case file audits."""
    planned = (
        ("audit", "Themed audit: voice of the child", date(2026, 7, 13), "yearly"),
        ("audit", "Supervision audit", date(2026, 9, 7), "quarterly"),
        ("audit", "Moderation group", date(2026, 9, 21), "monthly"),
        ("research", "What families say about changes of worker", None, "once"),
        ("evaluation", "Evaluation of the group supervision pilot", None, "once"),
    )
    return [
        {
            "project_id": f"{part.posts.letters}R-{at:03d}",
            "block": block,
            "title": title,
            "on": on,
            "frequency": often,
            "officer_post": part.posts.officer,
            "reviewed": True,
        }
        for at, (block, title, on, often) in enumerate(planned, start=11)
    ]
