"""One table's rows as they stand in a file or a database's answer, with the sheet that holds them chosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from qaf_lib.caseload.cells import folded
from qaf_lib.caseload.delimited import read_delimited
from qaf_lib.caseload.file_kinds import file_kind, refuse_kind
from qaf_lib.caseload.headings import HEADING_ROWS, Wanted
from qaf_lib.caseload.queries import read_query
from qaf_lib.caseload.web_tables import read_web_tables
from qaf_lib.caseload.workbook import SheetText, Workbook, open_workbook
from qaf_lib.errors import InputError
from qaf_lib.parameters import Source

__all__ = ["Grid", "open_grid"]

_SHOWN = 30


@dataclass(frozen=True)
class Grid:
    """Rows from row 1: `place` is how messages name them.

    In a text file (`is_text`) a row longer than the headings is a fault; a sheet may hold more beside it.
    """

    place: str
    rows: Iterable[list[str]]
    is_text: bool = False
    sheet: SheetText | None = None
    loses_formats: bool = False
    notes: tuple[str, ...] = ()


def open_grid(*, source: Source, root: Path, name: str, wanted: Wanted) -> Grid:
    """The rows of a source.

    Raises
    ------
    InputError
        If the file is missing, unreadable or of a kind that is not read, or the sheet cannot be told.
    """
    if source.query is not None:
        return Grid(name, read_query(source))
    path = root / str(source.file)
    kind = file_kind(path=path, name=name)
    if kind in {"xlsx", "xlsb", "ods", "xls"}:
        return _sheet_grid(path, name, source.sheet, wanted)
    if kind not in {"text", "html"}:
        raise refuse_kind(kind=kind, name=name, wanted="CSV UTF-8 or .xlsx")
    if source.sheet is not None:
        raise InputError(f"{name}: sheet names {source.sheet!r}, but the file has no sheets. Leave it out.")
    if kind == "html":
        return Grid(name, read_web_tables(path=path, name=name))
    return Grid(name, read_delimited(path=path, name=name, headings=wanted.names), is_text=True)


def _sheet_grid(path: Path, name: str, sheet: str | None, wanted: Wanted) -> Grid:
    with open_workbook(path=path, name=name) as book:
        title = _chosen(book, name, wanted) if sheet is None else _named(book, sheet, name)
        others = [hidden for hidden in book.hidden if hidden != title]
        text = book.sheet(title)
    notes = [f"the sheet {title!r} is hidden; it was read"] if title in book.hidden else []
    if others:
        notes.append(f"{_sheets_are(others)} hidden and not read: {', '.join(map(repr, others))}")
    return Grid(
        f"{name}, sheet {title!r}",
        text.rows,
        sheet=text,
        loses_formats=book.loses_formats,
        notes=tuple(notes),
    )


def _sheets_are(titles: list[str]) -> str:
    return "a sheet is" if len(titles) == 1 else f"{len(titles)} sheets are"


def _named(book: Workbook, sheet: str, name: str) -> str:
    exact = [title for title in book.titles if title == sheet]
    found = exact or [title for title in book.titles if folded(title) == folded(sheet)]
    if len(found) != 1:
        more = f" and {len(book.titles) - _SHOWN} more" if len(book.titles) > _SHOWN else ""
        raise InputError(
            f"{name}: {'no sheet' if not found else f'{len(found)} sheets are called'} {sheet!r}; "
            f"it has {', '.join(book.titles[:_SHOWN])}{more}. Name one of them."
        )
    return found[0]


def _chosen(book: Workbook, name: str, wanted: Wanted) -> str:
    """The only visible sheet that holds every heading; where none does, the one that comes closest."""
    if not book.titles:
        raise InputError(f"{name}: the workbook has no worksheet. Export the table again.")
    top = max(HEADING_ROWS, wanted.row or 0)
    tops = {title: book.sheet(title, top=top).rows for title in book.titles}
    whole = [title for title, rows in tops.items() if _holds(rows, wanted)]
    visible = [title for title in whole if title not in book.hidden]
    if len(visible) > 1:
        raise InputError(
            f"{name}: the sheets {', '.join(map(repr, visible[:_SHOWN]))} each hold every heading. "
            "Say which with sheet, or name the file once for each."
        )
    if visible:
        return visible[0]
    if whole:
        raise InputError(
            f"{name}: only the hidden sheet {whole[0]!r} holds every heading. Name it with sheet, or show it."
        )
    shown = [title for title in book.titles if title not in book.hidden] or book.titles
    return max(shown, key=lambda title: _closeness(tops[title], wanted))


def _holds(rows: list[list[str]], wanted: Wanted) -> bool:
    return (wanted.row is None or wanted.row <= len(rows)) and bool(wanted.whole_rows(rows))


def _closeness(rows: list[list[str]], wanted: Wanted) -> tuple[int, int]:
    return max((wanted.held(row) for row in rows), default=(-1, -1))
