"""Coverage and width of intervals for the share of a stratified sample, where strata agree and differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import beta
from scipy.stats import t as student

from qaf_lib.analysis.stratified import stratified_share
from validation._lines import SEED

TITLE = "Strata that differ"
WORDS = (
    "Intervals of 95% for the share of a stratified sample: 3, 4 and 6 strata, 100, 300 and 3,000 cases, 20, "
    "40 and 80 of them graded, in proportion (at least two a stratum), the same number of each stratum, or "
    "in proportion with a single case of the smallest; shares of 0.1, 0.3, 0.5 and 0.9, and strata whose "
    "log odds lie 0, 1, 2 or 4 on either side of the middle, growing or falling with their size. Coverage is "
    "the mean over all, the lowest where three cases each way are to be expected; width is set against the "
    "kit's interval of before, which was never narrower than if strata did not differ. Error of a mean is "
    "under 0.001, of a lowest about 0.01."
)
WEIGHTS = ((0.5, 0.3, 0.2), (0.4, 0.3, 0.2, 0.1), (0.3, 0.25, 0.2, 0.12, 0.08, 0.05))
ALLOCATIONS = ("in proportion", "the same of each", "single cases")
BEFORE = "never narrower than without strata (before)"
OWN = "narrower as far as strata differ (the kit)"

_Numbers = npt.NDArray[np.float64]
_Limits = tuple[_Numbers, _Numbers]


@dataclass(frozen=True)
class Cell:
    """One population with its allocation: the size, the graded and the good cases of each stratum."""

    allocation: str
    apart: float
    size: _Numbers
    n: _Numbers
    good: _Numbers

    @property
    def truth(self) -> float:
        return float(self.good.sum() / self.size.sum())


def cells() -> Iterator[Cell]:
    """Every setting."""
    for weights, population, total, allocation in product(
        WEIGHTS, (100, 300, 3_000), (20, 40, 80), ALLOCATIONS
    ):
        if allocation == "single cases" and total > 0.4 * population:
            continue
        weight = np.array(weights)
        size = np.rint(weight * population)
        n = _allocated(weight, size, total, allocation)
        for share, apart, order in product((0.1, 0.3, 0.5, 0.9), (0.0, 1.0, 2.0, 4.0), (1, -1)):
            if apart == 0 and order < 0:
                continue
            odds = np.linspace(-apart, apart, len(weights)) * order
            yield Cell(allocation, apart, size, n, np.rint(size * _levels(weight, odds, share)))


def _allocated(weight: _Numbers, size: _Numbers, total: int, allocation: str) -> _Numbers:
    same = allocation == "the same of each"
    n = np.full(len(weight), total // len(weight)) if same else np.maximum(2, np.rint(weight * total))
    n = np.minimum(n, size).astype(np.float64)
    if allocation == "single cases":
        n[-1] = 1
    while n.sum() > total:
        n[np.argmax(n)] -= 1
    while n.sum() < total:
        n[np.argmax(np.where((n < size) & (n > 1), size - n, -1))] += 1
    return n


def _levels(weight: _Numbers, odds: _Numbers, share: float) -> _Numbers:
    """Shares of the strata with these distances of log odds, whose weighted mean is `share`."""
    low, high = -14.0, 14.0
    for _ in range(50):
        middle = (low + high) / 2
        over = (weight / (1 + np.exp(-(middle + odds)))).sum() >= share
        low, high = (low, middle) if over else (middle, high)
    return np.asarray(1 / (1 + np.exp(-(low + odds))))


def limits(cell: Cell, x: _Numbers) -> dict[str, _Limits]:
    """The limits of each method, for samples in rows and strata in columns."""
    size, n = cell.size, cell.n
    weight = size / size.sum()
    spread = weight**2 * (1 - n / size)
    levels = x / n
    share = np.minimum(1, (weight * levels).sum(axis=1))
    single = share * (1 - share)
    each = np.where(n > 1, levels * (1 - levels) / np.maximum(n - 1, 1), single[:, None])
    design = (spread * each).sum(axis=1)
    even = single * (weight**2 * (size - n) / np.maximum(size - 1, 1) / n).sum()
    simple = single * (size.sum() - n.sum()) / (size.sum() - 1) / n.sum()
    drawn = n[n < size]
    quantile = student.ppf(0.975, max(1, (drawn - 1).sum() + max(0, (drawn == 1).sum() - 1)))
    worth = {
        BEFORE: np.maximum(design, even),
        OWN: _blended(spread, n, x, share, np.maximum(design, even)),
        "Wilson, design variance (Kott and Carr 1997)": design,
        "the same, effective size at most n (Franco et al. 2019)": np.maximum(design, simple),
    }
    found = {
        name: _wilson(share, _effective(single, variance, even), quantile) for name, variance in worth.items()
    }
    factor = (student.ppf(0.975, n.sum() - 1) / quantile) ** 2
    exact = _effective(single, np.maximum(design / factor, simple), even)
    found["exact, effective size at most n (Korn and Graubard 1998)"] = _exact(share, exact)
    found["log odds, t"] = _log_odds(share, design, quantile, found[BEFORE])
    known, room = x.sum(axis=1) / size.sum(), 1 - (n - x).sum(axis=1) / size.sum()
    return {
        name: (np.minimum(np.maximum(low, known), share), np.maximum(np.minimum(high, room), share))
        for name, (low, high) in found.items()
    }


def _blended(spread: _Numbers, n: _Numbers, x: _Numbers, share: _Numbers, rest: _Numbers) -> _Numbers:
    """As `stratified_share`, of many samples at once."""
    overall = share[:, None]
    single = np.maximum(share * (1 - share), 1e-12)
    heterogeneity = (n * (x / n - overall) ** 2).sum(axis=1) / single
    apart = np.maximum(0, 1 - 2 * len(n) / np.maximum(heterogeneity, 1e-12)) * (n > 1).all()
    smoothed = (x + 2 * overall) / (n + 2)
    within = (spread * smoothed * (1 - smoothed) / np.maximum(n - 1, 1)).sum(axis=1)
    return np.asarray(apart * within + (1 - apart) * rest)


def _effective(single: _Numbers, variance: _Numbers, even: _Numbers) -> _Numbers:
    usual = (variance > 1e-12) & (single > 1e-12)
    alike = np.nanmax(np.where(single > 1e-12, single / np.maximum(even, 1e-15), np.nan))
    return np.where(usual, single / np.maximum(variance, 1e-12), alike)


def _wilson(share: _Numbers, n: _Numbers, z: float) -> _Limits:
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return middle - half, middle + half


def _exact(share: _Numbers, n: _Numbers) -> _Limits:
    x, rest = share * n, (1 - share) * n
    low = np.where(x < 1e-9, 0, beta.ppf(0.025, np.maximum(x, 1e-9), rest + 1))
    return low, np.where(rest < 1e-9, 1, beta.ppf(0.975, x + 1, np.maximum(rest, 1e-9)))


def _log_odds(share: _Numbers, variance: _Numbers, quantile: float, otherwise: _Limits) -> _Limits:
    usual = (share * (1 - share) > 1e-9) & (variance > 1e-12)
    middle = np.where(usual, share, 0.5)
    half = quantile * np.sqrt(variance) / (middle * (1 - middle))
    odds = np.log(middle / (1 - middle))
    low, high = (1 / (1 + np.exp(-(odds + side * half))) for side in (-1, 1))
    return np.where(usual, low, otherwise[0]), np.where(usual, high, otherwise[1])


def coverage(draws: int) -> pd.DataFrame:
    """Coverage and width of each method in each setting."""
    rng = np.random.default_rng([SEED, 41])
    rows = []
    for cell in cells():
        rest = (cell.size - cell.good).astype(int)
        x = rng.hypergeometric(cell.good.astype(int), rest, cell.n.astype(int), size=(draws, len(cell.n)))
        found = limits(cell, x.astype(np.float64))
        before = float((found[BEFORE][1] - found[BEFORE][0]).mean())
        expected = cell.n.sum() * min(cell.truth, 1 - cell.truth)
        for method, (low, high) in found.items():
            rows.append(
                {
                    "method": method,
                    "graded": cell.allocation,
                    "apart": cell.apart,
                    "counts": expected > 2.999,
                    "held": float(((low <= cell.truth + 1e-9) & (high >= cell.truth - 1e-9)).mean()),
                    "width": float((high - low).mean()) / before,
                }
            )
    return pd.DataFrame(rows)


def agrees_with_the_kit() -> None:
    """Refuse figures of an interval that is not the kit's."""
    for cell in list(cells())[::97]:
        x = np.minimum(np.rint(cell.n * cell.good / cell.size), cell.n)
        table = pd.DataFrame({"population": cell.size, "n": cell.n, "x": x}).astype(int)
        kit = stratified_share(table=table.assign(stratum=table.index.astype("string")))
        low, high = (float(end[0]) for end in limits(cell, np.stack([x, np.ones_like(x)]))[OWN])
        if max(abs(low - float(kit.low or 0)), abs(high - float(kit.high or 0))) > 1e-9:
            raise ValueError(f"{OWN} must be {kit.low} to {kit.high}; got {low} to {high}")


def rows(draws: int = 1_000) -> list[dict[str, object]]:
    """Each method: coverage, lowest coverage by allocation, and width where strata agree and are apart."""
    agrees_with_the_kit()
    table = coverage(draws)
    found: list[dict[str, object]] = []
    for method, own in table.groupby("method", sort=False):
        sure = own[own["counts"]]
        row: dict[str, object] = {"method": method, "mean coverage": float(own["held"].mean())}
        row |= {
            f"lowest, {name}": float(sure.loc[sure["graded"] == name, "held"].min()) for name in ALLOCATIONS
        }
        row["mean width"] = float(own["width"].mean())
        for apart in (0.0, 4.0):
            row[f"width, {apart:.0f} apart"] = float(own.loc[own["apart"] == apart, "width"].mean())
        row["coverage, 4 apart"] = float(own.loc[own["apart"] == 4, "held"].mean())
        found.append(row)
    return found


if __name__ == "__main__":
    print(pd.DataFrame(rows()).to_string(max_colwidth=60))
