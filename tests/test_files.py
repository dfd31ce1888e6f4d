"""Files that are whole or not there: text, tables as CSV that are safe in Excel, workbooks."""

import csv
import os
from datetime import date

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.files import Sheet, fsync_folder, write_csv, write_text, write_workbook


def test_text_is_written_with_unix_line_ends_and_nothing_stays_beside(tmp_path):
    write_text(tmp_path / "page.html", "a\nçé\n")
    assert (tmp_path / "page.html").read_bytes() == "a\nçé\n".encode()
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_a_write_that_fails_leaves_the_old_file_whole(tmp_path):
    path = tmp_path / "page.html"
    write_text(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_text(path, "new \ud800")
    assert path.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_what_a_killed_run_left_beside_is_overwritten(tmp_path):
    (tmp_path / ".page.html.new").write_text("half", encoding="utf-8")
    write_text(tmp_path / "page.html", "whole")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_a_folder_of_files_is_flushed_unchanged(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    write_text(tmp_path / "a" / "b" / "c.txt", "c")
    fsync_folder(tmp_path / "a")
    assert (tmp_path / "a" / "b" / "c.txt").read_text(encoding="utf-8") == "c"


RISKY = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\tx", "\rx"]


@pytest.mark.parametrize("text", RISKY)
def test_text_that_begins_like_a_formula_gets_an_apostrophe(text, tmp_path):
    write_csv(tmp_path / "t.csv", pd.DataFrame({"text": [text]}))
    written = text.replace("\r", "\n")
    assert f"'{written}" in (tmp_path / "t.csv").read_text(encoding="utf-8-sig")


def test_numbers_and_other_text_stay_as_they_are(tmp_path):
    frame = pd.DataFrame(
        {"number": [-1.5, 1 / 3], "whole": [-2, 3], "text": ["a=1", None], "yes": [True, False]}
    )
    write_csv(tmp_path / "t.csv", frame)
    lines = (tmp_path / "t.csv").read_bytes().decode("utf-8-sig").split("\n")
    assert lines == ["number,whole,text,yes", "-1.5,-2,a=1,true", "0.333333,3,,false", ""]


def test_a_table_opens_in_excel_as_utf_8(tmp_path):
    write_csv(tmp_path / "t.csv", pd.DataFrame({"name": ["Zoë"]}))
    assert (tmp_path / "t.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_days_are_written_as_days_and_times_as_times(tmp_path):
    frame = pd.DataFrame({"day": [date(2026, 6, 30)], "at": [pd.Timestamp("2026-06-30 14:05")]})
    write_csv(tmp_path / "t.csv", frame.assign(midnight=pd.Timestamp("2026-06-30")))
    assert (tmp_path / "t.csv").read_text(encoding="utf-8-sig").splitlines()[1] == (
        "2026-06-30,2026-06-30 14:05:00,2026-06-30"
    )


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
def test_every_cell_comes_back_as_it_was_or_behind_an_apostrophe(tmp_path_factory, cells):
    path = tmp_path_factory.getbasetemp() / "cells.csv"
    write_csv(path, pd.DataFrame({"text": cells, "last": "x"}))
    with path.open(encoding="utf-8-sig", newline="") as file:
        came = [row[0] for row in csv.reader(file)][1:]
    given_in = [cell.replace("\r\n", "\n").replace("\r", "\n") for cell in cells]
    assert all(cell in (text, f"'{text}") for cell, text in zip(came, given_in, strict=True))
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in came)


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
