"""Tables of web pages: many systems export such a page and call it .xls."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

from qaf_lib.caseload.delimited import decoded

__all__ = ["read_web_tables"]

_CELLS = {"td", "th"}
_WIDEST = 1_000


def read_web_tables(*, path: Path, name: str) -> list[list[str]]:
    """The rows of all tables of a page, one after the other, as text.

    Raises
    ------
    InputError
        If the page is no text.
    """
    reader = _TableReader()
    reader.feed(decoded(path.read_bytes(), name))
    reader.close()
    return reader.rows


class _TableReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._parts: list[str] | None = None
        self._span = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self._end_cell()
            self.rows.append([])
        elif tag in _CELLS:
            self._end_cell()
            said = dict(attrs).get("colspan") or "1"
            self._parts, self._span = [], min(int(said), _WIDEST) if said.isdecimal() else 1
        elif tag == "br":
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _CELLS or tag in {"tr", "table"}:
            self._end_cell()

    def handle_data(self, data: str) -> None:
        if self._parts is not None:
            self._parts.append(data)

    def _end_cell(self) -> None:
        if self._parts is None:
            return
        if not self.rows:
            self.rows.append([])
        self.rows[-1] += [" ".join("".join(self._parts).split())] + [""] * (self._span - 1)
        self._parts = None
