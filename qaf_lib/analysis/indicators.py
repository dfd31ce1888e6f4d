"""Performance indicators: full counts against their targets."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from qaf_lib.analysis.results import counted_share, results_table

__all__ = ["TARGET_STATES", "Better", "indicator_figures", "target_state", "whole_figures"]

TARGET_STATES = ("met", "not met", "no target", "no figure")

Better = Literal["higher", "lower"]


def target_state(*, x: int, n: int, target: float | None, better: Better) -> str:
    """Whether a share is as good as its target: "met", "not met", "no target" or "no figure".

    Parameters
    ----------
    x, n : int
        Counted, of all (counts).
    target : float or None
        The target (fraction).
    better : str
        "higher" or "lower".

    Raises
    ------
    ValueError
        If a count is negative or x above n.

    References
    ----------
    A full count, so compared without an interval.

    Examples
    --------
    >>> target_state(x=80, n=100, target=0.80, better="higher")
    'met'
    """
    if n < 0 or not 0 <= x <= n:
        raise ValueError(f"x must be a count from 0 to n; got {x} of {n}")
    if n == 0:
        return "no figure"
    if target is None:
        return "no target"
    reached = x / n >= target - 1e-9 if better == "higher" else x / n <= target + 1e-9
    return "met" if reached else "not met"


def whole_figures(*, figures: pd.DataFrame) -> pd.DataFrame:
    """Each indicator's figure for the whole council by period: its own row, else the sum of the teams'.

    Parameters
    ----------
    figures : DataFrame
        `indicator_id`, `period`, `team_id` (missing for the whole council), `numerator`, `denominator`,
        `target`.

    Returns
    -------
    DataFrame
        `indicator_id`, `period`, `numerator`, `denominator`, `target` (the first that a row names).

    Raises
    ------
    KeyError
        If a column is missing.

    References
    ----------
    The kit's contract of `indicator`; see docs/data-dictionary.md.

    Examples
    --------
    >>> figures = pd.DataFrame({"indicator_id": "i", "period": "2026", "team_id": ["T1", "T2"]})
    >>> figures = figures.assign(numerator=[1, 2], denominator=[4, 5], target=[0.5, None])
    >>> whole_figures(figures=figures).to_numpy().tolist()
    [['i', '2026', 3, 9, 0.5]]
    """
    key = ["indicator_id", "period"]
    own = figures[figures["team_id"].isna()].drop_duplicates(key, keep="last")
    has_own = pd.MultiIndex.from_frame(figures[key]).isin(pd.MultiIndex.from_frame(own[key]))
    counted = pd.concat([own, figures[~has_own]], ignore_index=True)
    sums = counted.groupby(key, as_index=False, sort=True).agg(
        numerator=("numerator", "sum"), denominator=("denominator", "sum"), target=("target", "first")
    )
    return sums[[*key, "numerator", "denominator", "target"]]


def indicator_figures(*, figures: pd.DataFrame, table_id: str) -> pd.DataFrame:
    """Figures as a result: a row per `row_key` and `measure`, share and state against the target.

    Parameters
    ----------
    figures : DataFrame
        `row_key`, `measure`, `numerator`, `denominator`, `target` (fraction or missing), `better`.
    table_id : str
        Name of the result.

    Returns
    -------
    DataFrame
        A result without intervals; `method` is one of `TARGET_STATES`, and a figure of none is marked "z".

    Raises
    ------
    ValueError
        If a numerator is above its denominator.

    References
    ----------
    A full count.

    Examples
    --------
    >>> row = {"row_key": "plans", "measure": "share", "numerator": 3, "denominator": 4, "target": 0.8}
    >>> found = indicator_figures(figures=pd.DataFrame([{**row, "better": "higher"}]), table_id="t")
    >>> found[["x", "n", "estimate", "method"]].to_numpy().tolist()
    [[3, 4, 0.75, 'not met']]
    """
    rows = []
    for row in figures.to_dict("records"):
        x, n = int(row["numerator"]), int(row["denominator"])
        target = None if pd.isna(row["target"]) else float(row["target"])
        rows.append(
            counted_share(
                table_id=table_id,
                row_key=str(row["row_key"]),
                measure=str(row["measure"]),
                x=x,
                n=n,
                method=target_state(x=x, n=n, target=target, better=row["better"]),
            )
        )
    return results_table(rows)
