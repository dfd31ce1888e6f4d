"""What has to be done: coverage of cases and people, longest gaps, and what must follow an audit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis.deadlines import deadline_counts
from qaf_lib.analysis.results import counted_share, results_table
from qaf_lib.frameworks import Deadline, Framework
from qaf_lib.period.coverage import Reached, coverage_of
from qaf_lib.period.deadlines import deadline_items
from qaf_lib.period.follow_ups import followed_up
from qaf_lib.period.gaps import Gap, gaps_of
from qaf_lib.period.store import PeriodStore

__all__ = ["Practice", "Reached", "practice_of"]


@dataclass(frozen=True)
class Practice:
    """Coverage rules, longest gaps and deadlines of the framework, each as a full count.

    `in_short` has each coverage rule's total: while its year runs that of the year so far where it asks
    for any (measure `so_far`). `assumed` names, by rule, the assumption that its number rests on.
    `follow_ups` counts of how many audits of the period a thing was recorded that must be recorded of each.
    """

    coverage: list[Reached]
    in_short: pd.DataFrame
    gaps: list[Gap]
    deadlines: pd.DataFrame
    deadline_labels: dict[str, str]
    follow_ups: pd.DataFrame
    follow_up_labels: dict[str, str]
    assumed: dict[str, str]


def practice_of(store: PeriodStore) -> Practice:
    """Every coverage rule, longest gap and deadline that the framework names and the records can answer."""
    deadlines = store.framework.deadlines
    tables = [_deadline(store, deadline) for deadline in deadlines]
    coverage = coverage_of(store)
    tables_so_far = {rule.name: rule.so_far_by_service for rule in coverage if len(rule.so_far_by_service)}
    totals = [
        tables_so_far.get(rule.name, rule.by_service)
        .iloc[[0]]
        .assign(table_id="coverage_in_short", row_key=rule.name)
        for rule in coverage
    ]
    return Practice(
        coverage=coverage,
        in_short=pd.concat(totals, ignore_index=True) if totals else results_table([]),
        gaps=gaps_of(store),
        deadlines=pd.concat(tables, ignore_index=True) if tables else results_table([]),
        deadline_labels={deadline.name: deadline.label for deadline in deadlines},
        follow_ups=_follow_ups(store),
        follow_up_labels={rule.name: rule.label for rule in store.framework.follow_ups},
        assumed=dict(_assumed(store.framework)),
    )


def _assumed(rules: Framework) -> Iterator[tuple[str, str]]:
    """Rules whose number is the kit's reading, with the assumption it rests on."""
    yield from ((rule.name, rule.assumed) for rule in rules.coverage if rule.assumed)
    yield from ((rule.name, rule.assumed) for rule in rules.deadlines if rule.assumed)


def _deadline(store: PeriodStore, deadline: Deadline) -> pd.DataFrame:
    items = deadline_items(store, deadline)
    return deadline_counts(
        states=items["state"],
        table_id="practice_deadlines",
        row_key=deadline.name,
        extended=deadline.extension_working_days is not None,
    )


def _follow_ups(store: PeriodStore) -> pd.DataFrame:
    rows = []
    for rule in store.framework.follow_ups:
        audits = followed_up(store, rule)
        key = {"table_id": "follow_ups", "row_key": rule.name, "measure": "recorded"}
        rows.append(counted_share(**key, x=int(audits["recorded"].sum()), n=len(audits)))
    return results_table(rows)
