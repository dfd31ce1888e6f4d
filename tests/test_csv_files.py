"""Tables as CSV: safe in Excel, whole or not there."""

import csv
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.csv_files import write_csv

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
