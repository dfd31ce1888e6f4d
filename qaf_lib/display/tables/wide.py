"""Tables with a row for each key and a column for each thing said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from qaf_lib.display.tables.cells import (
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
from qaf_lib.display.tables.table import Table
from qaf_lib.display.words import count_of

__all__ = ["Column", "wide_table"]

Shows = Literal[
    "cases",
    "count",
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
        From left to right. "of" shows a count of its whole, "words" the method.
    labels, words : mapping, optional
        Words for row keys, and for methods.
    note : str
        Line under the table, before the key of marks.
    """
    rows = records_of(results)
    measures = {column.measure for column in columns}
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
        records=tuple(rows),
        numeric=frozenset(at for at, column in enumerate(columns, start=1) if column.shows != "words"),
    )


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
    if shows == "of":
        return marked(row, count_of(int(row["x"]), int(row["n"])) if row["n"] else "–")
    return marked(
        row, span_cell(row, "share") if shows == "interval" else estimate_cell(row["estimate"], shows)
    )
