"""Did the cases or teams with a completed action improve more than the others?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import hypot
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pandas as pd

from qaf_lib.analysis.intervals import Interval, newcombe_difference, share_interval, wilson_limits
from qaf_lib.analysis.marginals import joint_counts
from qaf_lib.analysis.rank_sums import van_elteren
from qaf_lib.analysis.results import results_table
from qaf_lib.analysis.superiority import superiority

__all__ = ["action_comparison"]

_CAUTION = "actions were not given by chance"


def action_comparison(
    *, pairs: pd.DataFrame, grades: Sequence[str], table_id: str, confidence: float = 0.95
) -> pd.DataFrame:
    """Compare the change of cases with a completed action with the change of the others.

    Cases that were given an action had lower grades to begin with, and would do better on average
    anyhow; so the last measures compare cases of the same first grade. Even so actions were not given
    by chance, and a difference is no proof that they worked.

    Parameters
    ----------
    pairs : DataFrame
        `before`, `after` and `acted` (whether an action for the case, or its team, was completed
        between the two audits), one row per case; a row with any missing is left out.
    grades : sequence of str
        The scale, worst grade first.
    table_id : str
        Name of the result.
    confidence : float
        Two-sided confidence level (fraction).

    Returns
    -------
    DataFrame
        A result. Rows "with action" and "without action": `better` and `worse` (shares of cases). Row
        "difference": `better` (with less without), `moved_further` (probability that a case with an
        action moved further up than one without; 0.5 where neither) and, among cases of the same first
        grade, `same_start` (difference of the shares better, weighted to the cases with an action) and
        `same_start_p` (van Elteren's probability). Marked "x", with the reason, where one is missing.

    Raises
    ------
    ValueError
        If a grade is not on the scale or `confidence` is out of range.

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
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be a fraction between 0 and 1; got {confidence}")
    known = pairs.dropna(subset=["before", "after", "acted"])
    acted = known["acted"].astype(bool).to_numpy()
    tables = [joint_counts(pairs=known[part], grades=grades) for part in (acted, ~acted)]
    n = [int(table.sum()) for table in tables]
    better, worse = ([_moved(table, way) for table in tables] for way in (1, -1))
    rows: list[dict[str, object]] = []
    for place, name in enumerate(("with action", "without action")):
        for measure, x in (("better", better[place]), ("worse", worse[place])):
            found = share_interval(x=x, n=n[place], confidence=confidence)
            rows.append({"row_key": name, "measure": measure, "x": x, "n": n[place], **found.cells})
    difference = {
        "better": newcombe_difference(x1=better[0], n1=n[0], x2=better[1], n2=n[1], confidence=confidence),
        "moved_further": _further(tables, confidence),
        "same_start": _same_start(tables, confidence),
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


def _further(tables: list[npt.NDArray[np.int64]], confidence: float) -> Interval:
    size = len(tables[0])
    steps = [str(step) for step in range(1 - size, size)]
    moves = [
        pd.Series(
            np.repeat(steps, [int(np.trace(table, offset=step)) for step in range(1 - size, size)]),
            dtype="object",
        )
        for table in tables
    ]
    return superiority(before=moves[1], after=moves[0], grades=steps, confidence=confidence)


def _same_start(tables: list[npt.NDArray[np.int64]], confidence: float) -> Interval:
    """Difference of the shares better, first grade by first grade, weighted to the cases with an action."""
    starts = [table.sum(axis=1) for table in tables]
    shared = (starts[0] > 0) & (starts[1] > 0)
    if not shared.any():
        return Interval(None, None, None, "no first grade is shared")
    sizes = [start[shared].astype(np.float64) for start in starts]
    better = [np.triu(table, 1).sum(axis=1)[shared].astype(np.float64) for table in tables]
    weight = sizes[0] / sizes[0].sum()
    found = [_standardised(weight, x, n, confidence) for x, n in zip(better, sizes, strict=True)]
    (p1, l1, u1), (p2, l2, u2) = found
    method = f"same first grade, {int(sizes[0].sum())} of {int(starts[0].sum())} cases with action, Newcombe"
    low, high = p1 - p2 - hypot(p1 - l1, u2 - p2), p1 - p2 + hypot(u1 - p1, p2 - l2)
    return Interval(p1 - p2, low, high, method)


def _standardised(
    weight: npt.NDArray[np.float64],
    x: npt.NDArray[np.float64],
    n: npt.NDArray[np.float64],
    confidence: float,
) -> tuple[float, float, float]:
    """A weighted share with limits, its strata drawn a little from 0 and 1."""
    share, smooth = float((weight * x / n).sum()), (x + 0.5) / (n + 1)
    middle = float((weight * smooth).sum())
    effective = middle * (1 - middle) / float((weight**2 * smooth * (1 - smooth) / (n + 1)).sum())
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = min(1.0, share)
    return share, *wilson_limits(share=share, effective_n=effective, quantile=z)


def _same_start_test(known: pd.DataFrame, grades: Sequence[str]) -> Interval:
    after = known.rename(columns={"after": "grade"})
    found = van_elteren(
        before=after[~after["acted"]], after=after[after["acted"]], stratum="before", grades=grades
    )
    return Interval(found.p, None, None, found.method)
