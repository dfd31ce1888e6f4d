"""What every table is: headings, cells, and the records behind them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from qaf_lib.display.words import (
    MARK_WORDS,
    count_of,
    count_words,
    interval_words,
    leading_to,
    long_date,
    percent,
    points,
    points_at_least,
    probability,
    score,
)


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
        return "–" if row["estimate"] is None else "none"
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


TABLE_TYPE = "application/vnd.qaf.table+json"
"""Media type under which a table carries its records, for export to write as CSV."""

CSV_PLACE = '<p class="csv"></p>'
"""Where a page puts the link to a table's records."""

SCROLLS_FROM = 3
"""Tables with this many columns or more may be wider than a narrow screen: their box takes the keyboard."""


LONGEST_OPEN = 6
"""Rows that a page shows open; what is longer than this is looked up, not read."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table ready to show: words in its cells, and its records beside them.

    Attributes
    ----------
    table_id : str
        Name of the table, and of its CSV file.
    caption : str
        What the table holds, as one line.
    headings : tuple of str
        Column headings; the first column heads the rows. A blank first heading gives an empty corner.
    rows : tuple of tuples of str
        Cells in words, as many per row as there are headings.
    note : str
        Line under the table: the key of marks, where the numbers come from.
    records : tuple of mappings
        What export writes to CSV: the numbers behind the words, under a reader's headings.
    numeric : frozenset of int
        Columns set right-aligned.
    empty : str
        Why there is nothing to show, for a table without rows.
    folded : bool, optional
        Whether a page shows it closed, to be opened at a click. Unless told, a long table is.
    pages : collection of str
        Titles of other pages: where a cell names one in brackets, the words lead there.
    """

    table_id: str
    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    records: tuple[Mapping[str, object], ...] | None = None
    numeric: frozenset[int] = field(default_factory=frozenset)
    empty: str = "no rows"
    folded: bool | None = None
    pages: Collection[str] = ()

    def __post_init__(self) -> None:
        """Refuse a ragged table, or one nobody could name."""
        if not self.table_id or not self.caption:
            raise ValueError("a table needs a table_id and a caption")
        if any(len(row) != len(self.headings) for row in self.rows):
            raise ValueError(f"table {self.table_id!r}: every row needs {len(self.headings)} cells")

    @property
    def is_closed(self) -> bool:
        """Whether a page shows it closed."""
        return bool(self.rows) and (len(self.rows) > LONGEST_OPEN if self.folded is None else self.folded)

    def to_html(self) -> str:
        """The table for a page: classes only, every text escaped."""
        if not self.rows:
            return f'<p class="empty">{escape(self.caption)}. Nothing to show: {escape(self.empty)}.</p>'
        heads = "".join(self._head(column, text) for column, text in enumerate(self.headings))
        body = "".join(f"<tr>{self._row(row)}</tr>" for row in self.rows)
        note = f'<p class="table-note">{escape(self.note)}</p>' if self.note else ""
        table = (
            f'<div class="table-box">{self._box()}<table><caption>{escape(self.caption)}</caption>'
            f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>{note}{CSV_PLACE}</div>"
        )
        if not self.is_closed:
            return table
        rows = f"{len(self.rows)} row{'s' if len(self.rows) > 1 else ''}"
        return f"<details><summary>{escape(self.caption)} ({rows})</summary>{table}</details>"

    def _box(self) -> str:
        if len(self.headings) < SCROLLS_FROM:
            return '<div class="table-scroll">'
        return f'<div class="table-scroll" role="group" aria-label="{escape(self.caption)}" tabindex="0">'

    def _css(self, column: int) -> str:
        return ' class="number"' if column in self.numeric else ""

    def _head(self, column: int, text: str) -> str:
        if not text.strip():
            return "<td></td>"
        return f'<th scope="col"{self._css(column)}>{escape(text)}</th>'

    def _row(self, row: tuple[str, ...]) -> str:
        first = f'<th scope="row">{escape(row[0])}</th>'
        cells = enumerate(row[1:], start=1)
        return first + "".join(f"<td{self._css(column)}>{self._told(text)}</td>" for column, text in cells)

    def _told(self, text: str) -> str:
        told = escape(text)
        for page in self.pages:
            told = told.replace(f"({escape(page)})", f"({leading_to(page, page)})")
        return told

    def to_text(self) -> str:
        """The table for a terminal."""
        if not self.rows:
            return f"{self.caption}. Nothing to show: {self.empty}."
        widths = [max(map(len, column)) for column in zip(self.headings, *self.rows, strict=True)]
        lines = [
            "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
            for row in (self.headings, *self.rows)
        ]
        return "\n".join([self.caption, *lines, *([self.note] if self.note else [])])

    def __repr__(self) -> str:
        return self.to_text()

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        records = self._as_shown() if self.records is None else self.records
        names = records[0] if records else ()
        held = [name for name in names if any(row[name] not in (None, "") for row in records)]
        carried = {"table_id": self.table_id, "caption": self.caption, "note": self.note}
        return {
            "text/html": self.to_html(),
            "text/plain": self.to_text(),
            TABLE_TYPE: {
                **carried,
                "columns": held,
                "records": [{name: _as_read(row[name]) for name in held} for row in records],
            },
        }

    def _as_shown(self) -> tuple[dict[str, object], ...]:
        return tuple(dict(zip(distinct(self.headings), row, strict=True)) for row in self.rows)


def _as_read(cell: object) -> object:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return cell


def distinct(headings: Sequence[str]) -> list[str]:
    """Headings of which none is blank, and none given twice, for a file that is read by its headings.

    Examples
    --------
    >>> distinct(["", "Share", "Share"])
    ['Row', 'Share', 'Share, 2']
    """
    given = [text.strip() or "Row" for text in headings]
    at = [given[: place + 1].count(text) for place, text in enumerate(given)]
    return [text if number == 1 else f"{text}, {number}" for text, number in zip(given, at, strict=True)]


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
    named = [label_of(name, headings) for name in frame]
    kept = distinct(
        [f"{label} (0 to 1)" if name in shares else label for name, label in zip(frame, named, strict=True)]
    )
    return Table(
        table_id=table_id,
        caption=caption,
        headings=tuple(named),
        rows=tuple(text),
        note=note,
        records=tuple(dict(zip(kept, row.values(), strict=True)) for row in records_of(frame)),
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
