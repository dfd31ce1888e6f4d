"""Has a share changed? Exact tests, and intervals that leave out no change exactly where the test does."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
from scipy.stats import binom

from qaf_lib.analysis.change_test import ChangeTest
from qaf_lib.analysis.intervals import Interval, newcombe_difference, paired_difference

__all__ = [
    "independent_change_interval",
    "independent_change_test",
    "paired_change_interval",
    "paired_change_test",
]

_Floats = npt.NDArray[np.float64]
_EXACT_PAIRS = 1_000
_EXACT_SAMPLES = 90_000
_NUISANCE: _Floats = np.linspace(0.0025, 1.0, 400)


def paired_change_test(*, gained: int, lost: int, pairs: int) -> ChangeTest:
    """Test whether a share of the same cases has changed: McNemar's test, exact and unconditional.

    McNemar's z is set against every outcome that so many pairs could have, at the share of changing
    pairs that makes so large a z most likely. Its size is never above its level, whatever the share of
    pairs that change; the mid-p and the large-sample test reach 7.7% at a level of 5%. Beyond 1,000
    pairs the normal distribution stands in.

    Parameters
    ----------
    gained, lost : int
        Pairs that came into the band, and that left it (counts).
    pairs : int
        All pairs, those that did not change included (count).

    Returns
    -------
    ChangeTest
        z, above 0 where more gained; without a probability where there are no pairs, 1 where as many
        gained as lost.

    Raises
    ------
    ValueError
        If a count is negative, or more pairs changed than there are.

    References
    ----------
    Suissa, S. and Shuster, J. J. (1991). The 2 x 2 matched-pairs trial: exact unconditional design and
    analysis. Biometrics 47, 361-372.
    Fagerland, M. W., Lydersen, S. and Laake, P. (2013). The McNemar test for binary matched-pairs
    data. BMC Medical Research Methodology 13, 91 (recommends it where the level must be kept).

    Examples
    --------
    >>> round(paired_change_test(gained=7, lost=1, pairs=21).p, 3)
    0.035
    """
    _check_pairs(gained, lost, pairs)
    if pairs == 0:
        return ChangeTest(None, None, None, "no pairs")
    z = (gained - lost) / sqrt(gained + lost) if gained + lost else 0.0
    if pairs > _EXACT_PAIRS:
        return ChangeTest(z, None, _normal(z), "McNemar, large sample")
    chance = max(_normal(z), _paired_chance(pairs, abs(z)))
    return ChangeTest(z, None, min(1.0, chance), "McNemar, exact unconditional")


def paired_change_interval(*, gained: int, lost: int, pairs: int, confidence: float = 0.95) -> Interval:
    """Change of a share of the same cases, with an interval that agrees with `paired_change_test`.

    Tango's score interval, which is McNemar's z turned round. Where the exact test asks for more than
    the normal quantile, so does the interval: it leaves out no change exactly where the test's
    probability is at most one less the confidence.

    Parameters
    ----------
    gained, lost, pairs : int
        As in `paired_change_test` (counts).
    confidence : float
        Two-sided confidence level (fraction).

    Returns
    -------
    Interval
        Gained less lost as a fraction of pairs; without an estimate when there are no pairs.

    Raises
    ------
    ValueError
        If a count or `confidence` is out of range.

    References
    ----------
    As `paired_change_test`, and Tango, T. (1998). Statistics in Medicine 17, 891-908.

    Examples
    --------
    >>> found = paired_change_interval(gained=12, lost=4, pairs=16)
    >>> round(found.estimate, 3), found.low < 0
    (0.5, True)
    """
    plain = paired_difference(first_only=gained, second_only=lost, pairs=pairs, confidence=confidence)
    if not 0 < pairs <= _EXACT_PAIRS:
        return plain
    level = _confidence(_paired_quantile(pairs, round(1 - confidence, 12)), confidence)
    return paired_difference(first_only=gained, second_only=lost, pairs=pairs, confidence=level)


def independent_change_test(*, x1: int, n1: int, x2: int, n2: int) -> ChangeTest:
    """Test whether the shares of two independent samples differ: exact, unconditional, ordered by Newcombe.

    The statistic is the quantile at which Newcombe's interval would just hold no difference. It is set
    against every outcome of two such samples, at the common share that makes so large a value most
    likely. Where the samples are too large for that (300 in each are not), the normal distribution
    stands in.

    Parameters
    ----------
    x1, x2 : int
        Cases counted in each sample (counts).
    n1, n2 : int
        Graded cases of each sample (counts).

    Returns
    -------
    ChangeTest
        z, above 0 where the first share is the greater; without a probability when a sample is empty.

    Raises
    ------
    ValueError
        If a count is out of range.

    References
    ----------
    Suissa, S. and Shuster, J. J. (1985). Exact unconditional sample sizes for the 2 x 2 binomial trial.
    Journal of the Royal Statistical Society A 148, 317-327.
    Newcombe, R. G. (1998). Statistics in Medicine 17, 873-890, method 10.

    Examples
    --------
    >>> found = independent_change_test(x1=56, n1=70, x2=48, n2=80)
    >>> round(found.statistic, 2), round(found.p, 3)
    (2.65, 0.009)
    """
    _check_samples(x1, n1, x2, n2)
    if n1 == 0 or n2 == 0:
        return ChangeTest(None, None, None, "none graded")
    size = float(_crossing(np.array([x1 / n1]), np.array([x2 / n2]), n1, n2)[0])
    z = size if x1 / n1 >= x2 / n2 else -size
    if n1 * n2 > _EXACT_SAMPLES:
        return ChangeTest(z, None, _normal(z), "Newcombe, large samples")
    chance = max(_normal(z), _independent_chance(n1, n2, size))
    return ChangeTest(z, None, min(1.0, chance), "Newcombe, exact unconditional")


def independent_change_interval(*, x1: int, n1: int, x2: int, n2: int, confidence: float = 0.95) -> Interval:
    """Difference of two independent shares, with an interval that agrees with `independent_change_test`.

    Newcombe's interval. Where the exact test asks for more than the normal quantile, so does the
    interval: it leaves out no change exactly where the test's probability is at most one less the
    confidence.

    Parameters
    ----------
    x1, n1, x2, n2 : int
        As in `independent_change_test` (counts).
    confidence : float
        Two-sided confidence level (fraction).

    Returns
    -------
    Interval
        First share less second (fraction); without an estimate when a sample is empty.

    Raises
    ------
    ValueError
        If a count or `confidence` is out of range.

    References
    ----------
    As `independent_change_test`.

    Examples
    --------
    >>> found = independent_change_interval(x1=56, n1=70, x2=48, n2=80)
    >>> round(found.low, 3), round(found.high, 3)
    (0.051, 0.335)
    """
    plain = newcombe_difference(x1=x1, n1=n1, x2=x2, n2=n2, confidence=confidence)
    if not 0 < n1 * n2 <= _EXACT_SAMPLES:
        return plain
    level = _confidence(_independent_quantile(n1, n2, round(1 - confidence, 12)), confidence)
    return newcombe_difference(x1=x1, n1=n1, x2=x2, n2=n2, confidence=level)


def _paired_chance(pairs: int, z: float) -> float:
    """Largest probability, over shares of changing pairs, of a McNemar's z at least so far from 0."""
    if z < 1e-9:
        return 1.0
    changed = np.arange(1, pairs + 1)
    apart = np.ceil(z * np.sqrt(changed) - 1e-7)
    tails = 2 * binom.cdf((changed - apart) // 2, changed, 0.5)
    return float((_changes(pairs)[:, 1:] @ tails).max())


@lru_cache(maxsize=16)
def _changes(pairs: int) -> _Floats:
    return np.asarray(binom.pmf(np.arange(pairs + 1)[None, :], pairs, _NUISANCE[:, None]))


@lru_cache(maxsize=64)
def _paired_quantile(pairs: int, level: float) -> float:
    changed, apart = np.meshgrid(np.arange(1, pairs + 1), np.arange(1, pairs + 1), indexing="ij")
    possible = (apart <= changed) & ((changed - apart) % 2 == 0)
    values = (apart / np.sqrt(changed))[possible]
    return _last_not_rejected(values, level, lambda z: _paired_chance(pairs, z))


def _independent_chance(n1: int, n2: int, z: float) -> float:
    """Largest probability, over common shares, of so large a crossing of Newcombe's interval."""
    if z < 1e-9:
        return 1.0
    far = (_crossings(n1, n2) >= z - 1e-7).astype(np.float64)
    first, second = _changes(n1), _changes(n2)
    return float(((first @ far) * second).sum(axis=1).max())


@lru_cache(maxsize=16)
def _crossings(n1: int, n2: int) -> _Floats:
    first, second = np.meshgrid(np.arange(n1 + 1) / n1, np.arange(n2 + 1) / n2, indexing="ij")
    return _crossing(first, second, n1, n2)


@lru_cache(maxsize=64)
def _independent_quantile(n1: int, n2: int, level: float) -> float:
    return _last_not_rejected(_crossings(n1, n2).ravel(), level, lambda z: _independent_chance(n1, n2, z))


def _crossing(p1: _Floats, p2: _Floats, n1: int, n2: int) -> _Floats:
    """Quantile at which Newcombe's interval just holds no difference."""
    upper, lower = np.maximum(p1, p2), np.minimum(p1, p2)
    more, fewer = np.where(p1 > p2, n1, n2), np.where(p1 > p2, n2, n1)
    low, high = np.zeros(p1.shape), np.full(p1.shape, 40.0)
    for _ in range(45):
        z = (low + high) / 2
        reach = (upper - _wilson_end(upper, more, z, -1)) ** 2 + (
            _wilson_end(lower, fewer, z, 1) - lower
        ) ** 2
        left_out = reach < (upper - lower) ** 2
        low, high = np.where(left_out, z, low), np.where(left_out, high, z)
    return np.where(p1 == p2, 0.0, low)


def _wilson_end(share: _Floats, n: npt.NDArray[np.int64], z: _Floats, side: int) -> _Floats:
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return np.asarray((share + z**2 / (2 * n) + side * half) / (1 + z**2 / n))


def _last_not_rejected(values: _Floats, level: float, chance: Callable[[float], float]) -> float:
    """Largest value of the statistic above the normal quantile that the exact test does not reject."""
    normal = NormalDist().inv_cdf(1 - level / 2)
    above = np.unique(np.round(values[values > normal], 9))
    rejected, kept = len(above), -1
    while rejected - kept > 1:
        middle = (rejected + kept) // 2
        rejected, kept = (middle, kept) if chance(float(above[middle])) <= level else (rejected, middle)
    return normal if kept < 0 else float(above[kept]) + 1e-6


def _confidence(quantile: float, asked: float) -> float:
    return max(asked, 2 * NormalDist().cdf(quantile) - 1)


def _normal(z: float) -> float:
    return 2 * NormalDist().cdf(-abs(z))


def _check_pairs(gained: int, lost: int, pairs: int) -> None:
    if min(gained, lost) < 0 or gained + lost > pairs:
        raise ValueError(f"gained and lost must be counts that pairs holds; got {gained}, {lost} of {pairs}")


def _check_samples(x1: int, n1: int, x2: int, n2: int) -> None:
    for x, n in ((x1, n1), (x2, n2)):
        if n < 0 or not 0 <= x <= n:
            raise ValueError(f"x must be a count from 0 to n; got {x} of {n}")
