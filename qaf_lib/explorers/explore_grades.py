"""A panel to explore grades: one question at a time, in all or by group, with the report's intervals."""

from __future__ import annotations

import ipywidgets
import pandas as pd

from qaf_lib.display import Chart, Table, grade_bars, interval_dots, share_table, share_words
from qaf_lib.explorers.controls import choice, page, panel, said, shown
from qaf_lib.explorers.question import LEAST_CASES, OVERALL, Answered, answered, answers_of
from qaf_lib.period import OpenPeriod
from qaf_lib.period.store import DrawView, PeriodStore

__all__ = ["explore_grades_panel"]

_YES_NO = {"True": "Yes", "False": "No"}
_FEW = f"Groups of fewer than {LEAST_CASES} graded cases are counted only."
_ORDER = "Rows are not ranked; where intervals overlap, no difference between rows is shown."
_NONE = "No drawn case of this period has a grade yet."


def explore_grades_panel(*, period: OpenPeriod) -> ipywidgets.VBox:
    """Lists to choose a question and a group from; the share with its interval, the distribution, tables.

    Only drawn cases are looked at; no case and no worker is shown.

    Parameters
    ----------
    period : OpenPeriod
        What `qaf_lib.open_period` gives.

    Returns
    -------
    ipywidgets.VBox
        The controls, the sentence, the charts and their tables; all follow every change.
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
    return [f"{said} It speaks of {int(row['population']):,} {store.framework.words.cases}."]


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
