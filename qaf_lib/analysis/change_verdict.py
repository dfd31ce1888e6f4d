"""What a change says when it is set against chance, other claims and what was said to be worthwhile."""

from __future__ import annotations

from statistics import NormalDist

from qaf_lib.analysis.reaudit import verdict

__all__ = ["adjusted_verdict", "seen_by_interval", "worthwhile_words"]


def adjusted_verdict(
    *, low: float, high: float, p_adjusted: float | None, detectable: float | None, level: float = 0.05
) -> str:
    """Say in plain words what a change shows when several claims are made side by side.

    A change is claimed only where its interval leaves out no change and its probability, adjusted for
    the other claims, is below the level.

    Parameters
    ----------
    low, high : float
        Limits of the change, after less before (fractions).
    p_adjusted : float or None
        Adjusted probability (fraction); None where the claim stands alone.
    detectable : float or None
        Smallest change that would probably have been seen (fraction); None where there is none.
    level : float
        Probability at and above which a claim may be chance (fraction).

    Returns
    -------
    str
        As `verdict`.

    Raises
    ------
    ValueError
        If `low` is above `high`.

    References
    ----------
    Holm, S. (1979). Scandinavian Journal of Statistics 6, 65-70.

    Examples
    --------
    >>> adjusted_verdict(low=0.01, high=0.30, p_adjusted=0.04, detectable=0.22)
    'improved'
    >>> adjusted_verdict(low=0.01, high=0.30, p_adjusted=0.08, detectable=0.22)
    'no clear change (could have seen 22 points or more)'
    """
    if p_adjusted is not None and p_adjusted >= level and low <= high:
        low, high = min(low, 0.0), max(high, 0.0)
    return verdict(low=low, high=high, detectable=detectable)


def worthwhile_words(*, low: float, high: float, worthwhile: float) -> str:
    """Say where an interval of a change lies against the smallest change that would matter.

    Parameters
    ----------
    low, high : float
        Limits of the change, after less before (fractions).
    worthwhile : float
        Smallest change that would matter (fraction).

    Returns
    -------
    str
        A clause about a change of so many points: that it is shown or ruled out, either way, or neither.

    Raises
    ------
    ValueError
        If `low` is above `high`, or `worthwhile` is not strictly between 0 and 1.

    References
    ----------
    Kirkwood, B. R. and Sterne, J. A. C. (2003). Essential Medical Statistics, 2nd ed., Blackwell, chapter 8
    (what an interval says of a difference that matters).

    Examples
    --------
    >>> worthwhile_words(low=0.12, high=0.30, worthwhile=0.10)
    'a rise of 10 points or more, which was said to be worthwhile, is shown'
    >>> worthwhile_words(low=-0.05, high=0.30, worthwhile=0.10)
    'a rise of 10 points or more, which was said to be worthwhile, is neither shown nor ruled out'
    """
    if not low <= high:
        raise ValueError(f"low must not be above high; got {low} and {high}")
    if not 0 < worthwhile < 1:
        raise ValueError(f"worthwhile must be a fraction between 0 and 1; got {worthwhile}")
    size = f"{worthwhile * 100:g} points or more, which was said to be worthwhile,"
    if low >= worthwhile:
        return f"a rise of {size} is shown"
    if high <= -worthwhile:
        return f"a fall of {worthwhile * 100:g} points or more is shown"
    if high < worthwhile:
        return f"a rise of {size} is ruled out"
    return f"a rise of {size} is neither shown nor ruled out"


def seen_by_interval(*, low: float, high: float, confidence: float = 0.95, power: float = 0.8) -> float:
    """Smallest change that an interval of this width would probably have shown.

    Parameters
    ----------
    low, high : float
        Limits of the change (fractions).
    confidence : float
        Two-sided confidence level of the interval (fraction).
    power : float
        Probability of seeing the change when it is there (fraction).

    Returns
    -------
    float
        Change as a fraction, by the normal approximation.

    Raises
    ------
    ValueError
        If `low` is above `high`, or a fraction is not strictly between 0 and 1.

    References
    ----------
    Goodman, S. N. and Berlin, J. A. (1994). The use of predicted confidence intervals when planning
    experiments and the misuse of power when interpreting results. Annals of Internal Medicine 121, 200-206.

    Examples
    --------
    >>> round(seen_by_interval(low=-0.10, high=0.10), 3)
    0.143
    """
    if not low <= high:
        raise ValueError(f"low must not be above high; got {low} and {high}")
    if not 0 < confidence < 1 or not 0 < power < 1:
        raise ValueError(f"confidence and power must be fractions between 0 and 1; got {confidence}, {power}")
    quantile = NormalDist().inv_cdf
    z = quantile((1 + confidence) / 2)
    return (high - low) / 2 * (z + quantile(power)) / z
