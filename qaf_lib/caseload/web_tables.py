"""Tables of web pages: many systems export such a page and call it .xls."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

from qaf_lib.caseload.delimited import decoded
from qaf_lib.caseload.sizes import CELLS, PAGE_TAG_CHARACTERS, PAGE_TAGS, ROWS, TooLargeError, too_large
from qaf_lib.errors import InputError

__all__ = ["read_web_tables"]

_CELLS = {"td", "th"}
_WIDEST = 1_000
_CHUNK = 1 << 16


def read_web_tables(*, path: Path, name: str) -> list[list[str]]:
    """The rows of all tables of a page, one after the other, as text.

    Raises
    ------
    InputError
        If the page is no text, too large or breaks off inside a tag.
    """
    text = decoded(path.read_bytes(), name)
    if text.count("<") > PAGE_TAGS:
        raise too_large(name, f"the page has more than {PAGE_TAGS:,} tags")
    reader = _TableReader()
    try:
        for start in range(0, len(text), _CHUNK):
            reader.feed(text[start : start + _CHUNK])
            if len(reader.rawdata) > PAGE_TAG_CHARACTERS:
                raise TooLargeError(f"a tag or comment is longer than {PAGE_TAG_CHARACTERS:,} characters")
        if len(reader.rawdata) < _CHUNK:
            reader.close()
            return reader.rows
    except TooLargeError as error:
        raise too_large(name, error) from None
    except AssertionError:  # what html.parser says of a declaration that is none
        pass
    raise InputError(f"{name}: the page is damaged: a tag or comment is not closed. Export it again.")


class _TableReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._parts: list[str] | None = None
        self._span = 1
        self._size = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self._end_cell()
            self.rows.append([])
            if len(self.rows) > ROWS:
                raise TooLargeError(f"the page has more than {ROWS:,} rows")
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

    def close(self) -> None:
        """Read what is left, and end the last cell where the page does not."""
        super().close()
        self._end_cell()

    def _end_cell(self) -> None:
        if self._parts is None:
            return
        if not self.rows:
            self.rows.append([])
        self.rows[-1] += [" ".join("".join(self._parts).split())] + [""] * (self._span - 1)
        self._size += self._span
        if self._size > CELLS:
            raise TooLargeError(f"the page spans more than {CELLS:,} cells")
        self._parts = None
