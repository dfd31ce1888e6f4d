"""Tables of counts: by measure, or one thing by another."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from qaf_lib.display.tables.cells import (
    count_cell,
    id_of,
    label_of,
    marked,
    note_with_key,
    records_of,
)
from qaf_lib.display.tables.table import Table
from qaf_lib.display.words import count_words

__all__ = ["count_table", "cross_table"]


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
    headings = [row_heading] + [
        label_of(measure, measure_labels or {"count": "Count"}) for measure in measures
    ]
    headings += ["Of"] if of_known else []
    return Table(
        table_id=id_of(results),
        caption=caption,
        headings=tuple(headings),
        rows=tuple(cells),
        note=note_with_key(note, rows),
        records=tuple(rows),
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
    headings = [row_heading, *(f"{column_heading} {label_of(name, labels)}" for name in across), "Total"]
    return Table(
        table_id=id_of(results),
        caption=caption,
        headings=tuple(headings),
        rows=tuple(cells),
        note=note,
        records=tuple(rows),
        numeric=frozenset(range(1, len(headings))),
    )
