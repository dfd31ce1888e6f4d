"""How numbers and dates are written: the one place for formats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from html import escape
from math import ceil
from typing import Any

import pandas as pd

__all__ = [
    "are",
    "between_words",
    "count_of",
    "count_words",
    "interval_words",
    "leading_to",
    "least_points",
    "listed",
    "long_date",
    "often_words",
    "percent",
    "percent_beside",
    "points",
    "points_at_least",
    "probability",
    "score",
    "share_words",
    "value_words",
]

MARK_WORDS = {"z": "not applicable", "x": "not available"}
"""What the marks of a result say, in a sentence and in the key of a table."""

STATUS_WORDS = {
    "looked_after": "looked after",
    "child_protection": "on a protection plan",
    "child_in_need": "child in need plan",
    "open_assessment": "open assessment",
    "care_leaver": "care leaver",
    "early_help": "early help",
}
"""What the statuses of cases are called."""

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
"""English names, whatever language the machine is set to."""


_TIMES = {1: "once", 2: "twice"}
_EVERY = {
    "week": "a week",
    "month": "a month",
    "quarter": "a quarter",
    "half_year": "every half year",
    "year": "a year",
    "two_years": "every two years",
}


def _rounded(number: float, digits: int) -> Decimal:
    """Halves go up, as people expect: 62.5 is 63."""
    rounded = Decimal(repr(float(number))).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return rounded if rounded else abs(rounded)


def percent(share: float, digits: int = 0) -> str:
    """A fraction as a percentage; what is not quite none or all says so.

    Examples
    --------
    >>> percent(0.625), percent(0.6249, digits=1), percent(0.998), percent(1.0)
    ('63%', '62.5%', 'over 99%', '100%')
    """
    hundred = _rounded(share * 100, digits)
    if not digits and hundred == 0 and share > 0:
        return "under 1%"
    if not digits and hundred == 100 and share < 1:
        return "over 99%"
    return f"{hundred}%"


def percent_beside(share: float, target: float) -> str:
    """A fraction as a percentage that reads other than its target wherever the two differ.

    Examples
    --------
    >>> percent_beside(0.847, 0.85), percent_beside(0.8499, 0.85), percent_beside(0.85, 0.85)
    ('84.7%', 'just under 85%', '85%')
    """
    if share == target or percent(share) != percent(target):
        return percent(share)
    finer = percent(share, 1)
    if finer != percent(target, 1):
        return finer
    return f"just {'under' if share < target else 'over'} {percent(target)}"


def points(difference: float) -> str:
    """A difference of two shares (fraction) in percentage points, with its sign.

    Examples
    --------
    >>> points(0.08), points(-0.01), points(0.0)
    ('+8 points', '−1 point', '0 points')
    """
    hundred = _rounded(difference * 100, 0)
    sign = "+" if hundred > 0 else "−" if hundred < 0 else ""
    return f"{sign}{abs(hundred)} {'point' if abs(hundred) == 1 else 'points'}"


def points_at_least(difference: float) -> str:
    """The smallest difference that would be seen, rounded up as every page rounds it.

    Examples
    --------
    >>> points_at_least(0.203), points_at_least(0.21)
    ('+21 points', '+21 points')
    """
    return points(ceil(difference * 100 - 1e-9) / 100)


def least_points(difference: float) -> str:
    """The same as a size, without the sign, for a sentence.

    Examples
    --------
    >>> least_points(0.203)
    '21 points'
    """
    return points_at_least(difference).removeprefix("+")


def score(value: float, digits: int = 2) -> str:
    """A number that is no share, such as kappa.

    Examples
    --------
    >>> score(-0.416)
    '−0.42'
    """
    rounded = _rounded(value, digits)
    return f"−{abs(rounded)}" if rounded < 0 else str(rounded)


def probability(value: float) -> str:
    """A probability of chance; a very small one is not written as none, nor one near 0.05 as 0.05.

    Examples
    --------
    >>> probability(0.0004), probability(0.0325), probability(0.0478), probability(1.0)
    ('under 0.01', '0.03', '0.048', '1.00')
    """
    if value < 0.005:
        return "under 0.01"
    return score(value, digits=3 if 0.04 <= value < 0.06 else 2)


def count_words(count: int) -> str:
    """A count with its thousands apart.

    Examples
    --------
    >>> count_words(12345)
    '12,345'
    """
    return f"{int(count):,}"


def are(count: int, one: str, many: str) -> str:
    """So many of something, in the right number.

    Examples
    --------
    >>> are(1, "action was", "actions were"), are(0, "action was", "actions were")
    ('1 action was', '0 actions were')
    """
    return f"{count_words(count)} {one if count == 1 else many}"


def listed(names: Sequence[str], last: str = "and") -> str:
    """Names in a sentence, the last after "and" or another word; semicolons where a name holds a comma.

    Examples
    --------
    >>> listed(["Plans"]), listed(["Plans", "Visits"], "or"), listed(["Plans", "Visits", "Voice"])
    ('Plans', 'Plans or Visits', 'Plans, Visits and Voice')
    >>> listed(["Plans, in care", "Visits"])
    'Plans, in care; and Visits'
    """
    if len(names) < 2:
        return "".join(names)
    between = "; " if any("," in name for name in names) else ", "
    return f"{between.join(names[:-1])}{between.rstrip() if between == '; ' else ''} {last} {names[-1]}"


def count_of(x: int, n: int) -> str:
    """So many of so many.

    Examples
    --------
    >>> count_of(38, 3000)
    '38 of 3,000'
    """
    return f"{count_words(x)} of {count_words(n)}"


def interval_words(low: float, high: float) -> str:
    """An interval of shares.

    Examples
    --------
    >>> interval_words(0.5161, 0.7339)
    '52% to 73%'
    """
    return f"{percent(low)} to {percent(high)}"


def between_words(low: float, high: float) -> str:
    """An interval of shares, to stand after "between".

    Examples
    --------
    >>> between_words(0.5161, 0.7339)
    '52% and 73%'
    """
    return f"{percent(low)} and {percent(high)}"


def _mark_words(row: Mapping[str, object]) -> str:
    words, method = MARK_WORDS[str(row["mark"])], row.get("method")
    return f"{words}: {method}" if isinstance(method, str) and method else words


def _number(row: Mapping[str, object], column: str) -> float | None:
    """The cell as a number; None where it is missing."""
    value = pd.to_numeric(pd.Series([row.get(column)]), errors="coerce").iloc[0]
    return None if pd.isna(value) else float(value)


def value_words(row: Mapping[str, object], *, digits: int = 0) -> str:
    """The estimate of a result's row as a percentage; a mark or a missing estimate in words.

    Examples
    --------
    >>> value_words({"mark": "", "estimate": 0.63})
    '63%'
    >>> value_words({"mark": "x", "method": "none graded"})
    'not available: none graded'
    """
    if row.get("mark"):
        return _mark_words(row)
    estimate = _number(row, "estimate")
    return "no estimate" if estimate is None else percent(estimate, digits)


def share_words(row: Mapping[str, object] | pd.Series[Any]) -> str:
    """A row of a result as part of a sentence: the count, the share and its interval.

    Where the weighted share differs from the plain count's, it says that it is weighted.

    Examples
    --------
    >>> share_words({"mark": "", "x": 38, "n": 60, "estimate": 0.6333, "low": 0.5161, "high": 0.7339})
    '38 of 60 (63%; 95% interval 52% to 73%)'
    >>> share_words({"mark": "", "x": 38, "n": 60, "estimate": 0.6, "low": 0.48, "high": 0.71})
    '38 of 60 (weighted 60%; 95% interval 48% to 71%)'
    >>> share_words({"mark": "z"})
    'not applicable'
    """
    cells = dict(row)
    if cells.get("mark"):
        return _mark_words(cells)
    x, n, estimate, low, high = (_number(cells, name) for name in ("x", "n", "estimate", "low", "high"))
    if n == 0:
        return "none"
    interval = None if low is None or high is None or low == high else interval_words(low, high)
    counted = "" if x is None or n is None else count_of(int(x), int(n))
    if estimate is None:
        return counted or "no estimate"
    share = percent(estimate)
    if x is not None and n is not None and percent(x / n) != share:
        share = f"weighted {share}"
    if not counted:
        return share if interval is None else f"{share} (95% interval {interval})"
    return f"{counted} ({share}; 95% interval {interval})" if interval else f"{counted} ({share})"


def long_date(day: date | datetime | str) -> str:
    """A date in full.

    Examples
    --------
    >>> long_date("2026-09-30")
    '30 September 2026'
    """
    stamp = pd.Timestamp(day)
    return f"{stamp.day} {MONTHS[stamp.month - 1]} {stamp.year}"


def often_words(times: int, every: str) -> str:
    """So many times in a span.

    Examples
    --------
    >>> often_words(1, "week"), often_words(6, "year")
    ('once a week', '6 times a year')
    """
    return f"{_TIMES.get(times, f'{times} times')} {_EVERY[every]}"


def leading_to(page: str, words: str) -> str:
    """Words, as HTML, that an edition's export links to another of its pages, given by title.

    A notebook by itself has no other pages: there they stay words.

    Examples
    --------
    >>> leading_to("Grades", "good or better")
    '<span class="page" title="Grades">good or better</span>'
    """
    return f'<span class="page" title="{escape(page)}">{escape(words)}</span>'
