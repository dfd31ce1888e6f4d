"""Duties of posts that nobody holds."""

from __future__ import annotations

import pandas as pd

from qaf_lib.check.table import CheckTable
from qaf_lib.period.store import PeriodStore

__all__ = ["duties_nobody_holds"]


def duties_nobody_holds(store: PeriodStore) -> list[CheckTable]:
    """Posts that the framework gives duties and the staff table does not know; none without a staff table."""
    if store.staff.empty:
        return []
    held = set(store.staff["role"])
    rows = [
        {"duty": duty.duty_id, "post": role, "what": duty.label}
        for duty in store.framework.duties
        for role in [*duty.roles, *duty.subject_roles]
        if role not in held
    ]
    return (
        [CheckTable("Duties of posts that nobody in the staff table holds", pd.DataFrame(rows))]
        if rows
        else []
    )
