"""Shares of two independent samples: the score interval and the exact test."""

from __future__ import annotations

from math import acos, copysign, cos, pi, sqrt
from statistics import NormalDist

from scipy.stats import boschloo_exact

from qaf_lib.analysis.change_test import ChangeTest
from qaf_lib.analysis.intervals import Interval

__all__ = ["boschloo", "miettinen_nurminen"]


def miettinen_nurminen(*, x1: int, n1: int, x2: int, n2: int, confidence: float = 0.95) -> Interval:
    """Difference of two independent shares, first less second, with the score interval.

    Parameters
    ----------
    x1, x2 : int
        Cases counted in each sample (counts).
    n1, n2 : int
        Graded cases of each sample (counts).
    confidence : float
        Two-sided confidence level (fraction).

    Returns
    -------
    Interval
        Difference as a fraction, from -1 to 1; without an estimate when a sample is empty.

    Raises
    ------
    ValueError
        If a count or `confidence` is out of range.

    References
    ----------
    Miettinen, O. and Nurminen, M. (1985). Comparative analysis of two rates. Statistics in
    Medicine 4, 213-226, appendix 1 (constrained estimates in closed form).
    Newcombe, R. G. (1998). Statistics in Medicine 17, 873-890, method 6 and table II.

    Examples
    --------
    >>> found = miettinen_nurminen(x1=56, n1=70, x2=48, n2=80)
    >>> round(found.low, 4), round(found.high, 4)
    (0.0528, 0.3382)
    """
    _check(x1, n1, x2, n2)
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be a fraction between 0 and 1; got {confidence}")
    if n1 == 0 or n2 == 0:
        return Interval(None, None, None, "none graded")
    if n1 == n2 == 1:
        return Interval(float(x1 - x2), -1.0, 1.0, "one case each, nothing can be ruled out")
    estimate = x1 / n1 - x2 / n2
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    limits = []
    for end in (-1.0, 1.0):
        inside, outside = estimate, end
        while abs(outside - inside) > 1e-10:
            middle = (inside + outside) / 2
            near = abs(_score(x1, n1, x2, n2, middle)) <= z
            inside, outside = (middle, outside) if near else (inside, middle)
        limits.append(inside)
    return Interval(estimate, limits[0], limits[1], "Miettinen-Nurminen, independent samples")


def boschloo(*, x1: int, n1: int, x2: int, n2: int) -> ChangeTest:
    """Exact test of two independent shares, never weaker than Fisher's.

    Parameters
    ----------
    x1, x2 : int
        Cases counted in each sample (counts).
    n1, n2 : int
        Graded cases of each sample (counts).

    Returns
    -------
    ChangeTest
        Two-sided: twice the smaller one-sided probability. Without a probability when a sample
        is empty; 1 when all or none are counted in both.

    Raises
    ------
    ValueError
        If a count is out of range.

    References
    ----------
    Boschloo, R. D. (1970). Raised conditional level of significance for the 2 x 2-table when
    testing the equality of two probabilities. Statistica Neerlandica 24, 1-9.

    Examples
    --------
    >>> round(boschloo(x1=14, n1=20, x2=8, n2=20).p, 3)
    0.07
    """
    _check(x1, n1, x2, n2)
    if n1 == 0 or n2 == 0:
        return ChangeTest(None, None, None, "none graded")
    if x1 + x2 in (0, n1 + n2):
        return ChangeTest(None, None, 1.0, "all or none counted in both samples")
    found = boschloo_exact([[x1, x2], [n1 - x1, n2 - x2]], alternative="two-sided")
    return ChangeTest(None, None, min(1.0, float(found.pvalue)), "Boschloo, exact")


def _score(x1: int, n1: int, x2: int, n2: int, difference: float) -> float:
    """Distance of the observed difference from a supposed one, in standard errors under the latter."""
    second = _constrained(x1, n1, x2, n2, difference)
    first = min(1.0, max(0.0, second + difference))
    variance = (first * (1 - first) / n1 + second * (1 - second) / n2) * (n1 + n2) / (n1 + n2 - 1)
    return (x1 / n1 - x2 / n2 - difference) / sqrt(max(variance, 1e-300))


def _constrained(x1: int, n1: int, x2: int, n2: int, difference: float) -> float:
    """Likeliest second share when the first is greater by the difference: root of a cubic."""
    d, total, counted = difference, n1 + n2, x1 + x2
    b = ((n1 + 2 * n2) * d - total - counted) / (3 * total)
    c = ((n2 * d - total - 2 * x2) * d + counted) / (3 * total)
    e = x2 * d * (1 - d) / (2 * total)
    turn = b**3 - 1.5 * b * c + e
    reach = sqrt(max(b**2 - c, 0.0))
    if reach < 1e-12:
        root = -b
    else:
        side = copysign(reach, turn)
        angle = (pi + acos(max(-1.0, min(1.0, turn / side**3)))) / 3
        root = 2 * side * cos(angle) - b
    return min(1.0, 1 - d, max(0.0, -d, root))


def _check(x1: int, n1: int, x2: int, n2: int) -> None:
    for x, n in ((x1, n1), (x2, n2)):
        if n < 0 or not 0 <= x <= n:
            raise ValueError(f"x must be a count from 0 to n; got {x} of {n}")
