"""Tables of days: how long things took or have waited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from qaf_lib.display.tables.cells import (
    cases_cell,
    count_cell,
    id_of,
    label_of,
    marked,
    note_with_key,
    records_of,
)
from qaf_lib.display.tables.table import Table
from qaf_lib.display.words import count_words

__all__ = ["days_table"]


def days_table(
    results: pd.DataFrame,
    *,
    caption: str,
    row_heading: str,
    columns: Sequence[tuple[str, str, str]],
    labels: Mapping[str, str] | None = None,
    note: str = "",
) -> Table:
    """A row per row_key; each column shows the cases, the count or the days of a measure.

    Parameters
    ----------
    results : DataFrame
        A result whose estimates are days (or scores): whole, or with a half.
    caption, row_heading : str
        Caption of the table; heading of the row labels.
    columns : sequence of (heading, measure, shows)
        `shows` is "cases", "count" or "days".
    labels : mapping, optional
        Words for row keys.
    note : str
        Line under the table, before the key of marks.
    """
    rows = records_of(results)
    at = {(str(row["row_key"]), str(row["measure"])): row for row in rows}
    cells = []
    for key in dict.fromkeys(str(row["row_key"]) for row in rows):
        line = [_cell(at.get((key, measure)), shows) for _, measure, shows in columns]
        cells.append((label_of(key, labels), *line))
    shown = [row for row in rows if row["measure"] in {measure for _, measure, _ in columns}]
    return Table(
        table_id=id_of(results),
        caption=caption,
        headings=(row_heading, *(heading for heading, _, _ in columns)),
        rows=tuple(cells),
        note=note_with_key(note, shown),
        records=tuple(rows),
        numeric=frozenset(range(1, len(columns) + 1)),
    )


def _cell(row: Mapping[str, object] | None, shows: str) -> str:
    if row is None:
        return "–"
    if shows == "cases":
        return cases_cell(row)
    return marked(row, count_cell(row["x"]) if shows == "count" else _days(row["estimate"]))


def _days(value: object) -> str:
    if value is None:
        return "–"
    number = float(str(value))
    return count_words(int(number)) if number.is_integer() else f"{number:,.1f}"
