"""Who was in post and for how much of a span; people who follow one another hold one post."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

__all__ = ["posts", "share_in_post", "whole_times"]


def share_in_post(*, people: pd.DataFrame, start: date, end: date) -> pd.Series:
    """Share of the days of a span on which each person was in post (fraction).

    Parameters
    ----------
    people : DataFrame
        `started_on` and `left_on`, the first and the last day in post; missing where not yet left.
    start, end : date
        First and last day of the span.

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
    share: pd.Series = days.astype("float64") / ((end - start).days + 1)
    return share


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
    return np.floor(shares.clip(upper=1) * times + 1e-9).astype("int64")


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
