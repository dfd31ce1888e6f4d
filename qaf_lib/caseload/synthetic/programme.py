"""Performance indicators and the programme of work beyond case file audits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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

_SIZES = {"plo_in_time": (1, 4), "private_fostering": (1, 4), "carer_agreements": (2, 8)}
"""Least and most of what an indicator counts in a team, where it is not some dozens."""

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

_WEIGHED = {
    "Evaluation of the group supervision pilot": {
        "cost": 18_400,
        "saving": 31_000,
        "decision": "improvement_plan",
    },
    "Evaluation of the family meetings service": {"cost": 42_500, "decision": "look_again"},
}
"""What evaluations found of cost, and what was decided."""


_OF_CONTRACTS = (
    ("Quality of a commissioned advocacy service", date(2026, 7, 8), "improvement_plan"),
    ("Quality of a commissioned short breaks service", date(2026, 8, 19), "look_again"),
    ("Quality of a commissioned family support service", date(2026, 9, 23), None),
)
"""Work on commissioned services: title, day, and what the board decided; of one it has not yet."""


_OWN_THEMES = {11: "Voice of the child", 12: "Supervision and oversight"}
"""Themes of the pieces of work whose titles name one."""

_BY_YOUNG_INSPECTORS = (
    ("Young inspectors: what young people say on the theme of July", date(2026, 7, 20), 11),
    ("Young inspectors: what young people say on the theme of November", date(2026, 11, 16), 16),
)
"""Young inspectors' work: title, day, and the number of the month's audit whose theme it shares."""


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
                denominator = int(rng.integers(*_SIZES.get(indicator.indicator_id, (14, 60))))
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
    rows = [_project(at, *planned, part) for at, planned in enumerate(_PLANNED, start=11)]
    return [*rows, *_commissioned(part), *_by_young_inspectors(part), *_of_the_board(part)]


def _of_the_board(part: Part) -> Iterator[Row]:
    """Work on a trend that the board named: on the theme of the thematic audits of August."""
    if part.name == "families":
        row = _project(51, "audit", "Thematic audits on a trend", date(2026, 8, 3), "once", "asr", part)
        theme = part.tool.questions[8 % len(part.tool.questions)].theme
        yield row | {"theme": theme, "requested_by_post": "Quality improvement board"}


def _by_young_inspectors(part: Part) -> Iterator[Row]:
    """Young inspectors' work on the theme that the audits of the same month have."""
    for at, (title, on, of) in enumerate(_BY_YOUNG_INSPECTORS if part.name == "children" else (), start=41):
        row = _project(at, "audit", title, on, "yearly", "acr", part)
        yield row | {"theme": _theme(of, part), "officer_post": "Participation Officer"}


def _theme(at: int, part: Part) -> str | None:
    """The theme of a piece of work, by its number: its own where the tool has that theme."""
    themes = [question.theme for question in part.tool.questions]
    return _OWN_THEMES[at] if _OWN_THEMES.get(at) in themes else themes[at % len(themes)]


def _commissioned(part: Part) -> Iterator[Row]:
    """Work on services that the council buys: asked for by whom the contract is with, agreed to, decided."""
    for at, (title, on, decision) in enumerate(_OF_CONTRACTS if part.name == "children" else (), start=31):
        row = _project(at, "audit", title, on, "once", "apr", part)
        yield row | {"requested_by_post": "Contract managers", "decision": decision}


def _project(at: int, block: str, title: str, on: date | None, often: str, told: str, part: Part) -> Row:
    """`told` says in letters: a agreed, s staff, c children, f families, p partners took part, r reported."""
    agreed = date(2026, 6, 16) + timedelta(days=at % 7)
    row: Row = {"project_id": f"{part.posts.letters}R-{at:03d}", "block": block, "title": title, "on": on}
    row |= {"frequency": often, "officer_post": part.posts.officer, "reviewed": True}
    row |= {"theme": _theme(at, part), "requested_by_post": part.posts.head}
    row["agreed_on"] = agreed if "a" in told else None
    row["reported_on"] = known(on + timedelta(days=9)) if on and "r" in told else None
    row["answered_on"] = row["reported_on"] if "f" in told else None
    for letter, who in (("c", "children"), ("f", "families"), ("p", "partners"), ("s", "staff")):
        row[f"{who}_took_part"] = letter in told
    return row | _WEIGHED.get(title, {})
