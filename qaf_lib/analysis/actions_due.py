"""What became of actions that were due, and of those that were blocked."""

from __future__ import annotations

from datetime import date

import pandas as pd

from qaf_lib.analysis.actions import DONE
from qaf_lib.analysis.counts import count_rows
from qaf_lib.analysis.results import results_table
from qaf_lib.dates import Period

__all__ = ["ENDS", "blocks_cleared", "due_ends"]

ENDS = ("done in time", "done late", "cancelled", "not done")
"""What became of an action that was due."""


def due_ends(*, states: pd.DataFrame, events: pd.DataFrame, as_at: date, table_id: str) -> pd.DataFrame:
    """Actions due up to a day by what became of them; one due on the day itself and open is not due yet.

    Parameters
    ----------
    states : DataFrame
        What `action_states` gives.
    events : DataFrame
        `action_id`, `on`, `status`.
    as_at : date
        The day looked at; later events are left out.
    table_id : str
        Name of the result.

    Returns
    -------
    DataFrame
        A result: a row for each of `ENDS`, `n` all of them.

    Raises
    ------
    KeyError
        If a column is missing.

    References
    ----------
    A full count of the register's actions. Done is the first entry that says so.

    Examples
    --------
    >>> states = pd.DataFrame({"action_id": ["a", "b"], "status": ["approved", "open"]})
    >>> states = states.assign(due_on=pd.to_datetime(["2026-09-01", "2026-09-30"]), overdue=False)
    >>> events = pd.DataFrame({"action_id": "a", "status": ["completed", "approved"]})
    >>> events["on"] = pd.to_datetime(["2026-09-01", "2026-09-20"])
    >>> due_ends(states=states, events=events, as_at=date(2026, 9, 30), table_id="t")["x"].tolist()
    [1, 0, 0, 0]
    """
    day = pd.Timestamp(as_at)
    finished = events[events["status"].isin(DONE) & (events["on"] <= day)]
    done_on = pd.to_datetime(states["action_id"].map(finished.groupby("action_id")["on"].min().to_dict()))
    due = (states["due_on"] <= day).fillna(False).astype(bool)
    done = states["status"].isin(DONE) & due
    late = done & (done_on > states["due_on"]).fillna(False).astype(bool)
    gone = due & (states["status"] == "cancelled")
    counts = dict(zip(ENDS, (done & ~late, late, gone, states["overdue"]), strict=True))
    sums = {name: int(which.fillna(False).astype(bool).sum()) for name, which in counts.items()}
    return results_table(count_rows(table_id=table_id, counts=sums, n=sum(sums.values())))


def blocks_cleared(
    *, states: pd.DataFrame, events: pd.DataFrame, period: Period, table_id: str
) -> pd.DataFrame:
    """Of the actions that were ever blocked those that no longer are, how soon, and how many in the period.

    Parameters
    ----------
    states : DataFrame
        What `action_states` gives at the end of the period.
    events : DataFrame
        `action_id`, `event_no`, `on`, `status`.
    period : Period
        Events after its end are left out.
    table_id : str
        Name of the result.

    Returns
    -------
    DataFrame
        A result: measure `cleared` with the median days from the first blocked entry to the entry that
        cleared it as `estimate`, and `in_period`; `n` are all that were ever blocked.

    Raises
    ------
    KeyError
        If a column is missing.

    References
    ----------
    A full count of the register's actions.

    Examples
    --------
    >>> from qaf_lib.dates import parse_period
    >>> states = pd.DataFrame({"action_id": ["a", "b"], "status": ["in_progress", "blocked"]})
    >>> events = pd.DataFrame({"action_id": ["a", "a", "b"], "event_no": [1, 2, 1]})
    >>> events["status"] = ["blocked", "in_progress", "blocked"]
    >>> events["on"] = pd.to_datetime(["2026-08-01", "2026-08-11", "2026-08-05"])
    >>> found = blocks_cleared(states=states, events=events, period=parse_period("2026-27 Q2"), table_id="t")
    >>> found[["measure", "x", "n", "estimate"]].to_numpy().tolist()[0]
    ['cleared', 1, 2, 10.0]
    """
    past = events[(events["on"] <= pd.Timestamp(period.end)).fillna(False).astype(bool)]
    past = past[past["action_id"].isin(states["action_id"])].sort_values(["action_id", "event_no"])
    blocked = past[past["status"] == "blocked"]
    begun = blocked.groupby("action_id")["on"].min()
    last = blocked.groupby("action_id")["event_no"].max()
    free = states.loc[states["status"] != "blocked", "action_id"]
    after = past[past["event_no"] > past["action_id"].map(last.to_dict())]
    ended = after[after["action_id"].isin(free)].groupby("action_id")["on"].min()
    days = (ended - begun.reindex(ended.index)).dt.days
    common = {"table_id": table_id, "row_key": "blocked", "n": len(begun), "method": "full count"}
    middle = float(days.median()) if len(days) else None
    now = int((ended >= pd.Timestamp(period.start)).sum())
    return results_table(
        [
            {**common, "measure": "cleared", "x": len(ended), "estimate": middle},
            {**common, "measure": "in_period", "x": now},
        ]
    )
