"""What leads the SLT report: the few answers that a director asks for first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from qaf_lib.period.grades import Grades
from qaf_lib.period.practice import Practice, Reached

__all__ = ["Pace", "Summary", "summary_of"]


@dataclass(frozen=True)
class Pace:
    """How many a month would be needed to reach everybody by the end of the year."""

    label: str
    reached: int
    expected: int
    months_left: int
    needed_a_month: int


@dataclass(frozen=True)
class Summary:
    """Highest and lowest question of the first draw (result rows), and the pace of each coverage rule."""

    highest: pd.Series | None
    lowest: pd.Series | None
    paces: list[Pace]


def summary_of(*, grades: list[Grades], practice: Practice, end: date) -> Summary:
    """What to lead with, from answers already given.

    Parameters
    ----------
    grades : list of Grades
        The period's estimates; the first is the headline.
    practice : Practice
        Coverage and deadlines.
    end : date
        Last day of the period.
    """
    questions = grades[0].questions if grades else pd.DataFrame(columns=["estimate", "mark"])
    shown = questions[questions["estimate"].notna() & (questions["mark"] == "")]
    ordered = shown.sort_values("estimate", kind="stable")
    return Summary(
        highest=ordered.iloc[-1] if len(ordered) > 1 else None,
        lowest=ordered.iloc[0] if len(ordered) > 1 else None,
        paces=[_pace(rule, end) for rule in practice.coverage if rule.times == 1 and _counted(rule)],
    )


def _counted(rule: Reached) -> bool:
    return bool(rule.by_service["x"].iloc[:1].notna().all())


def _pace(rule: Reached, end: date) -> Pace:
    every = rule.by_service.iloc[0]
    expected, reached = int(every["n"]), int(every["x"])
    months = (rule.ends.year - end.year) * 12 + rule.ends.month - end.month
    needed = -(-(expected - reached) // months) if months else expected - reached
    return Pace(rule.label, reached, expected, months, needed)
