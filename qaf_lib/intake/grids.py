"""A source's rows as they stand: which sheet and which row holds the headings, and what is read from each."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd
import sqlalchemy as sa
from openpyxl.utils import get_column_letter

from qaf_lib.errors import InputError
from qaf_lib.intake.cells import cell_text, folded, listed, tidy
from qaf_lib.intake.file_kinds import file_kind, refuse_kind
from qaf_lib.intake.text_files import read_delimited, read_web_tables
from qaf_lib.intake.workbook import SheetText, Workbook, open_workbook
from qaf_lib.parameters import Source

HEADING_ROWS = 20
"""The headings are looked for in so many rows from the top."""


@dataclass(frozen=True)
class Wanted:
    """Headings that a row must hold, each with the kit's column that is read from it, and that it may hold.

    `row` is the row said to hold them.
    """

    needed: Mapping[str, str]
    also: Iterable[str]
    row: int | None

    @property
    def names(self) -> frozenset[str]:
        """All of them, folded."""
        return frozenset(folded(heading) for heading in (*self.needed, *self.also))

    def held(self, cells: Iterable[str]) -> tuple[int, int]:
        """How many of the needed, and of all, headings a row holds."""
        here = {folded(cell) for cell in cells if cell}
        return len(here & {folded(heading) for heading in self.needed}), len(here & self.names)

    def whole_rows(self, top: Sequence[Sequence[str]]) -> list[int]:
        """The rows (from 1) that hold every needed heading; row 1 alone where it does."""
        needed = len({folded(heading) for heading in self.needed})
        held = {row: self.held(top[row - 1]) for row in self._candidates(top)}
        whole = [row for row, (found, any_found) in held.items() if found == needed and any_found]
        return [1] if 1 in whole else whole

    def best_row(self, top: Sequence[Sequence[str]]) -> int:
        """The row that comes closest."""
        return max(self._candidates(top), key=lambda row: self.held(top[row - 1]))

    def _candidates(self, top: Sequence[Sequence[str]]) -> Sequence[int]:
        return range(1, min(len(top), HEADING_ROWS) + 1) if self.row is None else [self.row]


@dataclass(frozen=True)
class Headings:
    """A source's row of headings: `row` counts from 1, `cells` stand as in the source, tidied."""

    place: str
    row: int
    cells: list[str]

    @cached_property
    def _folded(self) -> list[str]:
        return [folded(cell) for cell in self.cells]

    def positions(self, read: Mapping[str, str]) -> dict[str, int]:
        """Where the heading of each name stands, matched folded; those that are not there are left out."""
        found = {name: self._position(heading) for name, heading in read.items()}
        return {name: at for name, at in found.items() if at is not None}

    def _position(self, heading: str) -> int | None:
        wanted = folded(heading)
        found = [at for at, cell in enumerate(self._folded) if cell and cell == wanted]
        if len(found) > 1:
            columns = " and ".join(f"{self.cells[at]!r} (column {get_column_letter(at + 1)})" for at in found)
            times = "twice" if len(found) == 2 else f"{len(found)} times"
            raise InputError(
                f"{self.place}: the heading {heading} stands {times} in row {self.row}: {columns}. "
                "Letter case, blanks, hyphens and underscores do not tell headings apart. Keep or rename one."
            )
        return found[0] if found else None


def find_headings(*, top: Sequence[Sequence[str]], wanted: Wanted, place: str) -> Headings:
    """The row of a source's first rows that holds every heading needed.

    That is the row named, else row 1, else the only such row of the first twenty.
    """
    if wanted.row is not None and wanted.row > len(top):
        raise InputError(
            f"{place}: header_row is {wanted.row}, but there are {len(top)} rows. Name the row of headings."
        )
    rows = [[tidy(cell) for cell in cells] for cells in top]
    whole = wanted.whole_rows(rows)
    if len(whole) > 1:
        raise InputError(
            f"{place}: the rows {', '.join(map(str, whole))} each hold every heading. "
            "Say which holds this table's with header_row, or leave one table."
        )
    if not whole:
        raise InputError(f"{place}: {_missing(wanted, rows)}")
    return Headings(place, whole[0], rows[whole[0] - 1])


def _missing(wanted: Wanted, rows: Sequence[Sequence[str]]) -> str:
    row = wanted.best_row(rows)
    cells = rows[row - 1]
    here = {folded(cell) for cell in cells if cell}
    absent = {heading: ours for heading, ours in wanted.needed.items() if folded(heading) not in here}
    own = [heading for heading, ours in absent.items() if heading == ours]
    lacking = [
        f"the column{'s' if len(own) > 1 else ''} {', '.join(own)} {'are' if len(own) > 1 else 'is'} missing"
    ]
    lacking = (lacking if own else []) + [
        f"the column {heading} is missing, from which {ours} is read"
        for heading, ours in absent.items()
        if heading != ours
    ]
    return f"{'; '.join(lacking) or 'no heading is one that the kit reads'}. {_found(cells, row, wanted)}"


def _found(cells: Sequence[str], row: int, wanted: Wanted) -> str:
    """The headings found; cells that may belong to a case are never shown."""
    filled = [cell for cell in cells if cell]
    shown = [cell for cell in filled if len(cell) <= 60 and sum(map(str.isdigit, cell)) < 5]
    are_headings = wanted.held(cells)[1] > 0 or not any(map(str.isdigit, "".join(filled)))
    if not are_headings:
        return f"Row {row} holds no known heading and looks like a record. Export it with its headings."
    return f"Row {row} holds: {listed(shown) or 'nothing'}. Add what is missing, or map it under columns."


def refuse_unknown_names(source: Source, *, known: Collection[str], name: str) -> None:
    """Stop at a name in the mapping that the kit does not know, or a column that is given twice."""
    words = {*known, "answer"} if source.answers else {*known}
    for key, names, allowed in (
        ("columns", source.columns, {*known}),
        ("constants", source.constants, {*known}),
        ("values", source.meanings, words),
    ):
        for unknown in sorted(set(names) - allowed):
            raise InputError(
                f"{name}: {key} names {unknown}, which is no column of this table. "
                f"Name one of: {', '.join(sorted(allowed))}."
            )
    for both in sorted(source.columns.keys() & source.constants.keys()):
        raise InputError(f"{name}: {both} is mapped in columns and filled in constants. Keep one of the two.")
    for column, mapped in source.meanings.items():
        _refuse_two_meanings(column, mapped, name)


def _refuse_two_meanings(column: str, mapped: Mapping[str, str], name: str) -> None:
    meanings: dict[str, str] = {}
    for theirs, ours in mapped.items():
        if meanings.setdefault(folded(theirs), ours) != ours:
            raise InputError(
                f"{name}: values.{column} gives {theirs!r} two meanings (letter case, blanks, hyphens and "
                "underscores do not count). Keep one."
            )


def wanted_headings(source: Source, *, known: Sequence[str], required: Collection[str]) -> Wanted:
    """The headings that must be there: all that are mapped, and the required columns' own."""
    needed = {heading: ours for ours, heading in {**source.answers, **source.columns}.items()}
    own = [name for name in known if name not in source.columns and name not in source.constants]
    needed |= {name: name for name in own if name in required and folded(name) not in map(folded, needed)}
    return Wanted(needed=needed, also=own, row=source.header_row)


def columns_read(source: Source, *, known: Sequence[str]) -> dict[str, str]:
    """The heading from which each of the kit's columns is read where it stands."""
    return {name: source.columns.get(name, name) for name in known if name not in source.constants}


def with_words(column: pd.Series, mapped: Mapping[str, str]) -> pd.Series:
    """A column with the source's words as the kit's; "" is an empty cell on either side."""
    meanings = {folded(theirs): tidy(ours) or None for theirs, ours in mapped.items()}
    here = {word: meanings.get(folded(word), word) for word in column.dropna().unique()}
    changed = column.map(here).astype("string")
    nothing = meanings.get("")
    return changed if nothing is None else changed.mask(column.isna(), nothing)


@dataclass(frozen=True)
class Grid:
    """Rows from row 1: `place` is how messages name them.

    In a text file (`is_text`) a row longer than the headings is a fault; a sheet may hold more beside it.
    """

    place: str
    rows: Iterable[list[str]]
    is_text: bool = False
    sheet: SheetText | None = None
    notes: tuple[str, ...] = ()


def open_grid(*, source: Source, root: Path, name: str, wanted: Wanted) -> Grid:
    """The rows of a source, of the sheet named or the only one that holds every heading."""
    if source.query is not None:
        return Grid(name, _read_query(source))
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


def _read_query(source: Source) -> list[list[str]]:
    """The headings of a query's answer, then its rows, as text; the database's address is never told."""
    address = os.environ.get(str(source.address_in))
    if not address:
        raise InputError(
            f"{source.address_in}: the environment variable is not set. Set it to the database's address."
        )
    try:
        engine = sa.create_engine(address, poolclass=sa.NullPool, hide_parameters=True)
        with engine.connect() as connection:
            answer = connection.execute(sa.text(str(source.query)))
            return [list(answer.keys()), *([cell_text(value) for value in row] for row in answer)]
    except ImportError as error:
        raise InputError(
            f"{source.address_in}: the database's driver {error.name} is not installed. Install it."
        ) from None
    except sa.exc.SQLAlchemyError as error:
        raise InputError(
            f"query ({source.address_in}): the database refused it ({type(error).__name__}). "
            "Check the query and the address."
        ) from None


def _sheet_grid(path: Path, name: str, sheet: str | None, wanted: Wanted) -> Grid:
    with open_workbook(path=path, name=name) as book:
        title = _chosen(book, name, wanted) if sheet is None else _named(book, sheet, name)
        others = [hidden for hidden in book.hidden if hidden != title]
        text = book.sheet(title)
    notes = [f"the sheet {title!r} is hidden; it was read"] if title in book.hidden else []
    if others:
        notes.append(f"{_sheets_are(others)} hidden and not read: {', '.join(map(repr, others))}")
    return Grid(f"{name}, sheet {title!r}", text.rows, sheet=text, notes=tuple(notes))


def _sheets_are(titles: list[str]) -> str:
    return "a sheet is" if len(titles) == 1 else f"{len(titles)} sheets are"


def _named(book: Workbook, sheet: str, name: str) -> str:
    exact = [title for title in book.titles if title == sheet]
    found = exact or [title for title in book.titles if folded(title) == folded(sheet)]
    if len(found) != 1:
        raise InputError(
            f"{name}: {'no sheet' if not found else f'{len(found)} sheets are called'} {sheet!r}; "
            f"it has {listed(book.titles)}. Name one of them."
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
            f"{name}: the sheets {listed(list(map(repr, visible)))} each hold every heading. "
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
