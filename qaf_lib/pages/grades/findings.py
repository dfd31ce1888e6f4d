"""What the audits of the period found, type by type: drawn cases with intervals, chosen ones as counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis import question_shares, results_table
from qaf_lib.counting import answer_counts, place_of
from qaf_lib.dates import previous_period
from qaf_lib.frameworks import AuditType, Question
from qaf_lib.pages.grades.how_audited import asked_of, for_open_cases, left_blank, tool_of
from qaf_lib.pages.selections import HOW, how_chosen
from qaf_lib.pages.store import DrawView, PeriodStore, once

FEWEST_AUDITS = 3
"""With fewer audits of a kind a page would tell what was found of one worker's case."""

_CYCLES = 8


@dataclass(frozen=True)
class Found:
    """What audits of one type found: those of one draw, or all that belong to none. `label` says which.

    Every table is a result. `how` counts the audits by how their cases came up. `graded` counts grades, of
    the whole ("all") and of each graded question; `checks` counts where the answers to each other question
    stand, and how many are missing; `dimensions`, `standards` and `themes` (of the round, where a theme has
    `FEWEST_AUDITS`) count the same answers together. `shares` has the share met of each check with its
    interval, for drawn cases alone. `cycles` counts the answers of a process audit by period. `read_as` says
    which words count as met where a question has its own. `incomplete` audits leave a question blank that
    must be answered.
    """

    audit_type: str
    label: str
    drawn: bool
    counts_towards_estimates: bool
    asks_for_chance: bool
    audits: int
    how: pd.DataFrame
    graded: pd.DataFrame
    checks: pd.DataFrame
    dimensions: pd.DataFrame
    standards: pd.DataFrame
    themes: pd.DataFrame
    shares: pd.DataFrame
    cycles: pd.DataFrame
    read_as: list[str]
    incomplete: int


@dataclass(frozen=True)
class Findings:
    """The findings of every audit type, in the framework's order; `none` names the types without an audit.

    A type whose draws pick completed audits to be looked at again is not among the latter: none is made.
    """

    found: list[Found]
    none: list[str]


@once
def findings_of(store: PeriodStore) -> Findings:
    """What the period's audits found, each audit under its type once."""
    found = [one for kind in store.framework.audit_types for one in _of_type(store, kind)]
    made = {one.audit_type for one in found}
    made |= {kind.name for kind in store.framework.audit_types if store.framework.looks_again(kind.name)}
    return Findings(found, [kind.label for kind in store.framework.audit_types if kind.name not in made])


def _of_type(store: PeriodStore, kind: AuditType) -> Iterator[Found]:
    audits = store.audits_of_period[store.audits_of_period["audit_type"] == kind.name]
    views = [view for view in store.draws if view.audit_type == kind.name]
    for view in views:
        mine = audits["audit_id"].isin(view.responses["audit_id"].dropna())
        if mine.any():
            yield _found(store, kind, audits[mine], view, f"{store.label(view)}, drawn")
        audits = audits[~mine]
    if len(audits):
        yield _found(store, kind, audits, None, f"{kind.label}, not drawn" if views else kind.label)


def _found(
    store: PeriodStore, kind: AuditType, audits: pd.DataFrame, view: DrawView | None, label: str
) -> Found:
    name = f"{view.key}_drawn" if view else f"{kind.name}_not_drawn"
    tool = tool_of(store, kind.name)
    checks = [question for question in tool.asked if question.answers]
    placed = _placed(store, checks, audits)
    return Found(
        audit_type=kind.name,
        label=label,
        drawn=view is not None,
        counts_towards_estimates=kind.counts_towards_estimates and (view is None or view.plan.estimates),
        asks_for_chance=kind.selection == "random" and kind.name not in {v.audit_type for v in store.draws},
        audits=len(audits),
        how=_how(audits, f"{name}_how"),
        graded=_graded(store, kind, audits, f"{name}_grades"),
        checks=_checks(store, checks, audits, placed, f"{name}_checks"),
        dimensions=_by(placed, _dimensions(checks), f"{name}_dimensions"),
        standards=_by(placed, _standards(store, checks), f"{name}_standards"),
        themes=_by(_of_rounds(placed, audits), {}, f"{name}_themes"),
        shares=_shares(view, placed, f"{name}_shares") if view and view.plan.estimates else results_table([]),
        cycles=_cycles(store, kind, checks, f"{name}_cycles"),
        read_as=_read_as(checks),
        incomplete=int(left_blank(store)["id"].isin(audits["audit_id"]).sum()),
    )


def _placed(store: PeriodStore, checks: list[Question], audits: pd.DataFrame) -> pd.DataFrame:
    """The answers to checks: `audit_id`, `case_id`, `theme`, `question_id` and where each stands."""
    scales = {question.question_id: question.scale for question in checks}
    given = store.table("answer")[["audit_id", "question_id", "answer"]]
    given = given[given["question_id"].isin(scales) & ~for_open_cases(store, given)]
    given = given.merge(audits[["audit_id", "case_id", "theme"]], on="audit_id")
    pairs = zip(given["answer"], given["question_id"], strict=True)
    places = [place_of(str(answer), scales[str(question)]) for answer, question in pairs]
    return given.assign(place=pd.array(places, dtype="string"))


def _how(audits: pd.DataFrame, table_id: str) -> pd.DataFrame:
    counted = how_chosen(audits).value_counts()
    return results_table(
        {
            "table_id": table_id,
            "row_key": words,
            "measure": "audits",
            "x": int(counted[key]),
            "n": len(audits),
            "method": "full count",
        }
        for key, words in HOW.items()
        if key in counted.index
    )


def _graded(store: PeriodStore, kind: AuditType, audits: pd.DataFrame, table_id: str) -> pd.DataFrame:
    """Grades of the whole and of each graded question: counts, best grade first."""
    answers = store.table("answer")
    given = answers[answers["audit_id"].isin(audits["audit_id"])]
    graded = {"all": audits["overall_grade"]} | {
        question.question_id: given.loc[given["question_id"] == question.question_id, "answer"]
        for question in tool_of(store, kind.name).asked
        if not question.answers
    }
    return results_table(
        {
            "table_id": table_id,
            "row_key": name,
            "measure": grade,
            "x": int((grades == grade).sum()),
            "n": int(grades.notna().sum()),
            "population": int(grades.notna().sum()),
            "method": "full count of these audits",
            "speaks_of": "these_cases",
        }
        for name, grades in graded.items()
        if grades.notna().any()
        for grade in reversed(store.framework.scale.grades)
    )


def _checks(
    store: PeriodStore, checks: list[Question], audits: pd.DataFrame, placed: pd.DataFrame, table_id: str
) -> pd.DataFrame:
    if placed.empty:
        return results_table([])
    of = {question.question_id: int(asked_of(store, audits, question).sum()) for question in checks}
    return answer_counts(placed=placed, by="question_id", table_id=table_id, of=pd.Series(of, dtype="int64"))


def _dimensions(checks: list[Question]) -> dict[str, str]:
    return {check.question_id: check.dimension for check in checks if check.dimension}


def _standards(store: PeriodStore, checks: list[Question]) -> dict[str, str]:
    labels = {standard.standard_id: standard.label for standard in store.framework.standards}
    return {check.question_id: labels[check.standard_id] for check in checks if check.standard_id}


def _by(placed: pd.DataFrame, part_of: dict[str, str], table_id: str) -> pd.DataFrame:
    """Answers by the part that each question belongs to, or by the part that stands beside them."""
    parts = placed["question_id"].map(part_of) if part_of else placed.get("part")
    named = placed.assign(part=parts).dropna(subset=["part"])
    return answer_counts(placed=named, by="part", table_id=table_id)


def _of_rounds(placed: pd.DataFrame, audits: pd.DataFrame) -> pd.DataFrame:
    """Answers with the theme of the round as their part, of themes with audits enough."""
    many = audits["theme"].value_counts()
    enough = placed["theme"].isin(many.index[many >= FEWEST_AUDITS])
    return placed.assign(part=placed["theme"].where(enough))


def _shares(view: DrawView, placed: pd.DataFrame, table_id: str) -> pd.DataFrame:
    """The share met of each check, of the cases it applies to, with its interval."""
    if placed.empty:
        return results_table([])
    answers = placed.drop_duplicates(["case_id", "question_id"]).rename(
        columns={"answer": "word", "place": "answer"}
    )
    return question_shares(
        responses=view.responses,
        answers=answers[["case_id", "question_id", "answer"]],
        strata=view.strata,
        band=["met"],
        scale=["met", "partly met", "not met"],
        measure="met",
        table_id=table_id,
    )


def _cycles(store: PeriodStore, kind: AuditType, checks: list[Question], table_id: str) -> pd.DataFrame:
    """Answers of a process audit by period, up to eight of them; empty with only one."""
    if kind.kind != "process":
        return results_table([])
    audits = store.audits[store.audits["audit_type"] == kind.name]
    period, rows = store.span, []
    for _ in range(_CYCLES):
        inside = audits["audited_on"].between(pd.Timestamp(period.start), pd.Timestamp(period.end))
        rows.append(_placed(store, checks, audits[inside.fillna(False)]).assign(period=period.label))
        period = previous_period(period)
    every = pd.concat([part for part in reversed(rows) if len(part)] or rows[:1], ignore_index=True)
    if every["period"].nunique() < 2:
        return results_table([])
    return answer_counts(placed=every, by="period", table_id=table_id)


def _read_as(checks: list[Question]) -> list[str]:
    """Words of the tool's own that count as met, where they are not "met"."""
    return list(dict.fromkeys(question.scale[-1] for question in checks if question.scale[-1] != "met"))
