"""Months, quarters and years (financial or calendar), and England's working days."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays
import numpy as np

__all__ = [
    "Period",
    "add_months",
    "add_working_days",
    "calendar_year_of",
    "parse_period",
    "previous_period",
    "working_days_between",
]

_FINANCIAL_START = 4
_FORMS = (
    'Write a month "2026-07", a financial quarter "2026-27 Q2" or year "2026-27", '
    'or a calendar quarter "2026 Q3" or year "2026".'
)


@dataclass(frozen=True)
class Period:
    """A month, quarter or year: first and last day, and the label that names it."""

    label: str
    start: date
    end: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.start <= day <= self.end

    @property
    def slug(self) -> str:
        """The label as a folder name: `2026-27 Q2` becomes `2026-27-q2`."""
        return self.label.lower().replace(" ", "-")


def parse_period(label: str) -> Period:
    """The days of a period from its label.

    Parameters
    ----------
    label : str
        `2026-07` (month), `2026-27 Q2` or `2026-27` (financial, from 1 April),
        `2026 Q3` or `2026` (calendar). A month and a financial year look alike:
        `2026-07` is July 2026, `2026-27` the year from April 2026. Where both can be
        read (`2011-12`), it is the month; a financial year's quarters are never in doubt.

    Raises
    ------
    ValueError
        If the label is none of these.

    Examples
    --------
    >>> parse_period("2026-27 Q2")
    Period(label='2026-27 Q2', start=datetime.date(2026, 7, 1), end=datetime.date(2026, 9, 30))
    >>> parse_period("2026 Q4").end
    datetime.date(2026, 12, 31)
    """
    found = re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?: Q([1-4]))?", label)
    if not found:
        raise ValueError(f"{label!r} is not a period. {_FORMS}")
    year = int(found[1])
    second = found[2]
    quarter = int(found[3]) if found[3] else None
    if second and quarter is None and 1 <= int(second) <= 12:
        return _months(label, year, int(second), 1)
    if second and int(second) != (year + 1) % 100:
        raise ValueError(f"{label!r} is not a financial year: {second} does not follow {year}. {_FORMS}")
    first = _FINANCIAL_START if second else 1
    if quarter is None:
        return _months(label, year, first, 12)
    return _months(label, year, first + 3 * (quarter - 1), 3)


def _months(label: str, year: int, first: int, count: int) -> Period:
    start = add_months(date(year, 1, 1), first - 1)
    return Period(label=label, start=start, end=add_months(start, count) - timedelta(days=1))


def previous_period(period: Period) -> Period:
    """The period of the same kind that ends the day before this one starts.

    Examples
    --------
    >>> previous_period(parse_period("2026-27 Q1")).label
    '2025-26 Q4'
    >>> previous_period(parse_period("2026-01")).label
    '2025-12'
    """
    count = (period.end.year - period.start.year) * 12 + period.end.month - period.start.month + 1
    start, end = add_months(period.start, -count), period.start - timedelta(days=1)
    if count == 1:
        return Period(f"{start:%Y-%m}", start, end)
    financial = "-" in period.label
    first = start.year if not financial or start.month >= _FINANCIAL_START else start.year - 1
    year = f"{first}-{(first + 1) % 100:02d}" if financial else f"{first}"
    if count == 12:
        return Period(year, start, end)
    quarter = ((start.month - (_FINANCIAL_START if financial else 1)) % 12) // 3 + 1
    return Period(f"{year} Q{quarter}", start, end)


def calendar_year_of(day: date) -> Period:
    """The calendar year in which a day lies."""
    return parse_period(f"{day.year}")


def add_months(day: date, months: int) -> date:
    """The same day some months later (or earlier), or that month's last day where it is shorter.

    Examples
    --------
    >>> add_months(date(2026, 8, 31), -6)
    datetime.date(2026, 2, 28)
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@lru_cache
def _bank_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def _is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _bank_holidays(day.year)


def add_working_days(day: date, count: int) -> date:
    """The working day that comes `count` working days after a day (England's bank holidays left out).

    The day itself is day 0, so a plan due within 5 working days of a meeting may arrive on the result.

    Raises
    ------
    ValueError
        If `count` is negative.

    Examples
    --------
    The Friday before the late August bank holiday of 2026 (Monday 31 August):

    >>> add_working_days(date(2026, 8, 28), 5)
    datetime.date(2026, 9, 7)
    """
    if count < 0:
        raise ValueError(f"`count` must not be negative; got {count}")
    while count:
        day += timedelta(days=1)
        count -= _is_working_day(day)
    return day


def working_days_between(first: date, last: date) -> int:
    """Working days after `first` up to and including `last` (0 when it is not later).

    Examples
    --------
    >>> working_days_between(date(2026, 8, 28), date(2026, 9, 7))
    5
    """
    if last <= first:
        return 0
    day = timedelta(days=1)
    return int(np.busday_count(first + day, last + day, holidays=_bank_holidays_of(first.year, last.year)))


@lru_cache
def _bank_holidays_of(first: int, last: int) -> list[date]:
    """England's bank holidays from a year to another."""
    return [day for year in range(first, last + 1) for day in sorted(_bank_holidays(year))]
