"""Naive figures beside right ones, on populations whose truth is known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from qaf_lib.analysis import stratified_share
from qaf_lib.sampling import allocate_sample, draw_sample

TITLE = "Naive beside right"
WORDS = (
    "Means over simulated draws; the error in the last column is the simulation's own (one standard "
    "error). The "
    "Wald interval stands in the table of coverage above."
)
DRAWS = 2_000
SEED = 20261122


def rows() -> list[dict[str, object]]:
    """What the naive figure says, what the right one says, and the truth."""
    rng = np.random.default_rng(SEED)
    return [*_minimum_per_stratum(rng), *_lowest_three(rng)]


def _minimum_per_stratum(rng: np.random.Generator) -> list[dict[str, object]]:
    """A large service and two small ones with a minimum of 15 cases each."""
    sizes = {"large": (2_000, 0.70), "small": (100, 0.40), "smaller": (60, 0.30)}
    frame = pd.DataFrame(
        {
            "case_id": [f"{name}{case}" for name, (size, _) in sizes.items() for case in range(size)],
            "stratum": [name for name, (size, _) in sizes.items() for _ in range(size)],
            "good": [case < round(size * share) for size, share in sizes.values() for case in range(size)],
        }
    )
    truth = float(frame["good"].mean())
    populations = frame["stratum"].value_counts()
    drawn = allocate_sample(populations=populations, total=90, minimum=15)
    starts = pd.Series(0.0, index=drawn.index)
    unweighted, weighted, held = [], [], 0
    for _ in range(DRAWS):
        cases = draw_sample(frame=frame.assign(prn=rng.random(len(frame))), sizes=drawn, starts=starts).cases
        sample = cases[cases["state"] == "selected"].merge(frame[["case_id", "good"]], on="case_id")
        counted = sample.groupby("stratum")["good"].agg(["sum", "size"])
        table = pd.DataFrame({"population": populations, "n": counted["size"], "x": counted["sum"]})
        interval = stratified_share(table=table.rename_axis("stratum").reset_index())
        unweighted.append(float(sample["good"].mean()))
        weighted.append(float(interval.estimate or 0))
        held += float(interval.low or 0) <= truth <= float(interval.high or 1)
    return [
        _row("unweighted share under a minimum per stratum (naive)", unweighted, truth),
        _row("share weighted by stratum (kit)", weighted, truth),
        {
            "what": "its 95% interval holds the truth",
            "figure": held / DRAWS,
            "truth": 0.95,
            "error": float(np.sqrt(held / DRAWS * (1 - held / DRAWS) / DRAWS)),
        },
    ]


def _lowest_three(rng: np.random.Generator) -> list[dict[str, object]]:
    """Twenty equal teams at 60%, eight cases each, audited twice: what the lowest three seem to do."""
    before = rng.binomial(8, 0.6, size=(DRAWS, 20)) / 8
    after = rng.binomial(8, 0.6, size=(DRAWS, 20)) / 8
    lowest = np.argsort(before, axis=1, kind="stable")[:, :3]
    first = np.take_along_axis(before, lowest, axis=1).mean(axis=1)
    second = np.take_along_axis(after, lowest, axis=1).mean(axis=1)
    return [
        _row("the lowest three teams' first audit (naive baseline)", list(first), 0.6),
        _row("the same teams' second audit", list(second), 0.6),
        _row("their 'improvement' where nothing changed (naive)", list(second - first), 0.0),
    ]


def _row(what: str, figures: list[float], truth: float) -> dict[str, object]:
    return {
        "what": what,
        "figure": float(np.mean(figures)),
        "truth": truth,
        "error": float(np.std(figures, ddof=1) / np.sqrt(len(figures))),
    }
