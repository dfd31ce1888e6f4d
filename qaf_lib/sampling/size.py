"""How many case files to draw, and what a number of case files can show."""

from __future__ import annotations

from math import ceil, sqrt
from statistics import NormalDist

import numpy as np
import pandas as pd

__all__ = [
    "detectable_improvement",
    "expected_margin",
    "precision_curve",
    "sample_size",
]

_CURVE_POINTS = 200


def sample_size(
    *, population: int, margin_of_error: float, proportion: float = 0.5, confidence: float = 0.95
) -> int:
    """Case files to draw so that a proportion is known to within a margin.

    Assumes simple random sampling without replacement and a normal approximation.

    Parameters
    ----------
    population : int
        Case files on the sampling frame (count, at least 1).
    margin_of_error : float
        Half-width of the interval, as a fraction: 0.10 is ten percentage points.
    proportion : float
        Expected share meeting the standard (fraction); 0.5 asks for the most files.
    confidence : float
        Two-sided confidence level (fraction).

    Returns
    -------
    int
        Files to draw, rounded up; never more than `population`.

    Raises
    ------
    ValueError
        If `population` is below 1, or a fraction is not strictly between 0 and 1.

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques, 3rd ed., Wiley, section 4.4.

    Examples
    --------
    >>> sample_size(population=240, margin_of_error=0.10)
    69
    >>> sample_size(population=153, margin_of_error=0.10)
    60
    """
    _check_population(population)
    _check_fractions(margin_of_error=margin_of_error, proportion=proportion, confidence=confidence)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    unlimited = z**2 * proportion * (1 - proportion) / margin_of_error**2
    return min(population, ceil(unlimited / (1 + (unlimited - 1) / population)))


def expected_margin(
    *, population: int, sample: int, proportion: float = 0.5, confidence: float = 0.95
) -> float:
    """Half-width to expect of the interval that will be reported.

    The interval is Wilson's with the effective sample size n (N - 1) / (N - n), so that the
    margin is nothing when every case is audited.

    Parameters
    ----------
    population : int
        Case files on the sampling frame (count, at least 1).
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
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    JASA 22, 209-212.
    Cochran, W. G. (1977). Sampling Techniques, 3rd ed., Wiley, section 3.2 (finite population).

    Examples
    --------
    >>> round(expected_margin(population=153, sample=60), 4)
    0.0971
    >>> expected_margin(population=153, sample=153)
    0.0
    """
    _check_population(population)
    _check_sample(sample, population)
    _check_fractions(proportion=proportion, confidence=confidence)
    return float(_half_width(np.array([sample]), population, proportion, confidence)[0])


def precision_curve(*, population: int, proportion: float = 0.5, confidence: float = 0.95) -> pd.DataFrame:
    """Margin to expect at each size of sample, from one case file to all of them.

    Parameters
    ----------
    population : int
        Case files on the sampling frame (count, at least 1).
    proportion : float
        Expected share meeting the standard (fraction).
    confidence : float
        Two-sided confidence level (fraction).

    Returns
    -------
    DataFrame
        `sample` (count) and `margin` (half-width, fraction); at most 200 sizes, closer together
        where the margin falls fastest.

    Raises
    ------
    ValueError
        If `population` is below 1, or a fraction is not strictly between 0 and 1.

    References
    ----------
    As `expected_margin`.

    Examples
    --------
    >>> precision_curve(population=3).round(3).to_dict("list")
    {'sample': [1, 2, 3], 'margin': [0.445, 0.35, 0.0]}
    """
    _check_population(population)
    _check_fractions(proportion=proportion, confidence=confidence)
    spread = (
        np.geomspace(1, population, _CURVE_POINTS) if population > _CURVE_POINTS else range(population + 1)
    )
    sizes = np.unique(np.clip(np.rint(np.asarray(spread)), 1, population).astype(np.int64))
    return pd.DataFrame({"sample": sizes, "margin": _half_width(sizes, population, proportion, confidence)})


def detectable_improvement(
    *, sample: int, before: float, confidence: float = 0.95, power: float = 0.8
) -> float | None:
    """Smallest rise in a share that two independent samples of one size are likely to show.

    Normal approximation without continuity correction; no finite population correction,
    because improvement is a claim about practice, not about these cases. So few cases that no exact
    test could show even none against all (two of each at 95%) show no rise.

    Parameters
    ----------
    sample : int
        Graded case files in each of the two samples (count, at least 1).
    before : float
        Share meeting the standard the first time (fraction, 0 to 1).
    confidence : float
        Two-sided confidence level of the comparison (fraction).
    power : float
        Probability of seeing the rise when it is there (fraction).

    Returns
    -------
    float or None
        Rise as a fraction (0.20 is twenty percentage points); None where even a rise to 100%
        would not be seen.

    Raises
    ------
    ValueError
        If `sample` is below 1 or a fraction is out of range.

    References
    ----------
    Fleiss, J. L. (1981). Statistical Methods for Rates and Proportions, 2nd ed., Wiley,
    section 3.2, equation 3.14.

    Examples
    --------
    >>> round(detectable_improvement(sample=93, before=0.5), 3)
    0.2
    >>> detectable_improvement(sample=10, before=0.8) is None
    True
    """
    if not sample >= 1 or sample % 1:
        raise ValueError(f"sample must be a count of at least 1; got {sample}")
    if not 0 <= before <= 1:
        raise ValueError(f"before must be a fraction from 0 to 1; got {before}")
    _check_fractions(confidence=confidence, power=power)
    if 2 * 0.25**sample > 1 - confidence:  # Boschloo's probability of none against all
        return None
    if before == 1 or not _would_be_seen(sample, before, 1.0, confidence, power):
        return None
    low, high = before, 1.0
    while high - low > 1e-9:
        middle = (low + high) / 2
        low, high = (
            (low, middle) if _would_be_seen(sample, before, middle, confidence, power) else (middle, high)
        )
    return high - before


def _half_width(
    sizes: np.ndarray[tuple[int], np.dtype[np.int64]], population: int, proportion: float, confidence: float
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    spare = population - sizes
    n = sizes * (population - 1) / np.maximum(spare, 1)
    n = np.maximum(n, 1)
    width = z * np.sqrt(proportion * (1 - proportion) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return np.where(spare == 0, 0.0, width)


def _would_be_seen(sample: int, before: float, after: float, confidence: float, power: float) -> bool:
    mean = (before + after) / 2
    chance = NormalDist().inv_cdf((1 + confidence) / 2) * sqrt(2 * mean * (1 - mean))
    miss = NormalDist().inv_cdf(power) * sqrt(before * (1 - before) + after * (1 - after))
    return (after - before) * sqrt(sample) >= chance + miss


def _check_population(population: int) -> None:
    if not population >= 1 or population % 1:
        raise ValueError(f"population must be a count of at least 1; got {population}")


def _check_sample(sample: int, population: int) -> None:
    if not 1 <= sample <= population or sample % 1:
        raise ValueError(f"sample must be a count from 1 to the population of {population}; got {sample}")


def _check_fractions(**fractions: float) -> None:
    for name, value in fractions.items():
        if not 0 < value < 1:
            raise ValueError(f"{name} must be a fraction between 0 and 1; got {value}")
