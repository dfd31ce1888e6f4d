"""Audits at the top of the scale from which nothing has come into the register of good practice."""

from __future__ import annotations

import pandas as pd

from qaf_lib.period.store import PeriodStore

__all__ = ["unregistered_of"]


def unregistered_of(store: PeriodStore) -> pd.DataFrame:
    """The period's audits graded at the top, as a whole or on a question, that no good practice names.

    Columns `id` (the audit), `audited_on`, `overall_grade`, `team_id` and `best_answers`, how many graded
    questions were answered with the best grade; those with most first.
    """
    top = store.framework.scale.grades[-1]
    graded = list(store.framework.questions())
    audits = store.audits_of_period
    given = store.table("answer")
    best = given[given["question_id"].isin(graded) & (given["answer"] == top).fillna(False).astype(bool)]
    counts = audits["audit_id"].map(best.groupby("audit_id").size()).fillna(0).astype("int64")
    known = store.table("good_practice")["source_id"].dropna()
    first = (audits["overall_grade"] == top).fillna(False).astype(bool) | (counts > 0)
    left = audits.assign(best_answers=counts)[first & ~audits["audit_id"].isin(known)]
    left = left.sort_values(["best_answers", "audited_on", "audit_id"], ascending=[False, True, True])
    columns = ["id", "audited_on", "overall_grade", "team_id", "best_answers"]
    return left.rename(columns={"audit_id": "id"})[columns].reset_index(drop=True)
