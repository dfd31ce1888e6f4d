"""What did not happen as the framework asks: how often under each rule, never by whom."""

from __future__ import annotations

from qaf_lib.display.passages import Note
from qaf_lib.display.sections.duties import MISSING
from qaf_lib.display.sections.section import Section, nothing
from qaf_lib.display.tables import count_table
from qaf_lib.display.words import count_words
from qaf_lib.period import OpenPeriod

__all__ = ["broken"]

_NOTE = (
    "A full count. What the year asks is counted here once the year is over. Where fewer records came than "
    "are asked for, it may be the record that is missing and not the work. Not counted: rules of which no "
    "record came at all, and numbers that the framework does not name and that are assumed here."
)


def broken(period: OpenPeriod) -> Section:
    """Each rule that the records do not show as kept, with how often; lists by reference lie in the vault."""
    found = period.breaches
    untold = _not_told(found.not_told)
    if found.counts.empty:
        words = "The records show nothing in the period that went against a rule of the framework."
        return Section([*nothing(words).parts, *untold])
    rules, times = len(found.counts), int(found.counts["x"].sum())
    counted = "1 rule" if rules == 1 else f"{count_words(rules)} rules"
    often = "once" if times == 1 else f"{count_words(times)} times in all"
    lead = f"Of {counted} the records do not show all that the framework asks, {often}."
    table = count_table(
        found.counts,
        caption="What the records do not show as the framework asks",
        row_heading="Rule",
        labels=found.labels,
        measure_labels={"times": "Times"},
        note=_NOTE,
    )
    return Section([Note(lead, "lead"), table, *untold, Note(MISSING)])


def _not_told(audits: int) -> list[Note]:
    if not audits:
        return []
    return [
        Note(
            f"Of {count_words(audits)} {'audit' if audits == 1 else 'audits'} it cannot be told whether the "
            "auditor stayed within the own part of the council, because one of the two is not recorded; this "
            "is not counted above."
        )
    ]
