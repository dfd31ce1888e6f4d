"""The words that a period's pages write of themselves: what equals one of them identifies nobody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qaf_lib.period.store import PeriodStore

__all__ = ["own_words"]


def own_words(store: PeriodStore) -> set[str]:
    """Every label of the framework, and the names of teams, services, roles, statuses, strata and draws."""
    columns = [
        (store.teams, ["team_id", "name", "service", "locality"]),
        (store.staff, ["role", "service"]),
        (store.table("case"), ["service", "status", "age_band", "gender", "ethnicity_group"]),
        (store.table("draw"), ["draw_id", "design"]),
        (store.table("draw_stratum"), ["stratum"]),
    ]
    named = {
        str(word) for table, names in columns for name in names for word in table[name].dropna().unique()
    }
    told = {store.parameters.council, store.parameters.period}
    return named | told | set(_texts(store.framework.model_dump()))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
