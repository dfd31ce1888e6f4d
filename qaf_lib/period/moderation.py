"""Whether audit grades hold when they are looked at again."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis import Interval, agreement, change_table, gwet_ac2, moderated_grades
from qaf_lib.analysis.results import results_table
from qaf_lib.period.moderation_stages import standing_moderations
from qaf_lib.period.store import PeriodStore

__all__ = ["PLANNED_MARGIN", "Moderated", "moderation_of"]

PLANNED_MARGIN = 0.15
"""Half-width of the moderated share's interval that a random share to moderate is asked for (fraction)."""

_NO_POST = "not in the staff table"


@dataclass(frozen=True)
class Moderated:
    """Moderations of the period's audits, each audit once, by the moderation whose grade stands.

    `agreement` and `changes` are result tables over every moderated audit; `coverage` counts audits
    and moderations by why; `unseen` names the grades of which no random share was moderated, so that
    nothing can be said of audits with those grades. `estimate` says what the drawn audits' grades would
    be had each been moderated, or between which bounds, weighted by the strata of the draw. `ac2`
    is Gwet's agreement coefficient. `by_post` counts the moderated audits that each post looked at, and
    `senior` those that a senior leader did; it is empty where the framework names none.
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
    by_post: pd.DataFrame
    senior: pd.DataFrame


def moderation_of(store: PeriodStore) -> Moderated:
    """The moderations of graded audits made in the period."""
    audits = store.audits_of_period
    audits = audits[audits["overall_grade"].notna()]
    moderations = store.table("moderation").merge(audits[["audit_id"]], on="audit_id")
    latest = standing_moderations(store)
    latest = latest[latest["audit_id"].isin(audits["audit_id"])]
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
        coverage=_coverage(moderations, len(audits)),
        unseen=[]
        if len(random)
        else [grade for grade in grades if not _all_moderated(grade, audits, latest)],
        estimate=_estimate(store, latest),
        ac2=gwet_ac2(ratings=pairs, grades=grades),
        by_post=_by_post(store, moderations),
        senior=_senior(store, moderations),
    )


def _posts(store: PeriodStore, moderations: pd.DataFrame) -> pd.DataFrame:
    """Each audit with each post that moderated it, once."""
    roles = store.staff.drop_duplicates("staff_id").set_index("staff_id")["role"]
    posts = moderations["moderator_id"].map(roles).astype("string").fillna(_NO_POST)
    return moderations[["audit_id"]].assign(post=posts).drop_duplicates()


def _by_post(store: PeriodStore, moderations: pd.DataFrame) -> pd.DataFrame:
    posts, n = _posts(store, moderations), moderations["audit_id"].nunique()
    return results_table(
        _looked("moderation_posts", str(post), int(count), n)
        for post, count in posts["post"].value_counts(sort=False).sort_index().items()
    )


def _senior(store: PeriodStore, moderations: pd.DataFrame) -> pd.DataFrame:
    rule, posts = store.framework.moderation, _posts(store, moderations)
    if rule is None or not rule.senior_leaders or posts.empty:
        return results_table([])
    seen = posts[posts["post"].isin(rule.senior_leaders)]["audit_id"].nunique()
    return results_table([_looked("moderation_senior", "senior leaders", seen, posts["audit_id"].nunique())])


def _looked(table_id: str, who: str, x: int, n: int) -> dict[str, object]:
    counts = {"x": x, "n": n, "population": n, "estimate": x / n, "method": "full count"}
    return {
        "table_id": table_id,
        "row_key": who,
        "measure": "moderated",
        "speaks_of": "these_cases",
        **counts,
    }


def _estimate(store: PeriodStore, latest: pd.DataFrame) -> pd.DataFrame:
    """The moderated grades of the first draw's audits, right though some grades are moderated more."""
    if not store.estimating or latest.empty:
        return results_table([])
    view = store.estimating[0]
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


def _coverage(moderations: pd.DataFrame, audits: int) -> pd.DataFrame:
    """Audits moderated for each reason; one moderated for two of them is under both."""
    words = {"random": "drawn at random", "trigger": "asked for by the grade", "dispute": "disputed"}
    reasons = moderations.groupby("why")["audit_id"].nunique()
    counts = {"any reason": moderations["audit_id"].nunique()} | {
        text: int(reasons.get(why, 0)) for why, text in words.items()
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
