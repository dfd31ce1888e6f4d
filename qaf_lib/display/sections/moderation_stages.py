"""Moderation in stages: how far audits came, in which order, and how often a stage kept the grade."""

from __future__ import annotations

from qaf_lib.display.tables import count_table, share_table
from qaf_lib.period.moderation_stages import Staged

__all__ = ["stage_tables"]

_NOTE = (
    "Of the audits of the period that were moderated at all. A stage is left out where a later one was done "
    "without it. Two stages on one day are in order. The last stage's grade stands, and an audit counts once "
    "in everything else on this page."
)


def stage_tables(found: Staged | None) -> list[object]:
    """The tables of the stages; none where the framework names no stages."""
    if found is None:
        return []
    return [
        count_table(
            found.counts,
            caption="Stages of moderation",
            row_heading="Stage",
            labels=found.labels,
            measure_labels={"done": "done in order"},
            note=_NOTE,
        ),
        share_table(
            found.agreement,
            caption="Grades that each stage kept",
            row_heading="Stage",
            labels=found.labels,
            note="Each stage beside the grade that it looked at.",
        ),
    ]
