"""Whether actions worked: problems met again, audits without an action, and cases with one and without."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from math import hypot
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pandas as pd

from qaf_lib.analysis import (
    Interval,
    counted_share,
    joint_counts,
    results_table,
    share_interval,
    superiority,
    van_elteren,
)
from qaf_lib.analysis.intervals import newcombe_difference, wilson_limits
from qaf_lib.counting.actions import DONE
from qaf_lib.counting.tables import days_of, holds, whole_and_groups
from qaf_lib.sampling.checks import check_columns

_CAUTION = "actions were not given by chance"
_QUANTILE = NormalDist().inv_cdf(0.975)


def met_again(*, states: pd.DataFrame, events: pd.DataFrame, start: date, table_id: str) -> pd.DataFrame:
    """Actions raised since a day for a problem that an earlier, finished action had dealt with.

    The problem is the same where theme and standard are, and where both actions are for the same case, the
    same team or the whole service. `states` has `raised_on`, `theme`, `standard_id`, `case_id` and `team_id`
    besides; an action is done on the day of its first completed or approved entry. "all themes", then each
    theme: `x` of `n` new actions that name a theme and a standard.

    References
    ----------
    Requirement LEE-142 (problems kept from recurring).

    Examples
    --------
    >>> states = pd.DataFrame({"action_id": ["a", "b"], "theme": "Plan", "standard_id": "S", "team_id": "T1"})
    >>> states = states.assign(case_id=None, status=["approved", "open"])
    >>> states["raised_on"] = pd.to_datetime(["2026-01-01", "2026-05-01"])
    >>> events = pd.DataFrame({"action_id": ["a"], "status": ["completed"]})
    >>> events["on"] = pd.to_datetime(["2026-04-01"])
    >>> found = met_again(states=states, events=events, start=date(2026, 4, 1), table_id="t")
    >>> found[["row_key", "x", "n"]].to_numpy().tolist()
    [['all themes', 1, 1], ['Plan', 1, 1]]
    """
    again = earlier_done(states=states, events=events).notna()
    new = states.dropna(subset=["theme", "standard_id"])
    new = new[holds(new["raised_on"] >= pd.Timestamp(start))]
    groups = whole_and_groups("all themes", again.reindex(new.index), new["theme"].astype("string"))
    return results_table(
        counted_share(table_id=table_id, row_key=name, measure="met_again", x=int(part.sum()), n=len(part))
        for name, part in groups
    )


def earlier_done(*, states: pd.DataFrame, events: pd.DataFrame) -> pd.Series:
    """For each action, the last day before it was raised on which one for the same problem was finished.

    Missing where the problem, as `met_again` tells it, is not met again.

    Examples
    --------
    >>> states = pd.DataFrame({"action_id": ["a", "b"], "theme": "Plan", "standard_id": "S", "case_id": "c"})
    >>> states = states.assign(team_id=None, raised_on=pd.to_datetime(["2026-01-01", "2026-05-01"]))
    >>> events = pd.DataFrame({"action_id": ["a"], "status": ["approved"]})
    >>> events["on"] = pd.to_datetime(["2026-04-01"])
    >>> earlier_done(states=states, events=events).dt.day.tolist()[1]
    1.0
    """
    needed = ["action_id", "raised_on", "theme", "standard_id", "case_id", "team_id"]
    check_columns(needed, states=states)
    check_columns(["action_id", "on", "status"], events=events)
    ends = events[events["status"].isin(DONE)].groupby("action_id")["on"].min()
    known = states.dropna(subset=["theme", "standard_id"])
    problem = known[["theme", "standard_id"]].astype("string").assign(place=_place(known))
    own = problem.assign(at=known.index, raised_on=known["raised_on"])
    done = problem.assign(done_on=days_of(known["action_id"], ends)).dropna(subset=["done_on"])
    met = own.merge(done, on=["theme", "standard_id", "place"])
    met = met[holds(met["done_on"] < met["raised_on"])]
    return pd.to_datetime(met.groupby("at")["done_on"].max().reindex(states.index))


def _place(actions: pd.DataFrame) -> pd.Series:
    """What an action is for: its case, else its team, else the service."""
    case = "case " + actions["case_id"].astype("string")
    return case.fillna("team " + actions["team_id"].astype("string")).fillna("service")


def not_acted_on(*, audits: pd.DataFrame, actions: pd.DataFrame) -> pd.Series:
    """Whether no action came from each audit.

    An action (`source_id`, `case_id`, `raised_on`) belongs to an audit (`audit_id`, `case_id`, `audited_on`)
    that is its source, or to that of the same case where it was raised on the day of the audit or later.

    Examples
    --------
    >>> audits = pd.DataFrame({"audit_id": ["a", "b"], "case_id": ["c", "d"]})
    >>> audits["audited_on"] = pd.Timestamp("2026-07-01")
    >>> actions = pd.DataFrame({"source_id": ["a"], "case_id": [None]})
    >>> actions["raised_on"] = pd.to_datetime(["2026-07-02"])
    >>> not_acted_on(audits=audits, actions=actions).tolist()
    [False, True]
    """
    check_columns(["audit_id", "case_id", "audited_on"], audits=audits)
    check_columns(["source_id", "case_id", "raised_on"], actions=actions)
    last = actions.dropna(subset=["case_id"]).groupby("case_id")["raised_on"].max()
    of_case = holds(days_of(audits["case_id"], last) >= audits["audited_on"])
    return ~(audits["audit_id"].isin(actions["source_id"].dropna()) | of_case)


def without_action(
    *, audits: pd.DataFrame, actions: pd.DataFrame, bands: Mapping[str, Collection[str]], table_id: str
) -> pd.DataFrame:
    """Audits with a low `overall_grade` from which, as `not_acted_on` tells it, no action came.

    `bands` are the low grades by the name of their row.

    References
    ----------
    Requirement LEE-51 (a plan when a piece of work completes).

    Examples
    --------
    >>> audits = pd.DataFrame({"audit_id": ["a", "b"], "case_id": ["c", "d"], "overall_grade": "poor"})
    >>> audits["audited_on"] = pd.Timestamp("2026-07-01")
    >>> actions = pd.DataFrame({"source_id": ["a"], "case_id": ["c"]})
    >>> actions["raised_on"] = pd.to_datetime(["2026-07-02"])
    >>> found = without_action(audits=audits, actions=actions, bands={"low": ["poor"]}, table_id="t")
    >>> found[["row_key", "x", "n"]].to_numpy().tolist()
    [['low', 1, 2]]
    """
    check_columns(["overall_grade"], audits=audits)
    wanting = not_acted_on(audits=audits, actions=actions)
    rows = []
    for name, grades in bands.items():
        low = audits["overall_grade"].isin(list(grades))
        x, n = int((low & wanting).sum()), int(low.sum())
        rows.append(counted_share(table_id=table_id, row_key=name, measure="without", x=x, n=n))
    return results_table(rows)


def action_comparison(*, pairs: pd.DataFrame, grades: Sequence[str], table_id: str) -> pd.DataFrame:
    """Compare the change of cases with a completed action with the change of the others, at 95% confidence.

    Cases that were given an action had lower grades to begin with, and would do better on average
    anyhow; so the last measures compare cases of the same first grade. Even so actions were not given
    by chance, and a difference is no proof that they worked.

    One row of `pairs` per case: `before`, `after` and `acted` (whether an action for the case, or its team,
    was completed between the two audits); a row with any missing is left out. The result's rows "with
    action" and "without action" hold `better` and `worse` (shares of cases). Row "difference": `better`
    (with less without), `moved_further` (probability that a case with an action moved further up than one
    without; 0.5 where neither) and, among cases of the same first grade, `same_start` (difference of the
    shares better, weighted to the cases with an action) and `same_start_p` (van Elteren's probability).
    Marked "x", with the reason, where one is missing.

    References
    ----------
    As `newcombe_difference`, `superiority` and `van_elteren`.
    Rosenbaum, P. R. (2002). Observational Studies, 2nd ed., Springer, chapter 3 (adjusting for what
    was measured, and no more).

    Examples
    --------
    >>> pairs = pd.DataFrame({"before": ["poor"] * 20 + ["good"] * 20, "after": ["good"] * 36 + ["poor"] * 4})
    >>> pairs["acted"] = [True] * 15 + [False] * 25
    >>> found = action_comparison(pairs=pairs, grades=["poor", "good"], table_id="actions")
    >>> found.loc[found["row_key"] == "difference", ["measure", "estimate"]].round(2).to_numpy().tolist()[:2]
    [['better', 0.8], ['moved_further', 0.9]]
    """
    check_columns(["before", "after", "acted"], pairs=pairs)
    known = pairs.dropna(subset=["before", "after", "acted"])
    acted = known["acted"].astype(bool).to_numpy()
    tables = [joint_counts(pairs=known[part], grades=grades) for part in (acted, ~acted)]
    n = [int(table.sum()) for table in tables]
    better, worse = ([_moved(table, way) for table in tables] for way in (1, -1))
    rows: list[dict[str, object]] = []
    for place, name in enumerate(("with action", "without action")):
        for measure, x in (("better", better[place]), ("worse", worse[place])):
            found = share_interval(x=x, n=n[place])
            rows.append({"row_key": name, "measure": measure, "x": x, "n": n[place], **found.cells})
    difference = {
        "better": newcombe_difference(x1=better[0], n1=n[0], x2=better[1], n2=n[1]),
        "moved_further": _further(tables),
        "same_start": _same_start(tables),
        "same_start_p": _same_start_test(known.assign(acted=acted), grades),
    }
    for measure, interval in difference.items():
        if interval.estimate is None and 0 in n:
            missing = "with" if n[0] == 0 else "without"
            interval = replace(interval, method=f"no case {missing} a completed action")
        noted = replace(interval, method=f"{interval.method}; {_CAUTION}")
        rows.append({"row_key": "difference", "measure": measure, "n": sum(n), **noted.cells})
    names = {"table_id": table_id, "speaks_of": "our_practice"}
    return results_table({**names, **row} for row in rows)


def _moved(table: npt.NDArray[np.int64], way: int) -> int:
    """Cases that moved up (1) or down (-1)."""
    return int(np.triu(table, 1).sum() if way > 0 else np.tril(table, -1).sum())


def _further(tables: list[npt.NDArray[np.int64]]) -> Interval:
    """The probability that a case with an action moved further up than one without."""
    size = len(tables[0])
    steps = [str(step) for step in range(1 - size, size)]
    moves = [
        pd.Series(
            np.repeat(steps, [int(np.trace(table, offset=step)) for step in range(1 - size, size)]),
            dtype="object",
        )
        for table in tables
    ]
    return superiority(before=moves[1], after=moves[0], grades=steps)


def _same_start(tables: list[npt.NDArray[np.int64]]) -> Interval:
    """Difference of the shares better, first grade by first grade, weighted to the cases with an action."""
    starts = [table.sum(axis=1) for table in tables]
    shared = (starts[0] > 0) & (starts[1] > 0)
    if not shared.any():
        return Interval(None, None, None, "no first grade is shared")
    sizes = [start[shared].astype(np.float64) for start in starts]
    better = [np.triu(table, 1).sum(axis=1)[shared].astype(np.float64) for table in tables]
    weight = sizes[0] / sizes[0].sum()
    (p1, l1, u1), (p2, l2, u2) = (_standardised(weight, x, n) for x, n in zip(better, sizes, strict=True))
    method = f"same first grade, {int(sizes[0].sum())} of {int(starts[0].sum())} cases with action, Newcombe"
    low, high = p1 - p2 - hypot(p1 - l1, u2 - p2), p1 - p2 + hypot(u1 - p1, p2 - l2)
    return Interval(p1 - p2, low, high, method)


def _standardised(
    weight: npt.NDArray[np.float64], x: npt.NDArray[np.float64], n: npt.NDArray[np.float64]
) -> tuple[float, float, float]:
    """A weighted share with limits, its strata drawn a little from 0 and 1."""
    share, smooth = min(1.0, float((weight * x / n).sum())), (x + 0.5) / (n + 1)
    middle = float((weight * smooth).sum())
    effective = middle * (1 - middle) / float((weight**2 * smooth * (1 - smooth) / (n + 1)).sum())
    return share, *wilson_limits(share=share, effective_n=effective, quantile=_QUANTILE)


def _same_start_test(known: pd.DataFrame, grades: Sequence[str]) -> Interval:
    """Van Elteren's test of the second grades of cases with an action and without, by the first grade."""
    after = known.rename(columns={"after": "grade"})
    found = van_elteren(
        before=after[~after["acted"]], after=after[after["acted"]], stratum="before", grades=grades
    )
    return Interval(found.p, None, None, found.method)
