"""How audits were made: how far back they looked, who took part, and whether what they found lasted."""

from __future__ import annotations

import pandas as pd

from qaf_lib.display.sections.section import Section, nothing
from qaf_lib.display.tables import Column, Table, share_table, wide_table
from qaf_lib.period import OpenPeriod
from qaf_lib.period.look_back import STATES, WITHIN_DAYS, LookBack
from qaf_lib.period.sustained import COURSES

__all__ = ["lasted", "look_back", "took_part"]


def look_back(period: OpenPeriod) -> Section:
    """Whether auditors looked back as far as the framework asks, and further only with a reason."""
    found = period.look_back
    asked = [one for one in found if one.months is not None]
    parts: list[object] = [_windows(asked)] if asked else []
    parts += [
        share_table(
            one.questions,
            caption=f"{one.label}: audits that look back as far as a question asks",
            row_heading="Question",
        )
        for one in found
        if len(one.questions)
    ]
    return Section(parts)


def _windows(asked: list[LookBack]) -> Table:
    """What became of the window, a row for each type that asks for one."""
    labels = {one.label: f"{one.label} ({one.months} months)" for one in asked}
    return wide_table(
        pd.concat([one.states for one in asked], ignore_index=True),
        caption="How far back auditors looked",
        row_heading="Audit type (and how far back it asks)",
        columns=[
            Column("Audits", "kept", "cases"),
            *(Column(state[:1].upper() + state[1:], state, "count") for state in STATES),
            Column("Share kept", "kept", "share"),
        ],
        labels=labels,
        note=f"Kept: the window begins within {WITHIN_DAYS} days of the day asked for.",
    )


def lasted(period: OpenPeriod) -> Section:
    """Whether cases kept, reached or lost the headline band from one audit to the next."""
    table, band = period.sustained, period.framework.scale.headline.label
    if table.empty:
        return nothing("No case of this period was audited before with a grade, so nothing can have lasted.")
    words = period.framework.words
    return Section(
        [
            wide_table(
                table,
                caption=f"From one audit of a {words.case} to the next: {band}",
                row_heading=f"{words.cases[:1].upper()}{words.cases[1:]}",
                columns=[
                    *(Column(course.capitalize(), course, "count") for course in COURSES),
                    Column("Audited twice", "held", "cases"),
                ],
                note=f"Held: {band} in both audits. Many looked at again after a low grade do better "
                "by chance alone.",
            )
        ]
    )


def took_part(period: OpenPeriod) -> Section:
    """By audit type: in how many audits the worker and the family took part."""
    table, words = period.took_part, period.framework.words
    if table.empty:
        return nothing("The records do not say who took part in audits.")
    columns = [
        Column(f"{words.worker.capitalize()} took part", "worker", "count"),
        Column(f"{words.worker.capitalize()}: recorded in", "worker", "cases"),
        Column(f"Views of the {words.family} sought", "family", "count"),
        Column(f"{words.family.capitalize()}: recorded in", "family", "cases"),
    ]
    return Section(
        [wide_table(table, caption="Who took part in audits", row_heading="Audit type", columns=columns)]
    )
