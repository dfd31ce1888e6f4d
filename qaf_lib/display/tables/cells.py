"""The cells of a table: counts, shares, intervals, marks and their key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from qaf_lib.display.words import (
    MARK_WORDS,
    count_of,
    count_words,
    interval_words,
    percent,
    points,
    points_at_least,
    probability,
    score,
)

__all__ = [
    "cases_cell",
    "count_cell",
    "estimate_cell",
    "id_of",
    "label_of",
    "marked",
    "note_with_key",
    "plain_cells",
    "records_of",
    "span_cell",
]


def plain_cells(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as mappings of plain Python values: no numpy, None for missing."""
    columns = {str(name): [_value(cell) for cell in frame[name].tolist()] for name in frame}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _value(cell: Any) -> Any:
    if pd.api.types.is_scalar(cell) and pd.isna(cell):
        return None
    return cell.item() if isinstance(cell, np.generic) else cell


def records_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as export writes them: numbers, truths and text; dates in ISO."""
    return [{name: _written(cell) for name, cell in row.items()} for row in plain_cells(frame)]


def _written(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return (
            cell.date().isoformat()
            if pd.Timestamp(cell) == pd.Timestamp(cell).normalize()
            else cell.isoformat()
        )
    return cell if cell is None or isinstance(cell, (bool, int, float, str)) else str(cell)


def label_of(key: object, labels: Mapping[str, str] | None) -> str:
    """The words for a key: as given, else the key itself with a capital and spaces."""
    text = str(key)
    if labels and text in labels:
        return labels[text]
    return text.replace("_", " ")[:1].upper() + text.replace("_", " ")[1:]


def id_of(results: pd.DataFrame) -> str:
    """The name of a result: its first table_id."""
    return str(results["table_id"].iloc[0]) if len(results) else "nothing_to_show"


def marked(row: Mapping[str, Any], text: str) -> str:
    """The text, or the mark that stands in its place."""
    return f"[{row['mark']}]" if row["mark"] else text


def count_cell(value: Any) -> str:
    """A count, or a dash where there is none."""
    return "–" if value is None else count_words(value)


def cases_cell(row: Mapping[str, Any]) -> str:
    """The cases a row rests on, of those it speaks of."""
    if row["n"] is None or row["population"] is None or row["n"] == row["population"]:
        return count_cell(row["n"])
    return count_of(row["n"], row["population"])


def estimate_cell(value: Any, form: str) -> str:
    """An estimate as a share, a difference in points, a probability or a score."""
    if value is None:
        return "–"
    if form in ("points", "points_at_least"):
        return points(value) if form == "points" else points_at_least(value)
    if form == "probability":
        return probability(value)
    return score(value) if form == "score" else percent(value)


def span_cell(row: Mapping[str, Any], form: str) -> str:
    """The interval of a row, or why it has none."""
    low, high = row["low"], row["high"]
    if low is None or high is None:
        return "none"
    if low == high:
        return "full count"
    return (
        interval_words(low, high)
        if form == "share"
        else f"{estimate_cell(low, form)} to {estimate_cell(high, form)}"
    )


def note_with_key(note: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """The note, then what each mark in the table means; for a missing number also why."""
    marks = list(dict.fromkeys(str(row["mark"]) for row in rows if row["mark"]))
    reasons = {
        mark: dict.fromkeys(str(row["method"]) for row in rows if row["mark"] == mark) for mark in marks
    }
    keys = [
        f"[{mark}] {MARK_WORDS[mark]}"
        f"{': ' + '; '.join(reasons[mark]) if mark == 'x' and any(reasons[mark]) else ''}."
        for mark in marks
    ]
    return " ".join([*([note] if note else []), *keys])
