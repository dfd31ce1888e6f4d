"""A source's own names and words as the kit's: which heading feeds which column, which word means what."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from qaf_lib.caseload.cells import folded, tidy
from qaf_lib.caseload.headings import Wanted
from qaf_lib.errors import InputError
from qaf_lib.parameters import Source

__all__ = ["columns_read", "refuse_unknown_names", "wanted_headings", "with_words"]


def refuse_unknown_names(source: Source, *, known: Collection[str], name: str) -> None:
    """Stop at a name in the mapping that the kit does not know, or a column that is given twice.

    Raises
    ------
    InputError
        With the names that are known.
    """
    words = {*known, "answer"} if source.answers else {*known}
    for key, names, allowed in (
        ("columns", source.columns, {*known}),
        ("constants", source.constants, {*known}),
        ("values", source.meanings, words),
    ):
        for unknown in sorted(set(names) - allowed):
            raise InputError(
                f"{name}: {key} names {unknown}, which is no column of this table. "
                f"Name one of: {', '.join(sorted(allowed))}."
            )
    for both in sorted(source.columns.keys() & source.constants.keys()):
        raise InputError(f"{name}: {both} is mapped in columns and filled in constants. Keep one of the two.")
    for column, mapped in source.meanings.items():
        _refuse_two_meanings(column, mapped, name)


def _refuse_two_meanings(column: str, mapped: Mapping[str, str], name: str) -> None:
    meanings: dict[str, str] = {}
    for theirs, ours in mapped.items():
        if meanings.setdefault(folded(theirs), ours) != ours:
            raise InputError(
                f"{name}: values.{column} gives {theirs!r} two meanings (letter case, blanks, hyphens and "
                "underscores do not count). Keep one."
            )


def wanted_headings(source: Source, *, known: Sequence[str], required: Collection[str]) -> Wanted:
    """The headings that must be there: all that are mapped, and the required columns' own."""
    needed = {heading: ours for ours, heading in {**source.answers, **source.columns}.items()}
    own = [name for name in known if name not in source.columns and name not in source.constants]
    needed |= {name: name for name in own if name in required and folded(name) not in map(folded, needed)}
    return Wanted(needed=needed, also=own, row=source.header_row)


def columns_read(source: Source, *, known: Sequence[str]) -> dict[str, str]:
    """The heading from which each of the kit's columns is read where it stands."""
    return {name: source.columns.get(name, name) for name in known if name not in source.constants}


def with_words(column: pd.Series, mapped: Mapping[str, str]) -> pd.Series:
    """A column with the source's words as the kit's; "" is an empty cell on either side."""
    meanings = {folded(theirs): tidy(ours) or None for theirs, ours in mapped.items()}
    here = {word: meanings.get(folded(word), word) for word in column.dropna().unique()}
    changed = column.map(here).astype("string")
    nothing = meanings.get("")
    return changed if nothing is None else changed.mask(column.isna(), nothing)
