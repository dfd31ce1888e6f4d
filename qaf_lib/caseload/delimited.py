"""Text files with delimiters, as systems export them: any usual encoding, delimiter and line end."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator
from itertools import islice
from operator import itemgetter
from pathlib import Path

from qaf_lib.caseload.cells import folded
from qaf_lib.caseload.sizes import CELL_CHARACTERS, CELLS, COLUMNS, ROWS, too_large
from qaf_lib.errors import InputError

__all__ = ["decoded", "read_delimited"]

_DELIMITERS = ",;\t|"
_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_TOP = 20


def read_delimited(*, path: Path, name: str, headings: Collection[str]) -> Iterator[list[str]]:
    """The records of a text file as they stand, one by one; a blank line is an empty record.

    `headings` are folded names of which some are expected on top: they tell the delimiter.

    Raises
    ------
    InputError
        If the file is empty, no text or too large, or a record breaks the rules of quoting (told by its row).
    """
    text = decoded(path.read_bytes(), name)
    if any(text.count(mark) > CELLS for mark in _DELIMITERS):
        raise too_large(name, f"it has more than {CELLS:,} cells")
    separator = re.match(r'\s*"?sep=(.)"?[^\S\n\r]*(?:\r\n|\r|\n|$)', text, flags=re.IGNORECASE)
    if separator:
        return _records(text[separator.end() :], separator[1], name)
    return _records(text, _delimiter(text, headings), name)


def decoded(content: bytes, name: str) -> str:
    """A text file's content in whichever encoding it is, with one kind of line end.

    Raises
    ------
    InputError
        If it is empty or no text.
    """
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
