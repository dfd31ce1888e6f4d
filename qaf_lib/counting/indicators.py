"""Performance indicators against their targets, and shares that a sample estimates against theirs."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from qaf_lib.analysis import counted_share, results_table
from qaf_lib.analysis.checks import check_part
from qaf_lib.counting.tables import NEARLY
from qaf_lib.errors import InputError
from qaf_lib.sampling.checks import check_columns

Better = Literal["higher", "lower"]
TargetVerdict = Literal["met", "within", "beyond", "missed", "too few"]


def target_state(*, x: int, n: int, target: float | None, better: Better) -> str:
    """Whether a share is as good as its target: "met", "not met", "no target" or "no figure" (`n` is 0).

    Examples
    --------
    >>> target_state(x=80, n=100, target=0.80, better="higher")
    'met'
    """
    check_part(x, n)
    if n == 0:
        return "no figure"
    if target is None:
        return "no target"
    reached = x / n >= target - NEARLY if better == "higher" else x / n <= target + NEARLY
    return "met" if reached else "not met"


def whole_figures(*, figures: pd.DataFrame) -> pd.DataFrame:
    """Each indicator's figure for the whole council by period: its own row, else the sum of the teams'.

    The own row is the last without a `team_id`; `target` is the first that a row names.

    Examples
    --------
    >>> figures = pd.DataFrame({"indicator_id": "i", "period": "2026", "team_id": ["T1", "T2"]})
    >>> figures = figures.assign(numerator=[1, 2], denominator=[4, 5], target=[0.5, None])
    >>> whole_figures(figures=figures).to_numpy().tolist()
    [['i', '2026', 3, 9, 0.5]]
    """
    key, counts = ["indicator_id", "period"], ["numerator", "denominator", "target"]
    check_columns([*key, "team_id", *counts], figures=figures)
    own = figures[figures["team_id"].isna()].drop_duplicates(key, keep="last")
    has_own = pd.MultiIndex.from_frame(figures[key]).isin(pd.MultiIndex.from_frame(own[key]))
    counted = pd.concat([own, figures[~has_own]], ignore_index=True)
    sums = counted.groupby(key, as_index=False, sort=True).agg(
        numerator=("numerator", "sum"), denominator=("denominator", "sum"), target=("target", "first")
    )
    return sums[[*key, *counts]]


def indicator_figures(*, figures: pd.DataFrame, table_id: str) -> pd.DataFrame:
    """Figures as a result: `method` is the state against the `target`, as `target_state` tells it.

    `figures` has `row_key`, `measure`, `numerator`, `denominator`, `target` (fraction) and `better`.

    Examples
    --------
    >>> row = {"row_key": "plans", "measure": "share", "numerator": 3, "denominator": 4, "target": 0.8}
    >>> found = indicator_figures(figures=pd.DataFrame([{**row, "better": "higher"}]), table_id="t")
    >>> found[["x", "n", "estimate", "method"]].to_numpy().tolist()
    [[3, 4, 0.75, 'not met']]
    """
    columns = ["row_key", "measure", "numerator", "denominator", "target", "better"]
    check_columns(columns, figures=figures)
    rows = []
    for row in figures.to_dict("records"):
        x, n = int(row["numerator"]), int(row["denominator"])
        target = None if pd.isna(row["target"]) else float(row["target"])
        key = {"table_id": table_id, "row_key": str(row["row_key"]), "measure": str(row["measure"])}
        state = target_state(x=x, n=n, target=target, better=row["better"])
        rows.append(counted_share(**key, x=x, n=n, method=state))
    return results_table(rows)


def target_verdict(
    *,
    estimate: float | None,
    low: float | None,
    high: float | None,
    at_most: float | None = None,
    at_least: float | None = None,
) -> TargetVerdict:
    """How a share with an interval stands to a target, of which exactly one is given (fractions).

    "met" or "missed" where the whole interval lies on that side of the target (a bound on the target
    meets it); "within" or "beyond" where the share alone does, so that chance may explain it; "too few"
    where there is no interval.

    Examples
    --------
    >>> target_verdict(estimate=0.22, low=0.14, high=0.33, at_most=0.10)
    'missed'
    >>> target_verdict(estimate=0.12, low=0.06, high=0.22, at_most=0.10)
    'beyond'
    """
    if (at_most is None) == (at_least is None):
        raise InputError("give exactly one of at_most and at_least")
    if estimate is None or low is None or high is None:
        return "too few"
    if at_most is None:
        estimate, low, high, bound = -estimate, -high, -low, -float(at_least or 0)
    else:
        bound = at_most
    if high <= bound:
        return "met"
    if low > bound:
        return "missed"
    return "within" if estimate <= bound else "beyond"
