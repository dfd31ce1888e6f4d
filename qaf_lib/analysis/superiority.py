"""Independent samples of grades: how often a later case is better than an earlier one."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import t as student

from qaf_lib.analysis.change_test import ChangeTest
from qaf_lib.analysis.intervals import Interval
from qaf_lib.analysis.permuted import permuted_brunner_munzel
from qaf_lib.analysis.rank_sums import grade_counts

__all__ = ["superiority", "superiority_test"]

_ENOUGH = 30
_NONE = "none graded"


def superiority(
    *, before: pd.Series, after: pd.Series, grades: Sequence[str], confidence: float = 0.95
) -> Interval:
    """Probability that a later case is better than an earlier one, ties counted as half.

    Brunner and Munzel's interval on the logit scale, which allows the samples to vary unequally.
    With fewer than 30 cases in a sample, or where the samples do not overlap or do not vary, its
    variance cannot be trusted: Newcombe's score-like interval, which has one for every result, is
    used instead. It takes no account of ties and is cautious where one grade is very common.

    Parameters
    ----------
    before, after : Series
        Grades of the earlier and of the later sample; missing ones are left out.
    grades : sequence of str
        The scale, worst grade first.
    confidence : float
        Two-sided confidence level (fraction).

    Returns
    -------
    Interval
        Fraction, 0.5 where neither sample is better; without an estimate when a sample is empty.

    Raises
    ------
    ValueError
        If a grade is not on the scale or `confidence` is out of range.

    References
    ----------
    Brunner, E. and Munzel, U. (2000). The nonparametric Behrens-Fisher problem: asymptotic theory and
    a small-sample approximation. Biometrical Journal 42, 17-25.
    Pauly, M., Asendorpf, T. and Konietschke, F. (2016). Permutation-based inference for the AUC.
    Biometrical Journal 58, 1319-1337 (logit scale).
    Newcombe, R. G. (2006). Confidence intervals for an effect size measure based on the Mann-Whitney
    statistic. Part 2. Statistics in Medicine 25, 559-573, method 5.

    Examples
    --------
    >>> before = pd.Series(["poor"] * 12 + ["good"] * 8)
    >>> after = pd.Series(["poor"] * 6 + ["good"] * 14)
    >>> found = superiority(before=before, after=after, grades=["poor", "good"])
    >>> round(found.estimate, 3), round(found.low, 3), round(found.high, 3)
    (0.65, 0.469, 0.792)
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be a fraction between 0 and 1; got {confidence}")
    first, second = (grade_counts(values=values, grades=grades) for values in (before, after))
    if first.sum() == 0 or second.sum() == 0:
        return Interval(None, None, None, _NONE)
    estimate, variance, freedom = _brunner_munzel(first, second)
    if min(first.sum(), second.sum()) < _ENOUGH or variance == 0:
        z = NormalDist().inv_cdf((1 + confidence) / 2)
        low, high = _newcombe(estimate, int(first.sum()), int(second.sum()), z)
        return Interval(estimate, low, high, "probability of superiority, Newcombe method 5")
    half = float(student.ppf((1 + confidence) / 2, freedom)) * sqrt(variance)
    spread = half / (estimate * (1 - estimate))
    middle = np.log(estimate / (1 - estimate))
    low, high = (1 / (1 + np.exp(-(middle + side * spread))) for side in (-1, 1))
    return Interval(estimate, float(low), float(high), "probability of superiority, Brunner-Munzel")


def superiority_test(*, before: pd.Series, after: pd.Series, grades: Sequence[str]) -> ChangeTest:
    """Test whether later cases are better or worse than earlier ones.

    Brunner and Munzel's test against every way of dealing the grades to the two samples, so that its
    level is kept however few the cases.

    Parameters
    ----------
    before, after : Series
        Grades of the earlier and of the later sample; missing ones are left out.
    grades : sequence of str
        The scale, worst grade first.

    Returns
    -------
    ChangeTest
        Statistic above 0 where later cases are better; without a probability when a sample is empty.

    Raises
    ------
    ValueError
        If a grade is not on the scale.

    References
    ----------
    As `permuted_brunner_munzel`.

    Examples
    --------
    >>> before = pd.Series(["poor"] * 12 + ["good"] * 8)
    >>> after = pd.Series(["poor"] * 6 + ["good"] * 14)
    >>> found = superiority_test(before=before, after=after, grades=["poor", "good"])
    >>> round(found.statistic, 3), round(found.p, 3), found.method
    (1.949, 0.111, 'Brunner-Munzel, permuted, exact')
    """
    first, second = (grade_counts(values=values, grades=grades) for values in (before, after))
    return permuted_brunner_munzel(first=first, second=second)


def _brunner_munzel(
    first: npt.NDArray[np.int64], second: npt.NDArray[np.int64]
) -> tuple[float, float, float]:
    """Estimate, variance and degrees of freedom, from the placements of each sample in the other."""
    n1, n2 = int(first.sum()), int(second.sum())
    above_first = (first.cumsum() - first / 2) / n1
    below_second = (second.cumsum() - second / 2) / n2
    estimate = float((second * above_first).sum()) / n2
    if min(n1, n2) < 2:
        return estimate, 0.0, 1.0
    parts = [
        float((first * (below_second - (1 - estimate)) ** 2).sum()) / (n1 - 1) / n1,
        float((second * (above_first - estimate) ** 2).sum()) / (n2 - 1) / n2,
    ]
    variance = sum(parts)
    if variance < 1e-12:
        return estimate, 0.0, 1.0
    return estimate, variance, variance**2 / (parts[0] ** 2 / (n1 - 1) + parts[1] ** 2 / (n2 - 1))


def _newcombe(estimate: float, n1: int, n2: int, z: float) -> tuple[float, float]:
    typical = (n1 + n2) / 2 - 1

    def near(value: float) -> bool:
        shape = (1 - value) / (2 - value) + value / (1 + value)
        error = sqrt(value * (1 - value) * (1 + typical * shape) / (n1 * n2))
        return abs(value - estimate) <= z * error

    limits = []
    for end in (0.0, 1.0):
        inside, outside = estimate, end
        while abs(outside - inside) > 1e-10:
            middle = (inside + outside) / 2
            inside, outside = (middle, outside) if near(middle) else (inside, middle)
        limits.append(inside)
    return limits[0], limits[1]
