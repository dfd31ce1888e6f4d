"""The chance that a sample meets a problem that some of the cases have."""

from __future__ import annotations

from math import ceil

from scipy.stats import hypergeom

__all__ = ["chance_to_meet"]


def chance_to_meet(*, population: int, sample: int, affected_share: float) -> float:
    """Probability that a sample holds at least one of the affected cases.

    Exact for sampling without replacement; the planning side of it is `discovery_size`.

    Parameters
    ----------
    population : int
        Case files on the sampling frame (count, at least 1).
    sample : int
        Case files audited (count, 0 to `population`).
    affected_share : float
        Share of cases that have the problem (fraction); rounded up to whole cases.

    Returns
    -------
    float
        Probability (fraction).

    Raises
    ------
    ValueError
        If a count is out of range, or `affected_share` is not strictly between 0 and 1.

    References
    ----------
    Wright, T. (1991). Exact Confidence Bounds when Sampling from Small Finite Universes, Lecture
    Notes in Statistics 66, Springer.

    Examples
    --------
    >>> round(chance_to_meet(population=20, sample=10, affected_share=0.05), 3)  # one case of 20
    0.5
    """
    if not population >= 1 or population % 1:
        raise ValueError(f"population must be a count of at least 1; got {population}")
    if not 0 <= sample <= population or sample % 1:
        raise ValueError(f"sample must be a count from 0 to the population of {population}; got {sample}")
    if not 0 < affected_share < 1:
        raise ValueError(f"affected_share must be a fraction between 0 and 1; got {affected_share}")
    affected = ceil(round(affected_share * population, 9))
    return float(1 - hypergeom.pmf(0, population, affected, sample))
