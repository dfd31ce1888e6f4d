"""Workbooks: text stays text, days are days, and nobody else may open them."""

import os
from datetime import date

import openpyxl
import pandas as pd
import pytest

from qaf_lib.workbooks import Sheet, write_workbook


def written(folder, table, **more):
    path = folder / "plan.xlsx"
    write_workbook(path, [Sheet("Plan", "A plan", ["One line"], table, **more)])
    return path, openpyxl.load_workbook(path)["Plan"]


@pytest.mark.parametrize("text", ["=1+1", "+44", "@SUM(A1)", "https://example.org", "-2"])
def test_no_cell_is_a_formula_or_a_link(tmp_path, text):
    _, sheet = written(tmp_path, pd.DataFrame({"Title": [text]}))
    cell = sheet["A5"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_days_are_days_numbers_numbers_and_the_missing_blank(tmp_path):
    table = pd.DataFrame(
        {"Due": [pd.Timestamp("2026-09-30"), pd.NaT], "Times": [3, 4], "Text": [None, pd.NA]}
    )
    _, sheet = written(tmp_path, table)
    assert sheet["A5"].value.date() == date(2026, 9, 30)
    assert sheet["A5"].is_date
    assert [sheet["A6"].value, sheet["B5"].value, sheet["C5"].value, sheet["C6"].value] == [
        None,
        3,
        None,
        None,
    ]


def test_a_text_longer_than_a_cell_keeps_its_beginning(tmp_path):
    _, sheet = written(tmp_path, pd.DataFrame({"Text": ["x" * 40_000]}))
    assert len(sheet["A5"].value) == 32_767


def test_the_same_sheets_give_the_same_bytes(tmp_path):
    table = pd.DataFrame({"Heading": ["Why"], "To be filled in": [pd.NA]})
    first = written(tmp_path, table, is_form=True)[0].read_bytes()
    assert written(tmp_path, table, is_form=True)[0].read_bytes() == first


@pytest.mark.skipif(os.name != "posix", reason="owners are told apart so on POSIX alone")
def test_only_the_owner_may_open_it(tmp_path):
    path, _ = written(tmp_path, pd.DataFrame({"Title": ["a"]}))
    assert path.stat().st_mode & 0o077 == 0
