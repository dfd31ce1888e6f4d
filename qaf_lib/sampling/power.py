"""Power of a re-audit: the chance to see a change of a share that is really there."""

from __future__ import annotations

from functools import lru_cache
from math import sqrt
from statistics import NormalDist
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.stats import binom, hypergeom

__all__ = ["EXACT_POWER_UP_TO", "exact_paired_power", "independent_power"]

EXACT_POWER_UP_TO = 60
"""Cases in the larger of two samples up to which every possible outcome is counted."""

_Floats = npt.NDArray[np.float64]
_Flags = npt.NDArray[np.bool_]
_NO_MATTER = 1e-18  # chances too small to change a power
_RATES = np.linspace(0, 1, 2001)


def independent_power(
    *,
    first: int,
    second: int,
    before: float,
    after: float,
    confidence: float = 0.95,
    test: Literal["boschloo", "fisher"] = "boschloo",
) -> float:
    """Probability that two independent samples show a difference of shares.

    Every possible pair of counts is weighed up to 60 cases in the larger sample; beyond, the normal
    approximation to the chi-squared test stands in for either test.

    Parameters
    ----------
    first, second : int
        Graded case files of each sample (counts, at least 1).
    before, after : float
        True share of each time (fractions, 0 to 1).
    confidence : float
        Two-sided confidence level of the test (fraction).
    test : {"boschloo", "fisher"}
        Boschloo's unconditional test (twice the smaller one-sided p), or Fisher's exact test.

    Returns
    -------
    float
        Probability that the test finds a difference (fraction); its size where the shares are equal.

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    Boschloo, R. D. (1970). Raised conditional level of significance for the 2 x 2 table when testing
    the equality of two probabilities. Statistica Neerlandica 24, 1-9.
    Fleiss, J. L. (1981). Statistical Methods for Rates and Proportions, 2nd ed., Wiley, section 3.2.

    Examples
    --------
    >>> round(independent_power(first=20, second=20, before=0.5, after=0.7, test="fisher"), 2)
    0.16
    >>> round(independent_power(first=93, second=93, before=0.5, after=0.7), 2)
    0.8
    """
    _check_counts(first=first, second=second)
    _check_shares(before=before, after=after)
    _check_inside(confidence=confidence)
    if test not in ("boschloo", "fisher"):
        raise ValueError(f'test must be "boschloo" or "fisher"; got {test!r}')
    if max(first, second) > EXACT_POWER_UP_TO:
        return _normal_power(first, second, before, after, confidence)
    rejects = (_boschloo if test == "boschloo" else _fisher)(first, second, round(1 - confidence, 12))
    chance_first = _binomial(first, before)
    chance_second = _binomial(second, after)
    power = float(chance_first @ rejects @ chance_second)
    return min(1.0, power)


def exact_paired_power(
    *,
    pairs: int,
    gained: float,
    lost: float,
    confidence: float = 0.95,
    test: Literal["exact", "mid_p"] = "exact",
) -> float:
    """Probability that McNemar's test of re-audited cases finds a change.

    Sums over every number of changed pairs and every split of them.

    Parameters
    ----------
    pairs : int
        Cases audited both times (count, at least 1).
    gained, lost : float
        True shares of pairs that come into the band, and that leave it (fractions, together at most 1).
    confidence : float
        Two-sided confidence level of the test (fraction).
    test : {"exact", "mid_p"}
        The exact conditional test, or its mid-p version (`analysis.mcnemar_mid_p`).

    Returns
    -------
    float
        Probability (fraction); 0 where no number of changed pairs could be significant.

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    Duffy, S. W. (1984). Asymptotic and exact power for the McNemar test and its analogue with R
    controls per case. Biometrics 40, 1005-1015.
    Fagerland, M. W., Lydersen, S. and Laake, P. (2013). The McNemar test for binary matched-pairs
    data: mid-p and asymptotic are better than exact conditional. BMC Medical Research Methodology
    13, 91.

    Examples
    --------
    >>> round(exact_paired_power(pairs=40, gained=0.3, lost=0.1), 2)
    0.44
    """
    _check_counts(pairs=pairs)
    _check_shares(gained=gained, lost=lost)
    _check_inside(confidence=confidence)
    if gained + lost > 1 + 1e-9:
        raise ValueError(f"gained and lost must be at most 1 together; got {gained} and {lost}")
    if test not in ("exact", "mid_p"):
        raise ValueError(f'test must be "exact" or "mid_p"; got {test!r}')
    if gained + lost < 1e-15:
        return 0.0
    chances = _binomial(pairs, min(1.0, gained + lost))
    changed = np.flatnonzero(chances > _NO_MATTER)
    most = _most_uneven(pairs, round(1 - confidence, 12), test == "mid_p")[changed]
    up = round(gained / (gained + lost), 15)
    shown = binom.cdf(most, changed, up) + binom.cdf(most, changed, 1 - up)
    shown = np.where(most < 0, 0.0, shown)
    return float(min(1.0, (chances[changed] * shown).sum()))


def _binomial(n: int, share: float) -> _Floats:
    """Chances of 0 to n; scipy's overflow at shares too near to 0 to matter."""
    chances: _Floats = binom.pmf(np.arange(n + 1), n, round(share, 15))
    return chances


@lru_cache(maxsize=32)
def _most_uneven(pairs: int, alpha: float, mid_p: bool) -> _Floats:
    """Most on the smaller side at which 0 to all changed pairs are significant; -1 for none."""
    changed = np.arange(pairs + 1)
    near = binom.ppf(alpha / 2, changed, 0.5)
    most: _Floats = np.full(len(changed), -1.0)
    for step in (-2, -1, 0, 1):
        fewer = near + step
        p = 2 * binom.cdf(fewer, changed, 0.5) - mid_p * binom.pmf(fewer, changed, 0.5)
        shown = (p <= alpha * (1 + 1e-9)) & (fewer >= 0) & (2 * fewer < changed)
        most = np.where(shown, fewer, most)
    return most


@lru_cache(maxsize=128)
def _fisher(first: int, second: int, alpha: float) -> _Flags:
    """The pairs of counts at which Fisher's two-sided test rejects."""
    rejects = np.zeros((first + 1, second + 1), dtype=bool)
    for total in range(first + second + 1):
        x = np.arange(max(0, total - second), min(first, total) + 1)
        chance = hypergeom.pmf(x, first + second, total, first)
        p = np.where(chance[None, :] <= chance[:, None] * (1 + 1e-7), chance[None, :], 0).sum(axis=1)
        rejects[x, total - x] = p <= alpha * (1 + 1e-9)
    return rejects


@lru_cache(maxsize=128)
def _boschloo(first: int, second: int, alpha: float) -> _Flags:
    """The pairs of counts at which either one-sided Boschloo test rejects at half the level."""
    return _one_sided(first, second, alpha / 2) | _one_sided(second, first, alpha / 2).T


def _one_sided(first: int, second: int, alpha: float) -> _Flags:
    """Counts with more in the second than chance allows: Fisher's p as low as keeps the size."""
    x1, x2 = np.meshgrid(np.arange(first + 1), np.arange(second + 1), indexing="ij")
    fisher = np.round(hypergeom.sf(x2 - 1, first + second, x1 + x2, second), 12)
    cuts = np.unique(fisher)
    chance_first = binom.pmf(np.arange(first + 1), first, _RATES[:, None])
    chance_second = binom.pmf(np.arange(second + 1), second, _RATES[:, None])
    low, high = -1, len(cuts)
    while high - low > 1:
        middle = (low + high) // 2
        size = ((chance_first @ (fisher <= cuts[middle])) * chance_second).sum(axis=1).max()
        low, high = (middle, high) if size <= alpha * (1 + 1e-9) else (low, middle)
    rejects: _Flags = fisher <= (cuts[low] if low >= 0 else -1.0)
    return rejects


def _normal_power(first: int, second: int, before: float, after: float, confidence: float) -> float:
    mean = (first * before + second * after) / (first + second)
    chance = NormalDist().inv_cdf((1 + confidence) / 2) * sqrt(mean * (1 - mean) * (1 / first + 1 / second))
    spread = sqrt(before * (1 - before) / first + after * (1 - after) / second)
    change = abs(after - before)
    if spread == 0:
        return float(change > chance)
    return NormalDist().cdf((change - chance) / spread) + NormalDist().cdf((-change - chance) / spread)


def _check_counts(**counts: int) -> None:
    for name, value in counts.items():
        if not value >= 1 or value % 1:
            raise ValueError(f"{name} must be a count of at least 1; got {value}")


def _check_shares(**shares: float) -> None:
    for name, value in shares.items():
        if not 0 <= value <= 1:
            raise ValueError(f"{name} must be a fraction from 0 to 1; got {value}")


def _check_inside(**fractions: float) -> None:
    for name, value in fractions.items():
        if not 0 < value < 1:
            raise ValueError(f"{name} must be a fraction between 0 and 1; got {value}")
