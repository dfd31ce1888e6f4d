"""Tables of shares with their intervals."""

from __future__ import annotations

from collections.abc import Mapping

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

__all__ = ["share_table"]


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
    cells = []
    for row in rows:
        forms = formats or {}
        form = forms.get(str(row["measure"]), forms.get(str(row["row_key"]), "share"))
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
        records=tuple(rows),
        numeric=frozenset(range(2 if several else 1, len(headings))),
    )
