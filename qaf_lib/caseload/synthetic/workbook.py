"""The council's Annex A workbook: eleven lists in the shape of Ofsted's template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from qaf_lib.caseload.annex_a import annex_a_standard
from qaf_lib.caseload.synthetic.adoption import adopters, adoption
from qaf_lib.caseload.synthetic.council import Council
from qaf_lib.caseload.synthetic.front_door import (
    assessments,
    contacts,
    early_help,
    early_help_children,
    enquiries,
    referrals,
)
from qaf_lib.caseload.synthetic.open_lists import care, care_leavers, children_in_need, protection
from qaf_lib.caseload.synthetic.view import View, columns_of

__all__ = ["annex_a_lists", "write_annex_a"]


def annex_a_lists(*, council: Council, as_at: date) -> dict[int, pd.DataFrame]:
    """The eleven lists on a day, by number; columns are the identifiers of `annex_a_lists.yml`.

    Parameters
    ----------
    council : Council
        From `make_council`.
    as_at : date
        The day the lists are cut.

    Returns
    -------
    dict of int to pd.DataFrame
        Values as they stand in the cells: codes as the standard writes them, `datetime.date`, None for blank.
    """
    part = council.children
    view = View(part, as_at)
    early = early_help_children(council.families, as_at, view.back)
    tables = {
        1: contacts(view, early),
        2: early_help(view, early, council.families.teams),
        3: referrals(view),
        4: assessments(view),
        5: enquiries(view),
        6: children_in_need(view),
        7: protection(view),
        8: care(view),
        9: care_leavers(view),
        10: adoption(view),
        11: adopters(view),
    }
    return {number: _plain(table[columns_of(number)]) for number, table in tables.items()}


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """Cells as Python objects, None for blank, under every version of pandas."""
    cells = table.astype(object)
    return cells.where(cells.notna(), None)


def write_annex_a(*, tables: Mapping[int, pd.DataFrame], path: Path) -> None:
    """Write the lists as sheets "List 1" to "List 11": a title in row 1, the standard's headings in row 2.

    Parameters
    ----------
    tables : mapping of int to pd.DataFrame
        From `annex_a_lists`.
    path : Path
        The workbook to write; the same tables give the same bytes.
    """
    standard: Any = annex_a_standard()
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": "Annex A (synthetic data)", "created": datetime(2026, 10, 1, 9, 0, 0)})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        bold = book.add_format({"bold": True})
        for listed in standard["lists"]:
            sheet = book.add_worksheet(f"List {listed['list']}")
            sheet.write_string(0, 0, f"List {listed['list']}: {listed['title']} (synthetic data)", bold)
            table = tables[listed["list"]]
            for column, name in enumerate(table.columns):
                sheet.write_string(1, column, standard["columns"][name]["name"], bold)
                _write_column(sheet, column, table[name].tolist(), day)


def _write_column(sheet: Any, column: int, cells: Sequence[object], day: object) -> None:
    epoch = date(1899, 12, 30).toordinal()
    for row, cell in enumerate(cells, start=2):
        if isinstance(cell, str):
            sheet.write_string(row, column, cell)
        elif isinstance(cell, date):
            sheet.write_number(row, column, cell.toordinal() - epoch, day)
        elif cell is not None:
            sheet.write_number(row, column, cell)
