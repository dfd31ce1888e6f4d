"""Who was in post and for how much of a span, and so how often something is expected of a post."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from math import floor

import numpy as np
import pandas as pd

from qaf_lib.analysis.spans import Span
from qaf_lib.dates import add_months

__all__ = ["expected_times", "posts", "share_in_post", "whole_times"]

_NEARLY = 1e-9


def expected_times(
    *,
    people: pd.DataFrame,
    times: int,
    spans: Sequence[Span],
    excused_months: Collection[int] = (),
    exempt: pd.DataFrame | None = None,
    pro_rata: bool = True,
) -> pd.Series:
    """How often something is expected of each post in spans together: of whom, and what each is given.

    A number is expected of a post whole, whatever its full-time equivalent: frameworks name it for each
    holder, and one a month cannot be 0.6. Of those in post for part of a span whole times only.

    Parameters
    ----------
    people : DataFrame
        `started_on`, `left_on`, `staff_id` and, where people follow one another in a post, `owner`.
    times : int
        Times in each span (count).
    spans : sequence of Span
        The spans, as `spans_of` gives them.
    excused_months : collection of int
        Months (1 to 12) in which nothing is asked. A longer span asks its share of the other months, at
        least once unless all are excused; a week goes with the month of its last day.
    exempt : DataFrame, optional
        `staff_id`, `starts_on`, `ends_on` of people excused; those days count as not in post.
    pro_rata : bool
        Fewer of those in post for part of a span; else all of whoever is there on its last day.

    Returns
    -------
    Series
        Whole times by owner.

    References
    ----------
    The kit's own reading (docs/assumptions.md): the one of the four frameworks that asks less of part-time
    staff, Durham for supervision, says so with a number of its own.

    Examples
    --------
    Once a month, in post from the middle of August:

    >>> from qaf_lib.analysis.spans import spans_of
    >>> from qaf_lib.dates import parse_period
    >>> people = pd.DataFrame({"staff_id": ["a"], "started_on": [pd.Timestamp("2026-08-15")]})
    >>> months = spans_of(every="month", period=parse_period("2026-27 Q2"))
    >>> expected_times(people=people.assign(left_on=pd.NaT), times=1, spans=months).to_dict()
    {'a': 1}
    """
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
    return max(1, floor(times * left / len(months) + _NEARLY)) if left else 0


def share_in_post(
    *, people: pd.DataFrame, start: date, end: date, exempt: pd.DataFrame | None = None
) -> pd.Series:
    """Share of the days of a span on which each person was in post (fraction).

    Parameters
    ----------
    people : DataFrame
        `started_on` and `left_on`, the first and the last day in post; missing where not yet left.
    start, end : date
        First and last day of the span.
    exempt : DataFrame, optional
        `staff_id`, `starts_on`, `ends_on`: days on which people were excused, which count as not in post.

    Raises
    ------
    ValueError
        If the span ends before it starts.

    References
    ----------
    A plain count of days; both ends count.

    Examples
    --------
    >>> people = pd.DataFrame({"started_on": ["2026-07-01", "2026-09-16"], "left_on": [None, None]})
    >>> people = people.apply(pd.to_datetime)
    >>> share_in_post(people=people, start=date(2026, 9, 1), end=date(2026, 9, 30)).tolist()
    [1.0, 0.5]
    """
    if end < start:
        raise ValueError(f"the span ends ({end}) before it starts ({start})")
    first = people["started_on"].clip(lower=pd.Timestamp(start))
    last = people["left_on"].fillna(pd.Timestamp(end)).clip(upper=pd.Timestamp(end))
    days = ((last - first).dt.days + 1).clip(lower=0)
    if exempt is not None and len(exempt):
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
    """Times expected of those in post for a share of the span: whole times only, rounded down.

    Nobody is expected to do part of an observation: in post for half a year, once a year is not yet asked.

    Parameters
    ----------
    times : Series or int
        Times in the whole span (count).
    shares : Series
        Shares of the span in post (fractions); more than 1 counts as 1.

    Raises
    ------
    ValueError
        If a share is negative.

    Examples
    --------
    >>> whole_times(times=9, shares=pd.Series([1.0, 0.5, 1 / 3])).tolist()
    [9, 4, 3]
    """
    if (shares < 0).any():
        raise ValueError("a share in post is negative")
    return np.floor(shares.clip(upper=1) * times + _NEARLY).astype("int64")


def posts(*, people: pd.DataFrame) -> pd.Series:
    """A label of the post that each person holds or held.

    Whoever starts in a role and team after somebody left it takes over that post, the one free for
    longest first; whoever starts while all are held has a post of their own.

    Parameters
    ----------
    people : DataFrame
        `staff_id`, `role`, `team_id`, `started_on` and `left_on` (the last day in post).

    Examples
    --------
    >>> people = pd.DataFrame({"staff_id": ["a", "b"], "role": "Deputy Director", "team_id": "T"})
    >>> people["started_on"] = pd.to_datetime(["2020-01-01", "2026-08-16"])
    >>> people["left_on"] = pd.to_datetime(["2026-08-15", None])
    >>> posts(people=people).tolist()
    ['Deputy Director, T, 1', 'Deputy Director, T, 1']
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
