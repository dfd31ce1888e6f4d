"""Whether audit grades hold when they are looked at again."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis import Interval, agreement, change_table, gwet_ac2, moderated_grades
from qaf_lib.analysis.results import results_table
from qaf_lib.period.store import PeriodStore

__all__ = ["PLANNED_MARGIN", "Moderated", "moderation_of"]

PLANNED_MARGIN = 0.15
"""Half-width of the moderated share's interval that a random share to moderate is asked for (fraction)."""


@dataclass(frozen=True)
class Moderated:
    """Moderations of the period's audits.

    `agreement` and `changes` are result tables over every moderated audit; `coverage` counts audits
    and moderations by why; `unseen` names the grades of which no random share was moderated, so that
    nothing can be said of audits with those grades. `estimate` says what the drawn audits' grades would
    be had each been moderated, or between which bounds, weighted by the strata of the draw. `ac2`
    is Gwet's agreement coefficient.
    """

    moderated: int
    audits: int
    blind: bool
    agreement: pd.DataFrame
    changes: pd.DataFrame
    coverage: pd.DataFrame
    unseen: list[str]
    estimate: pd.DataFrame
    ac2: Interval


def moderation_of(store: PeriodStore) -> Moderated:
    """The moderations of graded audits made in the period."""
    audits = store.audits_of_period
    audits = audits[audits["overall_grade"].notna()]
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
        estimate=_estimate(store, latest),
        ac2=gwet_ac2(ratings=pairs, grades=grades),
    )


def _estimate(store: PeriodStore, latest: pd.DataFrame) -> pd.DataFrame:
    """The moderated grades of the first draw's audits, right though some grades are moderated more."""
    if not store.draws or latest.empty:
        return results_table([])
    view = store.draws[0]
    drawn = view.responses[["audit_id", "stratum", "grade"]].dropna().rename(columns={"grade": "audit_grade"})
    scale = store.framework.scale
    looked_at = latest[["audit_id", "moderated_grade", "why", "probability"]]
    return moderated_grades(
        audits=drawn.merge(looked_at, on="audit_id", how="left"),
        grades=scale.grades,
        band=scale.headline.grades,
        table_id="moderation_estimate",
        strata=view.strata[["stratum", "population"]],
        margin=PLANNED_MARGIN,
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
