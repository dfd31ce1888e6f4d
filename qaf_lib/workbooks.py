"""Workbooks for people to read and fill in: text stays text, and only their owner may open them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from qaf_lib.files import write_bytes

__all__ = ["Sheet", "write_workbook"]

_OWNER_ONLY = 0o600
_LONGEST_NAME = 31
_WIDTHS = (14, 60)
"""Narrowest and widest column, in characters."""

_LONGEST_TEXT = 32_767
"""Characters that a cell can hold; a longer text would be left out whole."""

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


@dataclass(frozen=True)
class Sheet:
    """One sheet: a title, lines under it, and a table; rows of a form have room to write in."""

    name: str
    title: str
    lines: Sequence[str]
    table: pd.DataFrame
    is_form: bool = False


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write a workbook, whole or not at all, for its owner alone; no cell is a formula or a link.

    Parameters
    ----------
    path : Path
        A workbook of the same name is replaced; the same sheets give the same bytes.
    sheets : sequence of Sheet
        In order; days are written as days, what is missing stays blank.
    """
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, _OPTIONS) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})
        looks: dict[str, Any] = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
            "day": book.add_format({"num_format": "d mmmm yyyy", "valign": "top", "align": "left"}),
        }
        for sheet in sheets:
            _write(book.add_worksheet(sheet.name[:_LONGEST_NAME]), sheet, looks)
    write_bytes(path, stream.getvalue(), mode=_OWNER_ONLY)


def _write(page: Any, sheet: Sheet, looks: dict[str, Any]) -> None:
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.write_string(0, 0, sheet.title, looks["title"])
    for at, line in enumerate(sheet.lines, start=1):
        page.write_string(at, 0, line)
    top = len(sheet.lines) + 2
    page.freeze_panes(top + 1, 0)
    for column, name in enumerate(sheet.table):
        values = sheet.table[name].tolist()
        page.set_column(column, column, _width(str(name), values))
        page.write_string(top, column, str(name), looks["head"])
        for row, value in enumerate(values, start=top + 1):
            _write_cell(page, row, column, value, looks)
    if sheet.is_form:
        for row in range(top + 1, top + 1 + len(sheet.table)):
            page.set_row(row, 90)


def _write_cell(page: Any, row: int, column: int, value: Any, looks: dict[str, Any]) -> None:
    if pd.api.types.is_scalar(value) and pd.isna(value):
        page.write_blank(row, column, None, looks["text"])
    elif isinstance(value, date):
        page.write_datetime(row, column, datetime(value.year, value.month, value.day), looks["day"])
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        page.write_number(row, column, value, looks["text"])
    else:
        page.write_string(row, column, str(value)[:_LONGEST_TEXT], looks["text"])


def _width(name: str, values: Sequence[Any]) -> int:
    longest = max([len(name), *(len(str(value)) for value in values)], default=0)
    return min(max(longest + 2, _WIDTHS[0]), _WIDTHS[1])
