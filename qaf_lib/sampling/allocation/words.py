"""Counts and lists in plain words, for the messages of an allocation."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

__all__ = ["counted", "have", "listed", "plural"]

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def counted(roles: pd.Series) -> str:
    """Roles with their counts: "two Service Leaders and one Head of Service"."""
    counts = roles.astype(str).value_counts().sort_index()
    return listed([f"{_number(int(count))} {_role(str(role), int(count))}" for role, count in counts.items()])


def listed(words: Sequence[str]) -> str:
    """The words with commas and a last "and"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def have(count: int) -> str:
    """The verb for so many."""
    return "has" if count == 1 else "have"


def plural(count: int, word: str) -> str:
    """The word as so many of it are called."""
    return word if count == 1 else f"{word}s"


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def _role(role: str, count: int) -> str:
    """The role for so many: the first word of "Head of Service" takes the s."""
    first, of, rest = role.partition(" of ")
    return f"{plural(count, first)}{of}{rest}"
