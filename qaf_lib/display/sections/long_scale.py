"""Medians and cumulative shares, for scales of more than five grades."""

from __future__ import annotations

from qaf_lib.display.tables import Column, share_table, wide_table
from qaf_lib.period import OpenPeriod
from qaf_lib.period.grades import Grades

__all__ = ["long_scale"]


def long_scale(period: OpenPeriod, found: Grades) -> list[object]:
    """The median grade and the share at each grade or better; nothing on a short scale."""
    if found.median.empty:
        return []
    words = period.framework.words
    told = {str(method): _median_words(str(method)) for method in found.median["method"]}
    return [
        wide_table(
            found.median,
            caption=f"{found.label}: median grade, in all and by {words.service}",
            row_heading=words.service.capitalize(),
            columns=[
                Column("In all", "median_grade", "cases"),
                Column("Median grade (95% interval)", "median_grade", "words"),
            ],
            labels={"all": f"All {words.services}"},
            words=told,
            note=f"At least half of the {words.cases} are at this grade or below, and at least half at it or "
            "above. Method: Woodruff's interval.",
        ),
        share_table(
            found.cumulative,
            caption=f"{found.label}: share of {words.cases} at each grade or better",
            row_heading="This grade or better",
            note="The shares add up from the best grade down; at the worst grade all are counted.",
        ),
    ]


def _median_words(method: str) -> str:
    """The grades out of the method's words."""
    return method.removeprefix("median grade ").split(", Woodruff")[0]
