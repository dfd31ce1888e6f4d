"""The programme of work, what is due by role, and the calendar of reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from qaf_lib.display.passages import Note
from qaf_lib.display.tables import Table, count_table, plain_table
from qaf_lib.display.tables.table import plain_cells, records_of
from qaf_lib.display.words import are, count_of, count_words, long_date, often_words
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.cover import Section, nothing
from qaf_lib.pages.programme.answers import Block, days_after
from qaf_lib.pages.programme.calendar import asked_several_times, standing_of


def blocks(period: OpenPeriod) -> Section:
    """Planned work in the framework's blocks, with its columns."""
    found = period.programme.blocks
    if all(block.projects.empty for block in found):
        return nothing("No programme of projects came with the records of this council.")
    many = sum(len(block.projects) for block in found)
    work = are(many, "piece of work is", "pieces of work are")
    told = Note(
        f"{work} in the period's programme, on the days planned. A dash: not in the records sent, or free "
        "text, which no page shows."
    )
    return Section([told, *(_block(block, f"programme_{block.block}", block.label) for block in found)])


def _block(block: Block, table_id: str, caption: str) -> Table:
    return plain_table(block.projects, table_id=table_id, caption=caption, missing="–")


def next_period(period: OpenPeriod) -> Section:
    """The programme of the period that follows, in the framework's blocks and columns."""
    found = period.programme
    first, last = (long_date(day) for day in found.next_days)
    planned = sum(len(block.projects) for block in found.next_blocks)
    told = Note(
        f"{count_words(planned)} {'piece of work is' if planned == 1 else 'pieces of work are'} listed for "
        f"{first} to {last}: work dated or coming round "
        "then, or without a day, samples to draw, and audits that the framework asks of a post or body. "
        "The vault's folder documents has the same as a workbook."
    )
    blocks = [
        _block(block, f"programme_next_{block.block}", f"{block.label}, {first} to {last}")
        for block in found.next_blocks
        if len(block.projects)
    ]
    return Section([told, *blocks])


def audits(period: OpenPeriod) -> Section:
    """Audits done in the period, by type and by how the case was selected."""
    table = period.programme.audits
    if table.empty:
        return nothing("No audit was made in the period.")
    note = (
        f"Estimates rest on {period.framework.words.audits} drawn at random; those chosen are counted apart."
    )
    counted = count_table(
        table,
        caption="Audits made in the period, by how each came up",
        row_heading="Audit type",
        note=note if period.store.draws else "",
    )
    return Section([Note(_made(period)), counted])


def _made(period: OpenPeriod) -> str:
    """How many audits were made, and how many of them looked again at a case audited before."""
    made = period.store.audits_of_period
    again = int(made["reaudit_of"].notna().sum())
    words = are(len(made), "audit was", "audits were")
    beside = (
        f"; {count_words(again)} of them looked again at an earlier audit, as chosen: the page on re-audit "
        "also has those taken again by chance"
        if again
        else ""
    )
    return f"{words} made in the period{beside}."


def meetings(period: OpenPeriod) -> Section:
    """Meetings, scrutiny and visits due in the period; reports stand in their own calendar."""
    table = period.programme.coming
    if table.empty:
        return nothing("No meetings came with the records of this council.")
    return Section(
        [
            Note(_not_held(table)),
            plain_table(
                table,
                table_id="programme_meetings",
                caption="Meetings, scrutiny and visits due in the period",
                headings={
                    "kind": "What",
                    "by_post": "Held by",
                    "due": "Due",
                    "held": "Held",
                    "late": "Of these late",
                    "missing": "Not on record",
                    "last_held": "Last held",
                },
                missing="–",
                note="A meeting of a duty is counted as the duty is: a half-yearly or yearly one over its "
                "half year or year. A dash: no number is given, it is not due yet, or none is on record.",
            ),
        ]
    )


def _not_held(table: pd.DataFrame) -> str:
    """How many meetings, scrutiny and visits that were due are not on record, and how many came late."""
    due, late = table.loc[table["missing"].notna(), "due"].sum(), int(table["late"].sum())
    came = f"{count_words(late) if late else 'none'} came late"
    missing = count_of(int(table["missing"].sum()), int(due))
    return f"{missing} meetings, scrutiny and visits due are not on record; {came}."


def outline(period: OpenPeriod) -> Section:
    """A form for a new piece of work: the headings of the framework's outline paper, ready to fill in."""
    headings = period.programme.outline
    if not headings:
        return Section([])
    form = Table(
        table_id="programme_outline",
        caption="Outline paper for a new piece of work",
        headings=("Heading", "To be filled in"),
        rows=tuple((heading, "") for heading in headings),
        note="Copy it, fill it in and take it to those who agree new work. Name nobody.",
        folded=True,
    )
    counts = period.programme.new_work.set_index("row_key")["x"]
    agreed, waits = (count_words(int(count)) for count in counts)
    told = [
        Note(
            "Who asks for an audit or other new work fills in this form; the vault has it as a workbook. Of "
            f"the pieces of work on record, {agreed} are agreed and {waits} proposed, waiting for a yes."
        ),
    ]
    return Section([*told, form])


_STATES = ("met", "partly met", "not met", "on track", "behind", "on record", "nothing on record")
_UNDER_WAY = ("on track", "behind")


def due(period: OpenPeriod) -> Section:
    """Duties due in the period by who holds them, how they stand, and what falls due next."""
    table = period.calendar.due
    if table.empty:
        return Section([])
    rows = plain_cells(table)
    form = Table(
        table_id="programme_due",
        caption=f"Duties due from {long_date(period.span.start)} to {long_date(period.span.end)}, by post",
        headings=("Who", "Due", "How they stand", "Without a number", "Falls due next"),
        rows=tuple(
            (
                row["who"],
                count_words(row["duties"]),
                _states(row),
                count_words(row["unnumbered"]),
                _next(row),
            )
            for row in rows
        ),
        note=(
            "A duty without a number is asked as needed and has no day. A duty of several posts is counted "
            "once. What is met already for this year falls due in the next. The practice page has each duty "
            "with what was expected and done."
        ),
        records=tuple(
            {
                "Who": row["who"],
                "Due": row["duties"],
                "How they stand": _states(row),
                **{state.capitalize(): row[state] for state in _STATES},
                "Without a number": row["unnumbered"],
                "Falls due next": row["next"],
                "Next due on": row["next_due"],
            }
            for row in records_of(table)
        ),
        numeric=frozenset({1, 3}),
    )
    return Section([Note(_in_words(rows, _met(period)), "lead"), form])


def _met(period: OpenPeriod) -> int:
    """Duties that are met, due or not, each once."""
    counts = period.duties.states.query("row_key == 'all' and measure == 'met'")["x"]
    return int(counts.sum())


def _in_words(rows: Sequence[Mapping[str, Any]], met: int) -> str:
    """How those due stand, and how many others were met before their day."""
    due = sum(row["duties"] for row in rows)
    were = are(due, "duty was due", "duties were due")
    counts = {state: sum(row[state] for row in rows) for state in _STATES if state not in _UNDER_WAY}
    stand = ", ".join(f"{count_words(count)} {state}" for state, count in counts.items() if count)
    ahead = met - counts["met"]
    more = f" {are(ahead, 'more is', 'more are')} met before the day." if ahead else ""
    return f"{were} in the period{f': {stand}' if stand else ''}.{more}"


def _states(row: Mapping[str, Any]) -> str:
    """Those due, then those whose year is not over."""
    due, running = (
        ", ".join(f"{count_words(row[state])} {state}" for state in states if row[state])
        for states in ([state for state in _STATES if state not in _UNDER_WAY], _UNDER_WAY)
    )
    return "; ".join([due or "none due", *([f"not yet due: {running}"] if running else [])])


def _next(row: Mapping[str, Any]) -> str:
    return "no day" if row["next_due"] is None else f"{long_date(row['next_due'])}: {row['next']}"


def reports(period: OpenPeriod) -> Section:
    """Every report the framework asks for: by whom, to whom, how often, and when it falls due."""
    table = period.calendar.reports
    if table.empty:
        return Section([])
    several, before = asked_several_times(period.store), _last_before(period)
    of = {
        duty.label: f" ({several[duty.duty_id]})"
        for duty in period.framework.duties
        if duty.duty_id in several
    }
    headings = (
        "Report",
        "Made by",
        "Goes to",
        "How often",
        "Due in the period",
        "Recorded",
        "Falls due next",
    )
    rows = tuple(
        (
            row["report"],
            row["made_by"] or "–",
            row["goes_to"] or "–",
            often_words(row["times"], row["every"]) if row["every"] else "as needed",
            _day(row["due_on"], "not due"),
            _day(row["held_on"], before.get(row["report"], "none in the period")) + of.get(row["report"], ""),
            _day(row["next_due"], "no day"),
        )
        for row in plain_cells(table)
    )
    shown = Table(
        table_id="programme_reports",
        caption="Calendar of reports, by the day each falls due next",
        headings=headings,
        rows=rows,
        note=(
            "A year is the financial year unless the framework says otherwise; a report without a named "
            "month is due by its year's end; one met already for this year falls due by the end of the next. "
            "Recorded: the last day in the period that the duty log names for the report, or for the "
            "meeting, visit or scrutiny that it is for, else the last before it, which may lie in the year "
            "or half year that is asked for. In brackets: how many came of those asked."
        ),
        records=tuple(
            dict(zip(headings, row, strict=True))
            | {"Made by": days["made_by"], "Goes to": days["goes_to"], "Due in the period": days["due_on"]}
            | {"Recorded on": days["held_on"], "Falls due next": days["next_due"]}
            for row, days in zip(rows, records_of(table), strict=True)
        ),
    )
    due = int(table["due_on"].notna().sum())
    asked = are(len(table), "report is", "reports are")
    first = plain_cells(table)[0]
    then = f" Next: {first['report']}, by {long_date(first['next_due'])}." if first["next_due"] else ""
    lead = Note(f"{asked} asked for, {count_words(due)} of them in the period.{then}")
    return Section([lead, shown, *_standing(period)])


def _last_before(period: OpenPeriod) -> dict[str, str]:
    """What to say of each report that the duty log has before the period and not in it."""
    events = period.store.table("duty_event")
    before = (events["held_on"] < pd.Timestamp(period.span.start)).fillna(False).astype(bool)
    last = events[before].groupby("duty_id")["held_on"].max()
    duties = period.framework.duties
    shown_by = {name: duty.duty_id for duty in duties for name in duty.shown_by}
    logged = {duty.label: [duty.duty_id] for duty in duties} | {
        report.label: [report.name, own, shown_by.get(own, own)]
        for report in period.framework.reports
        for own in [f"report_{report.name}"]
    }
    days = {label: last.reindex(names).max() for label, names in logged.items()}
    return {
        label: f"none in the period, the last on {long_date(day)}"
        for label, day in days.items()
        if pd.notna(day)
    }


def _standing(period: OpenPeriod) -> list[object]:
    """What lasts for some months once earned, and when it runs out."""
    table = standing_of(period.store)
    if table.empty:
        return []
    rows = tuple(
        (row["label"], row["of"], _day(row["granted_on"], "not on record"), *_until(period, row["runs_out"]))
        for row in plain_cells(table)
    )
    headings = ("What", "Held by", "Last granted", "Runs out", "State")
    return [
        Table(
            table_id="programme_standing",
            caption=f"What is held for a time, at {long_date(period.span.end)}",
            headings=headings,
            rows=rows,
            note="It runs out on the day named; soon means before the next period ends.",
            records=tuple(
                dict(zip(headings, row, strict=True))
                | {"Last granted": days["granted_on"], "Runs out": days["runs_out"]}
                for row, days in zip(rows, records_of(table), strict=True)
            ),
        )
    ]


def _until(period: OpenPeriod, day: Any) -> tuple[str, str]:
    if day is None:
        return "–", "not on record"
    ends, now, soon = pd.Timestamp(day).date(), period.span.end, days_after(period.span)[1]
    state = "run out" if ends < now else "runs out soon" if ends <= soon else "held"
    return long_date(day), state


def _day(day: Any, missing: str) -> str:
    return missing if day is None else long_date(day)
