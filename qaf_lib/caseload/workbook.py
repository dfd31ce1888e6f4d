"""Workbooks as sheets of text: what their bytes are tells how they are read, never their name's ending."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self
from zipfile import BadZipFile, ZipFile

from qaf_lib.caseload.file_kinds import file_kind, refuse_kind
from qaf_lib.caseload.old_workbooks import read_old_workbook
from qaf_lib.caseload.sizes import TooLargeError, too_large
from qaf_lib.caseload.xlsx import Xlsx
from qaf_lib.caseload.xml_parts import BrokenPartError
from qaf_lib.errors import InputError

__all__ = ["SheetText", "Workbook", "open_workbook"]

_LONGEST_NAME = 255


@dataclass(frozen=True)
class SheetText:
    """A sheet's cells as text, from its row 1; rows may differ in length, "" is an empty cell.

    Beside them what a reader would not see: `hidden_rows` that hold something, `empty_formulas` whose
    value is not stored, the last row of each merged area (`merged_to`), and, where formats are lost, how
    many cells of a column (A is 0) are `numbers`.
    """

    title: str
    rows: list[list[str]]
    hidden_rows: int = 0
    empty_formulas: int = 0
    merged_to: tuple[int, ...] = ()
    numbers: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Workbook:
    """An open workbook: `titles` of its worksheets in order, and those of them that are `hidden`.

    `loses_formats` says that leading zeros of numbers cannot be known (.xls, .xlsb, .ods).
    """

    titles: list[str]
    hidden: list[str]
    loses_formats: bool
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
    """Open a workbook for reading.

    Raises
    ------
    InputError
        If it is missing, broken, locked with a password or no workbook at all.
    """
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
        return SheetText(title, sheet.rows, sheet.hidden_rows, sheet.empty_formulas, tuple(sheet.merged_to))

    return Workbook(book.titles, book.hidden, loses_formats=False, read=read, close=archive.close)


def _old(path: Path, name: str) -> Workbook:
    read_sheets = read_old_workbook(path=path, name=name)
    _refuse_names([sheet.title for sheet in read_sheets], name)
    sheets = {sheet.title: sheet for sheet in read_sheets}

    def read(title: str, top: int | None) -> SheetText:
        sheet = sheets[title]
        return SheetText(title, sheet.rows[:top], merged_to=sheet.merged_to, numbers=sheet.numbers)

    hidden = [sheet.title for sheet in sheets.values() if sheet.is_hidden]
    return Workbook(list(sheets), hidden, loses_formats=True, read=read, close=sheets.clear)


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
