"""Spans of time in which something is to be done so many times, and who was in post for how much of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import floor
from typing import Literal

import numpy as np
import pandas as pd

from qaf_lib.counting.tables import NEARLY
from qaf_lib.dates import Period, add_months, calendar_year_of, parse_period
from qaf_lib.errors import InputError
from qaf_lib.sampling.checks import check_columns, check_counts, check_series

Every = Literal["week", "month", "quarter", "half_year", "year", "two_years"]
Year = Literal["calendar", "financial"]

MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
"""Months of each span that is a part of the year, or a year."""


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
    are the two years up to the period's end. With `due_month` (1 to 12) a year, and nothing else, is due by
    the end of that month.

    Examples
    --------
    Of the quarter from July to September 2026, 13 weeks end in it:

    >>> from qaf_lib.dates import parse_period
    >>> len(spans_of(every="week", period=parse_period("2026-27 Q2")))
    13
    """
    if due_month is not None and every != "year":
        raise InputError(f"`due_month` is for spans of a year; got {every}")
    if every == "two_years":
        return [Span(add_months(period.end + timedelta(days=1), -24), period.end, period.end)]
    spans = _weeks(period) if every == "week" else _parts(period, MONTHS[every], year, due_month)
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


def expected_times(
    *,
    people: pd.DataFrame,
    times: int,
    spans: Sequence[Span],
    excused_months: Collection[int] = (),
    exempt: pd.DataFrame | None = None,
    pro_rata: bool = True,
) -> pd.Series:
    """How often something is expected, whole times by `owner`, in spans together: `times` in each.

    A number is expected of a post whole, whatever its full-time equivalent: frameworks name it for each
    holder, and one a month cannot be 0.6. Of those in post for part of a span fewer, whole times only;
    without `pro_rata` all of whoever is there on its last day. People follow one another in a post where
    `people` has `owner`; else each `staff_id` is one. In `excused_months` (1 to 12) nothing is asked: a
    longer span asks its share of the other months, at least once unless all are excused; a week goes with
    the month of its last day. Days on which people are exempt count as not in post.

    References
    ----------
    The kit's own reading (docs/assumptions.md): the one of the four frameworks that asks less of part-time
    staff, Durham for supervision, says so with a number of its own.

    Examples
    --------
    Once a month, in post from the middle of August:

    >>> from qaf_lib.dates import parse_period
    >>> people = pd.DataFrame({"staff_id": ["a"], "started_on": [pd.Timestamp("2026-08-15")]})
    >>> months = spans_of(every="month", period=parse_period("2026-27 Q2"))
    >>> expected_times(people=people.assign(left_on=pd.NaT), times=1, spans=months).to_dict()
    {'a': 1}
    """
    check_columns(["staff_id", "started_on", "left_on"], people=people)
    check_counts(least=0, times=times)
    owner = people["owner" if "owner" in people else "staff_id"]
    expected = pd.Series(0, index=pd.Index(owner.unique(), name="owner"), dtype="int64")
    for span in spans:
        first = span.start if pro_rata else span.end
        shares = share_in_post(people=people, start=first, end=span.end, exempt=exempt)
        asked = _times_asked(times, span, excused_months)
        expected += whole_times(times=asked, shares=shares.groupby(owner).sum()).reindex(expected.index)
    return expected


def _times_asked(times: int, span: Span, excused_months: Collection[int]) -> int:
    """Times that a span asks, less those of the months excused."""
    if not excused_months:
        return times
    months = [span.end.month]
    while (month := add_months(span.end.replace(day=1), -len(months))) >= span.start:
        months.append(month.month)
    left = sum(month not in excused_months for month in months)
    return max(1, floor(times * left / len(months) + NEARLY)) if left else 0


def share_in_post(
    *, people: pd.DataFrame, start: date, end: date, exempt: pd.DataFrame | None = None
) -> pd.Series:
    """Share of the days of a span on which each person was in post (fraction), and not exempt.

    Examples
    --------
    >>> people = pd.DataFrame({"started_on": ["2026-07-01", "2026-09-16"], "left_on": [None, None]})
    >>> people = people.apply(pd.to_datetime)
    >>> share_in_post(people=people, start=date(2026, 9, 1), end=date(2026, 9, 30)).tolist()
    [1.0, 0.5]
    """
    check_columns(["started_on", "left_on"], people=people)
    if end < start:
        raise InputError(f"the span ends ({end}) before it starts ({start})")
    first = people["started_on"].clip(lower=pd.Timestamp(start))
    last = people["left_on"].fillna(pd.Timestamp(end)).clip(upper=pd.Timestamp(end))
    days = ((last - first).dt.days + 1).clip(lower=0)
    if exempt is not None and len(exempt):
        check_columns(["staff_id", "starts_on", "ends_on"], exempt=exempt)
        days = (days - _days_exempt(people["staff_id"], first, last, exempt)).clip(lower=0)
    share: pd.Series = days.astype("float64") / ((end - start).days + 1)
    return share


def _days_exempt(staff: pd.Series, first: pd.Series, last: pd.Series, exempt: pd.DataFrame) -> pd.Series:
    """Days between each person's first and last day on which that person was exempt, each day once."""
    days = pd.Series(0, index=staff.index)
    for at in staff.index[staff.isin(exempt["staff_id"])]:
        if first[at] <= last[at]:
            there = pd.date_range(first[at], last[at])
            excused = np.zeros(len(there), dtype=bool)
            for row in exempt[exempt["staff_id"] == staff[at]].itertuples():
                excused |= (there >= row.starts_on) & (pd.isna(row.ends_on) | (there <= row.ends_on))
            days[at] = int(excused.sum())
    return days


def whole_times(*, times: pd.Series | int, shares: pd.Series) -> pd.Series:
    """Times expected of those in post for a share of the span (fraction): whole times only, rounded down.

    Nobody is expected to do part of an observation: in post for half a year, once a year is not yet asked.
    A share above 1, of two who overlapped in one post, counts as 1.

    Examples
    --------
    >>> whole_times(times=9, shares=pd.Series([1.0, 0.5, 1 / 3])).tolist()
    [9, 4, 3]
    """
    check_series(shares=shares)
    if not (shares >= 0).all():
        raise InputError("a share in post is negative or missing")
    return np.floor(shares.clip(upper=1) * times + NEARLY).astype("int64")


def posts(people: pd.DataFrame) -> pd.Series:
    """A label of the post that each person holds or held.

    Whoever starts in a role and team after somebody left it takes over that post, the one free for
    longest first; whoever starts while all are held has a post of their own.
    """
    labels = pd.Series("", index=people.index, dtype="string")
    ordered = people.sort_values(["role", "team_id", "started_on", "staff_id"])
    for (role, team), held in ordered.groupby(["role", "team_id"], sort=False):
        free_from: list[pd.Timestamp] = []
        for person in held.itertuples():
            left = pd.Timestamp.max if pd.isna(person.left_on) else person.left_on
            free = [at for at, since in enumerate(free_from) if since < person.started_on]
            at = min(free, key=free_from.__getitem__) if free else len(free_from)
            free_from[at : at + 1] = [left]
            labels[person.Index] = f"{role}, {team}, {at + 1}"
    return labels
