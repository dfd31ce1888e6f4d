"""The period's moderation stage by stage: how far audits came, by whom, and how often a grade was kept."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis import agreement
from qaf_lib.analysis.moderation_stages import STAGE_STATES, stage_states, standing_grades
from qaf_lib.analysis.results import results_table
from qaf_lib.period.store import PeriodStore

__all__ = ["Staged", "stages_not_kept", "stages_of", "standing_moderations"]


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
