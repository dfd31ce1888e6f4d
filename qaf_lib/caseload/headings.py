"""Where a table's headings stand: the row that holds them, and the column under each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from qaf_lib.caseload.cells import folded, tidy
from qaf_lib.errors import InputError

__all__ = ["HEADING_ROWS", "Headings", "Wanted", "column_letter", "find_headings"]

HEADING_ROWS = 20
"""The headings are looked for in so many rows from the top."""

_SHOWN = 30


@dataclass(frozen=True)
class Wanted:
    """What a row of headings must hold, and what else would be read from it.

    `needed` gives by heading the kit's column that is read from it; `also` are headings that may be there;
    `row` is the row said to hold them.
    """

    needed: Mapping[str, str]
    also: Iterable[str] = ()
    row: int | None = None

    @property
    def names(self) -> frozenset[str]:
        """All of them, folded."""
        return frozenset(folded(heading) for heading in (*self.needed, *self.also))

    def held(self, cells: Iterable[str]) -> tuple[int, int]:
        """How many of the needed, and of all, headings a row holds."""
        here = {folded(cell) for cell in cells if cell}
        return len(here & {folded(heading) for heading in self.needed}), len(here & self.names)

    def whole_rows(self, top: Sequence[Sequence[str]]) -> list[int]:
        """The rows (from 1) that hold every needed heading; row 1 alone where it does."""
        needed = len({folded(heading) for heading in self.needed})
        held = {row: self.held(top[row - 1]) for row in self._candidates(top)}
        whole = [row for row, (found, any_found) in held.items() if found == needed and any_found]
        return [1] if 1 in whole else whole

    def best_row(self, top: Sequence[Sequence[str]]) -> int:
        """The row that comes closest."""
        return max(self._candidates(top), key=lambda row: self.held(top[row - 1]))

    def _candidates(self, top: Sequence[Sequence[str]]) -> Sequence[int]:
        return range(1, min(len(top), HEADING_ROWS) + 1) if self.row is None else [self.row]


@dataclass(frozen=True)
class Headings:
    """A source's row of headings: `row` counts from 1, `cells` stand as in the source, tidied."""

    place: str
    row: int
    cells: list[str]

    @cached_property
    def _folded(self) -> list[str]:
        return [folded(cell) for cell in self.cells]

    def positions(self, read: Mapping[str, str]) -> dict[str, int]:
        """Where the heading of each name stands, matched folded; those that are not there are left out.

        Raises
        ------
        InputError
            If two columns have that heading.
        """
        found = {name: self._position(heading) for name, heading in read.items()}
        return {name: at for name, at in found.items() if at is not None}

    def _position(self, heading: str) -> int | None:
        wanted = folded(heading)
        found = [at for at, cell in enumerate(self._folded) if cell and cell == wanted]
        if len(found) > 1:
            columns = " and ".join(f"{self.cells[at]!r} (column {column_letter(at)})" for at in found)
            times = "twice" if len(found) == 2 else f"{len(found)} times"
            raise InputError(
                f"{self.place}: the heading {heading} stands {times} in row {self.row}: {columns}. "
                "Letter case, blanks, hyphens and underscores do not tell headings apart. Keep or rename one."
            )
        return found[0] if found else None


def find_headings(*, top: Sequence[Sequence[str]], wanted: Wanted, place: str) -> Headings:
    """The row of a source's first rows that holds every heading needed.

    That is the row named, else row 1, else the only such row of the first twenty.

    Raises
    ------
    InputError
        If no row or several rows hold them. A missing one is named with the headings that were found.
    """
    if wanted.row is not None and wanted.row > len(top):
        raise InputError(
            f"{place}: header_row is {wanted.row}, but there are {len(top)} rows. Name the row of headings."
        )
    rows = [[tidy(cell) for cell in cells] for cells in top]
    whole = wanted.whole_rows(rows)
    if len(whole) > 1:
        raise InputError(
            f"{place}: the rows {', '.join(map(str, whole))} each hold every heading. "
            "Say which holds this table's with header_row, or leave one table."
        )
    if not whole:
        raise InputError(f"{place}: {_missing(wanted, rows)}")
    return Headings(place, whole[0], rows[whole[0] - 1])


def _missing(wanted: Wanted, rows: Sequence[Sequence[str]]) -> str:
    row = wanted.best_row(rows)
    cells = rows[row - 1]
    here = {folded(cell) for cell in cells if cell}
    absent = {heading: ours for heading, ours in wanted.needed.items() if folded(heading) not in here}
    own = [heading for heading, ours in absent.items() if heading == ours]
    lacking = [
        f"the column{'s' if len(own) > 1 else ''} {', '.join(own)} {'are' if len(own) > 1 else 'is'} missing"
    ]
    lacking = (lacking if own else []) + [
        f"the column {heading} is missing, from which {ours} is read"
        for heading, ours in absent.items()
        if heading != ours
    ]
    return f"{'; '.join(lacking) or 'no heading is one that the kit reads'}. {_found(cells, row, wanted)}"


def _found(cells: Sequence[str], row: int, wanted: Wanted) -> str:
    """The headings found; cells that may belong to a case are never shown."""
    filled = [cell for cell in cells if cell]
    shown = [cell for cell in filled if len(cell) <= 60 and sum(map(str.isdigit, cell)) < 5]
    are_headings = wanted.held(cells)[1] > 0 or not any(map(str.isdigit, "".join(filled)))
    if not are_headings:
        return f"Row {row} holds no known heading and looks like a record. Export it with its headings."
    listed = ", ".join(shown[:_SHOWN]) + (f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else "")
    return f"Row {row} holds: {listed or 'nothing'}. Add what is missing, or map it under columns."


def column_letter(index: int) -> str:
    """A column as a sheet names it: 0 is A."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
