"""Square tables of grades before and after: has the distribution moved, and is the movement even?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import binom, chi2

from qaf_lib.analysis.change_test import ChangeTest

__all__ = ["bowker_symmetry", "joint_counts", "stuart_maxwell"]

_Numbers = npt.NDArray[np.float64]
_UNCHANGED = "no pair changed its grade"
_EXACT_UP_TO, _MOST_STATES = 40, 200_000


def joint_counts(*, pairs: pd.DataFrame, grades: Sequence[str]) -> npt.NDArray[np.int64]:
    """Square table of pairs: grade before by row, grade after by column, worst first.

    Parameters
    ----------
    pairs : DataFrame
        `before` and `after`, one row per case; a pair with either missing is left out.
    grades : sequence of str
        The scale, worst grade first.

    Returns
    -------
    array of int
        Counts of pairs.

    Raises
    ------
    ValueError
        If a grade is not on the scale.

    Examples
    --------
    >>> pairs = pd.DataFrame({"before": ["poor", "poor", None], "after": ["good", "poor", "good"]})
    >>> joint_counts(pairs=pairs, grades=["poor", "good"]).tolist()
    [[1, 1], [0, 0]]
    """
    both = pairs[["before", "after"]].dropna()
    strangers = int((~both.isin(list(grades))).any(axis=1).sum())
    if strangers:
        raise ValueError(f"{strangers} pairs have a grade that is not on the scale {list(grades)}")
    rank = {grade: place for place, grade in enumerate(grades)}
    table = np.zeros((len(grades), len(grades)), dtype=np.int64)
    places = [both[name].map(rank).to_numpy(dtype=np.int64) for name in ("before", "after")]
    np.add.at(table, (places[0], places[1]), 1)
    return table


def stuart_maxwell(*, table: npt.ArrayLike) -> ChangeTest:
    """Test whether the distribution of grades is the same before and after, in any direction.

    Grades that were not given either time play no part. Up to 40 pairs that changed, or where only
    one comparison is left, the probability is exact: every change is as likely to have gone the other
    way. Beyond, chi-squared. Where some changes are never matched by their reverse and the distribution
    is still the same, it claims a change in up to 8% of samples with few changes (docs/validation.md).

    Parameters
    ----------
    table : array
        Square table of counts: before by row, after by column.

    Returns
    -------
    ChangeTest
        Chi-squared; without a probability where there are no pairs, and 1 where none changed.

    Raises
    ------
    ValueError
        If the table is not square or holds a negative count.

    References
    ----------
    Stuart, A. (1955). A test for homogeneity of the marginal distributions in a two-way
    classification. Biometrika 42, 412-416.
    Maxwell, A. E. (1970). Comparing the classification of subjects by two independent judges.
    British Journal of Psychiatry 116, 651-655.
    Hothorn, T., Hornik, K., van de Wiel, M. A. and Zeileis, A. (2008). Journal of Statistical
    Software 28(8) (`mh_test`, conditional on the changes).

    Examples
    --------
    >>> found = stuart_maxwell(table=[[14, 7, 9], [5, 26, 19], [1, 7, 12]])
    >>> round(found.statistic, 2), found.freedom, round(found.p, 4)
    (12.14, 2, 0.0023)
    """
    counts = _square(table)
    if counts.sum() == 0:
        return ChangeTest(None, None, None, "no pairs")
    gap = counts.sum(axis=1) - counts.sum(axis=0)
    spread = -(counts + counts.T)
    np.fill_diagonal(spread, counts.sum(axis=1) + counts.sum(axis=0) - 2 * np.diag(counts))
    freedom = int(np.linalg.matrix_rank(spread))
    if freedom == 0:
        return ChangeTest(0.0, 0, 1.0, _UNCHANGED)
    inverse = np.linalg.pinv(spread, hermitian=True)
    statistic = float(gap @ inverse @ gap)
    if freedom == 1 or _moved(counts) <= _EXACT_UP_TO:
        gaps, chances = _gaps_by_chance(counts)
        if len(chances):
            other = np.einsum("si,ij,sj->s", gaps, inverse, gaps)
            p = float(chances[other >= statistic - 1e-7].sum())
            return ChangeTest(statistic, freedom, min(1.0, p), "Stuart-Maxwell, exact")
    return ChangeTest(statistic, freedom, float(chi2.sf(statistic, freedom)), "Stuart-Maxwell")


def bowker_symmetry(*, table: npt.ArrayLike) -> ChangeTest:
    """Test whether each change of grade is as common as its reverse.

    Only pairs of grades between which a case moved count towards the degrees of freedom. Exact as
    `stuart_maxwell` is.

    Parameters
    ----------
    table : array
        Square table of counts: before by row, after by column.

    Returns
    -------
    ChangeTest
        Chi-squared; without a probability where there are no pairs, and 1 where none changed.

    Raises
    ------
    ValueError
        If the table is not square or holds a negative count.

    References
    ----------
    Bowker, A. H. (1948). A test for symmetry in contingency tables. JASA 43, 572-574.
    Krauth, J. (1973). Nichtparametrische Ansätze zur Auswertung von Verlaufskurven. Biometrische
    Zeitschrift 15, 557-566 (exact version).

    Examples
    --------
    >>> found = bowker_symmetry(table=[[14, 7, 9], [5, 26, 19], [1, 7, 12]])
    >>> round(found.statistic, 2), found.freedom, round(found.p, 4)
    (12.27, 3, 0.0065)
    """
    counts = _square(table)
    if counts.sum() == 0:
        return ChangeTest(None, None, None, "no pairs")
    upper = np.triu_indices(len(counts), 1)
    there, back = counts[upper], counts.T[upper]
    moved = there + back > 0
    freedom = int(moved.sum())
    if freedom == 0:
        return ChangeTest(0.0, 0, 1.0, _UNCHANGED)
    statistic = float(((there - back)[moved] ** 2 / (there + back)[moved]).sum())
    if freedom == 1 or _moved(counts) <= _EXACT_UP_TO:
        sums, chances = _sums_by_chance((there + back)[moved])
        if len(chances):
            p = float(chances[sums >= statistic - 1e-7].sum())
            return ChangeTest(statistic, freedom, min(1.0, p), "Bowker, symmetry, exact")
    return ChangeTest(statistic, freedom, float(chi2.sf(statistic, freedom)), "Bowker, symmetry")


def _moved(counts: _Numbers) -> int:
    return int(counts.sum() - np.trace(counts))


def _gaps_by_chance(counts: _Numbers) -> tuple[_Numbers, _Numbers]:
    """Every gap of the margins that changes could give, had each been as likely to go the other way."""
    size, reach = len(counts), _moved(counts)
    if (2 * reach + 1) ** size > 2**62:
        return np.zeros((0, size)), np.zeros(0)
    places = (2 * reach + 1) ** np.arange(size)
    codes, chances = np.zeros(1, dtype=np.int64), np.ones(1)
    for row, column in zip(*np.triu_indices(size, 1), strict=True):
        number = int(counts[row, column] + counts[column, row])
        ways = (2 * np.arange(number + 1) - number) * (places[row] - places[column])
        codes, chances = _one_more(codes, chances, ways, number)
    shifted = codes + reach * places.sum()
    gaps = (shifted[:, None] // places) % (2 * reach + 1) - reach
    return gaps.astype(np.float64), chances


def _sums_by_chance(numbers: _Numbers) -> tuple[_Numbers, _Numbers]:
    """Every value of Bowker's sum, in units of a billionth, and its probability."""
    codes, chances = np.zeros(1, dtype=np.int64), np.ones(1)
    for number in numbers.astype(int).tolist():
        gap = 2 * np.arange(number + 1) - number
        codes, chances = _one_more(codes, chances, np.rint(gap**2 / number * 1e9).astype(np.int64), number)
    return codes / 1e9, chances


def _one_more(
    codes: npt.NDArray[np.int64], chances: _Numbers, ways: npt.NDArray[np.int64], number: int
) -> tuple[npt.NDArray[np.int64], _Numbers]:
    """Add the changes between two further grades; nothing where there are too many outcomes."""
    if number == 0 or len(codes) == 0:
        return codes, chances
    if len(codes) * len(ways) > 10 * _MOST_STATES:
        return codes[:0], chances[:0]
    pmf = binom.pmf(np.arange(number + 1), number, 0.5)
    merged, place = np.unique((codes[:, None] + ways).ravel(), return_inverse=True)
    total = np.bincount(place.ravel(), (chances[:, None] * pmf).ravel())
    return merged, np.asarray(total, dtype=np.float64)


def _square(table: npt.ArrayLike) -> _Numbers:
    counts = np.asarray(table, dtype=np.float64)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise ValueError(f"table must be square; got shape {counts.shape}")
    if not ((counts >= 0) & (counts % 1 == 0)).all():
        raise ValueError("table must hold whole counts of at least 0")
    return counts
