"""What leads the report to leaders: the questions that stand out from the others beyond chance."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.pages.grades.answers import Grades


@dataclass(frozen=True)
class Summary:
    """Questions of the first draw above and below the average of all, as result rows, the farthest first.

    A question stands out where its interval, widened for the number of questions, leaves out the average
    of all questions. The ends of a list are never named for being its ends.
    """

    strong: list[pd.Series]
    weak: list[pd.Series]


def summary_of(grades: list[Grades]) -> Summary:
    """What to lead with; the first draw is the headline."""
    if not grades:
        return Summary([], [])
    together = grades[0].simultaneous_questions
    known = together[together["estimate"].notna() & together["low"].notna() & (together["mark"] == "")]
    average = known["estimate"].mean()
    shown = grades[0].questions.set_index("row_key", drop=False)
    ordered = known.sort_values("estimate", kind="stable")
    above, below = ordered[ordered["low"] > average], ordered[ordered["high"] < average]
    return Summary(
        strong=[shown.loc[key] for key in reversed(above["row_key"].tolist())],
        weak=[shown.loc[key] for key in below["row_key"].tolist()],
    )
