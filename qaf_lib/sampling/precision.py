"""Precision of what will be reported: means and confirmed shares."""

from __future__ import annotations

from functools import partial
from math import ceil, sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
from scipy.special import betaln
from scipy.stats import beta, binom

from qaf_lib.sampling.exact_limits import exact_limits
from qaf_lib.sampling.size import sample_size

__all__ = [
    "confirmed_sample_size",
    "mean_sample_size",
    "reported_margin",
]

_EXACT_UP_TO = 15
_FAR = 1.25  # times the margin wanted: no smaller sample with exact limits comes as much nearer
_Floats = npt.NDArray[np.float64]


def mean_sample_size(
    *, population: int, margin_of_error: float, standard_deviation: float, confidence: float = 0.95
) -> int:
    """Case files to draw so that a mean score is known to within a margin.

    Parameters
    ----------
    population : int
        Case files on the sampling frame (count, at least 1).
    margin_of_error : float
        Half-width wanted, in points of the scale (above 0).
    standard_deviation : float
        Expected standard deviation of one case, in points of the scale (at least 0).
    confidence : float
        Two-sided confidence level (fraction).

    Returns
    -------
    int
        Files to draw, rounded up; never more than `population`, at which the mean is known.

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques, 3rd ed., Wiley, section 4.6, equations 4.5 and 4.6.

    Examples
    --------
    >>> mean_sample_size(population=240, margin_of_error=0.5, standard_deviation=2)
    49
    """
    _check_population(population)
    _check_fractions(confidence=confidence)
    if margin_of_error <= 0 or standard_deviation < 0:
        raise ValueError(
            "margin_of_error must be above 0 and standard_deviation at least 0; got "
            f"{margin_of_error} and {standard_deviation}"
        )
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    unlimited = (z * standard_deviation / margin_of_error) ** 2
    return min(population, max(1, ceil(unlimited / (1 + unlimited / population))))


def reported_margin(
    *, population: int | None, sample: int, proportion: float = 0.5, confidence: float = 0.95
) -> float:
    """Half-width, on average over the samples that may come, of the interval that will be reported.

    The population is taken to hold the whole number of cases nearest to `proportion`. The interval
    is `analysis.share_interval`'s: Wilson's with the effective sample size n (N - 1) / (N - n), and
    exact limits up to 15 cases or where none or all of them count.

    Parameters
    ----------
    population : int or None
        Case files on the sampling frame (count, at least 1); None speaks of the practice behind them,
        without finite population.
    sample : int
        Case files with a grade (count, 1 to `population`).
    proportion : float
        Expected share meeting the standard (fraction).
    confidence : float
        Two-sided confidence level (fraction).

    Returns
    -------
    float
        Half-width as a fraction; 0 for a census.

    Raises
    ------
    ValueError
        If a count is out of range, or a fraction is not strictly between 0 and 1.

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques, 3rd ed., Wiley, section 3.2.
    Wright, T. (1991). Exact Confidence Bounds when Sampling from Small Finite Universes, Lecture
    Notes in Statistics 66, Springer.

    Examples
    --------
    >>> round(reported_margin(population=153, sample=60), 4)
    0.0966
    """
    _check_fractions(proportion=proportion, confidence=confidence)
    if population is None:
        return _practice_margin(sample, proportion, confidence)
    _check_population(population)
    if not 1 <= sample <= population or sample % 1:
        raise ValueError(f"sample must be a count from 1 to the population of {population}; got {sample}")
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


def confirmed_sample_size(
    *, population: int, margin_of_error: float, proportion: float = 0.5, confidence: float = 0.95
) -> int:
    """Smallest sample whose reported interval is, on average, no wider than was asked for.

    `sample_size` rests on the normal approximation; this one on the interval that the report will
    show, so that the margin promised is the margin printed.

    Parameters
    ----------
    population : int
        Case files on the sampling frame (count, at least 1).
    margin_of_error : float
        Half-width wanted (fraction).
    proportion : float
        Expected share meeting the standard (fraction).
    confidence : float
        Two-sided confidence level (fraction).

    Returns
    -------
    int
        Files to draw.

    Raises
    ------
    ValueError
        If `population` is below 1, or a fraction is not strictly between 0 and 1.

    References
    ----------
    As `reported_margin`.

    Examples
    --------
    >>> confirmed_sample_size(population=153, margin_of_error=0.10)
    58
    """
    _check_population(population)
    _check_fractions(margin_of_error=margin_of_error, proportion=proportion, confidence=confidence)
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
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if at(sample=middle) <= margin_of_error else (middle, high)
    return high


def _practice_margin(sample: int, proportion: float, confidence: float) -> float:
    if not sample >= 1 or sample % 1:
        raise ValueError(f"sample must be a count of at least 1; got {sample}")
    x = np.arange(sample + 1)
    chance = binom.pmf(x, sample, proportion)
    tail = (1 - confidence) / 2
    low, high = _wilson(x / sample, float(sample), confidence)
    exact = (sample <= _EXACT_UP_TO) | (x == 0) | (x == sample)
    low = np.where(exact, np.nan_to_num(beta.ppf(tail, x, sample - x + 1), nan=0.0), low)
    high = np.where(exact, np.nan_to_num(beta.ppf(1 - tail, x + 1, sample - x), nan=1.0), high)
    return float((chance * (high - low)).sum() / 2)


def _log_ways(cases: int, taken: npt.NDArray[np.int64]) -> _Floats:
    """Logarithm of the ways to take so many of the cases (hypergeom.pmf takes seconds where N is large)."""
    ways: _Floats = -betaln(cases - taken + 1, taken + 1) - np.log(cases + 1)
    return ways


def _wilson(share: _Floats, size: float, confidence: float) -> tuple[_Floats, _Floats]:
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    middle = (share + z**2 / (2 * size)) / (1 + z**2 / size)
    half = z * np.sqrt(share * (1 - share) / size + z**2 / (4 * size**2)) / (1 + z**2 / size)
    return np.minimum(middle - half, share), np.maximum(middle + half, share)


def _widths(x: npt.NDArray[np.int64], n: int, population: int, confidence: float) -> _Floats:
    """Widths of the intervals that x of n would be reported with."""
    low, high = _wilson(x / n, n * (population - 1) / (population - n), confidence)
    low, high = np.maximum(low, x / population), np.minimum(high, 1 - (n - x) / population)
    exact = (n <= _EXACT_UP_TO) | (x == 0) | (x == n)
    low[exact], high[exact] = exact_limits(
        found=x[exact], sample=n, population=population, confidence=confidence
    )
    widths: _Floats = high - low
    return widths


def _check_population(population: int) -> None:
    if not population >= 1 or population % 1:
        raise ValueError(f"population must be a count of at least 1; got {population}")


def _check_fractions(**fractions: float) -> None:
    for name, value in fractions.items():
        if not 0 < value < 1:
            raise ValueError(f"{name} must be a fraction between 0 and 1; got {value}")
