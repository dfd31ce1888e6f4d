"""What leads the report to leaders: questions that stand out beyond chance, and shares of earlier periods."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.frameworks import Band
from qaf_lib.pages.grades.answers import Grades
from qaf_lib.pages.grades.over_time import periods_since
from qaf_lib.pages.store import PeriodStore, random_audits

_QUARTERS, _FEWEST = 6, 10


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


def shares_before(store: PeriodStore, band: Band) -> list[tuple[str, float]]:
    """The band's share (fraction) of random audits in each of the last periods that had 10 graded, by name.

    Audits of the first draw count alike, without weights. Empty where there is no earlier such period.
    """
    if not store.estimating:
        return []
    audits = random_audits(store, store.estimating[0])
    if audits.empty:
        return []
    points = []
    for period in periods_since(audits["audited_on"].min(), store.span)[-_QUARTERS:]:
        days = audits["audited_on"].between(pd.Timestamp(period.start), pd.Timestamp(period.end))
        grades = audits.loc[days, "overall_grade"]
        if len(grades) >= _FEWEST:
            points.append((period.label, float(grades.isin(band.grades).mean())))
    return points if len(points) > 1 else []
