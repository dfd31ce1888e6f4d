"""Deadlines from one event to another: on time, by an extension, late, not done, not yet due."""

from __future__ import annotations

from datetime import date

import pandas as pd

from qaf_lib.analysis.results import results_table
from qaf_lib.dates import add_working_days

__all__ = ["BY_EXTENSION", "IN_TIME", "STATES", "deadline_counts", "deadline_states", "due_days"]

BY_EXTENSION = "on time by extension"
IN_TIME = ("on time", BY_EXTENSION)
"""The states of what was done by the day that held for it."""

STATES = (*IN_TIME, "late", "not done", "not yet due", "no start recorded")


def due_days(*, started_on: pd.Series, working_days: int | None = None) -> pd.Series:
    """The last day on which each item is on time; missing without a start.

    Parameters
    ----------
    started_on : Series of datetime64
        Days of the first event.
    working_days : int, optional
        Working days allowed from the start, which is day 0 (count); none means the last day of the start's
        month, whichever weekday that is.

    Raises
    ------
    ValueError
        If `working_days` is negative.

    References
    ----------
    Bank holidays: Banking and Financial Dealings Act 1971, schedule 1, and royal proclamations.

    Examples
    --------
    >>> due_days(started_on=pd.to_datetime(pd.Series(["2026-08-28"])), working_days=5)[0].date()
    datetime.date(2026, 9, 7)
    >>> due_days(started_on=pd.to_datetime(pd.Series(["2026-08-28"])))[0].date()
    datetime.date(2026, 8, 31)
    """
    if working_days is None:
        return started_on + pd.offsets.MonthEnd(0)
    return _after(started_on, working_days)


def _after(days: pd.Series, count: int) -> pd.Series:
    """So many working days after each day."""
    found = [pd.NaT if pd.isna(day) else pd.Timestamp(add_working_days(day.date(), count)) for day in days]
    return pd.Series(found, index=days.index, dtype="datetime64[ns]")


def deadline_states(
    *,
    done_on: pd.Series,
    due_on: pd.Series,
    as_at: date,
    extended_to: pd.Series | None = None,
    extension_working_days: int = 0,
) -> pd.Series:
    """The state of each item against the day by which it is due.

    An extension counts for as long as it may be: what is given beyond `extension_working_days` is not.

    Parameters
    ----------
    done_on : Series of datetime64
        Day of the second event; missing where it has not happened.
    due_on : Series of datetime64
        As `due_days` gives it; missing where the first event has no day.
    as_at : date
        The day on which an item that is not done is looked at.
    extended_to : Series of datetime64, optional
        The day to which an item was extended; missing where it was not.
    extension_working_days : int
        Working days after `due_on` that an extension may reach (count).

    Returns
    -------
    Series
        One of `STATES` per item.

    Raises
    ------
    ValueError
        If `extension_working_days` is negative.

    Examples
    --------
    >>> starts = pd.to_datetime(pd.Series(["2026-08-28", "2026-08-28"]))
    >>> dones = pd.to_datetime(pd.Series(["2026-09-07", "2026-09-08"]))
    >>> due = due_days(started_on=starts, working_days=5)
    >>> deadline_states(done_on=dones, due_on=due, as_at=date(2026, 9, 30)).tolist()
    ['on time', 'late']
    """
    last = due_on
    if extended_to is not None:
        latest = _after(due_on, extension_working_days)
        last = extended_to.where(extended_to < latest, latest).where(extended_to.notna(), due_on)
        last = last.where(last > due_on, due_on)
    today = pd.Timestamp(as_at)
    states = pd.Series("late", index=done_on.index, dtype="string")
    states = states.mask(done_on <= last, BY_EXTENSION).mask(done_on <= due_on, "on time")
    states = states.mask(done_on.isna(), "not done").mask(done_on.isna() & (last >= today), "not yet due")
    return states.mask(due_on.isna(), "no start recorded")


def deadline_counts(
    *, states: pd.Series, table_id: str, row_key: str, extended: bool = False
) -> pd.DataFrame:
    """A result table with the number of items in each state; measure is the state.

    The state by extension is there only where the deadline may be `extended`.

    Raises
    ------
    ValueError
        If a state is not one of `STATES`.

    References
    ----------
    A full count of the audits that fall under the deadline.

    Examples
    --------
    >>> table = deadline_counts(states=pd.Series(["late", "on time"]), table_id="t", row_key="support plan")
    >>> table[["measure", "x", "n"]].head(2).to_numpy().tolist()
    [['on time', 1, 2], ['late', 1, 2]]
    """
    unknown = set(states) - set(STATES)
    if unknown:
        raise ValueError(f"unknown states: {', '.join(sorted(unknown))}")
    n = len(states)
    shown = [state for state in STATES if extended or state != BY_EXTENSION]
    return results_table(
        {
            "table_id": table_id,
            "row_key": row_key,
            "measure": state,
            "x": int((states == state).sum()),
            "n": n,
            "population": n,
            "estimate": float((states == state).mean()) if n else None,
            "method": "full count",
            "speaks_of": "these_cases",
        }
        for state in shown
    )
