"""How many of those who should be reached have been, in what time the rest can be, and who waited longest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd

from qaf_lib.analysis import counted_share, results_table
from qaf_lib.counting.tables import NEARLY, count_row
from qaf_lib.errors import InputError
from qaf_lib.sampling.checks import check_columns, check_counts, check_series


@dataclass(frozen=True)
class SoFar:
    """Of a span that is not over: what its part so far asks in all, and what was done of that.

    `due` and `done` are times; `kept_pace` of `asked` people have had as many times as their own part asks,
    in whole times, `asked` being those of whom at least one is asked by now.
    """

    due: int
    done: int
    kept_pace: int
    asked: int


def so_far(*, asked: pd.Series, done: pd.Series) -> SoFar:
    """What the part of a span that is over asks (times by id, not rounded), and how much of it was done.

    What one person had beyond the own part stands for nobody else. Ids that are not asked are left out.

    Examples
    --------
    Half a year of 12: six each. One had eight, one five, and the eight do not make up for the five:

    >>> asked = pd.Series({"a": 6.0, "b": 6.0})
    >>> so_far(asked=asked, done=pd.Series({"a": 8, "b": 5}))
    SoFar(due=12, done=11, kept_pace=1, asked=2)
    """
    check_series(asked=asked, done=done)
    had = done.reindex(asked.index).fillna(0)
    whole = np.floor(asked + NEARLY)
    return SoFar(
        due=int(np.floor(asked.sum() + NEARLY)),
        done=int(had.clip(upper=np.ceil(asked - NEARLY)).sum()),
        kept_pace=int(((whole >= 1) & (had >= whole)).sum()),
        asked=int((whole >= 1).sum()),
    )


def coverage(*, expected: pd.DataFrame, done: pd.Series, times: int, table_id: str, by: str) -> pd.DataFrame:
    """Share of those expected who were reached as often as asked, `covered`: of all, then by a column.

    `expected` and `done` are as for `still_to_reach`; a blank in the column is "not recorded".

    Examples
    --------
    >>> expected = pd.DataFrame({"id": ["a", "b", "c"], "team": ["T1", "T1", "T2"]})
    >>> done = pd.Series({"a": 1, "c": 2})
    >>> table = coverage(expected=expected, done=done, times=1, table_id="coverage", by="team")
    >>> table[["row_key", "x", "n"]].to_numpy().tolist()
    [['all', 2, 3], ['T1', 1, 2], ['T2', 1, 1]]
    """
    check_columns([by], expected=expected)
    still = still_to_reach(expected=expected, done=done, times=times)
    reached = ~expected["id"].isin(still["id"])
    labels = expected[by].astype("string").fillna("not recorded")
    groups = [("all", reached)]
    groups += [(str(label), reached[labels == label]) for label in sorted(labels.unique())]
    rows = []
    for label, group in groups:
        key = {"table_id": table_id, "row_key": label, "measure": "covered"}
        method = "full count" if len(group) else "nobody to reach"
        rows.append(counted_share(**key, x=int(group.sum()), n=len(group), method=method))
    return results_table(rows)


def still_to_reach(*, expected: pd.DataFrame, done: pd.Series, times: int) -> pd.DataFrame:
    """Those of `expected` who were not reached as often as asked, with `asked`, `done` and `to_do`.

    Each `id` is to be reached `times` times, or as often as its own `asked` says where there is that column.
    `done` gives times by id; ids that are not expected are left out.

    Examples
    --------
    >>> expected = pd.DataFrame({"id": ["a", "b"]})
    >>> still_to_reach(expected=expected, done=pd.Series({"a": 1}), times=2)["to_do"].tolist()
    [1, 2]
    """
    check_columns(["id"], expected=expected)
    check_series(done=done)
    check_counts(times=times)
    if expected["id"].duplicated().any():
        raise InputError(f"{int(expected['id'].duplicated().sum())} ids are expected twice")
    asked = expected["asked"] if "asked" in expected else pd.Series(times, index=expected.index)
    counted = expected["id"].map(done.astype("Float64")).fillna(0).astype("int64")
    listed = expected.assign(asked=asked.astype("int64"), done=counted, to_do=(asked - counted).clip(lower=0))
    return listed[listed["to_do"] > 0].reset_index(drop=True)


def pace(
    *, to_do: int, of: int, months: int, hours_each: float | None, hours_there: float, table_id: str
) -> pd.DataFrame:
    """How many a month reach everybody by the year's end, and whether the auditors' hours allow it.

    `to_do`, of so many in the whole year, are left for so many whole `months`. `hours_each` is what one
    takes, None where it is no audit; `hours_there` are the auditors' in the months left, 0 where the staff
    table names none (the row is marked "x"). The estimate is a number a month, or hours.

    Examples
    --------
    31 audits left for 3 months are 11 a month; at 4 hours each they take 124 hours:

    >>> table = pace(to_do=31, of=90, months=3, hours_each=4, hours_there=120, table_id="t")
    >>> table["estimate"].tolist()
    [11.0, 124.0, 120.0]
    """
    check_counts(least=0, to_do=to_do, months=months)
    a_month = -(-to_do // months) if months else to_do
    rows = [count_row(table_id, "all", "a_month", to_do, of, estimate=a_month)]
    if hours_each is not None:
        rows.append(count_row(table_id, "all", "hours_needed", to_do, of, estimate=to_do * hours_each))
        there = count_row(table_id, "all", "hours_there", None, estimate=hours_there)
        nobody = {"estimate": None, "mark": "x", "method": "no auditors' hours in the staff table"}
        rows.append(there if hours_there else there | nobody)
    return results_table(rows)


def longest_gaps(
    *, people: pd.DataFrame, events: pd.DataFrame, days: int, start: date, end: date
) -> pd.DataFrame:
    """The `longest` run of days without an event of each person, within a period, and whether it is `over`.

    Counted from the start in post or of the period to the first event, from one event to the next, and
    from the last to the end. A gap that began before the period is counted from its first day where the
    days allowed ran out in the period; where they ran out before, the last period has told of it. With 14
    `days` a gap of 14 is kept and one of 15 is over. The rule holds for a person (`id`) from `started_on`
    `until` a day; only those for whom it holds on some day of the period are there.

    Examples
    --------
    >>> person = pd.DataFrame({"id": ["a"], "started_on": ["2026-01-05"], "until": ["2026-12-31"]})
    >>> person[["started_on", "until"]] = person[["started_on", "until"]].apply(pd.to_datetime)
    >>> held = pd.DataFrame({"id": "a", "on": pd.to_datetime(["2026-07-10", "2026-07-24", "2026-08-08"])})
    >>> span = {"start": date(2026, 7, 1), "end": date(2026, 8, 20)}
    >>> longest_gaps(people=person, events=held, days=14, **span)[["longest", "over"]].to_numpy().tolist()
    [[15, True]]
    """
    check_columns(["id", "started_on", "until"], people=people)
    check_columns(["id", "on"], events=events)
    check_counts(days=days)
    first = people["started_on"].clip(lower=pd.Timestamp(start))
    last = people["until"].fillna(pd.Timestamp(end)).clip(upper=pd.Timestamp(end))
    watched = people.assign(first=first, last=last)[first <= last]
    held = events.dropna(subset=["id", "on"])
    by_id = {str(person): sorted(group["on"]) for person, group in held.groupby("id")}
    longest = [
        _longest(by_id.get(str(person.id), []), person.started_on, person.first, person.last, days)
        for person in watched.itertuples()
    ]
    found = watched[["id"]].assign(longest=pd.Series(longest, index=watched.index, dtype="int64"))
    return found.assign(over=found["longest"] > days).reset_index(drop=True)


def _longest(
    held: list[pd.Timestamp], started: pd.Timestamp, first: pd.Timestamp, last: pd.Timestamp, days: int
) -> int:
    before = [max(day, started) for day in held if started <= day < first]
    running = bool(before) and (first - before[-1]).days <= days
    marks = [before[-1] if running else first, *(day for day in held if first <= day <= last), last]
    return max(int((two - one).days) for one, two in pairwise(marks))


def gap_counts(*, gaps: pd.DataFrame, table_id: str, row_key: str) -> pd.DataFrame:
    """How many people were `within` what is allowed and `over` it, and the `longest` gap of all (days).

    Examples
    --------
    >>> gaps = pd.DataFrame({"id": ["a", "b"], "longest": [14, 15], "over": [False, True]})
    >>> gap_counts(gaps=gaps, table_id="t", row_key="nqsw")["x"].tolist()[:2]
    [1, 1]
    """
    check_columns(["longest", "over"], gaps=gaps)
    n, over = len(gaps), int(gaps["over"].sum())
    method = "full count" if n else "nobody for whom the rule holds"
    key = {"table_id": table_id, "row_key": row_key, "method": method}
    longest = float(gaps["longest"].max()) if n else None
    of_all = {"measure": "longest", "n": n, "estimate": longest, "mark": "" if n else "z"}
    return results_table(
        [
            counted_share(**key, measure="within", x=n - over, n=n),
            counted_share(**key, measure="over", x=over, n=n),
            {**key, **of_all, "speaks_of": "these_cases"},
        ]
    )
