"""What an analyst must see of how a source was read, as sentences; never a cell's contents."""

from __future__ import annotations

from collections.abc import Mapping

from qaf_lib.caseload.grids import Grid
from qaf_lib.caseload.headings import Headings, column_letter
from qaf_lib.caseload.records import Records
from qaf_lib.caseload.workbook import SheetText

__all__ = ["source_notes"]


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
    if grid.sheet is not None and grid.loses_formats:
        notes += _numeric_references(grid.sheet, places)
    return tuple(notes)


def _unheaded(records: Records) -> list[str]:
    return [
        f"column {column_letter(place)} has no heading and was not read ({_some(count, 'filled cell')})"
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
