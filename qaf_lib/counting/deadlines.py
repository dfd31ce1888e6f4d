"""Deadlines: from one event of an audit to another, and from a serious concern to telling of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import pandas as pd

from qaf_lib.analysis import results_table
from qaf_lib.counting.tables import check_words, count_row, holds, share_row
from qaf_lib.dates import add_working_days
from qaf_lib.errors import InputError
from qaf_lib.sampling.checks import check_columns, check_series

BY_EXTENSION = "on time by extension"
IN_TIME = ("on time", BY_EXTENSION)
"""The states of what was done by the day that held for it."""

DEADLINE_STATES = (*IN_TIME, "late", "not done", "not yet due", "no start recorded")
ESCALATION_STATES = ("told in time", "told late", "not told", "not yet due", "no rule for this step")


def due_days(*, started_on: pd.Series, working_days: int | None = None) -> pd.Series:
    """The last day on which each item is on time; missing without a start.

    The start is day 0 of the working days; without any, the last day is that of the start's month,
    whichever weekday it is.

    References
    ----------
    Bank holidays: Banking and Financial Dealings Act 1971, schedule 1, and royal proclamations.

    Examples
    --------
    >>> starts = pd.to_datetime(pd.Series(["2026-08-28"]))
    >>> due_days(started_on=starts, working_days=5)[0].date(), due_days(started_on=starts)[0].date()
    (datetime.date(2026, 9, 7), datetime.date(2026, 8, 31))
    """
    check_series(started_on=started_on)
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
    """The state (`DEADLINE_STATES`) of each item against the day by which it is due, as `due_days` gives it.

    An extension counts for as long as it may be: what is given beyond `extension_working_days` is not.

    Examples
    --------
    >>> starts = pd.to_datetime(pd.Series(["2026-08-28", "2026-08-28"]))
    >>> dones = pd.to_datetime(pd.Series(["2026-09-07", "2026-09-08"]))
    >>> due = due_days(started_on=starts, working_days=5)
    >>> deadline_states(done_on=dones, due_on=due, as_at=date(2026, 9, 30)).tolist()
    ['on time', 'late']
    """
    check_series(done_on=done_on, due_on=due_on)
    last = due_on
    if extended_to is not None:
        check_series(extended_to=extended_to)
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
    """The items in each state; that by extension only where the deadline may be `extended`.

    Examples
    --------
    >>> table = deadline_counts(states=pd.Series(["late", "on time"]), table_id="t", row_key="support plan")
    >>> table[["measure", "x", "n"]].head(2).to_numpy().tolist()
    [['on time', 1, 2], ['late', 1, 2]]
    """
    check_series(states=states)
    check_words("states", states, DEADLINE_STATES)
    shown = [state for state in DEADLINE_STATES if extended or state != BY_EXTENSION]
    return results_table(
        share_row(table_id, row_key, state, int((states == state).sum()), len(states)) for state in shown
    )


def escalation_states(
    *, escalations: pd.DataFrame, working_days: Mapping[int, int], as_at: date
) -> pd.DataFrame:
    """The state (`ESCALATION_STATES`) of each step of each concern, and the hours from finding to telling.

    A step is in time when it was told on the day of the finding or within so many of England's working days
    after it, by tier; 0 is the same day. `found_at` and `told_at` are UTC times; the day is that of London.
    `hours` are missing where it was not told by the end of `as_at`.

    Examples
    --------
    >>> rows = pd.DataFrame({"escalation_id": ["e"], "audit_id": ["a"], "tier": [1]})
    >>> rows["found_at"] = pd.to_datetime(["2026-09-04T16:00Z"])
    >>> rows["told_at"] = pd.to_datetime(["2026-09-07T09:00Z"])
    >>> escalation_states(escalations=rows, working_days={1: 0}, as_at=date(2026, 9, 30))["state"].tolist()
    ['told late']
    """
    kept = ["escalation_id", "audit_id", "tier"]
    check_columns([*kept, "found_at", "told_at"], escalations=escalations)
    found, told = (_london(escalations[name]) for name in ("found_at", "told_at"))
    told = told.where(told < pd.Timestamp(as_at, tz="Europe/London") + pd.DateOffset(days=1))
    before = int(holds(told < found).sum())
    if before:
        raise InputError(f"{before} concerns were told before they were found")
    states = [
        _state(begun, end, working_days.get(int(tier)), as_at)
        for begun, end, tier in zip(found, told, escalations["tier"], strict=True)
    ]
    hours = (told - found).dt.total_seconds() / 3600
    table = escalations[kept].reset_index(drop=True)
    return table.assign(state=pd.Series(states, dtype="string"), hours=hours.to_numpy(dtype=float))


def lasting_steps(*, escalations: pd.DataFrame, working_days: Mapping[int, int], as_at: date) -> pd.DataFrame:
    """The steps on record, and those that a concern has none of although it lasted beyond their days.

    A step above the ladder's first is due once the concern is still open after the step's days; without a row
    of it on record it was told to nobody. A concern without `resolved_on` is open where any has the day;
    where none has, nothing says which lasted and no step is added.

    Examples
    --------
    >>> rows = pd.DataFrame({"escalation_id": ["e"], "audit_id": ["a"], "tier": [1]})
    >>> rows["found_at"] = rows["told_at"] = pd.to_datetime(["2026-09-04T08:00Z"])
    >>> rows["resolved_on"] = pd.to_datetime(["2026-09-08"])
    >>> found = lasting_steps(escalations=rows, working_days={1: 0, 2: 1, 3: 5}, as_at=date(2026, 9, 30))
    >>> found["tier"].tolist()
    [1, 2]
    """
    check_columns(["audit_id", "tier", "found_at", "told_at", "resolved_on"], escalations=escalations)
    steps = sorted(working_days)[1:]
    if not steps or escalations["resolved_on"].isna().all():
        return escalations
    rows = escalations.reset_index(drop=True)
    places: list[int] = []
    tiers: list[int] = []
    for _, concern in rows.groupby("audit_id", sort=False):
        ended = concern["resolved_on"]
        open_to = pd.Timestamp(as_at) if ended.isna().any() else min(ended.max(), pd.Timestamp(as_at))
        begun = _london(concern["found_at"]).min().date()
        on_record = {int(tier) for tier in concern["tier"]}
        due = [step for step in steps if open_to.date() > add_working_days(begun, working_days[step])]
        missing = [step for step in due if step not in on_record]
        places += [int(concern.index[0])] * len(missing)
        tiers += missing
    if not places:
        return escalations
    more = rows.iloc[places].assign(
        tier=tiers, told_at=lambda kept: kept["told_at"].mask(kept["tier"].notna())
    )
    return pd.concat([rows, more.astype(rows.dtypes.to_dict())], ignore_index=True)


def _london(times: pd.Series) -> pd.Series:
    return pd.to_datetime(times, utc=True).dt.tz_convert("Europe/London")


def _state(found: pd.Timestamp, told: pd.Timestamp, allowed: int | None, as_at: date) -> str:
    if allowed is None:
        return "no rule for this step"
    last = found.date() if allowed == 0 else add_working_days(found.date(), allowed)
    if pd.isna(told):
        return "not told" if as_at >= last else "not yet due"
    return "told in time" if told.date() <= last else "told late"


def escalation_counts(*, states: pd.DataFrame, table_id: str, steps: Iterable[int] = ()) -> pd.DataFrame:
    """The steps in each state, a row per tier, and the longest wait in hours where any was told.

    The ladder's `steps` have a row although nobody was told at them.

    Examples
    --------
    >>> states = pd.DataFrame({"tier": [1, 1], "state": ["told in time", "told late"], "hours": [0.5, 70.0]})
    >>> table = escalation_counts(states=states, table_id="t")
    >>> table[["row_key", "measure", "x", "n"]].head(2).to_numpy().tolist()
    [['step 1', 'told in time', 1, 2], ['step 1', 'told late', 1, 2]]
    """
    check_columns(["tier", "state", "hours"], states=states)
    rows: list[dict[str, object]] = []
    for tier in sorted({*steps, *(int(tier) for tier in states["tier"])}):
        group = states[states["tier"] == tier]
        step, n = f"step {tier}", len(group)
        counts = group["state"].value_counts()
        for state in ESCALATION_STATES:
            rows.append(share_row(table_id, step, state, int(counts.get(state, 0)), n))
        if group["hours"].notna().any():
            of_all = {"population": n, "estimate": float(group["hours"].max()), "speaks_of": "these_cases"}
            rows.append(count_row(table_id, step, "longest wait, hours", None, n, **of_all))
    return results_table(rows)
