"""Rows of text as columns indexed by row number, gathered block by block so that little is held at once."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import compress, islice, zip_longest

import numpy as np
import pandas as pd

from qaf_lib.caseload.cells import tidy

__all__ = ["Records", "gathered"]

_BLOCK = 512
"""So few that a block is gone before Python's collector would look through it: twice as fast."""


@dataclass
class Records:
    """Columns by their place in the source, as "string" text indexed by row number; empty rows are left out.

    `unheaded` counts the filled cells of columns without a heading; `shifted` are rows with filled cells
    beyond the last heading's column, `longer` those with empty ones only.
    """

    columns: pd.DataFrame
    unheaded: Counter[int] = field(default_factory=Counter)
    shifted: list[int] = field(default_factory=list)
    longer: list[int] = field(default_factory=list)


def gathered(
    rows: Iterable[Sequence[str]], *, first: int, headings: Sequence[str], places: Collection[int]
) -> Records:
    """The columns at some places of rows of which the first has the number `first`."""
    records = Records(pd.DataFrame())
    cells: dict[int, list[str | None]] = {place: [] for place in sorted(places)}
    numbers = array("q")
    for block in _blocks(rows):
        filled = _add(block, cells, headings)
        numbers.extend(compress(range(first, first + len(block)), filled))
        _look_beyond(block, first, headings, records)
        first += len(block)
    records.columns = pd.DataFrame(
        {place: pd.array(cells.pop(place), dtype="string") for place in sorted(places)},
        index=pd.Index(np.array(numbers, dtype="int64")),
    )
    return records


def _blocks(rows: Iterable[Sequence[str]]) -> Iterator[list[Sequence[str]]]:
    remaining = iter(rows)
    while block := list(islice(remaining, _BLOCK)):
        yield block


def _add(
    block: Sequence[Sequence[str]], cells: dict[int, list[str | None]], headings: Sequence[str]
) -> list[bool]:
    """Add a block's filled rows to the columns; which rows those are."""
    columns = list(zip_longest(*block, fillvalue=""))
    nothing = ("",) * len(block)
    texts = {place: _texts(columns[place] if place < len(columns) else nothing) for place in cells}
    filled = [cell is not None for cell in next(iter(texts.values()), [None] * len(block))]
    for index, is_filled in enumerate(filled):
        if not is_filled:
            filled[index] = any(
                heading and tidy(cell) for heading, cell in zip(headings, block[index], strict=False)
            )
    whole = all(filled)
    for place, column in texts.items():
        cells[place] += column if whole else compress(column, filled)
    return filled


def _texts(cells: Sequence[str]) -> list[str | None]:
    tidied = {cell: tidy(cell) or None for cell in set(cells)}
    return list(map(tidied.__getitem__, cells))


def _look_beyond(
    block: Sequence[Sequence[str]], first: int, headings: Sequence[str], records: Records
) -> None:
    width = len(headings)
    bare = [index for index, heading in enumerate(headings) if not heading]
    if not bare and max(map(len, block)) <= width:
        return
    for number, row in enumerate(block, first):
        filled = [index for index in bare if index < len(row) and tidy(row[index])]
        if len(row) > width:
            beyond = [index for index in range(width, len(row)) if tidy(row[index])]
            (records.shifted if beyond else records.longer).append(number)
            filled += beyond
        records.unheaded.update(filled)
