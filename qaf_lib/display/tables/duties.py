"""Tables of duties and of census lists: what was expected, what was done, and the state in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from qaf_lib.display.tables.cells import (
    count_cell,
    estimate_cell,
    id_of,
    label_of,
    marked,
    note_with_key,
    plain_cells,
    records_of,
)
from qaf_lib.display.tables.table import Table
from qaf_lib.display.words import long_date

__all__ = ["duty_table", "list_table"]

_EVERY = {
    "week": "a week",
    "month": "a month",
    "quarter": "a quarter",
    "half_year": "every half year",
    "year": "a year",
    "two_years": "every two years",
}
_EACH = {"subject": ", each person", "team": ", each team"}


def duty_table(
    duties: pd.DataFrame, counts: pd.DataFrame, *, table_id: str, caption: str, note: str = ""
) -> Table:
    """Duties of a role, or of several: how often, expected, done and the state in words.

    Parameters
    ----------
    duties : DataFrame
        `duty_id`, `label`, `who`, `each`, `times`, `every`, `state`, `due_on`, `same_as`, `counted_by`.
    counts : DataFrame
        A result with a row per duty: x done of n expected.
    """
    at = {str(row["row_key"]): row for row in records_of(counts)}
    rows = [row | {"count": at[str(row["duty_id"])]} for row in plain_cells(duties)]
    cells: list[tuple[str, ...]] = [
        (
            str(row["label"]),
            _often(row),
            marked(row["count"], count_cell(row["count"]["n"])),
            _done(row),
            _state(row),
        )
        for row in rows
    ]
    headings: tuple[str, ...] = ("Duty", "How often", "Expected", "Done", "State")
    several = len(set(duties["who"])) > 1
    if several:
        headings = ("Duty", "Who", *headings[1:])
        cells = [(cell[0], str(row["who"]), *cell[1:]) for cell, row in zip(cells, rows, strict=True)]
    kept = duties.assign(
        expected=[row["count"]["n"] for row in rows],
        done=[row["count"]["x"] for row in rows],
        mark=[row["count"]["mark"] for row in rows],
    )
    return Table(
        table_id=table_id,
        caption=caption,
        headings=headings,
        rows=tuple(cells),
        note=note_with_key(note, [row["count"] for row in rows]),
        records=tuple(records_of(kept)),
        numeric=frozenset({3, 4} if several else {2, 3}),
    )


def _done(row: Mapping[str, Any]) -> str:
    if row["state"] == "not evidenced":
        return "no record"
    return marked(row["count"], count_cell(row["count"]["x"]))


def _often(row: Mapping[str, object]) -> str:
    if row["counted_by"] is not None:
        return "counted by its own rule"
    if row["times"] is None:
        return "no number given"
    times = {1: "once", 2: "twice"}.get(int(str(row["times"])), f"{row['times']} times")
    return f"{times} {_EVERY[str(row['every'])]}{_EACH.get(str(row['each']), '')}"


def _state(row: Mapping[str, object]) -> str:
    state = str(row["state"])
    if state == "not due" and row["due_on"] is not None:
        state = f"not due until {long_date(str(row['due_on']))}"
    return state if row["same_as"] is None else f"{state} (the same as duty {row['same_as']})"


def list_table(counts: pd.DataFrame, *, caption: str, labels: Mapping[str, str], note: str = "") -> Table:
    """Census lists: how many cases are on each, how many were looked at, and the pace for the rest.

    Parameters
    ----------
    counts : DataFrame
        A result with measures `looked_at` and `a_month` per list.
    """
    rows = records_of(counts)
    at = {(str(row["row_key"]), str(row["measure"])): row for row in rows}
    cells = []
    for key in dict.fromkeys(str(row["row_key"]) for row in rows):
        looked, pace = at[key, "looked_at"], at[key, "a_month"]
        cells.append(
            (
                label_of(key, labels),
                count_cell(looked["n"]),
                marked(looked, count_cell(looked["x"])),
                marked(looked, estimate_cell(looked["estimate"], "share")),
                marked(pace, _whole(pace["estimate"])),
            )
        )
    return Table(
        table_id=id_of(counts),
        caption=caption,
        headings=("List", "Cases on it", "Looked at", "Share", "A month for the rest"),
        rows=tuple(cells),
        note=note_with_key(note, rows),
        records=tuple(rows),
        numeric=frozenset(range(1, 5)),
    )


def _whole(value: float | None) -> str:
    return count_cell(None if value is None else round(value))
