"""Duties: who holds each, how often it was expected of them, how often it was done, and so its state."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd

from qaf_lib.analysis import results_table
from qaf_lib.counting.reach import SoFar, so_far
from qaf_lib.counting.spans import Every, Span, Year, expected_times, posts, share_in_post, spans_of
from qaf_lib.counting.tables import check_words, count_row, holds
from qaf_lib.dates import Period
from qaf_lib.errors import InputError
from qaf_lib.sampling.checks import check_columns, check_counts

DUTY_STATES = (
    *("met", "partly met", "not met", "on track", "behind"),
    *("on record", "nothing on record", "not due"),
)
"""Every state of a duty: of a number that is due, of a number not yet due, and of a duty without one."""

_ALL = "the council"


@dataclass(frozen=True)
class DutyRequirement:
    """What a duty asks, in numbers.

    `roles` are the posts that hold it; none for a body outside the staff table, which counts as one post.
    One is expected of `each` post, subject (of `subject_roles`), team, or the council, so many `times`
    `every` span; both missing where the framework gives no number. `year` is the year that half years and
    years are parts of, `due_month` the month by whose end a yearly duty is due. With `pro_rata` fewer times
    of those in post for part of the span; else all times of whoever is there at its end. `by_holders`: only
    records made by holders count (audits and moderations). Nothing is asked in `excused_months` (1 to 12).
    """

    roles: tuple[str, ...] = ()
    each: Literal["post", "subject", "team", "council"] = "post"
    subject_roles: tuple[str, ...] = ()
    times: int | None = None
    every: Every | None = None
    year: Year = "financial"
    due_month: int | None = None
    pro_rata: bool = True
    by_holders: bool = False
    excused_months: tuple[int, ...] = ()


@dataclass(frozen=True)
class DutyCount:
    """One duty counted: whose it is, how many of them a record reaches, what was expected and what is there.

    `expected` is missing for a duty without a number. `events` are all records in the spans counted, `done`
    those that stand for something expected. `so_far` says what the part of an unfinished span asks.
    `due_on` is the day the duty next falls due, or last did. `short` lists those of whom more was expected
    than was done: `id`, `expected`, `done`.
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


def not_left_out(*, people: pd.DataFrame, services: Collection[str], teams: Collection[str]) -> pd.DataFrame:
    """The people of a staff table, but for those of services and teams that a duty leaves out.

    Examples
    --------
    >>> people = pd.DataFrame({"service": ["Care", "Need"], "team_id": ["T1", "T2"]})
    >>> not_left_out(people=people, services=["Need"], teams=[])["team_id"].tolist()
    ['T1']
    """
    check_columns(["service", "team_id"], people=people)
    return people[~holds(people["service"].isin(list(services)) | people["team_id"].isin(list(teams)))]


def exempt_from(*, exemptions: pd.DataFrame, duty_id: str) -> pd.DataFrame:
    """Exemptions from one duty: those that name it, and those that name none and are from all.

    Examples
    --------
    >>> exemptions = pd.DataFrame({"staff_id": ["a", "b", "c"], "duty_id": ["D1", None, "D2"]})
    >>> exempt_from(exemptions=exemptions, duty_id="D1")["staff_id"].tolist()
    ['a', 'b']
    """
    check_columns(["duty_id"], exemptions=exemptions)
    return exemptions[holds(exemptions["duty_id"].eq(duty_id)) | exemptions["duty_id"].isna()]


def owners_of(*, asked: DutyRequirement, people: pd.DataFrame, teams: Sequence[str]) -> pd.DataFrame:
    """Of whom or what a duty is expected, as `owner`: one row per person of a post, person, team, or for all.

    `teams` are those that one is expected of where `each` is team. Teams and the council are always in
    post; a role that the staff table does not know is one post, always held.

    Examples
    --------
    >>> nobody = pd.DataFrame({"staff_id": [], "role": [], "team_id": [], "started_on": [], "left_on": []})
    >>> owners_of(asked=DutyRequirement(each="team"), people=nobody, teams=["T1", "T2"])["owner"].tolist()
    ['T1', 'T2']
    """
    check_columns(["staff_id", "role", "team_id", "started_on", "left_on"], people=people)
    holders = people[people["role"].isin(asked.roles)]
    if asked.each == "subject":
        subjects = people[people["role"].isin(asked.subject_roles)]
        return subjects.assign(owner=subjects["staff_id"])
    if asked.each == "post" and len(holders):
        return holders.assign(owner=posts(holders))
    names = list(teams) if asked.each == "team" else [_ALL]
    always = {"started_on": pd.Timestamp("1900-01-01"), "left_on": pd.NaT}
    return pd.DataFrame({"owner": names, "staff_id": names, "team_id": names}).assign(**always)


def tally(
    *,
    asked: DutyRequirement,
    people: pd.DataFrame,
    teams: Sequence[str],
    records: pd.DataFrame,
    period: Period,
    exempt: pd.DataFrame | None = None,
) -> DutyCount:
    """Count one duty in a period.

    A duty is counted span by span: one done three times in July does not stand for August. What somebody
    did beyond what was expected of them covers for nobody else. People who follow one another in a role
    and team hold one post. Where no span ends in the period, the span under way is counted so far. A duty
    without a number is never met: its records are counted, and how many of its holders they are of.

    `records` could show the duty and are of any time: `on` (missing where planned and not done), `by_id`,
    `by_post`, `subject_id`, `team_id`; none at all means that nothing can be said.

    Examples
    --------
    >>> from qaf_lib.dates import parse_period
    >>> people = pd.DataFrame({"staff_id": ["d"], "role": ["Deputy Director"], "team_id": ["T"]})
    >>> people = people.assign(started_on=pd.Timestamp("2020-01-01"), left_on=pd.NaT)
    >>> held = pd.DataFrame({"on": pd.to_datetime(["2026-07-10", "2026-09-10", "2026-09-20"]), "by_id": "d"})
    >>> held = held.assign(by_post=None, subject_id=None, team_id=None)
    >>> found = tally(
    ...     asked=DutyRequirement(roles=("Deputy Director",), times=1, every="month"),
    ...     people=people, teams=[], records=held, period=parse_period("2026-27 Q2"),
    ... )
    >>> found.done, found.expected, found.state
    (2, 3, 'partly met')
    """
    check_columns(["on", "by_id", "by_post", "subject_id", "team_id"], records=records)
    owners = owners_of(asked=asked, people=people, teams=teams)
    counted, holders = records, people.loc[people["role"].isin(asked.roles), "staff_id"]
    if asked.by_holders and len(holders):
        counted = records[records["by_id"].isin(holders).astype(bool)]
    owned = counted.assign(owner=_owner_of(counted, asked, owners))
    if asked.times is None or asked.every is None:
        return _on_record(owners, owned, period)
    spans = spans_of(every=asked.every, period=period, year=asked.year, due_month=asked.due_month)
    parts = [_of_span(asked, asked.times, owners, owned, span, period, exempt) for span in spans]
    each = pd.concat(parts).groupby(level=0).sum()
    expected, done = int(each["expected"].sum()), int(each["done"].sum())
    due = max(span.due for span in spans)
    under_way = None
    if due > period.end:
        under_way = so_far(asked=_asked_so_far(asked, each, owners, spans[-1], period), done=each["done"])
    kept = len(records) > 0 and len(owners) > 0
    state = state_of(expected=expected, done=done, kept=kept, under_way=under_way)
    lacking = owners.assign(**{name: owners["owner"].map(each[name]) for name in ("expected", "done")})
    within = owned[_within(owned, min(span.start for span in spans), period.end)]
    asked_of = each.index[each["expected"] > 0]
    return DutyCount(
        holders=len(asked_of),
        reached=int(asked_of.isin(within["owner"]).sum()),
        events=len(within),
        expected=expected,
        done=done,
        so_far=under_way,
        state="nothing on record" if owners.empty else state,
        due_on=due,
        short=_short(lacking),
    )


def state_of(*, expected: int, done: int, kept: bool, under_way: SoFar | None = None) -> str:
    """The state of something expected so many times and, of these, done so many.

    `kept` tells whether any record was kept that could show it; `under_way` what is asked by now, where the
    day by which all is expected has not come.

    Examples
    --------
    >>> state_of(expected=3, done=0, kept=True), state_of(expected=3, done=0, kept=False)
    ('not met', 'nothing on record')
    >>> state_of(expected=12, done=5, kept=True, under_way=SoFar(due=6, done=5, kept_pace=0, asked=1))
    'behind'
    """
    check_counts(least=0, done=done, expected=expected)
    if done > expected:
        raise InputError(f"done must be between 0 and expected ({expected}); got {done}")
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
    """Duties in each state by `who` holds them; the row `all` counts each duty once.

    One row per duty: `who` and `state`; duties that repeat another are left out beforehand.

    Examples
    --------
    >>> duties = pd.DataFrame({"who": ["Director", "Director"], "state": ["met", "not due"]})
    >>> table = duty_states(duties=duties, table_id="duties")
    >>> table.loc[table["row_key"] == "Director", "x"].tolist()
    [1, 0, 0, 0, 0, 0, 0, 1]
    """
    check_columns(["who", "state"], duties=duties)
    check_words("states", duties["state"], DUTY_STATES)
    groups = [("all", duties), *((who, duties[duties["who"] == who]) for who in duties["who"].unique())]
    rows = []
    for who, group in groups:
        n = len(group)
        for state in DUTY_STATES:
            x = int((group["state"] == state).sum())
            rows.append(count_row(table_id, who, state, x, n, population=n, speaks_of="these_cases"))
    return results_table(rows)


def _owner_of(records: pd.DataFrame, asked: DutyRequirement, owners: pd.DataFrame) -> pd.Series:
    """Whose record each is; missing where it cannot be told or is somebody else's.

    A record without the person who made it counts for the only post of its team, or the only post there is:
    the kit's own reading of the duty log (docs/methods.md, duties and coverage).
    """
    if asked.each in ("subject", "team"):
        own = records["subject_id" if asked.each == "subject" else "team_id"]
        return own.where(own.isin(owners["owner"])).astype("string")
    if owners["owner"].tolist() == [_ALL]:
        return pd.Series(_ALL, index=records.index, dtype="string")
    by_person = dict(zip(owners["staff_id"], owners["owner"], strict=True))
    in_team = owners.drop_duplicates("owner").drop_duplicates("team_id", keep=False)
    by_team = dict(zip(in_team["team_id"], in_team["owner"], strict=True))
    names = owners["owner"].unique()
    only = names[0] if len(names) == 1 else pd.NA
    of_team = records["team_id"].map(by_team).astype("string").fillna(only)
    anonymous = records["by_id"].isna() & (records["by_post"].isna() | records["by_post"].isin(asked.roles))
    return records["by_id"].map(by_person).astype("string").where(~anonymous, of_team)


def _on_record(owners: pd.DataFrame, owned: pd.DataFrame, period: Period) -> DutyCount:
    """A duty without a number: its records in the period, and how many of its holders they are of."""
    within = owned[_within(owned, period.start, period.end)]
    there = share_in_post(people=owners, start=period.start, end=period.end) > 0
    names = owners.loc[there, "owner"].unique()
    return DutyCount(
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
    asked: DutyRequirement,
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
    asked: DutyRequirement, each: pd.DataFrame, owners: pd.DataFrame, span: Span, period: Period
) -> pd.Series:
    """Times that the part of a span up to the period's end asks of each owner, not rounded."""
    share = ((period.end - span.start).days + 1) / ((span.due - span.start).days + 1)
    if asked.pro_rata:
        there = share_in_post(people=owners, start=span.start, end=period.end).groupby(owners["owner"]).sum()
        wanted = (asked.times or 0) * share * there.clip(upper=1).reindex(each.index)
        return wanted.clip(upper=each["expected"])
    return each["expected"] * share


def _within(records: pd.DataFrame, start: date, end: date) -> pd.Series:
    return holds(records["on"].between(pd.Timestamp(start), pd.Timestamp(end)))


def _short(owners: pd.DataFrame) -> pd.DataFrame:
    if owners.empty:
        return pd.DataFrame({"id": [], "expected": [], "done": []})
    lacking = owners[owners["done"] < owners["expected"]].sort_values("started_on")
    last = lacking.drop_duplicates("owner", keep="last")
    return last.rename(columns={"staff_id": "id"})[["id", "expected", "done"]].reset_index(drop=True)
