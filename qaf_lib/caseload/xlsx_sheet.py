"""One sheet of an .xlsx workbook, read in one pass: its cells as text, and what a reader would not see."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from string import ascii_letters
from typing import IO

from qaf_lib.caseload.cells import cell_text
from qaf_lib.caseload.sizes import CELLS, COLUMNS, ROWS, TooLargeError
from qaf_lib.caseload.xlsx_numbers import NumberTexts
from qaf_lib.caseload.xml_parts import BrokenPartError, Local, held_with, parse, refuse_deep, refuse_long_cell

__all__ = ["SheetReader", "unescaped"]

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_BEFORE_ROW = "$" + ascii_letters
_NOTHING: list[str] = []


class SheetReader:
    """Reads a sheet; after `read` its attributes hold what was found.

    `rows` from row 1, `hidden_rows` that hold something, `empty_formulas` without a stored value, and
    `merged_to`, the last row of each merged area.
    """

    def __init__(self, *, strings: Sequence[str], numbers: NumberTexts) -> None:
        self.rows: list[list[str]] = []
        self.hidden_rows = 0
        self.empty_formulas = 0
        self.merged_to: list[int] = []
        self._strings, self._numbers = strings, numbers
        self._local, self._columns = Local(), _Columns()
        self._row, self._is_hidden = 0, False
        self._cells: list[str] = []
        self._size, self._held, self._length, self._levels = 0, 0, 0, 0
        self._column, self._type, self._style = 0, "n", "0"
        self._parts: list[str] = []
        self._is_value, self._is_formula, self._guides = False, False, 0

    def read(self, stream: IO[bytes], *, top: int | None = None) -> None:
        """Read the sheet's part, or no more than is needed for its first rows."""
        enough = None if top is None else lambda: len(self.rows) > top
        parse(stream, start=self._start, end=self._end, text=self._text, until=enough)
        while self.rows and not self.rows[-1]:
            self.rows.pop()
        if top is not None:
            del self.rows[top:]

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = self._local[name]
        self._levels += 1
        refuse_deep(self._levels)
        if name == "c":
            self._start_cell(attributes)
        elif name == "v" or (name == "t" and not self._guides):
            self._is_value = True
        elif name == "row":
            self._start_row(attributes)
        elif name == "f":
            self._is_formula = True
        elif name == "rPh":
            self._guides += 1
        elif name == "mergeCell":
            self._add_merged(attributes.get("ref", ""))

    def _add_merged(self, area: str) -> None:
        self.merged_to.append(int(area.rpartition(":")[2].lstrip(_BEFORE_ROW) or 0))
        if len(self.merged_to) > ROWS:
            raise TooLargeError(f"a sheet has more than {ROWS:,} merged areas")

    def _start_row(self, attributes: dict[str, str]) -> None:
        said = attributes.get("r", "")
        self._row = int(said) if said.isdigit() else self._row + 1
        if not 1 <= self._row <= ROWS:
            raise BrokenPartError("a row has a number that no sheet has")
        self._is_hidden = attributes.get("hidden") in {"1", "true"}
        self._cells, self._column = [], 0

    def _start_cell(self, attributes: dict[str, str]) -> None:
        place = attributes.get("r")
        self._column = self._columns[place.rstrip("0123456789")] if place else self._column + 1
        self._type = attributes.get("t", "n")
        self._style = attributes.get("s", "0")
        self._parts, self._length = [], 0
        self._is_formula = False

    def _text(self, piece: str) -> None:
        if self._is_value:
            self._parts.append(piece)
            self._length += len(piece)
            refuse_long_cell(self._length)

    def _end(self, name: str) -> None:
        name = self._local[name]
        self._levels -= 1
        if name in {"v", "t"}:
            self._is_value = False
        elif name == "c":
            self._end_cell()
        elif name == "row":
            self._end_row()
        elif name == "rPh":
            self._guides -= 1

    def _end_cell(self) -> None:
        value = "".join(self._parts)
        if self._is_formula and not value and self._type != "str":
            self.empty_formulas += 1
        if value:
            text = self._cell(value)
            if self._type != "s":
                self._held = held_with(text, self._held)
            if self._column > len(self._cells):
                self._cells.extend([""] * (self._column - len(self._cells)))
            elif self._cells[self._column - 1]:
                raise BrokenPartError("two cells have one place")
            self._cells[self._column - 1] = text

    def _cell(self, value: str) -> str:
        match self._type:
            case "s":
                if not value.isdigit() or int(value) >= len(self._strings):
                    raise BrokenPartError("a cell names a text that is not in the file")
                return self._strings[int(value)]
            case "n":
                return self._numbers.text(value.strip(), self._style)
            case "b":
                return "true" if value.strip() in {"1", "true"} else "false"
            case "d":
                return _day(value.strip())
            case "e":
                return value
            case _:
                return unescaped(value)

    def _end_row(self) -> None:
        while self._cells and not self._cells[-1]:
            self._cells.pop()
        if not self._cells:
            return
        self._size += len(self._cells)
        if self._size > CELLS:
            raise TooLargeError(f"a sheet spans more than {CELLS:,} cells")
        if self._row > len(self.rows):
            self.rows.extend([_NOTHING] * (self._row - len(self.rows)))
        if self.rows[self._row - 1]:
            raise BrokenPartError("two rows have one number")
        self.rows[self._row - 1] = self._cells
        self.hidden_rows += self._is_hidden


class _Columns(dict[str, int]):
    """The number of a column by its letters, each worked out once: A is 1."""

    def __missing__(self, letters: str) -> int:
        number = 0
        for letter in letters.upper():
            number = number * 26 + ord(letter) - 64
            if not ("A" <= letter.upper() <= "Z" and number <= COLUMNS):
                raise BrokenPartError("a cell has a place that no sheet has")
        if not number:
            raise BrokenPartError("a cell has a place that no sheet has")
        self[letters] = number
        return number


def unescaped(text: str) -> str:
    """Text without the escapes that workbooks use for control characters: `_x000D_`.

    Half a character, which no text can be written with, becomes the sign for what cannot be read.
    """
    if "_x" not in text:
        return text
    plain = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _day(value: str) -> str:
    try:
        return cell_text(datetime.fromisoformat(value))
    except ValueError:
        return value
