"""What the figures rest on: rows read and set aside, and the readings assumed."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.pages.store import PeriodStore, once

_EFFECTS = {"set_aside": "row set aside", "warn": "row kept"}


@dataclass(frozen=True)
class Quality:
    """Rows read, rows set aside, and what was assumed.

    `counts` has rows read, set aside and left out by table and source; `faults` counts rows by source,
    column, rule and what became of them; `assumptions` has name, reading and because; `allowances` the
    tables with more set aside than usual.
    """

    counts: pd.DataFrame
    faults: pd.DataFrame
    assumptions: pd.DataFrame
    allowances: pd.DataFrame


@once
def quality_of(store: PeriodStore) -> Quality:
    """Data quality and assumptions of the period."""
    found = store.table("faults").assign(effect=store.table("faults")["effect"].map(_EFFECTS))
    faults = found.groupby(["source", "table", "column", "rule", "effect"], sort=True).size()
    assumptions = [
        {"name": assumed.name, "reading": assumed.reading, "because": assumed.because}
        for assumed in store.framework.assumptions
    ]
    allowances = [
        {"table": table, "at_most": allowance.at_most, "because": allowance.because}
        for table, allowance in store.parameters.set_aside.items()
    ]
    return Quality(
        counts=store.table("counts"),
        faults=faults.rename("rows").reset_index(),
        assumptions=pd.DataFrame(assumptions, columns=["name", "reading", "because"]),
        allowances=pd.DataFrame(allowances, columns=["table", "at_most", "because"]),
    )
