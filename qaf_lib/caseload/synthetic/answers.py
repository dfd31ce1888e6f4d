"""Answers of audits beyond the case files drawn, and which questions are for which case."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from qaf_lib.caseload.synthetic.audits import QUARTERS, Audit
from qaf_lib.caseload.synthetic.council import Part, open_cases
from qaf_lib.caseload.synthetic.practice import grades_of
from qaf_lib.frameworks import Framework, Question, Tool

__all__ = ["check_answer", "is_for", "make_other_answers", "of_young_carers", "statuses_of"]

Row = dict[str, object]
_BLANK = 1 / 80  # of the questions that must be answered
_CARERS, _ASSESSED, _ONE_IN = "Young carers", "young_carer_assessed", 9
"""Theme of the questions about young carers, the first of them, and in how many cases there is one."""


def statuses_of(part: Part) -> list[dict[str, str]]:
    """The status of each open case, by quarter."""
    tables = [open_cases(part=part, as_at=quarter.caseload) for quarter in QUARTERS]
    return [dict(zip(cases["case_id"], cases["status"], strict=True)) for cases in tables]


def is_for(question: Question, status: str | None) -> bool:
    """Whether a question is for a case of a status."""
    only = question.only_for
    return only is None or not only.statuses or status in only.statuses


def check_answer(check: Question, seen: float, rng: np.random.Generator) -> str:
    """An answer to a check, the better the better the case was seen; one in twelve does not apply."""
    share = 1 / (1 + np.exp(-(1.0 + seen + 0.8 * rng.standard_normal())))
    answer = check.scale[min(int(share * len(check.scale)), len(check.scale) - 1)]
    apart = [other for other in check.answers if other not in check.scale]
    return apart[0] if apart and rng.random() < 1 / 12 else answer


def of_young_carers(rows: list[Row], cases: Mapping[str, str]) -> list[Row]:
    """The same answers, with "not applicable" where no child cares or none was assessed; `cases` by audit."""
    mine = [row for row in rows if row["theme"] == _CARERS]
    said = {row["audit_id"]: row["answer"] for row in mine if row["question_id"] == _ASSESSED}
    for row in mine:
        cared = zlib.crc32(cases[str(row["audit_id"])].encode()) % _ONE_IN == 0
        if row["question_id"] == _ASSESSED:
            row["answer"] = ("no" if said[row["audit_id"]] == "no" else "yes") if cared else "not applicable"
        elif not cared or said[row["audit_id"]] == "no":
            row["answer"] = "not applicable"
        elif row["answer"] == "not applicable":
            row["answer"] = "yes"
    return rows


def make_other_answers(
    *,
    part: Part,
    framework: Framework,
    chosen: Sequence[Audit],
    others: Sequence[Row],
    rng: np.random.Generator,
) -> list[Row]:
    """Answers to every question that these audits' tools ask; a few that must be answered are left blank.

    Parameters
    ----------
    part, framework : Part, Framework
        Whose scale and tools.
    chosen : sequence of Audit
        Audits of cases whose quality is known.
    others : sequence of rows
        Audits of records and files, whose quality is chance.
    rng : numpy.random.Generator
        Source of chance.
    """
    tools = {tool.tool_id: tool for tool in framework.tools}
    statuses = statuses_of(part)[-1]
    seen = [(audit.row, audit.seen) for audit in chosen]
    seen += [(row, 0.2 + float(rng.standard_normal())) for row in others]
    rows = [
        answer
        for row, quality in seen
        for answer in _answers(part, tools[str(row["tool_id"])], row, quality, statuses, rng)
    ]
    return of_young_carers(rows, {str(row["audit_id"]): str(row["case_id"]) for row, _ in seen})


def _answers(
    part: Part, tool: Tool, row: Row, seen: float, statuses: Mapping[str, str], rng: np.random.Generator
) -> Iterator[Row]:
    required = {question.question_id for question in tool.required}
    for question in tool.asked:
        if question.scale:
            answer = check_answer(question, seen, rng)
        else:
            graded = np.array([seen + 0.45 * rng.standard_normal()])
            answer = grades_of(graded, cuts=part.cuts, tool=part.tool)[0]
        blank = question.question_id in required and rng.random() < _BLANK
        if not blank and is_for(question, statuses.get(str(row["case_id"]))):
            given: Row = {"audit_id": row["audit_id"], "question_id": question.question_id, "answer": answer}
            yield given | {"standard_id": question.standard_id, "theme": question.theme}
