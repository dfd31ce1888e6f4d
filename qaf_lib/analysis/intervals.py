"""Shares and differences with their intervals, tests with their probabilities, and how both are found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from math import sqrt
from statistics import NormalDist

from scipy.special import betainc
from scipy.stats import beta
from scipy.stats import t as student

from qaf_lib.analysis.checks import check_part
from qaf_lib.errors import InputError
from qaf_lib.sampling import most_that_could_exist
from qaf_lib.sampling.checks import check_counts, check_fractions, check_shares, last_held
from qaf_lib.sampling.size import normal_quantile

_EXACT_UP_TO = 15


@dataclass(frozen=True)
class Interval:
    """An estimate with its limits, None where there is none, and the method or why there is none."""

    estimate: float | None
    low: float | None
    high: float | None
    method: str

    @property
    def cells(self) -> dict[str, object]:
        """The interval's columns of a result row; marked "x" without an estimate."""
        mark = "x" if self.estimate is None else ""
        return {**asdict(self), "mark": mark}


@dataclass(frozen=True)
class ChangeTest:
    """How surprising a difference would be if nothing had changed.

    `statistic` is z or chi-squared (with its degrees of `freedom`), None where the test has none; `p` the
    two-sided probability, None where there is nothing to compare; `method` the test, or why there is none.
    """

    statistic: float | None
    freedom: float | None
    p: float | None
    method: str

    @property
    def cells(self) -> dict[str, object]:
        """The test's columns of a result row: the probability as estimate, marked "x" without one."""
        return Interval(self.p, None, None, self.method).cells


def student_quantile(freedom: float, confidence: float = 0.95) -> float:
    """The same by Student's t."""
    return float(student.ppf((1 + confidence) / 2, freedom))


def two_sided(z: float) -> float:
    """Probability of a z as far from 0."""
    return 2 * NormalDist().cdf(-abs(z))


def share_interval(*, x: int, n: int, population: int | None = None, confidence: float = 0.95) -> Interval:
    """Share of a simple random sample: `x` of `n` graded cases.

    With a `population` the interval speaks of these cases and shrinks to nothing as all of them are
    graded; without one it speaks of the practice behind them. Wilson's interval, with the effective sample
    size n (N - 1) / (N - n) in a finite population; exact limits where it is least reliable: up to 15
    cases, or none or all of them counted. The graded cases bound it on both sides. Without an estimate
    when there are no graded cases.

    References
    ----------
    Brown, L. D., Cai, T. T. and DasGupta, A. (2001). Interval estimation for a binomial proportion.
    Statistical Science 16, 101-133. Clopper, C. J. and Pearson, E. S. (1934). Biometrika 26, 404-413.
    Wright, T. (1991). Exact Confidence Bounds when Sampling from Small Finite Universes, Springer.

    Examples
    --------
    >>> found = share_interval(x=40, n=60, population=153)
    >>> round(found.low, 3), round(found.high, 3), found.method
    (0.569, 0.752, 'Wilson, finite population')
    """
    check_part(x, n)
    if population is not None and not n <= population:
        raise InputError(f"n must be at most the population of {population}; got {n}")
    check_fractions(confidence=confidence)
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

    Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions:
    comparison of eleven methods. Statistics in Medicine 17, 873-890, method 10.
    """
    check_part(x1, n1)
    check_part(x2, n2)
    check_fractions(confidence=confidence)
    if n1 == 0 or n2 == 0:
        return Interval(None, None, None, "none graded")
    first, second = ((x / n, *_wilson(x / n, n, confidence)) for x, n in ((x1, n1), (x2, n2)))
    low, high = difference_limits(first, second)
    return Interval(first[0] - second[0], low, high, "Newcombe, independent samples")


def difference_limits(
    first: tuple[float, float, float], second: tuple[float, float, float], correlation: float = 0.0
) -> tuple[float, float]:
    """Limits of a difference, first less second, from each share with its limits.

    Newcombe (1998), as `newcombe_difference`, and Statistics in Medicine 17, 2635-2650, method 10
    (correlated shares).
    """
    (p1, l1, u1), (p2, l2, u2) = first, second

    def reach(one: float, other: float) -> float:
        return sqrt(max(0.0, one**2 - 2 * correlation * one * other + other**2))

    return p1 - p2 - reach(p1 - l1, u2 - p2), p1 - p2 + reach(u1 - p1, p2 - l2)


def paired_difference(*, first_only: int, second_only: int, pairs: int, confidence: float = 0.95) -> Interval:
    """Difference of two shares of the same cases, first less second.

    Tango, T. (1998). Equivalence test and confidence interval for the difference in proportions for the
    paired-sample design. Statistics in Medicine 17, 891-908.
    """
    check_pairs(first_only, second_only, pairs)
    check_fractions(confidence=confidence)
    if pairs == 0:
        return Interval(None, None, None, "no pairs")
    estimate = (first_only - second_only) / pairs
    z = normal_quantile(confidence)

    def near(difference: float) -> bool:
        return abs(_tango_score(first_only, second_only, pairs, difference)) <= z

    low, high = (last_held(near, estimate, end, 1e-10) for end in (-1.0, 1.0))
    return Interval(estimate, low, high, "Tango, pairs")


def check_pairs(one: int, other: int, pairs: int) -> None:
    """Pairs that count one way and the other, and all pairs."""
    check_counts(least=0, gained=one, lost=other, pairs=pairs)
    if one + other > pairs:
        raise InputError(f"gained and lost must be counts that pairs holds; got {one} and {other} of {pairs}")


def wilson_limits(*, share: float, effective_n: float, quantile: float) -> tuple[float, float]:
    """Limits of Wilson's interval, for an effective sample size that need not be whole.

    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. JASA 22,
    209-212.
    """
    n, z = effective_n, quantile
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def inverted_probability(*, limits: Callable[[float], tuple[float, float]]) -> float:
    """Probability that agrees with an interval: below 5% exactly where the 95% interval leaves out 0.

    `limits` gives low and high at a two-sided confidence level, wider as the level rises. To within a
    millionth; 1 where every interval holds 0.

    References
    ----------
    Casella, G. and Berger, R. L. (2002). Statistical Inference, 2nd ed., Duxbury, section 9.2.1.

    Examples
    --------
    >>> from statistics import NormalDist
    >>> def around_two(confidence):
    ...     half = NormalDist().inv_cdf((1 + confidence) / 2)
    ...     return 2 - half, 2 + half
    >>> round(inverted_probability(limits=around_two), 4)
    0.0455
    """

    def leaves_out(confidence: float) -> bool:
        low, high = limits(confidence)
        return not low <= 0 <= high

    least, most = 1e-6, 1 - 1e-6
    if not leaves_out(least):
        return 1.0
    if leaves_out(most):
        return 1 - most
    return 1 - last_held(leaves_out, least, most, 1e-7)


def mid_p_value(*, x: int, n: int, share: float) -> float:
    """Probability of a count as far from what is expected as this one, or farther, by the mid-p rule.

    Lancaster, H. O. (1961). Significance tests in discrete distributions. JASA 56, 223-234.
    """
    check_counts(n=n)
    check_shares(share=share)
    check_part(x, n)
    below = _below(x, n, share)
    return min(1.0, 2 * min(below, 1 - below))


def mid_p_limits(*, n: int, share: float, confidence: float = 0.95) -> tuple[float, float]:
    """Limits between which a share of `n` cases is expected to lie, by the mid-p rule.

    A count lies outside exactly when its mid-p value is below 1 - `confidence`. Between whole counts the
    binomial distribution is continued by the incomplete beta function, so that the limits close in
    smoothly as `n` grows. 0 or 1 where no count would be unusual on that side.

    Spiegelhalter, D. J. (2005). Funnel plots for comparing institutional performance. Statistics in
    Medicine 24, 1185-1202, appendix A.1. Lancaster (1961), as `mid_p_value`.
    """
    check_counts(n=n)
    check_shares(share=share)
    check_fractions(confidence=confidence)
    tail = (1 - confidence) / 2
    return _lower(n, share, tail), 1 - _lower(n, 1 - share, tail)


def _lower(n: int, share: float, tail: float) -> float:
    """Smallest share whose lower tail is not below `tail`; 0 where even no case at all is usual."""
    if _below(0, n, share) >= tail:
        return 0.0
    return last_held(lambda x: _below(x, n, share) >= tail, float(n), 0.0, 1e-10 * n) / n


def _below(x: float, n: int, share: float) -> float:
    """Lower tail with half of the count's own probability, continued between whole counts."""
    upto = 1.0 if x >= n else float(betainc(n - x, x + 1, 1 - share))
    short = 0.0 if x <= 0 else float(betainc(n - x + 1, x, 1 - share))
    return (upto + short) / 2


def _wilson(share: float, n: float, confidence: float) -> tuple[float, float]:
    return wilson_limits(share=share, effective_n=n, quantile=normal_quantile(confidence))


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
