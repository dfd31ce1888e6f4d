"""Actions: their states and ages, who owns them, what became of them, and the plan from period to period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd

from qaf_lib.analysis import results_table
from qaf_lib.counting.tables import (
    check_words,
    count_row,
    count_rows,
    days_of,
    holds,
    share_row,
    whole_and_groups,
)
from qaf_lib.dates import Period
from qaf_lib.errors import InputError
from qaf_lib.sampling.checks import check_columns, check_counts, check_series

STATUSES = ("open", "in_progress", "blocked", "completed", "approved", "cancelled")
LIVE = ("open", "in_progress", "blocked")
"""Statuses of an action that is still to be done."""

DONE = ("completed", "approved")
"""Statuses of an action that is done."""

AGE_BANDS = ("up to 30 days", "31 to 60 days", "61 to 90 days", "over 90 days", "age not known")
"""Days since an action was raised."""

NOT_SAID = "not said"
"""The row of actions of which it is not said."""

CARRIED = ("open_at_start", "new", "reopened", "closed", "open_at_end")
"""What is told of each period: the first three less the fourth are the fifth."""

ENDS = ("done in time", "done late", "cancelled", "not done")
"""What became of an action that was due."""

_EVENTS = ("action_id", "event_no", "on", "status")


def action_states(*, actions: pd.DataFrame, events: pd.DataFrame, as_at: date) -> pd.DataFrame:
    """Each action with its latest `status`, `status_on`, whether it is `overdue`, and `days_overdue`.

    An action without events is open; it is overdue when it is not done or cancelled after its due date.

    Examples
    --------
    >>> actions = pd.DataFrame({"action_id": ["a"], "due_on": pd.to_datetime(["2026-09-01"])})
    >>> events = pd.DataFrame({"action_id": ["a"], "event_no": [1], "on": pd.to_datetime(["2026-08-01"]),
    ...     "status": ["in_progress"]})
    >>> states = action_states(actions=actions, events=events, as_at=date(2026, 9, 30))
    >>> states[["status", "overdue", "days_overdue"]].to_numpy().tolist()
    [['in_progress', True, 29]]
    """
    check_columns(["action_id", "due_on"], actions=actions)
    check_columns(_EVENTS, events=events)
    check_words("statuses", events["status"].dropna(), STATUSES)
    day = pd.Timestamp(as_at)
    latest = _up_to(events, as_at).drop_duplicates("action_id", keep="last").set_index("action_id")
    status = actions["action_id"].map(latest["status"].to_dict()).astype("string").fillna("open")
    overdue = holds(status.isin(LIVE) & (actions["due_on"] < day))
    return actions.assign(
        status=status,
        status_on=days_of(actions["action_id"], latest["on"]),
        overdue=overdue,
        days_overdue=(day - actions["due_on"]).dt.days.where(overdue).astype("Int64"),
    )


def raised_on(*, actions: pd.DataFrame, events: pd.DataFrame) -> pd.Series:
    """The day each action was raised: that of its first event, else the day the board agreed it, else none.

    Examples
    --------
    >>> actions = pd.DataFrame({"action_id": ["a"], "board_agreed_on": pd.to_datetime(["2026-08-05"])})
    >>> events = pd.DataFrame({"action_id": ["a"], "on": pd.to_datetime(["2026-08-01"])})
    >>> raised_on(actions=actions, events=events).dt.day.tolist()
    [1]
    """
    check_columns(["action_id", "board_agreed_on"], actions=actions)
    check_columns(["action_id", "on"], events=events)
    first = events.groupby("action_id")["on"].min()
    return days_of(actions["action_id"], first).fillna(actions["board_agreed_on"])


def action_summary(*, states: pd.DataFrame, reaudited: pd.Series, table_id: str) -> pd.DataFrame:
    """Counts of actions by status, overdue, completed without approval and done without re-audit.

    All are counted of all actions, but overdue ones of those still to be done (`LIVE`). `reaudited` holds the
    ids of actions that an audit has looked at again.

    Examples
    --------
    >>> states = pd.DataFrame({"action_id": ["a", "b"], "status": ["completed", "open"]})
    >>> states["overdue"] = [False, True]
    >>> table = action_summary(states=states, reaudited=pd.Series(dtype="string"), table_id="actions")
    >>> table.set_index("row_key")["x"].loc[["overdue", "completed without approval"]].tolist()
    [1, 1]
    """
    check_columns(["action_id", "status", "overdue"], states=states)
    check_series(reaudited=reaudited)
    _check_once(states)
    status = states["status"]
    looked_at = states["action_id"].isin(list(reaudited))
    counts = {"all actions": len(states)}
    counts |= {name.replace("_", " "): int((status == name).sum()) for name in STATUSES}
    late = {"overdue": int(states["overdue"].sum())}
    done = {
        "completed without approval": int((status == "completed").sum()),
        "done without re-audit": int((status.isin(DONE) & ~looked_at).sum()),
    }
    wholes = ((counts, len(states)), (late, int(status.isin(LIVE).sum())), (done, len(states)))
    return results_table(row for part, n in wholes for row in count_rows(table_id=table_id, counts=part, n=n))


def actions_by_owner(*, states: pd.DataFrame, table_id: str) -> pd.DataFrame:
    """Actions live and done of all that each post owns, and overdue of those that are live.

    Examples
    --------
    >>> states = pd.DataFrame({"owner_post": ["Team Manager"], "status": ["open"], "overdue": [True]})
    >>> actions_by_owner(states=states, table_id="owners")[["measure", "x", "n"]].to_numpy().tolist()
    [['live', 1, 1], ['overdue', 1, 1], ['done', 0, 1]]
    """
    check_columns(["owner_post", "status", "overdue"], states=states)
    rows = []
    for post, own in states.groupby("owner_post", sort=True):
        live, done = (int(own["status"].isin(which).sum()) for which in (LIVE, DONE))
        late = int(own["overdue"].sum())
        for measure, x, n in (("live", live, len(own)), ("overdue", late, live), ("done", done, len(own))):
            rows.append(share_row(table_id, str(post), measure, x, n))
    return results_table(rows)


def actions_by(
    *, states: pd.DataFrame, groups: pd.Series, order: Sequence[str], table_id: str
) -> pd.DataFrame:
    """Actions that are live and done by something said of each: their route, kind, or whom they are for.

    `groups` stands under the index of `states`, missing where it is not said. Groups in `order` have a row
    also without any action; others follow by name, and `NOT_SAID` last where there is any. A cancelled
    action is in the measure `all` alone.

    References
    ----------
    Requirements LIN-64, LEE-142, POR-14.

    Examples
    --------
    >>> states = pd.DataFrame({"status": ["open", "approved", "open"]})
    >>> groups = pd.Series(["coaching", None, "coaching"], dtype="string")
    >>> found = actions_by(states=states, groups=groups, order=["training"], table_id="t")
    >>> found.loc[found["measure"] == "live", ["row_key", "x"]].to_numpy().tolist()
    [['training', 0], ['coaching', 2], ['not said', 0]]
    """
    check_columns(["status"], states=states)
    check_series(groups=groups)
    said = groups.astype("string").fillna(NOT_SAID)
    others = sorted(set(said) - {*order, NOT_SAID})
    last = [NOT_SAID] if (said == NOT_SAID).any() else []
    rows = []
    for name in [*order, *others, *last]:
        own = states.loc[said == name, "status"]
        counted = {"all": len(own), "live": int(own.isin(LIVE).sum()), "done": int(own.isin(DONE).sum())}
        rows += [count_row(table_id, name, measure, x) for measure, x in counted.items()]
    return results_table(rows)


def live_by_age(*, states: pd.DataFrame, as_at: date, table_id: str) -> pd.DataFrame:
    """Live actions by their age (`AGE_BANDS`): of all posts, then of each post that owns any.

    `states` has the column `raised_on` besides.

    Examples
    --------
    >>> states = pd.DataFrame({"owner_post": ["Manager"], "status": ["open"]})
    >>> states["raised_on"] = pd.to_datetime(["2026-08-01"])
    >>> found = live_by_age(states=states, as_at=date(2026, 9, 30), table_id="t")
    >>> found.loc[found["x"] > 0, ["row_key", "measure"]].to_numpy().tolist()
    [['all posts', '31 to 60 days'], ['Manager', '31 to 60 days']]
    """
    check_columns(["owner_post", "status", "raised_on"], states=states)
    live = states[states["status"].isin(LIVE)]
    days = (pd.Timestamp(as_at) - live["raised_on"]).dt.days
    bands = pd.cut(days, [-float("inf"), 30, 60, 90, float("inf")], labels=list(AGE_BANDS[:4]))
    age = bands.astype("string").fillna(AGE_BANDS[4])
    return results_table(
        count_row(table_id, name, band, int((group == band).sum()), len(group))
        for name, group in whole_and_groups("all posts", age, _post(live))
        for band in AGE_BANDS
    )


def silent_days(*, states: pd.DataFrame, as_at: date) -> pd.Series:
    """Days since the last entry of each live action; missing where it has no entry, or is not live.

    Examples
    --------
    >>> states = pd.DataFrame({"status": ["open"], "status_on": pd.to_datetime(["2026-09-01"])})
    >>> silent_days(states=states, as_at=date(2026, 9, 30)).tolist()
    [29]
    """
    check_columns(["status", "status_on"], states=states)
    days = (pd.Timestamp(as_at) - states["status_on"]).dt.days
    return days.where(states["status"].isin(LIVE)).astype("Int64")


def silent_actions(*, states: pd.DataFrame, as_at: date, days: int, table_id: str) -> pd.DataFrame:
    """Live actions without an entry for more than so many days, or without any: of all posts, then of each.

    References
    ----------
    The days are the framework's `ask_after_days`: progress is asked for (LEE-49).

    Examples
    --------
    >>> states = pd.DataFrame({"owner_post": "Manager", "status": "open"}, index=range(2))
    >>> states["status_on"] = pd.to_datetime(["2026-08-31", "2026-08-30"])
    >>> found = silent_actions(states=states, as_at=date(2026, 9, 30), days=30, table_id="t")
    >>> found[["row_key", "x", "n"]].to_numpy().tolist()
    [['all posts', 1, 2], ['Manager', 1, 2]]
    """
    check_columns(["owner_post", "status", "status_on"], states=states)
    check_counts(days=days)
    live = states[states["status"].isin(LIVE)]
    passed = silent_days(states=live, as_at=as_at)
    silent = (passed.isna() | (passed > days)).fillna(True).astype(bool)
    return results_table(
        share_row(table_id, name, "silent", int(group.sum()), len(group))
        for name, group in whole_and_groups("all posts", silent, _post(live))
    )


def blocked_days(*, states: pd.DataFrame, events: pd.DataFrame, as_at: date) -> pd.Series:
    """Days since the first of an action's last unbroken blocked entries; missing where it is not blocked.

    Examples
    --------
    >>> states = pd.DataFrame({"action_id": ["a"], "status": ["blocked"]})
    >>> events = pd.DataFrame({"action_id": "a", "event_no": [1, 2, 3]})
    >>> events["status"] = ["open", "blocked", "blocked"]
    >>> events["on"] = pd.to_datetime(["2026-08-01", "2026-09-10", "2026-09-20"])
    >>> blocked_days(states=states, events=events, as_at=date(2026, 9, 30)).tolist()
    [20]
    """
    check_columns(["action_id", "status"], states=states)
    check_columns(_EVENTS, events=events)
    past = _up_to(events, as_at)
    other = past[past["status"] != "blocked"].groupby("action_id")["event_no"].max()
    after = past[past["event_no"] > past["action_id"].map(other.to_dict()).fillna(-1)]
    begun = days_of(states["action_id"], after.groupby("action_id")["on"].min())
    return (pd.Timestamp(as_at) - begun).dt.days.where(states["status"] == "blocked").astype("Int64")


def blocks_cleared(
    *, states: pd.DataFrame, events: pd.DataFrame, period: Period, table_id: str
) -> pd.DataFrame:
    """Of the actions that were ever blocked those that no longer are, and how many of these in the period.

    `states` are those of the period's end. The estimate of `cleared` is the median of days from the first
    blocked entry to the entry that cleared it.

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
    check_columns(["action_id", "status"], states=states)
    check_columns(_EVENTS, events=events)
    past = _up_to(events[events["action_id"].isin(states["action_id"])], period.end)
    blocked = past[past["status"] == "blocked"]
    begun = blocked.groupby("action_id")["on"].min()
    last = blocked.groupby("action_id")["event_no"].max()
    free = states.loc[states["status"] != "blocked", "action_id"]
    after = past[past["event_no"] > past["action_id"].map(last.to_dict())]
    ended = after[after["action_id"].isin(free)].groupby("action_id")["on"].min()
    days = (ended - begun.reindex(ended.index)).dt.days
    middle = float(days.median()) if len(days) else None
    now = int((ended >= pd.Timestamp(period.start)).sum())
    return results_table(
        [
            count_row(table_id, "blocked", "cleared", len(ended), len(begun), estimate=middle),
            count_row(table_id, "blocked", "in_period", now, len(begun)),
        ]
    )


def due_ends(*, states: pd.DataFrame, events: pd.DataFrame, as_at: date, table_id: str) -> pd.DataFrame:
    """Actions due up to a day by what became of them (`ENDS`).

    One due on the day itself and open is not due yet. Done is the first entry that says so.

    Examples
    --------
    >>> states = pd.DataFrame({"action_id": ["a", "b"], "status": ["approved", "open"]})
    >>> states = states.assign(due_on=pd.to_datetime(["2026-09-01", "2026-09-30"]), overdue=False)
    >>> events = pd.DataFrame({"action_id": "a", "status": ["completed", "approved"]})
    >>> events["on"] = pd.to_datetime(["2026-09-01", "2026-09-20"])
    >>> due_ends(states=states, events=events, as_at=date(2026, 9, 30), table_id="t")["x"].tolist()
    [1, 0, 0, 0]
    """
    check_columns(["action_id", "status", "due_on", "overdue"], states=states)
    check_columns(["action_id", "status", "on"], events=events)
    day = pd.Timestamp(as_at)
    finished = events[events["status"].isin(DONE) & (events["on"] <= day)]
    done_on = days_of(states["action_id"], finished.groupby("action_id")["on"].min())
    due = holds(states["due_on"] <= day)
    done = states["status"].isin(DONE) & due
    late = done & holds(done_on > states["due_on"])
    ended = (done & ~late, late, due & (states["status"] == "cancelled"), states["overdue"])
    counts = {name: int(holds(which).sum()) for name, which in zip(ENDS, ended, strict=True)}
    return results_table(count_rows(table_id=table_id, counts=counts, n=sum(counts.values())))


def plan_carried(
    *, actions: pd.DataFrame, events: pd.DataFrame, periods: Sequence[Period], table_id: str
) -> pd.DataFrame:
    """The improvement plan carried from period to period: the measures of `CARRIED`, a row per period.

    Closed is completed, approved or cancelled. An action without a known day of raising (`raised_on`)
    counts as raised before the first period. What is open at the end of one period, oldest first, is open
    at the start of the next.

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
    check_columns(["action_id", "due_on", "raised_on"], actions=actions)
    _check_once(actions)
    rows: list[dict[str, object]] = []
    for period in periods:
        day_before = period.start - timedelta(days=1)
        before, after = _live(actions, events, day_before), _live(actions, events, period.end)
        new = _raised(actions, period.end) - _raised(actions, day_before)
        had = before | new
        counts = (len(before), len(new), len(after - had), len(had - after), len(after))
        rows += [count_row(table_id, period.label, name, x) for name, x in zip(CARRIED, counts, strict=True)]
    return results_table(rows)


def _up_to(events: pd.DataFrame, day: date) -> pd.DataFrame:
    """The events up to a day, each action's in order."""
    return events[events["on"] <= pd.Timestamp(day)].sort_values(["action_id", "event_no"])


def _post(actions: pd.DataFrame) -> pd.Series:
    return actions["owner_post"].astype("string").fillna("post not recorded")


def _raised(actions: pd.DataFrame, day: date) -> set[str]:
    return set(actions.loc[~holds(actions["raised_on"] > pd.Timestamp(day)), "action_id"])


def _live(actions: pd.DataFrame, events: pd.DataFrame, day: date) -> set[str]:
    states = action_states(actions=actions, events=events, as_at=day)
    return set(states.loc[states["status"].isin(LIVE), "action_id"]) & _raised(actions, day)


def _check_once(actions: pd.DataFrame) -> None:
    twice = int(actions["action_id"].duplicated().sum())
    if twice:
        raise InputError(f"{twice} actions stand twice")
