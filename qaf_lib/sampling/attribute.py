"""Attribute plans: cases to draw so that a fault cannot be common unseen, with faults allowed."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from scipy.stats import beta, binom, hypergeom

from qaf_lib.sampling.discovery import ROUNDED, most_that_could_exist

__all__ = ["AttributePlan", "attribute_plan", "highest_share"]

_HOW_SURE = {0.9: "9 times in 10", 0.95: "19 times in 20", 0.99: "99 times in 100"}


@dataclass(frozen=True)
class AttributePlan:
    """A sample that would show more faults than are allowed if they were as common as is not tolerable.

    Attributes
    ----------
    population : int or None
        Case files on the frame (count); None where it is not known.
    sample, allowed : int
        Case files to draw, and the faults among them that may be accepted (counts).
    tolerable_share, confidence : float
        What was asked for (fractions).
    chance_to_accept : float
        Probability of no more than the allowed faults when faults are at the tolerable share (fraction).
    method : str
        The distribution the size rests on, or why every case must be audited.
    """

    population: int | None
    sample: int
    allowed: int
    tolerable_share: float
    confidence: float
    chance_to_accept: float
    method: str

    @property
    def audits_all(self) -> bool:
        """Whether the plan is to audit every case."""
        return self.sample == self.population

    @property
    def sentence(self) -> str:
        """The plan in plain words."""
        if self.audits_all:
            return f"Audit all {self.population:,} cases: {self.method}."
        source = "" if self.population is None else f" of the {self.population:,}"
        shown = "none shows" if self.allowed == 0 else f"no more than {self.allowed} show"
        sure = _HOW_SURE.get(round(self.confidence, 6), f"with {self.confidence * 100:g}% confidence")
        return (
            f"Draw {self.sample:,}{source} cases: if {shown} the fault, fewer than "
            f"{self.tolerable_share * 100:g}% of cases have it, {sure}."
        )


def attribute_plan(
    *, population: int | None, tolerable_share: float, allowed: int = 0, confidence: float = 0.95
) -> AttributePlan:
    """Smallest sample that rules out a tolerable share of faults although some are found.

    Exact: hypergeometric when the population is known, binomial when it is not. Where the allowed
    faults are as many as the tolerable ones, or nothing short of a census is enough, the plan is to
    audit all.

    Parameters
    ----------
    population : int or None
        Case files on the sampling frame (count, at least 1); None where it is not known.
    tolerable_share : float
        Share of faulty cases that must not go unseen (fraction); rounded up to whole cases.
    allowed : int
        Faulty cases in the sample at which the conclusion still stands (count).
    confidence : float
        Probability of finding more than are allowed when faults are at the tolerable share (fraction).

    Returns
    -------
    AttributePlan
        The size and what it rests on.

    Raises
    ------
    ValueError
        If a count is out of range, or a fraction is not strictly between 0 and 1.

    References
    ----------
    Wright, T. (1991). Exact Confidence Bounds when Sampling from Small Finite Universes, Lecture
    Notes in Statistics 66, Springer.
    AICPA (2017). Audit Guide: Audit Sampling, appendix A (binomial tables).

    Examples
    --------
    >>> attribute_plan(population=None, tolerable_share=0.05, allowed=1).sample
    93
    >>> print(attribute_plan(population=100, tolerable_share=0.05).sentence)
    Draw 45 of the 100 cases: if none shows the fault, fewer than 5% of cases have it, 19 times in 20.
    """
    _check_plan(population, tolerable_share, allowed, confidence)
    if population is None:
        sample = _fewest(
            allowed, _binomial_roof(tolerable_share, allowed, confidence), tolerable_share, confidence
        )
        chance = float(binom.cdf(allowed, sample, tolerable_share))
        return AttributePlan(None, sample, allowed, tolerable_share, confidence, chance, "exact binomial")
    faulty = ceil(round(tolerable_share * population, 9))
    if allowed >= faulty:
        why = f"{allowed} allowed faults are not fewer than the {faulty} that must not go unseen"
        return AttributePlan(population, population, allowed, tolerable_share, confidence, 1.0, why)
    low, high = allowed, population
    while high - low > 1:
        middle = (low + high) // 2
        unseen = hypergeom.cdf(allowed, population, faulty, middle) > (1 - confidence) * ROUNDED
        low, high = (middle, high) if unseen else (low, middle)
    chance = float(hypergeom.cdf(allowed, population, faulty, high))
    method = "no smaller sample is enough" if high == population else "exact hypergeometric"
    return AttributePlan(population, high, allowed, tolerable_share, confidence, chance, method)


def highest_share(
    *, found: int, sample: int, population: int | None = None, confidence: float = 0.95
) -> float:
    """Upper limit of the share of faulty cases after k of n showed the fault.

    Parameters
    ----------
    found : int
        Faulty cases in the sample (count, 0 to `sample`).
    sample : int
        Case files audited (count, at least 1, at most `population`).
    population : int or None
        Case files on the sampling frame (count); None speaks of the practice behind them.
    confidence : float
        One-sided confidence level (fraction).

    Returns
    -------
    float
        Upper limit (fraction): exact hypergeometric, or Clopper and Pearson's without a population.

    Raises
    ------
    ValueError
        If a count is out of range, or `confidence` is not strictly between 0 and 1.

    References
    ----------
    Clopper, C. J. and Pearson, E. S. (1934). The use of confidence or fiducial limits. Biometrika
    26, 404-413.
    Wright, T. (1991). Exact Confidence Bounds when Sampling from Small Finite Universes, Lecture
    Notes in Statistics 66, Springer.

    Examples
    --------
    >>> round(highest_share(found=0, sample=59), 4)
    0.0495
    >>> highest_share(found=0, sample=45, population=100)
    0.04
    """
    if population is not None:
        most = most_that_could_exist(population=population, sample=sample, found=found, confidence=confidence)
        return most / population
    if not sample >= 1 or not 0 <= found <= sample or sample % 1 or found % 1:
        raise ValueError(f"found must be a count from 0 to a sample of at least 1; got {found} of {sample}")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be a fraction between 0 and 1; got {confidence}")
    return 1.0 if found == sample else float(beta.ppf(confidence, found + 1, sample - found))


def _fewest(low: int, high: int, share: float, confidence: float) -> int:
    allowed = low
    while high - low > 1:
        middle = (low + high) // 2
        unseen = binom.cdf(allowed, middle, share) > (1 - confidence) * ROUNDED
        low, high = (middle, high) if unseen else (low, middle)
    return high


def _binomial_roof(share: float, allowed: int, confidence: float) -> int:
    roof = allowed + 1
    while binom.cdf(allowed, roof, share) > (1 - confidence) * ROUNDED:
        roof *= 2
    return roof


def _check_plan(population: int | None, share: float, allowed: int, confidence: float) -> None:
    if population is not None and (not population >= 1 or population % 1):
        raise ValueError(f"population must be a count of at least 1; got {population}")
    if not allowed >= 0 or allowed % 1:
        raise ValueError(f"allowed must be a count of at least 0; got {allowed}")
    for name, value in (("tolerable_share", share), ("confidence", confidence)):
        if not 0 < value < 1:
            raise ValueError(f"{name} must be a fraction between 0 and 1; got {value}")
