"""How old live actions are, how long they are blocked, and how long nobody wrote of them."""

from __future__ import annotations

from datetime import date

import pandas as pd

from qaf_lib.analysis.actions import LIVE
from qaf_lib.analysis.results import results_table

__all__ = ["AGE_BANDS", "blocked_days", "live_by_age", "raised_on", "silent_actions", "silent_days"]

AGE_BANDS = ("up to 30 days", "31 to 60 days", "61 to 90 days", "over 90 days", "age not known")
"""Days since an action was raised."""


def raised_on(*, actions: pd.DataFrame, events: pd.DataFrame) -> pd.Series:
    """The day each action was raised: that of its first event, else the day the board agreed it.

    Parameters
    ----------
    actions : DataFrame
        `action_id` and `board_agreed_on`.
    events : DataFrame
        `action_id` and `on`.

    Returns
    -------
    Series of datetime64
        Under the index of `actions`; missing where neither day is known.

    Raises
    ------
    KeyError
        If a column is missing.

    References
    ----------
    The kit's contract of `action_event`; see docs/data-dictionary.md.

    Examples
    --------
    >>> actions = pd.DataFrame({"action_id": ["a"], "board_agreed_on": pd.to_datetime(["2026-08-05"])})
    >>> events = pd.DataFrame({"action_id": ["a"], "on": pd.to_datetime(["2026-08-01"])})
    >>> raised_on(actions=actions, events=events).dt.day.tolist()
    [1]
    """
    first = events.groupby("action_id")["on"].min()
    raised = pd.to_datetime(actions["action_id"].map(first.to_dict()))
    return raised.fillna(actions["board_agreed_on"])


def live_by_age(*, states: pd.DataFrame, as_at: date, table_id: str) -> pd.DataFrame:
    """Live actions by the post that owns them and by their age.

    Parameters
    ----------
    states : DataFrame
        What `action_states` gives, with `raised_on`.
    as_at : date
        The day looked at.
    table_id : str
        Name of the result.

    Returns
    -------
    DataFrame
        A result: a row "all posts", then one per post; measures `AGE_BANDS`; `n` is the row's live actions.

    Raises
    ------
    KeyError
        If a column is missing.

    References
    ----------
    A full count of the register's actions.

    Examples
    --------
    >>> states = pd.DataFrame({"owner_post": ["Manager"], "status": ["open"]})
    >>> states["raised_on"] = pd.to_datetime(["2026-08-01"])
    >>> found = live_by_age(states=states, as_at=date(2026, 9, 30), table_id="t")
    >>> found.loc[found["x"] > 0, ["row_key", "measure"]].to_numpy().tolist()
    [['all posts', '31 to 60 days'], ['Manager', '31 to 60 days']]
    """
    live = states[states["status"].isin(LIVE)]
    days = (pd.Timestamp(as_at) - live["raised_on"]).dt.days
    bands = pd.cut(days, [-float("inf"), 30, 60, 90, float("inf")], labels=list(AGE_BANDS[:4]))
    age = bands.astype("string").fillna(AGE_BANDS[4])
    post = live["owner_post"].astype("string").fillna("post not recorded")
    every = [("all posts", age)] + [(str(name), group) for name, group in age.groupby(post, sort=True)]
    return results_table(
        {
            "table_id": table_id,
            "row_key": name,
            "measure": band,
            "x": int((group == band).sum()),
            "n": len(group),
            "method": "full count",
        }
        for name, group in every
        for band in AGE_BANDS
    )


def blocked_days(*, states: pd.DataFrame, events: pd.DataFrame, as_at: date) -> pd.Series:
    """Days that each blocked action has been blocked: since the first of its last unbroken blocked entries.

    Parameters
    ----------
    states : DataFrame
        What `action_states` gives.
    events : DataFrame
        `action_id`, `event_no`, `on`, `status`.
    as_at : date
        The day looked at; later events are left out.

    Returns
    -------
    Series of Int64
        Under the index of `states`; missing where the action is not blocked.

    Raises
    ------
    KeyError
        If a column is missing.

    References
    ----------
    A full count of the register's actions.

    Examples
    --------
    >>> states = pd.DataFrame({"action_id": ["a"], "status": ["blocked"]})
    >>> events = pd.DataFrame({"action_id": "a", "event_no": [1, 2, 3]})
    >>> events["status"] = ["open", "blocked", "blocked"]
    >>> events["on"] = pd.to_datetime(["2026-08-01", "2026-09-10", "2026-09-20"])
    >>> blocked_days(states=states, events=events, as_at=date(2026, 9, 30)).tolist()
    [20]
    """
    day = pd.Timestamp(as_at)
    past = events[events["on"] <= day].sort_values(["action_id", "event_no"])
    other = past[past["status"] != "blocked"].groupby("action_id")["event_no"].max()
    after = past[past["event_no"] > past["action_id"].map(other.to_dict()).fillna(-1)]
    since = after.groupby("action_id")["on"].min()
    begun = pd.to_datetime(states["action_id"].map(since.to_dict()))
    return (day - begun).dt.days.where(states["status"] == "blocked").astype("Int64")


def silent_days(*, states: pd.DataFrame, as_at: date) -> pd.Series:
    """Days since the last entry of each live action; missing where it has no entry, or is not live.

    Parameters
    ----------
    states : DataFrame
        What `action_states` gives.
    as_at : date
        The day looked at.

    Raises
    ------
    KeyError
        If a column is missing.

    References
    ----------
    A full count of the register's actions.

    Examples
    --------
    >>> states = pd.DataFrame({"status": ["open"], "status_on": pd.to_datetime(["2026-09-01"])})
    >>> silent_days(states=states, as_at=date(2026, 9, 30)).tolist()
    [29]
    """
    days = (pd.Timestamp(as_at) - states["status_on"]).dt.days
    return days.where(states["status"].isin(LIVE)).astype("Int64")


def silent_actions(*, states: pd.DataFrame, as_at: date, days: int, table_id: str) -> pd.DataFrame:
    """Live actions without an entry for so many days, by the post that owns them: progress is asked for.

    Parameters
    ----------
    states : DataFrame
        What `action_states` gives.
    as_at : date
        The day looked at.
    days : int
        Days after which progress is asked for; an action without any entry counts as silent.
    table_id : str
        Name of the result.

    Returns
    -------
    DataFrame
        A result: "all posts", then a row per post: `x` silent of `n` live actions.

    Raises
    ------
    ValueError
        If `days` is below 1.

    References
    ----------
    A full count of the register's actions; the days are the framework's `ask_after_days` (LEE-49).

    Examples
    --------
    >>> states = pd.DataFrame({"owner_post": "Manager", "status": "open"}, index=range(2))
    >>> states["status_on"] = pd.to_datetime(["2026-08-31", "2026-08-30"])
    >>> found = silent_actions(states=states, as_at=date(2026, 9, 30), days=30, table_id="t")
    >>> found[["row_key", "x", "n"]].to_numpy().tolist()
    [['all posts', 1, 2], ['Manager', 1, 2]]
    """
    if days < 1:
        raise ValueError(f"days must be at least 1; got {days}")
    live = states["status"].isin(LIVE)
    passed = silent_days(states=states, as_at=as_at)[live]
    silent = (passed.isna() | (passed > days)).fillna(True).astype(bool)
    post = states.loc[live, "owner_post"].astype("string").fillna("post not recorded")
    every = [("all posts", silent)] + [(str(name), group) for name, group in silent.groupby(post, sort=True)]
    return results_table(
        {
            "table_id": table_id,
            "row_key": name,
            "measure": "silent",
            "x": int(group.sum()),
            "n": len(group),
            "population": len(group),
            "estimate": float(group.mean()) if len(group) else None,
            "method": "full count",
            "speaks_of": "these_cases",
        }
        for name, group in every
    )
