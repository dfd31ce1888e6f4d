"""Whether what an audit's grade or a serious concern asks for was done, one by one."""

from __future__ import annotations

import pandas as pd

from qaf_lib.analysis.escalations import escalation_states
from qaf_lib.analysis.moderation_due import moderation_due
from qaf_lib.frameworks import Moderation
from qaf_lib.period.store import PeriodStore

__all__ = ["states_of_concerns", "states_of_moderation"]


def states_of_concerns(store: PeriodStore) -> pd.DataFrame | None:
    """Each step of the concerns that audits of the period found; None without a ladder or without any."""
    ladder = store.framework.escalation
    concerns = store.table("escalation").merge(store.audits_of_period[["audit_id"]], on="audit_id")
    if ladder is None or concerns.empty:
        return None
    allowed = {tier.tier: tier.working_days for tier in ladder.tiers}
    return escalation_states(escalations=concerns, working_days=allowed, as_at=store.span.end)


def states_of_moderation(store: PeriodStore) -> pd.DataFrame | None:
    """Each audit of the period whose grade asks for moderation; None where no rule asks for any.

    Where the framework has stages an audit is moderated once the last one is done.
    """
    rules = store.framework.moderation
    if rules is None:
        return None
    moderations = store.table("moderation")
    if rules.stages:
        moderations = moderations[moderations["stage"].eq(rules.stages[-1].name).fillna(False).astype(bool)]
    return moderation_due(
        audits=store.audits_of_period,
        moderations=moderations,
        trigger_grades=rules.trigger_grades,
        before_submission=rules.before_submission,
        roles=store.role_of,
        by_roles=_may_moderate(rules) if len(store.staff) else [],
        as_at=store.span.end,
    )


def _may_moderate(rules: Moderation) -> list[str]:
    """Roles that may make the moderation that counts: of the last stage, where that names any."""
    return (rules.stages[-1].by_roles if rules.stages else []) or rules.by_roles
