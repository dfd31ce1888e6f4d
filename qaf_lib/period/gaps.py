"""Rules on how long a person may go without supervision or observation."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis.gaps import gap_counts, longest_gaps
from qaf_lib.frameworks import LongestGap
from qaf_lib.period.store import PeriodStore

__all__ = ["Gap", "gaps_of", "people_over"]


@dataclass(frozen=True)
class Gap:
    """One rule: its words, the days allowed and a result table of people within, over and the longest gap.

    `kept` says whether any such event is recorded at all; without one nothing can be said. `assumed` names
    the assumption that the days rest on, where the framework names none.
    """

    name: str
    label: str
    days: int
    kept: bool
    counts: pd.DataFrame
    assumed: str | None


def gaps_of(store: PeriodStore) -> list[Gap]:
    """Every rule of the framework on longest gaps, where there is a staff table."""
    if store.staff.empty:
        return []
    return [
        Gap(
            name=rule.name,
            label=rule.label,
            days=rule.days,
            kept=bool(len(_events(store, rule))),
            counts=gap_counts(gaps=_gaps(store, rule), table_id=f"gap_{rule.name}", row_key=rule.name),
            assumed=rule.assumed,
        )
        for rule in store.framework.longest_gaps
    ]


def people_over(store: PeriodStore) -> dict[str, pd.DataFrame]:
    """Those left longer than allowed under each rule, by pseudonym; for restricted lists only."""
    if store.staff.empty:
        return {}
    found = {f"gap_{rule.name}": _gaps(store, rule) for rule in store.framework.longest_gaps}
    return {name: gaps[gaps["over"]].reset_index(drop=True) for name, gaps in found.items()}


def _gaps(store: PeriodStore, rule: LongestGap) -> pd.DataFrame:
    staff = store.staff[store.staff["role"].isin(rule.roles)] if rule.roles else store.staff
    until = staff["left_on"]
    if rule.of == "newly_qualified":
        staff = staff[staff["newly_qualified_until"].notna()]
        until = staff[["newly_qualified_until", "left_on"]].min(axis=1)
    people = pd.DataFrame({"id": staff["staff_id"], "started_on": staff["started_on"], "until": until})
    return longest_gaps(
        people=people,
        events=_events(store, rule),
        days=rule.days,
        start=store.span.start,
        end=store.span.end,
    )


def _events(store: PeriodStore, rule: LongestGap) -> pd.DataFrame:
    events = store.table("duty_event").query("kind == @rule.event")
    return events.rename(columns={"subject_id": "id", "held_on": "on"})[["id", "on"]]
