"""Agreement beyond chance for two raters or more, on an ordered scale, with gaps."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import t as student

from qaf_lib.analysis.intervals import Interval

__all__ = ["gwet_ac2", "krippendorff_alpha"]

_Numbers = npt.NDArray[np.float64]
_RESAMPLES = 2000
_NONE = "no case has two grades"
_ALIKE, _NO_SPREAD = "every case has the same grades, no interval", 1e-9


def gwet_ac2(
    *,
    ratings: pd.DataFrame,
    grades: Sequence[str],
    weights: Literal["ordinal", "quadratic", "identity"] = "ordinal",
    confidence: float = 0.95,
) -> Interval:
    """Gwet's agreement coefficient, which stays sensible where most grades are the same.

    The variance is over cases, for these raters; limits use Student's t on the cases less one.
    A case with one grade counts in the chance term, not in the agreement.

    Parameters
    ----------
    ratings : DataFrame
        One row per case, one column per rater; missing grades allowed.
    grades : sequence of str
        The whole scale, worst grade first, also grades that nobody gave.
    weights : str
        Part credit for near grades: "ordinal" (AC2), "quadratic", or "identity" for none (AC1).
    confidence : float
        Two-sided confidence level (fraction).

    Returns
    -------
    Interval
        Scores, 1 for perfect agreement; without an estimate where no case has two grades, and
        without limits where every pair of grades agrees, every case has the same grades or there is
        only one case.

    Raises
    ------
    ValueError
        If a grade is not on the scale, the scale has no two grades, `weights` is unknown or
        `confidence` is out of range.

    References
    ----------
    Gwet, K. L. (2014). Handbook of Inter-Rater Reliability, 4th ed., Advanced Analytics,
    chapter 3 (ordinal weights) and chapter 5 (variance, missing ratings).

    Examples
    --------
    >>> ratings = pd.DataFrame({"auditor": list("aabbcc"), "moderator": list("abbbcc")})
    >>> found = gwet_ac2(ratings=ratings, grades=["a", "b", "c"])
    >>> round(found.estimate, 3), round(found.low, 3), round(found.high, 3)
    (0.855, 0.475, 1.0)
    """
    _check_confidence(confidence)
    counts = _counts(ratings, grades)
    counts = counts[counts.sum(axis=1) > 0]
    given = counts.sum(axis=1)
    several = given >= 2
    if not several.any():
        return Interval(None, None, None, _NONE)
    n, size = len(counts), len(grades)
    weight = _weights(size, weights)
    agreeing = (counts * (counts @ weight - 1)).sum(axis=1) / np.where(several, given * (given - 1), 1)
    share = (counts / given[:, None]).mean(axis=0)
    spread = weight.sum() / (size * (size - 1))
    chance = float(spread * (share * (1 - share)).sum())
    estimate = (float(agreeing[several].mean()) - chance) / (1 - chance)
    if np.isclose(agreeing[several], 1).all():
        return Interval(1.0, None, None, "every pair of grades agrees")
    if n == 1:
        return Interval(estimate, None, None, "one case only, no interval")
    per_case = np.where(several, agreeing - chance, 0) * n / several.sum() / (1 - chance)
    per_case_chance = spread * (counts @ (1 - share)) / given
    linear = per_case - 2 * (1 - estimate) * (per_case_chance - chance) / (1 - chance)
    error = sqrt(float(((linear - estimate) ** 2).sum()) / (n * (n - 1)))
    if error < _NO_SPREAD:
        return Interval(estimate, None, None, _ALIKE)
    half = float(student.ppf((1 + confidence) / 2, n - 1)) * error
    name = {"ordinal": "Gwet AC2, ordinal weights", "quadratic": "Gwet AC2, quadratic weights"}
    return Interval(
        estimate,
        max(min(-1.0, estimate), estimate - half),
        min(1.0, estimate + half),
        name.get(weights, "Gwet AC1"),
    )


def krippendorff_alpha(
    *, ratings: pd.DataFrame, grades: Sequence[str], rng: np.random.Generator, confidence: float = 0.95
) -> Interval:
    """Krippendorff's alpha on an ordered scale, for any number of raters and with missing grades.

    The interval is the percentile interval of 2,000 samples of cases, so that it holds for other
    cases of the same kind. With fewer than 20 cases it is rough.

    Parameters
    ----------
    ratings : DataFrame
        One row per case, one column per rater; missing grades allowed. A case with fewer than
        two grades is left out.
    grades : sequence of str
        The scale, worst grade first.
    rng : Generator
        Source of chance for the interval.
    confidence : float
        Two-sided confidence level (fraction).

    Returns
    -------
    Interval
        Scores, 1 for perfect agreement, 0 for agreement by chance; without an estimate where no
        case has two grades or every grade is the same, and without limits where every pair agrees,
        every case has the same grades or there is only one case.

    Raises
    ------
    ValueError
        If a grade is not on the scale, the scale has no two grades or `confidence` is out of range.

    References
    ----------
    Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. University of Pennsylvania,
    sections D and E (any number of observers, ordinal metric).
    Zapf, A., Castell, S., Morawietz, L. and Karch, A. (2016). Measuring inter-rater reliability for
    nominal data - which coefficients and confidence intervals are appropriate? BMC Medical Research
    Methodology 16, 93 (bootstrap of cases).

    Examples
    --------
    >>> ratings = pd.DataFrame({"auditor": list("aabbcc"), "moderator": list("abbbcc")})
    >>> chance = np.random.default_rng(1)
    >>> round(krippendorff_alpha(ratings=ratings, grades=["a", "b", "c"], rng=chance).estimate, 3)
    0.884
    """
    _check_confidence(confidence)
    counts = _counts(ratings, grades)
    counts = counts[counts.sum(axis=1) >= 2]
    if len(counts) == 0:
        return Interval(None, None, None, _NONE)
    if (counts.sum(axis=0) > 0).sum() == 1:
        return Interval(None, None, None, "every grade is the same: full agreement, alpha undefined")
    pairs = counts[:, :, None] * counts[:, None, :] - counts[:, :, None] * np.eye(len(grades))
    pairs = pairs / (counts.sum(axis=1) - 1)[:, None, None]
    estimate = float(_alpha(pairs.sum(axis=0)[None])[0])
    if np.isclose(estimate, 1):
        return Interval(1.0, None, None, "every pair of grades agrees")
    n = len(counts)
    if n == 1:
        return Interval(estimate, None, None, "one case only, no interval")
    _, first, cases = np.unique(counts, axis=0, return_index=True, return_counts=True)
    if len(first) == 1:
        return Interval(estimate, None, None, _ALIKE)
    drawn = rng.multinomial(n, cases / n, size=_RESAMPLES)  # of cases alike, in an order that rows do not set
    again = _alpha((drawn @ pairs[first].reshape(len(first), -1)).reshape(-1, len(grades), len(grades)))
    tail = (1 - confidence) / 2
    low, high = np.quantile(again, [tail, 1 - tail])
    return Interval(
        estimate, min(estimate, float(low)), max(estimate, float(high)), "ordinal alpha, bootstrap of cases"
    )


def _alpha(coincidences: _Numbers) -> _Numbers:
    """Alpha of each table of coincidences; 1 where a table holds one grade only."""
    totals = coincidences.sum(axis=2)
    below = totals.cumsum(axis=1) - totals / 2
    distance = (below[:, :, None] - below[:, None, :]) ** 2
    observed = (coincidences * distance).sum(axis=(1, 2))
    expected = (totals[:, :, None] * totals[:, None, :] * distance).sum(axis=(1, 2))
    expected = expected / (totals.sum(axis=1) - 1)
    ratio = np.divide(observed, expected, out=np.zeros_like(observed), where=expected > 0)
    return np.asarray(1 - ratio)


def _weights(size: int, kind: str) -> _Numbers:
    apart = abs(np.subtract.outer(np.arange(size), np.arange(size))).astype(np.float64)
    if kind == "ordinal":
        return np.asarray(1 - apart * (apart + 1) / (size * (size - 1)))
    if kind == "quadratic":
        return np.asarray(1 - apart**2 / (size - 1) ** 2)
    if kind == "identity":
        return np.eye(size)
    raise ValueError(f"weights must be ordinal, quadratic or identity; got {kind}")


def _counts(ratings: pd.DataFrame, grades: Sequence[str]) -> _Numbers:
    """Grades of each case: one row per case, one column per grade of the scale."""
    if len(set(grades)) < 2 or len(set(grades)) < len(grades):
        raise ValueError(f"the scale needs two grades or more, each once; got {list(grades)}")
    strangers = int((ratings.notna() & ~ratings.isin(list(grades))).to_numpy().sum())
    if strangers:
        raise ValueError(f"{strangers} ratings are not on the scale {list(grades)}")
    columns = [(ratings == grade).fillna(False).to_numpy(dtype=bool).sum(axis=1) for grade in grades]
    return np.column_stack(columns).astype(np.float64)


def _check_confidence(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be a fraction between 0 and 1; got {confidence}")
