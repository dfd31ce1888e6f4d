"""Duties by role, coverage and deadlines, and what did not happen as the framework asks."""

from __future__ import annotations

import pandas as pd

from qaf_lib.display.passages import Note
from qaf_lib.display.tables import count_table, share_table
from qaf_lib.display.tables.duties import duty_table
from qaf_lib.display.words import count_of, count_words, long_date
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.cover import Section, in_the_vault, nothing, only
from qaf_lib.pages.practice.coverage import CoverageCount

_MEANING = (
    "Full counts of what the records show, so without intervals. Met, partly met and not met are said only "
    "where the framework or a reading named as assumed gives a number; on track and behind hold what was "
    "done against the part of the year that is over. A duty without a number says what is on record, be it "
    "the holders' own or, where it says so, records of others alone. "
    "Nothing on record means that no record says whether it was done, not that it was not."
)
_COLUMNS = (
    "Holders: posts that owe it, or the {teams}, localities or people for each of whom it is owed. Reached: "
    "those of them with a record. Records: all that the log and the audits hold of it in the time counted, "
    "weeks from Monday to Sunday in the period that they end in; how it stands counts no more "
    "of them than each holder and each week, month or quarter asks, so that one too many makes good for "
    "no other. A dash: counted by a rule of its own, where expected are the people, {cases} or records that "
    "the rule is about; of actions, those due by the period's last day, whenever they were begun."
)
MISSING = f"{in_the_vault('who or what is still missing')} This page alerts nobody."
"""Where the restricted lists are."""


def in_short(period: OpenPeriod) -> Section:
    """How many duties are in each state, by who holds them."""
    found = period.duties
    if found.duties.empty:
        return Section([])
    table = count_table(
        found.states,
        caption="Duties by who holds them and state",
        row_heading="Who holds them",
        labels={"all": "all, each duty once"},
        note=_MEANING,
    )
    return Section([Note(_words(period), "lead"), table])


def _words(period: OpenPeriod) -> str:
    rows = period.duties.states.query("row_key == 'all' and x > 0")
    duties = count_words(period.duties.duties["same_as"].isna().sum())
    parts = [f"{count_words(row.x)} {row.measure}" for row in rows.itertuples()]
    return f"{duties} duties: {', '.join(parts)}."


def by_role(period: OpenPeriod) -> Section:
    """Each duty of each role and how it stands; posts and boards with one duty each in one table."""
    found = period.duties
    if found.duties.empty:
        return Section([])
    single = found.duties["who"].map(found.duties["who"].value_counts()).eq(1)
    groups = [(f"Duties of {who}", part) for who, part in found.duties[~single].groupby("who", sort=False)]
    if single.any():
        groups.append(("Duties of boards and posts with one duty each", found.duties[single]))
    tables = [
        duty_table(duties, found.counts, found.shown, table_id=f"duties_{number}", caption=caption)
        for number, (caption, duties) in enumerate(groups, start=1)
    ]
    words = period.framework.words
    columns = _COLUMNS.format(cases=words.cases, teams=words.teams)
    return Section([Note(columns), *tables, *_made_by_the_kit(period), Note(MISSING)])


def _made_by_the_kit(period: OpenPeriod) -> list[object]:
    """Reports that the kit has ready and that no entry says were given to anybody."""
    states = period.duties.duties.set_index("duty_id")["state"]
    ready = {f"report_{one.name}": one.label for one in period.framework.reports if not one.is_form}
    waiting = [
        ready[name]
        for duty in period.framework.duties
        for name in duty.shown_by
        if name in ready and states[duty.duty_id] in ("not met", "nothing on record")
    ]
    if not waiting:
        return []
    named = "; ".join(dict.fromkeys(waiting))
    return [
        Note(
            f"Ready to be given, on the page of reports in the framework's order: {named}. Each counts here "
            "once the duty log has the day on which it was given."
        )
    ]


_NOTE = (
    "A full count. What the year asks is counted here once the year is over. Where fewer records came than "
    "are asked for, it may be the record that is missing and not the work. Counted are who may audit, "
    "moderation, concerns, deadlines, gaps, lists and duties with a number of their own. Not counted: rules "
    "of which no record came at all, numbers that the framework does not name and that are assumed here, "
    "and what must be recorded of an audit, actions, training, surveys, figures and answers: the table "
    "of duties has these."
)


def broken(period: OpenPeriod) -> Section:
    """Each rule that the records do not show as kept, with how often; lists by reference lie in the vault."""
    found = period.breaches
    untold = _not_told(found.not_told)
    if found.counts.empty:
        words = "The records show nothing in the period that went against a rule of the framework."
        return Section([*nothing(words).parts, *untold])
    rules, times = len(found.counts), int(found.counts["x"].sum())
    often = "once" if times == 1 else f"{count_words(times)} times in all"
    lead = f"Of the rules counted here the records fall short of {count_words(rules)}, {often}."
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


MEASURES = {"covered": "as often as the whole year asks", "so_far": "as often as the year so far asks"}
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
        found = [table for table in (rule.so_far_by_service, rule.by_service) if len(table)]
        parts.append(
            share_table(
                pd.concat(found, ignore_index=True).assign(table_id=f"coverage_{rule.name}"),
                caption=f"{_named(rule)}, at {long_date(period.span.end)}",
                row_heading=period.framework.words.service.capitalize(),
                labels={"all": f"all {period.framework.words.services}"},
                measure_labels=MEASURES,
                note=f"{_counted_over(rule)}{_of_open(rule, period)}",
            )
        )
        parts += [Note(line) for line in _pace(rule)]
    return Section([*parts, *_trained(period), Note(MISSING)])


def _counted_over(rule: CoverageCount) -> str:
    """What is closed or moved is counted of the period, everything else of the year."""
    if rule.counts == "audit" and rule.pace.empty:
        return "A full count of what was closed or moved in the period: no interval."
    return f"A full count: no interval. The year ends on {long_date(rule.ends)}."


def _of_open(rule: CoverageCount, period: OpenPeriod) -> str:
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
    """How many groups were reached as often as asked, and each coverage rule in a line."""
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
    return Section([Note(_reached(period.practice.in_short)), table])


def _reached(counted: pd.DataFrame) -> str:
    """Of how many groups everybody was reached."""
    whole = int((counted["x"] == counted["n"]).sum())
    if len(counted) == 1:
        row = counted.iloc[0]
        return f"{count_of(int(row['x']), int(row['n']))} were reached as the framework asks."
    return (
        f"{count_words(len(counted))} groups are to be reached as often as the framework, or a number "
        "assumed for it, asks. So far "
        f"{_of_them(whole)} reached in full; the practice page has each."
    )


def _of_them(count: int) -> str:
    return f"{count_words(count)} of them are" if count > 1 else f"{count or 'none'} of them is"


def _not_counted(period: OpenPeriod) -> Section:
    if not period.framework.coverage:
        return Section([])
    return nothing("No staff table came with the records of this council, so nobody can be counted.")


def _named(rule: CoverageCount) -> str:
    """The rule's words, marked where its number is not the framework's own."""
    return rule.label if rule.assumed is None else f"{rule.label} (number assumed)"


def _so_far(rule: CoverageCount) -> list[str]:
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


def _pace(rule: CoverageCount) -> list[str]:
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


def _things(rule: CoverageCount, count: float) -> str:
    one, several = _THINGS[rule.counts]
    return f"{count_words(round(count))} {one if round(count) == 1 else several}"


def _hours(rule: CoverageCount) -> list[str]:
    needed, there = only(rule.pace, "hours_needed")["estimate"], only(rule.pace, "hours_there")["estimate"]
    took = f"At {rule.hours_each:g} hours each, as assumed, that takes {count_words(round(needed))} hours"
    if pd.isna(there):
        return [f"{took}; the staff table names no hours that auditors have."]
    enough = "enough" if there >= needed else "not enough, so not all can be reached at this pace"
    return [f"{took}; the auditors in post have {count_words(round(there))}: {enough}."]


_BY_SUPERVISION = (
    " By the next supervision: by the day of the first one on record after it of the person it was about; "
    "late was talked through after one had passed; no start recorded, where the log names no person or has "
    "no supervision of the person at all."
)


def deadline_names(period: OpenPeriod) -> dict[str, str]:
    """Label of each deadline, and that its days are assumed where they are."""
    found = period.practice
    days = [rule.name for rule in period.framework.deadlines if rule.by != "next_supervision"]
    return {
        name: f"{label} (days assumed)" if name in found.assumed and name in days else label
        for name, label in found.deadline_labels.items()
    }


def deadlines(period: OpenPeriod) -> Section:
    """Deadlines, and what must be recorded of every audit."""
    found = period.practice
    if not found.deadline_labels and not found.follow_up_labels:
        return Section([])
    parts: list[object] = []
    met = any(rule.by == "next_supervision" for rule in period.framework.deadlines)
    if found.deadline_labels:
        parts.append(
            count_table(
                found.deadlines,
                caption="Deadlines of the period",
                row_heading="Deadline",
                labels=deadline_names(period),
                note="Counted for everything of the period that falls under the deadline. Working days are "
                f"England's.{_BY_SUPERVISION if met else ''}",
            )
        )
    if found.follow_up_labels:
        parts.append(
            share_table(
                found.follow_ups,
                caption="What must be recorded of every audit",
                row_heading="Recorded",
                labels=found.follow_up_labels,
                note="A full count of the period's audits of the kinds it is asked of; no number of days is "
                "given. The vault's restricted lists follow_up name the audits without it.",
            )
        )
    alert = Note("This table alerts nobody. Tell the manager at once of what worries you now.", "warning")
    return Section([*parts, alert])
