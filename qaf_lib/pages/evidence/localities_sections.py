"""The period by locality: side by side, with intervals, and never ranked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from qaf_lib.counting import LIVE
from qaf_lib.display.passages import Note
from qaf_lib.display.tables import Column, Table, count_table, wide_table
from qaf_lib.display.tables.records import result_records
from qaf_lib.display.tables.table import id_of, label_of, records_of
from qaf_lib.display.words import are, count_of, count_words, interval_words, listed, percent
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.cover import Section
from qaf_lib.pages.evidence.localities import LocalityGrades

_FEW = 5
"""Cases below which no share is written."""

_KINDS = {
    "survey": "Surveys",
    "complaint": "Complaints",
    "compliment": "Compliments",
    "comment": "Comments",
}


def grades(period: OpenPeriod) -> Section:
    """Random audits by locality: the headline share, each question, and the quarters before."""
    found = period.localities
    if not found.names:
        return Section([])
    parts: list[object] = []
    for draw in found.grades:
        parts += _of_draw(period, draw, found.names)
    return Section(parts).folded()


def _of_draw(period: OpenPeriod, draw: LocalityGrades, names: Sequence[str]) -> list[object]:
    band, words = period.framework.scale.headline, period.framework.words
    drawn = wide_table(
        draw.headline,
        caption=f"{draw.label}: {band.label}, by locality",
        row_heading="Locality",
        columns=[
            Column("Audited, of all open", band.name, "cases"),
            Column("Count", band.name, "count"),
            Column("Share", band.name, "share"),
            Column("95% interval", band.name, "interval"),
        ],
        labels={name: name for name in names},
        note=f"Estimates from the {words.cases} drawn by chance, weighted as they were drawn.",
    )
    asked = _crossed(
        draw.questions,
        caption=f"{draw.label}: {band.label}, by question and locality",
        row_heading="Question",
        columns=names,
        labels=period.framework.questions(),
        note=f"Each cell: the {words.cases} {band.label}, of those that answered; the weighted share and its "
        f"95% interval. Under {_FEW} only the count stands.",
    )
    periods = list(dict.fromkeys(draw.history["measure"]))
    before = _crossed(
        draw.history,
        caption=f"{draw.label}: {band.label}, by locality and period",
        row_heading="Locality",
        columns=periods,
        labels={name: name for name in names},
        note="Each cell: random audits of the period that were so graded, of all; the share as counted, not "
        "weighted, and its 95% interval. Four periods are too few for a trend to be told from chance.",
    )
    return [
        _lead(draw),
        drawn,
        *([asked] if len(draw.questions) else []),
        *([before] if len(periods) > 1 else []),
    ]


def _lead(draw: LocalityGrades) -> Note:
    """Whether a locality's interval leaves out the share of all cases; never which is the best."""
    whole = draw.whole["estimate"].iloc[0]
    if pd.isna(whole):
        return Note(f"{draw.label}: nothing is graded yet, so no locality can stand apart.")
    outside = (draw.headline["low"] > whole) | (draw.headline["high"] < whole)
    apart = draw.headline[outside.fillna(False).astype(bool)]
    named = " and ".join(f"{row.row_key} ({percent(row.estimate)})" for row in apart.itertuples())
    told = (
        f"{named} {'stands' if len(apart) == 1 else 'stand'} apart from the share of all, {percent(whole)}; "
        "one locality in twenty does so by chance"
        if named
        else f"no locality stands apart from the share of all, {percent(whole)}, by more than chance explains"
    )
    return Note(
        f"{draw.label}: {told}. So few audits say little of a place. Localities stand in alphabetical order."
    )


def _crossed(
    results: pd.DataFrame,
    *,
    caption: str,
    row_heading: str,
    columns: Sequence[str],
    labels: Mapping[str, str],
    note: str,
) -> Table:
    """A row per key and a column per measure, each cell with its count, share and interval."""
    rows = records_of(results)
    at = {(str(row["row_key"]), str(row["measure"])): row for row in rows}
    keys = dict.fromkeys(str(row["row_key"]) for row in rows)
    return Table(
        table_id=id_of(results),
        caption=caption,
        headings=(row_heading, *(labels.get(column, column) for column in columns)),
        rows=tuple(
            (label_of(key, labels), *(_cell(at.get((key, column))) for column in columns)) for key in keys
        ),
        note=note,
        records=result_records(
            rows, row_heading=row_heading, labels=labels, measures=labels, form=lambda _: "share"
        ),
    )


def _cell(row: Mapping[str, Any] | None) -> str:
    if row is None or not row["n"]:
        return "–"
    counted = count_of(row["x"], row["n"])
    if row["n"] < _FEW or row["estimate"] is None:
        return counted
    told = percent(row["estimate"])
    return (
        f"{counted} ({told})"
        if row["low"] is None
        else f"{counted} ({told}; {interval_words(row['low'], row['high'])})"
    )


def activity(period: OpenPeriod) -> Section:
    """Coverage and actions by locality."""
    found = period.localities
    if not found.names:
        return Section([])
    labels = {name: name for name in found.names}
    parts: list[object] = [Note(f"Actions still to be done that are overdue: {_overdue(period)}.")]
    if len(found.coverage):
        parts.append(
            _crossed(
                found.coverage,
                caption="Reached this year, by locality",
                row_heading="Locality",
                columns=list(found.rules),
                labels={**labels, **found.rules},
                note="Full counts, so without intervals.",
            )
        )
    parts.append(
        count_table(
            found.actions,
            caption="Actions by locality",
            row_heading="Locality",
            labels=labels,
            measure_labels={"live": "Still to be done", "overdue": "Of these overdue", "done": "Done"},
            note=f"Actions that name a {period.framework.words.team} with a locality; of those to be done "
            f"{count_words(_of_no_locality(period))} name none.",
        )
    )
    return Section(parts).folded()


def _overdue(period: OpenPeriod) -> str:
    counts = period.localities.actions.set_index(["row_key", "measure"])["x"].astype(int)
    return ", ".join(
        f"{name} {count_of(counts[name, 'overdue'], counts[name, 'live'])}"
        for name in period.localities.names
    )


def _of_no_locality(period: OpenPeriod) -> int:
    """Actions still to be done that stand in no row of the table."""
    states, table = period.actions.states, period.localities.actions
    shown = int(table.loc[table["measure"] == "live", "x"].sum())
    return int(states["status"].isin(LIVE).sum()) - shown


def voices(period: OpenPeriod) -> Section:
    """What families said, by locality."""
    found = period.localities
    if not found.names:
        return Section([])
    labels = {name: name for name in found.names}
    kinds = wide_table(
        found.voices,
        caption="Feedback of the period, by locality",
        row_heading="Locality",
        columns=[
            *(Column(heading, kind, "count") for kind, heading in _KINDS.items()),
            Column("Middle score", "median_score", "days"),
            Column("With a score", "median_score", "cases"),
        ],
        labels=labels,
        note=f"Full counts of feedback that names a {period.framework.words.team}; those who answer choose "
        "to. Scores are read as 0 to 10.",
    )
    sums = found.voices.groupby("measure")["x"].sum()
    told = listed([are(int(sums[kind]), kind, f"{kind}s") for kind in _KINDS])
    themes = count_table(
        found.themes, caption="Feedback of the period, by theme and locality", row_heading="Theme"
    )
    parts = [Note(f"{told} of the period name a place."), kinds, *([themes] if len(found.themes) else [])]
    return Section(parts).folded()
