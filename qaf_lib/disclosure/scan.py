"""The scan of a folder for identifiers and postcodes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize
from urllib.parse import unquote

from qaf_lib.disclosure.embedded import texts_within
from qaf_lib.disclosure.needles import Needles, run_of, words_of
from qaf_lib.disclosure.numbers import without_numbers
from qaf_lib.disclosure.own_words import split_references

__all__ = ["Leak", "scan_folder"]

BLANK = "▮▮▮"
"""What stands in place of an identifier."""

_AROUND = 4
_NEAR = 200
_LONGEST_SHOWN = 160
_DIGITS = 4
_POSTCODE = re.compile(r"(?<![A-Z0-9])[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}(?![A-Z0-9])")
_REPEATED = re.compile(rf"{BLANK}(?:\W*{BLANK})+")
_HERE = "\ue000"
"""Stands for the identifier that was found, while its surroundings are tidied."""

_TAGS = re.compile(
    rf"\A[^<>{_HERE}]*>|<[^<>{_HERE}]*>|<[^<>{_HERE}]*\Z|\s[\w:-]+=\"[^\"{_HERE}]*\"(?=[^<>]*(?:>|\Z))|[<>]"
)
"""Tags, and within the tag that holds the identifier its other attributes."""


@dataclass(frozen=True)
class Leak:
    """An identifier found: file and place, never the value.

    Attributes
    ----------
    file : str
        Path in the folder. Where the path itself holds an identifier, so does this: show `place`.
    line : int
        Line in the file, or in the drawing that the file holds.
    kind : str
        "identifier" or "postcode".
    place : str
        File, drawing and line in words, identifiers blanked.
    words : str
        The words around it, identifiers blanked.
    """

    file: str
    line: int
    kind: str
    place: str
    words: str


def scan_folder(
    *,
    folder: Path,
    references: Collection[str],
    own_words: Collection[str] = (),
    number_columns: Mapping[str, Collection[str]] | None = None,
) -> list[Leak]:
    """Every place in a folder's files where an identifier or a postcode stands.

    All bytes are read as text, HTML entities and encoded addresses undone, and images embedded in pages
    decoded and read as well. Left out is what the kit computed or drew: decimals and numbers with their
    thousands apart, cells of number columns, numbers of JSON, geometry and ids of drawings, values of
    style sheets, checksums, and bytes that are no text. So a reference written as 140,625 or as part of
    a decimal, or as a number under a heading that names neither a case nor a person, is not found.

    Parameters
    ----------
    folder : Path
        The folder, with all below it.
    references : collection of str
        Identifiers, as `split_references` takes them.
    own_words : collection of str
        Words of the kit, the framework and the council that are no identifiers.
    number_columns : mapping, optional
        By a CSV file's path in the folder, the headings that the kit filled with numbers. Columns of
        results are known.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "page.html").write_text("<p>Seen: case 0123456</p>", encoding="utf-8")
    ...     scan_folder(folder=Path(folder), references=["0123456"])
    [Leak(file='page.html', line=1, kind='identifier', place='page.html, line 1', words='Seen: case ▮▮▮')]
    """
    split = split_references(references=references, own_words=own_words)
    needles = Needles(split.searched, own_phrases=split.own_phrases)
    told = needles.words.union(*map(run_of, split.too_short))
    columns = number_columns or {}
    leaks = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        shown = _blanked(normalize("NFC", name), _hits(normalize("NFC", name), needles))
        for part, text in _texts_of(path, name, columns.get(name, ())):
            for hit in _hits(text, needles):
                line = text.count("\n", 0, hit.start) + 1
                place = f"{shown}, {part}line {line}" if part is not None else f"{shown}, its name"
                leaks.append(Leak(name, line, hit.kind, place, _around(text, hit, told)))
    return leaks


def _texts_of(path: Path, name: str, numbers: Collection[str]) -> Iterator[tuple[str | None, str]]:
    """A file's name, what it says, and what the drawings in it say; each with its part of the file."""
    yield None, normalize("NFC", name)
    if not path.is_file():
        return
    plain, *drawings = texts_within(path.read_bytes().decode("utf-8", errors="replace"))
    yield "", _readable(without_numbers(plain, kind=path.suffix.lower(), number_columns=numbers))
    for number, drawing in enumerate(drawings, start=1):
        yield f"drawing {number}, ", _readable(without_numbers(drawing, kind=".svg", number_columns=()))


def _readable(text: str) -> str:
    return normalize("NFC", unquote(unescape(text)))


class _Hit(NamedTuple):
    start: int
    end: int
    kind: str


def _hits(text: str, needles: Needles) -> list[_Hit]:
    hits = [_Hit(start, end, "identifier") for start, end in needles.spans(text)]
    return hits + [_Hit(*found.span(), "postcode") for found in _POSTCODE.finditer(text)]


def _blanked(text: str, hits: Iterable[_Hit]) -> str:
    for start, end, _ in sorted(hits, reverse=True):
        text = text[:start] + BLANK + text[end:]
    return text


def _around(text: str, hit: _Hit, told: Collection[str]) -> str:
    """A few words on each side: no tags, no word of an identifier, no number that could be one."""
    before = _harmless(text[max(hit.start - _NEAR, 0) : hit.start], told)
    after = _harmless(text[hit.end : hit.end + _NEAR], told)
    words = _TAGS.sub(" ", f"{before}{_HERE}{after}").split()
    at = next(number for number, word in enumerate(words) if _HERE in word)
    near = words[max(at - _AROUND, 0) : at + _AROUND + 1]
    cut = ("… " if at > _AROUND else "", " …" if len(words) > at + _AROUND + 1 else "")
    shown = _REPEATED.sub(BLANK, " ".join(near).replace(_HERE, BLANK))
    return f"{cut[0]}{shown[:_LONGEST_SHOWN]}{cut[1]}"


def _harmless(text: str, told: Collection[str]) -> str:
    for word in reversed(words_of(text)):
        if word.text in told or sum(map(str.isdigit, word.text)) >= _DIGITS:
            text = text[: word.start] + BLANK + text[word.end :]
    return _POSTCODE.sub(BLANK, text)
