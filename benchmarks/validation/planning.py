"""Planning and drawing against published figures, enumeration and simulation.

Run from the repository root: python benchmarks/validation/planning.py
"""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

import numpy as np
import pandas as pd
from scipy.stats import hypergeom

from qaf_lib.sampling import (
    allocate_sample,
    attribute_plan,
    confidence_per_look,
    confirmed_sample_size,
    dip_sample,
    draw_by_size,
    draw_sample,
    draw_systematic,
    false_signal_chance,
    highest_share,
    independent_power,
    ordinal_sample_size,
    replace_cases,
    reported_margin,
    sample_size,
    size_probabilities,
)

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
    simulated = [*by_size(rng), *systematic(rng), *neyman(rng), *dipped(rng), *ineligible(rng)]
    return [*published(), *margins(), *upper_limits(), *simulated]


def published() -> list[dict[str, object]]:
    """Figures that others print."""
    found = []
    for allowed, share, expected in [(0, 0.05, 59), (1, 0.05, 93), (0, 0.10, 29), (1, 0.10, 46)]:
        plan = attribute_plan(population=None, tolerable_share=share, allowed=allowed)
        setting = f"AICPA table A-1, {share:.0%} tolerable, {allowed} allowed, 95%"
        found.append(row("attribute size", setting, None, plan.sample, expected=str(expected)))
    size = sample_size(population=3200, margin_of_error=0.05, confidence=0.9545)
    found.append(row("size for a share", "Cochran's island, two standard errors", None, size, expected="356"))
    whitehead = ordinal_sample_size(shares=[0.1, 0.2, 0.5, 0.2], odds_ratio=17 / 7, power=0.9)
    expected = "187 in both"
    found.append(row("ordered grades", "Whitehead 1993, 70% to 85%", None, whitehead or 0, expected=expected))
    for looks, chance, bound in [(2, "0.083", "2.178"), (5, "0.142", "2.413"), (10, "0.193", "2.555")]:
        setting = f"{looks} looks, Armitage, McPherson & Rowe 1969"
        found.append(
            row("chance of a false signal", setting, None, false_signal_chance(looks=looks), expected=chance)
        )
        level = confidence_per_look(looks=looks)
        z = NormalDist().inv_cdf((1 + level) / 2)
        found.append(row("bound of each look", f"{looks} looks, Pocock 1977", None, z, expected=bound))
    power = independent_power(first=20, second=20, before=0.5, after=0.7, test="fisher")
    found.append(row("power, Fisher's exact test", "50% to 70%", 20, power, expected="0.16"))
    power = independent_power(first=20, second=20, before=0.5, after=0.7)
    found.append(row("power, Boschloo's test", "50% to 70%", 20, power, expected="above Fisher's"))
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
            limits = np.array([highest_share(found=x, sample=n, population=population) for x in range(n + 1)])
            held = []
            for faulty in range(population + 1):
                chances = hypergeom.pmf(np.arange(n + 1), population, faulty, n)
                held.append(float(chances[limits >= faulty / population - 1e-9].sum()))
            setting = f"{population} cases, every number faulty"
            found.append(row("upper limit, least coverage", setting, n, min(held), expected="at least 0.95"))
            found.append(
                row("upper limit, mean coverage", setting, n, np.mean(held), expected="conservative")
            )
    return found


def by_size(rng: np.random.Generator) -> list[dict[str, object]]:
    """Workers drawn by caseload: the share of cases, weighted and not."""
    cases = np.array([2, 4, 5, 6, 8, 9, 10, 12, 13, 15, 16, 18, 20, 22, 60] * 2)
    good = np.clip(0.9 - cases / 100, 0, 1)
    frame = pd.DataFrame({"case_id": [f"w{each:02d}" for each in range(len(cases))], "measure": cases})
    frame["stratum"] = "all"
    truth = float((cases * good).sum() / cases.sum())
    sizes, starts = pd.Series({"all": 10}), pd.Series({"all": 0.0})
    weighted, naive, counts = [], [], np.zeros(len(cases))
    for _ in range(DRAWS):
        drawn = draw_by_size(frame=frame.assign(prn=rng.random(len(frame))), sizes=sizes, starts=starts).cases
        drawn = drawn[drawn["state"] == "selected"]
        at = drawn["case_id"].str[1:].astype(int).to_numpy()
        counts[at] += 1
        weighted.append(float((drawn["weight"].to_numpy() * cases[at] * good[at]).sum() / cases.sum()))
        naive.append(float(good[at].mean()))
    due = size_probabilities(measures=pd.Series(cases), size=10).to_numpy()
    off = float(np.abs(counts / DRAWS - due).max())
    setting = "30 workers, 10 drawn by caseload"
    largest = {"monte_carlo_error": float(np.sqrt(0.25 / DRAWS)), "expected": "0 but for the error"}
    return [
        mean_row("share of cases, Horvitz-Thompson", setting, 10, weighted, truth, "the true value"),
        mean_row("mean of the drawn workers (naive)", setting, 10, naive, truth, "biased"),
        row("Pareto chances, largest gap to p", setting, 10, off, true_value=0.0, **largest),
    ]


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


def neyman(rng: np.random.Generator) -> list[dict[str, object]]:
    """Two strata that vary differently: error of the weighted share by allocation."""
    shares, populations = {"even": 0.5, "rare": 0.03}, pd.Series({"even": 500, "rare": 1500})
    deviations = pd.Series({name: sqrt(share * (1 - share)) for name, share in shares.items()})
    truth = float(sum(populations[name] * share for name, share in shares.items()) / populations.sum())
    found, spread = [], {}
    for method, extra in [("proportional", {}), ("Neyman", {"deviations": deviations})]:
        sizes = allocate_sample(populations=populations, total=80, **extra)
        estimates = np.zeros(DRAWS * 10)
        for name, share in shares.items():
            size, whole = int(sizes[name]), int(populations[name])
            x = rng.hypergeometric(round(share * whole), whole - round(share * whole), size, len(estimates))
            estimates += x / size * whole / populations.sum()
        spread[method] = float(estimates.std())
        setting = f"{sizes['even']} and {sizes['rare']} of 500 and 1,500"
        found.append(mean_row(f"share, {method}", setting, 80, list(estimates), truth, "the true value"))
    ratio = spread["Neyman"] / spread["proportional"]
    below = {"monte_carlo_error": ratio / sqrt(DRAWS * 10), "expected": "below 1"}
    return [*found, row("standard error, Neyman over proportional", "the same", 80, ratio, **below)]


def dipped(rng: np.random.Generator) -> list[dict[str, object]]:
    """A dip sample that looks at every inadequate case: the share that moderation changes."""
    n = 60
    grades = np.array(["good"] * 48 + ["inadequate"] * 12)
    changed = np.array([place % 4 == 0 for place in range(48)] + [False] * 12)
    audited = pd.DataFrame({"case_id": [f"{each:02d}" for each in range(n)], "group": grades, "weight": 5.0})
    sizes = pd.Series({"good": 12, "inadequate": 12})
    weighted, naive = [], []
    for _ in range(DRAWS):
        dip = dip_sample(audited=audited.assign(prn=rng.random(n)), sizes=sizes, starts=sizes * 0.0)
        at = dip["case_id"].astype(int).to_numpy()
        weighted.append(float((dip["weight"] * changed[at]).sum() / dip["weight"].sum()))
        naive.append(float(changed[at].mean()))
    setting = "12 of 48 good, all 12 inadequate"
    truth = float(changed.mean())
    return [
        mean_row("share changed, weighted dip sample", setting, 24, weighted, truth, "the true value"),
        mean_row("share changed, unweighted (naive)", setting, 24, naive, truth, "biased"),
    ]


def ineligible(rng: np.random.Generator) -> list[dict[str, object]]:
    """A quarter of the frame turns out not to belong: how many do, after replacement."""
    ids = [f"{each:03d}" for each in range(80)]
    frame = pd.DataFrame({"case_id": ids, "stratum": "all"})
    closed = dict.fromkeys(ids[::4], "closed")
    found = []
    for _ in range(DRAWS):
        cases = draw_sample(
            frame=frame.assign(prn=rng.random(80)),
            sizes=pd.Series({"all": 12}),
            starts=pd.Series({"all": 0.0}),
            reserves=20,
        ).cases
        listed = cases.loc[cases["state"] != "not_selected", "case_id"]
        reasons = {case: closed[case] for case in listed if case in closed}
        after = replace_cases(cases=cases, reasons=reasons, not_eligible=set(reasons.values()))
        found.append(float(after.strata["eligible_population"].iloc[0]))
    setting = "60 of 80 belong; reserves stand in for the others"
    return [
        mean_row("cases that belong, estimated", setting, 12, found, 60.0, "the true value"),
        row("cases that belong, the frame (naive)", setting, 12, 80.0, true_value=60.0, expected="biased"),
    ]


if __name__ == "__main__":
    print(pd.DataFrame(rows()).to_string(index=False, max_colwidth=60))
