"""Tests of paired grades that use how far each case moved: sums of signed steps and of signed ranks."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import rankdata

from qaf_lib.analysis.change_test import ChangeTest
from qaf_lib.analysis.marginals import joint_counts

__all__ = ["ordinal_shift", "signed_rank"]

_EXACT_UP_TO = 200


def ordinal_shift(*, pairs: pd.DataFrame, grades: Sequence[str]) -> ChangeTest:
    """Test whether grades moved up or down on the whole: marginal homogeneity of ordered grades.

    Each pair counts with the number of grades that it moved. Exact up to 200 pairs that changed:
    every change is as likely to have gone the other way.

    Parameters
    ----------
    pairs : DataFrame
        `before` and `after`, one row per case; a pair with either missing is left out.
    grades : sequence of str
        The scale, worst grade first.

    Returns
    -------
    ChangeTest
        z, above 0 where grades rose; without a probability where there are no pairs, and 1 where
        none changed.

    Raises
    ------
    ValueError
        If a grade is not on the scale.

    References
    ----------
    Agresti, A. (2002). Categorical Data Analysis, 2nd ed., Wiley, section 10.3.
    Hothorn, T., Hornik, K., van de Wiel, M. A. and Zeileis, A. (2008). Implementing a class of
    permutation tests: the coin package. Journal of Statistical Software 28(8) (`mh_test`).

    Examples
    --------
    >>> pairs = pd.DataFrame({"before": list("aaab"), "after": list("bbca")})
    >>> found = ordinal_shift(pairs=pairs, grades=["a", "b", "c"])
    >>> round(found.statistic, 3), found.p
    (1.134, 0.5)
    """
    steps = _steps(pairs, grades)
    return _flip_test(steps, np.abs(steps), "marginal homogeneity of ordered grades")


def signed_rank(*, pairs: pd.DataFrame, grades: Sequence[str]) -> ChangeTest:
    """Wilcoxon's signed-rank test with Pratt's treatment of pairs that did not change.

    Pairs that did not change are ranked with the others and then left out. Exact up to 200 pairs
    that changed, ties included.

    Parameters
    ----------
    pairs : DataFrame
        `before` and `after`, one row per case; a pair with either missing is left out.
    grades : sequence of str
        The scale, worst grade first.

    Returns
    -------
    ChangeTest
        z, above 0 where grades rose; without a probability where there are no pairs, and 1 where
        none changed.

    Raises
    ------
    ValueError
        If a grade is not on the scale.

    References
    ----------
    Pratt, J. W. (1959). Remarks on zeros and ties in the Wilcoxon signed rank procedures. JASA 54,
    655-667.

    Examples
    --------
    >>> pairs = pd.DataFrame({"before": list("aaabc"), "after": list("bbcac")})
    >>> found = signed_rank(pairs=pairs, grades=["a", "b", "c"])
    >>> round(found.statistic, 3), found.p
    (1.109, 0.5)
    """
    steps = _steps(pairs, grades)
    ranks = np.rint(2 * rankdata(np.abs(steps))).astype(np.int64) if len(steps) else steps
    return _flip_test(steps, ranks, "Wilcoxon signed rank, Pratt")


def _flip_test(steps: npt.NDArray[np.int64], sizes: npt.NDArray[np.int64], name: str) -> ChangeTest:
    """Sum of signed sizes, against all ways in which the signs could have fallen."""
    if len(steps) == 0:
        return ChangeTest(None, None, None, "no pairs")
    moved = steps != 0
    signs, sizes = np.sign(steps[moved]), sizes[moved]
    if len(sizes) == 0:
        return ChangeTest(0.0, None, 1.0, "no pair changed its grade")
    total = int((signs * sizes).sum())
    z = total / sqrt(float((sizes.astype(np.float64) ** 2).sum()))
    if len(sizes) > _EXACT_UP_TO:
        return ChangeTest(z, None, 2 * NormalDist().cdf(-abs(z)), f"{name}, large sample")
    chances = np.zeros(int(sizes.sum()) + 1)
    chances[0] = 1.0
    for size in sizes:
        chances[size:] += chances[:-size].copy()
        chances /= 2
    sums = 2 * np.arange(len(chances)) - int(sizes.sum())
    return ChangeTest(z, None, min(1.0, float(chances[np.abs(sums) >= abs(total)].sum())), f"{name}, exact")


def _steps(pairs: pd.DataFrame, grades: Sequence[str]) -> npt.NDArray[np.int64]:
    table = joint_counts(pairs=pairs, grades=grades)
    places = np.arange(len(table))
    return np.repeat((places[None, :] - places[:, None]).ravel(), table.ravel()).astype(np.int64)
