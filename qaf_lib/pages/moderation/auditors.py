"""How much a grade depends on who audits, and audits by somebody whom the framework keeps from the case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from qaf_lib.analysis import Interval, krippendorff_alpha, leniency_spread
from qaf_lib.frameworks import Independence
from qaf_lib.pages.moderation.answers import standing_moderations
from qaf_lib.pages.store import PeriodStore, once
from qaf_lib.prepare import divisions_of
from qaf_lib.sampling import broken_rule, case_side, division_not_known

_CHANCE = 2604
"""Start of the chance that the interval of alpha is made with: the same store gives the same page."""


@dataclass(frozen=True)
class Leniency:
    """The spread between auditors over the twelve months to the end of the period.

    `spread` is a result table of figures over all auditors, with no row for any. `audits` counts audits
    moderated at random, `auditors` the people who made them, and `blind` says whether every moderator
    graded unseen. `alpha` is Krippendorff's, over the period's moderated audits, where one has more than
    two grades or lacks one; `raters` is the most grades that one audit has.
    """

    spread: pd.DataFrame
    audits: int
    auditors: int
    blind: bool
    alpha: Interval | None
    raters: int


@once
def leniency_of(store: PeriodStore) -> Leniency:
    """Leniency over a year of moderation at random, and agreement of more than two grades."""
    end = pd.Timestamp(store.span.end)
    start = end - pd.DateOffset(years=1)
    moderations = store.table("moderation")
    latest = standing_moderations(store)
    wanted = (latest["why"] == "random") & (latest["moderated_on"] > start) & (latest["moderated_on"] <= end)
    latest = latest[wanted.fillna(False).astype(bool)]
    pairs = latest.merge(store.audits[["audit_id", "auditor_id"]], on="audit_id")
    pairs = pairs.rename(columns={"auditor_id": "auditor"})[
        ["auditor", "audit_grade", "moderated_grade", "blind"]
    ].dropna(subset=["auditor", "audit_grade", "moderated_grade"])
    blind = bool(len(pairs)) and bool(pairs["blind"].fillna(False).all())
    spread = leniency_spread(
        pairs=pairs, grades=store.framework.scale.grades, blind=blind, table_id="moderation_leniency"
    )
    alpha, raters = _alpha(store, moderations)
    return Leniency(
        spread=spread,
        audits=len(pairs),
        auditors=pairs["auditor"].nunique(),
        blind=blind,
        alpha=alpha,
        raters=raters,
    )


def _alpha(store: PeriodStore, moderations: pd.DataFrame) -> tuple[Interval | None, int]:
    """Alpha over every grade that the period's moderated audits were given; None where each has just two."""
    of_period = moderations[moderations["audit_id"].isin(store.audits_of_period["audit_id"])]
    of_period = of_period.sort_values(["moderated_on", "seq"])
    turn = of_period.groupby("audit_id").cumcount()
    ratings = of_period.assign(turn=turn).pivot_table(
        index="audit_id", columns="turn", values="moderated_grade", aggfunc="first", dropna=False
    )
    first = of_period.drop_duplicates("audit_id").set_index("audit_id")["audit_grade"]
    ratings = ratings.reindex(first.index).assign(audit=first)
    given = ratings.notna().sum(axis=1)
    if given.empty or (ratings.shape[1] == 2 and (given == 2).all()):
        return None, int(given.max()) if len(given) else 0
    chance = np.random.default_rng(_CHANCE)
    found = krippendorff_alpha(ratings=ratings, grades=store.framework.scale.grades, rng=chance)
    return found, int(given.max())


def audits_not_independent(store: PeriodStore) -> pd.DataFrame:
    """`audit_id`, `auditor_id` and `rule` of audits of the period that break a rule, the first of each."""
    found = [
        audits[["audit_id", "auditor_id"]].assign(
            rule=broken_rule(audits=audits, auditors=auditors, rules=rules)
        )
        for audits, auditors, rules in _bound(store)
    ]
    if not found:
        return pd.DataFrame(columns=["audit_id", "auditor_id", "rule"])
    return pd.concat(found).dropna(subset="rule").reset_index(drop=True)


def audits_of_no_known_division(store: PeriodStore) -> int:
    """Audits of the period that must stay within a division, and of which it cannot be told (count)."""
    return sum(
        division_not_known(audits=audits, auditors=auditors, rules=rules)
        for audits, auditors, rules in _bound(store)
    )


def _bound(store: PeriodStore) -> Iterator[tuple[pd.DataFrame, pd.DataFrame, list[Independence]]]:
    """The audits of each type that has rules, with the case's team, their auditors, and the rules."""
    people = store.staff.drop_duplicates("staff_id").set_index("staff_id")
    divisions = divisions_of(store.teams)
    people = people[["role", "team_id", "service"]].assign(division=people["team_id"].map(divisions))
    for audit_type, audits in store.audits_of_period.groupby("audit_type", sort=True):
        rules = [rule for rule in store.framework.independence if audit_type in rule.audit_types]
        if not rules:
            continue
        auditors = people.reindex(audits["auditor_id"]).rename_axis("auditor_id").reset_index()
        cases = audits.assign(division=audits["team_id"].map(divisions))
        yield case_side(cases=cases, staff=store.staff), auditors, rules
