"""Pages and drawings as a reader has them: their text block by block, attributes, comments and styles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import unquote

from qaf_lib.disclosure.needles import BREAK, MARK
from qaf_lib.disclosure.numbers import GEOMETRY, is_number_cell, names_someone, words_of_style

__all__ = ["Piece", "markup_pieces"]

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
