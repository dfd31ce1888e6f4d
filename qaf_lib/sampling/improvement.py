"""How many case files to draw so that an improvement that is stated beforehand would be seen."""

from __future__ import annotations

from qaf_lib.sampling.power import EXACT_POWER_UP_TO, independent_power
from qaf_lib.sampling.size import detectable_improvement

__all__ = ["improvement_size"]


def improvement_size(
    *, improvement: float, before: float = 0.5, confidence: float = 0.95, power: float = 0.8
) -> int:
    """Case files to grade each time so that a re-audit of new cases shows a rise of the share.

    The normal approximation gives the least number; up to 60 it grows until Boschloo's exact test, with
    which the re-audit is planned there, has the power as well.

    Parameters
    ----------
    improvement : float
        Rise to be seen, as a fraction: 0.20 is twenty percentage points.
    before : float
        Share meeting the standard the first time (fraction, 0 up to but not including 1).
    confidence, power : float
        Two-sided confidence level, and the probability of seeing the rise (fractions).

    Returns
    -------
    int
        Graded case files of each sample; the population may be smaller.

    Raises
    ------
    ValueError
        If a fraction is out of range, or `before` and `improvement` are more than 1 together.

    References
    ----------
    Fleiss, J. L. (1981). Statistical Methods for Rates and Proportions, 2nd ed., Wiley, section 3.2.
    As `independent_power`.

    Examples
    --------
    >>> improvement_size(improvement=0.2)
    93
    >>> improvement_size(improvement=0.4)
    20
    """
    if not 0 <= before < 1:
        raise ValueError(f"before must be a fraction from 0 up to, but not including, 1; got {before}")
    if not 0 < improvement <= 1 - before + 1e-9:
        raise ValueError(f"improvement must be above 0 and at most {1 - before:g}; got {improvement}")
    size = _normal(improvement, before, confidence, power)
    after = min(1.0, before + improvement)
    while size <= EXACT_POWER_UP_TO and power > independent_power(
        first=size, second=size, before=before, after=after, confidence=confidence
    ):
        size += 1
    return size


def _normal(improvement: float, before: float, confidence: float, power: float) -> int:
    """Smallest sample whose detectable improvement is the one asked for."""

    def seen(sample: int) -> bool:
        least = detectable_improvement(sample=sample, before=before, confidence=confidence, power=power)
        return least is not None and least <= improvement + 1e-7

    high = 1
    while not seen(high):
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if seen(middle) else (middle, high)
    return high
