"""Intervals of a share, and of the difference of two shares."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import sqrt
from statistics import NormalDist

from scipy.stats import beta

from qaf_lib.sampling import most_that_could_exist

__all__ = ["Interval", "newcombe_difference", "paired_difference", "share_interval", "wilson_limits"]

_EXACT_UP_TO = 15


@dataclass(frozen=True)
class Interval:
    """An estimate with its interval.

    Attributes
    ----------
    estimate, low, high : float or None
        Fractions; None where there is nothing to estimate from.
    method : str
        Short name of the method, with what was done about awkward strata.
    """

    estimate: float | None
    low: float | None
    high: float | None
    method: str

    @property
    def cells(self) -> dict[str, object]:
        """The interval's columns of a result row; marked "x" without an estimate."""
        mark = "x" if self.estimate is None else ""
        return {**asdict(self), "mark": mark}


def share_interval(*, x: int, n: int, population: int | None = None, confidence: float = 0.95) -> Interval:
    """Share of a simple random sample, with its interval.

    With a `population` the interval speaks of these cases and shrinks to nothing as all of them
    are graded; without one it speaks of the practice behind them. Wilson's interval is used,
    with the effective sample size n (N - 1) / (N - n) in a finite population; exact limits
    where it is least reliable: up to 15 cases, or none or all of them counted. The cases that
    were graded bound it on both sides.

    Parameters
    ----------
    x : int
        Cases counted, for example good or better (count, 0 to `n`).
    n : int
        Graded cases (count, at least 0).
    population : int or None
        Cases they were drawn from (count, at least `n`).
    confidence : float
        Two-sided confidence level (fraction).

    Returns
    -------
    Interval
        Fractions; without an estimate when there are no graded cases.

    Raises
    ------
    ValueError
        If a count or `confidence` is out of range.

    References
    ----------
    Brown, L. D., Cai, T. T. and DasGupta, A. (2001). Interval estimation for a binomial
    proportion. Statistical Science 16, 101-133.
    Clopper, C. J. and Pearson, E. S. (1934). The use of confidence or fiducial limits.
    Biometrika 26, 404-413.
    Wright, T. (1991). Exact Confidence Bounds when Sampling from Small Finite Universes,
    Lecture Notes in Statistics 66, Springer.

    Examples
    --------
    >>> found = share_interval(x=40, n=60, population=153)
    >>> round(found.low, 3), round(found.high, 3), found.method
    (0.569, 0.752, 'Wilson, finite population')
    >>> share_interval(x=3, n=4, population=4)
    Interval(estimate=0.75, low=0.75, high=0.75, method='full count')
    """
    _check_counts(x, n, population)
    _check_confidence(confidence)
    if n == 0:
        return Interval(None, None, None, "none graded")
    if n == population:
        return Interval(x / n, x / n, x / n, "full count")
    exact = n <= _EXACT_UP_TO or x in (0, n)
    if population is None:
        low, high = _clopper_pearson(x, n, confidence) if exact else _wilson(x / n, n, confidence)
        return Interval(x / n, low, high, "exact" if exact else "Wilson")
    if exact:
        low, high = _hypergeometric(x, n, population, confidence)
        return Interval(x / n, low, high, "exact, finite population")
    low, high = _wilson(x / n, n * (population - 1) / (population - n), confidence)
    low, high = max(low, x / population), min(high, 1 - (n - x) / population)
    return Interval(x / n, low, high, "Wilson, finite population")


def newcombe_difference(*, x1: int, n1: int, x2: int, n2: int, confidence: float = 0.95) -> Interval:
    """Difference of the shares of two independent samples, first less second.

    Parameters
    ----------
    x1, x2 : int
        Cases counted in each sample (counts).
    n1, n2 : int
        Graded cases of each sample (counts).
    confidence : float
        Two-sided confidence level (fraction).

    Returns
    -------
    Interval
        Difference as a fraction, from -1 to 1; without an estimate when a sample is empty.

    Raises
    ------
    ValueError
        If a count or `confidence` is out of range.

    References
    ----------
    Newcombe, R. G. (1998). Interval estimation for the difference between independent
    proportions: comparison of eleven methods. Statistics in Medicine 17, 873-890, method 10.

    Examples
    --------
    >>> found = newcombe_difference(x1=56, n1=70, x2=48, n2=80)
    >>> round(found.low, 4), round(found.high, 4)
    (0.0524, 0.3339)
    """
    _check_counts(x1, n1, None)
    _check_counts(x2, n2, None)
    _check_confidence(confidence)
    if n1 == 0 or n2 == 0:
        return Interval(None, None, None, "none graded")
    p1, p2 = x1 / n1, x2 / n2
    l1, u1 = _wilson(p1, n1, confidence)
    l2, u2 = _wilson(p2, n2, confidence)
    low = p1 - p2 - sqrt((p1 - l1) ** 2 + (u2 - p2) ** 2)
    high = p1 - p2 + sqrt((u1 - p1) ** 2 + (p2 - l2) ** 2)
    return Interval(p1 - p2, low, high, "Newcombe, independent samples")


def paired_difference(*, first_only: int, second_only: int, pairs: int, confidence: float = 0.95) -> Interval:
    """Difference of two shares of the same cases, first less second.

    Pairs that count both times, or neither time, matter only through the number of pairs.

    Parameters
    ----------
    first_only, second_only : int
        Pairs counted only the first time, and only the second (counts).
    pairs : int
        All pairs (count).
    confidence : float
        Two-sided confidence level (fraction).

    Returns
    -------
    Interval
        Difference as a fraction, from -1 to 1; without an estimate when there are no pairs.

    Raises
    ------
    ValueError
        If a count or `confidence` is out of range.

    References
    ----------
    Tango, T. (1998). Equivalence test and confidence interval for the difference in proportions
    for the paired-sample design. Statistics in Medicine 17, 891-908.

    Examples
    --------
    >>> found = paired_difference(first_only=1, second_only=7, pairs=21)
    >>> round(found.estimate, 3), round(found.low, 3), round(found.high, 3)
    (-0.286, -0.517, -0.026)
    """
    if min(first_only, second_only) < 0 or first_only + second_only > pairs:
        raise ValueError(
            f"first_only and second_only must be counts that pairs holds; got {first_only} and "
            f"{second_only} of {pairs}"
        )
    _check_confidence(confidence)
    if pairs == 0:
        return Interval(None, None, None, "no pairs")
    estimate = (first_only - second_only) / pairs
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    limits = []
    for end in (-1.0, 1.0):
        inside, outside = estimate, end
        while abs(outside - inside) > 1e-10:
            middle = (inside + outside) / 2
            near = abs(_tango_score(first_only, second_only, pairs, middle)) <= z
            inside, outside = (middle, outside) if near else (inside, middle)
        limits.append(inside)
    return Interval(estimate, limits[0], limits[1], "Tango, pairs")


def wilson_limits(*, share: float, effective_n: float, quantile: float) -> tuple[float, float]:
    """Limits of Wilson's interval, for an effective sample size that need not be whole.

    Parameters
    ----------
    share : float
        Estimated share (fraction).
    effective_n : float
        Size of the simple random sample that would be as precise (above 0).
    quantile : float
        Quantile of the normal or t distribution, for example 1.96.

    Returns
    -------
    tuple of float
        Low and high, as fractions.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    JASA 22, 209-212.

    Examples
    --------
    >>> [round(limit, 3) for limit in wilson_limits(share=0.5, effective_n=10, quantile=1.96)]
    [0.237, 0.763]
    """
    n, z = effective_n, quantile
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def _wilson(share: float, n: float, confidence: float) -> tuple[float, float]:
    return wilson_limits(share=share, effective_n=n, quantile=NormalDist().inv_cdf((1 + confidence) / 2))


def _clopper_pearson(x: int, n: int, confidence: float) -> tuple[float, float]:
    tail = (1 - confidence) / 2
    low = float(beta.ppf(tail, x, n - x + 1)) if x > 0 else 0.0
    high = float(beta.ppf(1 - tail, x + 1, n - x)) if x < n else 1.0
    return low, high


def _hypergeometric(x: int, n: int, population: int, confidence: float) -> tuple[float, float]:
    one_sided = (1 + confidence) / 2
    most = most_that_could_exist(population=population, sample=n, found=x, confidence=one_sided)
    others = most_that_could_exist(population=population, sample=n, found=n - x, confidence=one_sided)
    return (population - others) / population, most / population


def _tango_score(first_only: int, second_only: int, pairs: int, difference: float) -> float:
    b, c, n, d = first_only, second_only, pairs, difference
    linear = -b - c + (2 * n - b + c) * d
    q = (sqrt(max(linear**2 + 8 * n * c * d * (1 - d), 0)) - linear) / (4 * n)
    return (b - c - n * d) / sqrt(max(n * (2 * q + d * (1 - d)), 1e-300))


def _check_counts(x: int, n: int, population: int | None) -> None:
    if n < 0 or not 0 <= x <= n or x % 1 or n % 1:
        raise ValueError(f"x must be a count from 0 to n; got {x} of {n}")
    if population is not None and n > population:
        raise ValueError(f"n must be at most the population of {population}; got {n}")


def _check_confidence(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be a fraction between 0 and 1; got {confidence}")
