"""Points in place of grades: a percentage or a score out of a total, read as the framework's grade."""

from __future__ import annotations

import re
from fractions import Fraction

from qaf_lib.frameworks import Scale

__all__ = ["grade_of_points", "points_rule"]

_SCORE = re.compile(
    r"(?P<score>\d{1,9}(?:\.\d{1,9})?)\s*(?:(?P<percent>%)|/\s*(?P<total>\d{1,9}(?:\.\d{1,9})?))?"
)


def grade_of_points(text: str, scale: Scale) -> str | None:
    """The grade that a cell of points earns; None where it holds no points of the scale.

    A number is a score out of the scale's total, one with its sign a percentage, and one with a total
    ("29/32") only where that total is the scale's. A number between 0 and 1 is refused where the total is
    larger: it may be a fraction of it, as sheets hold percentages.

    Examples
    --------
    >>> from qaf_lib.frameworks import Band
    >>> worst = Band(name="low", label="low", grades=["low"])
    >>> best = Band(name="ok", label="ok", grades=["ok"])
    >>> points = {"out_of": 32.0, "thresholds": [{"grade": "ok", "at_least": 0.9}]}
    >>> scale = Scale(grades=["low", "ok"], bands=[best], concern=worst, points=points)
    >>> [grade_of_points(text, scale) for text in ("29", "28", "90%", "29/32", "33", "0.9")]
    ['ok', 'low', 'ok', 'ok', None, None]
    """
    found = _SCORE.fullmatch(text.strip())
    if scale.points is None or found is None:
        return None
    score, total = Fraction(found["score"]), Fraction(str(scale.points.out_of))
    if found["percent"]:
        score = score * total / 100
    elif (found["total"] and Fraction(found["total"]) != total) or (total > 1 and 0 < score < 1):
        return None
    return (scale.points.grade_of(score) or scale.grades[0]) if score <= total else None


def points_rule(scale: Scale) -> str:
    """The rule that a cell breaks which holds neither a grade nor points of the scale."""
    if scale.points is None:
        return "is a grade off the scale"
    return f"is a score off the scale (0 to {scale.points.out_of:g})"
