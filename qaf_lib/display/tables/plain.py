"""Any other table: dates in full, yes and no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from qaf_lib.display.tables.cells import label_of, plain_cells, records_of
from qaf_lib.display.tables.table import Table
from qaf_lib.display.words import count_words, long_date, percent, score

__all__ = ["plain_table"]


def plain_table(
    frame: pd.DataFrame,
    *,
    table_id: str,
    caption: str,
    headings: Mapping[str, str] | None = None,
    shares: Sequence[str] = (),
    missing: str = "not recorded",
    note: str = "",
) -> Table:
    """Any other table: dates in full, yes and no, fractions named in `shares` as percentages.

    Examples
    --------
    >>> action = pd.DataFrame({"title": ["Chronologies"], "due_on": ["2026-09-30"], "late": [True]})
    >>> action["due_on"] = pd.to_datetime(action["due_on"])
    >>> plain_table(action, table_id="actions", caption="Actions").rows
    (('Chronologies', '30 September 2026', 'yes'),)
    """
    text = [tuple(_plain(row[name], name in shares, missing) for name in row) for row in plain_cells(frame)]
    numeric = {at for at, name in enumerate(frame) if pd.api.types.is_numeric_dtype(frame[name]) and at}
    booleans = {at for at, name in enumerate(frame) if pd.api.types.is_bool_dtype(frame[name])}
    return Table(
        table_id=table_id,
        caption=caption,
        headings=tuple(label_of(name, headings) for name in frame),
        rows=tuple(text),
        note=note,
        records=tuple(records_of(frame)),
        numeric=frozenset(numeric - booleans),
    )


def _plain(cell: Any, share: bool, missing: str) -> str:
    if cell is None:
        return missing
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, date):
        return long_date(cell)
    if isinstance(cell, (int, float)):
        if share:
            return percent(cell)
        whole = float(cell).is_integer()
        return (count_words(int(cell)) if cell >= 10_000 else str(int(cell))) if whole else score(cell)
    return str(cell)
