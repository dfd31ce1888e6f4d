"""How far true means differ when each is known with its own error: the limits of their spread."""

from __future__ import annotations

from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2

__all__ = ["spread_limits"]


def spread_limits(
    *, mean: npt.ArrayLike, variance: npt.ArrayLike, confidence: float = 0.95
) -> tuple[float, float]:
    """Limits of the standard deviation of true means, when each is known with its own variance.

    Parameters
    ----------
    mean, variance : array of float
        Means as found, at least two, and the variance of each (above 0).
    confidence : float
        Two-sided confidence level (fraction).

    Returns
    -------
    tuple of float
        Low and high, in the unit of the means; both 0 where the means differ less than chance allows.

    Raises
    ------
    ValueError
        If there are fewer than two means, or a variance is not above 0.

    References
    ----------
    Viechtbauer, W. (2007). Statistics in Medicine 26, 37-52 (Q-profile limits).

    Examples
    --------
    >>> low, high = spread_limits(mean=[0.1, 0.9, -0.4, 0.5], variance=[0.05, 0.04, 0.06, 0.05])
    >>> round(low, 2), round(high, 2)
    (0.22, 2.06)
    """
    means, variances = np.asarray(mean, dtype=np.float64), np.asarray(variance, dtype=np.float64)
    if len(means) < 2 or len(means) != len(variances) or not (variances > 0).all():
        raise ValueError("spread_limits needs two means or more, each with a variance above 0")

    def excess(between: float) -> float:
        weight = 1 / (variances + between)
        centre = (weight * means).sum() / weight.sum()
        return float((weight * (means - centre) ** 2).sum())

    tail, freedom, found = (1 - confidence) / 2, len(means) - 1, []
    for wanted in (chi2.isf(tail, freedom), chi2.ppf(tail, freedom)):
        inside, outside = 0.0, float(variances.max())
        while excess(outside) > wanted:
            outside *= 2
        for _ in range(200):
            middle = (inside + outside) / 2
            inside, outside = (middle, outside) if excess(middle) > wanted else (inside, middle)
        found.append(sqrt(inside))
    return found[0], found[1]
