"""Rules broken in the period: how often each, never by whom."""

from __future__ import annotations

from qaf_lib.display.passages import Note
from qaf_lib.display.sections.duties import MISSING
from qaf_lib.display.sections.section import Section, nothing
from qaf_lib.display.tables import count_table
from qaf_lib.display.words import count_words
from qaf_lib.period import OpenPeriod

__all__ = ["broken"]

_NOTE = (
    "A full count. What the year asks counts as broken once the year is over; what no record shows is not "
    "counted as broken."
)


def broken(period: OpenPeriod) -> Section:
    """Each rule that was broken, with how often; the lists by reference lie in the vault."""
    found = period.breaches
    if found.counts.empty:
        return nothing("The records show no rule of the framework broken in the period.")
    rules, times = len(found.counts), count_words(int(found.counts["x"].sum()))
    counted = "1 rule" if rules == 1 else f"{count_words(rules)} rules"
    lead = f"The records show {counted} broken, {times} times in all."
    table = count_table(
        found.counts,
        caption="Rules of the framework broken in the period",
        row_heading="Rule",
        labels=found.labels,
        measure_labels={"times": "Times"},
        note=_NOTE,
    )
    return Section([Note(lead, "lead"), table, Note(MISSING)])
