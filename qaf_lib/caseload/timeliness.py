"""Whether things happened in time: yes, no, or no day recorded.

A missing day is no answer, and so is one that stands before the day it is counted from: nothing is guessed.
"""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from qaf_lib.dates import add_months, working_days_between

__all__ = ["in_months_before", "in_weeks_before", "in_working_days", "in_working_days_before"]


def in_working_days(*, first: pd.Series, last: pd.Series, at_most: int) -> pd.Series:
    """Whether `last` came so many of England's working days after `first`, or sooner.

    Parameters
    ----------
    first, last : Series of datetime
        The day itself is day 0.
    at_most : int
        Working days allowed.

    Returns
    -------
    Series of boolean
        Missing where a day is missing, or `last` is before `first`.

    References
    ----------
    Bank holidays of England, as the package `holidays` knows them.

    Examples
    --------
    >>> first = pd.Series(pd.to_datetime(["2026-08-28", "2026-08-28"]))
    >>> last = pd.Series(pd.to_datetime(["2026-09-07", "2026-09-08"]))
    >>> in_working_days(first=first, last=last, at_most=5).tolist()
    [True, False]
    """
    kept: list[object] = [
        pd.NA
        if pd.isna(start) or pd.isna(end) or end < start
        else working_days_between(start.date(), end.date()) <= at_most
        for start, end in zip(first, last, strict=True)
    ]
    return pd.Series(kept, index=first.index, dtype="boolean")


def in_months_before(*, last: pd.Series, day: date, months: int) -> pd.Series:
    """Whether `last` lies so many calendar months before a day, or less; exactly so many is in time.

    Examples
    --------
    >>> last = pd.Series(pd.to_datetime(["2025-09-30", "2025-09-29", None, "2026-10-01"]))
    >>> in_months_before(last=last, day=date(2026, 9, 30), months=12).tolist()
    [True, False, <NA>, <NA>]
    """
    return _since(last, add_months(day, -months), day)


def in_weeks_before(*, last: pd.Series, day: date, weeks: int) -> pd.Series:
    """Whether `last` lies so many weeks before a day, or less.

    Examples
    --------
    >>> last = pd.Series(pd.to_datetime(["2026-08-19", "2026-08-18"]))
    >>> in_weeks_before(last=last, day=date(2026, 9, 30), weeks=6).tolist()
    [True, False]
    """
    return _since(last, day - timedelta(weeks=weeks), day)


def in_working_days_before(*, last: pd.Series, day: date, at_most: int) -> pd.Series:
    """Whether `last` lies so many of England's working days before a day, or less.

    Examples
    --------
    >>> last = pd.Series(pd.to_datetime(["2026-09-16", "2026-09-15"]))
    >>> in_working_days_before(last=last, day=date(2026, 9, 30), at_most=10).tolist()
    [True, False]
    """
    return in_working_days(first=last, last=pd.Series(pd.Timestamp(day), index=last.index), at_most=at_most)


def _since(last: pd.Series, earliest: date, day: date) -> pd.Series:
    kept = (last >= pd.Timestamp(earliest)).astype("boolean")
    return kept.mask(last.isna() | (last > pd.Timestamp(day)))
