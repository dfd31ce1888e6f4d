"""Text files with delimiters, and tables of web pages, as systems export them: any usual encoding."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator
from html.parser import HTMLParser
from itertools import islice
from operator import itemgetter
from pathlib import Path

from qaf_lib.errors import InputError
from qaf_lib.intake.cells import folded
from qaf_lib.intake.file_kinds import (
    CELL_CHARACTERS,
    CELLS,
    COLUMNS,
    PAGE_TAG_CHARACTERS,
    PAGE_TAGS,
    ROWS,
    TooLargeError,
    too_large,
)

_DELIMITERS = ",;\t|"
_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_TOP = 20
_CELLS = {"td", "th"}
_WIDEST = 1_000
_CHUNK = 1 << 16


def read_delimited(*, path: Path, name: str, headings: Collection[str]) -> Iterator[list[str]]:
    """The records of a text file as they stand, one by one; a blank line is an empty record.

    `headings` are folded names of which some are expected on top: they tell the delimiter.
    """
    text = decoded(path.read_bytes(), name)
    if any(text.count(mark) > CELLS for mark in _DELIMITERS):
        raise too_large(name, f"it has more than {CELLS:,} cells")
    separator = re.match(r'\s*"?sep=(.)"?[^\S\n\r]*(?:\r\n|\r|\n|$)', text, flags=re.IGNORECASE)
    if separator:
        return _records(text[separator.end() :], separator[1], name)
    return _records(text, _delimiter(text, headings), name)


def decoded(content: bytes, name: str) -> str:
    """A text file's content in whichever encoding it is, with one kind of line end."""
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search(r"[^\ufeff\x00 \r\n\t\x1a]", text):
            raise InputError(f"{name}: the file is empty. Export it again with its heading row.")
        if "\x00" in text:
            raise InputError(
                f"{name}: the file holds NUL characters: it is damaged or not a text file. Export it again."
            )
        text = text.removesuffix("\x1a")
        return re.sub(r"\r(?!\n)", " ", text) if "\r" in text and "\n" in text else text
    raise InputError(f"{name}: the text is neither UTF-8 nor Windows-1252. Save it as CSV UTF-8.")


def _encodings(content: bytes) -> list[str]:
    marked = next((encoding for mark, encoding in _MARKS.items() if content.startswith(mark)), None)
    if marked:
        return [marked]
    sample = content[:4000]
    first, second = sample[0::2].count(0), sample[1::2].count(0)
    if second > len(sample) / 8 and not first:
        return ["utf-16-le"]
    if first > len(sample) / 8 and not second:
        return ["utf-16-be"]
    return ["utf-8", "cp1252"]


def _delimiter(text: str, headings: Collection[str]) -> str:
    """The one under which a row on top holds most of the headings looked for, then most cells."""
    return max(_DELIMITERS, key=lambda delimiter: _fit(text, delimiter, headings))


def _fit(text: str, delimiter: str, headings: Collection[str]) -> tuple[int, int]:
    top = []
    try:
        for record in islice(_reader(text, delimiter), _TOP):
            top.append(record[:COLUMNS])
    except csv.Error:
        if not top:
            return -1, 0
    return max((sum(folded(cell) in headings for cell in record) for record in top), default=0), max(
        map(len, top), default=0
    )


def _reader(text: str, delimiter: str) -> Iterator[list[str]]:
    line = r"[^\n]*\n|[^\n]+" if "\n" in text else r"[^\r]*\r|[^\r]+"
    return csv.reader(
        map(itemgetter(0), re.finditer(line, text)), delimiter=delimiter, strict=True, skipinitialspace=True
    )


def _records(text: str, delimiter: str, name: str) -> Iterator[list[str]]:
    row = 0
    try:
        for row, record in enumerate(_reader(text, delimiter), start=1):
            if row > ROWS:
                raise too_large(name, f"it has more than {ROWS:,} rows")
            if len(record) > COLUMNS:
                raise too_large(name, f"row {row} has more than {COLUMNS:,} cells")
            yield record
    except csv.Error as error:
        raise InputError(f"{name}: row {row + 1} {_fault(str(error))}. Export the file again.") from None


def _fault(said: str) -> str:
    if "unexpected end" in said:
        return "opens a quotation mark that is never closed"
    if "field limit" in said:
        return (
            f"has a cell of more than {CELL_CHARACTERS:,} characters; a quotation mark is probably not closed"
        )
    return "has a quotation mark inside a quoted cell that is not doubled"


def read_web_tables(*, path: Path, name: str) -> list[list[str]]:
    """The rows of all tables of a page, one after the other, as text; many systems call such a page .xls."""
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
