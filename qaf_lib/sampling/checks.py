"""Refusals of numbers out of their range (NaN always is, and a count that is not whole), and bisection."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pandas as pd

from qaf_lib.errors import InputError


def check_fractions(**fractions: float) -> None:
    """Refuse what is not strictly between 0 and 1."""
    for name, value in fractions.items():
        if not 0 < value < 1:
            raise ValueError(f"{name} must be a fraction between 0 and 1; got {value}")


def check_shares(**shares: float) -> None:
    """Refuse what is not from 0 to 1."""
    for name, value in shares.items():
        if not 0 <= value <= 1:
            raise ValueError(f"{name} must be a fraction from 0 to 1; got {value}")


def check_counts(*, least: int = 1, **counts: float) -> None:
    """Refuse what is no count of at least so many."""
    for name, value in counts.items():
        if not value >= least or value % 1:
            raise ValueError(f"{name} must be a count of at least {least}; got {value}")


def check_sample(*, population: int, least: int = 1, **counts: float) -> None:
    """Refuse a population below 1, and counts that are not from `least` to it."""
    check_counts(population=population)
    for name, value in counts.items():
        if not least <= value <= population or value % 1:
            raise ValueError(
                f"{name} must be a count from {least} to the population of {population}; got {value}"
            )


def check_columns(columns: Iterable[str], **tables: pd.DataFrame) -> None:
    """Refuse a table that lacks a column."""
    wanted = list(columns)
    for name, table in tables.items():
        if lacking := [column for column in wanted if column not in table]:
            raise InputError(f"{name} lacks the columns {lacking}")


def check_series(**series: pd.Series) -> None:
    """Refuse a list or anything else where a Series by label is needed."""
    for name, value in series.items():
        if not isinstance(value, pd.Series):
            raise InputError(f"{name} must be a Series by label; got a {type(value).__name__}")


def first_count(low: int, high: int, enough: Callable[[int], bool]) -> int:
    """The smallest count above `low` that is enough, where all larger ones are; `high` is taken to be."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def last_held(holds: Callable[[float], bool], inside: float, outside: float, within: float = 0.0) -> float:
    """The last number for which a condition holds, on the way from `inside`, where it does, to `outside`."""
    while abs(outside - inside) > within:
        middle = (inside + outside) / 2
        if middle in (inside, outside):
            break
        inside, outside = (middle, outside) if holds(middle) else (inside, middle)
    return inside
