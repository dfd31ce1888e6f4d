"""Coverage: how many of those who should be reached have been, a full count without sampling error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from qaf_lib.analysis.results import counted_share, results_table

__all__ = ["SoFar", "coverage", "pace", "so_far", "still_to_reach"]

_NEARLY = 1e-9


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
    """What the part of a span that is over asks, and how much of it was done.

    What one person had beyond the own part stands for nobody else.

    Parameters
    ----------
    asked : Series
        Times that the part so far asks of each, by id; not rounded.
    done : Series
        Times done for each, by id; ids not asked are left out.

    References
    ----------
    Pro rata by days: a full count.

    Examples
    --------
    Half a year of 12: six each. One had eight, one five, and the eight do not make up for the five:

    >>> asked = pd.Series({"a": 6.0, "b": 6.0})
    >>> so_far(asked=asked, done=pd.Series({"a": 8, "b": 5}))
    SoFar(due=12, done=11, kept_pace=1, asked=2)
    """
    had = done.reindex(asked.index).fillna(0)
    whole = np.floor(asked + _NEARLY)
    return SoFar(
        due=int(np.floor(asked.sum() + _NEARLY)),
        done=int(had.clip(upper=np.ceil(asked - _NEARLY)).sum()),
        kept_pace=int(((whole >= 1) & (had >= whole)).sum()),
        asked=int((whole >= 1).sum()),
    )


def coverage(
    *, expected: pd.DataFrame, done: pd.Series, times: int, table_id: str, by: str | None = None
) -> pd.DataFrame:
    """Share of those expected who were reached at least `times` times.

    Parameters
    ----------
    expected : DataFrame
        One row per case or person to reach: `id` and, with `by`, the column to group by; `asked`, where
        it is there, is how many times that one is to be reached, instead of `times`.
    done : Series
        Times reached, by id; ids that are not expected are left out.
    times : int
        Times that count as covered (count).
    table_id : str
        Names the result table.
    by : str, optional
        Column of `expected`; one row per value beside the row `all`. A blank is `not recorded`.

    Returns
    -------
    DataFrame
        A result table; measure `covered`, x of n, the estimate without an interval.

    Raises
    ------
    ValueError
        If an id is expected twice or `times` is below 1.

    References
    ----------
    A full count has no sampling error: Cochran, W. G. (1977). Sampling Techniques, 3rd ed., Wiley, 1.3.

    Examples
    --------
    >>> expected = pd.DataFrame({"id": ["a", "b", "c"]})
    >>> table = coverage(expected=expected, done=pd.Series({"a": 1, "c": 2}), times=1, table_id="coverage")
    >>> table[["row_key", "x", "n"]].to_numpy().tolist()
    [['all', 2, 3]]
    """
    still = still_to_reach(expected=expected, done=done, times=times)
    reached = ~expected["id"].isin(still["id"])
    groups = [("all", reached)]
    if by is not None:
        labels = expected[by].astype("string").fillna("not recorded")
        groups += [(str(label), reached[labels == label]) for label in sorted(labels.unique())]
    return results_table(_row(table_id, label, group) for label, group in groups)


def still_to_reach(*, expected: pd.DataFrame, done: pd.Series, times: int) -> pd.DataFrame:
    """Those who were not reached as often as asked, for restricted lists.

    Parameters
    ----------
    expected, done, times
        As for `coverage`.

    Returns
    -------
    DataFrame
        The rows of `expected` not yet reached, with `asked`, `done` and `to_do` (counts).

    Raises
    ------
    ValueError
        If an id is expected twice or `times` is below 1.

    References
    ----------
    A full count, as `coverage`.

    Examples
    --------
    >>> expected = pd.DataFrame({"id": ["a", "b"]})
    >>> still_to_reach(expected=expected, done=pd.Series({"a": 1}), times=2)["to_do"].tolist()
    [1, 2]
    """
    if expected["id"].duplicated().any():
        raise ValueError(f"{int(expected['id'].duplicated().sum())} ids are expected twice")
    if times < 1:
        raise ValueError(f"`times` must be at least 1; got {times}")
    asked = expected["asked"] if "asked" in expected else pd.Series(times, index=expected.index)
    counted = expected["id"].map(done.astype("Float64")).fillna(0).astype("int64")
    listed = expected.assign(asked=asked.astype("int64"), done=counted, to_do=(asked - counted).clip(lower=0))
    return listed[listed["to_do"] > 0].reset_index(drop=True)


def pace(
    *, to_do: int, of: int, months: int, hours_each: float | None, hours_there: float, table_id: str
) -> pd.DataFrame:
    """How many a month reach everybody by the year's end, and whether the auditors' hours allow it.

    Parameters
    ----------
    to_do, of : int
        Still to do, of how many in the whole year (counts).
    months : int
        Whole months left in the year.
    hours_each : float or None
        Hours that one takes; None where it is no audit.
    hours_there : float
        Auditors' hours in the months left; 0 where the staff table names none.
    table_id : str
        Names the result table.

    Returns
    -------
    DataFrame
        A result table of measures `a_month`, `hours_needed` and `hours_there`; the estimate is a number a
        month or of hours, `x` what is still to do. `hours_there` has mark x where no hours are known.

    Raises
    ------
    ValueError
        If `months` is negative.

    References
    ----------
    Arithmetic on a full count: what is left over the months left, rounded up.

    Examples
    --------
    31 audits left for 3 months are 11 a month; at 4 hours each they take 124 hours:

    >>> table = pace(to_do=31, of=90, months=3, hours_each=4, hours_there=120, table_id="t")
    >>> table["estimate"].tolist()
    [11.0, 124.0, 120.0]
    """
    if months < 0:
        raise ValueError(f"`months` must not be negative; got {months}")
    rows: list[dict[str, object]] = [
        {"measure": "a_month", "x": to_do, "n": of, "estimate": -(-to_do // months) if months else to_do}
    ]
    if hours_each is not None:
        known = (
            {"estimate": hours_there}
            if hours_there
            else {"mark": "x", "method": "no auditors' hours in the staff table"}
        )
        rows += [
            {"measure": "hours_needed", "x": to_do, "n": of, "estimate": to_do * hours_each},
            {"measure": "hours_there", **known},
        ]
    return results_table(
        {"table_id": table_id, "row_key": "all", "method": "full count", **row} for row in rows
    )


def _row(table_id: str, label: str, reached: pd.Series) -> dict[str, object]:
    n = len(reached)
    method = "full count" if n else "nobody to reach"
    key = {"table_id": table_id, "row_key": label, "measure": "covered"}
    return counted_share(**key, x=int(reached.sum()), n=n, method=method)
