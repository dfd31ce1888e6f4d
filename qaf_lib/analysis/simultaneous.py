"""Intervals for all grades of a distribution, or all questions of a tool, at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd

from qaf_lib.analysis.grades import grade_distribution, question_shares
from qaf_lib.analysis.results import results_table

__all__ = ["simultaneous_distribution", "simultaneous_questions"]


def simultaneous_distribution(
    *,
    responses: pd.DataFrame,
    strata: pd.DataFrame,
    grades: Sequence[str],
    table_id: str,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Share of the population at each grade, with intervals that hold all together.

    The per-grade intervals each miss one time in twenty, so one of four misses more often. Here
    the chance to miss is divided among the grades: Goodman's intervals for a simple random
    sample, and by the same inequality for a finite or stratified one.

    Parameters
    ----------
    responses : DataFrame
        One row per selected case: `stratum` and `grade` (missing where there is none yet).
    strata : DataFrame
        `stratum` and `population` (count), one row per stratum.
    grades : sequence of str
        The scale, worst grade first.
    table_id : str
        Name of the result.
    confidence : float
        Confidence that every interval holds its share (fraction).

    Returns
    -------
    DataFrame
        A result as of `grade_distribution`, with the measure "simultaneous_share".

    Raises
    ------
    ValueError
        If there is no grade, a grade is not on the scale, a response has no stratum that
        `strata` names, or `confidence` is out of range.

    References
    ----------
    Goodman, L. A. (1965). On simultaneous confidence intervals for multinomial proportions.
    Technometrics 7, 247-254.
    As `stratified_share`.

    Examples
    --------
    >>> strata = pd.DataFrame({"stratum": ["cin"], "population": [400]})
    >>> responses = pd.DataFrame({"stratum": "cin", "grade": ["good"] * 24 + ["fair"] * 10 + ["poor"] * 6})
    >>> found = simultaneous_distribution(
    ...     responses=responses, strata=strata, grades=["poor", "fair", "good"], table_id="grades"
    ... )
    >>> found[["row_key", "low", "high"]].round(2).to_numpy().tolist()
    [['good', 0.42, 0.75], ['fair', 0.13, 0.43], ['poor', 0.06, 0.32]]
    """
    if not grades:
        raise ValueError("grades must name at least one grade")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be a fraction between 0 and 1; got {confidence}")
    each = 1 - (1 - confidence) / len(grades)
    table = grade_distribution(
        responses=responses, strata=strata, grades=grades, table_id=table_id, confidence=each
    )
    rows = table.assign(measure="simultaneous_share").to_dict("records")
    together = f"; {len(grades)} grades together (Goodman)"
    return results_table(
        row if row["mark"] == "x" else {**row, "method": f"{row['method']}{together}"} for row in rows
    )


def simultaneous_questions(
    *,
    responses: pd.DataFrame,
    answers: pd.DataFrame,
    strata: pd.DataFrame,
    band: Collection[str],
    scale: Collection[str],
    table_id: str,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Share in a band by question, with intervals that hold all together.

    The chance to miss is divided among the questions (Bonferroni), so that a question may be singled out
    from a list by its interval.

    Parameters
    ----------
    responses, answers, strata, band, scale, table_id
        As of `question_shares`.
    confidence : float
        Confidence that every interval holds its share (fraction).

    Returns
    -------
    DataFrame
        A result as of `question_shares`, with the measure "simultaneous_share".

    Raises
    ------
    ValueError
        As `question_shares`, or if `confidence` is out of range.

    References
    ----------
    Dunn, O. J. (1961). Multiple comparisons among means. Journal of the American Statistical Association 56,
    52-64.

    Examples
    --------
    >>> strata = pd.DataFrame({"stratum": ["cin"], "population": [400]})
    >>> responses = pd.DataFrame({"case_id": list("abcd"), "stratum": "cin"})
    >>> answers = pd.DataFrame({"case_id": list("abcd"), "question_id": "plan", "answer": list("yyyn")})
    >>> simultaneous_questions(
    ...     responses=responses, answers=answers, strata=strata, band=["y"], scale=["n", "y"], table_id="t"
    ... )[["row_key", "measure", "x", "n"]].to_numpy().tolist()
    [['plan', 'simultaneous_share', 3, 4]]
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be a fraction between 0 and 1; got {confidence}")
    asked = max(answers["question_id"].nunique(), 1)
    return question_shares(
        responses=responses,
        answers=answers,
        strata=strata,
        band=band,
        scale=scale,
        table_id=table_id,
        measure="simultaneous_share",
        confidence=1 - (1 - confidence) / asked,
    )
