"""What several sources say of each theme, side by side in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from qaf_lib.display.tables.cells import (
    count_cell,
    estimate_cell,
    marked,
    note_with_key,
    records_of,
    span_cell,
)
from qaf_lib.display.tables.table import Table
from qaf_lib.display.words import count_of, count_words

__all__ = ["evidence_table"]


def evidence_table(
    agrees: pd.DataFrame,
    sources: Sequence[tuple[str, str, pd.DataFrame]],
    actions: pd.DataFrame,
    *,
    table_id: str,
    caption: str,
    note: str = "",
) -> Table:
    """A row per theme: what each source says and on how much, whether they agree, and live actions.

    Parameters
    ----------
    agrees, actions : DataFrame
        Results with a row per theme: agreement in `method`; live actions in `x`.
    sources : sequence of (name, label, DataFrame)
        A result of each source: what it says in `method`.
    table_id, caption, note : str
        Name of the table, its line above and its line below.
    """
    together = records_of(agrees)
    told = [
        (name, label, {row["row_key"]: row for row in records_of(table)}) for name, label, table in sources
    ]
    doing = {row["row_key"]: row for row in records_of(actions)}
    cells, shown = [], []
    for row in together:
        theme = row["row_key"]
        said = [(name, found[theme]) for name, _, found in told]
        shown += [each for _, each in said] + [doing[theme]]
        cells.append(
            (
                str(theme),
                *(_said(name, each) for name, each in said),
                _together(row),
                marked(doing[theme], count_cell(doing[theme]["x"])),
            )
        )
    return Table(
        table_id=table_id,
        caption=caption,
        headings=("Theme", *(label for _, label, _ in told), "Together", "Live actions"),
        rows=tuple(cells),
        note=note_with_key(note, shown),
        records=(*together, *shown),
        numeric=frozenset({len(told) + 2}),
    )


def _together(row: Mapping[str, Any]) -> str:
    words, count = str(row["method"]), int(row["estimate"] or 0)
    return words if count < 2 else f"{words} ({count} sources)"


def _said(name: str, row: Mapping[str, Any]) -> str:
    return marked(row, f"{row['method']}: {_on(name, row)}" if row["n"] else "says nothing")


def _on(name: str, row: Mapping[str, Any]) -> str:
    """What the words rest on."""
    if name == "indicators":
        met = round((row["estimate"] or 0) * row["population"])
        return f"{count_of(met, row['population'])} met"
    if row["x"] is not None:
        return count_of(row["x"], row["n"])
    share, spread = estimate_cell(row["estimate"], "share"), span_cell(row, "share")
    return f"{share} ({spread}), {count_words(row['n'])} audited"
