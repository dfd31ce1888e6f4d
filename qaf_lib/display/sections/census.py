"""Lists of cases that must all be looked at, and how long people went without supervision."""

from __future__ import annotations

import pandas as pd

from qaf_lib.display.passages import Note
from qaf_lib.display.sections.duties import MISSING
from qaf_lib.display.sections.section import Section, only
from qaf_lib.display.tables import share_table
from qaf_lib.display.tables.duties import list_table
from qaf_lib.display.words import count_words
from qaf_lib.period import OpenPeriod
from qaf_lib.period.census import Listed

__all__ = ["gaps", "lists"]

_EVERY = {"week": "week", "month": "month", "quarter": "quarter", "half_year": "half year"}


def lists(period: OpenPeriod) -> Section:
    """Census lists: cases on each, those looked at, and the pace for the rest."""
    found = period.census
    if not found:
        return Section([])
    table = list_table(
        pd.concat([listed.counts for listed in found], ignore_index=True),
        caption="Lists that must be looked at whole",
        labels={listed.name: f"{listed.label} (every {_EVERY[listed.every]})" for listed in found},
        note="Full counts in calendar months; the pace is for doing the rest before the list is next gone "
        "through.",
    )
    whole = [listed.label for listed in found if listed.as_a_list]
    told = (
        [Note(f"Seen from the duty log as gone through as a whole, not one by one: {'; '.join(whole)}.")]
        if whole
        else []
    )
    return Section([table, *told, *_boundaries(found), *_not_known(found), Note(MISSING)])


def _boundaries(found: list[Listed]) -> list[object]:
    readings = dict.fromkeys(listed.reading for listed in found if listed.reading)
    return (
        [Note(f"Assumed, because the framework does not say: {' '.join(map(str, readings))}")]
        if readings
        else []
    )


def _not_known(found: list[Listed]) -> list[object]:
    unknown = max((listed.unknown for listed in found if listed.unknown is not None), default=0)
    told = f"Entries to care of the period of which nobody recorded whether they were planned: {unknown:,}."
    return [Note(told)] if unknown else []


def gaps(period: OpenPeriod) -> Section:
    """People never left longer than allowed, and the longest gap."""
    found = period.practice.gaps
    if not found:
        return Section([])
    parts: list[object] = []
    for gap in found:
        parts.append(
            share_table(
                gap.counts[gap.counts["measure"] != "longest"],
                caption=gap.label if gap.assumed is None else f"{gap.label} (days assumed)",
                row_heading="Rule",
                labels={gap.name: f"at most {count_words(gap.days)} days"},
                measure_labels={"within": "never longer", "over": "longer at least once"},
                note="A full count of the people to whom the rule applied in the period.",
            )
        )
        longest = only(gap.counts, "longest")
        if not gap.kept:
            parts.append(Note("No such event is recorded at all, so nothing can be said."))
        elif longest["mark"] == "" and pd.notna(longest["estimate"]):
            parts.append(Note(f"The longest gap was {count_words(round(longest['estimate']))} days."))
    return Section([*parts, Note(MISSING)])
