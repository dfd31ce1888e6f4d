"""Counts rounded so that none gives a small one away, and whether several, taken together, still do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

BASE = 5
"""Published counts are multiples of this; in linked tables the odd base leaves each the same room."""

SMALL = range(1, 5)
"""True counts that nobody outside may work out."""

Counts = Mapping[str, Mapping[str, int]]
"""Rounded counts by group (a question, a table) and cell; the cells of a group count different things."""
_INFEASIBLE = 2
"""The solver's status where no whole numbers fit."""


def rounded(count: int) -> int:
    """A count to the nearest 5, at most 2 away: 0, 1 and 2 become 0.

    No two published counts may count the same person or thing twice. A published count stays as it is when it
    is rounded again; one below 0 is refused.

    References
    ----------
    Higher Education Statistics Agency, Rounding and suppression to anonymise statistics,
    https://www.hesa.ac.uk/about/regulation/data-protection/rounding-and-suppression-anonymise-statistics.

    Examples
    --------
    >>> [rounded(count) for count in (0, 2, 3, 7, 8, 12)]
    [0, 0, 5, 5, 10, 10]
    """
    if count < 0:
        raise ValueError(f"a count is not below 0; got {count}")
    return BASE * ((count + BASE // 2) // BASE)


def could_be(published: int) -> range:
    """True counts that a published count, a multiple of 5 from 0 up, may stand for."""
    if published < 0 or published % BASE:
        raise ValueError(f"a published count is a multiple of {BASE} from 0 up; got {published}")
    return range(max(published - BASE // 2, 0), published + BASE // 2 + 1)


@dataclass(frozen=True)
class Part:
    """What a reader knows or guesses: the true counts of `part` add to at most those of `whole`.

    `part` and `whole` name groups; with `exactly` the sums are the same, as when every audit answers every
    question. Nothing is known where a group of `whole` is not published; groups of `part` that are not
    published are left out of the sum.
    """

    part: tuple[str, ...]
    whole: tuple[str, ...]
    exactly: bool = False


def pinned(counts: Counts, parts: Sequence[Part]) -> list[tuple[str, str]]:
    """Group and cell of each true count that can only be one number, and that a small one (1 to 4).

    From published counts and sums that the reader knows; refused if no true counts fit these.

    References
    ----------
    Fischetti, M. and Salazar, J. J. (2001), Solving the cell suppression problem on tabular data with linear
    constraints, Management Science 47, 1008-1027, section 2 (each cell's least and greatest value by integer
    programming); Huangfu, Q. and Hall, J. A. J. (2018), Mathematical Programming Computation 10, 119-142
    (HiGHS, which `scipy.optimize.milp` calls).

    Examples
    --------
    Two grades of about 20 are 44 at most; answers of about 35, 10 and 5 are 44 at least, so 33, 8 and 3.

    >>> grades = {"good": 20, "not good": 20}
    >>> parts = [Part(("question",), ("grades",))]
    >>> pinned({"grades": grades, "question": {"met": 35, "partly": 10, "not met": 5}}, parts)
    [('question', 'not met')]
    """
    system = _System.of(counts, parts)
    if not system.fits:
        raise ValueError("no true counts fit the published ones: a part is more than its whole")
    return [system.cells[at] for at in system.small if system.only_value(at) in SMALL]


def publishable(counts: Counts, parts: Sequence[Part], guesses: Sequence[Part] = ()) -> list[str]:
    """The groups that may stand on one page: none of their small true counts can be worked out.

    Groups are taken in their order, the most important first; one with which the search would pin a cell
    goes as a whole, and those after it are tried without it. The search is made with what is known, with all
    guesses of a reader beside it that can be so together, and with each of the others that can be so alone.

    The decision rests on published counts alone, never on true ones: whoever knows all of them could make
    it. That a group is missing could still tell something of its counts. So a page must show a group that
    goes just as it would show one that has nothing to count, without a word on which of the two it is. Then
    the page is the one that the same true counts with that group empty would have given, every small count
    beside it keeps the values that the search left open, and a reader who knows this rule learns no more.

    References
    ----------
    A refusal that anybody can foresee tells nothing: Kenthapadi, K., Mishra, N. and Nissim, K. (2013),
    Denials leak information: simulatable auditing, Journal of Computer and System Sciences 79, 1322-1340.

    Examples
    --------
    >>> counts = {"grades": {"good": 20, "not good": 20}, "a": {"yes": 35, "no": 10, "blank": 5},
    ...     "b": {"yes": 30, "no": 5}}
    >>> publishable(counts, [Part(("a",), ("grades",)), Part(("b",), ("grades",))])
    ['grades', 'b']
    """
    kept: dict[str, Mapping[str, int]] = {}
    for group, found in counts.items():
        tried = {**kept, group: found}
        if not any(pinned(tried, reading) for reading in _readings(tried, parts, guesses)):
            kept = tried
    return list(kept)


def _readings(counts: Counts, parts: Sequence[Part], guesses: Sequence[Part]) -> Iterator[list[Part]]:
    """What is known; with the guesses that fit together, in order; with each other one that fits alone."""
    yield list(parts)
    believed = list(parts)
    for guess in guesses:
        if _System.of(counts, [*believed, guess]).fits:
            believed.append(guess)
    yield believed
    for guess in guesses:
        if guess not in believed and _System.of(counts, [*parts, guess]).fits:
            yield [*parts, guess]


@dataclass(frozen=True)
class _System:
    """The cells, the true counts that each may stand for, and the sums as rows over the cells."""

    cells: list[tuple[str, str]]
    ranges: list[range]
    rows: np.ndarray
    lows: np.ndarray

    @classmethod
    def of(cls, counts: Counts, parts: Sequence[Part]) -> _System:
        cells = [(group, cell) for group, found in counts.items() for cell in found]
        told = [known for known in parts if set(known.whole) <= set(counts)]
        rows = [[(group in known.part) - (group in known.whole) for group, _ in cells] for known in told]
        whole_known = [known.exactly and set(known.part) <= set(counts) for known in told]
        return cls(
            cells=cells,
            ranges=[could_be(counts[group][cell]) for group, cell in cells],
            rows=np.array(rows, dtype=float).reshape(len(told), len(cells)),
            lows=np.where(whole_known, 0.0, -np.inf),
        )

    @property
    def fits(self) -> bool:
        """Whether any true counts make these sums."""
        return self.least(np.zeros(len(self.cells))) is not None

    @property
    def small(self) -> list[int]:
        """Cells that stand in a sum and may have a small true count."""
        tied = np.flatnonzero(np.abs(self.rows).sum(axis=0))
        return [at for at in tied.tolist() if set(self.ranges[at]) & set(SMALL)]

    def only_value(self, at: int) -> int | None:
        """The one value of a cell; None where it has more."""
        towards = np.zeros(len(self.cells))
        towards[at] = 1
        least, most = self.least(towards), self.least(-towards)
        return least if least is not None and most is not None and least == -most else None

    def least(self, towards: np.ndarray) -> int | None:
        """The least that whole numbers make of a sum of cells; None where none fit."""
        found = milp(
            towards,
            integrality=np.ones(len(towards)),
            bounds=Bounds([span[0] for span in self.ranges], [span[-1] for span in self.ranges]),
            constraints=LinearConstraint(self.rows, self.lows, 0.0) if len(self.rows) else None,
        )
        if found.status == _INFEASIBLE:
            return None
        if not found.success:
            raise RuntimeError(f"the search for true counts did not finish: {found.message}")
        least: float = found.fun
        return round(least)
