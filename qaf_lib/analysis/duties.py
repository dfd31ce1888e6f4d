"""Duties: how often each was expected of those who hold it, how often it was done, and so its state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from qaf_lib.analysis.coverage import SoFar, so_far
from qaf_lib.analysis.duty_holders import Asked, owner_of, owners_of
from qaf_lib.analysis.in_post import expected_times, share_in_post
from qaf_lib.analysis.results import results_table
from qaf_lib.analysis.spans import Span, spans_of
from qaf_lib.dates import Period

__all__ = ["STATES", "Tally", "duty_states", "state_of", "tally"]

STATES = ("met", "partly met", "not met", "on track", "behind", "on record", "nothing on record", "not due")
"""Every state of a duty: of a number that is due, of a number not yet due, and of a duty without one."""


@dataclass(frozen=True)
class Tally:
    """One duty counted: whose it is, how many of them a record reaches, what was expected and what is there.

    `expected` is missing for a duty without a number. `events` are all records in the spans counted, `done`
    those that stand for something expected. `so_far` says what the part of an unfinished span asks.
    `due_on` is the day the duty next falls due, or last did. `short` lists those of whom more was expected
    than was done: `id`, `expected`, `done`; it names people by pseudonym and is for restricted lists only.
    """

    holders: int
    reached: int
    events: int
    expected: int | None
    done: int
    so_far: SoFar | None
    state: str
    due_on: date | None
    short: pd.DataFrame


def tally(
    *,
    asked: Asked,
    people: pd.DataFrame,
    teams: list[str],
    records: pd.DataFrame,
    period: Period,
    exempt: pd.DataFrame | None = None,
) -> Tally:
    """Count one duty in a period.

    A duty is counted span by span: one done three times in July does not stand for August. What somebody
    did beyond what was expected of them covers for nobody else. People who follow one another in a role
    and team hold one post. Where no span ends in the period, the span under way is counted so far. A duty
    without a number is never met: its records are counted, and how many of its holders they are of.

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
    exempt : DataFrame, optional
        `staff_id`, `starts_on`, `ends_on` of holders excused from it.

    References
    ----------
    A full count. What is expected of a post: `qaf_lib.analysis.in_post.expected_times`.

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
    counted = records
    if asked.by_holders and people["role"].isin(asked.roles).any():
        holders = people.loc[people["role"].isin(asked.roles), "staff_id"]
        counted = records[records["by_id"].isin(holders).astype(bool)]
    owners = owners_of(asked=asked, people=people, teams=teams)
    owned = counted.assign(owner=owner_of(records=counted, asked=asked, owners=owners))
    if asked.times is None or asked.every is None:
        return _on_record(owners, owned, period)
    spans = spans_of(every=asked.every, period=period, year=asked.year, due_month=asked.due_month)
    parts = [_of_span(asked, asked.times, owners, owned, span, period, exempt) for span in spans]
    each = pd.concat(parts).groupby(level=0).sum()
    expected, done, due = (
        int(each["expected"].sum()),
        int(each["done"].sum()),
        max(span.due for span in spans),
    )
    under_way = None
    if due > period.end:
        under_way = so_far(asked=_asked_so_far(asked, each, owners, spans[-1], period), done=each["done"])
    state = state_of(
        expected=expected, done=done, kept=len(records) > 0 and len(owners) > 0, under_way=under_way
    )
    lacking = owners.assign(**{name: owners["owner"].map(each[name]) for name in ("expected", "done")})
    within = owned[_within(owned, min(span.start for span in spans), period.end)]
    return Tally(
        holders=int((each["expected"] > 0).sum()),
        reached=int(each.index[each["expected"] > 0].isin(within["owner"]).sum()),
        events=len(within),
        expected=expected,
        done=done,
        so_far=under_way,
        state="nothing on record" if owners.empty else state,
        due_on=due,
        short=_short(lacking),
    )


def state_of(*, expected: int, done: int, kept: bool, under_way: SoFar | None = None) -> str:
    """The state of something expected so many times and done so many.

    Parameters
    ----------
    expected, done : int
        Times expected, and of these times done (counts).
    kept : bool
        Whether any record was kept that could show it.
    under_way : SoFar, optional
        What is asked by now, where the day by which all is expected has not come.

    Raises
    ------
    ValueError
        If more was done than expected, or a count is negative.

    Examples
    --------
    >>> state_of(expected=3, done=0, kept=True), state_of(expected=3, done=0, kept=False)
    ('not met', 'nothing on record')
    >>> state_of(expected=12, done=5, kept=True, under_way=SoFar(due=6, done=5, kept_pace=0, asked=1))
    'behind'
    """
    if not 0 <= done <= expected:
        raise ValueError(f"done must be between 0 and expected ({expected}); got {done}")
    if expected == 0:
        return "not due"
    if done == expected:
        return "met"
    if under_way is not None and under_way.due == 0 and done == 0:
        return "not due"
    if not kept:
        return "nothing on record"
    if under_way is not None:
        return "on track" if under_way.done >= under_way.due else "behind"
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
    [1, 0, 0, 0, 0, 0, 0, 1]
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


def _on_record(owners: pd.DataFrame, owned: pd.DataFrame, period: Period) -> Tally:
    """A duty without a number: its records in the period, and how many of its holders they are of."""
    within = owned[_within(owned, period.start, period.end)]
    there = share_in_post(people=owners, start=period.start, end=period.end) > 0
    names = owners.loc[there, "owner"].unique()
    return Tally(
        holders=len(names),
        reached=int(pd.Series(names).isin(within["owner"]).sum()),
        events=len(within),
        expected=None,
        done=len(within),
        so_far=None,
        state="on record" if len(within) else "nothing on record",
        due_on=None,
        short=_short(pd.DataFrame()),
    )


def _of_span(
    asked: Asked,
    times: int,
    owners: pd.DataFrame,
    owned: pd.DataFrame,
    span: Span,
    period: Period,
    exempt: pd.DataFrame | None,
) -> pd.DataFrame:
    """Expected and done of each owner in one span."""
    last = span if asked.pro_rata else Span(span.start, min(span.end, period.end), span.due)
    expected = expected_times(
        people=owners,
        times=times,
        spans=[last],
        excused_months=asked.excused_months,
        exempt=exempt,
        pro_rata=asked.pro_rata,
    )
    inside = owned[_within(owned, span.start, min(span.end, period.end))]
    counts = inside["owner"].value_counts().reindex(expected.index).fillna(0).astype("int64")
    return pd.DataFrame({"expected": expected, "done": counts.clip(upper=expected)})


def _asked_so_far(
    asked: Asked, each: pd.DataFrame, owners: pd.DataFrame, span: Span, period: Period
) -> pd.Series:
    """Times that the part of a span up to the period's end asks of each owner, not rounded."""
    share = ((period.end - span.start).days + 1) / ((span.due - span.start).days + 1)
    if asked.pro_rata:
        there = share_in_post(people=owners, start=span.start, end=period.end).groupby(owners["owner"]).sum()
        wanted = (asked.times or 0) * share * there.clip(upper=1).reindex(each.index)
        return wanted.clip(upper=each["expected"])
    return each["expected"] * share


def _within(records: pd.DataFrame, start: date, end: date) -> pd.Series:
    return records["on"].between(pd.Timestamp(start), pd.Timestamp(end)).fillna(False).astype(bool)


def _short(owners: pd.DataFrame) -> pd.DataFrame:
    if owners.empty:
        return pd.DataFrame({"id": [], "expected": [], "done": []})
    lacking = owners[owners["done"] < owners["expected"]].sort_values("started_on")
    last = lacking.drop_duplicates("owner", keep="last")
    return last.rename(columns={"staff_id": "id"})[["id", "expected", "done"]].reset_index(drop=True)
