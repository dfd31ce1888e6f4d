"""What finding nothing, or little, says about what could exist."""

from __future__ import annotations

from math import ceil

from scipy.stats import hypergeom

__all__ = ["discovery_size", "most_that_could_exist"]

ROUNDED = 1 + 1e-9
"""Room for rounding where a probability is compared with 1 - confidence: 1 - 0.9 is a little below 0.1."""


def discovery_size(*, population: int, tolerable_share: float, confidence: float = 0.95) -> int:
    """Case files to draw so that, if none shows a fault, the fault is rarer than is tolerable.

    Exact for sampling without replacement: the smallest n for which a population with the
    tolerable number of faulty cases would show none of them with probability 1 - `confidence`
    at most.

    Parameters
    ----------
    population : int
        Case files on the sampling frame (count, at least 1).
    tolerable_share : float
        Share of faulty cases that must not go unseen (fraction); rounded up to whole cases.
    confidence : float
        Probability of seeing at least one of them (fraction).

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
    Wright, T. (1991). Exact Confidence Bounds when Sampling from Small Finite Universes,
    Lecture Notes in Statistics 66, Springer.

    Examples
    --------
    >>> discovery_size(population=100, tolerable_share=0.05)
    45
    """
    _check_population(population)
    _check_fractions(tolerable_share=tolerable_share, confidence=confidence)
    faulty = ceil(round(tolerable_share * population, 9))
    low, high = 0, population
    while high - low > 1:
        middle = (low + high) // 2
        unseen = hypergeom.cdf(0, population, faulty, middle)
        low, high = (low, middle) if unseen <= (1 - confidence) * ROUNDED else (middle, high)
    return high


def most_that_could_exist(*, population: int, sample: int, found: int, confidence: float = 0.95) -> int:
    """Most faulty cases that the population could hold, given how many the sample showed.

    Parameters
    ----------
    population : int
        Case files on the sampling frame (count, at least 1).
    sample : int
        Case files audited (count, 1 to `population`).
    found : int
        Faulty cases among them (count, 0 to `sample`).
    confidence : float
        One-sided confidence level (fraction).

    Returns
    -------
    int
        Upper limit of the number of faulty cases, the found ones included.

    Raises
    ------
    ValueError
        If a count is out of range, or `confidence` is not strictly between 0 and 1.

    References
    ----------
    Wright, T. (1991). Exact Confidence Bounds when Sampling from Small Finite Universes,
    Lecture Notes in Statistics 66, Springer.

    Examples
    --------
    >>> most_that_could_exist(population=100, sample=45, found=0)
    4
    """
    _check_population(population)
    _check_sample(sample, population)
    _check_fractions(confidence=confidence)
    if not 0 <= found <= sample or found % 1:
        raise ValueError(f"found must be a count from 0 to the sample of {sample}; got {found}")
    low, high = found, population - (sample - found) + 1
    while high - low > 1:
        middle = (low + high) // 2
        as_few = hypergeom.cdf(found, population, middle, sample)
        low, high = (middle, high) if as_few > (1 - confidence) * ROUNDED else (low, middle)
    return low


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
