"""What falls under a deadline in the period, and whether it was done in time."""

from __future__ import annotations

import pandas as pd

from qaf_lib.analysis.deadlines import deadline_states, due_days
from qaf_lib.errors import InputError
from qaf_lib.frameworks import Deadline
from qaf_lib.period.store import PeriodStore

__all__ = ["deadline_items"]


def deadline_items(store: PeriodStore, deadline: Deadline) -> pd.DataFrame:
    """Audits, feedback or events of the period that a deadline is about, each with its `state`.

    Raises
    ------
    InputError
        If the deadline names a day that the table does not have.
    """
    items = _items(store, deadline)
    for name in (deadline.from_event, deadline.to_event):
        if name not in items:
            raise InputError(f"deadline {deadline.name}: {deadline.of} has no column {name!r}.")
    if deadline.of == "duty_event":
        items = store.in_period(items, deadline.from_event)
    allowed = deadline.extension_working_days
    states = deadline_states(
        done_on=items[deadline.to_event],
        due_on=due_days(started_on=items[deadline.from_event], working_days=deadline.working_days),
        as_at=store.span.end,
        extended_to=items["extended_to"] if allowed else None,
        extension_working_days=allowed or 0,
    )
    return items.assign(state=states)


def _items(store: PeriodStore, deadline: Deadline) -> pd.DataFrame:
    """All of them, of the period where the table has a day of its own."""
    if deadline.of == "audit":
        items, kind = store.audits_of_period, "audit_type"
    elif deadline.of == "feedback":
        items, kind = store.in_period(store.table("feedback"), "received_on"), "kind"
    else:
        items, kind = store.table("duty_event"), "kind"
    if deadline.kinds:
        items = items[items[kind].isin(deadline.kinds)]
    if deadline.grades:
        items = items[items["overall_grade"].isin(deadline.grades)]
    return items
