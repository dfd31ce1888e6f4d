"""What must be recorded of audits without a number of days, audit by audit, as their grades ask."""

from __future__ import annotations

import pandas as pd

from qaf_lib.frameworks import FollowUp
from qaf_lib.period.store import PeriodStore

__all__ = ["followed_up"]


def followed_up(store: PeriodStore, rule: FollowUp) -> pd.DataFrame:
    """The audits of the period that a rule is about, each with whether it is `recorded`.

    An audit is followed up by a post where the escalation table has a row of it, told to one of the rule's
    posts.
    """
    audits = store.audits_of_period
    if rule.audit_types:
        audits = audits[audits["audit_type"].isin(rule.audit_types)]
    if rule.grades:
        audits = audits[audits["overall_grade"].isin(rule.grades)]
    if rule.event != "escalation":
        return audits.assign(recorded=audits[rule.event].notna())
    told = store.table("escalation").dropna(subset=["told_at"])
    if rule.by_posts:
        told = told[told["told_post"].isin(rule.by_posts)]
    return audits.assign(recorded=audits["audit_id"].isin(told["audit_id"]))
