"""Actions: what became of what had to happen."""

from __future__ import annotations

from datetime import date

import pandas as pd

from qaf_lib.analysis.counts import count_rows
from qaf_lib.analysis.results import results_table

__all__ = ["DONE", "LIVE", "STATUSES", "action_states", "action_summary", "actions_by_owner"]

STATUSES = ("open", "in_progress", "blocked", "completed", "approved", "cancelled")
LIVE = ("open", "in_progress", "blocked")
"""Statuses of an action that is still to be done."""

DONE = ("completed", "approved")
"""Statuses of an action that is done."""


def action_states(*, actions: pd.DataFrame, events: pd.DataFrame, as_at: date) -> pd.DataFrame:
    """Each action with its latest status, whether it is overdue, and its age in days.

    An action without events is open; it is overdue when it is not done or cancelled after its due date.

    Parameters
    ----------
    actions : DataFrame
        `action_id`, `title`, `owner_post`, `team_id`, `due_on`, `board_agreed_on`.
    events : DataFrame
        `action_id`, `event_no`, `on`, `status`.
    as_at : date
        The day looked at; later events are left out.

    Returns
    -------
    DataFrame
        `actions` with `status`, `status_on`, `overdue` and `days_overdue`.

    Raises
    ------
    ValueError
        If a status is not one of `STATUSES`.

    References
    ----------
    The kit's contract of `action_event`; see docs/data-dictionary.md.

    Examples
    --------
    >>> actions = pd.DataFrame({"action_id": ["a"], "due_on": pd.to_datetime(["2026-09-01"])})
    >>> events = pd.DataFrame({"action_id": ["a"], "event_no": [1], "on": pd.to_datetime(["2026-08-01"]),
    ...     "status": ["in_progress"]})
    >>> states = action_states(actions=actions, events=events, as_at=date(2026, 9, 30))
    >>> states[["status", "overdue", "days_overdue"]].to_numpy().tolist()
    [['in_progress', True, 29]]
    """
    unknown = set(events["status"].dropna()) - set(STATUSES)
    if unknown:
        raise ValueError(f"unknown statuses: {', '.join(sorted(unknown))}")
    day = pd.Timestamp(as_at)
    past = events[events["on"] <= day].sort_values(["action_id", "event_no"])
    latest = past.drop_duplicates("action_id", keep="last").set_index("action_id")
    status = actions["action_id"].map(latest["status"].to_dict()).astype("string").fillna("open")
    overdue = (status.isin(LIVE) & (actions["due_on"] < day)).fillna(False).astype(bool)
    return actions.assign(
        status=status,
        status_on=pd.to_datetime(actions["action_id"].map(latest["on"].to_dict())),
        overdue=overdue,
        days_overdue=(day - actions["due_on"]).dt.days.where(overdue).astype("Int64"),
    )


def action_summary(*, states: pd.DataFrame, reaudited: pd.Series, table_id: str) -> pd.DataFrame:
    """Counts of actions by status, overdue, completed without approval and completed without re-audit.

    Parameters
    ----------
    states : DataFrame
        What `action_states` gives.
    reaudited : Series
        The ids of actions that an audit has looked at again.
    table_id : str
        Names the result table.

    Raises
    ------
    ValueError
        If an action stands twice.

    References
    ----------
    A full count of the register's actions.

    Examples
    --------
    >>> states = pd.DataFrame({"action_id": ["a", "b"], "status": ["completed", "open"]})
    >>> states["overdue"] = [False, True]
    >>> table = action_summary(states=states, reaudited=pd.Series(dtype="string"), table_id="actions")
    >>> table.set_index("row_key")["x"].loc[["overdue", "completed without approval"]].tolist()
    [1, 1]
    """
    if states["action_id"].duplicated().any():
        raise ValueError(f"{int(states['action_id'].duplicated().sum())} actions stand twice")
    done = states["status"].isin(DONE)
    counts = {"all actions": len(states)}
    counts |= {status.replace("_", " "): int((states["status"] == status).sum()) for status in STATUSES}
    counts["overdue"] = int(states["overdue"].sum())
    counts["completed without approval"] = int((states["status"] == "completed").sum())
    counts["done without re-audit"] = int((done & ~states["action_id"].isin(list(reaudited))).sum())
    return results_table(count_rows(table_id=table_id, counts=counts, n=len(states)))


def actions_by_owner(*, states: pd.DataFrame, table_id: str) -> pd.DataFrame:
    """Counts by the post that owns them: measures live, overdue and done; x of all that post's actions.

    Raises
    ------
    KeyError
        If `owner_post` is missing.

    References
    ----------
    A full count of the register's actions.

    Examples
    --------
    >>> states = pd.DataFrame({"owner_post": ["Team Manager"], "status": ["open"], "overdue": [True]})
    >>> actions_by_owner(states=states, table_id="owners")[["measure", "x", "n"]].to_numpy().tolist()
    [['live', 1, 1], ['overdue', 1, 1], ['done', 0, 1]]
    """
    rows = []
    for post, group in states.groupby("owner_post", sort=True):
        counts = {
            "live": int(group["status"].isin(LIVE).sum()),
            "overdue": int(group["overdue"].sum()),
            "done": int(group["status"].isin(DONE).sum()),
        }
        rows += [
            {**row, "row_key": str(post), "measure": row["row_key"]}
            for row in count_rows(table_id=table_id, counts=counts, n=len(group))
        ]
    return results_table(rows)
