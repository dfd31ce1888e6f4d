"""Duties by role, coverage and deadlines, and what did not happen as the framework asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from qaf_lib.counting import IN_TIME
from qaf_lib.display.passages import Note, Passage
from qaf_lib.display.tables import Table, count_table, share_table
from qaf_lib.display.tables.duties import duty_table
from qaf_lib.display.words import are, count_of, count_words, long_date
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.cover import Section, in_the_vault, nothing, only
from qaf_lib.pages.practice.coverage import CoverageCount

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
        duty_table(
            duties,
            found.counts,
            found.shown,
            words=period.framework.words,
            table_id=f"duties_{number}",
            caption=caption,
        )
        for number, (caption, duties) in enumerate(groups, start=1)
    ]
    return Section([*Section(tables).folded().parts, *_made_by_the_kit(period)])


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


def broken(period: OpenPeriod) -> Section:
    """Each rule that the records do not show as kept, who holds it and how often; lists lie in the vault."""
    found = period.breaches
    untold = _not_told(found.not_told)
    if found.counts.empty:
        words = "The records show nothing in the period that went against a rule of the framework."
        return Section([*nothing(words).parts, *untold, Note(MISSING)])
    rules, times = len(found.counts), int(found.counts["x"].sum())
    often = "once" if times == 1 else f"{count_words(times)} times in all"
    lead = (
        f"{count_words(rules)} {'rule is' if rules == 1 else 'rules are'} not on record as kept, {often}. "
        "Whoever is named beside a rule puts it right, or the record of it."
    )
    table = count_table(
        found.counts,
        caption="Each rule, who holds it, and how often",
        row_heading="Rule",
        labels=found.labels,
        measure_labels={"times": "Times"},
        note="A dash: no duty of the framework names who.",
    )
    named = _held_by(period)
    rows = zip(table.rows, found.counts["row_key"], strict=True)
    told = tuple((rule, named.get(str(key), "–"), count) for (rule, count), key in rows)
    shown = replace(
        table,
        headings=("Rule", "Who", "Times"),
        rows=told,
        records=tuple(
            {**record, "Who": who} for record, (_, who, _) in zip(table.records or (), told, strict=True)
        ),
        numeric=frozenset({2}),
        folded=False,
    )
    return Section([Note(lead, "lead"), shown, *untold, Note(MISSING)])


def _held_by(period: OpenPeriod) -> dict[str, str]:
    """Who holds each duty, and the duties that a rule counts, by the name of either."""
    found: dict[str, list[str]] = {}
    for duty in (one for one in period.framework.duties if one.same_as is None):
        for name in (duty.duty_id, *duty.shown_by):
            found.setdefault(name, []).append(duty.holder)
    return {name: "; ".join(dict.fromkeys(holders)) for name, holders in found.items()}


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
    """Who should be reached this year, how that stands, what is left to do, and whether there are hours."""
    rules, words = period.practice.coverage, period.framework.words
    if not rules:
        return _not_counted(period)
    tables = [
        share_table(
            pd.concat(
                [table for table in (rule.so_far_by_service, rule.by_service) if len(table)],
                ignore_index=True,
            ).assign(table_id=f"coverage_{rule.name}"),
            caption=f"{_named(rule)}, at {long_date(period.span.end)}",
            row_heading=words.service.capitalize(),
            labels={"all": f"all {words.services}"},
            measure_labels=MEASURES,
            note=f"{_counted_over(rule)}{_of_open(rule, period)}",
        )
        for rule in rules
    ]
    return Section(
        [
            Note(_in_words(rules), "lead"),
            _left_to_do(rules),
            *(Note(_hours(rule)) for rule in rules if rule.counts == "audit" and _to_do(rule)),
            *Section([*tables, *_trained(period)]).folded().parts,
        ]
    )


def _in_words(rules: Sequence[CoverageCount]) -> str:
    """How many groups are reached, on track and behind, and which are behind."""
    states = [_state(rule) for rule in rules]
    parts = []
    for state in dict.fromkeys(["reached in full", "on track", "behind", *states]):
        named = [rule.label for rule, one in zip(rules, states, strict=True) if one == state]
        which = f" ({'; '.join(named)})" if state not in ("reached in full", "on track") else ""
        parts += [f"{count_words(len(named))} {state}{which}"] if named else []
    groups = are(len(rules), "group is", "groups are")
    return f"{groups} to be reached: {', '.join(parts)}."


def _state(rule: CoverageCount) -> str:
    everybody, found = rule.by_service.iloc[0], rule.so_far
    if everybody["x"] == everybody["n"]:
        return "reached in full"
    if found is None or found.due == 0:
        return "not yet reached in full"
    return "on track" if found.done >= found.due else "behind"


def _left_to_do(rules: Sequence[CoverageCount]) -> Table:
    """Of each group: how many were reached, what is due and done by now, and what is left to do."""
    records = [_of_rule(rule) for rule in rules]
    monthly = [record["A month"] for record in records]
    return Table(
        table_id="coverage_left",
        caption="Who is to be reached, and what that still takes",
        headings=("Who", "Reached for the year", "By now", "Left to do", "A month"),
        rows=tuple(
            (
                _named(rule),
                count_of(record["Reached"], record["Of all"]),
                _by_now(rule),
                _left(rule),
                "–" if not _to_do(rule) or not rule.months_left else count_words(round(a_month)),
            )
            for rule, record, a_month in zip(rules, records, monthly, strict=True)
        ),
        records=tuple(records),
        numeric=frozenset({1, 4}),
        folded=False,
    )


def _of_rule(rule: CoverageCount) -> dict[str, Any]:
    everybody, found = rule.by_service.iloc[0], rule.so_far
    pace = rule.pace.set_index("measure")["estimate"].dropna().to_dict() if len(rule.pace) else {}
    return {
        "Who": _named(rule),
        "Reached": int(everybody["x"]),
        "Of all": int(everybody["n"]),
        "Due by now": found.due if found else None,
        "Done by now": found.done if found else None,
        "Had their part by now": found.kept_pace if found else None,
        "Of whom": found.asked if found else None,
        "Left to do": _to_do(rule) if len(rule.pace) else None,
        "Held with no observation before": rule.too_late,
        "Year ends": rule.ends.isoformat(),
        "A month": pace.get("a_month"),
        "Auditor hours needed": pace.get("hours_needed"),
        "Auditor hours there": pace.get("hours_there"),
    }


def _by_now(rule: CoverageCount) -> str:
    """What was done and what is due by now, and how many have had their own part of it."""
    found = rule.so_far
    if found is None or found.due == 0:
        return "–"
    words = f"{count_words(found.done)} done, {count_words(found.due)} due"
    if found.asked:
        words += f"; {count_of(found.kept_pace, found.asked)} have had their part"
    return words


def _to_do(rule: CoverageCount) -> int:
    return int(only(rule.pace, "a_month")["x"]) if len(rule.pace) else 0


def _left(rule: CoverageCount) -> str:
    """What is left for the year, and what came too early to count."""
    late = f"{_things(rule, rule.too_late)} held with no observation before" if rule.too_late else ""
    if rule.pace.empty:
        return "–"
    left = f"{_things(rule, _to_do(rule))} by {long_date(rule.ends)}" if _to_do(rule) else "none"
    return "; ".join(part for part in (left, late) if part)


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
    labels = {rule.name: rule.label for rule in period.framework.trained}
    counts = table.set_index(["row_key", "measure"])["x"]
    shares = {name: counts[name, "trained"] / max(counts[name, "people"], 1) for name in staff}
    lowest = min(shares, key=lambda name: shares[name])
    least = f"{labels[lowest]}, {count_of(counts[lowest, 'trained'], counts[lowest, 'people'])}"
    whole = sum(counts[name, "trained"] == counts[name, "people"] for name in staff)
    lead = (
        f"{least}."
        if len(staff) == 1
        else f"Of {count_words(len(staff))} things that staff should have on record {count_words(whole)} "
        f"{'is' if whole == 1 else 'are'} complete; the lowest: {least}."
    )
    return [
        Note(lead),
        count_table(
            table.assign(table_id="trained_staff"),
            caption=f"Staff, and what each should have on record, at {long_date(period.span.end)}",
            row_heading="Who",
            labels=labels,
            measure_labels={"people": "In post", "trained": "Of these on record", "wanted": "Asked for"},
            note="Full counts. On record: with an entry of it in the duty log.",
        ),
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


def _things(rule: CoverageCount, count: int) -> str:
    one, several = _THINGS[rule.counts]
    return f"{count_words(count)} {one if count == 1 else several}"


def _hours(rule: CoverageCount) -> str:
    """Whether the auditors' hours allow what is left for the year."""
    needed, there = only(rule.pace, "hours_needed")["estimate"], only(rule.pace, "hours_there")["estimate"]
    took = (
        f"{rule.label}: what is left takes {count_words(round(needed))} hours, at {rule.hours_each:g} hours "
        "each, as assumed"
    )
    if pd.isna(there):
        return f"{took}; the staff table names no hours that auditors have."
    enough = "enough" if there >= needed else "not enough, so not all can be reached at this pace"
    return f"{took}; the auditors in post have {count_words(round(there))}: {enough}."


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
    parts: list[object] = []
    met = any(rule.by == "next_supervision" for rule in period.framework.deadlines)
    if found.deadline_labels:
        parts += [
            Note(_kept(found.deadlines), "lead"),
            count_table(
                found.deadlines,
                caption="Deadlines of the period",
                row_heading="Deadline",
                labels=deadline_names(period),
                note=f"Working days are England's.{_BY_SUPERVISION if met else ''}",
            ),
        ]
    if found.follow_up_labels:
        parts.append(
            share_table(
                found.follow_ups,
                caption=f"What must be recorded of every {period.framework.words.audit}",
                row_heading="Recorded",
                labels=found.follow_up_labels,
                note=f"Of the period's {period.framework.words.audits} of the kinds it is asked of. Lists in "
                'the vault (folder "restricted") name those without it.',
            )
        )
    return Section(parts)


def _kept(counted: pd.DataFrame) -> str:
    """How much of what was due was done in time, and of how much that cannot be told."""
    counts = counted.groupby("measure")["x"].sum()
    kept, untold = int(counts.reindex(IN_TIME).fillna(0).sum()), int(counts["no start recorded"])
    due = int(counts.sum() - counts["not yet due"]) - untold
    words = (
        f"{count_of(kept, due)} deadlines that fell due were kept."
        if due
        else "No deadline fell due in the period."
    )
    return f"{words} For {count_words(untold)} more no start is recorded." if untold else words


def method(period: OpenPeriod) -> Section:
    """What the states and columns of duties mean, and which rules are counted as not kept."""
    if period.duties.duties.empty:
        return Section([])
    words = period.framework.words
    return Section(
        [
            Passage(
                [
                    "Everything here is a full count of what the records show, so without intervals. Where "
                    "a record is missing the work may still have been done.",
                    "Met, partly met and not met are said only where the framework, or a reading marked as "
                    "assumed, gives a number; on track and behind compare what was done with the part of "
                    "the year that is over. On record: no number is given, and there are records, of the "
                    "holders or, where it says so, of others alone. Nothing on record: no record says "
                    "whether it was done, not that it was not.",
                    f"Holders: posts that owe a duty, or the {words.teams}, localities or people for each of "
                    "whom it is owed. Reached: those of them with a record. Records: all that the log and "
                    "the audits hold of it in the time counted, weeks from Monday to Sunday in the period "
                    "that they end in; one too many makes good for no other holder, week, month or quarter. "
                    f"A dash: counted by a rule of its own, where expected are the people, {words.cases} or "
                    "records that the rule is about; of actions, those due by the period's last day.",
                    "Rules not on record as kept are those on who may audit, moderation, concerns, "
                    "deadlines, gaps, lists and duties with a number of their own; what a year asks counts "
                    "once the year is over. What the framework gives no number for, what has no record at "
                    "all, and what must be recorded of an audit, actions, training, surveys, figures and "
                    "answers stand in the tables of duties alone.",
                ]
            )
        ]
    )
