"""Power of a re-audit for ordered grades, by proportional odds."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, comb, log, sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

__all__ = ["detectable_odds_ratio", "ordinal_power", "ordinal_sample_size", "shifted_shares"]

_Floats = npt.NDArray[np.float64]
_LARGEST_LOG_ODDS = 20.0
_MANY = 100  # cases from which two samples apart are significant at any confidence that is asked for


def shifted_shares(*, shares: Sequence[float], odds_ratio: float) -> list[float]:
    """Shares of the grades once the odds of every grade or better are multiplied.

    Parameters
    ----------
    shares : sequence of float
        Share of each grade from worst to best (fractions that sum to 1).
    odds_ratio : float
        Factor of the odds (above 0); above 1 is an improvement.

    Returns
    -------
    list of float
        Shares from worst to best (fractions).

    Raises
    ------
    ValueError
        If a share is out of range or they do not sum to 1, or `odds_ratio` is not above 0.

    References
    ----------
    McCullagh, P. (1980). Regression models for ordinal data. JRSS B 42, 109-142.

    Examples
    --------
    >>> [round(share, 3) for share in shifted_shares(shares=[0.5, 0.5], odds_ratio=3)]
    [0.25, 0.75]
    """
    p = _check_shares(shares)
    _check_odds(odds_ratio)
    return [float(share) for share in _shift(p, odds_ratio)]


def ordinal_power(
    *, sample: int, shares: Sequence[float], odds_ratio: float, confidence: float = 0.95
) -> float:
    """Probability that two independent samples of ordered grades show a shift.

    The rank-sum test of proportional odds, by normal approximation, in the direction of the odds ratio;
    shaky under about 20 cases.

    Parameters
    ----------
    sample : int
        Graded case files in each of the two samples (count, at least 1).
    shares : sequence of float
        Share of each grade the first time, from worst to best (fractions that sum to 1).
    odds_ratio : float
        True factor of the odds of every grade or better (above 0).
    confidence : float
        Two-sided confidence level of the test (fraction).

    Returns
    -------
    float
        Probability (fraction); 0 where all cases have one grade, which no odds ratio moves, and where
        even two samples without a grade in common would not be significant (3 cases each at 95%).

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    Whitehead, J. (1993). Sample size calculations for ordered categorical data. Statistics in
    Medicine 12, 2257-2271, section 2 (information with tied grades, over (n + 1)^2).

    Examples
    --------
    >>> round(ordinal_power(sample=94, shares=[0.1, 0.2, 0.5, 0.2], odds_ratio=2.4286), 2)
    0.9
    """
    p = _check_shares(shares)
    _check_odds(odds_ratio)
    _check_inside(confidence=confidence)
    if sample < 1:
        raise ValueError(f"sample must be a count of at least 1; got {sample}")
    return _power(sample, p, odds_ratio, confidence)


def ordinal_sample_size(
    *, shares: Sequence[float], odds_ratio: float, confidence: float = 0.95, power: float = 0.8
) -> int | None:
    """Graded case files that each of two samples needs to show a shift of ordered grades.

    Whitehead's formula for sizes takes n + 1 for n, so that `ordinal_power` at this size may be lower
    than was asked for by one case's worth.

    Parameters
    ----------
    shares : sequence of float
        Share of each grade the first time, from worst to best (fractions that sum to 1).
    odds_ratio : float
        True factor of the odds of every grade or better (above 0).
    confidence, power : float
        Two-sided confidence level, and the probability of seeing the shift (fractions).

    Returns
    -------
    int or None
        Files in each sample; None where no number shows it: odds that do not change, or one grade only.

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    Whitehead, J. (1993). Sample size calculations for ordered categorical data. Statistics in
    Medicine 12, 2257-2271, section 3.

    Examples
    --------
    >>> ordinal_sample_size(shares=[0.1, 0.2, 0.5, 0.2], odds_ratio=2.4286, power=0.9)
    94
    """
    p = _check_shares(shares)
    _check_odds(odds_ratio)
    _check_inside(confidence=confidence, power=power)
    spread = _spread(p, odds_ratio)
    if odds_ratio == 1 or spread == 0:
        return None
    z = NormalDist().inv_cdf((1 + confidence) / 2) + NormalDist().inv_cdf(power)
    return max(1, ceil(round(6 * z**2 / (log(odds_ratio) ** 2 * spread), 9)))


def detectable_odds_ratio(
    *, sample: int, shares: Sequence[float], confidence: float = 0.95, power: float = 0.8
) -> float | None:
    """Smallest improvement of ordered grades that two samples of one size are likely to show.

    Parameters
    ----------
    sample : int
        Graded case files in each of the two samples (count, at least 1).
    shares : sequence of float
        Share of each grade the first time, from worst to best (fractions that sum to 1).
    confidence, power : float
        Two-sided confidence level, and the probability of seeing the shift (fractions).

    Returns
    -------
    float or None
        Factor of the odds of every grade or better (above 1); None where no shift would be seen.

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    As `ordinal_power`.

    Examples
    --------
    >>> round(detectable_odds_ratio(sample=94, shares=[0.1, 0.2, 0.5, 0.2], power=0.9), 2)
    2.43
    """
    p = _check_shares(shares)
    _check_inside(confidence=confidence, power=power)
    if sample < 1:
        raise ValueError(f"sample must be a count of at least 1; got {sample}")
    for log_odds in np.linspace(0.01, _LARGEST_LOG_ODDS, 2000):
        if _power(sample, p, float(np.exp(log_odds)), confidence) >= power:
            break
    else:
        return None
    low, high = log_odds - 0.01, log_odds
    while high - low > 1e-9:
        middle = (low + high) / 2
        seen = _power(sample, p, float(np.exp(middle)), confidence) >= power
        low, high = (low, middle) if seen else (middle, high)
    return float(np.exp(high))


def _power(sample: int, shares: _Floats, odds_ratio: float, confidence: float) -> float:
    spread, n = _spread(shares, odds_ratio), 2 * sample
    if spread == 0 or 2 / comb(2 * min(sample, _MANY), min(sample, _MANY)) > 1 - confidence:
        return 0.0
    information = sample**2 * n / (3 * (n + 1) ** 2) * spread
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    return NormalDist().cdf(abs(log(odds_ratio)) * sqrt(information) - z)


def _spread(shares: _Floats, odds_ratio: float) -> float:
    """1 less the sum of the cubed mean shares: how far the grades are from being all alike."""
    mean = (shares + _shift(shares, odds_ratio)) / 2
    return max(0.0, round(float(1 - (mean**3).sum()), 12))


def _shift(shares: _Floats, odds_ratio: float) -> _Floats:
    better = 1 - np.cumsum(shares)[:-1]
    moved = odds_ratio * better / (1 - better + odds_ratio * better)
    shifted: _Floats = -np.diff(np.concatenate([[1.0], np.clip(moved, 0, 1), [0.0]]))
    return shifted


def _check_shares(shares: Sequence[float]) -> _Floats:
    p = np.asarray(shares, dtype=np.float64)
    if p.ndim != 1 or not len(p) or not ((p >= 0) & (p <= 1)).all() or abs(p.sum() - 1) > 1e-6:
        raise ValueError("shares must be fractions from worst to best grade that sum to 1")
    return p


def _check_odds(odds_ratio: float) -> None:
    if not 0 < odds_ratio < float("inf"):
        raise ValueError(f"odds_ratio must be a number above 0; got {odds_ratio}")


def _check_inside(**fractions: float) -> None:
    for name, value in fractions.items():
        if not 0 < value < 1:
            raise ValueError(f"{name} must be a fraction between 0 and 1; got {value}")
