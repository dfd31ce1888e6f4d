"""Files and database queries as text under the kit's names, each row with its number in the source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import pandas as pd

from qaf_lib.caseload.cells import WORDS_FOR_NOTHING, cell_text, folded, tidy
from qaf_lib.caseload.grids import Grid, open_grid
from qaf_lib.caseload.headings import HEADING_ROWS, find_headings
from qaf_lib.caseload.mapping import columns_read, refuse_unknown_names, wanted_headings, with_words
from qaf_lib.caseload.records import Records, gathered
from qaf_lib.caseload.source_notes import source_notes
from qaf_lib.errors import InputError
from qaf_lib.parameters import Source

__all__ = ["WORDS_FOR_NOTHING", "ReadTable", "cell_text", "folded", "read_source", "text_table"]

FIRST_ROW = 2
"""Row number of the first record under a heading in row 1."""


@dataclass(frozen=True)
class ReadTable:
    """A source as it was read; only cells that are truly empty are missing.

    `text` has columns under the kit's names and `answers` one a question, as "string", both indexed by row
    number in the source, wholly empty rows left out. `unused` are the headings that nothing reads, as the
    source spells them; `notes` are sentences that an analyst must see.
    """

    name: str
    text: pd.DataFrame
    answers: pd.DataFrame
    unused: tuple[str, ...]
    notes: tuple[str, ...]


def read_source(*, source: Source, root: Path, known: Sequence[str], required: Sequence[str]) -> ReadTable:
    """Read one file or query under the kit's names.

    Parameters
    ----------
    source : Source
        Where it stands, and how its names and words are mapped.
    root : Path
        The folder from which files are named.
    known : sequence of str
        The kit's columns of the table.
    required : sequence of str
        Those without which it is refused.

    Raises
    ------
    InputError
        If it cannot be read, or can be read in more than one way.
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


def text_table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], *, name: str, first: int = FIRST_ROW
) -> pd.DataFrame:
    """Rows of text under tidy headings, indexed by row number; unheaded columns and empty rows are left out.

    Raises
    ------
    InputError
        If a heading stands twice.
    """
    cells = [tidy(heading) for heading in headings]
    places = {heading: place for place, heading in enumerate(cells) if heading}
    if repeated := sorted(heading for heading in places if cells.count(heading) > 1):
        raise InputError(f"{name}: the heading {repeated[0]} stands twice. Keep one column of that name.")
    columns = gathered(rows, first=first, headings=cells, places=places.values()).columns
    return columns.rename(columns={place: heading for heading, place in places.items()})
