"""Whether improvement lasts: the grade of cases audited before, then and now."""

from __future__ import annotations

import pandas as pd

from qaf_lib.analysis.results import results_table
from qaf_lib.period.reaudit import pairs_of_period
from qaf_lib.period.store import PeriodStore

__all__ = ["COURSES", "sustained_of"]

COURSES = ("held", "gained", "lost", "not reached")
"""What became of the headline band from one audit of a case to the next."""


def sustained_of(store: PeriodStore) -> pd.DataFrame:
    """Cases audited before and in the period, by whether the headline band was held, gained or lost.

    Returns
    -------
    DataFrame
        A result: a row for cases that chance (or a full count) took again and one for cases chosen again,
        where there are any; a measure of `COURSES` each, `x` of `n` cases with both grades.
    """
    pairs = pairs_of_period(store)
    taken = {"taken again by chance": pairs.by_chance, "chosen to be looked at again": pairs.chosen}
    return results_table(
        {
            "table_id": "sustained",
            "row_key": why,
            "measure": course,
            "x": x,
            "n": n,
            "population": n,
            "method": "full count of the cases audited twice",
            "speaks_of": "these_cases",
        }
        for why, found in taken.items()
        for course, x, n in _courses(found, store.framework.scale.headline.grades)
    )


def _courses(pairs: pd.DataFrame, band: list[str]) -> list[tuple[str, int, int]]:
    graded = pairs.dropna(subset=["before", "after"])
    if graded.empty:
        return []
    before, after = graded["before"].isin(band), graded["after"].isin(band)
    counts = (before & after, ~before & after, before & ~after, ~before & ~after)
    return [(course, int(count.sum()), len(graded)) for course, count in zip(COURSES, counts, strict=True)]
