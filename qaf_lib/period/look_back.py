"""How far back auditors looked, against how far back the framework asks, and who took part in audits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis.results import counted_share, results_table
from qaf_lib.period.answered import tool_of
from qaf_lib.period.store import PeriodStore

__all__ = ["STATES", "WITHIN_DAYS", "LookBack", "look_back_of", "taking_part_of"]

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
