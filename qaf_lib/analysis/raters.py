"""How far auditor and moderator, or several raters, agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import sqrt

import numpy as np
import numpy.typing as npt
import pandas as pd

from qaf_lib.analysis.changes import paired_change_interval, paired_change_test
from qaf_lib.analysis.checks import check_on_scale, ranks_of
from qaf_lib.analysis.intervals import Interval, share_interval, student_quantile
from qaf_lib.analysis.paired_grades import cross_counts
from qaf_lib.analysis.results import results_table
from qaf_lib.sampling.size import normal_quantile

_Numbers = npt.NDArray[np.float64]
_ENOUGH_PAIRS = 20
_RESAMPLES = 2000
_NONE = "no case has two grades"
_ALIKE, _NO_SPREAD = "every case has the same grades, no interval", 1e-9

GRADES = ("audit_grade", "moderated_grade")
"""The columns of a moderated audit."""

NOT_BLIND = "change rate: the moderator saw the grade"
"""What a figure is where audit and moderated grade are not independent."""


def agreement(*, pairs: pd.DataFrame, grades: Sequence[str], blind: bool, table_id: str) -> pd.DataFrame:
    """Agreement of audit grades with moderated grades, and its direction: one row "all".

    Measures: `exact`, `within_one` grade, `raised` (the moderated grade is better), `lowered` (shares of
    pairs), `raised_less_lowered` (a difference of shares) with `direction_p` (its probability by chance) and
    `quadratic_kappa` (a score, at most 1; marked "x" below 20 pairs or where it is undefined). Unless
    moderators were `blind` to the audit grade, `method` says that the figures are a change rate.

    Examples
    --------
    >>> pairs = pd.DataFrame({"audit_grade": ["good"] * 3, "moderated_grade": ["good", "good", "poor"]})
    >>> found = agreement(pairs=pairs, grades=["poor", "good"], blind=True, table_id="moderation")
    >>> found.loc[found["measure"] == "lowered", ["x", "n"]].to_numpy().tolist()
    [[1, 3]]
    """
    given, moderated = ranks_of(pairs, GRADES, grades)
    step, n = moderated - given, len(given)
    counts = {
        "exact": int((step == 0).sum()),
        "within_one": int((abs(step) <= 1).sum()),
        "raised": int((step > 0).sum()),
        "lowered": int((step < 0).sum()),
    }
    found = {measure: share_interval(x=x, n=n) for measure, x in counts.items()}
    moved = {"gained": counts["raised"], "lost": counts["lowered"], "pairs": n}
    found["raised_less_lowered"] = paired_change_interval(**moved)
    test = paired_change_test(**moved)
    found["direction_p"] = Interval(test.p, None, None, test.method)
    if n < _ENOUGH_PAIRS:
        found["quadratic_kappa"] = Interval(None, None, None, f"fewer than {_ENOUGH_PAIRS} moderated pairs")
    else:
        found["quadratic_kappa"] = quadratic_kappa(pairs=pairs, grades=grades)
    if not blind:
        found = {
            measure: replace(interval, method=f"{interval.method}; {NOT_BLIND}")
            for measure, interval in found.items()
        }
    names = {"table_id": table_id, "row_key": "all", "speaks_of": "our_practice"}
    return results_table(
        {**names, "measure": measure, "x": counts.get(measure), "n": n, **interval.cells}
        for measure, interval in found.items()
    )


def quadratic_kappa(*, pairs: pd.DataFrame, grades: Sequence[str]) -> Interval:
    """Agreement beyond chance on an ordered scale, 1 for perfect, with quadratic weights.

    Cohen, J. (1968). Weighted kappa. Psychological Bulletin 70, 213-220. Fleiss, J. L., Cohen, J. and
    Everitt, B. S. (1969). Large sample standard errors of kappa and weighted kappa. Psychological Bulletin
    72, 323-327.
    """
    given, moderated = ranks_of(pairs, GRADES, grades)
    n, size = len(given), len(grades)
    if n == 0:
        return Interval(None, None, None, "no moderated pairs")
    if (given == given[0]).all() and (moderated == given[0]).all():
        return Interval(None, None, None, "every grade is the same: full agreement, kappa undefined")
    joint = np.zeros((size, size))
    np.add.at(joint, (given, moderated), 1 / n)
    places = np.arange(size)
    weight = 1 - (places[:, None] - places) ** 2 / max(size - 1, 1) ** 2
    row, column = joint.sum(axis=1), joint.sum(axis=0)
    chance = float(row @ weight @ column)
    kappa = (float((joint * weight).sum()) - chance) / (1 - chance)
    if (given == moderated).all():
        return Interval(1.0, None, None, "every pair agrees")
    if (given == given[0]).all() or (moderated == moderated[0]).all():
        return Interval(
            0.0, None, None, "one of the two gave one grade only: kappa is 0 whatever the other gave"
        )
    marginal = (weight @ column)[:, None] + row @ weight
    spread = (joint * (weight - marginal * (1 - kappa)) ** 2).sum() - (kappa - chance * (1 - kappa)) ** 2
    half = normal_quantile() * sqrt(max(spread, 0) / n) / (1 - chance)
    return Interval(kappa, max(-1.0, kappa - half), min(1.0, kappa + half), "quadratic weights, large sample")


def change_table(*, pairs: pd.DataFrame, grades: Sequence[str], table_id: str) -> pd.DataFrame:
    """Count moderated audits: audit grade by row, moderated grade by measure, best first.

    Every pair of grades has a row: `x` audits out of `n` in all.

    Examples
    --------
    >>> pairs = pd.DataFrame({"audit_grade": ["good", "good"], "moderated_grade": ["good", "poor"]})
    >>> table = change_table(pairs=pairs, grades=["poor", "good"], table_id="moderation_changes")
    >>> table[["row_key", "measure", "x"]].to_numpy().tolist()
    [['good', 'good', 1], ['good', 'poor', 1], ['poor', 'good', 0], ['poor', 'poor', 0]]
    """
    return cross_counts(pairs=pairs, columns=GRADES, grades=grades, table_id=table_id)


def gwet_ac2(*, ratings: pd.DataFrame, grades: Sequence[str]) -> Interval:
    """Gwet's agreement coefficient, which stays sensible where most grades are the same; 1 is perfect.

    `ratings` has one row per case and one column per rater; grades may be missing. A case with one grade
    counts in the chance term, not in the agreement. `grades` is the whole scale, also grades that nobody
    gave; near grades have part credit (ordinal weights). The variance is over cases, for these raters;
    limits use Student's t on the cases less one.

    References
    ----------
    Gwet, K. L. (2014). Handbook of Inter-Rater Reliability, 4th ed., Advanced Analytics, chapter 3
    (ordinal weights) and chapter 5 (variance, missing ratings).

    Examples
    --------
    >>> ratings = pd.DataFrame({"auditor": list("aabbcc"), "moderator": list("abbbcc")})
    >>> found = gwet_ac2(ratings=ratings, grades=["a", "b", "c"])
    >>> round(found.estimate, 3), round(found.low, 3), round(found.high, 3)
    (0.855, 0.475, 1.0)
    """
    counts = _counts(ratings, grades)
    counts = counts[counts.sum(axis=1) > 0]
    given = counts.sum(axis=1)
    several = given >= 2
    if not several.any():
        return Interval(None, None, None, _NONE)
    n, size = len(counts), len(grades)
    apart = abs(np.subtract.outer(np.arange(size), np.arange(size))).astype(np.float64)
    weight = 1 - apart * (apart + 1) / (size * (size - 1))
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
    half = student_quantile(n - 1) * error
    low, high = max(min(-1.0, estimate), estimate - half), min(1.0, estimate + half)
    return Interval(estimate, low, high, "Gwet AC2, ordinal weights")


def krippendorff_alpha(*, ratings: pd.DataFrame, grades: Sequence[str], rng: np.random.Generator) -> Interval:
    """Krippendorff's alpha on an ordered scale: 1 for perfect agreement, 0 for agreement by chance.

    `ratings` are as in `gwet_ac2`; a case with fewer than two grades is left out. The interval is the
    percentile interval of 2,000 samples of cases, so that it holds for other cases of the same kind. With
    fewer than 20 cases it is rough.

    References
    ----------
    Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. University of Pennsylvania, sections
    D and E. Zapf, A., Castell, S., Morawietz, L. and Karch, A. (2016). Measuring inter-rater reliability for
    nominal data. BMC Medical Research Methodology 16, 93 (bootstrap of cases).

    Examples
    --------
    >>> ratings = pd.DataFrame({"auditor": list("aabbcc"), "moderator": list("abbbcc")})
    >>> chance = np.random.default_rng(1)
    >>> round(krippendorff_alpha(ratings=ratings, grades=["a", "b", "c"], rng=chance).estimate, 3)
    0.884
    """
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
    tail = (1 - 0.95) / 2
    low, high = (float(limit) for limit in np.quantile(again, [tail, 1 - tail]))
    return Interval(estimate, min(estimate, low), max(estimate, high), "ordinal alpha, bootstrap of cases")


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


def _counts(ratings: pd.DataFrame, grades: Sequence[str]) -> _Numbers:
    """Grades of each case: one row per case, one column per grade of the scale."""
    check_on_scale(ratings, grades, least=2)
    columns = [(ratings == grade).fillna(False).to_numpy(dtype=bool).sum(axis=1) for grade in grades]
    return np.column_stack(columns).astype(np.float64)
