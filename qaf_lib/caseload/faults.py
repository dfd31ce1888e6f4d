"""Faults by source, row, column and rule, and which words of a code column they may name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import cache

import numpy as np
import pandas as pd

__all__ = ["FAULT_COLUMNS", "LEFT_BLANK", "faults_at", "name_keys", "nameable", "no_faults", "without_names"]

FAULT_COLUMNS = ["source", "row", "column", "rule", "effect", "value"]
LEFT_BLANK = "; left blank"
"""Ends the rule of an optional cell that could not be read."""

_MOST_WORDS = 20
_FEWEST_ROWS = 2


def faults_at(
    rows: Sequence[int] | np.ndarray,
    column: str,
    rule: str,
    *,
    effect: str = "set_aside",
    values: Iterable[str | None] | None = None,
) -> pd.DataFrame:
    """One fault per row; `values` are the words that may be named."""
    count = len(rows)
    if not count and rule:
        return no_faults()
    text = {
        "column": pd.array([column] * count, dtype="string"),
        "rule": pd.array([rule] * count, dtype="string"),
        "effect": pd.array([effect] * count, dtype="string"),
        "value": pd.array([None] * count if values is None else list(values), dtype="string"),
    }
    return pd.DataFrame({"row": np.asarray(rows, dtype="int64"), **text})


@cache
def no_faults() -> pd.DataFrame:
    """A table of faults without a row."""
    return faults_at([], "", "")


def nameable(*, words: Sequence[str], counts: Sequence[int], names: Collection[str]) -> list[str | None]:
    """The words that a fault may name, None in place of the others.

    A column with more than 20 distinct words, or with anybody's name or reference among them, names none; a
    word that one row alone carries is not named either. `names` are keys made by `name_keys`.
    """
    if len(words) > _MOST_WORDS or _holds_a_name(words, names):
        return [None] * len(words)
    return [word if count >= _FEWEST_ROWS else None for word, count in zip(words, counts, strict=True)]


def without_names(faults: pd.DataFrame, names: Collection[str]) -> pd.DataFrame:
    """The faults with no word of a column where one of its words turned out to be somebody's name."""
    named = faults.dropna(subset=["value"]).drop_duplicates(["column", "value"])
    held = [column for column, words in named.groupby("column")["value"] if _holds_a_name(list(words), names)]
    return faults.assign(value=faults["value"].mask(faults["column"].isin(held))) if held else faults


def name_keys(words: Collection[str]) -> frozenset[str]:
    """Names and references as they are recognised: whatever the order, case and marks between their parts."""
    return frozenset(_key(_parts(word)) for word in words)


def _holds_a_name(words: Sequence[str], names: Collection[str]) -> bool:
    return any(_key(run) in names for word in words for run in _runs(_parts(word)))


def _runs(parts: list[str]) -> list[list[str]]:
    """All parts that stand side by side."""
    return [parts[first:last] for first in range(len(parts)) for last in range(first + 1, len(parts) + 1)]


def _parts(word: str) -> list[str]:
    return re.findall(r"\w+", word.casefold().replace("_", " "))


def _key(parts: list[str]) -> str:
    return " ".join(sorted(parts))
