"""What a Word document or an Excel workbook says: the pieces of text in which identifiers are sought."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from qaf_lib.disclosure.reading import Piece, is_number_cell, names_someone, pieces_of, text_of

_MARKUP = (".xml", ".rels")
_TEXT = frozenset({"t", "delText", "instrText"})
"""Elements that hold words, whatever they are for."""

_BLOCK = frozenset({"p", "si", "is"})
"""Elements whose words are read as one: a paragraph, a cell's text."""

_SAID = frozenset({"descr", "title", "name", "author", "Target", "tooltip", "displayName"})
"""Attributes that hold words of somebody's."""


def office_pieces(raw: bytes) -> Iterator[Piece]:
    """The words of every part of a document or workbook, and of the images in it.

    Left out are numbers of a workbook's cells, and of a document's right-aligned cells under a heading that
    names nobody: the kit computed them, and the CSV beside them is read whole.
    """
    try:
        with zipfile.ZipFile(BytesIO(raw)) as parts:
            contents = {name: parts.read(name) for name in sorted(parts.namelist())}
    except zipfile.BadZipFile:
        yield Piece(text_of(raw), 1)
        return
    for name, content in contents.items():
        yield Piece(name, 0, "name of a part")
        if name.lower().endswith(_MARKUP):
            yield from _part_pieces(content, name)
        else:
            yield from (piece._replace(under=f"in {name}") for piece in pieces_of(content, ""))


def _part_pieces(content: bytes, part: str) -> Iterator[Piece]:
    try:
        root = fromstring(content)
    except (ParseError, DefusedXmlException, ValueError):
        yield Piece(text_of(content), 1, f"in {part}")
        return
    numbers = {id(block) for table in _those(root, "tbl") for block in _number_blocks(table)}
    read: set[int] = set()
    at = 0
    for element in root.iter():
        yield from (
            Piece(value, 0, f"in {part}, {_name(key)}")
            for key, value in element.attrib.items()
            if _name(key) in _SAID
        )
        if _name(element.tag) in _BLOCK:
            at += 1
            read.update(map(id, element.iter()))
            words = _words(element)
            if words and id(element) not in numbers:
                yield Piece(words, 0, f"in {part}, paragraph {at}")
        elif id(element) not in read and (element.text or "").strip() and _name(element.tag) != "v":
            yield Piece(element.text, 0, f"in {part}")


def _number_blocks(table: Any) -> Iterator[Any]:
    """Paragraphs of a table's cells that hold the kit's numbers and nothing else."""
    rows = [list(_those(row, "tc")) for row in _those(table, "tr")]
    heads = [_words(cell) for cell in rows[0]] if rows else []
    for row in rows[1:]:
        for cell, head in zip(row, heads, strict=False):
            right = any("right" in align.attrib.values() for align in _those(cell, "jc"))
            if right and is_number_cell(_words(cell)) and not names_someone(head):
                yield from _those(cell, "p")


def _those(element: Any, name: str) -> Iterator[Any]:
    return (found for found in element.iter() if _name(found.tag) == name)


def _words(element: Any) -> str:
    parts = []
    for found in element.iter():
        if _name(found.tag) in _TEXT:
            parts.append(found.text or "")
        elif _name(found.tag) in ("tab", "br", "cr", "p"):
            parts.append(" ")
    return "".join(parts).strip()


def _name(tag: Any) -> str:
    """A tag or an attribute without its namespace."""
    return re.sub(r"^\{.*\}", "", str(tag))
