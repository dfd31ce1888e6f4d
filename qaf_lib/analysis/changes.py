"""Has a share changed? Exact tests, and intervals that leave out no change exactly where the test does."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from functools import lru_cache
from math import acos, copysign, cos, pi, sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
from scipy.stats import binom, boschloo_exact

from qaf_lib.analysis.checks import check_part
from qaf_lib.analysis.intervals import (
    ChangeTest,
    Interval,
    check_pairs,
    newcombe_difference,
    paired_difference,
    two_sided,
)
from qaf_lib.errors import InputError
from qaf_lib.sampling.checks import check_counts, check_shares, last_held
from qaf_lib.sampling.size import normal_quantile

_Floats = npt.NDArray[np.float64]
_LEVEL, _POWER = 0.05, 0.8
_EXACT_PAIRS = 1_000
_EXACT_SAMPLES = 90_000
_NUISANCE: _Floats = np.linspace(0.0025, 1.0, 400)


def paired_change_test(*, gained: int, lost: int, pairs: int) -> ChangeTest:
    """Test whether a share of the same cases has changed: McNemar's test, exact and unconditional.

    McNemar's z is set against every outcome that so many pairs could have, at the share of changing pairs
    that makes so large a z most likely. Its size is never above its level; the mid-p and the large-sample
    test reach 7.7% at a level of 5%. Beyond 1,000 pairs the normal distribution stands in.

    Suissa, S. and Shuster, J. J. (1991). The 2 x 2 matched-pairs trial: exact unconditional design and
    analysis. Biometrics 47, 361-372. Fagerland, M. W., Lydersen, S. and Laake, P. (2013). The McNemar test
    for binary matched-pairs data. BMC Medical Research Methodology 13, 91.
    """
    check_pairs(gained, lost, pairs)
    if pairs == 0:
        return ChangeTest(None, None, None, "no pairs")
    z = (gained - lost) / sqrt(gained + lost) if gained + lost else 0.0
    if pairs > _EXACT_PAIRS:
        return ChangeTest(z, None, two_sided(z), "McNemar, large sample")
    chance = max(two_sided(z), _paired_chance(pairs, abs(z)))
    return ChangeTest(z, None, min(1.0, chance), "McNemar, exact unconditional")


def paired_change_interval(*, gained: int, lost: int, pairs: int) -> Interval:
    """Gained less lost as a fraction of pairs, with limits that agree with `paired_change_test`.

    Tango's score interval is McNemar's z turned round. Where the exact test asks for more than the normal
    quantile, so does the interval. Tango (1998), as `paired_difference`.
    """
    plain = paired_difference(first_only=gained, second_only=lost, pairs=pairs)
    if not 0 < pairs <= _EXACT_PAIRS:
        return plain
    level = _confidence(_paired_quantile(pairs))
    return paired_difference(first_only=gained, second_only=lost, pairs=pairs, confidence=level)


def independent_change_test(*, x1: int, n1: int, x2: int, n2: int) -> ChangeTest:
    """Test whether the shares of two independent samples differ: exact, unconditional, ordered by Newcombe.

    The statistic is the quantile at which Newcombe's interval would just hold no difference. It is set
    against every outcome of two such samples, at the common share that makes so large a value most likely.
    Where the samples are too large for that (300 in each are not), the normal distribution stands in.

    Suissa, S. and Shuster, J. J. (1985). Exact unconditional sample sizes for the 2 x 2 binomial trial.
    JRSS A 148, 317-327. Newcombe (1998), as `newcombe_difference`.
    """
    check_part(x1, n1)
    check_part(x2, n2)
    if n1 == 0 or n2 == 0:
        return ChangeTest(None, None, None, "none graded")
    size = float(_crossing(np.array([x1 / n1]), np.array([x2 / n2]), n1, n2)[0])
    z = size if x1 / n1 >= x2 / n2 else -size
    if n1 * n2 > _EXACT_SAMPLES:
        return ChangeTest(z, None, two_sided(z), "Newcombe, large samples")
    chance = max(two_sided(z), _independent_chance(n1, n2, size))
    return ChangeTest(z, None, min(1.0, chance), "Newcombe, exact unconditional")


def independent_change_interval(*, x1: int, n1: int, x2: int, n2: int) -> Interval:
    """First share less second, with Newcombe's limits made to agree with `independent_change_test`."""
    plain = newcombe_difference(x1=x1, n1=n1, x2=x2, n2=n2)
    if not 0 < n1 * n2 <= _EXACT_SAMPLES:
        return plain
    level = _confidence(_independent_quantile(n1, n2))
    return newcombe_difference(x1=x1, n1=n1, x2=x2, n2=n2, confidence=level)


def miettinen_nurminen(*, x1: int, n1: int, x2: int, n2: int) -> Interval:
    """Difference of two independent shares, first less second, with the score interval.

    References
    ----------
    Miettinen, O. and Nurminen, M. (1985). Comparative analysis of two rates. Statistics in Medicine 4,
    213-226, appendix 1. Newcombe, R. G. (1998). Statistics in Medicine 17, 873-890, method 6 and table II.

    Examples
    --------
    >>> found = miettinen_nurminen(x1=56, n1=70, x2=48, n2=80)
    >>> round(found.low, 4), round(found.high, 4)
    (0.0528, 0.3382)
    """
    check_part(x1, n1)
    check_part(x2, n2)
    if n1 == 0 or n2 == 0:
        return Interval(None, None, None, "none graded")
    if n1 == n2 == 1:
        return Interval(float(x1 - x2), -1.0, 1.0, "one case each, nothing can be ruled out")
    estimate = x1 / n1 - x2 / n2
    z = normal_quantile()

    def near(difference: float) -> bool:
        return abs(_score(x1, n1, x2, n2, difference)) <= z

    low, high = (last_held(near, estimate, end, 1e-10) for end in (-1.0, 1.0))
    return Interval(estimate, low, high, "Miettinen-Nurminen, independent samples")


def boschloo(*, x1: int, n1: int, x2: int, n2: int) -> ChangeTest:
    """Exact test of two independent shares, never weaker than Fisher's: twice the smaller one-sided p.

    Boschloo, R. D. (1970). Raised conditional level of significance for the 2 x 2-table when testing the
    equality of two probabilities. Statistica Neerlandica 24, 1-9.
    """
    check_part(x1, n1)
    check_part(x2, n2)
    if n1 == 0 or n2 == 0:
        return ChangeTest(None, None, None, "none graded")
    if x1 + x2 in (0, n1 + n2):
        return ChangeTest(None, None, 1.0, "all or none counted in both samples")
    found = boschloo_exact([[x1, x2], [n1 - x1, n2 - x2]], alternative="two-sided")
    return ChangeTest(None, None, min(1.0, float(found.pvalue)), "Boschloo, exact")


def mcnemar_exact_p(*, gained: int, lost: int) -> float:
    """Probability of so uneven a change of pairs, or a more uneven one: never too small, often too large.

    Exact and conditional on the pairs that changed; 1 where none did.

    References
    ----------
    Fagerland, M. W., Lydersen, S. and Laake, P. (2013). BMC Medical Research Methodology 13, 91 (where the
    mid-p value is preferred).

    Examples
    --------
    >>> round(mcnemar_exact_p(gained=7, lost=1), 4)
    0.0703
    """
    check_counts(least=0, gained=gained, lost=lost)
    return min(1.0, float(2 * binom.cdf(min(gained, lost), gained + lost, 0.5)))


def mcnemar_mid_p(*, gained: int, lost: int) -> float:
    """The same with half of the outcome's own probability (mid-p): Fagerland and others (2013)."""
    check_counts(least=0, gained=gained, lost=lost)
    fewer, changed = min(gained, lost), gained + lost
    if gained == lost:
        return 1.0
    return float(2 * binom.cdf(fewer, changed, 0.5) - binom.pmf(fewer, changed, 0.5))


def paired_power(*, pairs: int, changed: float, change: float) -> float:
    """Probability that pairs, of which a share `changed` either way, show a `change` that is really there.

    Connor, R. J. (1987). Sample size for testing differences in proportions for the paired-sample design.
    Biometrics 43, 207-211 (normal approximation to McNemar's test).
    """
    check_counts(pairs=pairs)
    if not 0 < change <= changed <= 1:
        raise InputError(f"change must be above 0 and at most changed; got {change} and {changed}")
    spread = sqrt(max(changed - change**2, 1e-12))
    return NormalDist().cdf((change * sqrt(pairs) - normal_quantile() * sqrt(changed)) / spread)


def detectable_paired_change(*, pairs: int, changed: float) -> float | None:
    """Smallest change that pairs show four times in five; None where not even one all one way is seen."""
    check_counts(pairs=pairs)
    check_shares(changed=changed)

    def seen(change: float) -> bool:
        return paired_power(pairs=pairs, changed=changed, change=change) >= _POWER

    return last_held(seen, changed, 0.0, 1e-9) if changed and seen(changed) else None


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
def _paired_quantile(pairs: int) -> float:
    changed, apart = np.meshgrid(np.arange(1, pairs + 1), np.arange(1, pairs + 1), indexing="ij")
    possible = (apart <= changed) & ((changed - apart) % 2 == 0)
    values = (apart / np.sqrt(changed))[possible]
    return _last_not_rejected(values, lambda z: _paired_chance(pairs, z))


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
def _independent_quantile(n1: int, n2: int) -> float:
    return _last_not_rejected(_crossings(n1, n2).ravel(), lambda z: _independent_chance(n1, n2, z))


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


def _last_not_rejected(values: _Floats, chance: Callable[[float], float]) -> float:
    """Largest value of the statistic above the normal quantile that the exact test does not reject at 5%."""
    normal = NormalDist().inv_cdf(1 - _LEVEL / 2)
    above = np.unique(np.round(values[values > normal], 9)).tolist()
    kept = bisect_left(above, True, key=lambda value: chance(value) <= _LEVEL) - 1
    return normal if kept < 0 else float(above[kept]) + 1e-6


def _confidence(quantile: float) -> float:
    return max(0.95, 2 * NormalDist().cdf(quantile) - 1)


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
