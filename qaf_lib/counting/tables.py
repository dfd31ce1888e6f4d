"""What the counts share: the rows of their results, checks of what comes in, conditions that hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

import pandas as pd

from qaf_lib.errors import InputError

NEARLY = 1e-9
"""Keeps a product of fractions that is a whole number from being rounded to the one before it."""


def count_row(
    table_id: str, row_key: str, measure: str, x: int | None, n: int | None = None, **more: object
) -> dict[str, object]:
    """A result row with one count, and no share."""
    key = {"table_id": table_id, "row_key": row_key, "measure": measure}
    return {**key, "x": x, "n": n, "method": "full count", **more}


def share_row(table_id: str, row_key: str, measure: str, x: int, n: int | None) -> dict[str, object]:
    """A result row of so many of so many of these very cases; no share where there is no whole."""
    share = x / n if n else None
    return count_row(table_id, row_key, measure, x, n, population=n, estimate=share, speaks_of="these_cases")


def count_rows(
    *, table_id: str, counts: Mapping[str, int], n: int | None = None
) -> Iterator[dict[str, object]]:
    """Result rows with one count each; `n` is what they are counted of, where they have a whole.

    Examples
    --------
    >>> [row["x"] for row in count_rows(table_id="t", counts={"complaints": 3})]
    [3]
    """
    for label, count in counts.items():
        if not 0 <= count <= (count if n is None else n) or count % 1:
            raise InputError(f"{label}: a count of {count} does not fit a whole of {n}")
        yield share_row(table_id, label, "count", count, n)


def whole_and_groups(whole: str, values: pd.Series, by: pd.Series) -> list[tuple[str, pd.Series]]:
    """All values under the name of the whole, then those of each group under its own."""
    return [(whole, values), *((str(name), part) for name, part in values.groupby(by, sort=True))]


def holds(condition: pd.Series) -> pd.Series:
    """Where a condition is known to hold."""
    return condition.fillna(False).astype(bool)


def days_of(keys: pd.Series, days: pd.Series) -> pd.Series:
    """The day that each key has in a series by key; missing where it has none."""
    return pd.to_datetime(keys.map(days.to_dict()))


def check_words(what: str, given: Iterable[object], known: Collection[str]) -> None:
    """Words of which every one is known."""
    unknown = sorted({str(word) for word in given} - set(known))
    if unknown:
        raise InputError(f"unknown {what}: {', '.join(unknown)}")
