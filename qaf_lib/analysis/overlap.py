"""Change of a share where some cases, all or none were audited both times."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import sqrt
from statistics import NormalDist

import pandas as pd

from qaf_lib.analysis.intervals import Interval, share_interval, wilson_limits
from qaf_lib.analysis.results import results_table

__all__ = ["correlation_of_pairs", "newcombe_paired", "overlapping_change"]


def newcombe_paired(
    *, both: int, first_only: int, second_only: int, neither: int, confidence: float = 0.95
) -> Interval:
    """Difference of two shares of the same cases, first less second, from Wilson's limits of each.

    Parameters
    ----------
    both, first_only, second_only, neither : int
        Pairs counted both times, only the first, only the second, and neither time (counts).
    confidence : float
        Two-sided confidence level (fraction).

    Returns
    -------
    Interval
        Difference as a fraction, from -1 to 1; without an estimate when there are no pairs.

    Raises
    ------
    ValueError
        If a count is negative or `confidence` is out of range.

    References
    ----------
    Newcombe, R. G. (1998). Improved confidence intervals for the difference between binomial
    proportions based on paired data. Statistics in Medicine 17, 2635-2650, method 10.

    Examples
    --------
    >>> found = newcombe_paired(both=59, first_only=6, second_only=16, neither=80)
    >>> round(found.estimate, 4), round(found.low, 4), round(found.high, 4)
    (-0.0621, -0.1186, -0.0046)
    """
    counts = (both, first_only, second_only, neither)
    if min(counts) < 0:
        raise ValueError(f"counts of pairs must be at least 0; got {counts}")
    _check_confidence(confidence)
    n = sum(counts)
    if n == 0:
        return Interval(None, None, None, "no pairs")
    low, high = _square_and_add(
        x1=both + first_only,
        n1=n,
        x2=both + second_only,
        n2=n,
        correlation=correlation_of_pairs(
            both=both, first_only=first_only, second_only=second_only, neither=neither
        ),
        confidence=confidence,
    )
    return Interval((first_only - second_only) / n, low, high, "Newcombe, pairs")


def correlation_of_pairs(*, both: int, first_only: int, second_only: int, neither: int) -> float:
    """Correlation of two yes or no answers of the same cases, drawn towards 0 where it is positive.

    Newcombe's correction for continuity, with which the interval of a difference of paired shares does
    not come out too narrow.

    Parameters
    ----------
    both, first_only, second_only, neither : int
        Pairs counted both times, only the first, only the second, and neither time (counts).

    Returns
    -------
    float
        Phi, from -1 to 1; 0 where all or none are counted at one of the times.

    Raises
    ------
    ValueError
        If a count is negative.

    References
    ----------
    Newcombe, R. G. (1998). Statistics in Medicine 17, 2635-2650, method 10.

    Examples
    --------
    >>> round(correlation_of_pairs(both=59, first_only=6, second_only=16, neither=80), 3)
    0.716
    """
    a, b, c, d = both, first_only, second_only, neither
    if min(a, b, c, d) < 0:
        raise ValueError(f"counts of pairs must be at least 0; got {(a, b, c, d)}")
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    if margins == 0:
        return 0.0
    cross = a * d - b * c
    return (max(cross - (a + b + c + d) / 2, 0) if cross > 0 else cross) / sqrt(margins)


def overlapping_change(
    *,
    responses: pd.DataFrame,
    grades: Sequence[str],
    band: Collection[str],
    table_id: str,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Change of the share in a band between two samples that have some cases in common.

    The cases audited both times make the two shares alike, and the change more certain. Their
    correlation counts with the share of the samples that they are; with every case in common it
    is the paired interval, with none the independent one. Right only where the cases in common
    were not chosen by their first grade. Speaks of practice: no finite population correction.

    Parameters
    ----------
    responses : DataFrame
        `before` and `after`, one row per case; a missing grade is a case not graded that time.
    grades : sequence of str
        The scale, worst grade first.
    band : collection of str
        Grades that count, for example good and outstanding.
    table_id : str
        Name of the result.
    confidence : float
        Two-sided confidence level (fraction).

    Returns
    -------
    DataFrame
        A result with the row "all" and the measures `before`, `after`, `change` (after less before;
        `n` is the number of different cases) and `in_common` (share of those cases).

    Raises
    ------
    ValueError
        If a grade is not on the scale, the band is empty or off it, or `confidence` is out of range.

    References
    ----------
    Kish, L. (1965). Survey Sampling, Wiley, section 12.4 (covariance of overlapping samples).
    Berger, Y. G. (2004). Variance estimation for measures of change in rotating panel surveys.
    Canadian Journal of Statistics 32, 451-467.
    Newcombe, R. G. (1998). Statistics in Medicine 17, 2635-2650, method 10 (the interval).

    Examples
    --------
    >>> responses = pd.DataFrame({"before": ["poor"] * 20 + ["good"] * 20 + [None] * 10})
    >>> responses["after"] = [None] * 10 + ["poor"] * 10 + ["good"] * 30
    >>> found = overlapping_change(responses=responses, grades=["poor", "good"], band=["good"], table_id="t")
    >>> found.loc[found["measure"] == "change", ["estimate", "low", "high"]].round(3).to_dict("records")
    [{'estimate': 0.25, 'low': 0.133, 'high': 0.357}]
    """
    _check_confidence(confidence)
    if not band or not set(band) <= set(grades):
        raise ValueError(f"band must name grades of the scale {list(grades)}")
    times = responses[["before", "after"]]
    strangers = int((times.notna() & ~times.isin(list(grades))).to_numpy().sum())
    if strangers:
        raise ValueError(f"{strangers} grades are not on the scale {list(grades)}")
    graded, counted = times.notna(), times.isin(list(band)).fillna(False).astype(bool)
    n1, n2 = int(graded["before"].sum()), int(graded["after"].sum())
    x1, x2 = int(counted["before"].sum()), int(counted["after"].sum())
    in_common, cases = int(graded.all(axis=1).sum()), int(graded.any(axis=1).sum())
    found = {
        "before": {"x": x1, "n": n1, **share_interval(x=x1, n=n1, confidence=confidence).cells},
        "after": {"x": x2, "n": n2, **share_interval(x=x2, n=n2, confidence=confidence).cells},
        "change": {"n": cases, **_change(graded, counted, confidence).cells},
        "in_common": {
            "x": in_common,
            "n": cases,
            **Interval(in_common / cases if cases else None, None, None, "count").cells,
        },
    }
    names = {"table_id": table_id, "row_key": "all", "speaks_of": "our_practice"}
    return results_table({**names, "measure": measure, **row} for measure, row in found.items())


def _change(graded: pd.DataFrame, counted: pd.DataFrame, confidence: float) -> Interval:
    n1, n2 = int(graded["before"].sum()), int(graded["after"].sum())
    if n1 == 0 or n2 == 0:
        return Interval(None, None, None, "none graded")
    x1, x2 = int(counted["before"].sum()), int(counted["after"].sum())
    twice = counted[graded.all(axis=1)]
    first, second = twice["before"], twice["after"]
    alike = correlation_of_pairs(
        both=int((first & second).sum()),
        first_only=int((first & ~second).sum()),
        second_only=int((~first & second).sum()),
        neither=int((~first & ~second).sum()),
    )
    shared = len(twice) / sqrt(n1 * n2)
    low, high = _square_and_add(x1=x2, n1=n2, x2=x1, n2=n1, correlation=shared * alike, confidence=confidence)
    return Interval(x2 / n2 - x1 / n1, low, high, f"Newcombe, {len(twice)} cases in common")


def _square_and_add(
    *, x1: int, n1: int, x2: int, n2: int, correlation: float, confidence: float
) -> tuple[float, float]:
    """Limits of the difference of two shares, first less second, from the limits of each."""
    p1, p2 = x1 / n1, x2 / n2
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    l1, u1 = wilson_limits(share=p1, effective_n=n1, quantile=z)
    l2, u2 = wilson_limits(share=p2, effective_n=n2, quantile=z)

    def reach(one: float, other: float) -> float:
        return sqrt(max(0.0, one**2 - 2 * correlation * one * other + other**2))

    return p1 - p2 - reach(p1 - l1, u2 - p2), p1 - p2 + reach(u1 - p1, p2 - l2)


def _check_confidence(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be a fraction between 0 and 1; got {confidence}")
