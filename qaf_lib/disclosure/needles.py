"""Identifiers to look for in a text, as runs of words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from unicodedata import normalize

__all__ = ["Needles", "Run", "Runs", "is_searchable", "run_of", "words_of"]

_SHORTEST = 5
"""Letters and digits that a reference needs to be told from a count."""

Run = tuple[str, ...]
"""Words one after the other, without regard to case."""

_WORD = re.compile(r"[^\W_]+")
_WORD_OR_NUMBER = re.compile(
    r"""(?<![^\W_])(?<!\.)                             # not within a longer word or a run of points
        (?:\d{1,3}(?:,\d{3})+(?!,?\d)(?:\.\d+)?        # 140,625
         |\d+\.(?!0+(?!\d))\d+(?:e[+-]?\d+)?)          # 0.140625, 1.5e-10; not 140625.0: a case
        (?![^\W_]|\.\d)
       |[^\W_]+""",
    re.VERBOSE | re.IGNORECASE,
)


class Word(NamedTuple):
    """A word of a text without regard to case, and where it stands."""

    text: str
    start: int
    end: int


class Needles:
    """Identifiers to look for: references of five letters and digits or more, and full names.

    A decimal or a number with its thousands apart is one word, so that no part of it is taken for a
    reference; it is found only by a reference written in the same way. The kit's own phrases that
    hold an identifier (a draw's name that ends in "peer_audit 1") are no place to find it.
    """

    def __init__(self, references: Iterable[str], *, own_phrases: Iterable[str] = ()) -> None:
        runs = {run for reference in references if is_searchable(reference) for run in _spellings(reference)}
        self._runs = Runs(runs)
        self._own = Runs({run for phrase in own_phrases for run in _spellings(phrase)})
        self.words = {word for run in runs for word in run}

    def found_in(self, text: str) -> list[int]:
        """Positions in the text where an identifier stands as whole words."""
        return [start for start, _ in self.spans(text)]

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where identifiers start and end in the text, in order."""
        words = words_of(text)
        told = [word.text for word in words]
        own = list(self._own.within(told))
        found = {
            (words[first].start, words[last].end)
            for first, last in self._runs.within(told)
            if not any(start <= first and last <= end for start, end in own)
        }
        return sorted(found)


class Runs:
    """Runs of words, ready to be found in a text: the lengths to try after each first word."""

    def __init__(self, runs: Iterable[Run]) -> None:
        self._runs = {run for run in runs if run}
        self._lengths: dict[str, set[int]] = {}
        for run in self._runs:
            self._lengths.setdefault(run[0], set()).add(len(run))

    def within(self, words: Sequence[str]) -> Iterator[tuple[int, int]]:
        """First and last word of every place where one of the runs stands."""
        for at, word in enumerate(words):
            for length in self._lengths.get(word, ()):
                if tuple(words[at : at + length]) in self._runs:
                    yield at, at + length - 1


def words_of(text: str) -> list[Word]:
    """The words of a text; a decimal or a number with its thousands apart is one."""
    return [Word(found[0].casefold(), *found.span()) for found in _WORD_OR_NUMBER.finditer(text)]


def run_of(text: str) -> Run:
    """The words of a reference or a phrase, whatever stands between them."""
    return tuple(found.casefold() for found in _WORD.findall(normalize("NFC", text)))


def is_searchable(reference: str) -> bool:
    """Whether a reference is long enough to be told from a count."""
    return sum(map(len, run_of(reference))) >= _SHORTEST


def _spellings(text: str) -> set[Run]:
    """How words may stand in a text: part by part, and a number among them as it is written."""
    as_written = tuple(word.text for word in words_of(normalize("NFC", text)))
    return {run_of(text), as_written}
