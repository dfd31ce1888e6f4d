"""Duties: how often each was expected of those who hold it, how often it was done, and so its state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from qaf_lib.analysis.duty_holders import Asked, owner_of, owners_of
from qaf_lib.analysis.in_post import share_in_post, whole_times
from qaf_lib.analysis.results import results_table
from qaf_lib.analysis.spans import Span, spans_of
from qaf_lib.dates import Period

__all__ = ["STATES", "Tally", "duty_states", "state_of", "tally"]

STATES = ("met", "partly met", "not met", "not evidenced", "not due")
"""Every state a duty may be in."""


@dataclass(frozen=True)
class Tally:
    """One duty counted: of how many it was expected, how many times, how many were done, and its state.

    `expected` is missing for a duty without a number. `due_on` is the day it next falls due, or last did.
    `short` lists those of whom more was expected than was done: `id`, `expected`, `done`; it names people
    by pseudonym and is for restricted lists only.
    """

    holders: int
    expected: int | None
    done: int
    state: str
    due_on: date | None
    short: pd.DataFrame


def tally(
    *, asked: Asked, people: pd.DataFrame, teams: list[str], records: pd.DataFrame, period: Period
) -> Tally:
    """Count one duty in a period.

    A duty is counted span by span: one done three times in July does not stand for August. What somebody
    did beyond what was expected of them covers for nobody else. People who follow one another in a role
    and team hold one post. Where no span ends in the period, the span under way is counted so far.

    Parameters
    ----------
    asked : Asked
        What the duty asks.
    people : DataFrame
        `staff_id`, `role`, `team_id`, `started_on`, `left_on` of everybody in the staff table.
    teams : list of str
        Teams that one is expected of where `each` is team.
    records : DataFrame
        Records that could show the duty, of any time: `on` (missing where planned and not done), `by_id`,
        `by_post`, `subject_id`, `team_id`. None at all means that nothing can be said.
    period : Period
        The period reported.

    References
    ----------
    A full count. Whole times are expected of those in post for part of a span: `whole_times`.

    Examples
    --------
    >>> from qaf_lib.dates import parse_period
    >>> people = pd.DataFrame({"staff_id": ["d"], "role": ["Deputy Director"], "team_id": ["T"]})
    >>> people = people.assign(started_on=pd.Timestamp("2020-01-01"), left_on=pd.NaT)
    >>> held = pd.DataFrame({"on": pd.to_datetime(["2026-07-10", "2026-09-10", "2026-09-20"]), "by_id": "d"})
    >>> held = held.assign(by_post=None, subject_id=None, team_id=None)
    >>> found = tally(
    ...     asked=Asked(roles=("Deputy Director",), times=1, every="month"),
    ...     people=people, teams=[], records=held, period=parse_period("2026-27 Q2"),
    ... )
    >>> found.done, found.expected, found.state
    (2, 3, 'partly met')
    """
    holders = people[people["role"].isin(asked.roles)]
    if asked.by_holders and len(holders):
        counted = records[records["by_id"].isin(holders["staff_id"]).astype(bool)]
    else:
        counted = records
    if asked.times is None or asked.every is None:
        done = int(_within(counted, period.start, period.end).sum())
        state = "met" if done else "not evidenced"
        return Tally(len(_in_post(holders, period)), None, done, state, None, _short(pd.DataFrame()))
    owners = owners_of(asked=asked, people=people, teams=teams)
    owned = counted.assign(owner=owner_of(records=counted, asked=asked, owners=owners))
    spans = spans_of(every=asked.every, period=period, year=asked.year, due_month=asked.due_month)
    parts = [_of_span(asked, asked.times, owners, owned, span, period) for span in spans]
    each = pd.concat(parts).groupby(level=0).sum()
    expected, done = int(each["expected"].sum()), int(each["done"].sum())
    due = max(span.due for span in spans)
    state = state_of(expected=expected, done=done, due=due <= period.end, kept=len(records) > 0)
    if owners.empty:
        state = "not evidenced"
    lacking = owners.assign(**{name: owners["owner"].map(each[name]) for name in ("expected", "done")})
    return Tally(int((each["expected"] > 0).sum()), expected, done, state, due, _short(lacking))


def state_of(*, expected: int, done: int, due: bool, kept: bool) -> str:
    """The state of something expected so many times and done so many.

    Parameters
    ----------
    expected, done : int
        Times expected, and of these times done (counts).
    due : bool
        Whether the day by which it is expected has come.
    kept : bool
        Whether any record was kept that could show it.

    Raises
    ------
    ValueError
        If more was done than expected, or a count is negative.

    Examples
    --------
    >>> state_of(expected=3, done=0, due=True, kept=True), state_of(expected=3, done=0, due=True, kept=False)
    ('not met', 'not evidenced')
    """
    if not 0 <= done <= expected:
        raise ValueError(f"done must be between 0 and expected ({expected}); got {done}")
    if expected == 0:
        return "not due"
    if done == expected:
        return "met"
    if not due:
        return "not due"
    if not kept:
        return "not evidenced"
    return "partly met" if done else "not met"


def duty_states(*, duties: pd.DataFrame, table_id: str) -> pd.DataFrame:
    """Duties in each state by who holds them; the row `all` counts each duty once.

    Parameters
    ----------
    duties : DataFrame
        `who` and `state`, one row per duty; duties that repeat another are left out beforehand.
    table_id : str
        Names the result table.

    Raises
    ------
    ValueError
        If a state is not one of `STATES`.

    Examples
    --------
    >>> duties = pd.DataFrame({"who": ["Director", "Director"], "state": ["met", "not due"]})
    >>> table = duty_states(duties=duties, table_id="duties")
    >>> table.loc[table["row_key"] == "Director", "x"].tolist()
    [1, 0, 0, 0, 1]
    """
    unknown = sorted(set(duties["state"]) - set(STATES))
    if unknown:
        raise ValueError(f"unknown states: {', '.join(unknown)}")
    groups = [("all", duties), *((who, duties[duties["who"] == who]) for who in duties["who"].unique())]
    return results_table(
        {
            "table_id": table_id,
            "row_key": who,
            "measure": state,
            "x": int((group["state"] == state).sum()),
            "n": len(group),
            "population": len(group),
            "method": "full count",
            "speaks_of": "these_cases",
        }
        for who, group in groups
        for state in STATES
    )


def _of_span(
    asked: Asked, times: int, owners: pd.DataFrame, owned: pd.DataFrame, span: Span, period: Period
) -> pd.DataFrame:
    """Expected and done of each owner in one span."""
    shares = share_in_post(people=owners, start=span.start, end=span.end)
    if not asked.pro_rata:
        last = min(span.end, period.end)
        shares = share_in_post(people=owners, start=last, end=last)
    expected = whole_times(times=times, shares=shares.groupby(owners["owner"]).sum())
    inside = owned[_within(owned, span.start, min(span.end, period.end))]
    counts = inside["owner"].value_counts().reindex(expected.index).fillna(0).astype("int64")
    return pd.DataFrame({"expected": expected, "done": counts.clip(upper=expected)})


def _within(records: pd.DataFrame, start: date, end: date) -> pd.Series:
    return records["on"].between(pd.Timestamp(start), pd.Timestamp(end)).fillna(False).astype(bool)


def _in_post(people: pd.DataFrame, period: Period) -> pd.DataFrame:
    return people[share_in_post(people=people, start=period.start, end=period.end) > 0]


def _short(owners: pd.DataFrame) -> pd.DataFrame:
    if owners.empty:
        return pd.DataFrame({"id": [], "expected": [], "done": []})
    lacking = owners[owners["done"] < owners["expected"]].sort_values("started_on")
    last = lacking.drop_duplicates("owner", keep="last")
    return last.rename(columns={"staff_id": "id"})[["id", "expected", "done"]].reset_index(drop=True)
