"""Rank-sum tests of independent grades: exact with ties, and combined over strata."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb, sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pandas as pd

from qaf_lib.analysis.change_test import ChangeTest

__all__ = ["exact_rank_sum", "grade_counts", "van_elteren"]

_EXACT_WORK = 1_500_000
_Counts = npt.NDArray[np.int64]


def grade_counts(*, values: pd.Series, grades: Sequence[str]) -> _Counts:
    """How many cases have each grade, worst grade first.

    Parameters
    ----------
    values : Series
        Grades; missing ones are left out.
    grades : sequence of str
        The scale, worst grade first.

    Returns
    -------
    array of int
        Counts in the order of the scale.

    Raises
    ------
    ValueError
        If a grade is not on the scale.

    Examples
    --------
    >>> grade_counts(values=pd.Series(["good", None, "good"]), grades=["poor", "good"]).tolist()
    [0, 2]
    """
    strangers = int((values.notna() & ~values.isin(list(grades))).sum())
    if strangers:
        raise ValueError(f"{strangers} grades are not on the scale {list(grades)}")
    return np.array([int((values == grade).fillna(False).sum()) for grade in grades], dtype=np.int64)


def exact_rank_sum(*, first: npt.ArrayLike, second: npt.ArrayLike) -> ChangeTest:
    """Wilcoxon's rank-sum test of two samples of grades, exact whatever the ties.

    Every way of dealing the same grades to two samples of these sizes is counted. It tests
    whether the two distributions are the same. Where that takes too long (two samples of 80 are
    well within), the normal distribution stands in, and `method` says so.

    Parameters
    ----------
    first, second : array of int
        How many cases of each sample have each grade, worst grade first.

    Returns
    -------
    ChangeTest
        z, above 0 where the second sample has the better grades; without a probability where a
        sample is empty, and 1 where every grade is the same.

    Raises
    ------
    ValueError
        If the two arrays are of different length or a count is negative.

    References
    ----------
    Lehmann, E. L. (1975). Nonparametrics: Statistical Methods Based on Ranks, Holden-Day, sections
    1.4 (ties) and 1.2.

    Examples
    --------
    >>> round(exact_rank_sum(first=[3, 0], second=[0, 3]).p, 3)
    0.1
    """
    counts, other = _pair_of_counts(first, second)
    n = int(other.sum())
    if n == 0 or counts.sum() == 0:
        return ChangeTest(None, None, None, "none graded")
    ties = counts + other
    doubled = _doubled_midranks(ties)
    gap, variance = _rank_gap(counts, other)
    if variance == 0:
        return ChangeTest(0.0, None, 1.0, "every grade is the same")
    if min(n, int(counts.sum())) ** 2 * int(ties.sum()) > _EXACT_WORK:
        z = gap / sqrt(variance)
        return ChangeTest(z, None, 2 * NormalDist().cdf(-abs(z)), "rank sum, large sample")
    turned = n > counts.sum()
    dealt, total = (int(counts.sum()), -gap) if turned else (n, gap)
    chances = np.zeros((dealt + 1, int(doubled.max()) * dealt + 1))
    chances[0, 0] = 1.0
    for tie, rank in zip(ties.tolist(), doubled.tolist(), strict=True):
        chances = _deal(chances, tie, rank)
    sums = np.arange(chances.shape[1])
    far = np.abs(sums - dealt * (int(ties.sum()) + 1)) >= abs(2 * total) - 1e-6
    p = float(chances[dealt, far].sum() / chances[dealt].sum())
    return ChangeTest(gap / sqrt(variance), None, min(1.0, p), "rank sum, exact")


def van_elteren(
    *, before: pd.DataFrame, after: pd.DataFrame, stratum: str, grades: Sequence[str]
) -> ChangeTest:
    """Compare grades of two independent samples within strata, and combine the strata.

    Each stratum's rank sum counts with one over its size plus one, which is best when the strata
    differ in level but change alike. A stratum without both samples says nothing and is left out.

    Parameters
    ----------
    before, after : DataFrame
        `grade` and the column named by `stratum`, one row per case; missing grades are left out.
    stratum : str
        Column of the strata, for example the team or the first grade.
    grades : sequence of str
        The scale, worst grade first.

    Returns
    -------
    ChangeTest
        z, above 0 where grades are better after; large-sample. Without a probability where no
        stratum has both samples, and 1 where every grade of a stratum is the same.

    Raises
    ------
    ValueError
        If a grade is not on the scale.

    References
    ----------
    van Elteren, P. H. (1960). On the combination of independent two-sample tests of Wilcoxon.
    Bulletin of the International Statistical Institute 37, 351-361.
    Lehmann, E. L. (1975). Nonparametrics, Holden-Day, section 3.3.

    Examples
    --------
    >>> before = pd.DataFrame({"team": list("AAABBB"), "grade": ["poor"] * 4 + ["good"] * 2})
    >>> after = pd.DataFrame({"team": list("AAABBB"), "grade": ["good"] * 4 + ["poor"] + ["good"]})
    >>> found = van_elteren(before=before, after=after, stratum="team", grades=["poor", "good"])
    >>> round(found.statistic, 3), round(found.p, 3)
    (1.627, 0.104)
    """
    gap, variance, used, left_out = 0.0, 0.0, 0, 0
    for name in pd.unique(pd.concat([before[stratum], after[stratum]]).dropna()):
        counts, other = (
            grade_counts(values=table.loc[(table[stratum] == name).fillna(False), "grade"], grades=grades)
            for table in (before, after)
        )
        size = int(counts.sum() + other.sum())
        if counts.sum() == 0 or other.sum() == 0:
            left_out += size > 0
            continue
        one_gap, one_variance = _rank_gap(counts, other)
        gap += one_gap / (size + 1)
        variance += one_variance / (size + 1) ** 2
        used += 1
    note = f"; {left_out} strata without both samples left out" if left_out else ""
    if used == 0:
        return ChangeTest(None, None, None, f"no stratum has both samples{note}")
    if variance == 0:
        return ChangeTest(0.0, None, 1.0, f"every grade of a stratum is the same{note}")
    z = gap / sqrt(variance)
    return ChangeTest(z, None, 2 * NormalDist().cdf(-abs(z)), f"van Elteren, {used} strata{note}")


def _rank_gap(first: _Counts, second: _Counts) -> tuple[float, float]:
    """Rank sum of the second sample less what chance expects, and its variance with ties."""
    n1, n2 = int(first.sum()), int(second.sum())
    n, ties = n1 + n2, (first + second).astype(np.float64)
    gap = float((second * _doubled_midranks(first + second)).sum()) / 2 - n2 * (n + 1) / 2
    if n < 2:
        return gap, 0.0
    variance = n1 * n2 / 12 * (n + 1 - float((ties**3 - ties).sum()) / (n * (n - 1)))
    return gap, max(0.0, variance) if (ties > 0).sum() > 1 else 0.0


def _doubled_midranks(ties: _Counts) -> _Counts:
    return 2 * (ties.cumsum() - ties) + ties + 1


def _deal(chances: npt.NDArray[np.float64], tie: int, rank: int) -> npt.NDArray[np.float64]:
    """Ways to have dealt so many cases with such a rank sum, once a further grade is dealt."""
    dealt = np.zeros_like(chances)
    for taken in range(min(tie, len(chances) - 1) + 1):
        moved = taken * rank
        if moved >= chances.shape[1]:
            break
        rows, columns = len(chances) - taken, chances.shape[1] - moved
        dealt[taken:, moved:] += chances[:rows, :columns] * comb(tie, taken)
    return np.asarray(dealt / dealt.max())


def _pair_of_counts(first: npt.ArrayLike, second: npt.ArrayLike) -> tuple[_Counts, _Counts]:
    counts, other = np.asarray(first, dtype=np.int64), np.asarray(second, dtype=np.int64)
    if counts.shape != other.shape or counts.ndim != 1:
        raise ValueError(f"both samples need a count for each grade; got {counts.shape} and {other.shape}")
    if min(counts.min(initial=0), other.min(initial=0)) < 0:
        raise ValueError("counts must be at least 0")
    return counts, other
