"""Identifiers as runs of words, and the words of a text however they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import unescape
from unicodedata import category, decomposition, normalize

__all__ = [
    "BREAK",
    "MARK",
    "UNSEEN",
    "Needles",
    "Run",
    "Runs",
    "Span",
    "is_searchable",
    "plain",
    "run_of",
    "spellings",
]

BREAK = "\x1e"
"""Stands between texts that nobody reads as one: no identifier goes across it."""

MARK = "\ue000"
"""Stands where a tag is: between two words, or within one."""

UNSEEN = "\ue001"
"""Stands where a character is that nobody sees: between two words, or within one."""

Run = tuple[str, ...]
"""Words one after the other, without regard to case and accents."""

Span = tuple[int, int]
"""Where something starts and ends in a text."""

_SHORTEST = 5
"""Letters and digits that a code needs to be told from a count."""

_WORD = re.compile(r"[^\W_]+")
_WORD_OR_NUMBER = re.compile(
    rf"""(?<![^\W_])(?<!\.)                            # not within a longer word or a run of points
        (?:\d{{1,3}}(?:,\d{{3}})+(?!,?\d)(?:\.\d+)?    # 140,625
         |\d+\.(?!0+(?!\d))\d+(?:e[+-]?\d+)?)          # 0.140625, 1.5e-10; not 140625.0: a case
        (?![^\W_]|\.\d)
       |[^\W_]+
       |{BREAK}""",
    re.VERBOSE | re.IGNORECASE,
)


class _Letters(dict[int, str]):
    """The plain letters that stand for a character, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        raised = " " if decomposition(letter).startswith(("<super>", "<sub>")) else ""
        letters = "".join(part for part in normalize("NFKD", letter) if category(part) != "Mn")
        self[code] = UNSEEN if category(letter) in ("Cf", "Cs") else raised + letters
        return self[code]


_LETTERS = _Letters(zip(map(ord, "łŁøØđĐı"), "lLoOdDi", strict=True))
"""Letters whose accent is no mark of its own; all others come as they are met."""


class Needles:
    """Identifiers to look for: codes of five letters and digits or more, and full names.

    A decimal or a number with its thousands apart is one word, so that no part of it is taken for a
    reference; it is found only by a reference written in the same way. The kit's own phrases that
    hold an identifier (a draw's name that ends in "peer_audit 1") are no place to find it.
    """

    def __init__(self, references: Iterable[str], *, own_phrases: Iterable[str]) -> None:
        runs = {run for reference in references for run in spellings(reference)}
        self._runs = Runs(runs)
        self._own = Runs(run for phrase in own_phrases for run in (run_of(phrase), _as_written(phrase)))
        self.words = {word for run in runs for word in run}

    def spans(self, text: str) -> Iterator[Span]:
        """Where identifiers stand in a plain text as whole words."""
        words = _WORD_OR_NUMBER.findall(text.casefold())
        found = list(self._runs.within(words))
        if found:
            own = list(self._own.within(words))
            places = [word.span() for word in _WORD_OR_NUMBER.finditer(text)]
            for first, last in found:
                if not any(start <= first and last <= end for start, end in own):
                    yield places[first][0], places[last][1]


class Runs:
    """Runs of words, ready to be found in a text: the lengths to try after each first word."""

    def __init__(self, runs: Iterable[Run]) -> None:
        self._runs = {run for run in runs if run}
        self._lengths: dict[str, set[int]] = {}
        for run in self._runs:
            self._lengths.setdefault(run[0], set()).add(len(run))

    def within(self, words: Sequence[str]) -> Iterator[Span]:
        """First and last word of every place where one of the runs stands."""
        for at, word in enumerate(words):
            for length in self._lengths.get(word, ()):
                if tuple(words[at : at + length]) in self._runs:
                    yield at, at + length - 1


def plain(text: str) -> str:
    """A text without entities and accents, and with `UNSEEN` for each character that nobody sees."""
    text = unescape(text) if "&" in text else text
    return text if text.isascii() else text.translate(_LETTERS)


def run_of(text: str) -> Run:
    """The words of a reference or a phrase, whatever stands between them."""
    return tuple(_WORD.findall(_bare(text)))


def is_searchable(run: Run) -> bool:
    """Whether words are a full name, or a code long enough to be told from a count."""
    return sum(map(len, run)) >= _SHORTEST or _is_name(run)


def spellings(reference: str) -> set[Run]:
    """How a reference may stand in a text: as it is written, in parts or in one; a name also reversed."""
    run = run_of(reference)
    if _is_name(run):
        return {run[at:] + run[:at] for at in range(len(run))}
    in_one = "".join(run)
    coded = not in_one.isalpha() and not in_one.isdecimal()
    return {run, _as_written(reference), (in_one,) if coded else run}


def _as_written(text: str) -> Run:
    """The words of a reference or a phrase, a number among them in one."""
    return tuple(_WORD_OR_NUMBER.findall(_bare(text)))


def _bare(text: str) -> str:
    return plain(text).replace(UNSEEN, "").casefold()


def _is_name(run: Run) -> bool:
    """Two words or more in letters, other than initials."""
    return len(run) > 1 and all(map(str.isalpha, run)) and max(map(len, run)) > 1
