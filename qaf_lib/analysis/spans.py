"""Spans of time in which something is to be done so many times, and which of them a period makes due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from qaf_lib.dates import Period, add_months, calendar_year_of, parse_period

__all__ = ["Every", "Span", "Year", "spans_of", "year_of"]

Every = Literal["week", "month", "quarter", "half_year", "year", "two_years"]
Year = Literal["calendar", "financial"]

_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


@dataclass(frozen=True)
class Span:
    """First and last day in which something is to be done, and the day by which it is due."""

    start: date
    end: date
    due: date


def year_of(day: date, *, basis: Year) -> Period:
    """The calendar or financial year (from 1 April) in which a day lies.

    Examples
    --------
    >>> [year_of(day, basis="financial").label for day in (date(2026, 3, 31), date(2026, 4, 1))]
    ['2025-26', '2026-27']
    """
    if basis == "calendar":
        return calendar_year_of(day)
    start = date(day.year if day.month >= 4 else day.year - 1, 4, 1)
    quarter = parse_period(f"{start.year}-{(start.year + 1) % 100:02d} Q1")
    return Period(quarter.label.split(" ")[0], start, add_months(start, 12) - timedelta(days=1))


def spans_of(
    *, every: Every, period: Period, year: Year = "financial", due_month: int | None = None
) -> list[Span]:
    """Spans that fall due in a period; where none does, the one that the period's last day lies in.

    Weeks run from Monday to Sunday. Months, quarters and half years are parts of the year. Two years
    are the two years up to the period's end. With `due_month` a year is due by the end of that month.

    Parameters
    ----------
    every : str
        Length of a span: week, month, quarter, half_year, year or two_years.
    period : Period
        The period reported.
    year : "calendar" or "financial"
        The year that half years and years are parts of.
    due_month : int, optional
        Month (1 to 12) by whose end a yearly span is due.

    Raises
    ------
    ValueError
        If `due_month` is given for anything but a year.

    Examples
    --------
    Of the quarter from July to September 2026, 13 weeks end in it:

    >>> from qaf_lib.dates import parse_period
    >>> len(spans_of(every="week", period=parse_period("2026-27 Q2")))
    13
    """
    if due_month is not None and every != "year":
        raise ValueError(f"`due_month` is for spans of a year; got {every}")
    if every == "two_years":
        return [Span(add_months(period.end + timedelta(days=1), -24), period.end, period.end)]
    spans = _weeks(period) if every == "week" else _parts(period, _MONTHS[every], year, due_month)
    due = [span for span in spans if span.due in period]
    return due or [next(span for span in spans if span.start <= period.end <= span.end)]


def _weeks(period: Period) -> list[Span]:
    first = period.start - timedelta(days=period.start.weekday())
    starts = [first + timedelta(days=7 * week) for week in range((period.end - first).days // 7 + 1)]
    return [Span(start, start + timedelta(days=6), start + timedelta(days=6)) for start in starts]


def _parts(period: Period, months: int, year: Year, due_month: int | None) -> list[Span]:
    first = year_of(period.start, basis=year).start
    spans = []
    while first <= period.end:
        after = add_months(first, months)
        end = after - timedelta(days=1)
        spans.append(Span(first, end, _due(first, end, due_month)))
        first = after
    return spans


def _due(start: date, end: date, due_month: int | None) -> date:
    """The last day of the span, or of its month that is named."""
    if due_month is None:
        return end
    first = add_months(start, (due_month - start.month) % 12)
    return add_months(first, 1) - timedelta(days=1)
