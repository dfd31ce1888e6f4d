"""The longest time a person went without an event, such as supervision of the newly qualified."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pandas as pd

from qaf_lib.analysis.results import results_table

__all__ = ["gap_counts", "longest_gaps"]


def longest_gaps(
    *, people: pd.DataFrame, events: pd.DataFrame, days: int, start: date, end: date
) -> pd.DataFrame:
    """The longest run of days without an event of each person, within a period.

    Counted from the start in post or of the period to the first event, from one event to the next, and
    from the last to the end. A gap that began before the period is counted from its first day where the
    days allowed ran out in the period; where they ran out before, the last period has told of it.

    Parameters
    ----------
    people : DataFrame
        `id`, `started_on` and `until`: the first and last day on which the rule holds for a person.
    events : DataFrame
        `id` and `on`, the days of events that took place.
    days : int
        Most days that may pass (count): with 14, a gap of 14 days is kept and one of 15 is not.
    start, end : date
        First and last day of the period.

    Returns
    -------
    DataFrame
        `id`, `longest` (days) and `over` (whether longer than allowed); only people for whom the rule holds
        on some day of the period. It names people by pseudonym and is for restricted lists only.

    Raises
    ------
    ValueError
        If `days` is below 1.

    References
    ----------
    A plain count of days between dates.

    Examples
    --------
    >>> person = pd.DataFrame({"id": ["a"], "started_on": ["2026-01-05"], "until": ["2026-12-31"]})
    >>> person[["started_on", "until"]] = person[["started_on", "until"]].apply(pd.to_datetime)
    >>> held = pd.DataFrame({"id": "a", "on": pd.to_datetime(["2026-07-10", "2026-07-24", "2026-08-08"])})
    >>> span = {"start": date(2026, 7, 1), "end": date(2026, 8, 20)}
    >>> longest_gaps(people=person, events=held, days=14, **span)[["longest", "over"]].to_numpy().tolist()
    [[15, True]]
    """
    if days < 1:
        raise ValueError(f"`days` must be at least 1; got {days}")
    first = people["started_on"].clip(lower=pd.Timestamp(start))
    last = people["until"].fillna(pd.Timestamp(end)).clip(upper=pd.Timestamp(end))
    watched = people.assign(first=first, last=last)[first <= last]
    held = events.dropna(subset=["id", "on"])
    by_id = {str(person): sorted(group["on"]) for person, group in held.groupby("id")}
    longest = [
        _longest(by_id.get(str(person.id), []), person.started_on, person.first, person.last, days)
        for person in watched.itertuples()
    ]
    found = watched[["id"]].assign(longest=pd.Series(longest, index=watched.index, dtype="int64"))
    return found.assign(over=found["longest"] > days).reset_index(drop=True)


def _longest(
    held: list[pd.Timestamp], started: pd.Timestamp, first: pd.Timestamp, last: pd.Timestamp, days: int
) -> int:
    before = [max(day, started) for day in held if started <= day < first]
    running = bool(before) and (first - before[-1]).days <= days
    marks = [before[-1] if running else first, *(day for day in held if first <= day <= last), last]
    return max(int((two - one).days) for one, two in pairwise(marks))


def gap_counts(*, gaps: pd.DataFrame, table_id: str, row_key: str) -> pd.DataFrame:
    """How many people were never left longer than allowed, and the longest gap of all.

    Parameters
    ----------
    gaps : DataFrame
        What `longest_gaps` gave.
    table_id, row_key : str
        Name of the result table and of the rule.

    Returns
    -------
    DataFrame
        Measures `within` and `over` (x of n people) and `longest` (estimate, in days).

    References
    ----------
    A full count of the people for whom the rule holds.

    Examples
    --------
    >>> gaps = pd.DataFrame({"id": ["a", "b"], "longest": [14, 15], "over": [False, True]})
    >>> gap_counts(gaps=gaps, table_id="t", row_key="nqsw")["x"].tolist()[:2]
    [1, 1]
    """
    n, over = len(gaps), int(gaps["over"].sum())
    known: dict[str, object] = {"n": n, "mark": "" if n else "z"}
    rows: list[dict[str, object]] = [
        {"measure": "within", "x": n - over, "population": n, "estimate": (n - over) / n if n else None},
        {"measure": "over", "x": over, "population": n, "estimate": over / n if n else None},
        {"measure": "longest", "estimate": float(gaps["longest"].max()) if n else None},
    ]
    shared = {"table_id": table_id, "row_key": row_key, "speaks_of": "these_cases"}
    method = "full count" if n else "nobody for whom the rule holds"
    return results_table({**shared, **known, "method": method, **row} for row in rows)
