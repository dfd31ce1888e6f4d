"""Workbooks as sheets of text: what their bytes are tells how they are read, never their name's ending."""

from __future__ import annotations

import json
import subprocess
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Any, Self
from zipfile import BadZipFile, ZipFile

from qaf_lib.errors import InputError
from qaf_lib.intake.cells import cell_text, elapsed_text
from qaf_lib.intake.file_kinds import TooLargeError, file_kind, refuse_kind, too_large
from qaf_lib.intake.xlsx import Xlsx
from qaf_lib.intake.xlsx_sheet import BrokenPartError

_SECONDS = 20
_CHILD = Path(__file__).with_name("old_workbook_child.py")
_NO_WINDOW: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # Windows would show a console
_LONGEST_NAME = 255


@dataclass(frozen=True)
class SheetText:
    """A sheet's cells as text, from its row 1; rows may differ in length, "" is an empty cell.

    Beside them what a reader would not see: `hidden_rows` that hold something, `empty_formulas` whose
    value is not stored, the last row of each merged area (`merged_to`), and, where the format loses leading
    zeros (.xls, .xlsb, .ods), how many cells of a column (A is 0) are `numbers`.
    """

    title: str
    rows: list[list[str]]
    is_hidden: bool = False
    hidden_rows: int = 0
    empty_formulas: int = 0
    merged_to: tuple[int, ...] = ()
    numbers: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Workbook:
    """An open workbook: `titles` of its worksheets in order, and those of them that are `hidden`."""

    titles: list[str]
    hidden: list[str]
    read: Callable[[str, int | None], SheetText]
    close: Callable[[], None]

    def sheet(self, title: str, *, top: int | None = None) -> SheetText:
        """One sheet's text, or that of its first rows."""
        return self.read(title, top)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_workbook(*, path: Path, name: str) -> Workbook:
    """A workbook, open for reading; `name` is how messages name it."""
    kind = file_kind(path=path, name=name)
    if kind == "xlsx":
        return _xlsx(path, name)
    if kind in {"xls", "xlsb", "ods"}:
        return _old(path, name)
    raise refuse_kind(kind=kind, name=name, wanted="an Excel workbook")


def _xlsx(path: Path, name: str) -> Workbook:
    with _in_words(name):
        archive = ZipFile(path)
        try:
            book = Xlsx(archive)
            _refuse_names(book.titles, name)
        except BaseException:
            archive.close()
            raise

    def read(title: str, top: int | None) -> SheetText:
        with _in_words(name):
            sheet = book.read(title, top=top)
        return SheetText(
            title,
            sheet.rows,
            is_hidden=title in book.hidden,
            hidden_rows=sheet.hidden_rows,
            empty_formulas=sheet.empty_formulas,
            merged_to=tuple(sheet.merged_to),
        )

    return Workbook(book.titles, book.hidden, read=read, close=archive.close)


def _old(path: Path, name: str) -> Workbook:
    read_sheets = _read_old_workbook(path=path, name=name)
    _refuse_names([sheet.title for sheet in read_sheets], name)
    sheets = {sheet.title: sheet for sheet in read_sheets}

    def read(title: str, top: int | None) -> SheetText:
        return replace(sheets[title], rows=sheets[title].rows[:top])

    hidden = [sheet.title for sheet in sheets.values() if sheet.is_hidden]
    return Workbook(list(sheets), hidden, read=read, close=sheets.clear)


def _refuse_names(titles: list[str], name: str) -> None:
    """Refuse sheets that cannot be told apart, and names that would fill a message."""
    if len(set(titles)) < len(titles):
        raise InputError(f"{name}: two sheets have one name. Give each its own.")
    if any(len(title) > _LONGEST_NAME for title in titles):
        raise InputError(f"{name}: a sheet's name has more than {_LONGEST_NAME} letters. Shorten it.")


@contextmanager
def _in_words(name: str) -> Iterator[None]:
    """What a damaged file can raise, as a sentence."""
    try:
        yield
    except InputError:
        raise
    except TooLargeError as error:
        raise too_large(name, error) from None
    except BrokenPartError as error:
        raise InputError(f"{name}: the workbook is damaged: {error}. Save it again in Excel.") from None
    except RuntimeError:
        raise InputError(f"{name}: the workbook is locked with a password. Save it without one.") from None
    except (BadZipFile, zlib.error, OSError, EOFError, ValueError, LookupError):
        raise InputError(f"{name}: not a readable Excel workbook (.xlsx). Save it again in Excel.") from None


def _read_old_workbook(*, path: Path, name: str) -> list[SheetText]:
    """All sheets of a workbook that only python-calamine reads (.xls, .xlsb, .ods), in a process of its own.

    A damaged file can abort the process that reads it, so it is never ours; its memory and time are limited.
    """
    with TemporaryFile() as printed:
        try:
            ended = subprocess.run(
                [sys.executable, "-P", str(_CHILD), str(path.resolve())],
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.DEVNULL,
                timeout=_SECONDS,
                creationflags=_NO_WINDOW,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise _unreadable(name, f"reading it took more than {_SECONDS} seconds") from None
        if ended.returncode:
            raise _unreadable(name, "it is damaged, locked or too large")
        printed.seek(0)
        return list(_sheets(printed))


def _unreadable(name: str, reason: str) -> InputError:
    return InputError(f"{name}: the workbook cannot be read: {reason}. Save it in Excel as .xlsx.")


def _sheets(printed: IO[bytes]) -> Iterator[SheetText]:
    """Each sheet is a line about it, then a line for each of its rows."""
    about: dict[str, Any] | None = None
    rows: list[list[Any]] = []
    for line in printed:
        said = json.loads(line)
        if isinstance(said, list):
            rows.append(said)
            continue
        if about is not None:
            yield _sheet(about, rows)
        about, rows = said, []
    if about is not None:
        yield _sheet(about, rows)


def _sheet(about: Mapping[str, Any], rows: list[list[Any]]) -> SheetText:
    row, column = about["first"]
    numbers = Counter(
        column + index
        for values in rows
        for index, value in enumerate(values)
        if isinstance(value, int | float) and not isinstance(value, bool)
    )
    cells = [[""] * column + [_text(value) for value in values] for values in rows]
    return SheetText(
        about["title"],
        [[]] * row + cells,
        is_hidden=about["hidden"],
        merged_to=tuple(about["merged"]),
        numbers=numbers,
    )


def _text(value: Any) -> str:
    if not isinstance(value, list):
        return cell_text(value)
    [said] = value
    if isinstance(said, float):
        return elapsed_text(said)
    if "T" in said:
        return cell_text(datetime.fromisoformat(said))
    return cell_text(time.fromisoformat(said)) if ":" in said else str(said)
