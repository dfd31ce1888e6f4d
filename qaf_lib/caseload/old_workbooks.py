"""Workbooks in formats that only python-calamine reads (.xls, .xlsb, .ods), in a process of their own.

A damaged file can abort the process that reads it, so it is never ours; its memory and time are limited.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from qaf_lib.caseload.cells import cell_text, elapsed_text
from qaf_lib.errors import InputError

__all__ = ["OldSheet", "read_old_workbook"]

_SECONDS = 20
_CHILD = Path(__file__).with_name("old_workbook_child.py")
_NO_WINDOW: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # Windows would show a console


@dataclass(frozen=True)
class OldSheet:
    """A sheet's cells as text from its row 1, and how many cells of each column are numbers."""

    title: str
    is_hidden: bool
    rows: list[list[str]]
    merged_to: tuple[int, ...] = ()
    numbers: Mapping[int, int] = field(default_factory=dict)


def read_old_workbook(*, path: Path, name: str) -> list[OldSheet]:
    """All sheets of a workbook.

    Raises
    ------
    InputError
        If it cannot be read, or not within 20 seconds and 400 megabytes.
    """
    with TemporaryFile() as printed:
        try:
            ended = subprocess.run(
                [sys.executable, "-P", str(_CHILD), str(path.resolve())],
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.DEVNULL,
                timeout=_SECONDS,
                creationflags=_NO_WINDOW,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise _unreadable(name, f"reading it took more than {_SECONDS} seconds") from None
        if ended.returncode:
            raise _unreadable(name, "it is damaged, locked or too large")
        printed.seek(0)
        return list(_sheets(printed))


def _unreadable(name: str, reason: str) -> InputError:
    return InputError(f"{name}: the workbook cannot be read: {reason}. Save it in Excel as .xlsx.")


def _sheets(printed: IO[bytes]) -> Iterator[OldSheet]:
    """Each sheet is a line about it, then a line for each of its rows."""
    about: dict[str, Any] | None = None
    rows: list[list[Any]] = []
    for line in printed:
        said = json.loads(line)
        if isinstance(said, list):
            rows.append(said)
            continue
        if about is not None:
            yield _sheet(about, rows)
        about, rows = said, []
    if about is not None:
        yield _sheet(about, rows)


def _sheet(about: Mapping[str, Any], rows: list[list[Any]]) -> OldSheet:
    row, column = about["first"]
    numbers = Counter(
        column + index
        for values in rows
        for index, value in enumerate(values)
        if isinstance(value, int | float) and not isinstance(value, bool)
    )
    cells = [[""] * column + [_text(value) for value in values] for values in rows]
    return OldSheet(about["title"], about["hidden"], [[]] * row + cells, tuple(about["merged"]), numbers)


def _text(value: Any) -> str:
    if not isinstance(value, list):
        return cell_text(value)
    [said] = value
    if isinstance(said, float):
        return elapsed_text(said)
    if "T" in said:
        return cell_text(datetime.fromisoformat(said))
    return cell_text(time.fromisoformat(said)) if ":" in said else str(said)
