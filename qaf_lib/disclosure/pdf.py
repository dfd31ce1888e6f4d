"""What a PDF says: the pieces of text in which identifiers are sought."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from itertools import chain
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject, IndirectObject, TextStringObject

from qaf_lib.disclosure.identifiers import MARK
from qaf_lib.disclosure.reading import Piece, text_of

_ONE_TEXT = frozenset(
    {"/P", "/H1", "/H2", "/H3", "/H4", "/H5", "/H6", "/TH", "/TD", "/LI", "/Caption", "/BlockQuote"}
)
"""Tags whose words are read as one, whatever tags stand within."""

_LINE_END = re.compile(r"(?<!\d)\n|\n(?!\d)")
"""Ends of lines that may stand within a word; two numbers one after the other are two."""

_UNTAGGED = -1

Place = tuple[int, int]
"""The number of a page's object, and that of a marked part of its text."""


def pdf_pieces(raw: bytes) -> Iterator[Piece]:
    """The words of a PDF in the order of its tags, those without a tag, and every other string in it."""
    try:
        yield from list(_pieces(PdfReader(BytesIO(raw))))
    except PyPdfError:
        yield Piece(text_of(raw), 1)


def _pieces(reader: PdfReader) -> Iterator[Piece]:
    numbers, shown = {}, {}
    for number, page in enumerate(reader.pages, start=1):
        at = page.indirect_reference.idnum if page.indirect_reference else -number
        numbers[at], shown[at] = number, _shown(page)
    for places in _texts(reader.root_object.get("/StructTreeRoot", {}), page=0):
        text = "".join(shown.get(at, {}).pop(part, "") for at, part in places)
        if text.strip():
            yield Piece(_LINE_END.sub(MARK, text), 0, f"page {numbers[places[0][0]]}")
    for at, rest in shown.items():
        yield from (Piece(text, 0, f"page {numbers[at]}, outside its tags") for text in rest.values())
    yield from (Piece(text, 0, "beside its pages") for text in strings_of(reader))


def _texts(element: Any, *, page: int) -> Iterator[list[Place]]:
    """The marked parts of pages in the order of the tags; those in one list are read as one text."""
    if isinstance(element, IndirectObject):
        element = element.get_object()
    if isinstance(element, list):
        for kid in element:
            yield from _texts(kid, page=page)
    elif isinstance(element, int):
        yield [(page, element)]
    elif isinstance(element, DictionaryObject):
        page = element.raw_get("/Pg").idnum if "/Pg" in element else page
        within = _texts(element.get("/MCID", element.get("/K", [])), page=page)
        if element.get("/S") in _ONE_TEXT:
            yield list(chain.from_iterable(within))
        else:
            yield from within


def _shown(page: PageObject) -> dict[int, str]:
    """The text of a page by the marked part in which it stands."""
    shown: dict[int, str] = {}
    inside = [_UNTAGGED]

    def mark(operator: bytes, operands: Any, *_: object) -> None:
        if operator in (b"BDC", b"BMC"):
            told = operands[1] if operator == b"BDC" else {}
            inside.append(told.get("/MCID", inside[-1]) if isinstance(told, dict) else inside[-1])
        elif operator == b"EMC" and len(inside) > 1:
            inside.pop()

    def say(text: str, *_: object) -> None:
        shown[inside[-1]] = shown.get(inside[-1], "") + text

    page.extract_text(visitor_operand_before=mark, visitor_text=say)
    return shown


def strings_of(reader: PdfReader) -> Iterator[str]:
    """Every string of a PDF that is not on its pages: title, bookmarks, words for images, addresses."""
    seen: set[int] = set()
    left: list[Any] = [reader.trailer.get("/Info"), reader.root_object]
    while left:
        value = left.pop()
        if isinstance(value, IndirectObject):
            if value.idnum in seen:
                continue
            seen.add(value.idnum)
            value = value.get_object()
        if isinstance(value, TextStringObject):
            yield str(value)
        elif isinstance(value, dict):
            left += value.values()
        elif isinstance(value, list):
            left += value
