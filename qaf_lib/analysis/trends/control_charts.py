"""Control charts: single values about their mean (XmR), and shares over time (p and p-prime)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import chi2

from qaf_lib.analysis.checks import check_parts
from qaf_lib.analysis.intervals import mid_p_limits
from qaf_lib.analysis.trends.signals import Better, chart_table, labels_of, series_of
from qaf_lib.sampling.checks import check_columns

FEWEST_FOR_LIMITS = 12
"""Points that limits need; under it a run chart is the chart to draw."""

_LIMITS = 2.66
_SCREEN = 3.267
_THREE_SIGMA, _TWO_SIGMA = 0.9973002, 0.9544997
_PRIME_ABOVE = 50
_Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ProcessLimits:
    """Centre line and limits of a series, the mean moving range behind them, and why there are none."""

    centre: float | None
    low: float | None
    high: float | None
    mean_range: float | None
    method: str


def xmr_chart(
    *, values: pd.Series, table_id: str, better: Better = "higher", target: float | None = None
) -> pd.DataFrame:
    """Series about its mean with natural process limits, and what Making Data Count says of it, as practice.

    For measures that are not shares of audited cases, such as days, counts or indicators of all cases; shares
    of few cases vary with their number, and `p_chart` is for them. `values` are labelled by period in time
    order. Limits need 12 points: before that the run chart is the chart to draw.

    Per point `value`, whose `method` says "common cause" or names the special cause, and `limits` (the
    centre as estimate). For "phase 1", the whole series, `limits` with how they came about; for "latest"
    `variation` and `assurance` (against the `target`), the two icons in words.

    Examples
    --------
    >>> days = pd.Series([40.0, 44, 41, 43, 42, 40, 44, 42, 41, 43, 40, 60], index=list("abcdefghijkl"))
    >>> found = xmr_chart(values=days, table_id="days", better="lower", target=70)
    >>> found.loc[found["row_key"] == "latest", "method"].tolist()
    ['special cause, concern: outside the limits', 'consistently hits the target']
    """
    labels, series = series_of(values)
    found = process_limits(values=values)
    centre, low, high = (np.nan if line is None else line for line in (found.centre, found.low, found.high))
    near = {"near_low": centre - 2 * (centre - low) / 3, "near_high": centre + 2 * (high - centre) / 3}
    points = pd.DataFrame({"label": labels, "value": series})
    points = points.assign(centre=centre, low=low, high=high, **near)
    return chart_table(points=points, note=found.method, table_id=table_id, better=better, target=target)


def process_limits(*, values: pd.Series) -> ProcessLimits:
    """Centre and natural process limits of a series: its mean, plus and less 2.66 mean moving ranges.

    Ranges are taken between neighbouring points that both have a value. Those above 3.267 times their mean
    are screened out once, unless that would leave no variation at all. Without limits where fewer than 12
    points have a value or neighbouring points do not differ.

    References
    ----------
    Wheeler, D. J. (2000). Understanding Variation, 2nd ed., SPC Press (2.66 = 3 / 1.128). Nelson, L. S.
    (1982). Control charts for individual measurements. Journal of Quality Technology 14, 172-173.

    Examples
    --------
    >>> found = process_limits(values=pd.Series([1.0, 2.0] * 6))
    >>> found.centre, round(found.low, 2), round(found.high, 2), found.mean_range
    (1.5, -1.16, 4.16, 1.0)
    """
    _, series = series_of(values)
    present = series[~np.isnan(series)]
    if len(present) < FEWEST_FOR_LIMITS:
        reason = f"no limits: {len(present)} points, and limits need {FEWEST_FOR_LIMITS}; see the run chart"
        return ProcessLimits(None, None, None, None, reason)
    ranges = np.abs(np.diff(series))
    ranges = ranges[~np.isnan(ranges)]
    if not (ranges > 1e-9 * np.abs(present).max()).any():
        reason = "no limits: neighbouring points do not differ, so nothing can be judged against them"
        return ProcessLimits(float(present.mean()), None, None, None, reason)
    kept = ranges[ranges <= _SCREEN * ranges.mean()]
    screened = len(ranges) - len(kept) if kept.any() else 0
    mean_range = float(kept.mean() if screened else ranges.mean())
    centre, reach = float(present.mean()), _LIMITS * mean_range
    note = f"; {screened} moving ranges screened out" if screened else ""
    return ProcessLimits(centre, centre - reach, centre + reach, mean_range, f"XmR{note}")


def p_chart(*, points: pd.DataFrame, table_id: str) -> pd.DataFrame:
    """Shares over time with binomial limits; higher is better. A result as of `xmr_chart`, as practice.

    `points` has `period`, `x` and `n`, missing or `n` of 0 where there was no audit. The limits are exact
    (mid-p) at three standard deviations' probability, so they hold for the 8 or 20 cases of a monthly audit,
    where the usual ones do not. With more than 50 cases a point (median) and shares that vary more than
    binomial chance explains (Pearson's test at 5% and a sigma above 1), Laney's p-prime limits take their
    place.

    References
    ----------
    Montgomery, D. C. (2009). Introduction to Statistical Quality Control, 6th ed., Wiley, 7.2. Laney, D. B.
    (2002). Improved control charts for attributes. Quality Engineering 14, 531-537.

    Examples
    --------
    >>> points = pd.DataFrame({"period": [f"m{m:02}" for m in range(1, 13)], "x": [6] * 11 + [0], "n": 10})
    >>> found = p_chart(points=points, table_id="good")
    >>> found.loc[found["measure"] == "variation", "method"].item()
    'special cause, concern: outside the limits'
    """
    check_columns(["period", "x", "n"], points=points)
    x, n = _counts(points)
    table = pd.DataFrame(
        {
            "label": labels_of(points["period"]),
            "x": pd.array(
                [int(count) if of else None for count, of in zip(x, n, strict=True)], dtype="Int64"
            ),
            "n": pd.array([int(count) for count in n], dtype="Int64"),
            "value": np.where(n > 0, x / np.where(n > 0, n, 1), np.nan),
        }
    )
    lines, note = _lines(table)
    return chart_table(points=table.join(lines), note=note, table_id=table_id, better="higher")


def laney_sigma(*, points: pd.DataFrame) -> float | None:
    """How much more shares vary from point to point than their numbers of cases explain; 1 where not at all.

    Sigma of the standardised shares from their mean moving range. None without two neighbouring points, or
    where the share is 0 or 1 throughout. Laney (2002), as `p_chart`.
    """
    x, n = _counts(points)
    if not n.sum() or x.sum() in (0, n.sum()):
        return None
    centre = x.sum() / n.sum()
    with_cases = np.where(n > 0, n, np.nan)
    z = (x / with_cases - centre) / np.sqrt(centre * (1 - centre) / with_cases)
    ranges = np.abs(np.diff(z))
    ranges = ranges[~np.isnan(ranges)]
    return float(ranges.mean() / 1.128) if len(ranges) else None


def _lines(part: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Centre and limits of each point, and their method."""
    names = ["centre", "low", "high", "near_low", "near_high"]
    lines = pd.DataFrame(np.nan, index=part.index, columns=names)
    x, n = _counts(part)
    if n.sum() == 0:
        return lines, "no limits: no cases"
    centre = x.sum() / n.sum()
    lines["centre"] = centre
    if (n > 0).sum() < FEWEST_FOR_LIMITS:
        few = int((n > 0).sum())
        return lines, f"no limits: {few} points, and limits need {FEWEST_FOR_LIMITS}; see the run chart"
    if centre in (0.0, 1.0):
        return lines, f"no limits: the share is {centre:g} throughout, so nothing can be judged against it"
    sigma = laney_sigma(points=part) if _overdispersed(x, n, centre) else None
    prime = sigma is not None and sigma > 1
    for index, cases in zip(part.index, n, strict=True):
        if cases == 0:
            continue
        if prime and sigma is not None:
            error = sigma * np.sqrt(centre * (1 - centre) / cases)
            far, near = ((centre - k * error, centre + k * error) for k in (3, 2))
        else:
            far, near = (
                mid_p_limits(n=int(cases), share=centre, confidence=level)
                for level in (_THREE_SIGMA, _TWO_SIGMA)
            )
        lines.loc[index, names[1:]] = np.clip([*far, *near], 0, 1)
    if prime:
        return lines, f"p-prime (Laney), sigma {sigma:.2f}"
    open_ended = ((lines["low"] == 0) & (lines["high"] == 1))[n > 0].all()
    note = "; so few cases that no single point can lie outside" if open_ended else ""
    return lines, f"p, exact mid-p limits{note}"


def _overdispersed(x: _Numbers, n: _Numbers, centre: float) -> bool:
    cases = n[n > 0]
    if np.median(cases) <= _PRIME_ABOVE:
        return False
    pearson = ((x[n > 0] - cases * centre) ** 2 / (cases * centre * (1 - centre))).sum()
    return bool(chi2.sf(pearson, len(cases) - 1) < 0.05)


def _counts(points: pd.DataFrame) -> tuple[_Numbers, _Numbers]:
    """Counts of each point, 0 where there was no audit."""
    gone = points["x"].isna() | points["n"].isna() | (points["n"] == 0).fillna(False).astype(bool)
    check_parts(points[~gone], ["x", "n"], "points")
    x, n = (points[name].astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan) for name in ("x", "n"))
    return np.where(gone, 0.0, x), np.where(gone, 0.0, n)
