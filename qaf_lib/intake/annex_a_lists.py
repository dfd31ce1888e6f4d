"""The lists of an Annex A workbook as tables: which sheet is which list, and which heading which column.

The standard's sheets, headings and codes stand in `annex_a_lists.yml`. Sheets and headings are found by name,
without regard to letter case, blanks and signs, since both vary between councils.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from qaf_lib.errors import InputError
from qaf_lib.intake.cells import folded, is_nothing, listed, tidy
from qaf_lib.intake.grids import HEADING_ROWS
from qaf_lib.intake.tabular import gathered
from qaf_lib.intake.workbook import SheetText, Workbook, open_workbook

_READ = (6, 7, 8, 9)
_COUNTED = (4, 5)
"""Lists that no case comes from: read, where they can be, for the indicators counted in them."""


@dataclass(frozen=True)
class AnnexLists:
    """The columns that the kit reads of each list, as text by row number, by the list's number.

    Of lists 6 to 9 one without a sheet is an empty table; lists 4 and 5, and columns that only indicators
    rest on, are there where the workbook has them. `unused` are headings that the standard does not know.
    """

    tables: dict[int, pd.DataFrame]
    notes: tuple[str, ...]
    unused: tuple[str, ...]


@dataclass(frozen=True)
class _Sheet:
    """A sheet that may hold a list: the row of its headings (from 0), and where each column stands."""

    text: SheetText
    numbered: bool
    heading_row: int
    places: dict[str, list[int]]

    @property
    def headings(self) -> list[str]:
        return self.text.rows[self.heading_row] if self.text.rows else []

    @property
    def empty(self) -> bool:
        return not any(tidy(cell) for row in self.text.rows for cell in row)


@cache
def annex_a_standard() -> dict[str, Any]:
    """The standard as data: lists with their columns, the columns' headings, the code sets."""
    text = files("qaf_lib.intake").joinpath("annex_a_lists.yml").read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same, ten times as fast where it was built
    standard: dict[str, Any] = yaml.load(text, Loader=loader)
    return standard


def read_lists(*, path: Path, name: str) -> AnnexLists:
    """Lists 4 to 9 of a workbook; refused without list 6 or a column, or with two sheets for one list."""
    with open_workbook(path=path, name=name) as book:
        sheets = _sheets_of_lists(book)
        chosen = {number: _only(found, number, name) for number, found in sheets.items()}
        notes = [note for number, found in sheets.items() for note in _left(found, chosen[number])]
        notes += [f"there is no sheet for {_named(number)}" for number in _READ if chosen[number] is None]
        used = [sheet for sheet in chosen.values() if sheet]
        notes += [note for sheet in used for note in _remarks(sheet, book)]
        counted, unread = _counted_lists(book, name)
        if chosen[6] is None:
            raise InputError(
                f"{name}: there is no sheet for {_named(6)}. Name it 'List 6'. The sheets found are: "
                f"{listed(book.titles)}."
            )
    return AnnexLists(
        tables=counted | {number: _table(sheet, number, name) for number, sheet in chosen.items()},
        notes=tuple(dict.fromkeys([*notes, *unread])),
        unused=tuple(
            heading for number, sheet in chosen.items() if sheet for heading in _unused(sheet, number)
        ),
    )


def sign_free(text: str) -> str:
    """How headings, titles and status words are matched: letters and figures alone."""
    return re.sub(r"[\W_]", "", folded(text))


def _sheets_of_lists(book: Workbook) -> dict[int, list[_Sheet]]:
    """The sheets that may hold each list: by their number, by their title, or by both title and headings."""
    found: dict[int, list[_Sheet]] = {number: [] for number in _READ}
    for title in book.titles:
        number, sure = _number(title)
        if number in found:
            sheet = _placed(book.sheet(title), number, numbered=sure and any(map(str.isdigit, title)))
            if sure or _is_headed(sheet, number):
                found[number].append(sheet)
    return found


def _counted_lists(book: Workbook, name: str) -> tuple[dict[int, pd.DataFrame], list[str]]:
    """Lists 4 and 5, each where one sheet holds it, and what is wrong with them: no case hangs on either."""
    tables, notes = {}, []
    for number in _COUNTED:
        titles = [title for title in book.titles if _number(title) == (number, True)]
        try:
            sheets = [_placed(book.sheet(title), number, numbered=True) for title in titles]
            filled = [sheet for sheet in sheets if not sheet.empty]
            if len(filled) == 1:
                tables[number] = _table(filled[0], number, name)
            elif filled:
                notes.append(f"several sheets are for {_named(number)}, so none was read")
        except InputError as error:
            notes.append(f"{_named(number)} was not read, and no indicator is counted in it: {error}")
    return tables, notes


def _number(title: str) -> tuple[int, bool]:
    """The list that a sheet's title names (0: none), and whether it says nothing else."""
    plain = re.sub(r" ?\(\d+\)$", "", re.sub(r"^(annex a|aa) ", "", folded(title)))  # "(2)" is a copy's
    known = _titles()
    if sign_free(plain) in known:
        return known[sign_free(plain)], True
    found = re.fullmatch(r"(list|l)? ?0*(\d{1,2})(?!\d)(.*)", plain)
    if not found:
        return 0, False
    number, rest = int(found[2]), sign_free(found[3])
    sure = not rest or known.get(rest) == number
    return (number, sure) if sure or found[1] else (0, False)


@cache
def _titles() -> dict[str, int]:
    return {
        sign_free(title): entry["list"]
        for entry in annex_a_standard()["lists"]
        for title in (entry["title"], *entry.get("also", ()))
    }


def _entry(number: int) -> dict[str, Any]:
    entry: dict[str, Any] = annex_a_standard()["lists"][number - 1]
    return entry


def _named(number: int) -> str:
    return f"list {number} ({_entry(number)['title']})"


def _placed(text: SheetText, number: int, *, numbered: bool) -> _Sheet:
    rows = [[sign_free(cell) for cell in row] for row in text.rows[:HEADING_ROWS]]
    places = [_places(row, number) for row in rows]
    best = max(range(len(rows)), key=lambda index: len(places[index]), default=0)
    return _Sheet(text, numbered, best, places[best] if rows else {})


def _places(row: list[str], number: int) -> dict[str, list[int]]:
    """Where each column of a list stands in a row, by the first of its names that stands there at all."""
    found = {}
    for column, names in _names(number).items():
        name = next((name for name in names if name in row), None)
        if name is not None:
            found[column] = [place for place, cell in enumerate(row) if cell == name]
    return found


@cache
def _names(number: int) -> dict[str, list[str]]:
    """The names by which a heading of each column that is read is known, the standard's first."""
    columns = annex_a_standard()["columns"]
    return {
        column: [sign_free(name) for name in (columns[column]["name"], *columns[column].get("also", ()))]
        for column in (*_entry(number)["read"], *_entry(number)["counted"])
    }


def _is_headed(sheet: _Sheet, number: int) -> bool:
    """Whether the row is one of headings, not a case with a word that is a heading too."""
    read = _entry(number)["read"]
    return 2 * len(sheet.places.keys() & set(read)) >= len(read)


def _only(found: list[_Sheet], number: int, name: str) -> _Sheet | None:
    filled = [sheet for sheet in found if not sheet.empty]
    held = [sheet for sheet in filled if sheet.numbered or _is_headed(sheet, number)] or filled
    if len(held) > 1:
        titles = " and ".join(repr(sheet.text.title) for sheet in held)
        raise InputError(f"{name}: the sheets {titles} are for one list, {_named(number)}. Keep one of them.")
    return held[0] if held else None


def _left(found: list[_Sheet], chosen: _Sheet | None) -> list[str]:
    left = [sheet for sheet in found if sheet is not chosen]
    why = {True: "is empty", False: "has no headings of its list"}
    return [f"the sheet {sheet.text.title!r} {why[sheet.empty]} and was not read" for sheet in left]


def _remarks(sheet: _Sheet, book: Workbook) -> list[str]:
    text, top = sheet.text, sheet.heading_row + 1
    counted = {
        "hidden rows that were read too": text.hidden_rows,
        "formulas without a stored value, which count as blank": text.empty_formulas,
        "merged areas, whose value their first cell alone has": sum(row > top for row in text.merged_to),
        "child references that are numbers, whose leading zeros this format loses": sum(
            text.numbers.get(place, 0) for place in sheet.places.get("child_id", ())
        ),
    }
    hidden = [f"the sheet {text.title!r} is hidden; it was read"] if text.title in book.hidden else []
    return hidden + [f"the sheet {text.title!r}: {what}: {count}" for what, count in counted.items() if count]


def _table(sheet: _Sheet | None, number: int, name: str) -> pd.DataFrame:
    read = _entry(number)["read"]
    if sheet is None:
        return pd.DataFrame(columns=read, index=pd.RangeIndex(0), dtype="string")
    label = f"{name}, sheet {sheet.text.title!r} (list {number})"
    _refuse_missing(sheet, number, label)
    _refuse_repeated(sheet, read, label)
    found = {column: places[0] for column, places in sheet.places.items() if len(places) == 1}
    headings = [""] * (1 + max(found.values()))
    for column, place in found.items():
        headings[place] = column
    below = sheet.heading_row + 1
    records = gathered(sheet.text.rows[below:], first=below + 1, headings=headings, places=found.values())
    table = records.columns.rename(columns={place: column for column, place in found.items()})
    columns = [*read, *(column for column in _entry(number)["counted"] if column in found)]
    return table.apply(_without_words_for_nothing).dropna(how="all").reindex(columns=columns).astype("string")


def _refuse_missing(sheet: _Sheet, number: int, label: str) -> None:
    if not _is_headed(sheet, number):
        raise InputError(
            f"{label}: no row holds the standard's headings (the first {HEADING_ROWS} were looked at). "
            "Use Ofsted's template."
        )
    entry = _entry(number)
    missing = [column for column in entry["read"] if column not in {*sheet.places, *entry["may_be_missing"]}]
    if {"date_of_birth", "age_years"} & sheet.places.keys():  # either gives the age
        missing = [column for column in missing if column not in ("date_of_birth", "age_years")]
    if missing:
        names = ", ".join(annex_a_standard()["columns"][column]["name"] for column in missing)
        raise InputError(
            f"{label}: the column {names} is missing. Export the list with all its columns. "
            f"The headings found in row {sheet.heading_row + 1} are: "
            f"{listed([heading for cell in sheet.headings if (heading := tidy(cell))])}."
        )


def _refuse_repeated(sheet: _Sheet, read: list[str], label: str) -> None:
    twice = [places for column, places in sheet.places.items() if column in read and len(places) > 1]
    if twice:
        heading = tidy(sheet.headings[twice[0][0]])
        raise InputError(f"{label}: the heading {heading} stands twice. Keep one column of that name.")


def _unused(sheet: _Sheet, number: int) -> list[str]:
    columns = annex_a_standard()["columns"]
    known = {sign_free(columns[column]["name"]) for column in _entry(number)["columns"]}
    read = {place for places in sheet.places.values() for place in places}
    return [
        f"list {number}: {tidy(heading)}"
        for place, heading in enumerate(sheet.headings)
        if place not in read and sign_free(heading) not in known | {""}
    ]


def _without_words_for_nothing(cells: pd.Series) -> pd.Series:
    nothing = [word for word in cells.dropna().unique() if is_nothing(word)]
    return cells.mask(cells.isin(nothing)) if nothing else cells
