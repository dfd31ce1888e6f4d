"""Brunner and Munzel's test of two samples of grades, against every way of dealing the grades."""

from __future__ import annotations

from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from qaf_lib.analysis.change_test import ChangeTest
from qaf_lib.analysis.rank_sums import exact_rank_sum

__all__ = ["permuted_brunner_munzel"]

_Counts = npt.NDArray[np.int64]
_Floats = npt.NDArray[np.float64]
_MOST_DEALS = 100_000
_RANDOM_DEALS = 9_999
_SEED = 20261122
_NO_VARIANCE = 1e-9


def permuted_brunner_munzel(*, first: npt.ArrayLike, second: npt.ArrayLike) -> ChangeTest:
    """Test whether cases of the second sample are better or worse than those of the first.

    Brunner and Munzel's statistic is set against its values when the same grades are dealt to two
    samples of these sizes. Where nothing changed the level is kept exactly, however few the cases; and
    because the statistic is studentised it is nearly kept where only the spread of the grades changed.
    Every deal is counted up to 100,000 different ones; beyond, 9,999 random deals, always the same for
    the same grades, and the one that happened stand for all.

    Parameters
    ----------
    first, second : array of int
        How many cases of each sample have each grade, worst grade first.

    Returns
    -------
    ChangeTest
        Brunner and Munzel's statistic, above 0 where the second sample has the better grades, without
        size where the samples do not overlap; without a probability where a sample is empty, and 1
        where every grade is the same. With a single case in a sample, the exact rank-sum test.

    Raises
    ------
    ValueError
        If the two arrays are of different length or a count is negative.

    References
    ----------
    Brunner, E. and Munzel, U. (2000). Biometrical Journal 42, 17-25.
    Neubert, K. and Brunner, E. (2007). A studentized permutation test for the non-parametric
    Behrens-Fisher problem. Computational Statistics and Data Analysis 51, 5192-5204.
    Phipson, B. and Smyth, G. K. (2010). Permutation p-values should never be zero. Statistical
    Applications in Genetics and Molecular Biology 9, 39 (random deals, plus one).

    Examples
    --------
    >>> found = permuted_brunner_munzel(first=[12, 8], second=[6, 14])
    >>> round(found.statistic, 3), round(found.p, 3), found.method
    (1.949, 0.111, 'Brunner-Munzel, permuted, exact')
    """
    counts, other = np.asarray(first, dtype=np.int64), np.asarray(second, dtype=np.int64)
    if counts.shape != other.shape or min(counts.sum(), other.sum()) < 2 or ((counts + other) > 0).sum() < 2:
        return exact_rank_sum(first=first, second=second)
    if min(counts.min(), other.min()) < 0:
        raise ValueError("counts must be at least 0")
    ties = counts + other
    found = float(_statistics(counts[None, :], other[None, :])[0])
    size = None if abs(found) > 0.49 / sqrt(_NO_VARIANCE) else found
    present = ties > 0
    ties, counts = ties[present], counts[present]
    if _deals(ties, int(counts.sum())) <= _MOST_DEALS:
        dealt = _every_deal(ties, int(counts.sum()))
        far = np.abs(_statistics(dealt, ties - dealt)) >= abs(found) - 1e-9
        chance = _chances(dealt, ties)
        return ChangeTest(size, None, min(1.0, float(chance[far].sum())), "Brunner-Munzel, permuted, exact")
    rng = np.random.default_rng(_SEED)
    dealt = rng.multivariate_hypergeometric(ties, int(counts.sum()), size=_RANDOM_DEALS)
    far = np.abs(_statistics(dealt, ties - dealt)) >= abs(found) - 1e-9
    p = (int(far.sum()) + 1) / (_RANDOM_DEALS + 1)
    return ChangeTest(size, None, p, "Brunner-Munzel, permuted, random deals")


def _statistics(first: _Counts, second: _Counts) -> _Floats:
    """Brunner and Munzel's statistic of each row of counts."""
    n1, n2 = int(first[0].sum()), int(second[0].sum())
    above_first = (first.cumsum(axis=1) - first / 2) / n1
    below_second = (second.cumsum(axis=1) - second / 2) / n2
    estimate = (second * above_first).sum(axis=1) / n2
    spread_first = (first * (below_second - (1 - estimate)[:, None]) ** 2).sum(axis=1) / (n1 - 1) / n1
    spread_second = (second * (above_first - estimate[:, None]) ** 2).sum(axis=1) / (n2 - 1) / n2
    variance = np.maximum(spread_first + spread_second, _NO_VARIANCE)
    return np.asarray((estimate - 0.5) / np.sqrt(variance))


def _deals(ties: _Counts, size: int) -> float:
    """How many different counts the first sample could be dealt, as far as it matters."""
    ways = np.zeros(size + 1)
    ways[0] = 1
    for tie in ties.tolist():
        upto = ways.cumsum()
        upto[tie + 1 :] -= upto[: -tie - 1].copy()
        ways = np.minimum(upto, 1e3 * _MOST_DEALS)
    return float(ways[size])


def _every_deal(ties: _Counts, size: int) -> _Counts:
    """Every row of counts that the first sample could be dealt, one column per grade."""
    rows, left = np.zeros((1, 0), dtype=np.int64), np.array([size])
    for place, tie in enumerate(ties.tolist()):
        fewest = np.maximum(0, left - int(ties[place + 1 :].sum()))
        ways = np.minimum(tie, left) - fewest + 1
        of_row = np.repeat(np.arange(len(rows)), ways)
        taken = fewest[of_row] + np.arange(len(of_row)) - (ways.cumsum() - ways)[of_row]
        rows = np.column_stack([rows[of_row], taken])
        left = size - rows.sum(axis=1)
    return rows


def _chances(dealt: _Counts, ties: _Counts) -> _Floats:
    logs = (gammaln(ties + 1) - gammaln(dealt + 1) - gammaln(ties - dealt + 1)).sum(axis=1)
    chances = np.exp(logs - logs.max())
    return np.asarray(chances / chances.sum())
