"""References that are no identifiers: the kit's own words, and those too short to be told from a count."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import chain

from qaf_lib.disclosure.needles import Run, Runs, is_searchable, run_of, spellings

__all__ = ["Searched", "split_references"]

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

    Attributes
    ----------
    searched : tuple of str
        Looked for in every file.
    kits_own_words : tuple of str
        Equal to a role, a team, a label or another word of the kit's own; not looked for.
    too_short : tuple of str
        Fewer than five letters and digits and no full name; not looked for. They are identifiers: show
        their number only.
    own_phrases : tuple of str
        Phrases of the kit's own that hold a searched reference among other words. Inside them it is no
        leak, anywhere else it is.
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

    Parameters
    ----------
    references : iterable of str
        Case references, names and other identifiers, in any order; each is told once.
    own_words : collection of str
        Roles, teams, services, labels, headings and names of draws, as the pages write them.

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
