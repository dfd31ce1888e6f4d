"""How the grades of a drawn sample, or of a full count, are distributed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from qaf_lib.analysis.checks import check_band, check_on_scale, check_strata
from qaf_lib.analysis.intervals import Interval
from qaf_lib.analysis.results import group_labels, in_order, results_table
from qaf_lib.analysis.stratified import domain_share, stratified_share
from qaf_lib.errors import InputError
from qaf_lib.sampling.checks import check_columns, check_series


def grade_distribution(
    *,
    responses: pd.DataFrame,
    strata: pd.DataFrame,
    grades: Sequence[str],
    table_id: str,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Share of the population at each grade, best first: `row_key` is the grade, `measure` "share".

    The graded cases of a stratum stand for all of it. A stratum without any is named in `method` and left
    out of `population`. Source: `stratified_share`.

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
    graded = _graded(responses, strata)
    check_on_scale(graded["grade"], grades)
    names = {"table_id": table_id, "measure": "share"}
    return results_table(
        _overall(graded, strata, [grade], {**names, "row_key": grade}, confidence)
        for grade in reversed(grades)
    )


def simultaneous_distribution(
    *, responses: pd.DataFrame, strata: pd.DataFrame, grades: Sequence[str], table_id: str
) -> pd.DataFrame:
    """Share of the population at each grade, with intervals that hold all together ("simultaneous_share").

    The intervals of `grade_distribution` each miss one time in twenty, so one of four misses more often.
    Here the chance to miss is divided among the grades: Goodman's intervals for a simple random sample, and
    by the same inequality for a finite or stratified one.

    References
    ----------
    Goodman, L. A. (1965). On simultaneous confidence intervals for multinomial proportions.
    Technometrics 7, 247-254.

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
    table = grade_distribution(
        responses=responses, strata=strata, grades=grades, table_id=table_id, confidence=_each_of(len(grades))
    )
    rows = table.assign(measure="simultaneous_share").to_dict("records")
    together = f"; {len(grades)} grades together (Goodman)"
    return results_table(
        row if row["mark"] == "x" else {**row, "method": f"{row['method']}{together}"} for row in rows
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
) -> pd.DataFrame:
    """Share of the population whose grade is in a band: one row "all", or one per group.

    `by` is the column of `responses` with the group. `populations` are the cases of each group on the frame,
    labelled by group; every one gets a row. Without it the groups of `responses` do, and `population` is
    missing, unless `by` is "stratum". Sources: `stratified_share` and `domain_share`.

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
    check_band(band)
    graded = _graded(responses, strata)
    names = {"table_id": table_id, "measure": measure}
    if by is None:
        return results_table([_overall(graded, strata, band, {**names, "row_key": "all"})])
    check_columns([by], responses=responses)
    groups = group_labels(graded[by])
    sizes = _group_sizes(strata, populations, by)
    rows = []
    for label in in_order(set(groups) | set(group_labels(responses[by])) | set(sizes)):
        cases = graded[["stratum"]].assign(member=groups == label, counted=graded["grade"].isin(band))
        found = domain_share(responses=cases, strata=strata, population=sizes.get(label))
        members = cases[cases["member"]]
        counts = {"x": int(members["counted"].sum()), "n": len(members), "population": sizes.get(label)}
        rows.append(_row(found, counts, {**names, "row_key": label}))
    return results_table(rows)


def cumulative_shares(
    *, responses: pd.DataFrame, strata: pd.DataFrame, grades: Sequence[str], table_id: str
) -> pd.DataFrame:
    """Share of the population at each grade or better ("at_or_better"), best first, without the worst.

    References
    ----------
    Agresti, A. (2010). Analysis of Ordinal Categorical Data, 2nd ed., Wiley, section 2.1.

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
    graded = _graded(responses, strata)
    check_on_scale(graded["grade"], grades, least=2)
    names = {"table_id": table_id, "measure": "at_or_better"}
    return results_table(
        _overall(graded, strata, grades[place:], {**names, "row_key": grades[place]})
        for place in range(len(grades) - 1, 0, -1)
    )


def median_grade(
    *,
    responses: pd.DataFrame,
    strata: pd.DataFrame,
    grades: Sequence[str],
    table_id: str,
    by: str | None = None,
) -> pd.DataFrame:
    """Median grade of the population, overall or by group as in `band_share`, in scale points.

    The lowest grade that half of the population does not exceed: the grade itself where all grades are
    numbers, otherwise its place, 1 being the worst; `method` gives the grades in words. Its interval runs
    over the grades that the intervals of the cumulative shares allow as the median. A median is coarse: on
    a scale of four grades it says little, and the shares say more.

    References
    ----------
    Woodruff, R. S. (1952). Confidence intervals for medians and other position measures. JASA 47, 635-646.
    Francisco, C. A. and Fuller, W. A. (1991). Quantile estimation with a complex survey design. Annals of
    Statistics 19, 454-469 (inverting the interval at every grade).

    Examples
    --------
    >>> strata = pd.DataFrame({"stratum": ["cin"], "population": [40]})
    >>> responses = pd.DataFrame({"stratum": "cin", "grade": ["8"] * 5 + ["7"] * 10 + ["6"] * 5})
    >>> found = median_grade(responses=responses, strata=strata, grades=["6", "7", "8"], table_id="scale")
    >>> found[["estimate", "low", "high"]].to_numpy().tolist()
    [[7.0, 7.0, 7.0]]
    """
    check_on_scale(_graded(responses, strata)["grade"], grades, least=2)
    steps = [
        band_share(
            responses=responses,
            strata=strata,
            band=grades[:place],
            measure="median_grade",
            table_id=table_id,
            by=by,
        ).to_dict("records")
        for place in range(1, len(grades))
    ]
    scores = _scores(grades)
    return results_table(_median_row(list(group), grades, scores) for group in zip(*steps, strict=True))


def question_shares(
    *,
    responses: pd.DataFrame,
    answers: pd.DataFrame,
    strata: pd.DataFrame,
    band: Collection[str],
    scale: Collection[str],
    table_id: str,
    measure: str,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Share of the population in a band, for each question or domain of the audit tool.

    `answers` has `case_id`, `question_id` and `answer`, at most one per case and question; those of cases
    that were not drawn are left out. A question that a case does not answer is non-response; an answer off
    the `scale`, such as "not applicable", says that the case is outside the question, and the share speaks
    of those inside it, whose number is not known. Sources: `stratified_share` and `domain_share`.

    Examples
    --------
    >>> strata = pd.DataFrame({"stratum": ["cin"], "population": [4]})
    >>> responses = pd.DataFrame({"case_id": ["a", "b"], "stratum": "cin"})
    >>> answers = pd.DataFrame({"case_id": ["a", "b"], "question_id": "plan", "answer": ["yes", "no"]})
    >>> shares = question_shares(
    ...     responses=responses, answers=answers, strata=strata, band=["yes"], scale=["no", "yes"],
    ...     table_id="questions", measure="yes",
    ... )
    >>> shares[["row_key", "x", "n", "estimate"]].to_dict("records")
    [{'row_key': 'plan', 'x': 1, 'n': 2, 'estimate': 0.5}]
    """
    check_band(band)
    check_columns(["case_id", "stratum"], responses=responses)
    check_columns(["case_id", "question_id", "answer"], answers=answers)
    if answers.duplicated(["case_id", "question_id"]).any():
        raise InputError("answers must hold each case and question at most once")
    if responses["case_id"].duplicated().any():
        raise InputError("responses must hold each case once")
    rows = []
    for question, given in answers.groupby("question_id", sort=False, observed=True):
        grade = responses["case_id"].map(given.set_index("case_id")["answer"])
        graded = _graded(responses.assign(grade=grade), strata)
        names = {"table_id": table_id, "row_key": str(question), "measure": measure}
        if graded["grade"].isin(scale).all():
            rows.append(_overall(graded, strata, band, names, confidence))
            continue
        cases = graded[["stratum"]].assign(
            member=graded["grade"].isin(scale), counted=graded["grade"].isin(band)
        )
        found = domain_share(responses=cases, strata=strata, confidence=confidence)
        members = cases[cases["member"]]
        rows.append(_row(found, {"x": int(members["counted"].sum()), "n": len(members)}, names))
    return results_table(rows)


def simultaneous_questions(
    *,
    responses: pd.DataFrame,
    answers: pd.DataFrame,
    strata: pd.DataFrame,
    band: Collection[str],
    scale: Collection[str],
    table_id: str,
) -> pd.DataFrame:
    """As `question_shares`, with intervals that hold all together ("simultaneous_share").

    The chance to miss is divided among the questions (Bonferroni), so that a question may be singled out
    from a list by its interval.

    References
    ----------
    Dunn, O. J. (1961). Multiple comparisons among means. JASA 56, 52-64.

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
    check_columns(["question_id"], answers=answers)
    return question_shares(
        responses=responses,
        answers=answers,
        strata=strata,
        band=band,
        scale=scale,
        table_id=table_id,
        measure="simultaneous_share",
        confidence=_each_of(answers["question_id"].nunique()),
    )


def full_count(
    *,
    judgements: pd.Series,
    grades: Sequence[str],
    table_id: str,
    band: Collection[str] = (),
    measure: str = "good_or_better",
) -> pd.DataFrame:
    """Shares that are known because every case was judged: no interval.

    The rows of `grade_distribution`, then one "all" with the name of `measure` where there is a band.
    Missing judgements are not counted.

    Examples
    --------
    >>> judgements = pd.Series(["good", "poor", "good"])
    >>> known = full_count(judgements=judgements, grades=["poor", "good"], table_id="known")
    >>> known[["row_key", "x", "n", "method"]].to_dict("list")
    {'row_key': ['good', 'poor'], 'x': [2, 1], 'n': [3, 3], 'method': ['full count', 'full count']}
    """
    check_series(judgements=judgements)
    check_on_scale(judgements, grades)
    judged = judgements.dropna()
    wanted = [([grade], grade, "share") for grade in reversed(grades)]
    if band:
        wanted.append((list(band), "all", measure))
    rows = []
    for counted, row_key, name in wanted:
        x, n = int(judged.isin(counted).sum()), len(judged)
        found = Interval(x / n if n else None, None, None, "full count" if n else "none graded")
        counts = {"x": x, "n": n, "population": n}
        rows.append(_row(found, counts, {"table_id": table_id, "row_key": row_key, "measure": name}))
    return results_table(rows)


def _each_of(number: int) -> float:
    """Confidence of each interval, where so many are to hold together 95 times in 100."""
    return 1 - (1 - 0.95) / max(number, 1)


def _overall(
    graded: pd.DataFrame,
    strata: pd.DataFrame,
    band: Collection[str],
    names: Mapping[str, str],
    confidence: float = 0.95,
) -> dict[str, object]:
    by_stratum = graded["grade"].isin(band).groupby(graded["stratum"], observed=True)
    table = strata[["stratum", "population"]].assign(
        n=strata["stratum"].map(by_stratum.size()).fillna(0).astype("int64"),
        x=strata["stratum"].map(by_stratum.sum()).fillna(0).astype("int64"),
    )
    found = stratified_share(table=table, confidence=confidence)
    speaks_of = int(table.loc[table["n"] > 0, "population"].sum())
    return _row(found, {"x": int(table["x"].sum()), "n": len(graded), "population": speaks_of}, names)


def _row(found: Interval, counts: Mapping[str, int | None], names: Mapping[str, str]) -> dict[str, object]:
    return {**names, **counts, **found.cells, "speaks_of": "these_cases"}


def _graded(responses: pd.DataFrame, strata: pd.DataFrame) -> pd.DataFrame:
    check_strata(strata, responses)
    check_columns(["grade"], responses=responses)
    return responses[responses["grade"].notna()]


def _group_sizes(strata: pd.DataFrame, populations: pd.Series | None, by: str) -> dict[str, int]:
    if populations is None and by == "stratum":
        populations = strata.set_index("stratum")["population"]
    if populations is None:
        return {}
    check_series(populations=populations)
    labels = group_labels(populations.index.to_series())
    return {label: int(size) for label, size in zip(labels, populations, strict=True)}


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
