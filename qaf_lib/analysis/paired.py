"""What pairs of yes and no can show: McNemar's test and its power."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

from scipy.stats import binom

__all__ = ["detectable_paired_change", "mcnemar_exact_p", "mcnemar_mid_p", "paired_power"]


def mcnemar_exact_p(*, gained: int, lost: int) -> float:
    """Probability of so uneven a change, or a more uneven one, never too small but often too large.

    Parameters
    ----------
    gained, lost : int
        Pairs that came into the band, and that left it (counts).

    Returns
    -------
    float
        Two-sided exact conditional probability (fraction); 1 where no pair changed.

    Raises
    ------
    ValueError
        If a count is negative.

    References
    ----------
    Fagerland, M. W., Lydersen, S. and Laake, P. (2013). BMC Medical Research Methodology 13, 91
    (where the mid-p value is preferred).

    Examples
    --------
    >>> round(mcnemar_exact_p(gained=7, lost=1), 4)
    0.0703
    """
    if min(gained, lost) < 0:
        raise ValueError(f"gained and lost must be counts of at least 0; got {gained} and {lost}")
    return min(1.0, float(2 * binom.cdf(min(gained, lost), gained + lost, 0.5)))


def mcnemar_mid_p(*, gained: int, lost: int) -> float:
    """Probability of so uneven a change, or a more uneven one, if gain and loss were as likely.

    Parameters
    ----------
    gained, lost : int
        Pairs that came into the band, and that left it (counts).

    Returns
    -------
    float
        Two-sided mid-p value (fraction); 1 where no pair changed.

    Raises
    ------
    ValueError
        If a count is negative.

    References
    ----------
    Fagerland, M. W., Lydersen, S. and Laake, P. (2013). The McNemar test for binary matched-pairs
    data: mid-p and asymptotic are better than exact conditional. BMC Medical Research
    Methodology 13, 91.

    Examples
    --------
    >>> round(mcnemar_mid_p(gained=7, lost=1), 4)
    0.0391
    """
    if min(gained, lost) < 0:
        raise ValueError(f"gained and lost must be counts of at least 0; got {gained} and {lost}")
    fewer, changed = min(gained, lost), gained + lost
    if gained == lost:
        return 1.0
    return float(2 * binom.cdf(fewer, changed, 0.5) - binom.pmf(fewer, changed, 0.5))


def paired_power(*, pairs: int, changed: float, change: float, confidence: float = 0.95) -> float:
    """Probability that pairs show a change of a share which is really there.

    Parameters
    ----------
    pairs : int
        Pairs (count, at least 1).
    changed : float
        Share of pairs that change either way (fraction, at least `change`).
    change : float
        Real change of the share: gained less lost (fraction, above 0).
    confidence : float
        Two-sided confidence level of the comparison (fraction).

    Returns
    -------
    float
        Probability (fraction), by the normal approximation to McNemar's test.

    Raises
    ------
    ValueError
        If `pairs` is below 1 or a fraction is out of range.

    References
    ----------
    Connor, R. J. (1987). Sample size for testing differences in proportions for the
    paired-sample design. Biometrics 43, 207-211.

    Examples
    --------
    >>> round(paired_power(pairs=155, changed=0.2, change=0.1), 2)
    0.8
    """
    _check(pairs, confidence)
    if not 0 < change <= changed <= 1:
        raise ValueError(f"change must be above 0 and at most changed; got {change} and {changed}")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    spread = sqrt(max(changed - change**2, 1e-12))
    return NormalDist().cdf((change * sqrt(pairs) - z * sqrt(changed)) / spread)


def detectable_paired_change(
    *, pairs: int, changed: float, confidence: float = 0.95, power: float = 0.8
) -> float | None:
    """Smallest change of a share that pairs are likely to show.

    Parameters
    ----------
    pairs : int
        Pairs (count, at least 1).
    changed : float
        Share of pairs that change either way (fraction, 0 to 1).
    confidence : float
        Two-sided confidence level of the comparison (fraction).
    power : float
        Probability of seeing the change when it is there (fraction).

    Returns
    -------
    float or None
        Change as a fraction; None where it would not be seen even if every change went one way.

    Raises
    ------
    ValueError
        If `pairs` is below 1 or a fraction is out of range.

    References
    ----------
    As `paired_power`.

    Examples
    --------
    >>> round(detectable_paired_change(pairs=155, changed=0.2), 2)
    0.1
    """
    _check(pairs, confidence)
    if not 0 <= changed <= 1 or not 0 < power < 1:
        raise ValueError(f"changed and power must be fractions; got {changed} and {power}")
    if (
        not changed
        or paired_power(pairs=pairs, changed=changed, change=changed, confidence=confidence) < power
    ):
        return None
    low, high = 0.0, changed
    while high - low > 1e-9:
        middle = (low + high) / 2
        shown = paired_power(pairs=pairs, changed=changed, change=middle, confidence=confidence)
        low, high = (low, middle) if shown >= power else (middle, high)
    return high


def _check(pairs: int, confidence: float) -> None:
    if pairs < 1:
        raise ValueError(f"pairs must be a count of at least 1; got {pairs}")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be a fraction between 0 and 1; got {confidence}")
