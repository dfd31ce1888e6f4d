"""The same cases at two audits: which audits pair, how the grades moved, and whether by more than chance."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import sqrt

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import binom, chi2, rankdata

from qaf_lib.analysis.changes import (
    detectable_paired_change,
    mcnemar_mid_p,
    paired_change_interval,
    paired_change_test,
    paired_power,
)
from qaf_lib.analysis.checks import check_band, ranks_of
from qaf_lib.analysis.intervals import ChangeTest, Interval, share_interval, two_sided
from qaf_lib.analysis.results import results_table
from qaf_lib.errors import InputError
from qaf_lib.sampling.checks import check_columns, check_fractions

_Numbers = npt.NDArray[np.float64]
_Counts = npt.NDArray[np.int64]
_TIMES = ("before", "after")
_OF_AUDITS = ("case_id", "audit_id", "audit_type", "reaudit_of", "practice_to", "audited_on", "overall_grade")
_UNCHANGED = "no pair changed its grade"
_EXACT_UP_TO, _MOST_STATES = 40, 200_000
_EXACT_SIGNS_UP_TO = 200

TOO_FEW = "too few cases to detect any change"
"""What is said where no change could be seen."""


def pairs_of(*, audits: pd.DataFrame) -> pd.DataFrame:
    """Pair each case's latest audit with the earlier audit that it repeats, by case and audit type.

    That is the audit which the latest one names in `reaudit_of` (`linked`), or else the last audit of the
    same case and type whose practice is strictly earlier. Practice is dated by `practice_to`, or by
    `audited_on` for a type of audit that never has one; an audit that lacks a `practice_to` which others
    of its type have is paired only by name. `before` and `after` are the overall grades.

    Examples
    --------
    >>> audits = pd.DataFrame({"case_id": ["a", "a"], "audit_id": ["1", "2"], "audit_type": "file"})
    >>> audits["reaudit_of"], audits["practice_to"] = None, pd.NaT
    >>> audits["audited_on"] = pd.to_datetime(["2026-01-15", "2026-07-15"])
    >>> audits["overall_grade"] = ["poor", "good"]
    >>> pairs_of(audits=audits)[["audit_before", "audit_after", "before", "after"]].to_numpy().tolist()
    [['1', '2', 'poor', 'good']]
    """
    check_columns(_OF_AUDITS, audits=audits)
    if audits["audit_id"].isna().any() or audits["audit_id"].duplicated().any():
        raise InputError("every audit needs its own audit_id")
    key = ["case_id", "audit_type"]
    practice = pd.to_datetime(audits["practice_to"])
    dated = audits[[*key, "audit_id", "reaudit_of"]].assign(
        date=practice.fillna(pd.to_datetime(audits["audited_on"])),
        right_kind=practice.notna() | practice.isna().groupby(audits["audit_type"]).transform("all"),
        grade=audits["overall_grade"],
    )
    dated = dated[dated["date"].notna()].sort_values(["date", "audit_id"], kind="stable")
    latest = dated.groupby(key, sort=False).tail(1)
    both = latest.merge(dated.drop(columns="reaudit_of"), on=key, suffixes=("_after", "_before"))
    both["linked"] = (both["reaudit_of"] == both["audit_id_before"]).fillna(False).astype(bool)
    earlier = (both["date_before"] < both["date_after"]) & (
        both["right_kind_before"] & both["right_kind_after"]
    )
    repeated = both["audit_id_before"] != both["audit_id_after"]
    both = both[repeated & (earlier | both["linked"])]
    both = both.sort_values(["linked", "date_before", "audit_id_before"], kind="stable")
    both = both.groupby(key, sort=False).tail(1).sort_values(key).reset_index(drop=True)
    return both.rename(
        columns={
            "audit_id_before": "audit_before",
            "audit_id_after": "audit_after",
            "grade_before": "before",
            "grade_after": "after",
        }
    )[[*key, "audit_before", "audit_after", "date_before", "date_after", "before", "after", "linked"]]


def before_after(*, pairs: pd.DataFrame, grades: Sequence[str], table_id: str) -> pd.DataFrame:
    """Count pairs of audits: grade before by row, grade after by measure, best first.

    Every pair of grades has a row: `x` pairs out of `n` in all.

    Examples
    --------
    >>> pairs = pd.DataFrame({"before": ["poor", "poor", "good"], "after": ["good", "poor", None]})
    >>> table = before_after(pairs=pairs, grades=["poor", "good"], table_id="change")
    >>> table.loc[table["x"] > 0, ["row_key", "measure", "x", "n"]].to_numpy().tolist()
    [['poor', 'good', 1, 2], ['poor', 'poor', 1, 2]]
    """
    return cross_counts(pairs=pairs, columns=_TIMES, grades=grades, table_id=table_id)


def cross_counts(
    *, pairs: pd.DataFrame, columns: Sequence[str], grades: Sequence[str], table_id: str
) -> pd.DataFrame:
    """Count pairs of grades: the first column's by row, the second's by measure, best first."""
    counts = _crossed(pairs, columns, grades)
    best_first = [(place, grades[place]) for place in range(len(grades) - 1, -1, -1)]
    return results_table(
        {
            "table_id": table_id,
            "row_key": row,
            "measure": column,
            "x": int(counts[first, second]),
            "n": int(counts.sum()),
            "method": "count",
            "speaks_of": "these_cases",
        }
        for first, row in best_first
        for second, column in best_first
    )


def joint_counts(*, pairs: pd.DataFrame, grades: Sequence[str]) -> _Counts:
    """Square table of pairs: grade before by row, grade after by column, worst first.

    Examples
    --------
    >>> pairs = pd.DataFrame({"before": ["poor", "poor", None], "after": ["good", "poor", "good"]})
    >>> joint_counts(pairs=pairs, grades=["poor", "good"]).tolist()
    [[1, 1], [0, 0]]
    """
    return _crossed(pairs, _TIMES, grades)


def paired_change(
    *,
    pairs: pd.DataFrame,
    grades: Sequence[str],
    band: Collection[str],
    table_id: str,
    worthwhile: float = 0.10,
) -> pd.DataFrame:
    """Compare the grades of the same cases at two audits, as practice: one row "all".

    Cases chosen for re-audit because they did badly would do better on average without any change in
    practice; only cases re-audited by design support a claim of improvement.

    Measures: `better`, `worse`, `same` (shares of pairs), `better_minus_worse`, `band_before`, `band_after`,
    `band_change` (after less before), `change_p` (probability of so large a change by chance; 5% at most
    where the interval of `band_change` leaves out no change), `mcnemar_mid_p` (the same by the mid-p test),
    `detectable_change` (smallest change of the share that so many pairs show four times in five) and
    `power_for_worthwhile` (probability of showing a change as small as `worthwhile`).

    Examples
    --------
    >>> pairs = pd.DataFrame({"before": ["poor"] * 30 + ["good"] * 30})
    >>> pairs["after"] = ["good"] * 45 + ["poor"] * 15
    >>> found = paired_change(pairs=pairs, grades=["poor", "good"], band=["good"], table_id="change")
    >>> found.loc[found["measure"] == "band_change", ["estimate", "low", "high"]].round(2).to_dict("records")
    [{'estimate': 0.25, 'low': 0.02, 'high': 0.45}]
    """
    check_band(band, grades)
    check_fractions(worthwhile=worthwhile)
    first, second = ranks_of(pairs, _TIMES, grades)
    step, n = second - first, len(first)
    inside = np.array([grade in band for grade in grades])
    before, after = inside[first], inside[second]
    gained, lost = int((~before & after).sum()), int((before & ~after).sum())
    counts = {
        "better": int((step > 0).sum()),
        "worse": int((step < 0).sum()),
        "same": int((step == 0).sum()),
        "band_before": int(before.sum()),
        "band_after": int(after.sum()),
    }
    shares = {name: share_interval(x=x, n=n) for name, x in counts.items()}
    found = {
        **{name: shares[name] for name in ("better", "worse", "same")},
        "better_minus_worse": paired_change_interval(gained=counts["better"], lost=counts["worse"], pairs=n),
        **{name: shares[name] for name in ("band_before", "band_after")},
        "band_change": paired_change_interval(gained=gained, lost=lost, pairs=n),
        **_tests(gained, lost, n, worthwhile),
    }
    names = {"table_id": table_id, "row_key": "all", "speaks_of": "our_practice"}
    return results_table(
        {**names, "measure": measure, "x": counts.get(measure), "n": n, **interval.cells}
        for measure, interval in found.items()
    )


def stuart_maxwell(*, table: npt.ArrayLike) -> ChangeTest:
    """Test whether the distribution of grades is the same before (rows) and after (columns).

    Grades that were not given either time play no part. Up to 40 pairs that changed, or where only one
    comparison is left, the probability is exact: every change is as likely to have gone the other way.
    Beyond, chi-squared. Where some changes are never matched by their reverse and the distribution is still
    the same, it claims a change in up to 8% of samples with few changes (docs/validation.md).

    References
    ----------
    Stuart, A. (1955). A test for homogeneity of the marginal distributions in a two-way classification.
    Biometrika 42, 412-416. Maxwell, A. E. (1970). British Journal of Psychiatry 116, 651-655. Hothorn, T.,
    Hornik, K., van de Wiel, M. A. and Zeileis, A. (2008). Journal of Statistical Software 28(8) (`mh_test`).

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
    """Test whether each change of grade, before (rows) to after (columns), is as common as its reverse.

    Only pairs of grades between which a case moved count towards the degrees of freedom. Exact as
    `stuart_maxwell` is.

    References
    ----------
    Bowker, A. H. (1948). A test for symmetry in contingency tables. JASA 43, 572-574. Krauth, J. (1973).
    Biometrische Zeitschrift 15, 557-566 (exact version).

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


def ordinal_shift(*, pairs: pd.DataFrame, grades: Sequence[str]) -> ChangeTest:
    """Test whether grades moved up (z above 0) or down on the whole, each pair by the grades that it moved.

    Marginal homogeneity of ordered grades. Exact up to 200 pairs that changed: every change is as likely to
    have gone the other way.

    References
    ----------
    Agresti, A. (2002). Categorical Data Analysis, 2nd ed., Wiley, section 10.3. Hothorn and others (2008),
    as `stuart_maxwell`.

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
    """Wilcoxon's signed-rank test (z above 0 where grades rose), with Pratt's treatment of no change.

    Pairs that did not change are ranked with the others and then left out. Exact up to 200 pairs that
    changed, ties included.

    References
    ----------
    Pratt, J. W. (1959). Remarks on zeros and ties in the Wilcoxon signed rank procedures. JASA 54, 655-667.

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


def _one_more(codes: _Counts, chances: _Numbers, ways: _Counts, number: int) -> tuple[_Counts, _Numbers]:
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
        raise InputError(f"table must be square; got shape {counts.shape}")
    if not ((counts >= 0) & (counts % 1 == 0)).all():
        raise InputError("table must hold whole counts of at least 0")
    return counts


def _flip_test(steps: _Counts, sizes: _Counts, name: str) -> ChangeTest:
    """Sum of signed sizes, against all ways in which the signs could have fallen."""
    if len(steps) == 0:
        return ChangeTest(None, None, None, "no pairs")
    moved = steps != 0
    signs, sizes = np.sign(steps[moved]), sizes[moved]
    if len(sizes) == 0:
        return ChangeTest(0.0, None, 1.0, _UNCHANGED)
    total = int((signs * sizes).sum())
    z = total / sqrt(float((sizes.astype(np.float64) ** 2).sum()))
    if len(sizes) > _EXACT_SIGNS_UP_TO:
        return ChangeTest(z, None, two_sided(z), f"{name}, large sample")
    chances = np.zeros(int(sizes.sum()) + 1)
    chances[0] = 1.0
    for size in sizes:
        chances[size:] += chances[:-size].copy()
        chances /= 2
    sums = 2 * np.arange(len(chances)) - int(sizes.sum())
    return ChangeTest(z, None, min(1.0, float(chances[np.abs(sums) >= abs(total)].sum())), f"{name}, exact")


def _steps(pairs: pd.DataFrame, grades: Sequence[str]) -> _Counts:
    table = joint_counts(pairs=pairs, grades=grades)
    places = np.arange(len(table))
    return np.repeat((places[None, :] - places[:, None]).ravel(), table.ravel()).astype(np.int64)


def _crossed(pairs: pd.DataFrame, columns: Sequence[str], grades: Sequence[str]) -> _Counts:
    table = np.zeros((len(grades), len(grades)), dtype=np.int64)
    np.add.at(table, tuple(ranks_of(pairs, columns, grades)), 1)
    return table


def _tests(gained: int, lost: int, n: int, worthwhile: float) -> dict[str, Interval]:
    if n == 0:
        names = ("change_p", "mcnemar_mid_p", "detectable_change", "power_for_worthwhile")
        return dict.fromkeys(names, Interval(None, None, None, "no pairs"))
    changed = (gained + lost) / n
    smallest = detectable_paired_change(pairs=n, changed=changed)
    power = paired_power(pairs=n, changed=max(changed, worthwhile), change=worthwhile)
    test = paired_change_test(gained=gained, lost=lost, pairs=n)
    found = {
        "change_p": (test.p, test.method),
        "mcnemar_mid_p": (mcnemar_mid_p(gained=gained, lost=lost), "McNemar, mid-p"),
        "detectable_change": (smallest, TOO_FEW if smallest is None else "Connor, power 80%"),
        "power_for_worthwhile": (power, f"Connor, change of {worthwhile * 100:g} points"),
    }
    return {name: Interval(value, None, None, method) for name, (value, method) in found.items()}
