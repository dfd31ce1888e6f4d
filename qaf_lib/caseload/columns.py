"""One column of a source read: each distinct cell is decided once, for all the rows that hold it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from qaf_lib.caseload.cell_types import READERS
from qaf_lib.caseload.cells import WORDS_FOR_NOTHING
from qaf_lib.caseload.faults import LEFT_BLANK, faults_at, nameable, no_faults
from qaf_lib.caseload.vocabulary import Words, fold
from qaf_lib.register import Column

__all__ = ["ReadColumn", "is_nothing", "read_column"]

_BREAKS_ITS_ROW = frozenset({"closed_on", "ended_on", "left_on", "resolved_on"})
"""Optional columns in which a blank says that a thing has not happened, so nothing there is blanked."""

_STARTS = frozenset(sign for word in WORDS_FOR_NOTHING for sign in (word[0], word[0].upper()))


@dataclass(frozen=True)
class ReadColumn:
    """A column's cells in the type of its contract, its faults by position, and how many were filled."""

    cells: pd.Series
    faults: pd.DataFrame
    filled: int


@dataclass(frozen=True)
class _Cell:
    """What one distinct cell means, and the rule that it breaks."""

    value: object | None
    rule: str = ""
    effect: str = ""


def read_column(
    *,
    text: pd.Series,
    column: Column,
    words: Words | Callable[[str | None], Words | None] | None = None,
    within: pd.Series | None = None,
    names: Collection[str] = (),
) -> ReadColumn:
    """A column of text read by its contract.

    Parameters
    ----------
    text : Series
        Cells as they came, under an index from 0.
    column : Column
        Name, type and whether it may be missing.
    words : Words, optional
        What a coded column may hold; a function of the row's group where that depends on another column.
    within : Series, optional
        The group of each row: the question that an answer belongs to.
    names : collection of str
        Keys of names and references, which no fault may name.
    """
    codes, pairs = _distinct(text, within)
    cells = [_cell(word, column, words(group) if callable(words) else words) for group, word in pairs]
    missing = np.append([cell.value is None and not cell.rule for cell in cells], True)[codes]
    faults = [_broken(codes, pairs, cells, column, names)]
    if not column.optional:
        faults.append(faults_at(np.flatnonzero(missing), column.name, "is missing"))
    found = pd.concat([part for part in faults if len(part)] or [no_faults()], ignore_index=True)
    return ReadColumn(_values(codes, cells, column), found, len(text) - int(missing.sum()))


def is_nothing(word: str) -> bool:
    """Whether a word stands for an empty cell."""
    return word[:1] in _STARTS and fold(word) in WORDS_FOR_NOTHING


def _distinct(text: pd.Series, within: pd.Series | None) -> tuple[np.ndarray, list[tuple[str | None, str]]]:
    """A number for the distinct cell of each row (-1 where blank), and the cells, each with its group."""
    codes, words = pd.factorize(text)
    if within is None:
        return codes, [(None, str(word)) for word in words.tolist()]
    group_codes, groups = pd.factorize(within)
    both, pairs = pd.factorize((group_codes + 1) * (len(words) + 1) + codes + 1)
    split = [divmod(int(pair), len(words) + 1) for pair in pairs]
    cells = [
        (str(groups[group - 1]) if group else None, str(words[word - 1]) if word else "")
        for group, word in split
    ]
    return np.where(codes < 0, -1, both), cells


def _cell(word: str, column: Column, words: Words | None) -> _Cell:
    known = words.of(word) if words else None
    if known is None:
        if not word or is_nothing(word):
            return _Cell(None)
        if words and words.rule:
            return _Cell(words.unknown(word), words.rule, words.effect)
    elif not known:
        return _Cell(None)
    if column.type == "s":
        return _Cell(known or word)
    read, rule, _ = READERS[column.type]
    value = read(known or word)
    if value is not None:
        return _Cell(value)
    if column.optional and column.name not in _BREAKS_ITS_ROW:
        return _Cell(None, rule + LEFT_BLANK, "warn")
    return _Cell(None, rule, "set_aside")


def _broken(
    codes: np.ndarray,
    pairs: list[tuple[str | None, str]],
    cells: list[_Cell],
    column: Column,
    names: Collection[str],
) -> pd.DataFrame:
    """A fault for each row whose cell breaks a rule, with its word where it may be named."""
    if not any(cell.rule for cell in cells):
        return no_faults()
    rows = np.flatnonzero(np.append([bool(cell.rule) for cell in cells], False)[codes])
    said = np.array([*_said(codes, pairs, column, names), None], dtype=object)
    rules = np.array([cell.rule for cell in cells], dtype=object)[codes[rows]]
    effects = np.array([cell.effect for cell in cells], dtype=object)[codes[rows]]
    found = faults_at(rows, column.name, "", values=said[codes[rows]])
    return found.assign(rule=rules, effect=effects).astype({"rule": "string", "effect": "string"})


def _said(
    codes: np.ndarray, pairs: list[tuple[str | None, str]], column: Column, names: Collection[str]
) -> list[str | None]:
    """The word of each distinct cell, where a fault may name it."""
    if column.type != "s" or column.mark or column.name == "team_id":  # a team may be called by its manager
        return [None] * len(pairs)
    counts: dict[str, int] = {}
    for (_, word), count in zip(pairs, np.bincount(codes[codes >= 0], minlength=len(pairs)), strict=True):
        if word:
            counts[word] = counts.get(word, 0) + int(count)
    said = dict(
        zip(counts, nameable(words=list(counts), counts=list(counts.values()), names=names), strict=True)
    )
    return [said.get(word) for _, word in pairs]


def _values(codes: np.ndarray, cells: list[_Cell], column: Column) -> pd.Series:
    """The value of each row; the last of the distinct ones, which code -1 picks, is missing."""
    kept = [None if cell.rule and cell.effect != "warn" else cell.value for cell in cells] + [None]
    if column.type == "s":
        return pd.Series(pd.array(kept, dtype="string").take(codes % len(kept)))
    dtype = READERS[column.type][2]
    if column.type in "dt":
        moments = np.array([np.datetime64("NaT") if value is None else value for value in kept], dtype=dtype)
        return pd.Series(moments[codes])
    return pd.Series(
        pd.array([pd.NA if value is None else value for value in kept], dtype=dtype).take(codes % len(kept))
    )
