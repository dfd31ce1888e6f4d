"""How good practice is: the drawn sample's estimates, chosen cases apart, and groups of people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from qaf_lib.analysis import (
    band_share,
    cohort_shares,
    cumulative_shares,
    full_count,
    grade_distribution,
    group_shares,
    groups_apart,
    median_grade,
    question_shares,
    results_table,
    share_interval,
    simultaneous_distribution,
    simultaneous_questions,
)
from qaf_lib.dates import Period, add_months, previous_period
from qaf_lib.pages.selections import CHOSEN, HOW, how_chosen
from qaf_lib.pages.store import DrawView, PeriodStore, once, random_audits

_HISTORY = 8
_LONG_SCALE = 6
"""Grades from which medians and cumulative shares say more than the shares alone."""


@dataclass(frozen=True)
class Grades:
    """The grades of one draw, told from others by its `key`; all but the first fields are result tables.

    They have 95% intervals.

    `simultaneous` has the distribution with intervals that hold for all grades at once,
    `simultaneous_questions` the questions with intervals that hold for all of them. On a scale of more than
    five grades `cumulative` has the share at each grade or better, and `median` the median grade in all and
    by service; on shorter ones they are empty. `full_count` is the full count where every case was judged;
    `full_count_questions` likewise for questions. `non_random` counts the grades of cases that were not
    drawn, by why they were chosen: no estimate. `history` has the headline share of each period's random
    audits.
    """

    key: str
    audit_type: str
    label: str
    headline: pd.DataFrame
    concern: pd.DataFrame
    distribution: pd.DataFrame
    simultaneous: pd.DataFrame
    cumulative: pd.DataFrame
    median: pd.DataFrame
    questions: pd.DataFrame
    simultaneous_questions: pd.DataFrame
    by_service: pd.DataFrame
    by_team: pd.DataFrame
    by_status: pd.DataFrame
    by_gender: pd.DataFrame
    by_ethnicity: pd.DataFrame
    by_disability: pd.DataFrame
    full_count: pd.DataFrame
    full_count_questions: pd.DataFrame
    non_random: pd.DataFrame
    history: pd.DataFrame


@once
def grades_of(store: PeriodStore) -> list[Grades]:
    """The grades of each draw whose audit type counts towards estimates."""
    return [_grades(store, view, store.label(view)) for view in store.estimating]


def _grades(store: PeriodStore, view: DrawView, label: str) -> Grades:
    scale = store.framework.scale
    band = scale.headline
    common = {"responses": view.responses, "strata": view.strata}

    def by(column: str, name: str) -> pd.DataFrame:
        labelled = view.responses.assign(**{column: view.responses[column].astype("string")})
        groups = view.eligible[column].astype("string").fillna("not recorded").value_counts()
        return band_share(
            **{**common, "responses": labelled},
            band=band.grades,
            measure=band.name,
            table_id=f"{view.key}_by_{name}",
            by=column,
            populations=groups.sort_index(),
        )

    answers = _answers(store, view)
    return Grades(
        key=view.key,
        audit_type=view.audit_type,
        label=label,
        headline=band_share(**common, band=band.grades, measure=band.name, table_id=f"{view.key}_headline"),
        concern=band_share(
            **common,
            band=scale.concern.grades,
            measure=scale.concern.name,
            table_id=f"{view.key}_concern",
        ),
        distribution=grade_distribution(**common, grades=scale.grades, table_id=f"{view.key}_grades"),
        simultaneous=simultaneous_distribution(
            **common, grades=scale.grades, table_id=f"{view.key}_grades_together"
        ),
        cumulative=_cumulative(store, view),
        median=_median(store, view),
        questions=question_shares(
            **common,
            answers=answers,
            band=band.grades,
            scale=scale.grades,
            measure=band.name,
            table_id=f"{view.key}_questions",
        ),
        simultaneous_questions=simultaneous_questions(
            **common,
            answers=answers,
            band=band.grades,
            scale=scale.grades,
            table_id=f"{view.key}_questions_together",
        ),
        by_service=by("service", "service"),
        by_team=by("team_id", "team"),
        by_status=by("status", "status"),
        by_gender=by("gender", "gender"),
        by_ethnicity=by("ethnicity_group", "ethnicity"),
        by_disability=by("disability", "disability"),
        full_count=_known(store, view),
        full_count_questions=_known_questions(store, view),
        non_random=_chosen(store, view),
        history=_history(store, view),
    )


def _cumulative(store: PeriodStore, view: DrawView) -> pd.DataFrame:
    grades = store.framework.scale.grades
    if len(grades) < _LONG_SCALE:
        return results_table([])
    return cumulative_shares(
        responses=view.responses,
        strata=view.strata,
        grades=grades,
        table_id=f"{view.key}_grade_or_better",
    )


def _median(store: PeriodStore, view: DrawView) -> pd.DataFrame:
    grades = store.framework.scale.grades
    if len(grades) < _LONG_SCALE:
        return results_table([])
    tables = [
        median_grade(
            responses=view.responses,
            strata=view.strata,
            grades=grades,
            table_id=f"{view.key}_median_grade",
            by=by,
        )
        for by in (None, "service")
    ]
    return pd.concat(tables, ignore_index=True)


def _answers(store: PeriodStore, view: DrawView) -> pd.DataFrame:
    answers = store.table("answer")
    audits = view.responses[["audit_id", "case_id"]].dropna()
    graded = answers[answers["question_id"].isin(list(store.framework.questions()))]
    return graded.merge(audits, on="audit_id")[["case_id", "question_id", "answer"]]


def _census(store: PeriodStore, view: DrawView) -> pd.DataFrame:
    """Audits of the period made of every case, by the frame's cases; empty where there was no census."""
    audits = store.audits_of_period.query("audit_type == @view.audit_type and selection == 'census'")
    every = audits[audits["case_id"].isin(view.eligible["case_id"])].drop_duplicates("case_id")
    return every if len(every) == len(view.eligible) else every.iloc[:0]


def _known(store: PeriodStore, view: DrawView) -> pd.DataFrame:
    census = _census(store, view)
    if census.empty:
        return results_table([])
    scale = store.framework.scale
    return full_count(
        judgements=census["overall_grade"],
        grades=scale.grades,
        table_id=f"{view.key}_known",
        band=scale.headline.grades,
        measure=scale.headline.name,
    )


def _known_questions(store: PeriodStore, view: DrawView) -> pd.DataFrame:
    answers = store.table("answer").merge(_census(store, view)[["audit_id"]], on="audit_id")
    band = store.framework.scale.headline
    rows = []
    for question, given in answers.groupby("question_id", sort=True)["answer"]:
        inside = int(given.isin(band.grades).sum())
        rows.append(
            {
                "table_id": f"{view.key}_known_questions",
                "row_key": question,
                "measure": band.name,
                "x": inside,
                "n": len(given),
                "population": len(given),
                "estimate": inside / len(given),
                "method": "full count",
                "speaks_of": "these_cases",
            }
        )
    return results_table(rows)


def _chosen(store: PeriodStore, view: DrawView) -> pd.DataFrame:
    """Grades of cases that were chosen, not drawn: counts only, and nothing is said of other cases."""
    audits = store.audits_of_period.query("audit_type == @view.audit_type")
    how = how_chosen(audits)
    why = how.where(how.isin(CHOSEN)).map(dict(HOW))
    rows = []
    for reason, grades in audits["overall_grade"].groupby(why, sort=True):
        rows += [
            {
                "table_id": f"{view.key}_chosen",
                "row_key": str(reason),
                "measure": grade,
                "x": int((grades == grade).sum()),
                "n": int(grades.notna().sum()),
                "method": "chosen cases: a count, not an estimate",
            }
            for grade in reversed(store.framework.scale.grades)
        ]
    return results_table(rows)


def _history(store: PeriodStore, view: DrawView) -> pd.DataFrame:
    """The headline share of each period's random audits, as practice: no finite correction."""
    audits = random_audits(store, view)
    band = store.framework.scale.headline
    rows = []
    for period in reversed(_periods(store.span)):
        grades = audits[audits["audited_on"].between(pd.Timestamp(period.start), pd.Timestamp(period.end))][
            "overall_grade"
        ]
        if len(grades):
            x = int(grades.isin(band.grades).sum())
            interval = share_interval(x=x, n=len(grades))
            rows.append(
                {
                    "table_id": f"{view.key}_history",
                    "row_key": period.label,
                    "measure": band.name,
                    "x": x,
                    "n": len(grades),
                    "estimate": interval.estimate,
                    "low": interval.low,
                    "high": interval.high,
                    "method": interval.method,
                    "speaks_of": "our_practice",
                }
            )
    return results_table(rows)


def _periods(last: Period) -> list[Period]:
    periods = [last]
    while len(periods) < _HISTORY:
        periods.append(previous_period(periods[-1]))
    return periods


_KINDS = {"gender": "gender", "ethnicity_group": "ethnicity group", "disability": "disability"}


@dataclass(frozen=True)
class Grouped:
    """One kind of group: all open cases, the quarter's estimate, and twelve months of random audits."""

    name: str
    label: str
    cohort: pd.DataFrame
    quarter: pd.DataFrame
    year: pd.DataFrame


@dataclass(frozen=True)
class Equality:
    """Groups beside one another, for the draw that leads the report.

    `apart` has the probabilities of all groups of the twelve months, adjusted for how many they are; it is
    empty where there is nothing to compare.
    `weighted` says whether every audit of the twelve months has the weight of its draw.
    """

    label: str
    measure: str
    first_day: date
    audits: int
    weighted: bool
    kinds: list[Grouped]
    apart: pd.DataFrame


@once
def equality_of(store: PeriodStore) -> list[Equality]:
    """Equality of the first draw that counts towards estimates; none where there is no such draw."""
    views = {view.key: view for view in store.estimating}
    return [_equality(store, found, views[found.key]) for found in grades_of(store)[:1]]


def _equality(store: PeriodStore, found: Grades, view: DrawView) -> Equality:
    first = add_months(store.span.end, -12) + timedelta(days=1)
    audits = _audits(store, view, first)
    quarters = {
        "gender": found.by_gender,
        "ethnicity_group": found.by_ethnicity,
        "disability": found.by_disability,
    }
    band = store.framework.scale.headline
    cases = store.closing.drop_duplicates("case_id")
    kinds = [
        Grouped(
            name=name,
            label=label,
            cohort=cohort_shares(groups=cases[name].astype("string"), table_id=f"equality_cohort_{name}"),
            quarter=quarters[name],
            year=group_shares(
                audits=audits.assign(group=audits[name].astype("string")),
                band=band.grades,
                measure=band.name,
                table_id=f"equality_year_{name}",
            ),
        )
        for name, label in _KINDS.items()
    ]
    return Equality(
        label=found.label,
        measure=band.label,
        first_day=first,
        audits=len(audits),
        weighted=bool(len(audits)) and bool(audits["weight"].notna().all()),
        kinds=kinds,
        apart=_apart(kinds),
    )


def _apart(kinds: list[Grouped]) -> pd.DataFrame:
    """Comparisons of groups; their number stands in the method, so that it is not taken for cases."""
    found = groups_apart(shares={kind.label: kind.year for kind in kinds}, table_id="equality_apart")
    return found.assign(n=pd.Series(pd.NA, index=found.index, dtype="Int64"))


def _audits(store: PeriodStore, view: DrawView, first: date) -> pd.DataFrame:
    """Graded random audits since a day, with the groups of their cases and the weights of their draws."""
    audits = random_audits(store, view)
    recent = audits[audits["audited_on"] >= pd.Timestamp(first)].rename(columns={"overall_grade": "grade"})
    people = store.table("case").drop_duplicates("case_id", keep="last")[["case_id", *_KINDS]]
    weights = store.table("draw_case")[["draw_id", "case_id", "weight"]].drop_duplicates(
        ["draw_id", "case_id"]
    )
    return (
        recent[["audit_id", "draw_id", "case_id", "grade"]]
        .merge(people, on="case_id", how="left")
        .merge(weights, on=["draw_id", "case_id"], how="left")
    )
