"""The improvement plan carried from period to period: what stood open, came, was closed and remains."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd

from qaf_lib.analysis.actions import LIVE, action_states
from qaf_lib.analysis.results import results_table
from qaf_lib.dates import Period

__all__ = ["CARRIED", "plan_carried"]

CARRIED = ("open_at_start", "new", "reopened", "closed", "open_at_end")
"""What is told of each period: the first three less the fourth are the fifth."""


def plan_carried(
    *, actions: pd.DataFrame, events: pd.DataFrame, periods: Sequence[Period], table_id: str
) -> pd.DataFrame:
    """Actions open at the start of each period, new in it, reopened, closed, and open at its end.

    Closed is completed, approved or cancelled. An action without a known day of raising counts as raised
    before the first period.

    Parameters
    ----------
    actions : DataFrame
        `action_id`, `due_on` and `raised_on`.
    events : DataFrame
        `action_id`, `event_no`, `on`, `status`.
    periods : sequence of Period
        Periods that follow one another, the oldest first.
    table_id : str
        Name of the result.

    Returns
    -------
    DataFrame
        A result: a row per period with the measures of `CARRIED`; what is open at the end of one is open
        at the start of the next.

    Raises
    ------
    ValueError
        If an action stands twice.

    References
    ----------
    A full count of the register's actions.

    Examples
    --------
    >>> from qaf_lib.dates import parse_period
    >>> actions = pd.DataFrame({"action_id": ["a", "b"], "due_on": pd.to_datetime(["2026-09-01"] * 2)})
    >>> actions["raised_on"] = pd.to_datetime(["2026-06-01", "2026-07-01"])
    >>> events = pd.DataFrame({"action_id": ["a"], "event_no": [1], "status": ["completed"]})
    >>> events["on"] = pd.to_datetime(["2026-08-01"])
    >>> quarter = [parse_period("2026-27 Q2")]
    >>> plan_carried(actions=actions, events=events, periods=quarter, table_id="t")["x"].tolist()
    [1, 1, 0, 1, 1]
    """
    if actions["action_id"].duplicated().any():
        raise ValueError(f"{int(actions['action_id'].duplicated().sum())} actions stand twice")
    rows: list[dict[str, object]] = []
    for period in periods:
        before = _live(actions, events, period.start - timedelta(days=1))
        after = _live(actions, events, period.end)
        new = _raised(actions, period.end) - _raised(actions, period.start - timedelta(days=1))
        had = before | new
        counts = (len(before), len(new), len(after - had), len(had - after), len(after))
        rows += [
            {"table_id": table_id, "row_key": period.label, "measure": name, "x": x, "method": "full count"}
            for name, x in zip(CARRIED, counts, strict=True)
        ]
    return results_table(rows)


def _raised(actions: pd.DataFrame, day: date) -> set[str]:
    later = (actions["raised_on"] > pd.Timestamp(day)).fillna(False).astype(bool)
    return set(actions.loc[~later, "action_id"])


def _live(actions: pd.DataFrame, events: pd.DataFrame, day: date) -> set[str]:
    states = action_states(actions=actions, events=events, as_at=day)
    return set(states.loc[states["status"].isin(LIVE), "action_id"]) & _raised(actions, day)
