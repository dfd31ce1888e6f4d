"""Files and database queries as text under the kit's names, each row with its number in the source."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, compress, islice, zip_longest
from pathlib import Path

import numpy as np
import pandas as pd
from openpyxl.utils import get_column_letter

from qaf_lib.errors import InputError
from qaf_lib.intake.cells import tidy
from qaf_lib.intake.grids import (
    HEADING_ROWS,
    Grid,
    Headings,
    columns_read,
    find_headings,
    open_grid,
    refuse_unknown_names,
    wanted_headings,
    with_words,
)
from qaf_lib.intake.workbook import SheetText
from qaf_lib.parameters import Source

_BLOCK = 512
"""So few that a block is gone before Python's collector would look through it: twice as fast."""


@dataclass
class Records:
    """Columns by their place in the source; empty rows are left out.

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


def source_notes(
    *, grid: Grid, headings: Headings, records: Records, places: Mapping[str, int]
) -> tuple[str, ...]:
    """Sentences on hidden sheets and rows, columns without a heading, values not stored or unsure."""
    notes = list(grid.notes)
    if headings.row > 1:
        notes.append(f"the headings stand in row {headings.row}")
    notes += _unheaded(records)
    if grid.is_text and 0 < len(records.longer) < len(records.columns):
        notes.append(
            f"{_some(len(records.longer), 'row')} from row {records.longer[0]} on end in more empty cells "
            "than there are headings; look whether their cells are shifted"
        )
    if grid.sheet is not None:
        notes += _of_sheet(grid.sheet, headings.row)
        notes += _numeric_references(grid.sheet, places)
    return tuple(notes)


def _unheaded(records: Records) -> list[str]:
    return [
        f"column {get_column_letter(place + 1)} has no heading and was not read "
        f"({_some(count, 'filled cell')})"
        for place, count in sorted(records.unheaded.items())
    ][:20]


def _of_sheet(sheet: SheetText, heading_row: int) -> list[str]:
    notes = []
    if sheet.hidden_rows:
        were = "were" if sheet.hidden_rows > 1 else "was"
        notes.append(f"{_some(sheet.hidden_rows, 'hidden row')} {were} read too")
    if sheet.empty_formulas:
        notes.append(
            f"{_some(sheet.empty_formulas, 'formula')} without a stored value read as empty; open the "
            "workbook in Excel and save it"
        )
    merged = sum(row > heading_row for row in sheet.merged_to)
    if merged:
        notes.append(f"{_some(merged, 'merged area')} among the rows: only the first cell of each is filled")
    return notes


def _numeric_references(sheet: SheetText, places: Mapping[str, int]) -> list[str]:
    return [
        f"{name} holds {_some(sheet.numbers[place], 'number')}, and this format does not tell leading zeros; "
        "if references have them, save the workbook in Excel as .xlsx"
        for name, place in places.items()
        if (name.endswith("_id") or name == "reaudit_of") and sheet.numbers.get(place)
    ]


def _some(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' if count != 1 else ''}"


@dataclass(frozen=True)
class ReadTable:
    """A source as it was read, without wholly empty rows: `answers` has a column for each question.

    `unused` are the headings that nothing reads; `notes` are sentences that an analyst must see.
    """

    name: str
    text: pd.DataFrame
    answers: pd.DataFrame
    unused: tuple[str, ...]
    notes: tuple[str, ...]


def read_source(*, source: Source, root: Path, known: Sequence[str], required: Sequence[str]) -> ReadTable:
    """One file (named from the folder `root`) or query under the kit's names.

    `known` are the kit's columns of the table, `required` those without which it is refused; so is what can
    be read in more than one way.
    """
    name = str(source.file) if source.query is None else f"query ({source.address_in})"
    refuse_unknown_names(source, known=known, name=name)
    wanted = wanted_headings(source, known=known, required=required)
    grid = open_grid(source=source, root=root, name=name, wanted=wanted)
    rows = iter(grid.rows)
    top = list(islice(rows, max(HEADING_ROWS, wanted.row or 0)))
    if not any(tidy(cell) for row in top for cell in row):
        raise InputError(f"{grid.place}: the first rows are empty. Export it again with its heading row.")
    headings = find_headings(top=top, wanted=wanted, place=grid.place)
    places = headings.positions(columns_read(source, known=known))
    answers = headings.positions(source.answers)
    used = {*places.values(), *answers.values()}
    records = gathered(
        chain(top[headings.row :], rows), first=headings.row + 1, headings=headings.cells, places=used
    )
    _refuse_shifted(records, grid)
    return ReadTable(
        name=name,
        text=_text(records, places, source, known),
        answers=_answers(records, answers, source),
        unused=tuple(
            heading for place, heading in enumerate(headings.cells) if heading and place not in used
        ),
        notes=source_notes(grid=grid, headings=headings, records=records, places=places),
    )


def _refuse_shifted(records: Records, grid: Grid) -> None:
    if grid.is_text and records.shifted:
        count = len(records.shifted)
        rows = ", ".join(map(str, records.shifted[:10])) + (", ..." if count > 10 else "")
        raise InputError(
            f"{grid.place}: {count} row{'s have' if count > 1 else ' has'} more filled cells than there are "
            f"headings, so the columns shift (row{'s' if count > 1 else ''} {rows}). Put cells that hold the "
            "delimiter in quotation marks, or export the file again."
        )


def _text(records: Records, places: dict[str, int], source: Source, known: Sequence[str]) -> pd.DataFrame:
    columns: dict[str, pd.Series] = {name: records.columns[place] for name, place in places.items()}
    index = records.columns.index
    for name, value in source.constants.items():
        columns[name] = pd.Series(tidy(value) or None, index=index, dtype="string")
    for name, words in source.meanings.items():
        if name in columns:
            columns[name] = with_words(columns[name], words)
    ordered = {name: columns[name] for name in known if name in columns}
    return pd.DataFrame(ordered, index=index)


def _answers(records: Records, places: dict[str, int], source: Source) -> pd.DataFrame:
    words = source.meanings.get("answer", {})
    columns = {question: with_words(records.columns[place], words) for question, place in places.items()}
    return pd.DataFrame(columns, index=records.columns.index)
