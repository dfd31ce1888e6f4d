"""Natural process limits of single values (XmR charts)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

__all__ = ["FEWEST_FOR_LIMITS", "ProcessLimits", "process_limits"]

FEWEST_FOR_LIMITS = 12
"""Points that limits need; under it a run chart is the chart to draw."""

_LIMITS = 2.66
_SCREEN = 3.267


@dataclass(frozen=True)
class ProcessLimits:
    """Centre line and limits of a series.

    Attributes
    ----------
    centre, low, high : float or None
        In the unit of the series; None where there are too few points, or no variation.
    mean_range : float or None
        Mean moving range behind the limits.
    method : str
        What was done, or why there are no limits.
    """

    centre: float | None
    low: float | None
    high: float | None
    mean_range: float | None
    method: str


def process_limits(*, values: pd.Series) -> ProcessLimits:
    """Centre and natural process limits of a series: its mean, plus and less 2.66 mean ranges.

    Moving ranges are taken between neighbouring points that both have a value. Ranges above
    3.267 times their mean are screened out once, unless that would leave no variation at all.

    Parameters
    ----------
    values : Series
        The series in time order; missing where a point is missing.

    Returns
    -------
    ProcessLimits
        Without limits, and with the reason, where fewer than 12 points have a value or where
        neighbouring points do not differ.

    Raises
    ------
    ValueError
        If a value is infinite.

    References
    ----------
    Wheeler, D. J. (2000). Understanding Variation, 2nd ed., SPC Press (2.66 = 3 / 1.128).
    Nelson, L. S. (1982). Control charts for individual measurements. Journal of Quality
    Technology 14, 172-173 (screening at 3.267).

    Examples
    --------
    >>> found = process_limits(values=pd.Series([1.0, 2.0] * 6))
    >>> found.centre, round(found.low, 2), round(found.high, 2), found.mean_range
    (1.5, -1.16, 4.16, 1.0)
    """
    series = values.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    if np.isinf(series).any():
        raise ValueError("a series must hold finite numbers or missing points")
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
