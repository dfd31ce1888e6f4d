"""Which questions each audit of the period had to answer, and what was left blank."""

from __future__ import annotations

import pandas as pd

from qaf_lib.frameworks import Question, Tool
from qaf_lib.frameworks.tools import NOT_APPLICABLE
from qaf_lib.period.store import PeriodStore

__all__ = ["answers_that_count", "asked_of", "for_open_cases", "left_blank", "tool_of"]

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


def for_open_cases(store: PeriodStore, answers: pd.DataFrame) -> pd.Series:
    """Whether a row of `answer` answers a question about closing in an audit of an open case."""
    asked = [one.question_id for tool in store.framework.tools for one in tool.questions if one.at_closing]
    if not asked:
        return pd.Series(False, index=answers.index)
    closed = store.audits.loc[_closed_by_then(store, store.audits), "audit_id"]
    return answers["question_id"].isin(asked) & ~answers["audit_id"].isin(closed)


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
