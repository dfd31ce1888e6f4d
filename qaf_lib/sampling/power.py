"""Power of a re-audit: the chance to see a change of a share that is really there, and what it asks for."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import ceil, sqrt
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import binom, hypergeom

from qaf_lib.sampling.checks import check_counts, check_fractions, check_shares, first_count, last_held
from qaf_lib.sampling.size import POWER, detectable_improvement

EXACT_POWER_UP_TO = 60
"""Cases in the larger of two samples up to which every possible outcome is counted."""

EXACT_PAIRS_UP_TO = 1000
"""Pairs up to which a size rests on the exact power; beyond, the normal approximation is as good."""

_CONFIDENCE = 0.95
_Floats = npt.NDArray[np.float64]
_Flags = npt.NDArray[np.bool_]
_NO_MATTER = 1e-18  # chances too small to change a power
_RATES = np.linspace(0, 1, 2001)


class ReauditPlan(NamedTuple):
    """The smallest rise of a share that a re-audit of so many cases, or pairs, shows four times in five.

    It is None where none is likely to be seen; `method` is the test that the plan rests on.
    """

    sample: int
    smallest_improvement: float | None
    method: str


def improvement_size(*, improvement: float, before: float, confidence: float = 0.95) -> int:
    """Case files to grade each time so that a re-audit of new cases shows a rise four times in five.

    `improvement` is a fraction: 0.20 is twenty percentage points. The normal approximation gives the least
    number; up to 60 it grows until Boschloo's exact test, with which the re-audit is planned there, has the
    power as well. The population may be smaller.

    References
    ----------
    Fleiss, J. L. (1981). Statistical Methods for Rates and Proportions, 2nd ed., Wiley, section 3.2.

    Examples
    --------
    >>> improvement_size(improvement=0.2, before=0.5)
    93
    """
    if not 0 <= before < 1:
        raise ValueError(f"before must be a fraction from 0 up to, but not including, 1; got {before}")
    if not 0 < improvement <= 1 - before + 1e-9:
        raise ValueError(f"improvement must be above 0 and at most {1 - before:g}; got {improvement}")
    size = _normal_size(improvement, before, confidence)
    after = min(1.0, before + improvement)
    while (
        size <= EXACT_POWER_UP_TO
        and independent_power(sample=size, before=before, after=after, confidence=confidence) < POWER
    ):
        size += 1
    return size


def paired_improvement_size(*, improvement: float, changed: float) -> int:
    """Case files to audit twice so that a rise is shown four times in five, at 95%.

    `changed` is the share of them that change either way, at least the `improvement`. Exact up to 1,000
    pairs (`exact_paired_power`), the normal approximation beyond. The population may be smaller.

    References
    ----------
    Connor, R. J. (1987). Sample size for testing differences in proportions for the paired-sample design.
    Biometrics 43, 207-211.

    Examples
    --------
    >>> paired_improvement_size(improvement=0.2, changed=0.3)
    53
    """
    check_shares(improvement=improvement, changed=changed)
    if not 0 < improvement <= changed + 1e-9:
        raise ValueError(
            f"improvement must be above 0 and at most the share changed, {changed:g}; got {improvement}"
        )
    chance = NormalDist().inv_cdf((1 + _CONFIDENCE) / 2) * sqrt(changed)
    miss = NormalDist().inv_cdf(POWER) * sqrt(max(0.0, changed - improvement**2))
    size = ceil(round(((chance + miss) / improvement) ** 2, 9))
    if size > EXACT_PAIRS_UP_TO:
        return size
    gained, lost = (changed + improvement) / 2, max(0.0, (changed - improvement) / 2)

    def seen(pairs: int) -> bool:
        return exact_paired_power(pairs=pairs, gained=gained, lost=lost) >= POWER

    return first_count(0, 2 * size + 20, seen)


def independent_reaudit(*, sample: int, before: float) -> ReauditPlan:
    """Smallest improvement that a second, independent sample of as many cases is likely to show, at 95%.

    By Boschloo's exact test up to 60 cases, by the normal approximation beyond, as `independent_power`.

    Examples
    --------
    >>> round(independent_reaudit(sample=20, before=0.5).smallest_improvement, 2)
    0.39
    """
    check_counts(sample=sample)
    check_shares(before=before)

    def power(rise: float) -> float:
        return independent_power(
            sample=sample, before=before, after=min(1.0, before + rise), confidence=_CONFIDENCE
        )

    exact = sample <= EXACT_POWER_UP_TO
    method = "Boschloo's exact test" if exact else "normal approximation, chi-squared test"
    return ReauditPlan(sample, _smallest(power, 1 - before), method)


def paired_reaudit(*, pairs: int, changed: float) -> ReauditPlan:
    """Smallest improvement that auditing the same cases again is likely to show, at 95%.

    `changed` is the share of them that change either way, for example from moderation. As
    `exact_paired_power`.

    Examples
    --------
    >>> round(paired_reaudit(pairs=40, changed=0.4).smallest_improvement, 2)
    0.26
    """
    check_counts(pairs=pairs)
    check_shares(changed=changed)

    def power(rise: float) -> float:
        return exact_paired_power(
            pairs=pairs, gained=(changed + rise) / 2, lost=max(0.0, (changed - rise) / 2)
        )

    return ReauditPlan(pairs, _smallest(power, changed), "McNemar's test, exact mid-p")


def independent_power(*, sample: int, before: float, after: float, confidence: float = 0.95) -> float:
    """Probability that two independent samples of one size show a difference of shares.

    Boschloo's unconditional test (twice the smaller one-sided p), every possible pair of counts weighed, up
    to 60 cases; beyond, the normal approximation to the chi-squared test. Where the true shares are equal it
    is the test's size.

    References
    ----------
    Boschloo, R. D. (1970). Raised conditional level of significance for the 2 x 2 table when testing
    the equality of two probabilities. Statistica Neerlandica 24, 1-9.
    Fleiss, J. L. (1981). Statistical Methods for Rates and Proportions, 2nd ed., Wiley, section 3.2.

    Examples
    --------
    >>> round(independent_power(sample=93, before=0.5, after=0.7), 2)
    0.8
    """
    check_counts(sample=sample)
    check_shares(before=before, after=after)
    check_fractions(confidence=confidence)
    if sample > EXACT_POWER_UP_TO:
        return _normal_power(sample, before, after, confidence)
    rejects = _boschloo(sample, round(1 - confidence, 12))
    return min(1.0, float(_binomial(sample, before) @ rejects @ _binomial(sample, after)))


def exact_paired_power(*, pairs: int, gained: float, lost: float) -> float:
    """Probability that McNemar's mid-p test of re-audited cases finds a change, at 95%.

    `analysis.mcnemar_mid_p`, over every number of changed pairs and every split of them; `gained` and `lost`
    are the true shares of pairs that come into the band and that leave it. 0 where no number could be
    significant.

    References
    ----------
    Duffy, S. W. (1984). Asymptotic and exact power for the McNemar test and its analogue with R
    controls per case. Biometrics 40, 1005-1015.
    Fagerland, M. W., Lydersen, S. and Laake, P. (2013). The McNemar test for binary matched-pairs
    data. BMC Medical Research Methodology 13, 91.
    """
    check_counts(pairs=pairs)
    check_shares(gained=gained, lost=lost)
    if gained + lost > 1 + 1e-9:
        raise ValueError(f"gained and lost must be at most 1 together; got {gained} and {lost}")
    if gained + lost < 1e-15:
        return 0.0
    chances = _binomial(pairs, min(1.0, gained + lost))
    changed = np.flatnonzero(chances > _NO_MATTER)
    most = _most_uneven(pairs)[changed]
    up = round(gained / (gained + lost), 15)
    shown = binom.cdf(most, changed, up) + binom.cdf(most, changed, 1 - up)
    shown = np.where(most < 0, 0.0, shown)
    return float(min(1.0, (chances[changed] * shown).sum()))


def _smallest(power: Callable[[float], float], largest: float) -> float | None:
    """Smallest rise with the power, or None where the largest has it not."""
    if largest <= 0 or power(largest) < POWER:
        return None
    return last_held(lambda rise: power(rise) >= POWER, largest, 0.0, within=1e-7)


def _normal_size(improvement: float, before: float, confidence: float) -> int:
    """Smallest sample whose detectable improvement is the one asked for."""

    def seen(sample: int) -> bool:
        least = detectable_improvement(sample=sample, before=before, confidence=confidence)
        return least is not None and least <= improvement + 1e-7

    high = 1
    while not seen(high):
        high *= 2
    return first_count(high // 2, high, seen)


def _binomial(n: int, share: float) -> _Floats:
    """Chances of 0 to n; scipy's overflow at shares too near to 0 to matter."""
    chances: _Floats = binom.pmf(np.arange(n + 1), n, round(share, 15))
    return chances


@lru_cache(maxsize=32)
def _most_uneven(pairs: int) -> _Floats:
    """Most on the smaller side at which 0 to all changed pairs are significant by mid-p; -1 for none."""
    alpha = round(1 - _CONFIDENCE, 12)
    changed = np.arange(pairs + 1)
    near = binom.ppf(alpha / 2, changed, 0.5)
    most: _Floats = np.full(len(changed), -1.0)
    for step in (-2, -1, 0, 1):
        fewer = near + step
        p = 2 * binom.cdf(fewer, changed, 0.5) - binom.pmf(fewer, changed, 0.5)
        shown = (p <= alpha * (1 + 1e-9)) & (fewer >= 0) & (2 * fewer < changed)
        most = np.where(shown, fewer, most)
    return most


@lru_cache(maxsize=128)
def _boschloo(sample: int, alpha: float) -> _Flags:
    """The pairs of counts at which either one-sided Boschloo test rejects at half the level."""
    one_sided = _one_sided(sample, alpha / 2)
    return one_sided | one_sided.T


def _one_sided(sample: int, alpha: float) -> _Flags:
    """Counts with more in the second than chance allows: Fisher's p as low as keeps the size."""
    counts = np.arange(sample + 1)
    x1, x2 = np.meshgrid(counts, counts, indexing="ij")
    fisher = np.round(hypergeom.sf(x2 - 1, 2 * sample, x1 + x2, sample), 12)
    cuts = np.unique(fisher)
    chance = binom.pmf(counts, sample, _RATES[:, None])

    def too_large(at: int) -> bool:
        size = ((chance @ (fisher <= cuts[at])) * chance).sum(axis=1).max()
        return bool(size > alpha * (1 + 1e-9))

    last = first_count(-1, len(cuts), too_large) - 1
    rejects: _Flags = fisher <= (cuts[last] if last >= 0 else -1.0)
    return rejects


def _normal_power(sample: int, before: float, after: float, confidence: float) -> float:
    mean = (sample * before + sample * after) / (sample + sample)
    chance = NormalDist().inv_cdf((1 + confidence) / 2) * sqrt(mean * (1 - mean) * (1 / sample + 1 / sample))
    spread = sqrt(before * (1 - before) / sample + after * (1 - after) / sample)
    change = abs(after - before)
    if spread == 0:
        return float(change > chance)
    return NormalDist().cdf((change - chance) / spread) + NormalDist().cdf((-change - chance) / spread)
