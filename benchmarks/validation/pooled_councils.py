"""Councils beside one another: how often intervals from rounded figures hold known shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import pandas as pd

from qaf_lib.analysis.pooling import pooled_councils, weighting_effect
from qaf_lib.disclosure import rounded
from qaf_lib.disclosure.rounding import BASE
from qaf_lib.sampling import allocate_sample

TITLE = "Councils pooled from rounded figures"
WORDS = """\
Regions of councils with known shares. Each council has three services whose shares differ by 15 points
from the largest to the smallest; cases are drawn in proportion with at least 5 from each, graded on four
grades, and every grade's count is rounded to the nearest 5. `partly pooled` and `alone` are how often a
council's interval holds its own share, on average over councils; `average` how often the interval of the
average holds the mean that councils come from; `lowest council` is the coverage of the council that is
least often held, where one stands far from all others: what is drawn towards the others is not right for
a council that is nothing like them, and its share alone is. Errors are one standard error."""
SEED = 20261128


@dataclass(frozen=True)
class Region:
    """Councils whose shares come from a beta distribution, or are fixed, and the cases of each."""

    name: str
    councils: int
    cases: tuple[int, ...]
    mean: float = 0.6
    size: float = 20.0
    fixed: tuple[float, ...] = ()

    def truths(self, rng: np.random.Generator) -> np.ndarray:
        """A share for each council."""
        if self.fixed:
            return np.array(self.fixed)
        if np.isinf(self.size):
            return np.full(self.councils, self.mean)
        return rng.beta(self.mean * self.size, (1 - self.mean) * self.size, self.councils)


REGIONS = [
    Region("councils differ much", 14, (40, 60, 80), size=8),
    Region("councils differ", 14, (40, 60, 80), size=20),
    Region("councils differ little", 14, (40, 60, 80), size=60),
    Region("councils are the same", 14, (40, 60, 80), size=float("inf")),
    Region("few cases", 14, (27,)),
    Region("few cases, high shares", 14, (30,), mean=0.9),
    Region("many cases", 14, (100, 200)),
    Region("four councils", 4, (60,)),
    Region("three councils, few cases", 3, (30,), size=8),
    Region("twenty councils", 20, (60,), mean=0.5),
    Region("one council far from the others", 14, (60,), mean=0.8, fixed=(0.4, *[0.8] * 13)),
]


def graded(truth: float, cases: int, rng: np.random.Generator) -> pd.DataFrame:
    """One council's rounded counts by grade, and its design effect, from a draw by services."""
    populations = pd.Series({"large": 700, "middle": 250, "small": 50})
    weights = populations / populations.sum()
    apart = pd.Series({"large": 0.05, "middle": -0.05, "small": -0.10})
    apart = (apart - (apart * weights).sum()) * min(1.0, 4 * truth * (1 - truth))
    sizes = allocate_sample(populations=populations, total=cases, minimum=5)
    shares = (truth + apart).clip(0, 1)
    inside = int(rng.binomial(sizes, shares.reindex(sizes.index)).sum())
    better, worse = rng.binomial(inside, 0.3), rng.binomial(cases - inside, 0.2)
    counts = [better, inside - better, cases - inside - worse, worse]
    strata = pd.DataFrame({"population": populations.map(rounded), "n": sizes.map(rounded)})
    return pd.DataFrame(
        {
            "inside": [True, True, False, False],
            "count": [rounded(int(count)) for count in counts],
            "design_effect": weighting_effect(strata=strata),
        }
    )


def simulated(region: Region, draws: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Whether each council's interval held its share, pooled and alone, and the average's its mean."""
    held: dict[str, list[np.ndarray]] = {"partly_pooled": [], "share": [], "average": []}
    for _ in range(draws):
        truths = region.truths(rng)
        found = [
            graded(truth, region.cases[at % len(region.cases)], rng).assign(council=f"council {at:02}")
            for at, truth in enumerate(truths)
        ]
        table = pooled_councils(counts=pd.concat(found), step=BASE, table_id="t")
        for measure, seen in held.items():
            rows = table[table["measure"] == measure]
            low, high = (rows[end].to_numpy(dtype=float) for end in ("low", "high"))
            truth = np.array([region.mean]) if measure == "average" else truths
            seen.append((low <= truth) & (truth <= high))
    return {measure: np.array(seen) for measure, seen in held.items()}


def row(region: Region, draws: int, rng: np.random.Generator) -> dict[str, object]:
    """One line of the page; no average where one council is set apart from the others by hand."""
    held = simulated(region, draws, rng)
    each = held["partly_pooled"].mean(axis=1)
    average = None if region.fixed else float(held["average"].mean())
    return {
        "region": region.name,
        "councils": region.councils,
        "cases": " or ".join(map(str, region.cases)),
        "partly pooled": float(each.mean()),
        "error": float(each.std() / sqrt(draws)),
        "alone": float(held["share"].mean()),
        "average": average,
        "error of average": sqrt(max(average * (1 - average), 0.01) / draws) if average else None,
        "lowest council": float(held["partly_pooled"].mean(axis=0).min()) if region.fixed else None,
    }


def rows(draws: int = 500, regions: Sequence[Region] = REGIONS) -> list[dict[str, object]]:
    """Every line of this topic on the validation page."""
    rng = np.random.default_rng(SEED)
    return [row(region, draws, rng) for region in regions]
