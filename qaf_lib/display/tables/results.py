"""Tables of shares and counts, and of several measures side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from qaf_lib.display.tables.records import result_records, share_or_value
from qaf_lib.display.tables.table import (
    Table,
    cases_cell,
    count_cell,
    estimate_cell,
    id_of,
    label_of,
    marked,
    note_with_key,
    records_of,
    span_cell,
)
from qaf_lib.display.words import count_of, count_words


def share_table(
    results: pd.DataFrame,
    *,
    caption: str,
    row_heading: str,
    labels: Mapping[str, str] | None = None,
    measure_labels: Mapping[str, str] | None = None,
    formats: Mapping[str, str] | None = None,
    note: str = "",
) -> Table:
    """Counts, shares and intervals of a result: one row per row_key and measure, in the result's order.

    Parameters
    ----------
    results : DataFrame
        A result (docs/glossary.md); its first table_id names the table.
    caption, row_heading : str
        Caption of the table; heading of the row labels.
    labels, measure_labels : mapping, optional
        Words for row keys and for measures. With several measures the table has a column for them.
    formats : mapping, optional
        How the estimate of a measure or a row reads: "share" (the default), "points" (a difference),
        "probability" or "score".
    note : str
        Line under the table, before the key of marks.
    """
    rows = records_of(results)
    measures = list(dict.fromkeys(str(row["measure"]) for row in rows))
    several = len(measures) > 1
    spans = any(row["low"] is not None and not row["mark"] for row in rows)
    forms = formats or {}

    def form_of(row: Mapping[str, Any]) -> str:
        return forms.get(str(row["measure"]), forms.get(str(row["row_key"]), "share"))

    cells = []
    for row in rows:
        form = form_of(row)
        line = [label_of(row["row_key"], labels)]
        line += [label_of(row["measure"], measure_labels)] if several else []
        line += [
            cases_cell(row),
            marked(row, count_cell(row["x"])),
            marked(row, estimate_cell(row["estimate"], form)),
        ]
        line += [marked(row, span_cell(row, form))] if spans else []
        cells.append(tuple(line))
    headings = [row_heading, *(["Measure"] if several else []), "In all", "Count", "Share"]
    headings += ["95% interval"] if spans else []
    return Table(
        table_id=id_of(results),
        caption=caption,
        headings=tuple(headings),
        rows=tuple(cells),
        note=note_with_key(note, rows),
        records=result_records(
            rows,
            row_heading=row_heading,
            labels=labels,
            measures=(measure_labels or {}) if several else None,
            form=form_of,
        ),
        numeric=frozenset(range(2 if several else 1, len(headings))),
    )


def count_table(
    results: pd.DataFrame,
    *,
    caption: str,
    row_heading: str,
    labels: Mapping[str, str] | None = None,
    measure_labels: Mapping[str, str] | None = None,
    note: str = "",
) -> Table:
    """Plain counts: a row per row_key, a column per measure (and what they are counted of, where said)."""
    rows = records_of(results)
    measures = list(dict.fromkeys(str(row["measure"]) for row in rows))
    keys = list(dict.fromkeys(str(row["row_key"]) for row in rows))
    at = {(str(row["row_key"]), str(row["measure"])): row for row in rows}
    of_known = len(measures) == 1 and any(row["n"] is not None for row in rows)
    cells = []
    for key in keys:
        found = [at.get((key, measure)) for measure in measures]
        line = [label_of(key, labels)] + [marked(row, count_cell(row["x"])) if row else "–" for row in found]
        line += [count_cell(found[0]["n"])] if of_known and found[0] else []
        cells.append(tuple(line))
    named = {measure: label_of(measure, measure_labels or {"count": "Count"}) for measure in measures}
    headings = [row_heading, *named.values(), *(["Of"] if of_known else [])]
    return Table(
        table_id=id_of(results),
        caption=caption,
        headings=tuple(headings),
        rows=tuple(cells),
        note=note_with_key(note, rows),
        records=result_records(
            rows,
            row_heading=row_heading,
            labels=labels,
            measures=None if list(named.values()) == ["Count"] else named,
        ),
        numeric=frozenset(range(1, len(headings))),
    )


def cross_table(
    results: pd.DataFrame,
    *,
    caption: str,
    row_heading: str,
    column_heading: str,
    labels: Mapping[str, str] | None = None,
    note: str = "",
) -> Table:
    """Counts of one thing by another: row_key down, measure across, with totals."""
    rows = records_of(results)
    down = list(dict.fromkeys(str(row["row_key"]) for row in rows))
    across = list(dict.fromkeys(str(row["measure"]) for row in rows))
    at = {(str(row["row_key"]), str(row["measure"])): row for row in rows}
    counts = {cell: int(str(row["x"] or 0)) for cell, row in at.items()}
    cells = []
    for key in down:
        line = [label_of(key, labels)]
        line += [count_cell(at[key, name]["x"]) if (key, name) in at else "–" for name in across]
        cells.append((*line, count_words(sum(counts.get((key, name), 0) for name in across))))
    if rows:
        sums = [sum(counts.get((key, name), 0) for key in down) for name in across]
        cells.append(("Total", *map(count_words, sums), count_words(sum(sums))))
    named = {name: f"{column_heading} {label_of(name, labels)}".strip() for name in across}
    headings = [row_heading, *named.values(), "Total"]
    return Table(
        table_id=id_of(results),
        caption=caption,
        headings=tuple(headings),
        rows=tuple(cells),
        note=note,
        records=result_records(rows, row_heading=row_heading, labels=labels, measures=named),
        numeric=frozenset(range(1, len(headings))),
    )


def _days(value: object) -> str:
    if value is None:
        return "–"
    number = float(str(value))
    return count_words(int(number)) if number.is_integer() else f"{number:,.1f}"


Shows = Literal[
    "cases",
    "count",
    "days",
    "of",
    "share",
    "points",
    "points_at_least",
    "probability",
    "score",
    "interval",
    "words",
]


@dataclass(frozen=True)
class Column:
    """A column: its heading, the measure it takes, and what of it it shows."""

    heading: str
    measure: str
    shows: Shows


def wide_table(
    results: pd.DataFrame,
    *,
    caption: str,
    row_heading: str,
    columns: Sequence[Column],
    labels: Mapping[str, str] | None = None,
    words: Mapping[str, str] | None = None,
    note: str = "",
) -> Table:
    """Several measures of each row side by side.

    Parameters
    ----------
    results : DataFrame
        A result (docs/glossary.md). Keys without any of the columns' measures have no row, and all
        rows go into the table's records.
    caption, row_heading : str
        Caption of the table; heading of the row labels.
    columns : sequence of Column
        From left to right. "of" shows a count of its whole, "words" the method, "days" an estimate that is
        whole or has a half.
    labels, words : mapping, optional
        Words for row keys, and for methods.
    note : str
        Line under the table, before the key of marks.
    """
    rows = records_of(results)
    measures = {column.measure for column in columns}
    forms = {column.measure: "share" for column in columns if column.shows == "interval"}
    forms |= {column.measure: column.shows for column in columns if column.shows in _ESTIMATES}
    shown = [row for row in rows if row["measure"] in measures]
    at = {(str(row["row_key"]), str(row["measure"])): row for row in shown}
    cells = []
    for key in dict.fromkeys(str(row["row_key"]) for row in shown):
        line = [_cell(at.get((key, column.measure)), column.shows, words or {}) for column in columns]
        cells.append((label_of(key, labels), *line))
    return Table(
        table_id=id_of(results),
        caption=caption,
        headings=(row_heading, *(column.heading for column in columns)),
        rows=tuple(cells),
        note=note_with_key(note, shown),
        records=result_records(
            rows,
            row_heading=row_heading,
            labels=labels,
            measures=_named(columns),
            form=lambda row: forms.get(row["measure"]) or share_or_value(row),
            words=words,
        ),
        numeric=frozenset(at for at, column in enumerate(columns, start=1) if column.shows != "words"),
    )


_ESTIMATES = ("share", "points", "points_at_least", "probability", "score", "days")
_NAMING = ("count", "of", *_ESTIMATES, "words", "interval", "cases")
"""What a column shows, the most telling first; the bare heading "Count" tells less than an estimate's."""


def _named(columns: Sequence[Column]) -> dict[str, str]:
    """Of each measure the heading that tells most; one that stands twice follows one that does not."""
    often = Counter(column.heading for column in columns)
    by_measure: dict[str, list[str]] = {}
    for column in sorted(columns, key=lambda one: (one.heading == "Count", _NAMING.index(one.shows))):
        by_measure.setdefault(column.measure, []).append(column.heading)
    return {measure: told for measure, found in by_measure.items() if (told := _told(found, often))}


def _told(headings: Sequence[str], often: Mapping[str, int]) -> str:
    alone = [heading for heading in headings if often[heading] == 1]
    if not alone or alone[0] == headings[0]:
        return "".join(alone[:1])
    return f"{alone[0]}, {headings[0][:1].lower()}{headings[0][1:]}"


def _cell(row: Mapping[str, Any] | None, shows: Shows, words: Mapping[str, str]) -> str:
    if row is None:
        return "–"
    if shows == "cases":
        return cases_cell(row)
    if shows == "words":
        text = str(row["method"])
        return marked(row, words.get(text, text))
    if shows == "count":
        return marked(row, count_cell(row["x"]))
    if shows == "days":
        return marked(row, _days(row["estimate"]))
    if shows == "of":
        return marked(row, count_of(int(row["x"]), int(row["n"])) if row["n"] else "–")
    return marked(
        row, span_cell(row, "share") if shows == "interval" else estimate_cell(row["estimate"], shows)
    )
