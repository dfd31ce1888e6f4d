"""How many case files to draw for a margin, what so many can show, and several files of one worker."""

from __future__ import annotations

from functools import partial
from math import ceil, sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import betaln
from scipy.stats import beta, binom, hypergeom

from qaf_lib.sampling.checks import (
    check_counts,
    check_fractions,
    check_sample,
    check_shares,
    first_count,
    last_held,
)
from qaf_lib.sampling.discovery import ROUNDED

POWER = 0.8
"""Probability of seeing an improvement that is planned for."""

_CURVE_POINTS = 200
_EXACT_UP_TO = 15
_FAR = 1.25  # times the margin wanted: no smaller sample with exact limits comes as much nearer

_Floats = npt.NDArray[np.float64]
_Ints = npt.NDArray[np.int64]


def sample_size(
    *, population: int, margin_of_error: float, proportion: float = 0.5, confidence: float = 0.95
) -> int:
    """Case files to draw so that a proportion is known to within a margin, by the usual formula.

    A normal approximation for simple random sampling without replacement.

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques, 3rd ed., Wiley, section 4.4.

    Examples
    --------
    >>> sample_size(population=240, margin_of_error=0.10)
    69
    """
    check_sample(population=population)
    check_fractions(margin_of_error=margin_of_error, proportion=proportion, confidence=confidence)
    unlimited = normal_quantile(confidence) ** 2 * proportion * (1 - proportion) / margin_of_error**2
    return min(population, ceil(unlimited / (1 + (unlimited - 1) / population)))


def expected_margin(
    *, population: int, sample: int, proportion: float = 0.5, confidence: float = 0.95
) -> float:
    """Half-width to expect of the interval that will be reported; 0 for a census.

    The interval is Wilson's with the effective sample size n (N - 1) / (N - n).

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. JASA 22,
    209-212. Cochran, W. G. (1977). Sampling Techniques, 3rd ed., Wiley, section 3.2 (finite population).

    Examples
    --------
    >>> round(expected_margin(population=153, sample=60), 4)
    0.0971
    """
    check_sample(population=population, sample=sample)
    check_fractions(proportion=proportion, confidence=confidence)
    return float(_half_width(np.array([sample]), population, proportion, confidence)[0])


def precision_curve(*, population: int, proportion: float = 0.5, confidence: float = 0.95) -> pd.DataFrame:
    """`margin` to expect at each size of `sample`, as `expected_margin`, from one case file to all of them.

    At most 200 sizes, closer together where the margin falls fastest.

    Examples
    --------
    >>> precision_curve(population=3).round(3).to_dict("list")
    {'sample': [1, 2, 3], 'margin': [0.445, 0.35, 0.0]}
    """
    check_sample(population=population)
    check_fractions(proportion=proportion, confidence=confidence)
    spread = (
        np.geomspace(1, population, _CURVE_POINTS) if population > _CURVE_POINTS else range(population + 1)
    )
    sizes = np.unique(np.clip(np.rint(np.asarray(spread)), 1, population).astype(np.int64))
    return pd.DataFrame({"sample": sizes, "margin": _half_width(sizes, population, proportion, confidence)})


def detectable_improvement(*, sample: int, before: float, confidence: float = 0.95) -> float | None:
    """Smallest rise in a share that two independent samples of one size show four times in five.

    Normal approximation without continuity correction, and without finite population: improvement is a
    claim about practice, not about these cases. None where even a rise to 100% would not be seen, and for
    so few cases that no exact test could show even none against all (two of each at 95%).

    References
    ----------
    Fleiss, J. L. (1981). Statistical Methods for Rates and Proportions, 2nd ed., Wiley, section 3.2,
    equation 3.14.

    Examples
    --------
    >>> round(detectable_improvement(sample=93, before=0.5), 3)
    0.2
    """
    check_counts(sample=sample)
    check_shares(before=before)
    check_fractions(confidence=confidence)
    seen = partial(_would_be_seen, sample, before, confidence)
    if 2 * 0.25**sample > 1 - confidence:  # Boschloo's probability of none against all
        return None
    if before == 1 or not seen(1.0):
        return None
    return last_held(seen, 1.0, before, within=1e-9) - before


def confirmed_sample_size(
    *, population: int, margin_of_error: float, proportion: float = 0.5, confidence: float = 0.95
) -> int:
    """Smallest sample whose `reported_margin` is no wider than was asked for.

    `sample_size` rests on the normal approximation; this one on the interval that the report will
    show, so that the margin promised is the margin printed.

    Examples
    --------
    >>> confirmed_sample_size(population=153, margin_of_error=0.10)
    58
    """
    check_sample(population=population)
    check_fractions(margin_of_error=margin_of_error, proportion=proportion, confidence=confidence)
    at = partial(reported_margin, population=population, proportion=proportion, confidence=confidence)
    few = min(_EXACT_UP_TO, population)
    if at(sample=few) <= _FAR * margin_of_error:
        for sample in range(1, few + 1):  # exact limits do not narrow case by case
            if at(sample=sample) <= margin_of_error:
                return sample
    low, high = min(_EXACT_UP_TO, population - 1), population
    near = 2 * sample_size(
        population=population, margin_of_error=margin_of_error, proportion=proportion, confidence=confidence
    )
    if low < near < high and at(sample=near) <= margin_of_error:  # samples far larger take long to weigh
        high = near
    return first_count(low, high, lambda sample: at(sample=sample) <= margin_of_error)


def reported_margin(
    *, population: int | None, sample: int, proportion: float = 0.5, confidence: float = 0.95
) -> float:
    """Half-width, on average over the samples that may come, of the interval that will be reported.

    The population is taken to hold the whole number of cases nearest to `proportion`; None speaks of the
    practice behind them. The interval is `analysis.share_interval`'s: Wilson's with the effective sample
    size n (N - 1) / (N - n), and exact limits up to 15 cases or where none or all of them count.

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques, 3rd ed., Wiley, section 3.2. Wright, T. (1991). Exact
    Confidence Bounds when Sampling from Small Finite Universes, Lecture Notes in Statistics 66, Springer.

    Examples
    --------
    >>> round(reported_margin(population=153, sample=60), 4)
    0.0966
    """
    check_fractions(proportion=proportion, confidence=confidence)
    if population is None:
        check_counts(sample=sample)
        return _practice_margin(sample, proportion, confidence)
    check_sample(population=population, sample=sample)
    if sample == population:
        return 0.0
    counted = min(population, max(0, round(proportion * population)))
    spread = sqrt(sample * proportion * (1 - proportion))
    middle = sample * counted / population
    low = max(0, sample - (population - counted), int(middle - 9 * spread - 9))
    high = min(sample, counted, int(middle + 9 * spread + 9))
    x = np.arange(low, high + 1)
    ways = _log_ways(counted, x) + _log_ways(population - counted, sample - x)
    chance = np.exp(ways - ways.max())
    widths = _widths(x, sample, population, confidence)
    return float((chance * widths).sum() / chance.sum() / 2)


def design_effect(*, cases_each: float, correlation: float) -> float:
    """How many times larger a sample must be where workers are drawn with several cases each.

    1 + (m - 1) rho: `cases_each` is the mean number of drawn cases of a worker, at least 1, `correlation`
    how much the grades of one worker's cases resemble each other, from 0 to 1.

    References
    ----------
    Kish, L. (1965). Survey Sampling, Wiley, section 5.4.

    Examples
    --------
    >>> design_effect(cases_each=3, correlation=0.2)
    1.4
    """
    if not cases_each >= 1:
        raise ValueError(f"cases_each must be at least 1; got {cases_each}")
    check_shares(correlation=correlation)
    return 1 + (cases_each - 1) * correlation


def clustered_sample_size(*, sample: int, population: int, cases_each: float, correlation: float) -> int:
    """Case files to draw in place of a simple random sample, with several cases of each worker.

    As `design_effect`, rounded up, and never more than the population: all cases have no design effect.

    Examples
    --------
    >>> clustered_sample_size(sample=60, population=153, cases_each=3, correlation=0.2)
    84
    """
    check_sample(population=population, sample=sample)
    effect = design_effect(cases_each=cases_each, correlation=correlation)
    return min(population, ceil(round(sample * effect, 9)))


def normal_quantile(confidence: float = 0.95) -> float:
    """Standard errors on each side of a two-sided interval."""
    return NormalDist().inv_cdf((1 + confidence) / 2)


def _half_width(sizes: _Ints, population: int, proportion: float, confidence: float) -> _Floats:
    z = normal_quantile(confidence)
    spare = population - sizes
    n = sizes * (population - 1) / np.maximum(spare, 1)
    n = np.maximum(n, 1)
    width = z * np.sqrt(proportion * (1 - proportion) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return np.where(spare == 0, 0.0, width)


def _would_be_seen(sample: int, before: float, confidence: float, after: float) -> bool:
    mean = (before + after) / 2
    chance = normal_quantile(confidence) * sqrt(2 * mean * (1 - mean))
    miss = NormalDist().inv_cdf(POWER) * sqrt(before * (1 - before) + after * (1 - after))
    return (after - before) * sqrt(sample) >= chance + miss


def _practice_margin(sample: int, proportion: float, confidence: float) -> float:
    """`reported_margin` without a finite population, with Clopper and Pearson's exact limits."""
    x = np.arange(sample + 1)
    chance = binom.pmf(x, sample, proportion)
    tail = (1 - confidence) / 2
    low, high = _wilson(x / sample, float(sample), confidence)
    exact = (sample <= _EXACT_UP_TO) | (x == 0) | (x == sample)
    low = np.where(exact, np.nan_to_num(beta.ppf(tail, x, sample - x + 1), nan=0.0), low)
    high = np.where(exact, np.nan_to_num(beta.ppf(1 - tail, x + 1, sample - x), nan=1.0), high)
    return float((chance * (high - low)).sum() / 2)


def _log_ways(cases: int, taken: _Ints) -> _Floats:
    """Logarithm of the ways to take so many of the cases (hypergeom.pmf takes seconds where N is large)."""
    ways: _Floats = -betaln(cases - taken + 1, taken + 1) - np.log(cases + 1)
    return ways


def _wilson(share: _Floats, size: float, confidence: float) -> tuple[_Floats, _Floats]:
    z = normal_quantile(confidence)
    middle = (share + z**2 / (2 * size)) / (1 + z**2 / size)
    half = z * np.sqrt(share * (1 - share) / size + z**2 / (4 * size**2)) / (1 + z**2 / size)
    return np.minimum(middle - half, share), np.maximum(middle + half, share)


def _widths(x: _Ints, n: int, population: int, confidence: float) -> _Floats:
    """Widths of the intervals that x of n would be reported with."""
    low, high = _wilson(x / n, n * (population - 1) / (population - n), confidence)
    low, high = np.maximum(low, x / population), np.minimum(high, 1 - (n - x) / population)
    exact = (n <= _EXACT_UP_TO) | (x == 0) | (x == n)
    tail = (1 - confidence) / 2
    low[exact] = (population - _most(n - x[exact], n, population, tail)) / population
    high[exact] = _most(x[exact], n, population, tail) / population
    widths: _Floats = high - low
    return widths


def _most(found: _Ints, sample: int, population: int, tail: float) -> _Ints:
    """`most_that_could_exist` for many counts of one sample, by bisection of all of them at once."""
    low, high = found.copy(), population - (sample - found) + 1
    while (high - low > 1).any():
        middle = (low + high) // 2
        room = hypergeom.cdf(found, population, middle, sample) > tail * ROUNDED
        low, high = np.where(room, middle, low), np.where(room, high, middle)
    return low
