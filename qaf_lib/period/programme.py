"""The period's programme: work planned, and audits asked for against audits done."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis.results import results_table
from qaf_lib.period.store import PeriodStore

__all__ = ["Programme", "programme_of"]


@dataclass(frozen=True)
class Programme:
    """`projects` lists planned work by block; `audits` counts the period's audits by type and selection.

    `coming` lists meetings, reports and other duties due in the period, with the day they were held.
    """

    projects: pd.DataFrame
    audits: pd.DataFrame
    coming: pd.DataFrame


def programme_of(store: PeriodStore) -> Programme:
    """The programme of the period."""
    projects = store.table("project").sort_values(["block", "on", "title"], ignore_index=True)
    events = store.table("duty_event")
    meetings = store.in_period(
        events[events["kind"].isin(["meeting", "report", "scrutiny", "visit"])], "due_on"
    )
    return Programme(
        projects=projects[["block", "title", "on", "frequency", "officer_post"]],
        audits=_audits(store),
        coming=meetings.sort_values(["due_on", "kind"], ignore_index=True)[
            ["kind", "by_post", "due_on", "held_on"]
        ],
    )


def _audits(store: PeriodStore) -> pd.DataFrame:
    labels = {kind.name: kind.label for kind in store.framework.audit_types}
    counted = store.audits_of_period.groupby(["audit_type", "selection"], sort=True).size()
    return results_table(
        {
            "table_id": "programme_audits",
            "row_key": labels.get(kind, kind),
            "measure": selection.replace("_", " "),
            "x": int(count),
            "method": "full count",
        }
        for (kind, selection), count in counted.items()
    )
