"""How the grades of a drawn sample, or of a full count, are distributed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from qaf_lib.analysis.intervals import Interval
from qaf_lib.analysis.results import results_table
from qaf_lib.analysis.stratified import domain_share, stratified_share
from qaf_lib.sampling import NOT_RECORDED

__all__ = ["band_share", "full_count", "grade_distribution", "question_shares"]


def grade_distribution(
    *,
    responses: pd.DataFrame,
    strata: pd.DataFrame,
    grades: Sequence[str],
    table_id: str,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Share of the population at each grade, best grade first.

    Selected cases without a grade are not counted: the graded cases of a stratum stand for all
    of it. A stratum without any graded case is named in `method` and left out of `population`.

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
        Two-sided confidence level of each interval (fraction).

    Returns
    -------
    DataFrame
        A result; `row_key` is the grade, `measure` is "share", `x` the graded cases as counted.

    Raises
    ------
    ValueError
        If a grade is not on the scale, or a response has no stratum that `strata` names.

    References
    ----------
    As `stratified_share`.

    Examples
    --------
    >>> strata = pd.DataFrame({"stratum": ["cin"], "population": [40]})
    >>> responses = pd.DataFrame({"stratum": "cin", "grade": ["good"] * 12 + ["poor"] * 8 + [None]})
    >>> found = grade_distribution(
    ...     responses=responses, strata=strata, grades=["poor", "good"], table_id="grades"
    ... )
    >>> found[["row_key", "x", "n", "population", "estimate"]].to_dict("list")
    {'row_key': ['good', 'poor'], 'x': [12, 8], 'n': [20, 20], 'population': [40, 40], 'estimate': [0.6, 0.4]}
    """
    _check_scale(responses["grade"], grades)
    graded = _graded(responses, strata)
    return results_table(
        _overall(graded, strata, [grade], confidence, table_id=table_id, row_key=grade, measure="share")
        for grade in reversed(grades)
    )


def band_share(
    *,
    responses: pd.DataFrame,
    strata: pd.DataFrame,
    band: Collection[str],
    measure: str,
    table_id: str,
    by: str | None = None,
    populations: pd.Series | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Share of the population whose grade is in a band, overall or by group.

    Parameters
    ----------
    responses : DataFrame
        One row per selected case: `stratum`, `grade` (missing where there is none yet) and the
        column that `by` names.
    strata : DataFrame
        `stratum` and `population` (count), one row per stratum.
    band : collection of str
        Grades that count, for example good and outstanding.
    measure : str
        Name of the share, for example "good_or_better".
    table_id : str
        Name of the result.
    by : str or None
        Column of `responses` with the group; a missing group is "not recorded".
    populations : Series or None
        Cases of each group on the frame (counts), labelled by group; every one gets a row.
        Without it the groups of `responses` do, and `population` is missing, unless `by` is
        "stratum".
    confidence : float
        Two-sided confidence level (fraction).

    Returns
    -------
    DataFrame
        A result; one row "all", or one per group with "not recorded" last. A row without graded
        cases has no estimate and the mark "x".

    Raises
    ------
    ValueError
        If the band is empty, or a response has no stratum that `strata` names.

    References
    ----------
    As `stratified_share` and `domain_share`.

    Examples
    --------
    >>> strata = pd.DataFrame({"stratum": ["cin"], "population": [40]})
    >>> responses = pd.DataFrame({"stratum": "cin", "grade": ["good"] * 12 + ["poor"] * 8})
    >>> share = band_share(
    ...     responses=responses, strata=strata, band=["good"], measure="good_or_better", table_id="headline"
    ... )
    >>> share[["row_key", "measure", "x", "n", "estimate"]].to_dict("records")
    [{'row_key': 'all', 'measure': 'good_or_better', 'x': 12, 'n': 20, 'estimate': 0.6}]
    """
    if not band:
        raise ValueError("band must name at least one grade")
    graded = _graded(responses, strata)
    if by is None:
        row = _overall(graded, strata, band, confidence, table_id=table_id, row_key="all", measure=measure)
        return results_table([row])
    groups = _labelled(graded[by])
    sizes = _group_sizes(strata, populations, by)
    labels = set(groups) | set(_labelled(responses[by])) | set(sizes)
    rows = []
    for label in sorted(labels, key=lambda each: (each == NOT_RECORDED, each)):
        cases = graded[["stratum"]].assign(member=groups == label, counted=graded["grade"].isin(band))
        found = domain_share(
            responses=cases, strata=strata, population=sizes.get(label), confidence=confidence
        )
        members = cases[cases["member"]]
        counts = {"x": int(members["counted"].sum()), "n": len(members), "population": sizes.get(label)}
        rows.append(_row(found, counts, table_id=table_id, row_key=label, measure=measure))
    return results_table(rows)


def question_shares(
    *,
    responses: pd.DataFrame,
    answers: pd.DataFrame,
    strata: pd.DataFrame,
    band: Collection[str],
    table_id: str,
    measure: str = "share",
    scale: Collection[str] | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Share of the population in a band, for each question or domain of the audit tool.

    Answers of cases that were not drawn are left out. A question that a case does not answer is
    non-response; an answer off the scale, such as "not applicable", says that the case is
    outside the question, and the share speaks of those inside it, whose number is not known.

    Parameters
    ----------
    responses : DataFrame
        One row per selected case: `case_id` and `stratum`.
    answers : DataFrame
        `case_id`, `question_id` and `answer`, at most one per case and question.
    strata : DataFrame
        `stratum` and `population` (count), one row per stratum.
    band : collection of str
        Answers that count.
    table_id, measure : str
        Names of the result and of the share.
    scale : collection of str or None
        Answers that are on the scale; None takes every answer to be.
    confidence : float
        Two-sided confidence level (fraction).

    Returns
    -------
    DataFrame
        A result; `row_key` is the question, in the order of `answers`.

    Raises
    ------
    ValueError
        If a case stands twice or answers a question twice, the band is empty, or a response has no stratum.

    References
    ----------
    As `stratified_share` and `domain_share`.

    Examples
    --------
    >>> strata = pd.DataFrame({"stratum": ["cin"], "population": [4]})
    >>> responses = pd.DataFrame({"case_id": ["a", "b"], "stratum": "cin"})
    >>> answers = pd.DataFrame({"case_id": ["a", "b"], "question_id": "plan", "answer": ["yes", "no"]})
    >>> shares = question_shares(
    ...     responses=responses, answers=answers, strata=strata, band=["yes"], table_id="questions"
    ... )
    >>> shares[["row_key", "x", "n", "estimate"]].to_dict("records")
    [{'row_key': 'plan', 'x': 1, 'n': 2, 'estimate': 0.5}]
    """
    if not band:
        raise ValueError("band must name at least one answer")
    if answers.duplicated(["case_id", "question_id"]).any():
        raise ValueError("answers must hold each case and question at most once")
    if responses["case_id"].duplicated().any():
        raise ValueError("responses must hold each case once")
    rows = []
    for question, given in answers.groupby("question_id", sort=False, observed=True):
        grade = responses["case_id"].map(given.set_index("case_id")["answer"])
        graded = _graded(responses.assign(grade=grade), strata)
        names = {"table_id": table_id, "row_key": str(question), "measure": measure}
        if scale is None or graded["grade"].isin(scale).all():
            rows.append(_overall(graded, strata, band, confidence, **names))
            continue
        cases = graded[["stratum"]].assign(
            member=graded["grade"].isin(scale), counted=graded["grade"].isin(band)
        )
        found = domain_share(responses=cases, strata=strata, confidence=confidence)
        members = cases[cases["member"]]
        rows.append(_row(found, {"x": int(members["counted"].sum()), "n": len(members)}, **names))
    return results_table(rows)


def full_count(
    *,
    judgements: pd.Series,
    grades: Sequence[str],
    table_id: str,
    band: Collection[str] = (),
    measure: str = "good_or_better",
) -> pd.DataFrame:
    """Shares that are known because every case was judged: no interval.

    Parameters
    ----------
    judgements : Series
        The grade of every case; missing ones are not counted.
    grades : sequence of str
        The scale, worst grade first.
    table_id : str
        Name of the result.
    band : collection of str
        Grades of a further row "all" with the name of `measure`; none, no such row.
    measure : str
        Name of the share in the band.

    Returns
    -------
    DataFrame
        A result with the rows of `grade_distribution`, best grade first, then the band's.

    Raises
    ------
    ValueError
        If a grade is not on the scale.

    Examples
    --------
    >>> judgements = pd.Series(["good", "poor", "good"])
    >>> known = full_count(judgements=judgements, grades=["poor", "good"], table_id="known")
    >>> known[["row_key", "x", "n", "method"]].to_dict("list")
    {'row_key': ['good', 'poor'], 'x': [2, 1], 'n': [3, 3], 'method': ['full count', 'full count']}
    """
    _check_scale(judgements, grades)
    judged = judgements.dropna()
    wanted = [([grade], grade, "share") for grade in reversed(grades)]
    if band:
        wanted.append((list(band), "all", measure))
    rows = []
    for counted, row_key, name in wanted:
        x, n = int(judged.isin(counted).sum()), len(judged)
        found = Interval(x / n if n else None, None, None, "full count" if n else "none graded")
        counts = {"x": x, "n": n, "population": n}
        rows.append(_row(found, counts, table_id=table_id, row_key=row_key, measure=name))
    return results_table(rows)


def _overall(
    graded: pd.DataFrame, strata: pd.DataFrame, band: Collection[str], confidence: float, **names: str
) -> dict[str, object]:
    by_stratum = graded["grade"].isin(band).groupby(graded["stratum"], observed=True)
    table = strata[["stratum", "population"]].assign(
        n=strata["stratum"].map(by_stratum.size()).fillna(0).astype("int64"),
        x=strata["stratum"].map(by_stratum.sum()).fillna(0).astype("int64"),
    )
    found = stratified_share(table=table, confidence=confidence)
    speaks_of = int(table.loc[table["n"] > 0, "population"].sum())
    return _row(found, {"x": int(table["x"].sum()), "n": len(graded), "population": speaks_of}, **names)


def _row(found: Interval, counts: Mapping[str, int | None], **names: str) -> dict[str, object]:
    return {**names, **counts, **found.cells, "speaks_of": "these_cases"}


def _graded(responses: pd.DataFrame, strata: pd.DataFrame) -> pd.DataFrame:
    if not responses["stratum"].isin(strata["stratum"]).all():
        raise ValueError("every response must have a stratum that strata names")
    return responses[responses["grade"].notna()]


def _labelled(groups: pd.Series) -> pd.Series:
    return groups.astype("object").where(groups.notna(), NOT_RECORDED).map(str)


def _group_sizes(strata: pd.DataFrame, populations: pd.Series | None, by: str) -> dict[str, int]:
    if populations is None and by == "stratum":
        populations = strata.set_index("stratum")["population"]
    if populations is None:
        return {}
    labels = _labelled(populations.index.to_series())
    return {label: int(size) for label, size in zip(labels, populations, strict=True)}


def _check_scale(found: pd.Series, grades: Sequence[str]) -> None:
    strangers = int((found.notna() & ~found.isin(grades)).sum())
    if strangers:
        raise ValueError(f"{strangers} grades are not on the scale {list(grades)}")
