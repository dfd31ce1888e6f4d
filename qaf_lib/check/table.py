"""One table of what `qaf check` says, as a terminal and as a log show it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class CheckTable:
    """What was found out about one matter: a title, rows under headings, and sentences."""

    title: str
    rows: pd.DataFrame | None = None
    lines: tuple[str, ...] = ()

    @property
    def cells(self) -> list[list[str]]:
        """The rows as text; numbers with thousands apart, nothing where something is missing."""
        rows = self.rows if self.rows is not None else pd.DataFrame()
        return [[_text(value) for value in row] for row in rows.itertuples(index=False)]

    @property
    def plain(self) -> list[str]:
        """The same as lines: the title, then each row with its headings."""
        headings = [] if self.rows is None else [str(name) for name in self.rows.columns]
        rows = [
            "  " + "; ".join(f"{name} {cell}" for name, cell in zip(headings, row, strict=True) if cell)
            for row in self.cells
        ]
        return [self.title, *rows, *(f"  {line}" for line in self.lines)]


def _text(value: object) -> str:
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and pd.isna(value)):
        return ""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
