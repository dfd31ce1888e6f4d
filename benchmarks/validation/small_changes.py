"""Coverage of intervals of change in small samples."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pandas as pd
from scipy.stats import binom, multinomial

from qaf_lib.analysis import (
    Interval,
    change_beyond_chance,
    miettinen_nurminen,
    overlapping_change,
    superiority,
)
from qaf_lib.analysis.changes import independent_change_interval, paired_change_interval
from validation._lines import SEED, SIZES, Held, held, holds, line, with_warnings

TITLE = "Small samples: change"
WORDS = (
    "As above, over real changes from none to large. The n is of pairs, of each of two samples, or of the "
    "cases chosen again. The lowest is over changes where three pairs that change and three that do not (or "
    "three cases in and out of the band in each sample) are to be expected."
)
GRADES = ["1", "2", "3", "4"]
SHARES = np.array([0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98])
MOVES = [(0.02, 0.02), (0.05, 0.05), (0.1, 0.1), (0.2, 0.2), (0.4, 0.4), (0.1, 0.02), (0.2, 0.02)]
MOVES += [(0.2, 0.05), (0.3, 0.05), (0.3, 0.1), (0.4, 0.1), (0.6, 0.05), (0.8, 0.02), (0.45, 0.35)]
# a second look at the same practice: most grades stay, the others move a grade
SAME = np.array(
    [[0.05, 0.04, 0.01, 0.00], [0.04, 0.16, 0.08, 0.02], [0.01, 0.08, 0.31, 0.05], [0.00, 0.02, 0.05, 0.08]]
)
Method = Callable[[int, int, int], Interval]


def rows() -> list[dict[str, object]]:
    """Mean and lowest coverage by measure, setting and n."""
    parts = (paired, independent, superior, overlapping, beyond)
    return with_warnings([row for part in parts for row in part()])


def _tango(gained: int, lost: int, pairs: int) -> Interval:
    return paired_change_interval(gained=gained, lost=lost, pairs=pairs)


def paired() -> list[dict[str, object]]:
    """Gains and losses of the same cases, enumerated: Tango (share, or better less worse)."""
    found = []
    methods: dict[str, tuple[Method, str]] = {
        "paired_change": (_tango, "Tango"),
        "better_minus_worse": (_tango, "Tango, any grade"),
    }
    for (measure, (method, name)), n in product(methods.items(), SIZES):
        outcomes = [(gained, lost) for gained in range(n + 1) for lost in range(n + 1 - gained)]
        limits = [method(*outcome, n) for outcome in outcomes]
        cells = np.array([(*outcome, n - sum(outcome)) for outcome in outcomes])
        truths = []
        for gain, loss in MOVES:
            chances = multinomial.pmf(cells, n, [gain, loss, 1 - gain - loss])
            inside = np.array([holds(limit, gain - loss) for limit in limits])
            sure = n * (gain + loss) >= 3 and n * (1 - gain - loss) >= 3
            truths.append(Held(float(chances @ inside), sure))
        found.append(line(measure, name, n, truths))
    return found


def independent() -> list[dict[str, object]]:
    """The difference of two independent shares, enumerated, over every pair of 13 true shares."""
    found = []
    methods = {
        "independent_change": (independent_change_interval, "Newcombe"),
        "independent_change_score": (miettinen_nurminen, "Miettinen-Nurminen"),
    }
    for (measure, (method, name)), n in product(methods.items(), SIZES):
        limits = [[method(x1=a, n1=n, x2=b, n2=n) for b in range(n + 1)] for a in range(n + 1)]
        low, high = (
            np.array([[getattr(each, end) for each in row] for row in limits]) for end in ("low", "high")
        )
        truths = []
        for p1, p2 in product(SHARES, SHARES):
            inside = (low <= p1 - p2 + 1e-9) & (high >= p1 - p2 - 1e-9)
            chance = [binom.pmf(np.arange(n + 1), n, share) for share in (p1, p2)]
            sure = n * min(p1, p2, 1 - p1, 1 - p2) >= 3 - 1e-9
            truths.append(Held(float(chance[0] @ inside @ chance[1]), sure))
        found.append(line(measure, f"{name}, n in each", n, truths))
    return found


def superior(draws: int = 1_000) -> list[dict[str, object]]:
    """The probability that a later case is better, from none to nearly always."""
    rng = np.random.default_rng([SEED, 11])
    base = np.array([0.10, 0.30, 0.45, 0.15])
    laters = ([0.1, 0.3, 0.45, 0.15], [0.04, 0.2, 0.5, 0.26], [0.02, 0.1, 0.4, 0.48], [0, 0.02, 0.18, 0.8])
    laters = (*laters, [0.4, 0.05, 0.1, 0.45])
    found = []
    for n in SIZES:
        truths = []
        for later in map(np.array, laters):
            truth = float(sum(later[j] * (base[:j].sum() + base[j] / 2) for j in range(4)))
            hits = [
                holds(
                    superiority(before=_sample(rng, n, base), after=_sample(rng, n, later), grades=GRADES),
                    truth,
                )
                for _ in range(draws)
            ]
            truths.append(held(hits))
        found.append(line("superiority", "n in each, four grades", n, truths))
    return found


def _sample(rng: np.random.Generator, n: int, shares: np.ndarray) -> pd.Series:
    return pd.Series(rng.choice(np.array(GRADES, dtype=object), size=n, p=shares))


def _pairs(table: np.ndarray) -> pd.DataFrame:
    places = np.repeat(np.arange(table.size), table.ravel())
    names = np.array(GRADES, dtype=object)
    return pd.DataFrame({"before": names[places // 4], "after": names[places % 4]})


def _moved(up: float) -> np.ndarray:
    """A joint table in which a share of the cases that would stay rises by a grade."""
    table = SAME.copy()
    for place in range(3):
        table[place, place + 1] += up * table[place, place]
        table[place, place] *= 1 - up
    return table


def overlapping(draws: int = 400) -> list[dict[str, object]]:
    """Two samples of n, of which a quarter or three quarters are the same cases."""
    rng = np.random.default_rng([SEED, 12])
    found = []
    for n in SIZES:
        truths = []
        for shared, up in product((0.25, 0.75), (0.0, 0.3, 0.8)):
            table = _moved(up)
            truth = float(table[:, 2:].sum() - table[2:].sum())
            both = round(shared * n)
            hits = []
            for _ in range(draws):
                twice = _pairs(rng.multinomial(both, table.ravel()).reshape(4, 4))
                rest = [
                    pd.DataFrame({name: _sample(rng, n - both, table.sum(axis=axis))})
                    for name, axis in (("before", 1), ("after", 0))
                ]
                responses = pd.concat([twice, *rest], ignore_index=True)
                row = overlapping_change(responses=responses, grades=GRADES, band=GRADES[2:], table_id="t")
                change = row.set_index("measure").loc["change"]
                hits.append(change["low"] - 1e-9 <= truth <= change["high"] + 1e-9)
            truths.append(held(hits))
        found.append(
            line("overlapping_change", "n in each, a quarter or three quarters in common", n, truths)
        )
    return found


def beyond(draws: int = 400) -> list[dict[str, object]]:
    """Cases audited again for a low grade, against 100 reference pairs."""
    rng = np.random.default_rng([SEED, 13])
    found = []
    for n in SIZES:
        truths = []
        for up in (0.0, 0.3, 0.8):
            chosen_from, known_from = _moved(up)[:2], SAME
            chances = chosen_from / chosen_from.sum()
            settled = SAME[:2] / SAME[:2].sum()
            truth = float(chances[:, 2:].sum() - settled[:, 2:].sum())
            hits = []
            for _ in range(draws):
                low = np.zeros((4, 4), dtype=int)
                low[:2] = rng.multinomial(n, chances.ravel()).reshape(2, 4)
                known = _pairs(rng.multinomial(100, known_from.ravel()).reshape(4, 4))
                row = change_beyond_chance(
                    chosen=_pairs(low), reference=known, grades=GRADES, band=GRADES[2:], table_id="t"
                )
                change = row.set_index("measure").loc["change_beyond"]
                if change["mark"] == "":
                    hits.append(change["low"] - 1e-9 <= truth <= change["high"] + 1e-9)
            truths.append(held(hits))
        found.append(line("change_beyond_chance", "low first grades again, 100 reference pairs", n, truths))
    return found


if __name__ == "__main__":
    print(pd.DataFrame(rows()).to_string(max_colwidth=60))
