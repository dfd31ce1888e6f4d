"""A part of a page: several things shown one after the other by one cell of a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from IPython.display import display

from qaf_lib.display.passages import Note

__all__ = ["Section", "in_the_vault", "nothing", "only"]


@dataclass(frozen=True)
class Section:
    """Passages, tables and charts in reading order."""

    parts: Sequence[object]

    def _ipython_display_(self) -> None:
        show: Any = display
        for part in self.parts:
            show(part)

    def __repr__(self) -> str:
        return "\n\n".join(str(part) for part in self.parts)


def nothing(reason: str) -> Section:
    """A section that has nothing to show says so in one line."""
    return Section([Note(reason)])


def in_the_vault(what: str) -> str:
    """Where a reader with the right to it finds what no page shows.

    Examples
    --------
    >>> in_the_vault("who they are")
    'A list in the vault (folder "restricted") says who they are; no page names anybody.'
    """
    return f'A list in the vault (folder "restricted") says {what}; no page names anybody.'


def only(table: pd.DataFrame, measure: str) -> pd.Series:
    """The one row of a measure."""
    return table[table["measure"] == measure].iloc[0]
