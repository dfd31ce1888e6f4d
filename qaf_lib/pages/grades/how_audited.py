"""How audits were made: how far back, who took part, what was left blank, whether what they found lasted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis import counted_share, results_table
from qaf_lib.frameworks import Question, Tool
from qaf_lib.frameworks.tools import NOT_APPLICABLE
from qaf_lib.pages.reaudit.answers import pairs_of_period
from qaf_lib.pages.store import PeriodStore, once

_COLUMNS = ["id", "audit_type", "left_blank"]
NO_ANSWERS = "no answer came with this audit"


def answers_that_count(store: PeriodStore) -> pd.DataFrame:
    """The rows of `answer` that say something, of audits of any time.

    None was left blank, none says that the check does not apply, and none answers a question about closing
    in an audit of an open case.
    """
    given = store.table("answer")
    silent = given["answer"].isna() | given["answer"].str.lower().isin(NOT_APPLICABLE)
    return given[~silent & ~for_open_cases(store, given)]


def tool_of(store: PeriodStore, audit_type: str) -> Tool:
    """The tool of an audit type."""
    kinds = {kind.name: kind.tool_id for kind in store.framework.audit_types}
    return next(tool for tool in store.framework.tools if tool.tool_id == kinds[audit_type])


def asked_of(store: PeriodStore, audits: pd.DataFrame, question: Question) -> pd.Series:
    """Whether a question is for the case of each audit; not where the case's status cannot be known.

    A case is as the period's first caseload has it, else as its last.
    """
    if question.at_closing:
        return _closed_by_then(store, audits)
    if question.only_for is None:
        return pd.Series(True, index=audits.index)
    cases = pd.concat(
        [store.opening[["case_id", "status", "service"]], store.closing[["case_id", "status", "service"]]]
    )
    known = cases.drop_duplicates("case_id").set_index("case_id")
    asked = pd.Series(True, index=audits.index)
    for column, named in (("status", question.only_for.statuses), ("service", question.only_for.services)):
        if named:
            asked &= audits["case_id"].map(known[column]).isin(named)
    return asked


def _closed_by_then(store: PeriodStore, audits: pd.DataFrame) -> pd.Series:
    closed = store.table("closure").groupby("case_id")["closed_on"].min()
    day = pd.to_datetime(audits["case_id"].map(closed.to_dict()))
    return (day <= audits["audited_on"]).fillna(False).astype(bool)


def judged_all(store: PeriodStore, audits: pd.DataFrame, questions: Collection[str]) -> pd.Series:
    """Whether each audit gives a judgement on every one of the questions; "not applicable" is none."""
    given = answers_that_count(store)
    given = given[given["question_id"].isin(questions)]
    judged = audits["audit_id"].map(given.groupby("audit_id")["question_id"].nunique())
    return (judged == len(questions)).fillna(False).astype(bool)


def for_open_cases(store: PeriodStore, answers: pd.DataFrame) -> pd.Series:
    """Whether a row of `answer` answers a question about closing in an audit of an open case."""
    asked = [one.question_id for one in store.framework.every_question if one.at_closing]
    if not asked:
        return pd.Series(False, index=answers.index)
    closed = store.audits.loc[_closed_by_then(store, store.audits), "audit_id"]
    return answers["question_id"].isin(asked) & ~answers["audit_id"].isin(closed)


@once
def left_blank(store: PeriodStore) -> pd.DataFrame:
    """Audits of the period that leave a question blank which must be answered; for restricted lists only.

    Returns
    -------
    DataFrame
        `id` (of the audit), `audit_type` and `left_blank`: the questions, or that no answer came at all.
        Empty where the council brings no answers or the framework asks for none.
    """
    answers = store.table("answer")
    if answers.empty:
        return pd.DataFrame(columns=_COLUMNS)
    rows = []
    for kind, audits in store.audits_of_period.groupby("audit_type", sort=True):
        rows += _blank_in(store, str(kind), audits, answers)
    return pd.DataFrame(rows, columns=_COLUMNS)


def _blank_in(
    store: PeriodStore, kind: str, audits: pd.DataFrame, answers: pd.DataFrame
) -> list[dict[str, str]]:
    tool = tool_of(store, kind)
    given = answers[answers["audit_id"].isin(audits["audit_id"])]
    missing: dict[str, list[str]] = {}
    for question in tool.required:
        had = given.loc[given["question_id"] == question.question_id, "audit_id"]
        due = audits.loc[asked_of(store, audits, question), "audit_id"]
        for audit in due[~due.isin(had)]:
            missing.setdefault(str(audit), []).append(question.label)
    some = set(given["audit_id"])
    return [
        {"id": audit, "audit_type": kind, "left_blank": "; ".join(labels) if audit in some else NO_ANSWERS}
        for audit, labels in missing.items()
    ]


WITHIN_DAYS = 7
"""A window that begins within a week of the day asked for counts as kept."""

STATES = ("kept", "further, with a reason", "further, no reason recorded", "not so far", "not recorded")
"""What became of the window that was asked for."""

_PARTS = {"worker_took_part": "worker", "family_feedback": "family"}


@dataclass(frozen=True)
class LookBack:
    """How far back the audits of one type looked.

    `months` is what its type asks; `states` counts the audits by what became of the window, a measure of
    `STATES` each. `questions` counts, for each question that looks back further or less far than its type,
    the audits whose window reaches so far.
    """

    audit_type: str
    label: str
    months: int | None
    states: pd.DataFrame
    questions: pd.DataFrame


@once
def look_back_of(store: PeriodStore) -> list[LookBack]:
    """The look-back of each audit type with audits in the period that asks for one, itself or by question."""
    found = []
    for kind in store.framework.audit_types:
        audits = store.audits_of_period[store.audits_of_period["audit_type"] == kind.name]
        questions = {
            question.label: question.look_back_months
            for question in tool_of(store, kind.name).asked
            if question.look_back_months is not None and question.look_back_months != kind.look_back_months
        }
        if len(audits) and (kind.look_back_months is not None or questions):
            found.append(
                LookBack(
                    audit_type=kind.name,
                    label=kind.label,
                    months=kind.look_back_months,
                    states=_states(audits, kind.look_back_months, kind.label),
                    questions=_questions(audits, questions, f"{kind.name}_look_back_questions"),
                )
            )
    return found


def _early(audits: pd.DataFrame, months: int) -> pd.Series:
    """Days by which the window begins before the day asked for; negative where it begins after."""
    ends = audits["practice_to"].fillna(audits["audited_on"])
    return ((ends - pd.DateOffset(months=months)) - audits["practice_from"]).dt.days


def _states(audits: pd.DataFrame, months: int | None, label: str) -> pd.DataFrame:
    if months is None:
        return results_table([])
    early = _early(audits, months)
    explained = audits["look_back_explained"].fillna(False).astype(bool)
    state = pd.Series("kept", index=audits.index, dtype="string")
    state = state.mask(early > WITHIN_DAYS, "further, no reason recorded")
    state = state.mask((early > WITHIN_DAYS) & explained, "further, with a reason")
    state = state.mask(early < -WITHIN_DAYS, "not so far").mask(early.isna(), "not recorded")
    counted = state.value_counts()
    counts = {name: int(counted.get(name, 0)) for name in STATES}
    return _counts(counts, len(audits), "look_back", row_key=label)


def _questions(audits: pd.DataFrame, asked: Mapping[str, int | None], table_id: str) -> pd.DataFrame:
    dated = audits[audits["practice_from"].notna()]
    reached = {
        f"{label} ({months} months)": int((_early(dated, months) >= -WITHIN_DAYS).sum())
        for label, months in asked.items()
        if months is not None
    }
    return _counts(reached, len(dated), table_id)


def _counts(counts: Mapping[str, int], n: int, table_id: str, row_key: str = "") -> pd.DataFrame:
    """Counts of how many, a row of its own for each, or measures of one row."""
    return results_table(
        counted_share(
            table_id=table_id,
            row_key=row_key or name,
            measure=name if row_key else "audits",
            x=x,
            n=n,
            method="full count of the period's audits",
        )
        for name, x in counts.items()
    )


@once
def taking_part_of(store: PeriodStore) -> pd.DataFrame:
    """By audit type: in how many audits the worker took part and the family's views were sought.

    Returns
    -------
    DataFrame
        A result: `row_key` is the type's label, `measure` "worker" or "family", `x` yes of `n` where it is
        recorded; a type of which neither is recorded has no row.
    """
    rows = []
    for kind in store.framework.audit_types:
        audits = store.audits_of_period[store.audits_of_period["audit_type"] == kind.name]
        for column, measure in _PARTS.items():
            known = audits[column].dropna()
            if len(known):
                rows.append(
                    {
                        "table_id": "took_part",
                        "row_key": kind.label,
                        "measure": measure,
                        "x": int(known.sum()),
                        "n": len(known),
                        "population": len(audits),
                        "estimate": float(known.mean()),
                        "method": "full count of the audits that record it",
                        "speaks_of": "these_cases",
                    }
                )
    return results_table(rows)


COURSES = ("held", "gained", "lost", "not reached")
"""What became of the headline band from one audit of a case to the next."""


@once
def sustained_of(store: PeriodStore) -> pd.DataFrame:
    """Cases audited before and in the period, by whether the headline band was held, gained or lost.

    Returns
    -------
    DataFrame
        A result: a row for cases that chance (or a full count) took again and one for cases chosen again,
        where there are any; a measure of `COURSES` each, `x` of `n` cases with both grades.
    """
    pairs = pairs_of_period(store)
    taken = {"taken again by chance": pairs.by_chance, "chosen to be looked at again": pairs.chosen}
    return results_table(
        {
            "table_id": "sustained",
            "row_key": why,
            "measure": course,
            "x": x,
            "n": n,
            "population": n,
            "method": "full count of the cases audited twice",
            "speaks_of": "these_cases",
        }
        for why, found in taken.items()
        for course, x, n in _courses(found, store.framework.scale.headline.grades)
    )


def _courses(pairs: pd.DataFrame, band: list[str]) -> list[tuple[str, int, int]]:
    graded = pairs.dropna(subset=["before", "after"])
    if graded.empty:
        return []
    before, after = graded["before"].isin(band), graded["after"].isin(band)
    counts = (before & after, ~before & after, before & ~after, ~before & ~after)
    return [(course, int(count.sum()), len(graded)) for course, count in zip(COURSES, counts, strict=True)]


def cases_met_again(store: PeriodStore) -> pd.DataFrame:
    """Audits of the period whose case was audited in the twelve months before, with the last such day.

    Columns `id` (the case), `audited_on`, `before_on`, `second_look` (whether it was to look again at an
    earlier audit) and `team_id`. Audits of the kinds that count towards coverage.
    """
    audits = store.audits[store.audits["audit_type"].isin(store.framework.coverage_types)].dropna(
        subset=["case_id", "audited_on"]
    )
    audits = audits.sort_values(["audited_on", "audit_id"])
    before = audits.groupby("case_id")["audited_on"].shift()
    near = (before > audits["audited_on"] - pd.DateOffset(years=1)).fillna(False).astype(bool)
    found = store.in_period(audits.assign(before_on=before)[near], "audited_on")
    columns = ["case_id", "audited_on", "before_on", "second_look", "team_id"]
    found = found.assign(second_look=found["reaudit_of"].notna())
    return found[columns].rename(columns={"case_id": "id"})
