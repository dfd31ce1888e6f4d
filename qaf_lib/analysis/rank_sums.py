"""Independent samples of grades: are later cases better than earlier ones?"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb, sqrt

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import gammaln

from qaf_lib.analysis.checks import check_on_scale
from qaf_lib.analysis.intervals import (
    ChangeTest,
    Interval,
    student_quantile,
    two_sided,
)
from qaf_lib.errors import InputError
from qaf_lib.sampling.checks import check_columns, check_series, last_held
from qaf_lib.sampling.size import normal_quantile

_Counts = npt.NDArray[np.int64]
_Floats = npt.NDArray[np.float64]
_ENOUGH = 30
_EXACT_WORK = 1_500_000
_MOST_DEALS = 100_000
_RANDOM_DEALS = 9_999
_SEED = 20261122
_NO_VARIANCE = 1e-9


def superiority(*, before: pd.Series, after: pd.Series, grades: Sequence[str]) -> Interval:
    """Probability that a later case is better than an earlier one, ties counted as half.

    Brunner and Munzel's interval on the logit scale, which allows the samples to vary unequally. With fewer
    than 30 cases in a sample, or where the samples do not overlap or do not vary, its variance cannot be
    trusted: Newcombe's score-like interval, which has one for every result, is used instead. It takes no
    account of ties and is cautious where one grade is very common.

    References
    ----------
    Brunner, E. and Munzel, U. (2000). The nonparametric Behrens-Fisher problem. Biometrical Journal 42,
    17-25. Pauly, M., Asendorpf, T. and Konietschke, F. (2016). Biometrical Journal 58, 1319-1337 (logit
    scale). Newcombe, R. G. (2006). Confidence intervals for an effect size measure based on the Mann-Whitney
    statistic. Part 2. Statistics in Medicine 25, 559-573, method 5.

    Examples
    --------
    >>> before = pd.Series(["poor"] * 12 + ["good"] * 8)
    >>> after = pd.Series(["poor"] * 6 + ["good"] * 14)
    >>> found = superiority(before=before, after=after, grades=["poor", "good"])
    >>> round(found.estimate, 3), round(found.low, 3), round(found.high, 3)
    (0.65, 0.469, 0.792)
    """
    first, second = _both(before, after, grades)
    if first.sum() == 0 or second.sum() == 0:
        return Interval(None, None, None, "none graded")
    estimate, variance, freedom = _brunner_munzel(first, second)
    if min(first.sum(), second.sum()) < _ENOUGH or variance == 0:
        low, high = _newcombe(estimate, int(first.sum()), int(second.sum()))
        return Interval(estimate, low, high, "probability of superiority, Newcombe method 5")
    half = student_quantile(freedom) * sqrt(variance)
    spread = half / (estimate * (1 - estimate))
    middle = np.log(estimate / (1 - estimate))
    low, high = (1 / (1 + np.exp(-(middle + side * spread))) for side in (-1, 1))
    return Interval(estimate, float(low), float(high), "probability of superiority, Brunner-Munzel")


def superiority_test(*, before: pd.Series, after: pd.Series, grades: Sequence[str]) -> ChangeTest:
    """Test whether later cases are better (statistic above 0) or worse than earlier ones.

    Brunner and Munzel's test against every way of dealing the grades to the two samples, so that its level
    is kept however few the cases. Source: `permuted_brunner_munzel`.

    Examples
    --------
    >>> before = pd.Series(["poor"] * 12 + ["good"] * 8)
    >>> after = pd.Series(["poor"] * 6 + ["good"] * 14)
    >>> found = superiority_test(before=before, after=after, grades=["poor", "good"])
    >>> round(found.statistic, 3), round(found.p, 3), found.method
    (1.949, 0.111, 'Brunner-Munzel, permuted, exact')
    """
    first, second = _both(before, after, grades)
    return permuted_brunner_munzel(first=first, second=second)


def van_elteren(
    *, before: pd.DataFrame, after: pd.DataFrame, stratum: str, grades: Sequence[str]
) -> ChangeTest:
    """Compare the `grade` of two independent samples within strata, and combine the strata.

    `stratum` names their column, for example the team or the first grade. Each stratum's rank sum counts
    with one over its size plus one, which is best when the strata differ in level but change alike. A
    stratum without both samples says nothing and is left out. z is above 0 where grades are better after;
    large-sample.

    References
    ----------
    van Elteren, P. H. (1960). On the combination of independent two-sample tests of Wilcoxon. Bulletin of
    the International Statistical Institute 37, 351-361. Lehmann, E. L. (1975). Nonparametrics, Holden-Day,
    section 3.3.

    Examples
    --------
    >>> before = pd.DataFrame({"team": list("AAABBB"), "grade": ["poor"] * 4 + ["good"] * 2})
    >>> after = pd.DataFrame({"team": list("AAABBB"), "grade": ["good"] * 4 + ["poor"] + ["good"]})
    >>> found = van_elteren(before=before, after=after, stratum="team", grades=["poor", "good"])
    >>> round(found.statistic, 3), round(found.p, 3)
    (1.627, 0.104)
    """
    for name, table in (("before", before), ("after", after)):
        check_columns([stratum, "grade"], **{name: table})
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
    return ChangeTest(z, None, two_sided(z), f"van Elteren, {used} strata{note}")


def permuted_brunner_munzel(*, first: npt.ArrayLike, second: npt.ArrayLike) -> ChangeTest:
    """Test two samples of counts by grade, worst first: is the second better (above 0) or worse?

    Brunner and Munzel's statistic (none where the samples do not overlap) is set against its values when the
    same grades are dealt to two samples of these sizes. Where nothing changed the level is kept exactly; and
    because the statistic is studentised it is nearly kept where only the spread of the grades changed. Every
    deal is counted up to 100,000 different ones; beyond, 9,999 random deals, always the same for the same
    grades, and the one that happened stand for all. With one case in a sample, the exact rank-sum test.

    Neubert, K. and Brunner, E. (2007). A studentized permutation test for the non-parametric Behrens-Fisher
    problem. Computational Statistics and Data Analysis 51, 5192-5204. Phipson, B. and Smyth, G. K. (2010).
    Permutation p-values should never be zero. Statistical Applications in Genetics and Molecular Biology 9,
    39 (random deals, plus one).
    """
    counts, other = _pair_of_counts(first, second)
    ties = counts + other
    if min(counts.sum(), other.sum()) < 2 or (ties > 0).sum() < 2:
        return exact_rank_sum(first=counts, second=other)
    found = float(_statistics(counts[None, :], other[None, :])[0])
    size = None if abs(found) > 0.49 / sqrt(_NO_VARIANCE) else found
    present = ties > 0
    ties, counts = ties[present], counts[present]
    exact = _deals(ties, int(counts.sum())) <= _MOST_DEALS
    if exact:
        dealt = _every_deal(ties, int(counts.sum()))
    else:
        rng = np.random.default_rng(_SEED)
        dealt = rng.multivariate_hypergeometric(ties, int(counts.sum()), size=_RANDOM_DEALS)
    far = np.abs(_statistics(dealt, ties - dealt)) >= abs(found) - 1e-9
    if exact:
        p = float(_chances(dealt, ties)[far].sum())
        return ChangeTest(size, None, min(1.0, p), "Brunner-Munzel, permuted, exact")
    p = (int(far.sum()) + 1) / (_RANDOM_DEALS + 1)
    return ChangeTest(size, None, p, "Brunner-Munzel, permuted, random deals")


def exact_rank_sum(*, first: npt.ArrayLike, second: npt.ArrayLike) -> ChangeTest:
    """Wilcoxon's rank-sum test of two samples of counts by grade, worst first, exact whatever the ties.

    Every way of dealing the same grades to two samples of these sizes is counted; z is above 0 where the
    second sample has the better grades. Where that takes too long (two samples of 80 are well within), the
    normal distribution stands in, and `method` says so.

    Lehmann, E. L. (1975). Nonparametrics: Statistical Methods Based on Ranks, Holden-Day, sections 1.2, 1.4.
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
        return ChangeTest(z, None, two_sided(z), "rank sum, large sample")
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


def grade_counts(*, values: pd.Series, grades: Sequence[str]) -> _Counts:
    """How many cases have each grade, worst grade first."""
    check_on_scale(values, grades)
    return np.array([int((values == grade).fillna(False).sum()) for grade in grades], dtype=np.int64)


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


def _both(before: pd.Series, after: pd.Series, grades: Sequence[str]) -> tuple[_Counts, _Counts]:
    check_series(before=before, after=after)
    return grade_counts(values=before, grades=grades), grade_counts(values=after, grades=grades)


def _pair_of_counts(first: npt.ArrayLike, second: npt.ArrayLike) -> tuple[_Counts, _Counts]:
    given = [np.asarray(each, dtype=np.float64) for each in (first, second)]
    if given[0].shape != given[1].shape or given[0].ndim != 1:
        raise InputError("both samples need a count for each grade")
    if not all((each >= 0).all() and (each % 1 == 0).all() for each in given):
        raise InputError("the counts of a sample must be whole and at least 0")
    return given[0].astype(np.int64), given[1].astype(np.int64)


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


def _brunner_munzel(first: _Counts, second: _Counts) -> tuple[float, float, float]:
    """Estimate, variance and degrees of freedom, from the placements of each sample in the other."""
    n1, n2 = int(first.sum()), int(second.sum())
    above_first = (first.cumsum() - first / 2) / n1
    below_second = (second.cumsum() - second / 2) / n2
    estimate = float((second * above_first).sum()) / n2
    if min(n1, n2) < 2:
        return estimate, 0.0, 1.0
    parts = [
        float((first * (below_second - (1 - estimate)) ** 2).sum()) / (n1 - 1) / n1,
        float((second * (above_first - estimate) ** 2).sum()) / (n2 - 1) / n2,
    ]
    variance = sum(parts)
    if variance < 1e-12:
        return estimate, 0.0, 1.0
    return estimate, variance, variance**2 / (parts[0] ** 2 / (n1 - 1) + parts[1] ** 2 / (n2 - 1))


def _newcombe(estimate: float, n1: int, n2: int) -> tuple[float, float]:
    typical, z = (n1 + n2) / 2 - 1, normal_quantile()

    def near(value: float) -> bool:
        shape = (1 - value) / (2 - value) + value / (1 + value)
        error = sqrt(value * (1 - value) * (1 + typical * shape) / (n1 * n2))
        return abs(value - estimate) <= z * error

    return last_held(near, estimate, 0.0, 1e-10), last_held(near, estimate, 1.0, 1e-10)
