"""XML inside workbooks, read in one pass and without ever following a declaration or an entity."""

from __future__ import annotations

from collections.abc import Callable
from sys import getsizeof
from typing import IO, NoReturn
from xml.parsers import expat

from qaf_lib.caseload.sizes import CELL_CHARACTERS, HELD_BYTES, LEVELS, NAMES, TAG_BYTES, TooLargeError

__all__ = ["BrokenPartError", "Local", "held_with", "parse", "refuse_deep", "refuse_long_cell", "texts"]

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

    Raises
    ------
    BrokenPartError
        If it is not well-formed, or declares a document type (which no workbook does, and bombs need).
    TooLargeError
        If one tag, or the number of names, is larger than any workbook's: both would be held whole.
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


def refuse_long_cell(characters: int) -> None:
    """Refuse a cell's text before all of it is held."""
    if characters > CELL_CHARACTERS:
        raise TooLargeError(f"a cell has more than {CELL_CHARACTERS:,} characters")


def refuse_deep(levels: int) -> None:
    """Refuse elements within elements without end: each takes memory until it ends."""
    if levels > LEVELS:
        raise TooLargeError(f"more than {LEVELS:,} elements of its XML stand in each other")


def held_with(text: str, held: int) -> int:
    """The memory of texts held so far with one more, unless it is too much."""
    held += getsizeof(text)
    if held > HELD_BYTES:
        raise TooLargeError(f"its texts take more than {HELD_BYTES:,} bytes")
    return held


def texts(stream: IO[bytes], *, element: str) -> list[str]:
    """The text under each of the elements of that name, runs joined and phonetic guides left out."""
    reader = _Texts(element)
    parse(stream, start=reader.start, end=reader.end, text=reader.text)
    return reader.found


class _Texts:
    def __init__(self, element: str) -> None:
        self.found: list[str] = []
        self._element, self._local = element, Local()
        self._parts: list[str] = []
        self._levels, self._length, self._held = 0, 0, 0
        self._is_text, self._guides = False, 0

    def start(self, name: str, _: dict[str, str]) -> None:
        name = self._local[name]
        self._levels += 1
        refuse_deep(self._levels)
        if name == self._element:
            self._parts, self._length = [], 0
        elif name == "rPh":
            self._guides += 1
        self._is_text = name == "t" and not self._guides

    def text(self, piece: str) -> None:
        if self._is_text:
            self._parts.append(piece)
            self._length += len(piece)
            refuse_long_cell(self._length)

    def end(self, name: str) -> None:
        name = self._local[name]
        self._levels -= 1
        self._is_text = False
        if name == "rPh":
            self._guides -= 1
        elif name == self._element:
            self.found.append("".join(self._parts))
            self._held = held_with(self.found[-1], self._held)
