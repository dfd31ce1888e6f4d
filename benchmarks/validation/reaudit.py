"""Re-audit against published figures and simulation: sizes of tests, coverage, and luck taken for change.

Run from the repository root: python benchmarks/validation/reaudit.py
"""

from __future__ import annotations

from functools import cache
from math import sqrt

import numpy as np
import pandas as pd
from scipy.stats import binom

from qaf_lib.analysis import Interval, mcnemar_mid_p, newcombe_difference, paired_difference
from qaf_lib.analysis.marginals import bowker_symmetry, stuart_maxwell
from qaf_lib.analysis.overlap import newcombe_paired, overlapping_change
from qaf_lib.analysis.paired import mcnemar_exact_p
from qaf_lib.analysis.regression_to_mean import change_beyond_chance, lowest_average
from qaf_lib.analysis.signed import ordinal_shift, signed_rank
from qaf_lib.analysis.superiority import superiority, superiority_test
from qaf_lib.analysis.team_regression import team_change_beyond_chance
from qaf_lib.analysis.two_samples import boschloo, miettinen_nurminen

TITLE = "Re-audit: change, and what luck alone gives"
WORDS = (
    "Size is the share of simulated samples without any change in which a test at 5% claims one; coverage "
    "the share in which a 95% interval holds the true value. Figures without an error are exact, by "
    "enumeration. The error is the simulation's own (one standard error)."
)
SEED, SIZES = 20261122, (10, 20, 40, 80)
GRADES = ["1", "2", "3", "4"]
SHARES = np.array([0.10, 0.30, 0.45, 0.15])
LATER = np.array([0.04, 0.20, 0.50, 0.26])
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


def holds(found: Interval, truth: float) -> bool:
    """Whether an interval holds the truth."""
    return float(found.low or 0) - 1e-12 <= truth <= float(found.high or 0) + 1e-12


def rows() -> list[dict[str, object]]:
    """Published figures, sizes, coverage, and what luck alone gives."""
    rng = np.random.default_rng(SEED)
    found = [*published(), *exact_sizes(), *exact_coverage(), *paired_coverage()]
    found += [*paired_sizes(rng), *independent(rng), *overlap(rng)]
    return [*found, *chosen_cases(rng), *chosen_teams(rng)]


def published() -> list[dict[str, object]]:
    """Figures that others print."""
    vision = [[1520, 266, 124, 66], [234, 1512, 432, 78], [117, 362, 1772, 205], [36, 82, 179, 492]]
    score = miettinen_nurminen(x1=56, n1=70, x2=48, n2=80)
    pairs = newcombe_paired(both=59, first_only=6, second_only=16, neither=80)
    wilson, table = "Newcombe 1998, table II, 56/70 v 48/80", "contingencytables, cavo_2012"
    lowest = lowest_average(teams=20, cases=8, share=0.6, lowest=3)
    return [
        row("Miettinen-Nurminen, low", wilson, 150, float(score.low or 0), expected="0.0528"),
        row("Miettinen-Nurminen, high", wilson, 150, float(score.high or 0), expected="0.3382"),
        row("Newcombe paired, low", table, 161, float(pairs.low or 0), expected="-0.1186"),
        row("Newcombe paired, high", table, 161, float(pairs.high or 0), expected="-0.0046"),
        row(
            "Stuart-Maxwell",
            "Stuart 1955",
            7477,
            stuart_maxwell(table=vision).statistic or 0,
            expected="11.957",
        ),
        row("Bowker", "Stuart 1955", 7477, bowker_symmetry(table=vision).statistic or 0, expected="19.107"),
        row("lowest 3 of 20 equal teams of 8", "true share 0.6", 8, lowest, expected="0.34"),
    ]


def exact_sizes() -> list[dict[str, object]]:
    """Largest size over shares of pairs that change, and over true shares, by enumeration."""
    found = []
    for n in SIZES:
        for name, test in (("McNemar, mid-p", mcnemar_mid_p), ("McNemar, exact", mcnemar_exact_p)):
            claims = [
                sum(
                    binom.pmf(gained, changed, 0.5)
                    for gained in range(changed + 1)
                    if test(gained=gained, lost=changed - gained) <= 0.05
                )
                for changed in range(n + 1)
            ]
            sizes = [
                float(binom.pmf(np.arange(n + 1), n, share) @ claims) for share in np.arange(0.05, 1, 0.05)
            ]
            setting = "largest size over shares of pairs that change"
            found.append(row(name, setting, n, max(sizes), true_value=0.05, expected="at most 0.055"))
    for n in (10, 20):
        claim = np.array(
            [[_boschloo(min(a, b), max(a, b), n) <= 0.05 for b in range(n + 1)] for a in range(n + 1)]
        )
        sizes = []
        for share in np.arange(0.02, 0.99, 0.02):
            chance = binom.pmf(np.arange(n + 1), n, share)
            sizes.append(float(chance @ claim @ chance))
        setting = "largest size over true shares, n in each sample"
        found.append(row("Boschloo", setting, n, max(sizes), true_value=0.05, expected="at most 0.05"))
    return found


@cache
def _boschloo(x1: int, x2: int, n: int) -> float:
    turned = min((x1, x2), (n - x2, n - x1))
    if turned != (x1, x2):
        return _boschloo(*turned, n)
    return float(boschloo(x1=x1, n1=n, x2=x2, n2=n).p or 0)


def exact_coverage() -> list[dict[str, object]]:
    """Coverage of the two independent intervals, by enumeration over a grid of true shares."""
    found = []
    for name, method in (
        ("Newcombe, independent", newcombe_difference),
        ("Miettinen-Nurminen", miettinen_nurminen),
    ):
        for n in (10, 20, 40):
            limits = {(a, b): method(x1=a, n1=n, x2=b, n2=n) for a in range(n + 1) for b in range(n + 1)}
            low, high = (
                np.array(
                    [[float(getattr(limits[a, b], end) or 0) for b in range(n + 1)] for a in range(n + 1)]
                )
                for end in ("low", "high")
            )
            coverage = []
            for p1 in np.arange(0.1, 0.95, 0.1):
                for p2 in np.arange(0.1, 0.95, 0.1):
                    inside = (low <= p1 - p2 + 1e-12) & (high >= p1 - p2 - 1e-12)
                    chance = [binom.pmf(np.arange(n + 1), n, share) for share in (p1, p2)]
                    coverage.append(float(chance[0] @ inside @ chance[1]))
            setting = "coverage, true shares 0.1 to 0.9 each"
            found.append(row(f"{name}: mean", setting, n, np.mean(coverage), expected="0.95"))
            found.append(row(f"{name}: lowest", setting, n, min(coverage)))
    return found


def paired_coverage() -> list[dict[str, object]]:
    """Coverage of the two paired intervals, by enumeration of gains and losses."""
    cells = {"no change": (0.1, 0.1), "a gain of 15 points": (0.25, 0.1), "a gain of 30 points": (0.35, 0.05)}
    found = []
    for n in (10, 20, 40):
        for setting, (gain, loss) in cells.items():
            held = dict.fromkeys(("Tango", "Newcombe, pairs"), 0.0)
            for changed in range(n + 1):
                for gained in range(changed + 1):
                    both = (n - changed) // 2
                    chance = binom.pmf(changed, n, gain + loss) * binom.pmf(
                        gained, changed, gain / (gain + loss)
                    )
                    counts = {"first_only": gained, "second_only": changed - gained}
                    tango = paired_difference(**counts, pairs=n)
                    plain = newcombe_paired(**counts, both=both, neither=n - changed - both)
                    held["Tango"] += chance * holds(tango, gain - loss)
                    held["Newcombe, pairs"] += chance * holds(plain, gain - loss)
            found += [
                row(f"{name}: coverage", setting, n, share, true_value=gain - loss, expected="0.95")
                for name, share in held.items()
            ]
    return found


def _pairs(table: np.ndarray) -> pd.DataFrame:
    places = np.repeat(np.arange(table.size), table.ravel())
    names = np.array(GRADES, dtype=object)
    return pd.DataFrame({"before": names[places // 4], "after": names[places % 4]})


def paired_sizes(rng: np.random.Generator, draws: int = 1_000) -> list[dict[str, object]]:
    """Size of the tests of pairs of grades."""
    found = []
    for n in SIZES:
        tables = rng.multinomial(n, SAME.ravel(), size=draws).reshape(-1, 4, 4)
        tests = {
            "Stuart-Maxwell": [stuart_maxwell(table=table).p for table in tables],
            "Bowker": [bowker_symmetry(table=table).p for table in tables],
            "ordinal shift, exact": [ordinal_shift(pairs=_pairs(table), grades=GRADES).p for table in tables],
            "Wilcoxon-Pratt, exact": [signed_rank(pairs=_pairs(table), grades=GRADES).p for table in tables],
        }
        for name, chances in tests.items():
            claims = [float(p or 0) <= 0.05 for p in chances]
            more = {"true_value": 0.05, "expected": "at most 0.055"}
            found.append(mean_row(name, "size, no change", n, claims, **more))
    return found


def independent(rng: np.random.Generator, draws: int = 600) -> list[dict[str, object]]:
    """Size of the test of two samples of grades, and coverage of the probability of superiority."""
    truth = float(sum(LATER[j] * (SHARES[:j].sum() + SHARES[j] / 2) for j in range(4)))
    found = []
    for n in SIZES:
        claims, held = [], []
        for _ in range(draws):
            first, second, third = (_sample(rng, n, shares) for shares in (SHARES, SHARES, LATER))
            claims.append(float(superiority_test(before=first, after=second, grades=GRADES).p or 0) <= 0.05)
            held.append(holds(superiority(before=first, after=third, grades=GRADES), truth))
        setting = "n in each sample"
        found.append(
            mean_row(
                "superiority test", f"size, {setting}", n, claims, true_value=0.05, expected="at most 0.055"
            )
        )
        found.append(
            mean_row("superiority", f"coverage, {setting}", n, held, true_value=truth, expected="0.95")
        )
    return found


def _sample(rng: np.random.Generator, n: int, shares: np.ndarray) -> pd.Series:
    return pd.Series(rng.choice(np.array(GRADES, dtype=object), size=n, p=shares))


def overlap(rng: np.random.Generator, draws: int = 400) -> list[dict[str, object]]:
    """Coverage of the change between two samples of which half the cases are in common."""
    found = []
    for n in (20, 40, 80):
        held, naive = [], []
        for _ in range(draws):
            shared = _pairs(rng.multinomial(n // 2, SAME.ravel()).reshape(4, 4))
            alone = [_sample(rng, n - n // 2, margin) for margin in (SAME.sum(axis=1), SAME.sum(axis=0))]
            rest = [pd.DataFrame({name: each}) for name, each in zip(("before", "after"), alone, strict=True)]
            responses = pd.concat([shared, *rest], ignore_index=True)
            result = overlapping_change(responses=responses, grades=GRADES, band=GRADES[2:], table_id="t")
            line = result.set_index("measure").loc["change"]
            held.append(float(line["low"]) <= 0 <= float(line["high"]))
            x = result.set_index("measure")["x"]
            plain = newcombe_difference(x1=int(x["after"]), n1=n, x2=int(x["before"]), n2=n)
            naive.append(holds(plain, 0.0))
        setting = "coverage, half the cases in common, no change"
        found.append(mean_row("overlapping samples", setting, n, held, true_value=0.0, expected="0.95"))
        found.append(mean_row("taken for independent (naive)", setting, n, naive, true_value=0.0))
    return found


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


def chosen_teams(rng: np.random.Generator, draws: int = 200) -> list[dict[str, object]]:
    """The lowest three of 20 teams audited again, without any change."""
    found = []
    for setting, spread in (("equal teams", 0.0), ("teams from 40% to 80%", 0.2)):
        raw, beyond, held = [], [], []
        for _ in range(draws):
            share = np.linspace(0.6 - spread, 0.6 + spread, 20)
            x, again = rng.binomial(8, share), rng.binomial(8, share)
            lowest = np.argsort(x + rng.random(20), kind="stable")[:3]
            teams = pd.DataFrame({"team_id": [f"{place:02d}" for place in range(20)], "x": x, "n": 8})
            picked = teams.index.isin(lowest)
            teams["x_again"] = pd.Series(again).astype("Int64").where(picked)
            teams["n_again"] = pd.Series(8, index=teams.index, dtype="Int64").where(picked)
            result = team_change_beyond_chance(teams=teams, table_id="t")
            result = result[result["row_key"] == "all"].set_index("measure")
            raw.append(float(result.loc["after", "estimate"] - result.loc["before", "estimate"]))
            beyond.append(float(result.loc["change_beyond", "estimate"]))
            held.append(
                float(result.loc["change_beyond", "low"]) <= 0 <= float(result.loc["change_beyond", "high"])
            )
        setting = f"lowest 3 of 20 {setting}, 8 cases each, no change"
        settled = {"true_value": 0.0, "expected": "0"}
        found.append(mean_row("change as found (naive)", setting, 8, raw, **settled))
        found.append(mean_row("change beyond chance", setting, 8, beyond, **settled))
        found.append(mean_row("change beyond chance: coverage", setting, 8, held, expected="0.95"))
    return found


if __name__ == "__main__":
    print(pd.DataFrame(rows()).to_string(max_colwidth=60))
