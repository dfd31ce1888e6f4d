"""One sheet of an .xlsx workbook, read in one pass: its cells as text, and what a reader would not see."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from string import ascii_letters
from sys import getsizeof
from typing import IO, NoReturn
from xml.parsers import expat

from openpyxl.utils import column_index_from_string

from qaf_lib.intake.cells import cell_text
from qaf_lib.intake.file_kinds import (
    CELL_CHARACTERS,
    CELLS,
    COLUMNS,
    HELD_BYTES,
    LEVELS,
    NAMES,
    ROWS,
    TAG_BYTES,
    TooLargeError,
)

_CHUNK = 1 << 16


class BrokenPartError(Exception):
    """A part of a workbook that cannot be read; the message says what is wrong with it."""


class Local(dict[str, str]):
    """Names without their prefix, each worked out once: `x:row` is `row`."""

    def __missing__(self, name: str) -> str:
        self[name] = name.rpartition(":")[2]
        return self[name]


def parse(
    stream: IO[bytes],
    *,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
    until: Callable[[], bool] | None = None,
) -> None:
    """Hand a part's elements to functions, until `until` says that it is enough.

    A document type is refused, which no workbook declares and bombs need; so are a tag, or a number of names,
    larger than any workbook's, since both would be held whole.
    """
    names: dict[str, str] = {}
    parser = expat.ParserCreate(intern=names)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_declaration
    parser.StartElementHandler = start
    if end:
        parser.EndElementHandler = end
    if text:
        parser.CharacterDataHandler = text
    try:
        fed = 0
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > TAG_BYTES:
                raise TooLargeError(f"a tag or comment is longer than {TAG_BYTES:,} bytes")
            if len(names) > NAMES:
                raise TooLargeError(f"its XML uses more than {NAMES:,} different names")
            if until and until():
                return
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise BrokenPartError(f"its XML is broken ({expat.ErrorString(error.code)})") from None


def _refuse_declaration(*_: object) -> NoReturn:
    raise BrokenPartError("it declares an XML document type, which no workbook does")


class _PartReader:
    """Gathers the text of one cell or shared text at a time; what would be held without end is refused."""

    def __init__(self) -> None:
        self._local = Local()
        self._parts: list[str] = []
        self._is_text = False
        self._levels, self._guides, self._length, self._held = 0, 0, 0, 0

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        """What an element other than text begins."""

    def _finish(self, name: str) -> None:
        """What an element other than text ends."""

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = self._local[name]
        self._levels += 1
        if self._levels > LEVELS:
            raise TooLargeError(f"more than {LEVELS:,} elements of its XML stand in each other")
        if name == "v" or (name == "t" and not self._guides):
            self._is_text = True
        elif name == "rPh":  # a guide to how the text is spoken
            self._guides += 1
        else:
            self._begin(name, attributes)

    def _text(self, piece: str) -> None:
        if self._is_text:
            self._parts.append(piece)
            self._length += len(piece)
            if self._length > CELL_CHARACTERS:
                raise TooLargeError(f"a cell has more than {CELL_CHARACTERS:,} characters")

    def _end(self, name: str) -> None:
        name = self._local[name]
        self._levels -= 1
        if name in {"v", "t"}:
            self._is_text = False
        elif name == "rPh":
            self._guides -= 1
        else:
            self._finish(name)

    def _parse(self, stream: IO[bytes], until: Callable[[], bool] | None = None) -> None:
        parse(stream, start=self._start, end=self._end, text=self._text, until=until)

    def _hold(self, text: str) -> None:
        """Count the memory of a text that is kept."""
        self._held += getsizeof(text)
        if self._held > HELD_BYTES:
            raise TooLargeError(f"its texts take more than {HELD_BYTES:,} bytes")


class SharedTexts(_PartReader):
    """Reads the texts that cells share: runs joined, phonetic guides left out."""

    def __init__(self) -> None:
        super().__init__()
        self._found: list[str] = []

    def read(self, stream: IO[bytes]) -> list[str]:
        """The texts in order."""
        self._parse(stream)
        return [unescaped(text) for text in self._found]

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            self._parts, self._length = [], 0

    def _finish(self, name: str) -> None:
        if name == "si":
            self._found.append("".join(self._parts))
            self._hold(self._found[-1])


_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_BEFORE_ROW = "$" + ascii_letters
_NOTHING: list[str] = []


class SheetReader(_PartReader):
    """Reads a sheet; after `read` its attributes hold what was found.

    `strings` are the texts that cells share, `number` gives the text of a number by its cell's style. What
    is found is what `SheetText` holds.
    """

    def __init__(self, *, strings: Sequence[str], number: Callable[[str, str], str]) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.hidden_rows = 0
        self.empty_formulas = 0
        self.merged_to: list[int] = []
        self._strings, self._number = strings, number
        self._columns = _Columns()
        self._row, self._is_hidden = 0, False
        self._cells: list[str] = []
        self._size, self._column = 0, 0
        self._type, self._style, self._is_formula = "n", "0", False

    def read(self, stream: IO[bytes], *, top: int | None = None) -> None:
        """Read the sheet's part, or no more than is needed for its first rows."""
        self._parse(stream, None if top is None else lambda: len(self.rows) > top)
        while self.rows and not self.rows[-1]:
            self.rows.pop()
        if top is not None:
            del self.rows[top:]

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._start_cell(attributes)
        elif name == "row":
            self._start_row(attributes)
        elif name == "f":
            self._is_formula = True
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

    def _finish(self, name: str) -> None:
        if name == "c":
            self._end_cell()
        elif name == "row":
            self._end_row()

    def _end_cell(self) -> None:
        value = "".join(self._parts)
        if self._is_formula and not value and self._type != "str":
            self.empty_formulas += 1
        if value:
            text = self._cell(value)
            if self._type != "s":
                self._hold(text)
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
                return self._number(value.strip(), self._style)
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
        try:
            number: int = column_index_from_string(letters)
        except ValueError:
            number = 0
        if not 0 < number <= COLUMNS:
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
