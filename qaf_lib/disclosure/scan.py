"""The scan of a folder for identifiers, before anybody else reads it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from qaf_lib.disclosure.identifiers import (
    BREAK,
    MARK,
    UNSEEN,
    Needles,
    Span,
    national_identifiers,
    plain,
    run_of,
    split_references,
)
from qaf_lib.disclosure.office import office_pieces
from qaf_lib.disclosure.reading import Piece, pieces_of

BLANK = "▮▮▮"
"""What stands in place of an identifier."""

_AROUND = 4
_NEAR = 200
_LONGEST_SHOWN = 160
_DIGITS = 4
_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*")
_REPEATED = re.compile(rf"{BLANK}(?:\W*{BLANK})+")
_HERE = "\ue002"
"""Stands for the identifier that was found, while its surroundings are tidied."""


@dataclass(frozen=True)
class Leak:
    """An identifier found: file and place, never the value, which is blanked in `place` and `words`.

    `file` is the path in the folder; where the path itself holds an identifier, so does this: show `place`,
    which has the line and the heading before it, or the key in JSON. `kind` is "identifier", "postcode",
    "NHS number" or "UPN"; `words` are those around it.
    """

    file: str
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
    """Every place in a folder's files and their names where an identifier stands.

    Sought are references and full names, postcodes, NHS numbers and UPNs. Pages and drawings are parsed,
    and images embedded in them decoded; CSV, JSON, Word, Excel and PDF are read as such; all else is text.
    Case, accents, kinds of blanks, tags within words and characters that nobody sees make no difference.

    Left out is what the kit computed or drew: decimals and numbers with their thousands apart, cells of
    number columns, numbers of JSON, geometry and ids of drawings, values of style sheets, checksums, and
    bytes that are no text. A reference written as such a number is found only in a column whose heading
    (or under a key that) names a case or a person.

    `references` and `own_words` are as `split_references` takes them; `number_columns` are, by a CSV file's
    path in the folder, the headings that the kit filled with numbers. Columns of results are known.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "page.html").write_text("<p>Seen by L<b>i</b>,&nbsp;Jo</p>", encoding="utf-8")
    ...     scan_folder(folder=Path(folder), references=["Jo Li"])
    [Leak(file='page.html', kind='identifier', place='page.html, line 1', words='Seen by ▮▮▮')]
    """
    search = _Search(references, own_words)
    leaks: list[Leak] = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        leaks += search.leaks(name, [Piece(name, 0, "its name")])
        if path.is_file():
            numbers = (number_columns or {}).get(name, ())
            leaks += search.leaks(name, list(_pieces_of(path, numbers)))
    return leaks


def _pieces_of(path: Path, numbers: Collection[str]) -> Iterator[Piece]:
    kind = path.suffix.lower()
    if kind in (".docx", ".xlsx"):
        return office_pieces(path.read_bytes())
    if kind == ".pdf":
        from qaf_lib.disclosure.pdf import pdf_pieces  # here, so that commands without PDFs start fast

        return pdf_pieces(path.read_bytes())
    return pieces_of(path.read_bytes(), kind, number_columns=numbers)


class _Search:
    """What is sought, ready for many files."""

    def __init__(self, references: Collection[str], own_words: Collection[str]) -> None:
        split = split_references(references=references, own_words=own_words)
        self._needles = Needles(split.searched, own_phrases=split.own_phrases)
        self._told = self._needles.words.union(*map(run_of, split.too_short))

    def leaks(self, file: str, pieces: Sequence[Piece]) -> list[Leak]:
        """The leaks in a file's pieces, all of which are searched as one text."""
        texts = [plain(piece.text) for piece in pieces]
        starts = list(accumulate((len(text) + 1 for text in texts), initial=0))
        whole = BREAK.join(texts)
        found = sorted(self._found(whole).items())
        spans = [span for span, _ in found]
        leaks = []
        for span, kind in found:
            at = bisect_right(starts, span[0]) - 1
            line = pieces[at].line + whole.count("\n", starts[at], span[0])
            place = f"line {line}{pieces[at].under}" if pieces[at].line else pieces[at].under
            words = self._around(whole, span, spans)
            leaks.append(Leak(file, kind, self._blanked(f"{file}, {place}"), words))
        return leaks

    def _found(self, text: str) -> dict[Span, str]:
        """Where identifiers stand in a plain text, whichever of its marks are within words; their kinds."""
        found = dict(self._standing(text))
        for within in (MARK, UNSEEN, MARK + UNSEEN):
            if all(mark in text for mark in within):
                marks = [at.start() - number for number, at in enumerate(re.finditer(f"[{within}]", text))]
                for (start, end), kind in self._standing(re.sub(f"[{within}]", "", text)):
                    found[start + bisect_right(marks, start), end + bisect_right(marks, end - 1)] = kind
        return found

    def _standing(self, text: str) -> Iterator[tuple[Span, str]]:
        yield from national_identifiers(text)
        yield from ((span, "identifier") for span in self._needles.spans(text))

    def _blanked(self, text: str) -> str:
        text = plain(text)
        return _without(text, self._found(text), within=(0, len(text)))

    def _around(self, text: str, here: Span, spans: Sequence[Span]) -> str:
        """A few words on each side: no word of an identifier, no number that could be one."""
        first, last = max(here[0] - _NEAR, 0), here[1] + _NEAR
        near = spans[bisect_left(spans, (first - _NEAR, 0)) : bisect_right(spans, (last, 0))]
        risky = [word.span() for word in _WORD.finditer(text, first, last) if self._is_risky(word[0])]
        before, after = (
            _without(text, [*near, *risky], within=part) for part in ((first, here[0]), (here[1], last))
        )
        words = f"{before}{_HERE}{after}".split()
        at = next(number for number, word in enumerate(words) if _HERE in word)
        shown = " ".join(words[max(at - _AROUND, 0) : at + _AROUND + 1]).replace(_HERE, BLANK)
        cut = ("… " if at > _AROUND else "", " …" if len(words) > at + _AROUND + 1 else "")
        return f"{cut[0]}{_REPEATED.sub(BLANK, shown)[:_LONGEST_SHOWN]}{cut[1]}"

    def _is_risky(self, word: str) -> bool:
        return word.casefold() in self._told or sum(map(str.isdigit, word)) >= _DIGITS


def _without(text: str, spans: Iterable[Span], *, within: Span) -> str:
    """A part of a text with what stands at the spans blanked."""
    first, last = within
    parts = []
    for start, end in sorted(spans):
        if end > first and start < last:
            parts += [text[first:start], BLANK] if start >= first else [BLANK]
            first = max(first, end)
    return re.sub(f"[{MARK}{UNSEEN}]", "", "".join([*parts, text[first:last]]))
