"""What has to be done: coverage of cases and people, longest gaps, and what must follow an audit."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis.deadlines import deadline_counts, deadline_states
from qaf_lib.analysis.results import results_table
from qaf_lib.errors import InputError
from qaf_lib.frameworks import Deadline
from qaf_lib.period.coverage import Reached, coverage_of
from qaf_lib.period.gaps import Gap, gaps_of
from qaf_lib.period.store import PeriodStore

__all__ = ["Practice", "Reached", "practice_of"]


@dataclass(frozen=True)
class Practice:
    """Coverage rules, longest gaps and deadlines of the framework, each as a full count.

    `follow_ups` counts of how many audits of the period a thing was recorded that must be recorded of each.
    """

    coverage: list[Reached]
    gaps: list[Gap]
    deadlines: pd.DataFrame
    deadline_labels: dict[str, str]
    follow_ups: pd.DataFrame
    follow_up_labels: dict[str, str]


def practice_of(store: PeriodStore) -> Practice:
    """Every coverage rule, longest gap and deadline that the framework names and the records can answer."""
    deadlines = store.framework.deadlines
    tables = [_deadline(store, deadline) for deadline in deadlines]
    return Practice(
        coverage=coverage_of(store),
        gaps=gaps_of(store),
        deadlines=pd.concat(tables, ignore_index=True) if tables else results_table([]),
        deadline_labels={deadline.name: deadline.label for deadline in deadlines},
        follow_ups=_follow_ups(store),
        follow_up_labels={rule.name: rule.label for rule in store.framework.follow_ups},
    )


def _deadline(store: PeriodStore, deadline: Deadline) -> pd.DataFrame:
    items = _items(store, deadline)
    for name in (deadline.from_event, deadline.to_event):
        if name not in items:
            raise InputError(f"deadline {deadline.name}: {deadline.of} has no column {name!r}.")
    if deadline.of == "duty_event":
        items = store.in_period(items, deadline.from_event)
    states = deadline_states(
        started_on=items[deadline.from_event],
        done_on=items[deadline.to_event],
        working_days=deadline.working_days,
        as_at=store.span.end,
    )
    return deadline_counts(states=states, table_id="practice_deadlines", row_key=deadline.name)


def _items(store: PeriodStore, deadline: Deadline) -> pd.DataFrame:
    """What the deadline is about: audits or feedback of the period, or events of the duty log."""
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


def _follow_ups(store: PeriodStore) -> pd.DataFrame:
    rows = []
    for rule in store.framework.follow_ups:
        audits = store.audits_of_period
        if rule.audit_types:
            audits = audits[audits["audit_type"].isin(rule.audit_types)]
        n, x = len(audits), int(audits[rule.event].notna().sum())
        counted = {
            "x": x,
            "n": n,
            "population": n,
            "estimate": x / n if n else None,
            "mark": "" if n else "z",
        }
        rows.append({"table_id": "follow_ups", "row_key": rule.name, "measure": "recorded", **counted})
    return results_table({**row, "method": "full count", "speaks_of": "these_cases"} for row in rows)
