"""What leads the SLT report: the few answers that a director asks for first."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.period.grades import Grades

__all__ = ["Summary", "summary_of"]


@dataclass(frozen=True)
class Summary:
    """Highest and lowest question of the first draw, as result rows."""

    highest: pd.Series | None
    lowest: pd.Series | None


def summary_of(grades: list[Grades]) -> Summary:
    """What to lead with, from estimates already protected; the first is the headline."""
    questions = grades[0].questions if grades else pd.DataFrame(columns=["estimate", "mark"])
    shown = questions[questions["estimate"].notna() & (questions["mark"] == "")]
    ordered = shown.sort_values("estimate", kind="stable")
    return Summary(
        highest=ordered.iloc[-1] if len(ordered) > 1 else None,
        lowest=ordered.iloc[0] if len(ordered) > 1 else None,
    )
