"""XML inside workbooks, read in one pass and without ever following a declaration or an entity."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, NoReturn
from xml.parsers import expat

__all__ = ["BrokenPartError", "Local", "parse", "texts"]

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
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_declaration
    parser.StartElementHandler = start
    if end:
        parser.EndElementHandler = end
    if text:
        parser.CharacterDataHandler = text
    try:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)
            if until and until():
                return
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise BrokenPartError(f"its XML is broken ({expat.ErrorString(error.code)})") from None


def _refuse_declaration(*_: object) -> NoReturn:
    raise BrokenPartError("it declares an XML document type, which no workbook does")


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
        self._is_text, self._guides = False, 0

    def start(self, name: str, _: dict[str, str]) -> None:
        name = self._local[name]
        if name == self._element:
            self._parts = []
        elif name == "rPh":
            self._guides += 1
        self._is_text = name == "t" and not self._guides

    def text(self, piece: str) -> None:
        if self._is_text:
            self._parts.append(piece)

    def end(self, name: str) -> None:
        name = self._local[name]
        self._is_text = False
        if name == "rPh":
            self._guides -= 1
        elif name == self._element:
            self.found.append("".join(self._parts))
