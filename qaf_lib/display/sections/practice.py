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

__all__ = ["MEASURES", "coverage", "coverage_in_short", "deadlines"]

MEASURES = {"covered": "as often as the year asks", "so_far": "as often as the year so far asks"}
"""Words for the measures of coverage."""

_THINGS = {
    "audit": ("audit", "audits"),
    "observation": ("observation", "observations"),
    "supervision": ("supervision meeting", "supervision meetings"),
    "pdr": ("appraisal", "appraisals"),
}


def coverage(period: OpenPeriod) -> Section:
    """Who should be reached this year, who has been, the pace needed and whether there are hours for it."""
    if not period.practice.coverage:
        return _not_counted(period)
    parts: list[object] = []
    for rule in period.practice.coverage:
        found = [table for table in (rule.by_service, rule.so_far_by_service) if len(table)]
        parts.append(
            share_table(
                pd.concat(found, ignore_index=True),
                caption=f"{_named(rule)}, at {long_date(period.span.end)}",
                row_heading=period.framework.words.service.capitalize(),
                labels={"all": f"all {period.framework.words.services}"},
                measure_labels=MEASURES,
                note=f"A full count: no interval. The year ends on {long_date(rule.ends)}."
                f"{_of_open(rule, period)}",
            )
        )
        parts += [Note(line) for line in _pace(rule)]
    return Section([*parts, *_trained(period), Note(MISSING)])


def _of_open(rule: Reached, period: OpenPeriod) -> str:
    """Why fewer were audited of those open than audits were made."""
    if rule.counts != "audit" or rule.pace.empty:
        return ""
    words = period.framework.words
    return (
        f" Counted of the {words.cases} open on that day, under the {words.service} of that day: one that "
        f"was audited and has closed or moved since is not in the row of the {words.service} that it was "
        "audited in."
    )


def _trained(period: OpenPeriod) -> list[object]:
    """Staff who should have a training, and how many of them have had it."""
    staff = [rule.name for rule in period.framework.trained if rule.who in ("staff", "everybody")]
    table = period.trained[period.trained["row_key"].isin(staff)]
    if table.empty:
        return []
    return [
        count_table(
            table.assign(table_id="trained_staff"),
            caption=f"Staff, and what each should have on record, at {long_date(period.span.end)}",
            row_heading="Who",
            labels={rule.name: rule.label for rule in period.framework.trained},
            measure_labels={"people": "In post", "trained": "Of these on record", "wanted": "Asked for"},
            note="Full counts. On record: with an entry of it in the duty log.",
        )
    ]


def coverage_in_short(period: OpenPeriod) -> Section:
    """Each coverage rule in a line, and what audits are still to be made this year."""
    rules = period.practice.coverage
    if not rules:
        return _not_counted(period)
    table = share_table(
        period.practice.in_short,
        caption=f"Coverage at {long_date(period.span.end)}",
        row_heading="Who is to be reached",
        labels={rule.name: _named(rule) for rule in rules},
        measure_labels=MEASURES,
        note="Full counts: no intervals. The practice page has more, with the pace needed.",
    )
    audits = [line for rule in rules if rule.counts == "audit" for line in _pace(rule)]
    return Section([table, *[Note(line) for line in audits]])


def _not_counted(period: OpenPeriod) -> Section:
    if not period.framework.coverage:
        return Section([])
    return nothing("No staff table came with the records of this council, so nobody can be counted.")


def _named(rule: Reached) -> str:
    """The rule's words, marked where its number is not the framework's own."""
    return rule.label if rule.assumed is None else f"{rule.label} (number assumed)"


def _so_far(rule: Reached) -> list[str]:
    """Whether what was done keeps up with the part of the year that is over."""
    found = rule.so_far
    if found is None or found.due == 0:
        return []
    stands = "On track" if found.done >= found.due else "Behind"
    words = f"{stands}: {_things(rule, found.due)} due by now, {count_words(found.done)} done"
    if found.asked:
        kept = f"{count_words(found.kept_pace)} of {count_words(found.asked)}"
        return [f"{words}; {kept} have had as many as the year so far asks of them."]
    return [f"{words}."]


def _pace(rule: Reached) -> list[str]:
    """What reaching everybody by the year's end takes, and whether the auditors' hours allow it."""
    if rule.pace.empty:
        return []
    pace = only(rule.pace, "a_month")
    to_do = count_words(pace["x"])
    if pace["x"] == 0:
        return ["Everybody is reached for this year."]
    if rule.months_left == 0:
        return [f"The year is over; not on record: {_things(rule, pace['x'])}."]
    lines = [
        *_so_far(rule),
        f"To reach all by {long_date(rule.ends)}: {_things(rule, pace['estimate'])} a month with "
        f"{count_words(rule.months_left)} {'month' if rule.months_left == 1 else 'months'} left, "
        f"{to_do} in all.",
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
    """Deadlines, and what must be recorded of every audit."""
    found = period.practice
    if not found.deadline_labels and not found.follow_up_labels:
        return Section([])
    parts: list[object] = []
    if found.deadline_labels:
        parts.append(
            count_table(
                found.deadlines,
                caption="Deadlines of the period",
                row_heading="Deadline",
                labels={
                    name: f"{label} (days assumed)" if name in found.assumed else label
                    for name, label in found.deadline_labels.items()
                },
                note="Counted for everything of the period that falls under the deadline. Working days are "
                "England's.",
            )
        )
    if found.follow_up_labels:
        parts.append(
            share_table(
                found.follow_ups,
                caption="What must be recorded of every audit",
                row_heading="Recorded",
                labels=found.follow_up_labels,
                note="A full count of the period's audits; no number of days is given. The vault's "
                "restricted lists follow_up name the audits without it.",
            )
        )
    alert = Note("This table alerts nobody. Tell the manager at once of what worries you now.", "warning")
    return Section([*parts, alert])
