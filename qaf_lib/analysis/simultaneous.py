"""Intervals for all grades of a distribution at once."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from qaf_lib.analysis.grades import grade_distribution
from qaf_lib.analysis.results import results_table

__all__ = ["simultaneous_distribution"]


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
