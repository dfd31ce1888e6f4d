"""One question of one draw: its share in the headline band, its distribution, and its shares by group."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis import band_share, question_shares
from qaf_lib.period.store import DrawView, PeriodStore

__all__ = ["LEAST_CASES", "OVERALL", "Answered", "answered", "answers_of"]

OVERALL = "overall"
"""Stands for the overall grade among the questions of the audit tool."""

LEAST_CASES = 5
"""Groups of fewer graded cases are counted, but their grades are not shown: they could be recognised."""


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
    """The drawn cases' answers, `case_id`, `question_id` and `answer`; the overall grade is one of them.

    Parameters
    ----------
    store, view : PeriodStore, DrawView
        The period, and one of its draws.
    """
    drawn = view.responses.loc[view.responses["grade"].notna(), ["case_id", "audit_id", "grade"]]
    overall = drawn.rename(columns={"grade": "answer"}).assign(question_id=OVERALL)
    given = store.table("answer").merge(drawn[["case_id", "audit_id"]], on="audit_id")
    given = given[given["question_id"].isin(list(store.framework.questions())) & given["answer"].notna()]
    columns = ["case_id", "question_id", "answer"]
    return pd.concat([overall[columns], given[columns]], ignore_index=True).astype("string")


def answered(*, store: PeriodStore, view: DrawView, question: str, by: str = "") -> Answered:
    """What the drawn cases say of one question, with the functions and the intervals of the report.

    Parameters
    ----------
    store, view : PeriodStore, DrawView
        The period, and one of its draws.
    question : str
        A question of the audit tool, or `OVERALL`.
    by : str
        Column of the frame to group by, such as "service"; "" for none.

    Returns
    -------
    Answered
        Result tables; a row of 1 to 4 graded cases has the mark "x" and its count of cases only,
        unless all sources are published.

    References
    ----------
    As `question_shares` and `band_share`.
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
