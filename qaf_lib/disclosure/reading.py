"""What a file says, read by its kind: the pieces of text in which identifiers are sought."""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Iterator
from io import StringIO
from typing import Any

from qaf_lib.disclosure.embedded import contents_within, text_of
from qaf_lib.disclosure.markup import Piece, markup_pieces
from qaf_lib.disclosure.needles import BREAK
from qaf_lib.disclosure.numbers import MEASURES, is_number, names_someone, words_of_style

__all__ = ["pieces_of"]


def pieces_of(raw: bytes, kind: str, *, number_columns: Collection[str] = ()) -> Iterator[Piece]:
    """The pieces of a file, and those of the images and other contents in it.

    Parameters
    ----------
    raw : bytes
        The file as it is.
    kind : str
        Its ending, such as ".html"; "" for contents without one. What is of no known kind is read as text.
    number_columns : collection of str
        Headings of a CSV file's columns that the kit filled with numbers.
    """
    for piece in _pieces(raw, kind, MEASURES.union(number_columns)):
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
