"""Tables as CSV for Excel and for programs: no cell runs as a formula, and accents come through."""

from __future__ import annotations

import csv
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

from qaf_lib.files import write_text

__all__ = ["write_csv"]

_FORMULA = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")


def write_csv(path: Path, frame: pd.DataFrame) -> None:
    """Write a table, whole or not at all: UTF-8 with a mark, LF, no cell that runs as a formula.

    Text that begins like a formula gets an apostrophe before it; numbers stay as they are, with at
    most six decimals; a time at midnight is its day.
    """
    columns = [[_cell(value) for value in frame[name].tolist()] for name in frame]
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([_cell(str(name)) for name in frame])
    writer.writerows(zip(*columns, strict=True))
    write_text(path, "\ufeff" + text.getvalue())


def _cell(value: Any) -> str:
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        text = f"{value:.6f}".rstrip("0").rstrip(".")
        return "0" if text == "-0" else text
    if isinstance(value, date):
        return _day(value)
    text = str(value).replace("\r\n", "\n").replace("\r", "\n")  # a lone one would end the row
    return f"'{text}" if text.startswith(_FORMULA) else text


def _day(value: date) -> str:
    if isinstance(value, datetime) and value.time() != value.time().min:
        return value.isoformat(sep=" ", timespec="seconds")
    return f"{value:%Y-%m-%d}"
