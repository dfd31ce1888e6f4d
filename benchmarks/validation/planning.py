"""Planning and drawing against published figures, enumeration and simulation.

Run from the repository root: python benchmarks/validation/planning.py
"""

from __future__ import annotations

from math import sqrt

import numpy as np
import pandas as pd
from scipy.stats import hypergeom

from qaf_lib.sampling import draw_systematic, most_that_could_exist
from qaf_lib.sampling.power import independent_power
from qaf_lib.sampling.programme import false_signal_chance
from qaf_lib.sampling.size import confirmed_sample_size, reported_margin, sample_size

TITLE = "Planning and drawing"
WORDS = (
    "Sizes and risks are enumerated exactly, and have no Monte Carlo error; estimates from draws are "
    "simulated on a population whose truth is known."
)
SEED = 20261122
DRAWS = 600


def row(method: str, setting: str, n: int | None, figure: float, **more: object) -> dict[str, object]:
    """One line of the page; a figure without chance has no Monte Carlo error."""
    empty = {"true_value": None, "monte_carlo_error": None, "expected": ""}
    return {"method": method, "setting": setting, "n": n, "figure": float(figure), **empty, **more}


def mean_row(
    method: str, setting: str, n: int, figures: list[float], truth: float, expected: str
) -> dict[str, object]:
    """The mean of an estimate over draws, with its Monte Carlo error and the truth."""
    error = float(np.std(figures, ddof=1) / sqrt(len(figures)))
    settled = {"true_value": truth, "monte_carlo_error": error, "expected": expected}
    return row(method, setting, n, float(np.mean(figures)), **settled)


def rows() -> list[dict[str, object]]:
    """Published figures, enumerated sizes and risks, then simulated draws."""
    rng = np.random.default_rng(SEED)
    return [*published(), *margins(), *upper_limits(), *systematic(rng)]


def published() -> list[dict[str, object]]:
    """Figures that others print."""
    size = sample_size(population=3200, margin_of_error=0.05, confidence=0.9545)
    found = [
        row("size for a share", "Cochran's island, two standard errors", None, size, expected="356"),
    ]
    for looks, chance in [(2, "0.083"), (5, "0.142"), (10, "0.193")]:
        setting = f"{looks} looks, Armitage, McPherson & Rowe 1969"
        figure = false_signal_chance(looks)
        found.append(row("chance of a false signal", setting, None, figure, expected=chance))
    power = independent_power(sample=20, before=0.5, after=0.7)
    found.append(row("power, Boschloo's test", "50% to 70%", 20, power, expected="above Fisher's 0.16"))
    return found


def margins() -> list[dict[str, object]]:
    """Mean half-width of the interval that is reported: Cochran's size (naive) and the confirmed size."""
    found = []
    for population, share, margin in [(153, 0.5, 0.10), (300, 0.95, 0.05), (60, 0.8, 0.10)]:
        at = {"population": population, "proportion": share}
        setting = f"{population} cases, {share:.0%}, wanted {margin}"
        for method, plan in [("Cochran's", sample_size), ("confirmed", confirmed_sample_size)]:
            size = plan(**at, margin_of_error=margin)
            figure = reported_margin(**at, sample=size)
            found.append(row(f"margin at {method} size", setting, size, figure, expected=f"at most {margin}"))
    return found


def upper_limits() -> list[dict[str, object]]:
    """Coverage of the one-sided upper limit over every number of faulty cases."""
    found = []
    for population in (60, 300):
        for n in (10, 20, 40):
            at = {"population": population, "sample": n}
            limits = np.array([most_that_could_exist(found=x, **at) for x in range(n + 1)])
            held = []
            for faulty in range(population + 1):
                chances = hypergeom.pmf(np.arange(n + 1), population, faulty, n)
                held.append(float(chances[limits >= faulty].sum()))
            setting = f"{population} cases, every number faulty"
            found.append(row("upper limit, least coverage", setting, n, min(held), expected="at least 0.95"))
            found.append(
                row("upper limit, mean coverage", setting, n, np.mean(held), expected="conservative")
            )
    return found


def systematic(rng: np.random.Generator) -> list[dict[str, object]]:
    """A list in the order of a trend: mean, and the spread beside that of simple random sampling."""
    population, n = 103, 20
    value = np.linspace(0, 1, population)
    frame = pd.DataFrame({"case_id": [f"{each:03d}" for each in range(population)], "value": value})
    listed, simple = [], []
    for _ in range(DRAWS):
        numbered = frame.assign(prn=rng.random(population))
        drawn = draw_systematic(frame=numbered, size=n, start=rng.random(), order_by=["value"])
        listed.append(float(drawn.loc[drawn["state"] == "selected", "value"].mean()))
        simple.append(float(value[np.argsort(numbered["prn"].to_numpy())[:n]].mean()))
    ratio = float(np.std(listed) / np.std(simple))
    below = {"monte_carlo_error": ratio / sqrt(DRAWS), "expected": "below 1"}
    setting = "103 cases in the order of the value, step 5.15"
    return [
        mean_row("mean, systematic", setting, n, listed, 0.5, "the true value"),
        row("standard error, systematic over simple", setting, n, ratio, **below),
    ]


if __name__ == "__main__":
    print(pd.DataFrame(rows()).to_string(index=False, max_colwidth=60))
