"""Numbers, drawings and checksums of the kit's own, blanked before identifiers are sought.

Everything that is not recognised here stays to be read. Blanks take the place, so that lines stay where
they are.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import count

__all__ = ["without_numbers"]

_MEASURES = frozenset({"x", "n", "population", "estimate", "low", "high"})
"""Columns of a result that hold numbers, whoever wrote the file."""

_NUMBER = r"[-+−±]?\d[\d.,]*+%?"
_NUMBER_CELL = re.compile(rf"(?:\s*(?:{_NUMBER}|of|to|under|over|points?|days?|[–—()]))+\s*")
_WRITTEN_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")
_ID_WORDS = frozenset({"id", "ids", "ref", "refs", "reference", "references", "name", "names"})
_UNITS = frozenset(
    {"case", "child", "family", "carer", "worker", "auditor", "moderator", "manager", "person"}
)
_UNIT_NUMBER = frozenset({"no", "number", "file", "record"})

_CHECKSUM = re.compile(r"\bsha(?:256|384|512)-[A-Za-z0-9+/]{40,}={0,2}")
_SVG = re.compile(r"<svg\b.*?(?:</svg>|\Z)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[A-Za-z][^<>]*>")
_GEOMETRY = re.compile(
    r"""(?<=\s)(?:id|d|[xyr][12]?|[cdfr][xyr]|width|height|points|viewBox|offset|rotate|textLength|pathLength
        |startOffset|ref[XY]|marker(?:Width|Height|-start|-mid|-end)|(?:gradient|pattern)?[tT]ransform(?:-origin)?
        |style|fill|stroke|color|stop-color|flood-color|(?:fill-|stroke-|stop-)?opacity|stdDeviation
        |stroke-(?:width|dasharray|dashoffset|miterlimit)|font-size|letter-spacing|word-spacing|baseline-shift
        |clip-path|mask|filter|(?:xlink:)?href(?=\s*=\s*["']\#))
        \s*=\s*(?:"[^"]*"|'[^']*')""",
    re.VERBOSE,
)
_STYLE = re.compile(r"<style\b.*?</style>", re.DOTALL | re.IGNORECASE)
_DECLARED = re.compile(r"/\*.*?\*/|\"[^\"]*\"|'[^']*'|(?P<value>(?<=:)[^;{}\"'/]*(?=[;}]))", re.DOTALL)

_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
_ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
_CELL = re.compile(r"<(?P<tag>t[hd])\b(?P<given>[^<>]*)>(?P<text>.*?)</t[hd]>", re.DOTALL)
_NUMBER_CLASS = re.compile(r"\sclass=\"(?:[^\"]* )?number(?: [^\"]*)?\"")

_CSV_CELL = re.compile(r"(?P<cell>\"(?:[^\"]|\"\")*\"|[^,\r\n]*)(?P<end>,|\r\n?|\n|\Z)")
_JSON_TOKEN = re.compile(
    r"\"(?P<key>(?:[^\"\\]|\\.)*)\"\s*:|\"(?:[^\"\\]|\\.)*\"|(?P<number>-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)"
)


def without_numbers(text: str, *, kind: str, number_columns: Collection[str]) -> str:
    """The text of a file with the kit's own numbers, drawings and checksums blanked.

    Parameters
    ----------
    text : str
        The file as it is, entities and all.
    kind : str
        Its ending, such as ".html"; one that is not known is left as it is.
    number_columns : collection of str
        Headings of a CSV file's columns that the kit filled with numbers.
    """
    if kind == ".csv":
        return _csv(text, _MEASURES.union(number_columns))
    if kind == ".json":
        return _json(text)
    if kind == ".css":
        return _css(text)
    if kind == ".svg":
        return _drawing(text)
    return _page(text) if kind in (".html", ".htm") else text


def _page(text: str) -> str:
    text = _CHECKSUM.sub(_blanks, text)
    text = _STYLE.sub(lambda style: _css(style[0]), text)
    text = _SVG.sub(lambda svg: _drawing(svg[0]), text)
    return _TABLE.sub(lambda table: _table(table[0]), text)


def _drawing(text: str) -> str:
    text = _STYLE.sub(lambda style: _css(style[0]), text)
    return _TAG.sub(lambda tag: _GEOMETRY.sub(_blanks, tag[0]), text)


def _css(text: str) -> str:
    return _DECLARED.sub(lambda found: found[0] if found["value"] is None else _blanks(found), text)


def _table(table: str) -> str:
    """Cells that the kit marked as numbers blanked, but in columns that name a case or a person."""
    head = _ROW.search(table)
    headings = [re.sub(r"<[^<>]*>", "", cell["text"]) for cell in _CELL.finditer(head[0])] if head else []
    named = {at for at, heading in enumerate(headings) if _names_someone(heading)}
    return _ROW.sub(lambda row: _row(row[0], named), table)


def _row(row: str, named: set[int]) -> str:
    column = count()

    def cell(found: re.Match[str]) -> str:
        number = _NUMBER_CLASS.search(found["given"]) and _NUMBER_CELL.fullmatch(found["text"])
        plain = next(column) not in named and found["tag"] == "td" and number
        return _blanks(found) if plain else found[0]

    return _CELL.sub(cell, row)


def _csv(text: str, numbers: Collection[str]) -> str:
    """Numbers blanked in the columns of numbers; tabs between cells, lest two of them read as one number."""
    headings: list[str] = []
    row, column = 0, 0

    def cell(found: re.Match[str]) -> str:
        nonlocal row, column
        shown, at, first = found["cell"], column, row == 0
        row, column = (row, column + 1) if found["end"] == "," else (row + 1, 0)
        if first:
            headings.append(shown.lstrip("\ufeff").strip('"'))
        elif at < len(headings) and headings[at] in numbers and not _names_someone(headings[at]):
            shown = _WRITTEN_NUMBER.sub(_blanks, shown) if _WRITTEN_NUMBER.fullmatch(shown) else shown
        return shown + ("\t" if found["end"] == "," else found["end"])

    return _CSV_CELL.sub(cell, text)


def _json(text: str) -> str:
    """Numbers outside strings blanked, but those of a key that names a case or a person."""
    key = ""

    def token(found: re.Match[str]) -> str:
        nonlocal key
        key = key if found["key"] is None else found["key"]
        return found[0] if found["number"] is None or _names_someone(key) else _blanks(found)

    return _JSON_TOKEN.sub(token, text)


def _names_someone(heading: str) -> bool:
    """Whether a heading is one of references or names, such as "case_id", "Case" or "Family number"."""
    words = re.findall(r"[^\W_]+", heading.casefold())
    return bool(words) and (
        words[-1] in _ID_WORDS or (words[0] in _UNITS and _UNIT_NUMBER.issuperset(words[1:]))
    )


def _blanks(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])
