"""A panel to explore grades: one question at a time, in all or by group, with the report's intervals."""

from __future__ import annotations

from dataclasses import dataclass

import ipywidgets
import pandas as pd

from qaf_lib.analysis import band_share, question_shares
from qaf_lib.display import Chart, Table, grade_bars, interval_dots, share_table, share_words
from qaf_lib.explorers.controls import choice, page, panel, said, shown
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.store import DrawView, PeriodStore

OVERALL = "overall"
"""Stands for the overall grade among the questions of the audit tool."""

LEAST_CASES = 5
"""Groups of fewer graded cases are counted, but their grades are not shown: they could be recognised."""

_YES_NO = {"True": "Yes", "False": "No"}
_FEW = f"Groups of fewer than {LEAST_CASES} graded cases are counted only."
_ORDER = "Rows are not ranked, and here not tested against one another."
_NONE = "No drawn case of this period has a grade yet."


@dataclass(frozen=True)
class Answered:
    """Result tables of one question.

    `headline` and `concern` have one row, `distribution` one per grade, best first, and `groups` one per
    group with the share in the headline band; it is empty where no group was asked for.
    """

    headline: pd.DataFrame
    concern: pd.DataFrame
    distribution: pd.DataFrame
    groups: pd.DataFrame


def answers_of(*, store: PeriodStore, view: DrawView) -> pd.DataFrame:
    """The drawn cases' answers, `case_id`, `question_id` and `answer`; the overall grade is one of them."""
    drawn = view.responses.loc[view.responses["grade"].notna(), ["case_id", "audit_id", "grade"]]
    overall = drawn.rename(columns={"grade": "answer"}).assign(question_id=OVERALL)
    given = store.table("answer").merge(drawn[["case_id", "audit_id"]], on="audit_id")
    given = given[given["question_id"].isin(list(store.framework.questions())) & given["answer"].notna()]
    columns = ["case_id", "question_id", "answer"]
    return pd.concat([overall[columns], given[columns]], ignore_index=True).astype("string")


def answered(*, store: PeriodStore, view: DrawView, question: str, by: str = "") -> Answered:
    """What the drawn cases say of one question, or `OVERALL`, with the functions and intervals of the report.

    `by` is a column of the frame to group by, such as "service"; "" for none. A row of 1 to 4 graded cases
    has the mark "x" and its count of cases only, unless all sources are published.
    """
    scale = store.framework.scale
    answers = answers_of(store=store, view=view)
    answers = answers[answers["question_id"] == question]
    name = f"explore_{view.key}_{question}"

    def share(grades: list[str], row_key: str, measure: str, part: str) -> pd.DataFrame:
        found = question_shares(
            responses=view.responses,
            strata=view.strata,
            answers=answers,
            band=grades,
            scale=scale.grades,
            measure=measure,
            table_id=f"{name}_{part}",
        )
        return found.assign(row_key=pd.Series(row_key, index=found.index, dtype="string"))

    each = [share([grade], grade, "share", "grades") for grade in reversed(scale.grades)]
    tables = (
        share(list(scale.headline.grades), "all", scale.headline.name, "headline"),
        share(list(scale.concern.grades), "all", scale.concern.name, "concern"),
        pd.concat(each, ignore_index=True),
        _groups(store, view, answers, by, f"{name}_by_{by}") if by else each[0].iloc[:0],
    )
    return Answered(*tables if store.facts["public"] else map(_recognisable, tables))


def _groups(
    store: PeriodStore, view: DrawView, answers: pd.DataFrame, by: str, table_id: str
) -> pd.DataFrame:
    scale = store.framework.scale
    given = view.responses["case_id"].map(answers.set_index("case_id")["answer"])
    sizes = view.eligible[by].astype("string").fillna("not recorded").value_counts().sort_index()
    return band_share(
        responses=view.responses.assign(grade=given, **{by: view.responses[by].astype("string")}),
        strata=view.strata,
        band=scale.headline.grades,
        measure=scale.headline.name,
        table_id=table_id,
        by=by,
        populations=sizes,
    )


def _recognisable(table: pd.DataFrame) -> pd.DataFrame:
    """The table without the grades of so few cases that they could be recognised."""
    few = table["n"].between(1, LEAST_CASES - 1).fillna(False).astype(bool)
    numbers = {column: table[column].mask(few) for column in ("x", "estimate", "low", "high")}
    why = table["method"].mask(few, f"fewer than {LEAST_CASES} graded cases")
    return table.assign(**numbers, method=why, mark=table["mark"].mask(few, "x"))


def explore_grades_panel(*, period: OpenPeriod) -> ipywidgets.VBox:
    """Lists to choose a question and a group from; the share with its interval, the distribution, tables.

    Only drawn cases are looked at; no case and no worker is shown.
    """
    store = period.store
    counting = {found.key: found.label for found in period.grades}
    views = {view.key: view for view in store.estimating}
    labels = {OVERALL: "overall grade"} | store.framework.questions()
    asked = {
        f"{counting[kind]}: {labels[question]}": (kind, question)
        for kind, view in views.items()
        for question in _questions(store, view, labels)
    }
    answer, below = said(), shown()
    if not asked:
        answer.value = page([_NONE])
        return panel(controls=[], answer=answer, below=below)
    columns = _columns(store, list(views.values()))
    question = choice("Question", [(label, label) for label in asked])
    group = choice("By group", [("no group", ""), *((label, column) for column, label in columns.items())])

    def show(_: object = None) -> None:
        kind, chosen = asked[question.value]
        found = answered(store=store, view=views[kind], question=chosen, by=group.value)
        answer.value = page(_sentences(store, found, question.value))
        groups = _grouped(store, found, question.value, group.value, columns)
        below.value = page([*groups, *_graded(store, found, question.value)])

    for control in (question, group):
        control.observe(show, names="value")
    show()
    return panel(controls=[question, group], answer=answer, below=below)


def _questions(store: PeriodStore, view: DrawView, labels: dict[str, str]) -> list[str]:
    """The questions that this draw's audits answer, in the order of the audit tool."""
    given = set(answers_of(store=store, view=view)["question_id"])
    return [question for question in labels if question in given]


def _columns(store: PeriodStore, views: list[DrawView]) -> dict[str, str]:
    """The groups that the caseload tells apart, with their names."""
    words = store.framework.words
    named = {
        "service": words.service,
        "team_id": words.team,
        "status": "status",
        "gender": "gender",
        "ethnicity_group": "ethnicity group",
        "disability": "disability",
    }
    cases = pd.concat([view.eligible for view in views])
    return {column: name for column, name in named.items() if len(cases[column].dropna().unique()) > 1}


def _sentences(store: PeriodStore, found: Answered, title: str) -> list[str]:
    scale, row = store.framework.scale, found.headline.iloc[0]
    said = f"{title}: {share_words(row)} {scale.headline.label}; "
    said += f"{scale.concern.label}: {share_words(found.concern.iloc[0])}."
    if pd.isna(row["population"]):
        return [said]
    return [f"{said} It is about {int(row['population']):,} {store.framework.words.cases}."]


def _graded(store: PeriodStore, found: Answered, title: str) -> list[Chart | Table]:
    caption = f"{title}: share of {store.framework.words.cases} at each grade"
    table = share_table(found.distribution, caption=caption, row_heading="Grade")
    return [grade_bars(found.distribution, caption=caption), table]


def _grouped(
    store: PeriodStore, found: Answered, title: str, by: str, columns: dict[str, str]
) -> list[Chart | Table]:
    """The groups; teams as a table only, as in the report: a picture of so few cases would mislead."""
    if not by:
        return []
    names = {"team_id": store.team_names, "disability": _YES_NO}.get(by)
    caption = f"{title}: {store.framework.scale.headline.label}, by {columns[by]}"
    heading = columns[by].capitalize()
    note = _ORDER if store.facts["public"] else f"{_FEW} {_ORDER}"
    table = share_table(found.groups, caption=caption, row_heading=heading, labels=names, note=note)
    overall = found.headline["estimate"].iloc[0]
    reference = None if pd.isna(overall) else float(overall)
    chart = interval_dots(found.groups, caption=caption, labels=names, reference=reference)
    return [table] if by == "team_id" else [chart, table]
