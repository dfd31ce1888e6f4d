"""What a file says, read by its kind: the pieces of text in which identifiers are sought."""

from __future__ import annotations

import csv
import json
import re
import zlib
from base64 import b64decode
from collections.abc import Collection, Iterator, Sequence
from html.parser import HTMLParser
from io import StringIO
from typing import Any, NamedTuple
from urllib.parse import unquote, unquote_to_bytes

from qaf_lib.disclosure.identifiers import BREAK, MARK

GEOMETRY = re.compile(
    r"""id|d|[xyr][12]?|[cdfr][xyr]|width|height|points|viewbox|offset|rotate|textlength|pathlength
    |startoffset|ref[xy]|marker(?:width|height|-start|-mid|-end)|(?:gradient|pattern)?transform|transform-origin
    |style|fill|stroke|color|stop-color|flood-color|(?:fill-|stroke-|stop-)?opacity|stddeviation
    |stroke-(?:width|dasharray|dashoffset|miterlimit)|font-size|letter-spacing|word-spacing|baseline-shift
    |clip-path|mask|filter""",
    re.VERBOSE,
)
"""Attributes of a drawing that say where and how something is drawn."""

_NUMBER = r"[-+−±]?\d[\d.,]*+%?"
_NUMBER_CELL = re.compile(rf"(?:\s*(?:{_NUMBER}|of|to|under|over|points?|days?|[–—()]))+\s*")
_WRITTEN_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")
_ID_WORDS = frozenset({"id", "ids", "ref", "refs", "reference", "references", "name", "names"})
_UNITS = frozenset(
    {"case", "child", "family", "carer", "worker", "auditor", "moderator", "manager", "person"}
)
_UNIT_NUMBER = frozenset({"no", "number", "file", "record"})
_DECLARED = re.compile(r"/\*.*?\*/|\"[^\"]*\"|'[^']*'|(?P<value>(?<=:)[^;{}\"'/]*(?=[;}]))", re.DOTALL)
_CODE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?")


def is_number_cell(text: str) -> bool:
    """Whether a cell holds numbers and the words between them, and nothing else."""
    return _NUMBER_CELL.fullmatch(text) is not None


def is_number(text: str) -> bool:
    """Whether a text is a number as programs write it, without a leading zero."""
    return _WRITTEN_NUMBER.fullmatch(text) is not None


def names_someone(heading: str) -> bool:
    """Whether a heading is one of references or names, such as "case_id", "Case" or "Family number"."""
    words = re.findall(r"[^\W_]+", heading.casefold())
    return bool(words) and (
        words[-1] in _ID_WORDS or (words[0] in _UNITS and _UNIT_NUMBER.issuperset(words[1:]))
    )


def words_of_style(text: str) -> str:
    """A style sheet without the values of its declarations, and with the letters that stand as codes."""
    kept = _DECLARED.sub(lambda found: found[0] if found["value"] is None else " ", text)
    return _CODE.sub(lambda found: chr(min(int(found[1], 16), 0x10FFFF)), kept)


_DATA_ADDRESS = re.compile(
    r"""data:[\w/+.-]*(?:;[\w.=-]+)*?
        (?:;base64,(?P<base64>(?:[A-Za-z0-9+/%]{60,}[ \t]*\r?\n[ \t]*)*[A-Za-z0-9+/%]*={0,2})
          |,(?P<encoded>[^\s"'<>]*))""",
    re.VERBOSE | re.IGNORECASE,
)
_PNG = b"\x89PNG\r\n\x1a\n"
_LONGEST_PACKED = 1_000_000
_SHORTEST_TEXT = re.compile(r"[^\x00-\x1f\x7f\ufffd]{8,}")
"""Shorter runs of letters and digits come about by chance in bytes that are no text."""


def contents_within(text: str) -> tuple[str, list[bytes]]:
    """The text without the data addresses in it, and what each of these holds."""
    if ":" not in text:
        return text, []
    return _DATA_ADDRESS.sub(" ", text), [_bytes_of(found) for found in _DATA_ADDRESS.finditer(text)]


def _bytes_of(found: re.Match[str]) -> bytes:
    if found["base64"] is None:
        return unquote_to_bytes(found["encoded"])
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", unquote_to_bytes(found["base64"]))
    whole = letters[: len(letters) - (len(letters) % 4 == 1)]
    return b64decode(whole + b"=" * (-len(whole) % 4))


def text_of(raw: bytes) -> str:
    """Bytes as text: what is no text is left out but for the words in it."""
    if raw.startswith(_PNG):
        return "\n".join(_png_words(raw))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("utf-8", errors="replace")
        return "\n".join(_SHORTEST_TEXT.findall(text)) if "\0" in text else text


def _png_words(raw: bytes) -> Iterator[str]:
    """Contents of a PNG image's chunks but for its pixels."""
    at = len(_PNG)
    while at < len(raw):
        size, kind = int.from_bytes(raw[at : at + 4], "big"), raw[at + 4 : at + 8]
        if kind not in (b"IDAT", b"PLTE", b"IHDR"):
            yield _unpacked(kind, raw[at + 8 : at + 8 + size]).decode("utf-8", errors="replace")
        at += size + 12


def _unpacked(kind: bytes, content: bytes) -> bytes:
    """A chunk with the text in it that is compressed, if any."""
    before, mark, packed = content.partition({b"zTXt": b"\0\0", b"iTXt": b"\0\1\0"}.get(kind, b"\0\0\0\0"))
    if kind == b"iTXt":
        packed = packed.split(b"\0", 2)[-1]
    try:
        return before + b"\n" + zlib.decompressobj().decompress(packed, _LONGEST_PACKED) if mark else content
    except zlib.error:
        return content


_WITHIN_A_TEXT = re.compile(
    "a|abbr|acronym|b|bd[io]|big|cite|code|data|del|dfn|em|font|i|img|ins|kbd|label|mark|q|s|samp|small|span"
    "|strike|strong|su[bp]|textpath|time|tspan|tt|u|var|wbr"
)
"""Tags that do not end the text in which they stand."""

_HEADING = re.compile("h[1-6]|(?:fig)?caption")
_LONGEST_HEADING = 60
_CHECKSUM = re.compile(r"\bsha(?:256|384|512)-[A-Za-z0-9+/]{40,}={0,2}")


class Piece(NamedTuple):
    """A text that is read as one, the line where it starts (0 for none), and what else tells its place."""

    text: str
    line: int
    under: str = ""


class _Reader(HTMLParser):
    """Reads a page or a drawing once; tags of words leave a mark, all others end a text."""

    def __init__(self, *, drawing: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[Piece] = []
        self.asides: list[Piece] = []
        self._text: list[str] = []
        self._block, self._line, self._under = "", 0, ""
        self._headings: list[str] = []
        self._row, self._column, self._in_number_cell = 0, -1, False
        self._drawings = int(drawing)
        self._attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self._in_number_cell &= tag in ("tr", "th", "td")  # a cell with tags in it is one of words
        self._go_on(tag, tag)
        self._drawings += tag == "svg"
        if tag == "table":
            self._headings, self._row = [], 0
        elif tag == "tr":
            self._row, self._column = self._row + 1, -1
        elif tag in ("th", "td"):
            self._column += 1
            self._in_number_cell = tag == "td" and "number" in (dict(attrs).get("class") or "").split()
        for name, value in attrs:
            self._attribute(name, name if value is None else value)

    def handle_endtag(self, tag: str) -> None:
        self._go_on(tag, "")
        self._drawings -= tag == "svg" and self._drawings > 0
        self._in_number_cell &= tag not in ("tr", "th", "td")
        if tag == "table":
            self._headings = []

    def handle_data(self, data: str) -> None:
        self._line = self._line or self.getpos()[0]
        self._text.append(data)

    def handle_comment(self, data: str) -> None:
        self._text.append(MARK)
        self._add(self.asides, data)

    handle_pi = unknown_decl = handle_comment

    def handle_decl(self, decl: str) -> None:
        self.handle_comment(decl)

    def finish(self) -> None:
        """Read to the end; what cannot be parsed is read as it stands."""
        self._go_on("", "")
        self._add(self.asides, self.rawdata)

    def _go_on(self, tag: str, block: str) -> None:
        """Past a tag: within a text, or after its end into another block."""
        if tag == "br" or _WITHIN_A_TEXT.fullmatch(tag):
            self._text.append(" " if tag == "br" else MARK)
            return
        text = "".join(self._text)
        if _HEADING.fullmatch(self._block):
            self._under = f', under "{" ".join(text.split())[:_LONGEST_HEADING]}"'
        elif self._block == "style":
            text = words_of_style(text)
        elif self._block in ("th", "td"):
            text = self._cell(text)
        self._add(self.texts, text, self._line)
        self._text.clear()
        self._block, self._line = block, 0

    def _cell(self, text: str) -> str:
        """What of a cell's text is no number of the kit's own."""
        if self._row <= 1:
            self._headings += [""] * (self._column + 1 - len(self._headings))
            self._headings[self._column] += text
        if not (self._in_number_cell and is_number_cell(text)):
            return text
        heading = "".join(self._headings[self._column : self._column + 1])
        return "" if heading and not names_someone(heading) else text.replace(",", "")

    def _attribute(self, name: str, text: str) -> None:
        drawn = GEOMETRY.fullmatch(name) or (name.endswith("href") and text.startswith("#"))
        holds_data = "data:" in text.lower()
        if text not in self._attributes and (holds_data or not (self._drawings and drawn)):
            self._attributes.add(text)
            address = BREAK + unquote(text) if "%" in text and not holds_data else ""
            self._add(self.asides, _CHECKSUM.sub(" ", text) + address)

    def _add(self, pieces: list[Piece], text: str, line: int = 0) -> None:
        if text and not text.isspace():
            pieces.append(Piece(text, line or self.getpos()[0], self._under))


def markup_pieces(text: str, *, drawing: bool = False) -> list[Piece]:
    """What a page or a drawing says, without the geometry of drawings and the numbers of number cells.

    Text is taken block by block, its tags of words (such as `<b>`) as marks that may stand within a word.
    """
    reader = _Reader(drawing=drawing)
    try:
        reader.feed(text)
        reader.close()
    except AssertionError:  # the parser's word for a declaration that it does not know
        reader.rawdata = text
    reader.finish()
    return reader.texts + reader.asides


def pieces_of(raw: bytes, kind: str, *, number_columns: Collection[str] = ()) -> Iterator[Piece]:
    """The pieces of a file, and those of the images and other contents in it.

    `kind` is its ending, such as ".html", or "" for contents without one; what is of no known kind is read as
    text. `number_columns` are headings of a CSV file's columns that the kit filled with numbers.
    """
    for piece in _pieces(raw, kind, number_columns):
        said, contents = contents_within(piece.text)
        yield piece._replace(text=said)
        for content in contents:
            for inner in pieces_of(content, ""):
                yield Piece(inner.text, piece.line, f"{piece.under}, image in it")


def _pieces(raw: bytes, kind: str, numbers: Collection[str]) -> Iterator[Piece]:
    text = text_of(raw)
    if kind in (".html", ".htm", ".svg") or (not kind and text.lstrip().startswith("<")):
        yield from markup_pieces(text, drawing=kind in (".svg", ""))
        return
    try:
        if kind == ".csv":
            yield from _rows(text, numbers)
        elif kind == ".json":
            numbered = json.loads(text, parse_int=_Number, parse_float=_Number, object_pairs_hook=tuple)
            yield from _values(numbered, at="", key="")
        else:
            yield Piece(words_of_style(text) if kind == ".css" else text, 1)
    except (ValueError, RecursionError, csv.Error):
        yield Piece(text, 1)


def _rows(text: str, numbers: Collection[str]) -> Iterator[Piece]:
    """A piece for each row, without the numbers in columns of numbers that name nobody."""
    rows = csv.reader(StringIO(text, newline=""))
    headings = next(rows, [])
    counts = {at for at, name in enumerate(headings) if name in numbers and not names_someone(name)}
    yield Piece(BREAK.join(headings), 1)
    for row in rows:
        cells = [cell for at, cell in enumerate(row) if not (at in counts and is_number(cell))]
        yield Piece(BREAK.join(cells), rows.line_num - "".join(row).count("\n"))


class _Number(str):
    """A number as JSON has it."""


def _values(value: Any, *, at: str, key: str) -> Iterator[Piece]:
    """Keys and texts, and the numbers of keys that name a case or a person."""
    if isinstance(value, tuple):
        for name, part in value:
            yield Piece(name, 0, f"at {at}/{name}")
            yield from _values(part, at=f"{at}/{name}", key=name)
    elif isinstance(value, list):
        for part in value:
            yield from _values(part, at=at, key=key)
    elif isinstance(value, str) and (names_someone(key) or not isinstance(value, _Number)):
        yield Piece(value, 0, f"at {at}")
