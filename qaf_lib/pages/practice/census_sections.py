"""Lists that must be looked at whole, places that must be reached, and how long people went without."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from qaf_lib.display.passages import Note
from qaf_lib.display.tables import Table, count_table, plain_table, share_table
from qaf_lib.display.tables.duties import list_table
from qaf_lib.display.words import count_of, count_words, long_date
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.cover import Section, only
from qaf_lib.pages.practice.answers import BANDS, drift_bands, places_of
from qaf_lib.pages.practice.census import Listed
from qaf_lib.pages.practice.coverage import Gap

_PLANS = {"cin": "In need", "cp": "On a protection plan", "cla": "In care"}
_EVERY = {"week": "week", "month": "month", "quarter": "quarter", "half_year": "half year"}


def lists(period: OpenPeriod) -> Section:
    """Census lists: cases on each, those looked at, and the pace for the rest."""
    found = period.census
    if not found:
        return Section([*_how_long(period)])
    table = list_table(
        pd.concat([listed.counts for listed in found], ignore_index=True),
        caption="Cases on each list, and those looked at",
        labels={listed.name: f"{listed.label} (every {_EVERY[listed.every]})" for listed in found},
        note="Full counts in calendar months; the pace is for doing the rest before the list is next gone "
        "through. Each list stands whole in the vault's folder restricted.",
    )
    whole = [listed.label for listed in found if listed.as_a_list]
    told = (
        [Note(f"Seen from the duty log as gone through as a whole, not one by one: {'; '.join(whole)}.")]
        if whole
        else []
    )
    lead = Note(_looked_at(found), "lead")
    return Section([lead, table, *told, *_boundaries(found), *_not_known(found), *_how_long(period)])


def _looked_at(found: list[Listed]) -> str:
    """How many lists were looked at whole, and of how many nothing can be said."""
    rows = [only(listed.counts, "looked_at") for listed in found]
    known = [row for row in rows if row["mark"] == ""]
    whole = sum(row["x"] == row["n"] for row in known)
    words = f"{count_words(whole)} of {count_words(len(found))} lists {'was' if whole == 1 else 'were'} "
    words += "looked at whole"
    unknown = len(rows) - len(known)
    return f"{words}; for {count_words(unknown)} no record says." if unknown else f"{words}."


def _how_long(period: OpenPeriod) -> list[object]:
    """How long plans have run, where a heading of the framework asks about delay."""
    headings = [heading for report in period.framework.reports for heading in report.headings]
    asked = any("how_long" in heading.answered_by for heading in headings)
    table = drift_bands(period.store) if asked else pd.DataFrame()
    if table.empty:
        return []
    words = period.framework.words
    first, *others = BANDS
    spans = zip(BANDS, others, strict=False)
    longest = table[table["measure"] == f"over_{BANDS[-1]}"]
    told = ", ".join(
        f"{_PLANS[row.row_key].lower()} {count_of(int(row.x), int(row.n))}" for row in longest.itertuples()
    )
    counts = count_table(
        table,
        caption=f"Months since plans began, {words.cases} as they stand at {long_date(period.span.end)}",
        row_heading=words.cases.capitalize(),
        labels=_PLANS,
        measure_labels={
            f"up_to_{first}": f"Up to {first}",
            **{f"up_to_{end}": f"More than {start} to {end}" for start, end in spans},
            f"over_{BANDS[-1]}": f"More than {BANDS[-1]}",
        },
        note="Full counts by the first day of the open plan of the kind at which each stands. The "
        "restricted list drift has them, the longest first.",
    )
    return [
        Note(f"Running for more than {BANDS[-1]} months: {told}. A long plan is not a late one by itself."),
        replace(counts, folded=True),
    ]


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


def places(period: OpenPeriod) -> Section:
    """Which teams, localities and homes a duty has reached, one by one."""
    found, words = places_of(period.store), period.framework.words
    told: list[str] = []
    tables: list[object] = []
    if len(found.teams):
        told += _of_places(found.teams, words.teams)
        tables.append(_reached(found.teams, "teams", words.team, words.teams, "held"))
    if len(found.localities):
        told += _of_places(found.localities, "localities")
        tables.append(_reached(found.localities, "localities", "locality", "localities", "on record"))
    grouped = found.visits.groupby("label", sort=False) if len(found.visits) else []
    for number, (label, rows) in enumerate(grouped, start=1):
        told.append(_visited(str(label), rows))
        tables.append(_visits(str(label), rows, number))
    lead = [Note(f"In the financial year so far: {'; '.join(told)}.")] if told else []
    return Section([*lead, *Section(tables).folded().parts])


def _of_places(table: pd.DataFrame, many: str) -> list[str]:
    """Each duty, and how many of the places it has reached."""
    return [
        f"{label}, {count_of(int(days.notna().sum()), len(days))} {many}"
        for label, days in table.iloc[:, 1:].items()
    ]


def _visited(label: str, rows: pd.DataFrame) -> str:
    """A duty of visits, how many there were, to how many places, and how many were signed off."""
    visits, places, checked = int(rows["year"].sum()), len(rows), int(rows["checked"].sum())
    words = f"{label}, {count_words(visits)} {'visit' if visits == 1 else 'visits'} to "
    words += f"{count_words(places)} {'place' if places == 1 else 'places'}"
    return f"{words}, {count_of(int(rows['signed_off'].sum()), checked)} signed off" if checked else words


def _reached(table: pd.DataFrame, name: str, one: str, many: str, last: str) -> Table:
    return plain_table(
        table,
        table_id=f"places_{name}",
        caption=f"{many.capitalize()} reached in the year so far, one by one",
        headings={table.columns[0]: one.capitalize()},
        missing="not yet",
        note=f"The last day {last}, of the financial year up to the period's end.",
    )


def _visits(label: str, rows: pd.DataFrame, number: int) -> Table:
    shown = rows.drop(columns="label")
    if not shown["checked"].sum():
        shown = shown.drop(columns=["checked", "signed_off"])
    return plain_table(
        shown,
        table_id=f"places_visits_{number}",
        caption=f"{label}: visits on record, by place",
        headings={
            "place": "Place",
            "year": "Financial year so far",
            "checked": "Of these checked",
            "signed_off": "And signed off",
        },
        note="A month without a visit on record shows 0. Places without a visit in the year are not here.",
    )


def gaps(period: OpenPeriod) -> Section:
    """People never left longer than allowed, and the longest gap."""
    found = period.practice.gaps
    if not found:
        return Section([])
    parts: list[object] = []
    for gap in found:
        table = share_table(
            gap.counts[gap.counts["measure"] != "longest"],
            caption=gap.label if gap.assumed is None else f"{gap.label} (days assumed)",
            row_heading="Rule",
            labels={gap.name: f"at most {count_words(gap.days)} days"},
            measure_labels={"within": "never longer", "over": "longer at least once"},
            note=(
                "A full count of the people to whom the rule applied at some time in the period, those "
                "who have left since too; the table of duties has those in post."
            ),
        )
        parts += [Note(_waited(gap)), replace(table, folded=True)]
    return Section(parts)


def _waited(gap: Gap) -> str:
    """Of how many people the rule was kept, and the longest gap."""
    within, longest = only(gap.counts, "within"), only(gap.counts, "longest")
    if not gap.kept:
        return f"{gap.label}: no such event is recorded at all, so nothing can be said."
    if longest["mark"]:
        return f"{gap.label}: the rule held for nobody in the period."
    words = f"{gap.label}: kept for {count_of(int(within['x']), int(within['n']))} people."
    return f"{words} The longest gap was {count_words(round(longest['estimate']))} days."
