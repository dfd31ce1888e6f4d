"""Deadlines in working days from one event to another: on time, late, not done, not yet due."""

from __future__ import annotations

from datetime import date

import pandas as pd

from qaf_lib.analysis.results import results_table
from qaf_lib.dates import add_working_days

__all__ = ["STATES", "deadline_counts", "deadline_states"]

STATES = ("on time", "late", "not done", "not yet due", "no start recorded")


def deadline_states(
    *, started_on: pd.Series, done_on: pd.Series, working_days: int, as_at: date
) -> pd.Series:
    """The state of each item against a deadline counted in working days from its start.

    The start is day 0 and England's bank holidays do not count, so with 5 working days from a Friday
    the following Friday is on time.

    Parameters
    ----------
    started_on, done_on : Series of datetime64
        Days of the two events; missing where it has not happened.
    working_days : int
        Working days allowed (count).
    as_at : date
        The day on which an item that is not done is looked at.

    Returns
    -------
    Series
        One of `STATES` per item.

    Raises
    ------
    ValueError
        If `working_days` is negative.

    References
    ----------
    Bank holidays: Banking and Financial Dealings Act 1971, schedule 1, and royal proclamations.

    Examples
    --------
    >>> starts = pd.to_datetime(pd.Series(["2026-08-28", "2026-08-28"]))
    >>> dones = pd.to_datetime(pd.Series(["2026-09-07", "2026-09-08"]))
    >>> deadline_states(started_on=starts, done_on=dones, working_days=5, as_at=date(2026, 9, 30)).tolist()
    ['on time', 'late']
    """
    states = [
        _state(start, done, working_days, as_at) for start, done in zip(started_on, done_on, strict=True)
    ]
    return pd.Series(states, index=started_on.index, dtype="string")


def _state(start: pd.Timestamp, done: pd.Timestamp, working_days: int, as_at: date) -> str:
    if pd.isna(start):
        return "no start recorded"
    due = add_working_days(start.date(), working_days)
    if pd.notna(done):
        return "on time" if done.date() <= due else "late"
    return "not done" if as_at > due else "not yet due"


def deadline_counts(*, states: pd.Series, table_id: str, row_key: str) -> pd.DataFrame:
    """A result table with the number of items in each state; measure is the state.

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
        for state in STATES
    )
