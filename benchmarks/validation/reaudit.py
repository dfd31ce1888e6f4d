"""Re-audit against published figures, and what luck alone gives to cases and teams that were chosen.

Run from the repository root: python benchmarks/validation/reaudit.py
"""

from __future__ import annotations

from math import sqrt

import numpy as np
import pandas as pd

from qaf_lib.analysis import (
    bowker_symmetry,
    change_beyond_chance,
    miettinen_nurminen,
    stuart_maxwell,
    team_change_beyond_chance,
)

TITLE = "Re-audit: change, and what luck alone gives"
WORDS = (
    "Bias and coverage where cases or teams were chosen for a low first grade and nothing changed. The error "
    "is the simulation's own (one standard error)."
)
SEED = 20261122
GRADES = ["1", "2", "3", "4"]
# a second look at the same practice: most grades stay, the others move a grade, as often up as down
SAME = np.array(
    [[0.05, 0.04, 0.01, 0.00], [0.04, 0.16, 0.08, 0.02], [0.01, 0.08, 0.31, 0.05], [0.00, 0.02, 0.05, 0.08]]
)


def row(method: str, setting: str, n: int, figure: float, **more: object) -> dict[str, object]:
    """One line of the validation page; a figure without chance has no Monte Carlo error."""
    empty = {"true_value": None, "monte_carlo_error": None, "expected": ""}
    return {"method": method, "setting": setting, "n": n, "figure": float(figure), **empty, **more}


def mean_row(method: str, setting: str, n: int, values: list[float], **more: object) -> dict[str, object]:
    """A mean over repetitions, with its Monte Carlo error."""
    found = np.asarray(values, dtype=float)
    error = float(found.std(ddof=1) / sqrt(len(found)))
    return row(method, setting, n, found.mean(), monte_carlo_error=error, **more)


def rows() -> list[dict[str, object]]:
    """Published figures, and what luck alone gives."""
    rng = np.random.default_rng(SEED)
    return [*published(), *chosen_cases(rng), *chosen_teams(rng)]


def published() -> list[dict[str, object]]:
    """Figures that others print."""
    vision = [[1520, 266, 124, 66], [234, 1512, 432, 78], [117, 362, 1772, 205], [36, 82, 179, 492]]
    score = miettinen_nurminen(x1=56, n1=70, x2=48, n2=80)
    wilson = "Newcombe 1998, table II, 56/70 v 48/80"
    return [
        row("Miettinen-Nurminen, low", wilson, 150, float(score.low or 0), expected="0.0528"),
        row("Miettinen-Nurminen, high", wilson, 150, float(score.high or 0), expected="0.3382"),
        row(
            "Stuart-Maxwell",
            "Stuart 1955",
            7477,
            stuart_maxwell(table=vision).statistic or 0,
            expected="11.957",
        ),
        row("Bowker", "Stuart 1955", 7477, bowker_symmetry(table=vision).statistic or 0, expected="19.107"),
    ]


def _pairs(table: np.ndarray) -> pd.DataFrame:
    places = np.repeat(np.arange(table.size), table.ravel())
    names = np.array(GRADES, dtype=object)
    return pd.DataFrame({"before": names[places // 4], "after": names[places % 4]})


def chosen_cases(rng: np.random.Generator, draws: int = 300) -> list[dict[str, object]]:
    """Cases audited again because of a low grade, without any change: raw change and change beyond chance."""
    found = []
    for n in (20, 40, 80):
        raw, beyond, held = [], [], []
        for _ in range(draws):
            chosen, reference = (
                _pairs(rng.multinomial(size, SAME.ravel()).reshape(4, 4)) for size in (4 * n, 100)
            )
            low = chosen[chosen["before"].isin(GRADES[:2])]
            low = low.sample(n=min(n, len(low)), random_state=rng)
            result = change_beyond_chance(
                chosen=low, reference=reference, grades=GRADES, band=GRADES[2:], table_id="t"
            ).set_index("measure")
            if result.loc["change_beyond", "mark"] == "x":
                continue
            raw.append(float(result.loc["change", "estimate"]))
            beyond.append(float(result.loc["change_beyond", "estimate"]))
            low_end, high_end = (float(result.loc["change_beyond", end]) for end in ("low", "high"))
            held.append(low_end <= 0 <= high_end)
        setting = "low first grades audited again, no change, 100 reference pairs"
        settled = {"true_value": 0.0, "expected": "0"}
        found.append(mean_row("change as found (naive)", setting, n, raw, **settled))
        found.append(mean_row("change beyond chance", setting, n, beyond, **settled))
        found.append(mean_row("change beyond chance: coverage", setting, n, held, expected="0.95"))
    return found


def lowest_three_again(rng: np.random.Generator, spread: float) -> pd.DataFrame:
    """The result for the lowest three of twenty teams, eight cases each, audited again without any change.

    The teams' true shares lie evenly up to `spread` either side of 60%. Its rows are by measure.
    """
    share = np.linspace(0.6 - spread, 0.6 + spread, 20)
    x, again = rng.binomial(8, share), rng.binomial(8, share)
    lowest = np.argsort(x + rng.random(20), kind="stable")[:3]
    teams = pd.DataFrame({"team_id": [f"{place:02d}" for place in range(20)], "x": x, "n": 8})
    picked = teams.index.isin(lowest)
    teams["x_again"] = pd.Series(again).astype("Int64").where(picked)
    teams["n_again"] = pd.Series(8, index=teams.index, dtype="Int64").where(picked)
    result = team_change_beyond_chance(teams=teams, table_id="t")
    return result[result["row_key"] == "all"].set_index("measure")


def chosen_teams(rng: np.random.Generator, draws: int = 200) -> list[dict[str, object]]:
    """The lowest three of 20 teams audited again, without any change."""
    found = []
    for setting, spread in (("equal teams", 0.0), ("teams from 40% to 80%", 0.2)):
        beyond, held = [], []
        for _ in range(draws):
            result = lowest_three_again(rng, spread)
            beyond.append(float(result.loc["change_beyond", "estimate"]))
            held.append(
                float(result.loc["change_beyond", "low"]) <= 0 <= float(result.loc["change_beyond", "high"])
            )
        setting = f"lowest 3 of 20 {setting}, 8 cases each, no change"
        settled = {"true_value": 0.0, "expected": "0"}
        found.append(mean_row("change beyond chance", setting, 8, beyond, **settled))
        found.append(mean_row("change beyond chance: coverage", setting, 8, held, expected="0.95"))
    return found


if __name__ == "__main__":
    print(pd.DataFrame(rows()).to_string(max_colwidth=60))
