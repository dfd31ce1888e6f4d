"""Tables and passages as a page shows them: escaped, with a caption and scopes, no style of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from qaf_lib.display.words import count_of, count_words, interval_words, long_date, percent, points, score

__all__ = [
    "TABLE_TYPE",
    "Table",
    "count_table",
    "cross_table",
    "plain_table",
    "share_table",
]

TABLE_TYPE = "application/vnd.qaf.table+json"
"""Media type under which a table carries its records, for export to write as CSV."""

MARKS = {
    "c": "[c] suppressed because the number is small",
    "z": "[z] not applicable",
    "x": "[x] not available",
}
"""What stands in a cell without a number, and its key."""

SCROLLS_FROM = 3
"""Tables with this many columns or more may be wider than a narrow screen: their box takes the keyboard."""


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
        What export writes to CSV: the numbers behind the words.
    numeric : frozenset of int
        Columns set right-aligned.
    empty : str
        Why there is nothing to show, for a table without rows.
    """

    table_id: str
    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    records: tuple[Mapping[str, object], ...] | None = None
    numeric: frozenset[int] = field(default_factory=frozenset)
    empty: str = "no rows"

    def __post_init__(self) -> None:
        """Refuse a ragged table, or one nobody could name."""
        if not self.table_id or not self.caption:
            raise ValueError("a table needs a table_id and a caption")
        if any(len(row) != len(self.headings) for row in self.rows):
            raise ValueError(f"table {self.table_id!r}: every row needs {len(self.headings)} cells")

    def to_html(self) -> str:
        """The table for a page: classes only, every text escaped."""
        if not self.rows:
            return f'<p class="empty">{escape(self.caption)}. Nothing to show: {escape(self.empty)}.</p>'
        heads = "".join(self._head(column, text) for column, text in enumerate(self.headings))
        body = "".join(f"<tr>{self._row(row)}</tr>" for row in self.rows)
        note = f'<p class="table-note">{escape(self.note)}</p>' if self.note else ""
        return (
            f'<div class="table-box">{self._box()}<table><caption>{escape(self.caption)}</caption>'
            f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>{note}</div>"
        )

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
        return first + "".join(f"<td{self._css(column)}>{escape(text)}</td>" for column, text in cells)

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
        records = self.records if self.records is not None else self._as_shown()
        carried = {"table_id": self.table_id, "caption": self.caption, "note": self.note}
        return {
            "text/html": self.to_html(),
            "text/plain": self.to_text(),
            TABLE_TYPE: {
                **carried,
                "columns": list(records[0]) if records else [],
                "records": [dict(record) for record in records],
            },
        }

    def _as_shown(self) -> list[dict[str, object]]:
        return [dict(zip(self.headings, row, strict=True)) for row in self.rows]


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
        How the estimate of a measure or a row reads: "share" (the default), "points" (a difference) or
        "score".
    note : str
        Line under the table, before the key of marks.
    """
    rows = _records(results)
    measures = list(dict.fromkeys(str(row["measure"]) for row in rows))
    several = len(measures) > 1
    spans = any(row["low"] is not None and not row["mark"] for row in rows)
    cells = []
    for row in rows:
        forms = formats or {}
        form = forms.get(str(row["measure"]), forms.get(str(row["row_key"]), "share"))
        line = [_label(row["row_key"], labels)]
        line += [_label(row["measure"], measure_labels)] if several else []
        line += [_cases(row), _marked(row, _count(row["x"])), _marked(row, _estimate(row["estimate"], form))]
        line += [_marked(row, _span(row, form))] if spans else []
        cells.append(tuple(line))
    headings = [row_heading, *(["Measure"] if several else []), "Cases", "Count", "Share"]
    headings += ["95% interval"] if spans else []
    return Table(
        table_id=_table_id(results),
        caption=caption,
        headings=tuple(headings),
        rows=tuple(cells),
        note=_with_key(note, rows),
        records=tuple(rows),
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
    rows = _records(results)
    measures = list(dict.fromkeys(str(row["measure"]) for row in rows))
    keys = list(dict.fromkeys(str(row["row_key"]) for row in rows))
    at = {(str(row["row_key"]), str(row["measure"])): row for row in rows}
    of_known = len(measures) == 1 and any(row["n"] is not None for row in rows)
    cells = []
    for key in keys:
        found = [at.get((key, measure)) for measure in measures]
        line = [_label(key, labels)] + [_marked(row, _count(row["x"])) if row else "–" for row in found]
        line += [_count(found[0]["n"])] if of_known and found[0] else []
        cells.append(tuple(line))
    headings = [row_heading] + [_label(measure, measure_labels or {"count": "Count"}) for measure in measures]
    headings += ["Of"] if of_known else []
    return Table(
        table_id=_table_id(results),
        caption=caption,
        headings=tuple(headings),
        rows=tuple(cells),
        note=_with_key(note, rows),
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
    """Counts of one thing by another: row_key down, measure across, with totals.

    Totals are left out when a count is suppressed: they would give it away.
    """
    rows = _records(results)
    down = list(dict.fromkeys(str(row["row_key"]) for row in rows))
    across = list(dict.fromkeys(str(row["measure"]) for row in rows))
    at = {(str(row["row_key"]), str(row["measure"])): row for row in rows}
    totals = not any(row["mark"] for row in rows)
    counts = {cell: int(str(row["x"] or 0)) for cell, row in at.items()}
    cells = []
    for key in down:
        line = [_label(key, labels)]
        line += [
            _marked(at[key, name], _count(at[key, name]["x"])) if (key, name) in at else "–"
            for name in across
        ]
        line += [count_words(sum(counts.get((key, name), 0) for name in across))] if totals else []
        cells.append(tuple(line))
    if totals and rows:
        sums = [sum(counts.get((key, name), 0) for key in down) for name in across]
        cells.append(("Total", *map(count_words, sums), count_words(sum(sums))))
    headings = [row_heading, *(f"{column_heading} {_label(name, labels)}" for name in across)]
    return Table(
        table_id=_table_id(results),
        caption=caption,
        headings=tuple(headings + (["Total"] if totals else [])),
        rows=tuple(cells),
        note=_with_key(note, rows),
        records=tuple(rows),
        numeric=frozenset(range(1, len(across) + 2)),
    )


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
    text = [tuple(_plain(row[name], name in shares, missing) for name in row) for row in _cells(frame)]
    numeric = {at for at, name in enumerate(frame) if pd.api.types.is_numeric_dtype(frame[name]) and at}
    booleans = {at for at, name in enumerate(frame) if pd.api.types.is_bool_dtype(frame[name])}
    return Table(
        table_id=table_id,
        caption=caption,
        headings=tuple(_label(name, headings) for name in frame),
        rows=tuple(text),
        note=note,
        records=tuple(_records(frame)),
        numeric=frozenset(numeric - booleans),
    )


def _cells(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as mappings of plain Python values: no numpy, None for missing."""
    columns = {str(name): [_value(cell) for cell in frame[name].tolist()] for name in frame}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _value(cell: Any) -> Any:
    if pd.api.types.is_scalar(cell) and pd.isna(cell):
        return None
    return cell.item() if isinstance(cell, np.generic) else cell


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as export writes them: numbers, truths and text; dates in ISO."""
    return [{name: _written(cell) for name, cell in row.items()} for row in _cells(frame)]


def _written(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return (
            cell.date().isoformat()
            if pd.Timestamp(cell) == pd.Timestamp(cell).normalize()
            else cell.isoformat()
        )
    return cell if cell is None or isinstance(cell, (bool, int, float, str)) else str(cell)


def _label(key: object, labels: Mapping[str, str] | None) -> str:
    """The words for a key: as given, else the key itself with a capital and spaces."""
    text = str(key)
    if labels and text in labels:
        return labels[text]
    return text.replace("_", " ")[:1].upper() + text.replace("_", " ")[1:]


def _table_id(results: pd.DataFrame) -> str:
    return str(results["table_id"].iloc[0]) if len(results) else "nothing_to_show"


def _marked(row: Mapping[str, Any], text: str) -> str:
    return f"[{row['mark']}]" if row["mark"] else text


def _count(value: Any) -> str:
    return "–" if value is None else count_words(value)


def _cases(row: Mapping[str, Any]) -> str:
    """The cases a row rests on, of those it speaks of."""
    if row["mark"] == "c":
        return "[c]"
    if row["n"] is None or row["population"] is None or row["n"] == row["population"]:
        return _count(row["n"])
    return count_of(row["n"], row["population"])


def _estimate(value: Any, form: str) -> str:
    if value is None:
        return "–"
    if form == "points":
        return points(value)
    return score(value) if form == "score" else percent(value)


def _span(row: Mapping[str, Any], form: str) -> str:
    low, high = row["low"], row["high"]
    if low is None or high is None:
        return "none"
    if low == high:
        return "full count"
    return (
        interval_words(low, high) if form == "share" else f"{_estimate(low, form)} to {_estimate(high, form)}"
    )


def _with_key(note: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """The note, then what each mark in the table means; for a missing number also why."""
    marks = list(dict.fromkeys(str(row["mark"]) for row in rows if row["mark"]))
    reasons = {
        mark: dict.fromkeys(str(row["method"]) for row in rows if row["mark"] == mark) for mark in marks
    }
    keys = [
        f"{MARKS[mark]}{': ' + '; '.join(reasons[mark]) if mark == 'x' and any(reasons[mark]) else ''}."
        for mark in marks
    ]
    return " ".join([*([note] if note else []), *keys])


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
