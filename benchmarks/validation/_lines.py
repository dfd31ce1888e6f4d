"""Lines of the tables on small samples, and the n below which a measure asks for a warning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from qaf_lib.analysis import Interval

SIZES = (10, 20, 40, 80)
SEED = 20261122
LEAST_MEAN, LEAST_ANYWHERE = 0.935, 0.90


@dataclass(frozen=True)
class Held:
    """How often an interval held one truth: `counts` where three cases each way are to be expected."""

    share: float
    counts: bool
    draws: int | None = None

    @property
    def error(self) -> float | None:
        """Standard error of the simulation; None where every outcome was enumerated."""
        return None if self.draws is None else sqrt(max(self.share * (1 - self.share), 1e-4) / self.draws)


def held(hits: Sequence[bool] | np.ndarray, *, counts: bool = True) -> Held:
    """The share of simulated samples whose interval held the truth."""
    return Held(float(np.mean(hits)), counts, len(hits))


def holds(found: Interval, truth: float) -> bool:
    """Whether an interval holds the truth; one without limits rules nothing out."""
    low, high = (end if end is not None and end == end else None for end in (found.low, found.high))
    return low is None or high is None or low - 1e-9 <= truth <= high + 1e-9


def line(measure: str, setting: str, n: int, truths: Iterable[Held]) -> dict[str, object]:
    """One line: mean and lowest coverage over the true values of a setting."""
    found = list(truths)
    sure = [each.share for each in found if each.counts]
    errors = [each.error for each in found if each.error is not None]
    return {
        "measure": measure,
        "setting": setting,
        "n": n,
        "mean coverage": float(np.mean([each.share for each in found])),
        "lowest coverage": min(sure) if sure else None,
        "error of the lowest": max(errors) if errors else None,
    }


def falls_short(row: Mapping[str, object]) -> bool:
    """Whether a line asks for a warning: mean under 93.5%, or somewhere under 90%."""
    lowest = row["lowest coverage"]
    # to the three digits that the page shows
    too_low = lowest is not None and round(float(str(lowest)), 3) < LEAST_ANYWHERE
    return too_low or round(float(str(row["mean coverage"])), 3) < LEAST_MEAN


def warn_below(rows: Sequence[Mapping[str, object]]) -> dict[str, int]:
    """By measure, the smallest n from which no line falls short; twice the largest where that one does."""
    found = {}
    for measure in dict.fromkeys(str(row["measure"]) for row in rows):
        own = [row for row in rows if row["measure"] == measure]
        sizes = sorted({int(str(row["n"])) for row in own})
        short = [int(str(row["n"])) for row in own if falls_short(row)]
        later = [size for size in sizes if not short or size > max(short)]
        found[measure] = later[0] if later else 2 * sizes[-1]
    return found


def with_warnings(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Lines with their measure's n, below which pages warn."""
    least = warn_below(rows)
    return [{**row, "warn below": least[str(row["measure"])]} for row in rows]
