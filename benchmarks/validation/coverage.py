"""Coverage of intervals for a share, by exact enumeration over every possible sample."""

from __future__ import annotations

from collections.abc import Callable
from statistics import NormalDist

import numpy as np
from scipy.stats import hypergeom

from qaf_lib.analysis import share_interval
from qaf_lib.analysis.intervals import wilson_limits

TITLE = "Coverage of the interval for a share"
WORDS = (
    "Every possible sample of n from a finite population is counted with its probability (hypergeometric), "
    "so these figures have no simulation error. True shares run from 0.02 to 0.98 in steps of 0.02. The "
    "lowest "
    "coverage is over shares with at least three cases in and three cases out of the band to be expected."
)
SHARES = np.arange(0.02, 0.981, 0.02)
SIZES = (10, 20, 40, 80)
POPULATIONS = (60, 300, 3_000)
Z = NormalDist().inv_cdf(0.975)

Limits = Callable[[int, int, int], tuple[float, float]]


def default(x: int, n: int, population: int) -> tuple[float, float]:
    """The interval that reports print."""
    interval = share_interval(x=x, n=n, population=population)
    return float(interval.low or 0), float(interval.high if interval.high is not None else 1)


def wald(x: int, n: int, population: int) -> tuple[float, float]:
    """The textbook's normal interval with the finite population correction."""
    share = x / n
    half = Z * np.sqrt(share * (1 - share) / n * (population - n) / (population - 1))
    return share - half, share + half


def wilson(x: int, n: int, population: int) -> tuple[float, float]:
    """Wilson's interval without the finite population correction."""
    low, high = wilson_limits(share=x / n, effective_n=n, quantile=Z)
    return low, high


METHODS: dict[str, Limits] = {
    "default of the kit": default,
    "Wald with finite correction (naive)": wald,
    "Wilson without finite correction (naive)": wilson,
}


def rows() -> list[dict[str, object]]:
    """Mean and lowest coverage and mean width, by method, population and size."""
    return [
        coverage_line(name, limits, population, n)
        for name, limits in METHODS.items()
        for population in POPULATIONS
        for n in SIZES
        if n < population
    ]


def coverage_line(name: str, limits: Limits, population: int, n: int) -> dict[str, object]:
    """Mean and lowest coverage and mean width of one method, population and size."""
    found = np.array([limits(x, n, population) for x in range(n + 1)])
    coverage, lowest, width = [], 1.0, []
    for share in SHARES:
        inside = round(population * share)
        true = inside / population
        chance = hypergeom.pmf(np.arange(n + 1), population, inside, n)
        held = float(chance[(found[:, 0] <= true + 1e-12) & (found[:, 1] >= true - 1e-12)].sum())
        coverage.append(held)
        width.append(float(chance @ (found[:, 1] - found[:, 0])))
        if n * true >= 3 and n * (1 - true) >= 3:
            lowest = min(lowest, held)
    return {
        "method": name,
        "population": population,
        "n": n,
        "mean coverage": float(np.mean(coverage)),
        "lowest coverage": lowest,
        "mean width": float(np.mean(width)),
    }
