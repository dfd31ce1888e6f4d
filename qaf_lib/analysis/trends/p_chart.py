"""p and p-prime charts: shares of audited cases over time."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import chi2

from qaf_lib.analysis.binomial import mid_p_limits
from qaf_lib.analysis.trends.chart import Better, chart_table
from qaf_lib.analysis.trends.limits import FEWEST_FOR_LIMITS
from qaf_lib.analysis.trends.phases import phase_numbers

__all__ = ["laney_sigma", "p_chart"]

_THREE_SIGMA, _TWO_SIGMA = 0.9973002, 0.9544997
_PRIME_ABOVE = 50
_Numbers = npt.NDArray[np.float64]


def laney_sigma(*, points: pd.DataFrame) -> float | None:
    """How much more shares vary from point to point than their numbers of cases explain.

    Parameters
    ----------
    points : DataFrame
        In time order the counts `x` and `n`; missing, or `n` of 0, where there was no audit.

    Returns
    -------
    float or None
        Sigma of the standardised shares from their mean moving range: 1 where binomial chance
        is all. None without two neighbouring points, or where the share is 0 or 1 throughout.

    Raises
    ------
    ValueError
        If `x` is not a count from 0 to `n`.

    References
    ----------
    Laney, D. B. (2002). Improved control charts for attributes. Quality Engineering 14, 531-537.

    Examples
    --------
    >>> points = pd.DataFrame({"x": [40, 60, 40, 60], "n": [100] * 4})  # z is -2, 2, -2, 2
    >>> round(laney_sigma(points=points), 3)  # 4 / 1.128
    3.546
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


def p_chart(
    *,
    points: pd.DataFrame,
    table_id: str,
    better: Better = "higher",
    target: float | None = None,
    rebases: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Shares over time with binomial limits, and what Making Data Count says of them.

    The limits are exact (mid-p) at three standard deviations' probability, so they hold for the
    8 or 20 cases of a monthly audit, where the usual ones do not. With more than 50 cases a
    point (median) and shares that vary more than binomial chance explains (Pearson's test at 5%
    and a sigma above 1), Laney's p-prime limits take their place.

    Parameters
    ----------
    points : DataFrame
        In time order: `period`, and the counts `x` and `n`; missing, or `n` of 0, where there
        was no audit.
    table_id : str
        Name of the result.
    better : {"higher", "lower", "neither"}
        Which way is better.
    target : float or None
        Share to be reached (fraction).
    rebases : mapping of str to str or None
        Period of the first point of a new phase, and the reason for it.

    Returns
    -------
    DataFrame
        A result as of `xmr_chart`, with the counts of each point. No finite population
        correction: it speaks of the practice.

    Raises
    ------
    ValueError
        If a count, a period, a rebase, `better` or `target` cannot be.

    References
    ----------
    Montgomery, D. C. (2009). Introduction to Statistical Quality Control, 6th ed., Wiley, 7.2.
    Laney, D. B. (2002). Improved control charts for attributes. Quality Engineering 14, 531-537.
    As `mid_p_limits` and `special_causes`.

    Examples
    --------
    >>> points = pd.DataFrame({"period": [f"m{m:02}" for m in range(1, 13)], "x": [6] * 11 + [0], "n": 10})
    >>> found = p_chart(points=points, table_id="good")
    >>> found.loc[found["measure"] == "variation", "method"].item()
    'special cause, concern: outside the limits'
    """
    if target is not None and not 0 <= target <= 1:
        raise ValueError(f"target must be a fraction from 0 to 1; got {target}")
    x, n = _counts(points)
    labels = [str(label) for label in points["period"]]
    if not labels:
        raise ValueError("a series must have at least one point, missing or not")
    table = pd.DataFrame(
        {
            "label": labels,
            "phase": phase_numbers(labels=labels, rebases=rebases),
            "x": pd.array(
                [int(count) if of else None for count, of in zip(x, n, strict=True)], dtype="Int64"
            ),
            "n": pd.array([int(count) for count in n], dtype="Int64"),
            "value": np.where(n > 0, x / np.where(n > 0, n, 1), np.nan),
        }
    )
    notes: dict[int, str] = {}
    parts = []
    for phase, part in table.groupby("phase"):
        lines, notes[int(str(phase))] = _lines(part)
        parts.append(part.join(lines))
    return chart_table(
        points=pd.concat(parts), notes=notes, table_id=table_id, better=better, target=target, rebases=rebases
    )


def _lines(part: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Centre and limits of each point of a phase, and their method."""
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
    x, n = (points[name].astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan) for name in ("x", "n"))
    gone = np.isnan(x) | np.isnan(n) | (n == 0)
    x_there, n_there = x[~gone], n[~gone]
    if (
        (x_there < 0).any()
        or (x_there > n_there).any()
        or (x_there % 1 != 0).any()
        or (n_there % 1 != 0).any()
    ):
        raise ValueError("x must be a count from 0 to n")
    return np.where(gone, 0.0, x), np.where(gone, 0.0, n)
