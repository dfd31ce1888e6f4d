"""Which of the framework's sources of evidence fed this period, and which sent nothing."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis.results import results_table
from qaf_lib.dates import parse_period
from qaf_lib.frameworks import Source
from qaf_lib.period.store import PeriodStore

__all__ = ["Evidence", "evidence_of", "in_days"]

_DAYS = {
    "audit": ("audited_on", "audit_type"),
    "moderation": ("moderated_on", "why"),
    "duty_event": ("held_on", "kind"),
    "feedback": ("received_on", "kind"),
    "action": ("board_agreed_on", "source"),
    "project": ("on", "block"),
    "escalation": ("found_at", None),
}
"""The day of each table by which it belongs to a period, and the column that its kinds stand in."""
_ID = {"duty_event": "duty_id", "feedback": "instrument", "indicator": "indicator_id"}
"""The column of each table that a source's `of` names rows by."""


@dataclass(frozen=True)
class Evidence:
    """The framework's sources: `sources` has one row each, `counts` (a result) their rows of the period.

    `sources` has `name`, `label`, `evidence` (quantitative, qualitative or impact), `state` ("fed", "nil
    return" or "outside the records") and `newest`, the newest day of the period on record.
    """

    sources: pd.DataFrame
    counts: pd.DataFrame


def evidence_of(store: PeriodStore) -> Evidence:
    """Every source that the framework names."""
    found = [_source(store, source) for source in store.framework.sources]
    columns = ["name", "label", "evidence", "state", "newest", "rows"]
    table = pd.DataFrame(found, columns=columns).astype({"newest": "datetime64[ns]"})
    return Evidence(
        sources=table.drop(columns="rows"),
        counts=results_table(
            {"table_id": "evidence_sources", "row_key": name, "measure": "rows", "x": rows, "method": state}
            for name, rows, state in zip(table["name"], table["rows"], table["state"], strict=True)
        ),
    )


def _source(store: PeriodStore, source: Source) -> dict[str, object]:
    common = {"name": source.name, "label": source.label, "evidence": source.evidence}
    if source.table is None:
        return {**common, "state": "outside the records", "newest": pd.NaT, "rows": None}
    days = in_days(store, source)
    state = "fed" if len(days) else "nil return"
    return {**common, "state": state, "newest": days.max() if len(days) else pd.NaT, "rows": len(days)}


def in_days(store: PeriodStore, source: Source, *, ever: bool = False) -> pd.Series:
    """The days of a source's rows that belong to the period; with `ever`, of all up to its end."""
    known = store.table(str(source.table))
    if source.of:
        known = known[known[_ID[str(source.table)]].isin(source.of)]
    if source.table == "indicator":
        if not ever:
            known = known[known["period"] == store.span.label]
        ends = [parse_period(str(label)).end for label in known["period"]]
        days = pd.Series(pd.to_datetime(ends), index=known.index, dtype="datetime64[ns]")
    else:
        day, kind = _DAYS[str(source.table)]
        if source.kinds and kind:
            known = known[known[kind].isin(source.kinds)]
        days = pd.to_datetime(known[day]).dt.normalize()
    first, last = pd.Timestamp(store.span.start), pd.Timestamp(store.span.end)
    there = (days <= last) & (ever | (days >= first))
    return days[there.fillna(False).astype(bool)]
