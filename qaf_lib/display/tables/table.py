"""What every table is: words in its cells, the numbers beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

__all__ = ["TABLE_TYPE", "Table"]

TABLE_TYPE = "application/vnd.qaf.table+json"
"""Media type under which a table carries its records, for export to write as CSV."""

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
