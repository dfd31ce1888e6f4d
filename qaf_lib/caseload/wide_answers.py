"""Answers that stand in columns beside their audit: one row each."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from qaf_lib.caseload.checks import ITS_AUDIT_WAS_SET_ASIDE, Checked, check_table
from qaf_lib.caseload.columns import is_nothing
from qaf_lib.caseload.faults import FAULT_COLUMNS, faults_at
from qaf_lib.caseload.rules import Rules
from qaf_lib.caseload.vocabulary import answers_of
from qaf_lib.frameworks import Framework

__all__ = ["wide_answers"]


def wide_answers(*, answers: pd.DataFrame, audits: Checked, rules: Rules) -> Checked:
    """The answers of a source of audits, checked; a blank is no answer.

    `answers` has a column per question under the row numbers of the audits. Answers of a row that was set
    aside are set aside with it.
    """
    given = pd.concat(
        [
            pd.DataFrame(
                {"question_id": question, "answer": _filled(answers[question], question, rules.framework)}
            )
            for question in answers
        ]
    )
    sound = given.index.isin(audits.frame.index)
    text = given[sound]
    text = text.assign(audit_id=audits.frame["audit_id"].reindex(text.index))
    tools = dict(zip(audits.frame["audit_id"], audits.frame["tool_id"], strict=True))
    checked = check_table(name="answer", text=text, source=audits.source, rules=replace(rules, tools=tools))
    return _with_orphans(checked, given.index[~sound])


def _filled(answers: pd.Series, question: str, framework: Framework) -> pd.Series:
    """The cells that hold an answer: a word for nothing is one only where the question knows it."""
    words = answers_of(framework)[question]
    blank = [word for word in answers.dropna().unique() if words.of(word) is None and is_nothing(word)]
    return answers[answers.notna() & ~answers.isin(blank)]


def _with_orphans(checked: Checked, rows: pd.Index) -> Checked:
    if rows.empty:
        return checked
    orphans = faults_at(rows, "audit_id", ITS_AUDIT_WAS_SET_ASIDE).assign(source=checked.source)[
        FAULT_COLUMNS
    ]
    return replace(
        checked,
        faults=pd.concat([checked.faults, orphans], ignore_index=True) if len(checked.faults) else orphans,
        rows=checked.rows + len(rows),
        set_aside=checked.set_aside + len(rows),
        of_audits_set_aside=len(rows),
    )
