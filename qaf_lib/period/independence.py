"""Audits by somebody whom the framework keeps from the case, and those of which it cannot be told."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from qaf_lib.analysis.independence import broken_independence, division_not_known
from qaf_lib.frameworks import Independence
from qaf_lib.period.store import PeriodStore
from qaf_lib.rounds import divisions_of

__all__ = ["audits_not_independent", "audits_of_no_known_division"]


def audits_not_independent(store: PeriodStore) -> pd.DataFrame:
    """`audit_id`, `auditor_id` and `rule` of audits of the period, each once, under the first rule broken."""
    found = [
        broken_independence(
            audits=audits,
            staff=store.staff,
            mode=rule.mode,
            not_own_case=rule.not_own_case,
            not_own_team=rule.not_own_team,
            not_own_service=rule.not_own_service,
            divisions=divisions_of(store.teams) if rule.within_division else None,
        )
        for rule, audits in _bound(store)
    ]
    if not found:
        return pd.DataFrame(columns=["audit_id", "auditor_id", "rule"])
    return pd.concat(found, ignore_index=True).drop_duplicates("audit_id")


def audits_of_no_known_division(store: PeriodStore) -> int:
    """Audits of the period that must stay within a division, and of which it cannot be told (count)."""
    return sum(
        division_not_known(audits=audits, staff=store.staff, divisions=divisions_of(store.teams))
        for rule, audits in _bound(store)
        if rule.within_division
    )


def _bound(store: PeriodStore) -> Iterator[tuple[Independence, pd.DataFrame]]:
    """Each rule with the audits of the period that it binds."""
    people = store.staff.drop_duplicates("staff_id").set_index("staff_id")
    for rule in store.framework.independence:
        audits = store.audits_of_period
        audits = audits[audits["audit_type"].isin(rule.audit_types)]
        if rule.roles:
            held = audits["auditor_id"].map(people["role"])
            audits = audits[held.isin(rule.roles).fillna(False).astype(bool)]
        yield rule, audits
