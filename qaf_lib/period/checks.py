"""How the checks of the audit tools were answered in the period."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis.results import results_table
from qaf_lib.frameworks import Question, Tool
from qaf_lib.period.store import PeriodStore

__all__ = ["Checked", "checks_of"]


@dataclass(frozen=True)
class Checked:
    """One audit tool whose checks have answers of their own: its label and a result of their answers.

    `answers` has a row per check and answer: x audits so answered of n that answered the check. Checks
    graded on the scale are not among them; the grades say how they came out.
    """

    tool_id: str
    label: str
    answers: pd.DataFrame


def checks_of(store: PeriodStore) -> list[Checked]:
    """Every tool with an answered check in the period's audits, drawn and chosen together."""
    made = store.audits_of_period[["audit_id"]]
    given = store.table("answer").merge(made, on="audit_id")
    found = [
        Checked(tool.tool_id, tool.label or tool.tool_id, _answers(tool, given))
        for tool in store.framework.tools
    ]
    return [checked for checked in found if len(checked.answers)]


def _answers(tool: Tool, given: pd.DataFrame) -> pd.DataFrame:
    table_id = f"checks_{tool.tool_id.replace('-', '_')}"
    asked = [question for question in tool.questions if question.answers and question.evidence == "case_file"]
    return results_table(
        row
        for question in asked
        for row in _rows(question, given[given["question_id"] == question.question_id], table_id)
    )


def _rows(question: Question, given: pd.DataFrame, table_id: str) -> list[dict[str, object]]:
    n = int(given["answer"].isin(question.answers).sum())
    if not n:
        return []
    return [
        {
            "table_id": table_id,
            "row_key": question.label,
            "measure": answer,
            "x": int((given["answer"] == answer).sum()),
            "n": n,
            "population": n,
            "method": "full count of the period's audits",
            "speaks_of": "these_cases",
        }
        for answer in question.answers
    ]
