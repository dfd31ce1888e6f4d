"""The probability that belongs to an interval: the level at which the interval would just touch no change."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["inverted_probability"]


def inverted_probability(*, limits: Callable[[float], tuple[float, float]]) -> float:
    """Probability that agrees with an interval: below 5% exactly where the 95% interval leaves out 0.

    Parameters
    ----------
    limits : callable
        Low and high limit at a two-sided confidence level (fraction); wider as the level rises.

    Returns
    -------
    float
        Two-sided probability (fraction), to within a millionth; 1 where every interval holds 0.

    References
    ----------
    Casella, G. and Berger, R. L. (2002). Statistical Inference, 2nd ed., Duxbury, section 9.2.1 (inverting
    a test).

    Examples
    --------
    >>> from statistics import NormalDist
    >>> def around_two(confidence):
    ...     half = NormalDist().inv_cdf((1 + confidence) / 2)
    ...     return 2 - half, 2 + half
    >>> round(inverted_probability(limits=around_two), 4)
    0.0455
    """

    def holds_none(confidence: float) -> bool:
        low, high = limits(confidence)
        return low <= 0 <= high

    leaves_out, holds = 1e-6, 1 - 1e-6
    if holds_none(leaves_out):
        return 1.0
    if not holds_none(holds):
        return 1 - holds
    while holds - leaves_out > 1e-7:
        middle = (leaves_out + holds) / 2
        leaves_out, holds = (leaves_out, middle) if holds_none(middle) else (middle, holds)
    return 1 - leaves_out
