"""What an edition is searched for: references as runs of words, and national identifiers by their formats."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import chain
from unicodedata import category, decomposition, normalize

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


NOBODY = (
    *("unknown", "not known", "not recorded", "not applicable", "none", "to be confirmed", "other"),
    *("vacant", "vacancy", "vacant post", "unallocated", "not allocated", "not assigned", "unassigned"),
    *("to be allocated", "awaiting allocation", "social worker", "duty social worker", "team manager"),
    *("agency", "agency worker", "agency staff", "duty", "duty worker", "duty team", "no worker"),
)
"""What systems write where nobody is named."""

_COUNT = re.compile(r"[1-9][0-9]{0,3}")


@dataclass(frozen=True)
class Searched:
    """References by whether an edition is searched for them.

    `searched` are looked for in every file. Not looked for are `kits_own_words`, equal to a role, a team, a
    label or another word of the kit's own, and those `too_short`: fewer than five letters and digits and no
    full name. The latter are identifiers: show their number only. `own_phrases` are the kit's own and hold a
    searched reference among other words: inside them it is no leak, anywhere else it is.
    """

    searched: tuple[str, ...]
    kits_own_words: tuple[str, ...]
    too_short: tuple[str, ...]
    own_phrases: tuple[str, ...]


def split_references(*, references: Iterable[str], own_words: Collection[str]) -> Searched:
    """References to look for, apart from those that are words of the kit and those too short to tell.

    A reference is the kit's own if it equals one of its words or phrases, if it is one word in letters
    that stands in one ("Manager"), or if it reads as a count: words that end a phrase, then a number below
    10,000 ("Audit 1", as pages write "Peer audit 1 of 12"). One of several words that stands within a
    longer phrase is looked for, but not inside that phrase. Letter case, accents and what stands between
    words make no difference. A name of one short word ("Li") is too short; one of two ("Jo Li") is not.

    `own_words` are roles, teams, services, labels, headings and names of draws, as the pages write them.

    Examples
    --------
    >>> split_references(
    ...     references=["Team Manager", "0123456", "Audit 1", "A12"],
    ...     own_words=["Team manager", "2026-27 Q2 peer_audit 1"],
    ... )
    Searched(searched=('0123456',), kits_own_words=('Audit 1', 'Team Manager'),
             too_short=('A12',), own_phrases=())
    """
    told = {reference: run_of(reference) for reference in sorted(set(references))}
    phrases = {phrase: run_of(phrase) for phrase in sorted({*own_words, *NOBODY})}
    ways = {reference: spellings(reference) for reference in told}
    standing = _standing_in(phrases.values(), chain(told.values(), *ways.values()))
    whole, endings = set(phrases.values()), {end for run in phrases.values() for end in _endings(run)}
    kits = {
        reference
        for reference, run in told.items()
        if run in whole or (run in standing and _is_one_word(run)) or _before_a_count(run) in endings
    }
    rest = [reference for reference in told if reference not in kits]
    searched = tuple(reference for reference in rest if is_searchable(told[reference]))
    part = {run for reference in searched for run in ways[reference]} & standing
    return Searched(
        searched=searched,
        kits_own_words=tuple(sorted(kits)),
        too_short=tuple(reference for reference in rest if not is_searchable(told[reference])),
        own_phrases=tuple(phrase for phrase, run in phrases.items() if _standing_in([run], part)),
    )


def _standing_in(phrases: Iterable[Run], runs: Iterable[Run]) -> set[Run]:
    """Those of the runs that stand in one of the phrases, whole or in part."""
    sought = Runs(runs)
    return {phrase[first : last + 1] for phrase in phrases for first, last in sought.within(phrase)}


def _endings(phrase: Run) -> set[Run]:
    """Runs that end a phrase, numbers at its end apart."""
    last = max((at for at, word in enumerate(phrase, start=1) if not word.isdigit()), default=0)
    return {phrase[first:last] for first in range(last)}


def _before_a_count(run: Run) -> Run:
    return run[:-1] if run and _COUNT.fullmatch(run[-1]) else ()


def _is_one_word(run: Run) -> bool:
    return len(run) == 1 and run[0].isalpha()


_AREAS = (
    "A[BL]|B[ABDHLNRSTX]?|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]?|F[KY]|G[LUY]?|H[ADGPRSUX]|I[GMPV]|JE"
    "|K[ATWY]|L[ADELNSU]?|M[EKL]?|N[EGNPRW]?|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]?|T[ADFNQRSW]|UB"
    "|W[ACDFNRSV]?|YO|ZE"
)
_BLANK = rf"(?:[^\S{BREAK}]|[{MARK}{UNSEEN}])"
_POSTCODE = re.compile(
    rf"(?<![^\W_])(?P<outward>(?:{_AREAS})(?:[1-9][0-9]|[0-9][A-HJKMNPR-Y]?)){_BLANK}*"
    r"(?P<inward>[0-9][ABD-HJLNP-UW-Z]{2})(?![^\W_])",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"1st|2nd|3rd|[04-9]th")
_NHS = re.compile(
    rf"(?<![^\W_])(?<!\d[.,])\d{{3}}(?:(?:{_BLANK}|[\u2010-\u2015-]){{0,3}}\d{{3}}){{2}}\d(?![^\W_]|[.,]\d)"
)
_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_UPN = re.compile(rf"(?<![^\W_])[{_UPN_LETTERS}]\d{{11}}[\d{_UPN_LETTERS}](?![^\W_])", re.IGNORECASE)


def national_identifiers(text: str) -> Iterator[tuple[Span, str]]:
    """Where postcodes, NHS numbers and unique pupil numbers (UPN) stand in a text, each with its kind.

    Postcodes stand in any case and spacing; an ordinal after a code ("CT11 1st") makes none. Ten digits,
    parted as 3-3-4 or not at all, are an NHS number by their check digit, and thirteen letters and digits a
    UPN by their letter: one in eleven and one in twenty-three of other numbers are so by chance.

    Royal Mail, Programmers' guide to the Postcode Address File; NHS Data Dictionary, NHS number (modulus
    11); Department for Education, Unique pupil numbers: a guide for schools and local authorities.

    Examples
    --------
    >>> list(national_identifiers("sw1a1aa, 943 476 5919, B801200005001, not A801200005001 or Q1 2025"))
    [((0, 7), 'postcode'), ((9, 21), 'NHS number'), ((23, 36), 'UPN')]
    """
    for found in _POSTCODE.finditer(text):
        if not (_ORDINAL.fullmatch(found["inward"]) and found["outward"].isupper()):
            yield found.span(), "postcode"
    yield from ((found.span(), "NHS number") for found in _NHS.finditer(text) if _is_nhs_number(found[0]))
    yield from ((found.span(), "UPN") for found in _UPN.finditer(text) if _is_upn(found[0].upper()))


def _is_nhs_number(text: str) -> bool:
    *digits, check = (int(letter) for letter in text if letter.isdecimal())
    total = sum(weight * digit for weight, digit in zip(range(10, 1, -1), digits, strict=True))
    return (total + check) % 11 == 0


def _is_upn(text: str) -> bool:
    values = (int(letter) if letter.isdecimal() else _UPN_LETTERS.index(letter) for letter in text[1:])
    return _UPN_LETTERS[sum(weight * value for weight, value in enumerate(values, start=2)) % 23] == text[0]
