"""Medians and cumulative shares of ordered grades, such as a scale from 1 to 10."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from qaf_lib.analysis.grades import band_share
from qaf_lib.analysis.results import results_table

__all__ = ["cumulative_shares", "median_grade"]


def cumulative_shares(
    *,
    responses: pd.DataFrame,
    strata: pd.DataFrame,
    grades: Sequence[str],
    table_id: str,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Share of the population at each grade or better, best grade first.

    Parameters
    ----------
    responses : DataFrame
        One row per selected case: `stratum` and `grade` (missing where there is none yet).
    strata : DataFrame
        `stratum` and `population` (count), one row per stratum.
    grades : sequence of str
        The scale, worst grade first; at the worst the share is 1, and no row is given for it.
    table_id : str
        Name of the result.
    confidence : float
        Two-sided confidence level of each interval (fraction).

    Returns
    -------
    DataFrame
        A result; `row_key` is the grade and `measure` "at_or_better".

    Raises
    ------
    ValueError
        If the scale has fewer than two grades or lacks one that was given, or a response has no
        stratum that `strata` names.

    References
    ----------
    Agresti, A. (2010). Analysis of Ordinal Categorical Data, 2nd ed., Wiley, section 2.1.
    As `stratified_share`.

    Examples
    --------
    >>> strata = pd.DataFrame({"stratum": ["cin"], "population": [40]})
    >>> responses = pd.DataFrame({"stratum": "cin", "grade": ["8"] * 5 + ["7"] * 10 + ["6"] * 5})
    >>> found = cumulative_shares(
    ...     responses=responses, strata=strata, grades=["6", "7", "8"], table_id="scale"
    ... )
    >>> found[["row_key", "x", "estimate"]].to_numpy().tolist()
    [['8', 5, 0.25], ['7', 15, 0.75]]
    """
    _check(responses, grades)
    rows = []
    for place in range(len(grades) - 1, 0, -1):
        found = band_share(
            responses=responses,
            strata=strata,
            band=grades[place:],
            measure="at_or_better",
            table_id=table_id,
            confidence=confidence,
        )
        rows += [{**row, "row_key": grades[place]} for row in found.to_dict("records")]
    return results_table(rows)


def median_grade(
    *,
    responses: pd.DataFrame,
    strata: pd.DataFrame,
    grades: Sequence[str],
    table_id: str,
    by: str | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Median grade of the population, with its interval, overall or by group.

    The lowest grade that half of the population does not exceed. Its interval runs over the
    grades that the intervals of the cumulative shares allow as the median. A median is coarse:
    on a scale of four grades it says little, and the shares say more.

    Parameters
    ----------
    responses : DataFrame
        One row per selected case: `stratum`, `grade` (missing where there is none yet) and the
        column that `by` names.
    strata : DataFrame
        `stratum` and `population` (count), one row per stratum.
    grades : sequence of str
        The scale, worst grade first.
    table_id : str
        Name of the result.
    by : str or None
        Column of `responses` with the group, as in `band_share`.
    confidence : float
        Two-sided confidence level (fraction).

    Returns
    -------
    DataFrame
        A result with the measure "median_grade", in scale points: the grade itself where all
        grades are numbers, otherwise its place, 1 being the worst. `method` gives the grades in
        words. A row without graded cases is marked "x".

    Raises
    ------
    ValueError
        As `cumulative_shares`.

    References
    ----------
    Woodruff, R. S. (1952). Confidence intervals for medians and other position measures. JASA
    47, 635-646.
    Francisco, C. A. and Fuller, W. A. (1991). Quantile estimation with a complex survey design.
    Annals of Statistics 19, 454-469 (inverting the interval at every grade).

    Examples
    --------
    >>> strata = pd.DataFrame({"stratum": ["cin"], "population": [40]})
    >>> responses = pd.DataFrame({"stratum": "cin", "grade": ["8"] * 5 + ["7"] * 10 + ["6"] * 5})
    >>> found = median_grade(responses=responses, strata=strata, grades=["6", "7", "8"], table_id="scale")
    >>> found[["estimate", "low", "high"]].to_numpy().tolist()
    [[7.0, 7.0, 7.0]]
    """
    _check(responses, grades)
    steps = [
        band_share(
            responses=responses,
            strata=strata,
            band=grades[:place],
            measure="median_grade",
            table_id=table_id,
            by=by,
            confidence=confidence,
        ).to_dict("records")
        for place in range(1, len(grades))
    ]
    scores = _scores(grades)
    return results_table(_median_row(list(group), grades, scores) for group in zip(*steps, strict=True))


def _median_row(
    upto: list[Mapping[str, object]], grades: Sequence[str], scores: list[float]
) -> dict[str, object]:
    """Row of a group from its shares at or below each grade but the best."""
    first = dict(upto[0])
    if first["mark"] == "x":
        return {**first, "x": None}
    places = {}
    for name, source in {"estimate": "estimate", "low": "high", "high": "low"}.items():
        shares = [float(str(step[source])) for step in upto]
        places[name] = next((at for at, share in enumerate(shares) if share >= 0.5 - 1e-9), len(shares))
    middle, worst, best = (grades[places[name]] for name in ("estimate", "low", "high"))
    words = [f"median grade {middle} (from {worst} to {best}), Woodruff", *_shared_notes(upto)]
    found = {name: scores[at] for name, at in places.items()}
    return {**first, "x": None, **found, "method": "; ".join(words)}


def _shared_notes(upto: list[Mapping[str, object]]) -> list[str]:
    """What was done about awkward strata, as far as it holds for every one of the shares."""
    notes = [str(step["method"]).split("; ")[1:] for step in upto]
    return [note for note in notes[0] if all(note in others for others in notes)]


def _scores(grades: Sequence[str]) -> list[float]:
    try:
        return [float(grade) for grade in grades]
    except ValueError:
        return [float(place) for place in range(1, len(grades) + 1)]


def _check(responses: pd.DataFrame, grades: Sequence[str]) -> None:
    if len(grades) < 2:
        raise ValueError(f"a scale must have at least two grades; got {list(grades)}")
    given = responses["grade"]
    strangers = int((given.notna() & ~given.isin(grades)).sum())
    if strangers:
        raise ValueError(f"{strangers} grades are not on the scale {list(grades)}")
