"""Whether audit grades hold when they are looked at again, stage by stage and month by month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

import pandas as pd

from qaf_lib.analysis import Interval, agreement, change_table, gwet_ac2, moderated_grades, results_table
from qaf_lib.counting import STAGE_STATES, stage_states, standing_grades
from qaf_lib.dates import add_months
from qaf_lib.pages.store import PeriodStore, once


@dataclass(frozen=True)
class Staged:
    """Moderation in stages, where the framework names some.

    `counts` is a result: of the audits of the period that were moderated, those in each state of each
    stage. `agreement` has the share of the grades that each stage kept, over the audits it looked at.
    """

    counts: pd.DataFrame
    agreement: pd.DataFrame
    labels: dict[str, str]


def standing_moderations(store: PeriodStore) -> pd.DataFrame:
    """The one moderation of each audit whose grade stands: the last stage's, else the latest."""
    return standing_grades(moderations=store.table("moderation"), stages=_names(store))


@once
def stages_of(store: PeriodStore) -> Staged | None:
    """Every stage of the period's moderated audits; None where the framework names no stages."""
    rules = store.framework.moderation
    if rules is None or not rules.stages:
        return None
    states = _states(store)
    counted, kept = [], []
    for stage in rules.stages:
        own = states[states["stage"] == stage.name]
        counted += [_count(stage.name, state, own["state"]) for state in STAGE_STATES]
        pairs = own.dropna(subset=["before", "after"]).rename(
            columns={"before": "audit_grade", "after": "moderated_grade"}
        )
        found = agreement(
            pairs=pairs[["audit_grade", "moderated_grade"]],
            grades=store.framework.scale.grades,
            blind=False,
            table_id="moderation_stages_agreement",
        )
        kept.append(found[found["measure"] == "exact"].assign(row_key=stage.name))
    return Staged(
        counts=results_table(counted),
        agreement=pd.concat(kept, ignore_index=True),
        labels={stage.name: stage.label for stage in rules.stages},
    )


def stages_not_kept(store: PeriodStore) -> pd.DataFrame:
    """`audit_id` and `state` of each stage out of order, left out or made by somebody who may not."""
    rules = store.framework.moderation
    if rules is None or not rules.stages:
        return pd.DataFrame(columns=["audit_id", "state"])
    states = _states(store)
    labels = {stage.name: stage.label for stage in rules.stages}
    wrong = states[~states["state"].isin(["done", "not yet reached"])]
    return wrong.assign(state=wrong["stage"].map(labels) + ": " + wrong["state"])[["audit_id", "state"]]


def _states(store: PeriodStore) -> pd.DataFrame:
    audits, rules = store.audits_of_period, store.framework.moderation
    moderations = store.table("moderation")
    return stage_states(
        moderations=moderations[moderations["audit_id"].isin(audits["audit_id"])],
        stages=_names(store),
        auditors=dict(audits.dropna(subset="auditor_id")[["audit_id", "auditor_id"]].to_numpy()),
        roles=dict(store.staff[["staff_id", "role"]].to_numpy()),
        by_roles={stage.name: stage.by_roles for stage in rules.stages} if rules else {},
    )


def _names(store: PeriodStore) -> list[str]:
    rules = store.framework.moderation
    return [stage.name for stage in rules.stages] if rules else []


def _count(stage: str, state: str, states: pd.Series) -> dict[str, object]:
    x, n = int((states == state).sum()), len(states)
    return {
        "table_id": "moderation_stages",
        "row_key": stage,
        "measure": state,
        "x": x,
        "n": n,
        "population": n,
        "estimate": x / n if n else None,
        "method": "full count",
        "speaks_of": "these_cases",
    }


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
    `senior` those that a senior leader did; it is empty where the framework names none. `drawn` are the
    completed audits that the kit drew to be looked at again, of any period; missing where none was drawn.
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
    drawn: DrawnAudits | None


@dataclass(frozen=True)
class DrawnAudits:
    """Completed audits drawn to be looked at again: `drawn` of so many, `looked` at in the period, `held`."""

    audit_type: str
    months: int
    completed: int
    drawn: int
    looked: int
    held: int


@once
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
        drawn=_drawn(store),
    )


def _drawn(store: PeriodStore) -> DrawnAudits | None:
    """What became of the audits that were drawn to be looked at again."""
    views = [view for view in store.draws if store.framework.looks_again(view.audit_type)]
    asked = views[0].plan.from_audited if views else None
    if asked is None:
        return None
    first = store.table("draw").set_index("draw_id")["covers_from"].loc[views[0].draw_ids[0]]
    before = store.audits[
        (store.audits["audit_type"] == asked.audit_type) & (store.audits["audited_on"] < first)
    ]
    newest = before.sort_values(["audited_on", "audit_id"]).drop_duplicates("case_id", keep="last")
    mine = newest[newest["case_id"].isin(views[0].responses["case_id"])]
    again = store.in_period(store.table("moderation"), "moderated_on")
    again = again[again["audit_id"].isin(mine["audit_id"])].drop_duplicates("audit_id", keep="last")
    return DrawnAudits(
        audit_type=asked.audit_type,
        months=asked.within_months,
        completed=len(views[0].eligible),
        drawn=len(views[0].responses),
        looked=len(again),
        held=int((again["audit_grade"] == again["moderated_grade"]).sum()),
    )


@dataclass(frozen=True)
class Compared:
    """Audits of one type set beside earlier ones of another type, of the same cases, with another tool.

    `pairs` counts cases graded both ways; `agreement` is a result, as of `qaf_lib.analysis.agreement`.
    """

    label: str
    pairs: int
    agreement: pd.DataFrame


@once
def tools_compared_of(store: PeriodStore) -> list[Compared]:
    """For each audit type that looks again at another's cases: how far the two grades agree.

    A case counts with its last audit of each type up to the period's end; the second falls in the period.
    """
    labels = store.framework.audit_labels
    found = []
    for kind in store.framework.audit_types:
        if kind.looks_again_at is None:
            continue
        first = _last_graded(store.audits, kind.looks_again_at)
        pairs = first.merge(_last_graded(store.audits_of_period, kind.name), on="case_id")
        pairs = pairs.set_axis(["case_id", "audit_grade", "moderated_grade"], axis="columns")
        table = agreement(
            pairs=pairs, grades=store.framework.scale.grades, blind=True, table_id=f"agree_{kind.name}"
        )
        found.append(Compared(f"{kind.label}, beside {labels[kind.looks_again_at]}", len(pairs), table))
    return found


def _last_graded(audits: pd.DataFrame, kind: str) -> pd.DataFrame:
    mine = audits[(audits["audit_type"] == kind) & audits["overall_grade"].notna()]
    last = mine.sort_values("audited_on", kind="stable").drop_duplicates("case_id", keep="last")
    return last[["case_id", "overall_grade"]]


def _posts(store: PeriodStore, moderations: pd.DataFrame) -> pd.DataFrame:
    """Each audit with each post that moderated it, once."""
    posts = moderations["moderator_id"].map(store.role_of).astype("string").fillna(_NO_POST)
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


_COLUMNS = ["audited_in", "audits", "wanted", "drawn", "others", "moderated_in", "state"]


def moderated_by_month(store: PeriodStore) -> pd.DataFrame:
    """A row for each month of audits whose moderation falls in the period, empty where none is asked for.

    `audited_in` is the month's first day, `audits` its graded audits, `wanted` the random share of them;
    `drawn` were moderated at random and `others` for another reason by the end of `moderated_in`, the month
    after. `state` is "met", "partly met" or "not met"; "not due" where no audit was made.
    """
    rule = store.framework.moderation
    if rule is None or rule.every != "month" or "every" not in rule.model_fields_set or not rule.random_share:
        return pd.DataFrame(columns=_COLUMNS)
    rows, month = [], add_months(store.span.start.replace(day=1), -1)
    while add_months(month, 2) <= store.span.end + timedelta(days=1):
        rows.append(_of_month(store, month, rule.random_share))
        month = add_months(month, 1)
    return pd.DataFrame(rows, columns=_COLUMNS)


def _of_month(store: PeriodStore, month: date, share: float) -> dict[str, object]:
    after, end = add_months(month, 1), add_months(month, 2) - timedelta(days=1)
    graded = store.audits[store.audits["overall_grade"].notna()]
    audits = graded[_between(graded["audited_on"], month, after - timedelta(days=1))]
    looked = store.table("moderation").merge(audits[["audit_id"]], on="audit_id")
    looked = looked[_between(looked["moderated_on"], month, end)]
    drawn = set(looked.loc[looked["why"] == "random", "audit_id"])
    wanted = ceil(share * len(audits) - 1e-9)
    state = "not met" if not drawn else "met" if len(drawn) >= wanted else "partly met"
    return {
        "audited_in": pd.Timestamp(month),
        "audits": len(audits),
        "wanted": wanted,
        "drawn": len(drawn),
        "others": len(set(looked["audit_id"]) - drawn),
        "moderated_in": pd.Timestamp(after),
        "state": state if wanted else "not due",
    }


def _between(days: pd.Series, first: date, last: date) -> pd.Series:
    return days.between(pd.Timestamp(first), pd.Timestamp(last)).fillna(False).astype(bool)
