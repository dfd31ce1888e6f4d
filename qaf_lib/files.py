"""Files that are whole or not there, tables as CSV and workbooks among them, and their checksums."""

from __future__ import annotations

import csv
import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

LARGEST_FILE = 100_000_000
"""Bytes of a source; no larger one is read, so none is looked through, which could take hours."""


def editions_in(folder: Path) -> dict[int, Path]:
    """The folders of a period's editions, by number, in order."""
    named = [(re.fullmatch(r"edition-([0-9]+)", path.name), path) for path in folder.glob("edition-*")]
    return dict(sorted((int(found[1]), path) for found, path in named if found))


def write_text(path: Path, text: str, *, mode: int = 0o666) -> None:
    """Write text (UTF-8, LF), whole or not at all, as `write_bytes` does."""
    write_bytes(path, text.encode("utf-8"), mode=mode)


def write_bytes(path: Path, content: bytes, *, mode: int = 0o666) -> None:
    """Write a file so that a reader finds the old one or the new one, never a part.

    On a disk that is full the old file stays, and nothing beside it. `mode` says who may read the new one.
    """
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    try:
        beside.touch(mode=mode)
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def fsync_file(path: Path) -> None:
    """Flush a file to the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def fsync_folder(folder: Path) -> None:
    """Flush every file below a folder, and the folders' own entries where the system lets us, to the disk."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            fsync_file(path)
    fsync_entries(folder, *(path for path in folder.rglob("*") if path.is_dir()), folder.parent)


def fsync_entries(*folders: Path) -> None:
    """Flush the entries of folders to the disk, where the system lets us: names given, changed or taken."""
    if os.name != "posix":
        return
    for path in folders:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


_FORMULA = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")


def write_csv(path: Path, frame: pd.DataFrame) -> None:
    """Write a table, whole or not at all: UTF-8 with a mark, LF, no cell that runs as a formula.

    Text that begins like a formula gets an apostrophe before it; numbers stay as they are, with at
    most six decimals; a time at midnight is its day.
    """
    columns = [[_cell(value) for value in frame[name].tolist()] for name in frame]
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([_cell(str(name)) for name in frame])
    writer.writerows(zip(*columns, strict=True))
    write_text(path, "\ufeff" + text.getvalue())


def _cell(value: Any) -> str:
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        text = f"{value:.6f}".rstrip("0").rstrip(".")
        return "0" if text == "-0" else text
    if isinstance(value, date):
        return _day(value)
    text = str(value).replace("\r\n", "\n").replace("\r", "\n")  # a lone one would end the row
    return f"'{text}" if text.startswith(_FORMULA) else text


def _day(value: date) -> str:
    if isinstance(value, datetime) and value.time() != value.time().min:
        return value.isoformat(sep=" ", timespec="seconds")
    return f"{value:%Y-%m-%d}"


_OWNER_ONLY = 0o600
_LONGEST_NAME = 31
_WIDTHS = (14, 60)
"""Narrowest and widest column, in characters."""

_LONGEST_TEXT = 32_767
"""Characters that a cell can hold; a longer text would be left out whole."""

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


@dataclass(frozen=True)
class Sheet:
    """One sheet: a title, lines under it, and a table; rows of a form have room to write in."""

    name: str
    title: str
    lines: Sequence[str]
    table: pd.DataFrame
    is_form: bool = False


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write a workbook, whole or not at all, for its owner alone."""
    write_bytes(path, workbook(sheets), mode=_OWNER_ONLY)


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """Sheets as an Excel file; no cell is a formula or a link.

    Days are written as days, what is missing stays blank; the same sheets give the same bytes.
    """
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, _OPTIONS) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})
        looks: dict[str, Any] = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
            "day": book.add_format({"num_format": "d mmmm yyyy", "valign": "top", "align": "left"}),
        }
        for sheet in sheets:
            _write(book.add_worksheet(sheet.name[:_LONGEST_NAME]), sheet, looks)
    return stream.getvalue()


def _write(page: Any, sheet: Sheet, looks: dict[str, Any]) -> None:
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.write_string(0, 0, sheet.title, looks["title"])
    for at, line in enumerate(sheet.lines, start=1):
        page.write_string(at, 0, line)
    top = len(sheet.lines) + 2
    page.freeze_panes(top + 1, 0)
    for column, name in enumerate(sheet.table):
        values = sheet.table[name].tolist()
        page.set_column(column, column, _width(str(name), values))
        page.write_string(top, column, str(name), looks["head"])
        for row, value in enumerate(values, start=top + 1):
            _write_cell(page, row, column, value, looks)
    if sheet.is_form:
        for row in range(top + 1, top + 1 + len(sheet.table)):
            page.set_row(row, 90)


def _write_cell(page: Any, row: int, column: int, value: Any, looks: dict[str, Any]) -> None:
    if pd.api.types.is_scalar(value) and pd.isna(value):
        page.write_blank(row, column, None, looks["text"])
    elif isinstance(value, date):
        page.write_datetime(row, column, datetime(value.year, value.month, value.day), looks["day"])
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        page.write_number(row, column, value, looks["text"])
    else:
        page.write_string(row, column, str(value)[:_LONGEST_TEXT], looks["text"])


def _width(name: str, values: Sequence[Any]) -> int:
    longest = max([len(name), *(len(str(value)) for value in values)], default=0)
    return min(max(longest + 2, _WIDTHS[0]), _WIDTHS[1])
