"""Binomial chances and limits by the mid-p rule, for control charts and funnels."""

from __future__ import annotations

from scipy.special import betainc

__all__ = ["mid_p_limits", "mid_p_value"]


def mid_p_value(*, x: int, n: int, share: float) -> float:
    """Probability of a count as far from what is expected as this one, or farther.

    Twice the smaller tail, of which the count itself adds half of its probability.

    Parameters
    ----------
    x : int
        Cases counted (count, 0 to `n`).
    n : int
        Cases in all (count, at least 1).
    share : float
        Expected share (fraction, 0 to 1).

    Returns
    -------
    float
        Two-sided mid-p value (fraction).

    Raises
    ------
    ValueError
        If a count or `share` is out of range.

    References
    ----------
    Lancaster, H. O. (1961). Significance tests in discrete distributions. JASA 56, 223-234.

    Examples
    --------
    >>> round(mid_p_value(x=2, n=10, share=0.5), 4)  # 2 * (1 + 10 + 45 / 2) / 1024
    0.0654
    """
    _check(n, share)
    if not 0 <= x <= n:
        raise ValueError(f"x must be a count from 0 to n; got {x} of {n}")
    below = _below(x, n, share)
    return min(1.0, 2 * min(below, 1 - below))


def mid_p_limits(*, n: int, share: float, confidence: float = 0.95) -> tuple[float, float]:
    """Limits between which a share of `n` cases is expected to lie, by the mid-p rule.

    A count lies outside of them exactly when its mid-p value is below 1 - `confidence`. Between
    whole counts the binomial distribution is continued by the incomplete beta function, so that
    the limits close in smoothly as `n` grows, without the teeth of whole counts.

    Parameters
    ----------
    n : int
        Cases in all (count, at least 1).
    share : float
        Expected share (fraction, 0 to 1).
    confidence : float
        Probability of lying between the limits (fraction); 0.9973 is three standard deviations.

    Returns
    -------
    tuple of float
        Low and high, as fractions: 0 or 1 where no count would be unusual on that side.

    Raises
    ------
    ValueError
        If `n`, `share` or `confidence` is out of range.

    References
    ----------
    Spiegelhalter, D. J. (2005). Funnel plots for comparing institutional performance. Statistics
    in Medicine 24, 1185-1202, appendix A.1 (exact limits made continuous).
    Lancaster, H. O. (1961). Significance tests in discrete distributions. JASA 56, 223-234.

    Examples
    --------
    >>> [round(limit, 3) for limit in mid_p_limits(n=20, share=0.6)]
    [0.378, 0.813]
    >>> mid_p_limits(n=2, share=0.6)
    (0.0, 1.0)
    """
    _check(n, share)
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be a fraction between 0 and 1; got {confidence}")
    tail = (1 - confidence) / 2
    return _lower(n, share, tail), 1 - _lower(n, 1 - share, tail)


def _lower(n: int, share: float, tail: float) -> float:
    """Smallest share whose lower tail is not below `tail`; 0 where even no case at all is usual."""
    if _below(0, n, share) >= tail:
        return 0.0
    low, high = 0.0, float(n)
    while high - low > 1e-10 * n:
        middle = (low + high) / 2
        low, high = (middle, high) if _below(middle, n, share) < tail else (low, middle)
    return high / n


def _below(x: float, n: int, share: float) -> float:
    """Lower tail with half of the count's own probability, continued between whole counts."""
    upto = 1.0 if x >= n else float(betainc(n - x, x + 1, 1 - share))
    short = 0.0 if x <= 0 else float(betainc(n - x + 1, x, 1 - share))
    return (upto + short) / 2


def _check(n: int, share: float) -> None:
    if n < 1:
        raise ValueError(f"n must be a count of at least 1; got {n}")
    if not 0 <= share <= 1:
        raise ValueError(f"share must be a fraction from 0 to 1; got {share}")
