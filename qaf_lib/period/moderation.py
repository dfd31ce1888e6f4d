"""Whether audit grades hold when they are looked at again."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis import agreement, change_table
from qaf_lib.analysis.results import results_table
from qaf_lib.period.store import PeriodStore

__all__ = ["Moderated", "moderation_of"]


@dataclass(frozen=True)
class Moderated:
    """Moderations of the period's audits.

    `agreement` and `changes` are result tables over every moderated audit; `coverage` counts audits
    and moderations by why; `unseen` names the grades of which no random share was moderated, so that
    nothing can be said of audits with those grades.
    """

    moderated: int
    audits: int
    blind: bool
    agreement: pd.DataFrame
    changes: pd.DataFrame
    coverage: pd.DataFrame
    unseen: list[str]


def moderation_of(store: PeriodStore) -> Moderated:
    """The moderations of audits made in the period."""
    audits = store.audits_of_period
    moderations = store.table("moderation").merge(audits[["audit_id"]], on="audit_id")
    latest = moderations.sort_values(["moderated_on", "seq"]).drop_duplicates("audit_id", keep="last")
    pairs = latest[["audit_grade", "moderated_grade"]]
    blind = bool(len(latest)) and bool(latest["blind"].all())
    grades = store.framework.scale.grades
    random = latest[latest["why"] == "random"]
    return Moderated(
        moderated=len(latest),
        audits=len(audits),
        blind=blind,
        agreement=agreement(pairs=pairs, grades=grades, blind=blind, table_id="moderation_agreement"),
        changes=change_table(pairs=pairs, grades=grades, table_id="moderation_changes"),
        coverage=_coverage(latest, len(audits)),
        unseen=[]
        if len(random)
        else [grade for grade in grades if not _all_moderated(grade, audits, latest)],
    )


def _all_moderated(grade: str, audits: pd.DataFrame, latest: pd.DataFrame) -> bool:
    graded = audits[audits["overall_grade"] == grade]["audit_id"]
    return bool(len(graded)) and bool(graded.isin(latest["audit_id"]).all())


def _coverage(latest: pd.DataFrame, audits: int) -> pd.DataFrame:
    words = {"random": "drawn at random", "trigger": "asked for by the grade", "dispute": "disputed"}
    counts = {"any reason": len(latest)} | {
        text: int((latest["why"] == why).sum()) for why, text in words.items()
    }
    return results_table(
        {
            "table_id": "moderation_coverage",
            "row_key": text,
            "measure": "moderated",
            "x": count,
            "n": audits,
            "population": audits,
            "estimate": count / audits if audits else None,
            "method": "full count",
            "speaks_of": "these_cases",
        }
        for text, count in counts.items()
    )
