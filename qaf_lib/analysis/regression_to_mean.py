"""Regression to the mean: what cases chosen for a low grade would gain without any change in practice."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import binom

from qaf_lib.analysis.intervals import Interval, share_interval, wilson_limits
from qaf_lib.analysis.marginals import joint_counts
from qaf_lib.analysis.results import results_table

__all__ = ["change_beyond_chance", "lowest_average"]


def lowest_average(*, teams: int, cases: int, share: float, lowest: int) -> float:
    """Share that the lowest teams would show on average if all teams were equal.

    Parameters
    ----------
    teams : int
        Teams compared (count, at least 1).
    cases : int
        Cases audited in each (count, at least 1).
    share : float
        True share of every team (fraction).
    lowest : int
        Teams picked for the lowest share found (count, 1 to `teams`).

    Returns
    -------
    float
        Mean share found in the teams picked (fraction), exact. At the next audit they would show
        `share` without any change.

    Raises
    ------
    ValueError
        If a count or `share` is out of range.

    References
    ----------
    David, H. A. and Nagaraja, H. N. (2003). Order Statistics, 3rd ed., Wiley, section 3.1 (discrete
    order statistics).
    Galton, F. (1886). Regression towards mediocrity in hereditary stature. Journal of the
    Anthropological Institute 15, 246-263.

    Examples
    --------
    >>> round(lowest_average(teams=20, cases=8, share=0.6, lowest=3), 2)
    0.34
    """
    if min(teams, cases) < 1 or not 1 <= lowest <= teams:
        raise ValueError(
            f"teams, cases and lowest must be at least 1, and lowest at most teams; "
            f"got {teams}, {cases} and {lowest}"
        )
    if not 0 <= share <= 1:
        raise ValueError(f"share must be a fraction from 0 to 1; got {share}")
    at_most = binom.cdf(np.arange(cases), cases, share)
    above = [binom.cdf(place - 1, teams, at_most).sum() for place in range(1, lowest + 1)]
    return float(sum(above)) / (lowest * cases)


def change_beyond_chance(
    *,
    chosen: pd.DataFrame,
    reference: pd.DataFrame,
    grades: Sequence[str],
    band: Collection[str],
    table_id: str,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Change of cases that were audited again because of their first grade, beyond what chance gives.

    The reference shows what a second look gives to a case of each first grade when nothing was done:
    audits moderated at random and blind (audit grade as `before`, moderated grade as `after`), or an
    earlier pair of audits of cases taken by chance. Weighted to the chosen cases' first grades, it is
    what regression to the mean alone would give. Speaks of practice: no finite population correction.

    Parameters
    ----------
    chosen : DataFrame
        `before` and `after`, one row per case audited again because of its first grade; a row with
        either missing is left out.
    reference : DataFrame
        `before` and `after` of other cases, looked at twice by chance and without action between.
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
        A result with the row "all" and, of the share in the band: `before`, `after`, `change`,
        `expected_after` and `chance_alone` (expected less before) without any change in practice, and
        `change_beyond` (after less expected), the only one that can be called improvement. Those that
        need the reference are marked "x" where it has no case of a first grade that was chosen.

    Raises
    ------
    ValueError
        If a grade is not on the scale, the band is empty or off it, or `confidence` is out of range.

    References
    ----------
    Davis, C. E. (1976). The effect of regression to the mean in epidemiologic and clinical studies.
    American Journal of Epidemiology 104, 493-498.
    Cochran, W. G. (1977). Sampling Techniques, 3rd ed., Wiley, section 5.10 (weighted shares).
    Newcombe, R. G. (1998). Statistics in Medicine 17, 873-890, method 10 (difference of the two).

    Examples
    --------
    >>> chosen = pd.DataFrame({"before": ["poor"] * 20, "after": ["good"] * 12 + ["poor"] * 8})
    >>> reference = pd.DataFrame({"before": ["poor"] * 40, "after": ["good"] * 16 + ["poor"] * 24})
    >>> found = change_beyond_chance(
    ...     chosen=chosen, reference=reference, grades=["poor", "good"], band=["good"], table_id="beyond"
    ... ).set_index("measure")
    >>> found.loc[["change", "chance_alone", "change_beyond"], "estimate"].round(2).tolist()
    [0.6, 0.4, 0.2]
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be a fraction between 0 and 1; got {confidence}")
    if not band or not set(band) <= set(grades):
        raise ValueError(f"band must name grades of the scale {list(grades)}")
    counts, known = (joint_counts(pairs=pairs, grades=grades) for pairs in (chosen, reference))
    inside = np.array([grade in band for grade in grades])
    n = int(counts.sum())
    before, after = int(counts[inside].sum()), int(counts[:, inside].sum())
    found = _of_chosen(before, after, n, confidence)
    missing = [grade for place, grade in enumerate(grades) if counts[place].sum() and not known[place].sum()]
    if n == 0 or missing:
        why = f"no reference pair was first graded {', '.join(missing)}" if missing else "no pairs"
        needs = ("expected_after", "chance_alone", "change_beyond")
        found |= dict.fromkeys(needs, Interval(None, None, None, why))
    else:
        found |= _against_reference(counts, known, inside, confidence)
    sizes = {"before": before, "after": after}
    names = {"table_id": table_id, "row_key": "all", "speaks_of": "our_practice", "n": n}
    return results_table(
        {**names, "measure": measure, "x": sizes.get(measure), **interval.cells}
        for measure, interval in found.items()
    )


def _of_chosen(before: int, after: int, n: int, confidence: float) -> dict[str, Interval]:
    if n == 0:
        return dict.fromkeys(("before", "after", "change"), Interval(None, None, None, "no pairs"))
    raw = "as found; part of it is chance"
    return {
        "before": Interval(before / n, None, None, "chosen by this grade, no interval"),
        "after": share_interval(x=after, n=n, confidence=confidence),
        "change": Interval((after - before) / n, None, None, raw),
    }


def _against_reference(
    counts: npt.NDArray[np.int64],
    known: npt.NDArray[np.int64],
    inside: npt.NDArray[np.bool_],
    confidence: float,
) -> dict[str, Interval]:
    """Expected share after a second look alone, and what the chosen cases show beyond it."""
    held = counts.sum(axis=1) > 0
    n = int(counts.sum())
    weight = counts.sum(axis=1)[held] / n
    pairs = known.sum(axis=1)[held].astype(np.float64)
    hits = known[:, inside].sum(axis=1)[held].astype(np.float64)
    smooth = (hits + 0.5) / (pairs + 1)
    expected = min(1.0, float((weight * hits / pairs).sum()))
    variance = float((weight**2 * smooth * (1 - smooth) / (pairs + 1)).sum())
    middle = float((weight * smooth).sum())
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    effective = middle * (1 - middle) / variance
    low, high = wilson_limits(share=expected, effective_n=effective, quantile=z)
    before, after = counts[inside].sum() / n, counts[:, inside].sum() / n
    least, most = wilson_limits(share=after, effective_n=n, quantile=z)
    beyond = after - expected
    method = f"by first grade, from {int(pairs.sum())} reference pairs"
    return {
        "expected_after": Interval(expected, low, high, method),
        "chance_alone": Interval(expected - before, low - before, high - before, method),
        "change_beyond": Interval(
            beyond,
            beyond - sqrt((after - least) ** 2 + (high - expected) ** 2),
            beyond + sqrt((most - after) ** 2 + (expected - low) ** 2),
            f"Newcombe; {method}",
        ),
    }
