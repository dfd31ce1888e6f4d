"""Run by itself: prints an .xls, .xlsb or .ods workbook as JSON, a line a sheet and a line a row.

It imports nothing of the kit, because a damaged file can abort the whole process or fill the memory.
"""

import datetime
import io
import json
import pathlib
import sys
from typing import Any

MEMORY = 400 << 20
CELLS = 20_000_000
PRINTED = 60_000_000
"""Characters: some thirty of a cell, so two million cells."""


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.timedelta):
        return [value.total_seconds()]
    if isinstance(value, datetime.date | datetime.time):
        return [value.isoformat()]
    return value


class _Printer:
    """Prints lines, and never more than can be read back."""

    def __init__(self) -> None:
        self._cells, self._characters = 0, 0

    def claim(self, cells: int) -> None:
        self._cells += cells
        if self._cells > CELLS:
            raise MemoryError

    def print(self, line: Any) -> None:
        text = json.dumps(line)
        self._characters += len(text)
        if self._characters > PRINTED:
            raise MemoryError
        sys.stdout.write(text + "\n")


def main(path: str) -> None:
    """Print the workbook's sheets."""
    from python_calamine import CalamineWorkbook

    printer = _Printer()
    book = CalamineWorkbook.from_filelike(io.BytesIO(pathlib.Path(path).read_bytes()))  # told by its bytes
    for sheet in book.sheets_metadata:
        if not str(sheet.typ).endswith("WorkSheet"):
            continue
        cells = book.get_sheet_by_name(sheet.name)
        row, column = cells.start or (0, 0)
        printer.claim((row + cells.height) * (column + cells.width))
        merged = getattr(cells, "merged_cell_ranges", None) or []
        printer.print(
            {
                "title": sheet.name,
                "hidden": not str(sheet.visible).endswith(".Visible"),
                "first": [row, column],
                "merged": [last[0] + 1 for _, last in merged],
            }
        )
        for values in cells.to_python(skip_empty_area=True):
            printer.print([_plain(value) for value in values])


if __name__ == "__main__":
    _limit_memory()
    main(sys.argv[1])
