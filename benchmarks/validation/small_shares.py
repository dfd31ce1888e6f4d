"""Coverage of intervals of shares, grades and teams in small samples."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from qaf_lib.analysis import Interval, median_grade, share_interval, weighted_band_share
from qaf_lib.analysis.comparison import partial_pooling
from qaf_lib.analysis.stratified import domain_share, stratified_share
from validation._lines import SEED, SIZES, Held, held, holds, line, with_warnings
from validation.coverage import coverage_line, default

TITLE = "Small samples: shares, grades and teams"
WORDS = (
    "Coverage of intervals that are nominally 95%, over true shares from 0.02 to 0.98 or the settings "
    "named. The mean is over all of them; the lowest over those where three cases in and three cases out of "
    "the band (or of each grade) are to be expected. Lines without an error are enumerated. `warn below` is "
    "the n from which on the mean is at least 93.5% and the lowest at least 90%, to the digits shown: below "
    "it pages warn (`qaf_lib.analysis.small_sample_warning`). 10 is the least that was tried; where the "
    "largest still falls short, the number is twice it."
)
SHARES = (0.02, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.98)
POPULATIONS = (60, 300, 3_000)
SCALE = [str(grade) for grade in range(1, 11)]


def rows() -> list[dict[str, object]]:
    """Mean and lowest coverage by measure, setting and n."""
    parts = (per_grade, all_grades, weighted, domains, nonresponse, medians, pooled)
    return with_warnings([row for part in parts for row in part()])


def _settings() -> list[tuple[int, int]]:
    return [(population, n) for population in POPULATIONS for n in SIZES if n < population]


def per_grade() -> list[dict[str, object]]:
    """Each grade by itself, and cumulative shares: the interval of a share, enumerated."""
    found = []
    for population, n in _settings():
        each = coverage_line("", default, population, n)
        for measure in ("per_grade", "cumulative_share"):
            figures = {name: each[name] for name in ("mean coverage", "lowest coverage")}
            names = {"measure": measure, "setting": f"{population} cases", "n": n}
            found.append({**names, **figures, "error of the lowest": None})
    return found


def all_grades(draws: int = 4_000) -> list[dict[str, object]]:
    """All four grades held at once by their simultaneous (Goodman) intervals."""
    rng = np.random.default_rng([SEED, 1])
    mixes = ((0.02, 0.18, 0.5, 0.3), (0.1, 0.3, 0.45, 0.15), (0.25, 0.25, 0.25, 0.25), (0.05, 0.1, 0.05, 0.8))
    found = []
    for population, n in _settings():
        limits = [
            share_interval(x=x, n=n, population=population, confidence=1 - 0.05 / 4) for x in range(n + 1)
        ]
        low, high = (np.array([getattr(limit, end) for limit in limits]) for end in ("low", "high"))
        truths = []
        for mix in mixes:
            totals = np.rint(np.array(mix) * population).astype(int)
            totals[-1] = population - totals[:-1].sum()
            x = rng.multivariate_hypergeometric(totals, n, size=draws)
            inside = (low[x] <= totals / population + 1e-9) & (high[x] >= totals / population - 1e-9)
            truths.append(held(inside.all(axis=1), counts=n * min(mix) >= 3))
        found.append(line("all_grades", f"{population} cases, four grades", n, truths))
    return found


def weighted(draws: int = 500) -> list[dict[str, object]]:
    """Three strata of different size and level, allocated in proportion with at least two each."""
    rng = np.random.default_rng([SEED, 2])
    found = []
    for population, n in _settings():
        size = np.array([0.5, 0.3, 0.2]) * population
        drawn = np.maximum(2, np.rint(size / population * n)).astype(int)
        drawn[0] = n - drawn[1:].sum()

        @cache
        def interval(
            x: tuple[int, ...], drawn: tuple[int, ...] = tuple(drawn), population: int = population
        ) -> Interval:
            whole = [population * 5 // 10, population * 3 // 10, population * 2 // 10]
            table = pd.DataFrame({"stratum": list("abc"), "population": whole, "n": drawn, "x": x})
            return stratified_share(table=table)

        truths = []
        for share in SHARES:
            inside = np.rint(
                np.clip(share + np.array([0.1, -0.1, -0.1]) * min(share, 1 - share) * 2, 0, 1) * size
            )
            good = inside.astype(int)
            truth = good.sum() / population
            x = rng.hypergeometric(good, size.astype(int) - good, drawn, size=(draws, 3))
            hits = [holds(interval(tuple(each)), truth) for each in x.tolist()]
            truths.append(held(hits, counts=min(truth, 1 - truth) * n >= 3))
        found.append(line("weighted_share", f"{population} cases, three strata", n, truths))
    return found


def domains(draws: int = 200) -> list[dict[str, object]]:
    """A team that cuts across two strata drawn at different rates; n of its cases are expected."""
    rng = np.random.default_rng([SEED, 3])
    found = []
    for population, n in [
        (600, 10),
        (600, 20),
        (600, 40),
        (6_000, 10),
        (6_000, 20),
        (6_000, 40),
        (6_000, 80),
    ]:
        halves = [population // 2, population // 2]
        strata = pd.DataFrame({"stratum": ["a", "b"], "population": halves})
        drawn = [4 * n // 3, 2 * n // 3]
        truths = []
        for share in SHARES:
            team = [np.arange(half) < half // 2 for half in halves]
            good = [np.arange(half) % (half // 2) < round(share * (half // 2)) for half in halves]
            members = population // 2
            hits = []
            for _ in range(draws):
                places = [
                    rng.choice(half, size, replace=False) for half, size in zip(halves, drawn, strict=True)
                ]
                responses = pd.DataFrame(
                    {
                        "stratum": np.repeat(["a", "b"], drawn),
                        "member": np.concatenate([team[h][places[h]] for h in (0, 1)]),
                        "counted": np.concatenate([good[h][places[h]] for h in (0, 1)]),
                    }
                )
                hits.append(
                    holds(domain_share(responses=responses, strata=strata, population=members), share)
                )
            truths.append(held(hits, counts=min(share, 1 - share) * n >= 3))
        found.append(
            line("domain_share", f"half of {population} cases, two strata, unequal rates", n, truths)
        )
    return found


def nonresponse(draws: int = 200) -> list[dict[str, object]]:
    """Two teams of 300 cases return 90% and 50% of their grades; weighted within teams. n were drawn."""
    rng = np.random.default_rng([SEED, 4])
    strata = pd.DataFrame({"stratum": ["a"], "population": [300]})
    found = []
    for n in SIZES:

        @cache
        def interval(counts: tuple[int, ...]) -> tuple[float, float]:
            grades = [("x", "good"), ("x", "poor"), ("x", None), ("y", "good"), ("y", "poor"), ("y", None)]
            kept = [pair for pair, count in zip(grades, counts, strict=True) for _ in range(count)]
            table = pd.DataFrame(kept, columns=["team", "grade"], dtype="object").assign(stratum="a")
            row = weighted_band_share(
                responses=table, strata=strata, band=["good"], within="team", table_id="w"
            ).iloc[0]
            return (float(row["low"]), float(row["high"])) if row["mark"] == "" else (0.0, 1.0)

        truths = []
        for high, low in ((0.8, 0.5), (0.5, 0.3)):
            truth = (high + low) / 2
            hits = []
            for _ in range(draws):
                x = int(rng.hypergeometric(150, 150, n))
                counts: list[int] = []
                for team, share, back in ((x, high, 0.9), (n - x, low, 0.5)):
                    good = int(rng.hypergeometric(round(150 * share), 150 - round(150 * share), team))
                    returned = rng.binomial([good, team - good], back)
                    counts += [*returned.tolist(), team - int(returned.sum())]
                ends = interval(tuple(counts))
                hits.append(ends[0] - 1e-9 <= truth <= ends[1] + 1e-9)
            truths.append(held(hits))
        found.append(line("nonresponse_weighted", "300 cases, two teams, 90% and 50% returned", n, truths))
    return found


def medians(draws: int = 80) -> list[dict[str, object]]:
    """The median of a scale from 1 to 10, on a population of 300: bunched and spread out."""
    rng = np.random.default_rng([SEED, 5])
    strata = pd.DataFrame({"stratum": ["a"], "population": [300]})
    found = []
    for n in SIZES:
        truths = []
        for population in (np.sort(rng.binomial(9, 0.55, 300) + 1), np.sort(rng.integers(1, 11, 300))):
            truth, hits = population[149], []
            for _ in range(draws):
                drawn = rng.choice(population, n, replace=False).astype(str)
                table = pd.DataFrame({"stratum": "a", "grade": drawn}, dtype="object")
                row = median_grade(responses=table, strata=strata, grades=SCALE, table_id="m").iloc[0]
                hits.append(row["low"] <= truth <= row["high"])
            truths.append(held(hits))
        found.append(line("median", "300 cases, 1 to 10", n, truths))
    return found


def pooled(draws: int = 32) -> list[dict[str, object]]:
    """Shares of 20 teams, partly pooled; n cases in each team."""
    rng = np.random.default_rng([SEED, 6])
    found = []
    for n in SIZES:
        truths: list[Held] = []
        for size in (8, 50):
            for mean in (0.3, 0.6, 0.85):
                hits: list[bool] = []
                for _ in range(draws):
                    truth = rng.beta(mean * size, (1 - mean) * size, 20)
                    x = rng.binomial(n, truth)
                    teams = pd.DataFrame(
                        {"team": [f"team {place:02}" for place in range(20)], "x": x, "n": n}
                    )
                    drawn = partial_pooling(teams=teams, table_id="p")
                    drawn = drawn[drawn["measure"] == "partly_pooled"]
                    low, high = (drawn[end].to_numpy(dtype=float) for end in ("low", "high"))
                    hits += ((low <= truth) & (truth <= high)).tolist()
                truths.append(held(hits))
        found.append(line("pooled_team", "20 teams that differ much or little", n, truths))
    return found


if __name__ == "__main__":
    print(pd.DataFrame(rows()).to_string(max_colwidth=60))
