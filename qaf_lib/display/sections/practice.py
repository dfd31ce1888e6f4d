"""Coverage and deadlines: full counts, so without intervals."""

from __future__ import annotations

import pandas as pd

from qaf_lib.display.passages import Note
from qaf_lib.display.sections.duties import MISSING
from qaf_lib.display.sections.section import Section, nothing, only
from qaf_lib.display.tables import count_table, share_table
from qaf_lib.display.words import count_words, long_date
from qaf_lib.period import OpenPeriod
from qaf_lib.period.practice import Reached

__all__ = ["coverage", "coverage_in_short", "deadlines"]

_THINGS = {
    "audit": ("audit", "audits"),
    "observation": ("observation", "observations"),
    "supervision": ("supervision meeting", "supervision meetings"),
    "pdr": ("appraisal", "appraisals"),
}


def coverage(period: OpenPeriod) -> Section:
    """Who should be reached this year, who has been, the pace needed and whether there are hours for it."""
    if not period.practice.coverage:
        return nothing("The framework names no coverage to count, or the council sent no staff table.")
    parts: list[object] = []
    for rule in period.practice.coverage:
        parts.append(
            share_table(
                rule.by_service,
                caption=f"{rule.label}, at {long_date(period.span.end)}",
                row_heading="Service",
                labels={"all": "all services"},
                note=f"A full count: no interval. The year ends on {long_date(rule.ends)}.",
            )
        )
        parts += [Note(line) for line in _pace(rule)]
    return Section([*parts, Note(MISSING)])


def coverage_in_short(period: OpenPeriod) -> Section:
    """Each coverage rule in a line, and what audits are still to be made this year."""
    rules = period.practice.coverage
    if not rules:
        return nothing("The framework names no coverage to count, or the council sent no staff table.")
    table = share_table(
        period.practice.in_short,
        caption=f"Coverage at {long_date(period.span.end)}",
        row_heading="Who is to be reached",
        labels={rule.name: rule.label for rule in rules},
        note="Full counts: no intervals. The practice page has them by service, with the pace needed.",
    )
    audits = [line for rule in rules if rule.counts == "audit" for line in _pace(rule)]
    return Section([table, *[Note(line) for line in audits]])


def _pace(rule: Reached) -> list[str]:
    """What reaching everybody by the year's end takes, and whether the auditors' hours allow it."""
    if rule.pace.empty:
        return []
    pace = only(rule.pace, "a_month")
    to_do = count_words(pace["x"])
    if pace["x"] == 0:
        return ["Everybody is reached for this year."]
    if rule.months_left == 0:
        return [f"The year is over; not done: {_things(rule, pace['x'])}."]
    lines = [
        f"To reach all by {long_date(rule.ends)}: {_things(rule, pace['estimate'])} a month with "
        f"{count_words(rule.months_left)} {'month' if rule.months_left == 1 else 'months'} left, "
        f"{to_do} in all."
    ]
    return lines + _hours(rule) if rule.counts == "audit" else lines


def _things(rule: Reached, count: float) -> str:
    one, several = _THINGS[rule.counts]
    return f"{count_words(round(count))} {one if round(count) == 1 else several}"


def _hours(rule: Reached) -> list[str]:
    needed, there = only(rule.pace, "hours_needed")["estimate"], only(rule.pace, "hours_there")["estimate"]
    took = f"At {rule.hours_each:g} hours each, as assumed, that takes {count_words(round(needed))} hours"
    if pd.isna(there):
        return [f"{took}; the staff table names no hours that auditors have."]
    enough = "enough" if there >= needed else "not enough, so not all can be reached at this pace"
    return [f"{took}; the auditors in post have {count_words(round(there))}: {enough}."]


def deadlines(period: OpenPeriod) -> Section:
    """Deadlines in working days, and what must be recorded of every audit."""
    found = period.practice
    if not found.deadline_labels and not found.follow_up_labels:
        return nothing(
            "The framework names no deadline in working days and nothing to record of every audit."
        )
    parts: list[object] = []
    if found.deadline_labels:
        parts.append(
            count_table(
                found.deadlines,
                caption="Deadlines of the period, in England's working days",
                row_heading="Deadline",
                labels=found.deadline_labels,
                note="Counted for everything of the period that falls under the deadline.",
            )
        )
    if found.follow_up_labels:
        parts.append(
            share_table(
                found.follow_ups,
                caption="What must be recorded of every audit",
                row_heading="Recorded",
                labels=found.follow_up_labels,
                note="A full count of the period's audits; no number of days is given.",
            )
        )
    alert = Note("This table alerts nobody. Tell the manager of a case that worries you now.", "warning")
    return Section([*parts, alert])
