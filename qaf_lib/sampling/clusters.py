"""Several cases of one worker: how much less they tell than as many cases of different workers."""

from __future__ import annotations

from math import ceil

__all__ = ["clustered_sample_size", "design_effect"]


def design_effect(*, cases_each: float, correlation: float) -> float:
    """How much larger a sample must be because workers are drawn with several cases each.

    Parameters
    ----------
    cases_each : float
        Mean number of sampled cases per worker (at least 1).
    correlation : float
        Intra-class correlation of the grades of one worker's cases (fraction, 0 to 1).

    Returns
    -------
    float
        1 + (m - 1) rho, by which variances and sizes are multiplied.

    Raises
    ------
    ValueError
        If an argument is out of range.

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
    if not 0 <= correlation <= 1:
        raise ValueError(f"correlation must be a fraction from 0 to 1; got {correlation}")
    return 1 + (cases_each - 1) * correlation


def clustered_sample_size(*, sample: int, population: int, cases_each: float, correlation: float) -> int:
    """Case files to draw in place of a simple random sample, with several cases per worker.

    Parameters
    ----------
    sample : int
        Case files that a simple random sample would need (count, 1 to `population`).
    population : int
        Case files on the sampling frame (count).
    cases_each, correlation : float
        As in `design_effect`.

    Returns
    -------
    int
        Files to draw, rounded up; never more than `population`: a census has no design effect.

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    Kish, L. (1965). Survey Sampling, Wiley, section 5.4.

    Examples
    --------
    >>> clustered_sample_size(sample=60, population=153, cases_each=3, correlation=0.2)
    84
    """
    if not 1 <= sample <= population or sample % 1:
        raise ValueError(f"sample must be a count from 1 to the population of {population}; got {sample}")
    effect = design_effect(cases_each=cases_each, correlation=correlation)
    return min(population, ceil(round(sample * effect, 9)))
