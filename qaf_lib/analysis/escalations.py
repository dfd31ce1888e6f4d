"""Serious concerns: how long from finding one to telling the post that must know."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from qaf_lib.analysis.results import results_table
from qaf_lib.dates import add_working_days

__all__ = ["ESCALATION_STATES", "escalation_counts", "escalation_states"]

ESCALATION_STATES = ("told in time", "told late", "not told", "not yet due", "no rule for this step")


def escalation_states(
    *, escalations: pd.DataFrame, working_days: Mapping[int, int], as_at: date
) -> pd.DataFrame:
    """The state of each step of each concern, and the hours from finding to telling.

    A step is in time when it was told on the day of the finding or within so many of England's working days
    after it. Times are UTC; the day is that of London.

    Parameters
    ----------
    escalations : DataFrame
        `escalation_id`, `audit_id`, `tier`, `found_at`, `told_at` (UTC times; told may be missing).
    working_days : mapping of int to int
        Working days allowed, by tier; 0 is the same day.
    as_at : date
        What is told after this day has not been told yet.

    Returns
    -------
    DataFrame
        `escalation_id`, `audit_id`, `tier`, `state` (one of `ESCALATION_STATES`), `hours` (float, missing
        where not told).

    Raises
    ------
    ValueError
        If a step was told before it was found.

    References
    ----------
    A full count of the concerns that audits of the period found.

    Examples
    --------
    >>> rows = pd.DataFrame({"escalation_id": ["e"], "audit_id": ["a"], "tier": [1]})
    >>> rows["found_at"] = pd.to_datetime(["2026-09-04T16:00Z"])
    >>> rows["told_at"] = pd.to_datetime(["2026-09-07T09:00Z"])
    >>> escalation_states(escalations=rows, working_days={1: 0}, as_at=date(2026, 9, 30))["state"].tolist()
    ['told late']
    """
    found, told = (_london(escalations[name]) for name in ("found_at", "told_at"))
    told = told.where(told < pd.Timestamp(as_at, tz="Europe/London") + pd.DateOffset(days=1))
    if (told < found).fillna(False).any():
        raise ValueError(f"{int((told < found).sum())} concerns were told before they were found")
    states = [
        _state(begun, end, working_days.get(int(tier)), as_at)
        for begun, end, tier in zip(found, told, escalations["tier"], strict=True)
    ]
    hours = (told - found).dt.total_seconds() / 3600
    table = escalations[["escalation_id", "audit_id", "tier"]].reset_index(drop=True)
    return table.assign(state=pd.Series(states, dtype="string"), hours=hours.to_numpy(dtype=float))


def _london(times: pd.Series) -> pd.Series:
    return pd.to_datetime(times, utc=True).dt.tz_convert("Europe/London")


def _state(found: pd.Timestamp, told: pd.Timestamp, allowed: int | None, as_at: date) -> str:
    if allowed is None:
        return "no rule for this step"
    last = found.date() if allowed == 0 else add_working_days(found.date(), allowed)
    if pd.isna(told):
        return "not told" if as_at >= last else "not yet due"
    return "told in time" if told.date() <= last else "told late"


def escalation_counts(*, states: pd.DataFrame, table_id: str) -> pd.DataFrame:
    """A result table with the number of steps in each state, a row per tier, and the longest wait.

    Examples
    --------
    >>> states = pd.DataFrame({"tier": [1, 1], "state": ["told in time", "told late"], "hours": [0.5, 70.0]})
    >>> table = escalation_counts(states=states, table_id="t")
    >>> table[["row_key", "measure", "x", "n"]].head(2).to_numpy().tolist()
    [['step 1', 'told in time', 1, 2], ['step 1', 'told late', 1, 2]]
    """
    rows: list[dict[str, object]] = []
    for tier, group in states.groupby("tier", sort=True):
        counts = group["state"].value_counts()
        for state in ESCALATION_STATES:
            x = int(counts.get(state, 0))
            rows.append(_row(table_id, int(tier), state, x, len(group), x / len(group)))
        if group["hours"].notna().any():
            rows.append(
                _row(table_id, int(tier), "longest wait, hours", None, len(group), group["hours"].max())
            )
    return results_table(rows)


def _row(table_id: str, tier: int, measure: str, x: int | None, n: int, value: float) -> dict[str, object]:
    return {
        "table_id": table_id,
        "row_key": f"step {tier}",
        "measure": measure,
        "x": x,
        "n": n,
        "population": n,
        "estimate": float(value),
        "method": "full count",
        "speaks_of": "these_cases",
    }
