"""Agreement: how far auditor and moderator agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pandas as pd

from qaf_lib.analysis.intervals import Interval, share_interval
from qaf_lib.analysis.pairs import cross_counts
from qaf_lib.analysis.results import results_table
from qaf_lib.analysis.unconditional import paired_change_interval, paired_change_test

__all__ = ["agreement", "change_table", "quadratic_kappa"]

_ENOUGH_PAIRS = 20
_NOT_BLIND = "change rate: the moderator saw the grade"


def agreement(
    *,
    pairs: pd.DataFrame,
    grades: Sequence[str],
    blind: bool,
    table_id: str,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Agreement of audit grades with moderated grades, and its direction.

    Parameters
    ----------
    pairs : DataFrame
        `audit_grade` and `moderated_grade`, one row per moderated audit; a pair with either
        missing is left out.
    grades : sequence of str
        The scale, worst grade first.
    blind : bool
        Whether moderators graded without seeing the audit grade. If not, the two grades are
        not independent, and `method` says that the figures are a change rate.
    table_id : str
        Name of the result.
    confidence : float
        Two-sided confidence level (fraction).

    Returns
    -------
    DataFrame
        A result with the row "all" and the measures `exact`, `within_one` grade, `raised` (the
        moderated grade is better), `lowered` (shares of pairs), `raised_less_lowered` (a difference of
        shares) with `direction_p` (its probability by chance) and `quadratic_kappa` (a score, at most 1;
        marked "x" below 20 pairs or where it is undefined).

    Raises
    ------
    ValueError
        If a grade is not on the scale or `confidence` is out of range.

    References
    ----------
    As `share_interval`, `paired_change_interval`, `paired_change_test` and `quadratic_kappa`.

    Examples
    --------
    >>> pairs = pd.DataFrame({"audit_grade": ["good"] * 3, "moderated_grade": ["good", "good", "poor"]})
    >>> found = agreement(pairs=pairs, grades=["poor", "good"], blind=True, table_id="moderation")
    >>> found.loc[found["measure"] == "lowered", ["x", "n"]].to_numpy().tolist()
    [[1, 3]]
    """
    given, moderated = _ranks(pairs, grades)
    step, n = moderated - given, len(given)
    counts = {
        "exact": int((step == 0).sum()),
        "within_one": int((abs(step) <= 1).sum()),
        "raised": int((step > 0).sum()),
        "lowered": int((step < 0).sum()),
    }
    found = {measure: share_interval(x=x, n=n, confidence=confidence) for measure, x in counts.items()}
    raised, lowered = counts["raised"], counts["lowered"]
    found["raised_less_lowered"] = paired_change_interval(
        gained=raised, lost=lowered, pairs=n, confidence=confidence
    )
    test = paired_change_test(gained=raised, lost=lowered, pairs=n)
    found["direction_p"] = Interval(test.p, None, None, test.method)
    if n < _ENOUGH_PAIRS:
        found["quadratic_kappa"] = Interval(None, None, None, f"fewer than {_ENOUGH_PAIRS} moderated pairs")
    else:
        found["quadratic_kappa"] = quadratic_kappa(pairs=pairs, grades=grades, confidence=confidence)
    if not blind:
        found = {
            measure: replace(interval, method=f"{interval.method}; {_NOT_BLIND}")
            for measure, interval in found.items()
        }
    names = {"table_id": table_id, "row_key": "all", "speaks_of": "our_practice"}
    return results_table(
        {**names, "measure": measure, "x": counts.get(measure), "n": n, **interval.cells}
        for measure, interval in found.items()
    )


def quadratic_kappa(*, pairs: pd.DataFrame, grades: Sequence[str], confidence: float = 0.95) -> Interval:
    """Agreement beyond chance on an ordered scale, with quadratic weights and a large-sample interval.

    Parameters
    ----------
    pairs : DataFrame
        `audit_grade` and `moderated_grade`; a pair with either missing is left out.
    grades : sequence of str
        The scale, worst grade first; the order weighs, not the labels.
    confidence : float
        Two-sided confidence level (fraction).

    Returns
    -------
    Interval
        Scores, 1 for perfect agreement; without an estimate where every grade is the same, and
        without limits where every pair agrees or one of the two gave one grade only.

    Raises
    ------
    ValueError
        If a grade is not on the scale or `confidence` is out of range.

    References
    ----------
    Cohen, J. (1968). Weighted kappa. Psychological Bulletin 70, 213-220.
    Fleiss, J. L., Cohen, J. and Everitt, B. S. (1969). Large sample standard errors of kappa and
    weighted kappa. Psychological Bulletin 72, 323-327.

    Examples
    --------
    >>> pairs = pd.DataFrame({"audit_grade": list("aabbcc"), "moderated_grade": list("abbbcc")})
    >>> round(quadratic_kappa(pairs=pairs, grades=["a", "b", "c"]).estimate, 3)
    0.857
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be a fraction between 0 and 1; got {confidence}")
    given, moderated = _ranks(pairs, grades)
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
    half = NormalDist().inv_cdf((1 + confidence) / 2) * sqrt(max(spread, 0) / n) / (1 - chance)
    return Interval(kappa, max(-1.0, kappa - half), min(1.0, kappa + half), "quadratic weights, large sample")


def change_table(*, pairs: pd.DataFrame, grades: Sequence[str], table_id: str) -> pd.DataFrame:
    """Count moderated audits: audit grade by row, moderated grade by measure, best first.

    Parameters
    ----------
    pairs : DataFrame
        `audit_grade` and `moderated_grade`; a pair with either missing is left out.
    grades : sequence of str
        The scale, worst grade first.
    table_id : str
        Name of the result.

    Returns
    -------
    DataFrame
        A result with every pair of grades: `x` audits out of `n` in all.

    Raises
    ------
    ValueError
        If a grade is not on the scale.

    Examples
    --------
    >>> pairs = pd.DataFrame({"audit_grade": ["good", "good"], "moderated_grade": ["good", "poor"]})
    >>> table = change_table(pairs=pairs, grades=["poor", "good"], table_id="moderation_changes")
    >>> table[["row_key", "measure", "x"]].to_numpy().tolist()
    [['good', 'good', 1], ['good', 'poor', 1], ['poor', 'good', 0], ['poor', 'poor', 0]]
    """
    return cross_counts(
        first=pairs["audit_grade"], second=pairs["moderated_grade"], grades=grades, table_id=table_id
    )


def _ranks(pairs: pd.DataFrame, grades: Sequence[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    both = pairs[["audit_grade", "moderated_grade"]].dropna()
    if not both.isin(list(grades)).to_numpy().all():
        raise ValueError(f"every audit grade and moderated grade must be on the scale {list(grades)}")
    rank = {grade: place for place, grade in enumerate(grades)}
    given, moderated = (both[name].map(rank).to_numpy(dtype=np.int64) for name in both.columns)
    return given, moderated
