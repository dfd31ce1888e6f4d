"""Small numbers suppressed over an edition, and the scan for identifiers before anything is published."""

from __future__ import annotations

import base64
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from unicodedata import normalize
from urllib.parse import unquote

import pandas as pd

__all__ = ["Leak", "Needles", "scan_folder", "suppress"]

SMALLEST_SHOWN = 6
"""Counts of 1 to 5 are suppressed, as in DfE's children's statistics."""

_HIDDEN = ["x", "estimate", "low", "high"]
_SHORTEST = 5
_LONGEST = 6
_DATA_ADDRESS = re.compile(r"data:[\w/+.-]+;base64,([A-Za-z0-9+/=]+)")
_POSTCODE = re.compile(r"(?<![A-Z0-9])[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}(?![A-Z0-9])")
_PATH_DATA = re.compile(r"\sd=\"[^\"]*\"")
_WORD = re.compile(r"[^\W_]+")


def suppress(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Result tables with counts of 1 to 5, and what would give them away, marked `c`.

    A cell is hidden when its count or the count beside it (n less x) is 1 to 5. Where just one cell of
    a set with a known total is hidden, the smallest other cell that is not 0 is hidden too: among the
    rows of a measure, and among the measures of a row where these add up (before and after tables).

    Parameters
    ----------
    tables : mapping
        Result tables by name.

    References
    ----------
    Department for Education, Characteristics of children in need: methodology (suppression of 1 to 5);
    Hundepool, A. et al. (2012). Statistical Disclosure Control, Wiley, chapter 4.

    Examples
    --------
    >>> from qaf_lib.analysis.results import results_table
    >>> row = {"table_id": "t", "measure": "share", "n": 40, "estimate": 0.1}
    >>> table = results_table({**row, "row_key": key, "x": x} for key, x in [("a", 3), ("b", 20), ("c", 17)])
    >>> suppress({"t": table})["t"]["mark"].tolist()
    ['c', '', 'c']
    """
    return {name: _suppressed(table) for name, table in tables.items()}


def _suppressed(table: pd.DataFrame) -> pd.DataFrame:
    counted = table["x"].notna()
    rest = table["n"] - table["x"]
    small = table["x"].between(1, SMALLEST_SHOWN - 1) | rest.between(1, SMALLEST_SHOWN - 1)
    small |= table["n"].between(1, SMALLEST_SHOWN - 1)
    hidden = (small & (counted | table["estimate"].notna())).fillna(False).astype(bool)
    for _ in range(len(table)):
        more = hidden.copy()
        for by in ("measure", "row_key"):
            for _, group in table[counted].groupby(by):
                if len(group) > 1 and hidden[group.index].sum() == 1:
                    others = group["x"][~hidden[group.index] & (group["x"] > 0)]
                    if len(others):
                        more[others.astype("int64").idxmin()] = True
        if more.equals(hidden):
            break
        hidden = more
    shown = table.copy()
    shown.loc[hidden, _HIDDEN] = pd.NA
    shown.loc[hidden & (table["n"] < SMALLEST_SHOWN).fillna(False), "n"] = pd.NA
    shown.loc[hidden, "mark"] = "c"
    return shown


@dataclass(frozen=True)
class Leak:
    """An identifier found: file and place, never the value."""

    file: str
    line: int
    kind: str


class Needles:
    """Identifiers to look for, as runs of words: references of five characters or more, and full names."""

    def __init__(self, references: Iterable[str]) -> None:
        self._runs = {run for reference in references if (run := self._run(reference))}
        self._lengths = sorted({len(run) for run in self._runs})

    @staticmethod
    def _run(reference: str) -> tuple[str, ...]:
        words = tuple(word for word, _ in _words(normalize("NFC", reference)))
        return words if sum(map(len, words)) >= _SHORTEST and len(words) <= _LONGEST else ()

    def found_in(self, text: str) -> list[int]:
        """Positions in the text where an identifier stands as whole words."""
        words = _words(text)
        return [
            words[at][1]
            for length in self._lengths
            for at in range(len(words) - length + 1)
            if tuple(word for word, _ in words[at : at + length]) in self._runs
        ]


def _words(text: str) -> list[tuple[str, int]]:
    """Each run of letters and digits without regard to case, and where it starts."""
    return [(found[0].casefold(), found.start()) for found in _WORD.finditer(text)]


def scan_folder(*, folder: Path, references: Collection[str]) -> list[Leak]:
    """Every place in a folder's files where an identifier or a postcode stands.

    All bytes are read as text, HTML entities and encoded addresses undone, and images embedded in pages
    decoded and read as well.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "page.html").write_text("<p>Case 0123456</p>", encoding="utf-8")
    ...     scan_folder(folder=Path(folder), references=["0123456"])
    [Leak(file='page.html', line=1, kind='identifier')]
    """
    needles = Needles(references)
    leaks = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        texts = [normalize("NFC", name), *_texts_of(path)] if path.is_file() else [normalize("NFC", name)]
        for text in texts:
            leaks += [Leak(name, text.count("\n", 0, at) + 1, "identifier") for at in needles.found_in(text)]
            leaks += [
                Leak(name, text.count("\n", 0, found.start()) + 1, "postcode")
                for found in _POSTCODE.finditer(text)
            ]
    return leaks


def _texts_of(path: Path) -> list[str]:
    raw = path.read_bytes().decode("utf-8", errors="replace")
    embedded = [
        _PATH_DATA.sub("", base64.b64decode(found).decode("utf-8", errors="replace"))
        for found in _DATA_ADDRESS.findall(raw)
    ]
    plain = _DATA_ADDRESS.sub("", raw)
    return [normalize("NFC", text) for text in (unquote(unescape(plain)), *embedded)]
