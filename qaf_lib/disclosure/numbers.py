"""Numbers, drawings and checksums of the kit's own, which are no place to look for identifiers."""

from __future__ import annotations

import re

__all__ = ["GEOMETRY", "MEASURES", "is_number", "is_number_cell", "names_someone", "words_of_style"]

MEASURES = frozenset({"x", "n", "population", "estimate", "low", "high"})
"""Columns of a result that hold numbers, whoever wrote the file."""

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
