"""What finding nothing, or little, says about what could exist, and how likely a sample is to meet it.

Exact for sampling without replacement (hypergeometric), after Wright, T. (1991). Exact Confidence Bounds when
Sampling from Small Finite Universes, Lecture Notes in Statistics 66, Springer.
"""

from __future__ import annotations

from math import ceil

from scipy.stats import hypergeom

from qaf_lib.sampling.checks import check_counts, check_fractions, check_sample, first_count

ROUNDED = 1 + 1e-9
"""Room for rounding where a probability is compared with 1 - confidence: 1 - 0.9 is a little below 0.1."""


def discovery_size(
    *, population: int, tolerable_share: float, confidence: float = 0.95, allowed: int = 0
) -> int:
    """Case files to draw so that, if no more than are allowed show a fault, it is rarer than is tolerable.

    The smallest n with which a population that has the tolerable number of faulty cases, `tolerable_share`
    of it rounded up, shows no more than `allowed` of them with probability 1 - `confidence` at most; all of
    them where as many are allowed as are tolerable, which no sample can tell apart.

    References
    ----------
    AICPA (2017). Audit Guide: Audit Sampling, appendix A (the same plans for an unknown population).

    Examples
    --------
    >>> discovery_size(population=100, tolerable_share=0.05)
    45
    """
    check_sample(population=population)
    check_fractions(tolerable_share=tolerable_share, confidence=confidence)
    check_counts(least=0, allowed=allowed)
    faulty = _affected(population, tolerable_share)
    if allowed >= faulty:
        return population

    def enough(sample: int) -> bool:
        unseen = float(hypergeom.cdf(allowed, population, faulty, sample))
        return unseen <= (1 - confidence) * ROUNDED

    return first_count(allowed, population, enough)


def most_that_could_exist(*, population: int, sample: int, found: int, confidence: float = 0.95) -> int:
    """Most faulty cases that the population could hold, the found ones included; `confidence` is one-sided.

    Examples
    --------
    >>> most_that_could_exist(population=100, sample=45, found=0)
    4
    """
    check_sample(population=population, sample=sample)
    check_fractions(confidence=confidence)
    if not 0 <= found <= sample or found % 1:
        raise ValueError(f"found must be a count from 0 to the sample of {sample}; got {found}")

    def too_many(faulty: int) -> bool:
        as_few = float(hypergeom.cdf(found, population, faulty, sample))
        return as_few <= (1 - confidence) * ROUNDED

    return first_count(found, population - (sample - found) + 1, too_many) - 1


def chance_to_meet(*, population: int, sample: int, affected_share: float) -> float:
    """Probability that a sample, of none or more, holds at least one of the affected cases.

    Their share is rounded up to whole cases.

    Examples
    --------
    >>> round(chance_to_meet(population=20, sample=10, affected_share=0.05), 3)  # one case of 20
    0.5
    """
    check_sample(population=population, least=0, sample=sample)
    check_fractions(affected_share=affected_share)
    return float(1 - hypergeom.pmf(0, population, _affected(population, affected_share), sample))


def _affected(population: int, share: float) -> int:
    """A share of the cases in whole cases, rounded up."""
    return ceil(round(share * population, 9))
