"""Run by itself: prints an .xls, .xlsb or .ods workbook as JSON, a line a sheet and a line a row.

It imports nothing of the kit, because a damaged file can abort the whole process or fill the memory.
"""

import datetime
import io
import json
import pathlib
import sys
from typing import Any

MEMORY = 2 << 30
CELLS_AT_MOST = 20_000_000


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


def _print(line: Any) -> None:
    sys.stdout.write(json.dumps(line) + "\n")


def main(path: str) -> None:
    """Print the workbook's sheets."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(pathlib.Path(path).read_bytes()))  # told by its bytes
    for sheet in book.sheets_metadata:
        if not str(sheet.typ).endswith("WorkSheet"):
            continue
        cells = book.get_sheet_by_name(sheet.name)
        row, column = cells.start or (0, 0)
        if (row + cells.height) * (column + cells.width) > CELLS_AT_MOST:
            raise MemoryError
        merged = getattr(cells, "merged_cell_ranges", None) or []
        _print(
            {
                "title": sheet.name,
                "hidden": not str(sheet.visible).endswith(".Visible"),
                "first": [row, column],
                "merged": [last[0] + 1 for _, last in merged],
            }
        )
        for values in cells.to_python(skip_empty_area=True):
            _print([_plain(value) for value in values])


if __name__ == "__main__":
    _limit_memory()
    main(sys.argv[1])
