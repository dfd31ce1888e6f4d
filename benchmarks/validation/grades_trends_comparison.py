"""Grades, trends and comparison of teams against published figures and simulation."""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt

import numpy as np
import pandas as pd
from scipy.stats import binom

from qaf_lib.analysis import simultaneous_distribution, weighted_band_share
from qaf_lib.analysis.comparison import funnel, funnel_limits, partial_pooling, team_spread
from qaf_lib.analysis.intervals import mid_p_limits
from qaf_lib.analysis.trends import process_limits
from qaf_lib.analysis.trends.control_charts import laney_sigma
from qaf_lib.analysis.trends.run_charts import crossings_needed, longest_run_allowed, run_rules
from qaf_lib.analysis.trends.signals import special_causes

TITLE = "Grades, trends and comparison of teams"
WORDS = (
    "A figure without chance has no error; `expected` says what it should be, or what the naive figure is."
)

GRADE_SHARES = np.array([0.10, 0.30, 0.45, 0.15])
LOANS = [310, 288, 297, 298, 307, 303, 294, 297, 308, 306, 294, 299, 297, 299, 314, 295, 293, 306, 301, 304]


def row(method: str, setting: str, n: int, figure: float, **more: object) -> dict:
    """One line of the validation page; a figure without chance has no Monte Carlo error."""
    empty = {"true_value": None, "monte_carlo_error": None, "expected": ""}
    return {"method": method, "setting": setting, "n": n, "figure": float(figure), **empty, **more}


def share_row(method: str, setting: str, n: int, hits: Iterable[float], **more: object) -> dict:
    """A rate over repetitions, with its Monte Carlo error."""
    held = np.asarray(list(hits), dtype=float)
    error = float(held.std(ddof=1) / sqrt(len(held)))
    return row(method, setting, n, held.mean(), monte_carlo_error=error, **more)


def published() -> list[dict]:
    """Figures that others print."""
    counts = [44, 55, 43, 32, 67, 78]
    grades = [str(place) for place in range(6)]
    goodman = simultaneous_distribution(
        responses=pd.DataFrame({"stratum": "a", "grade": np.repeat(grades, counts)}, dtype="object"),
        strata=pd.DataFrame({"stratum": ["a"], "population": [10**8]}),
        grades=grades,
        table_id="t",
    ).set_index("row_key")
    loans = process_limits(values=pd.Series(LOANS))
    turns = pd.DataFrame({"x": [460, 540] * 8, "n": 1000})
    teams = pd.DataFrame({"team": list("abcdefghij"), "x": [15, 35] * 5, "n": 50})
    gm, loan = "R CoinMinD, example of GM", "Montgomery 2009, example 6.5 (qicharts2 tests)"
    return [
        row("Goodman, first low", gm, 319, goodman.loc["0", "low"], expected="0.09468368"),
        row("Goodman, last high", gm, 319, goodman.loc["5", "high"], expected="0.3130119"),
        row("XmR, centre", loan, 20, loans.centre, expected="300.5"),
        row("XmR, low", loan, 20, loans.low, expected="279.78"),
        row("XmR, high", loan, 20, loans.high, expected="321.22"),
        row("Anhøj, longest run", "qicharts2 formula", 24, longest_run_allowed(24), expected="8"),
        row("Anhøj, crossings", "qicharts2 formula", 24, crossings_needed(24), expected="8"),
        row(
            "Laney sigma",
            "by hand: 2 * 0.04 / sqrt(0.00025) / 1.128",
            16,
            laney_sigma(points=turns),
            expected="4.486",
        ),
        row(
            "tau squared, arcsine",
            "by hand: (10 z^2 - 9) / 1800",
            50,
            team_spread(teams=teams, centre=0.5).variance,
            expected="0.0420",
        ),
    ]


def nonresponse(draws: int = 150) -> list[dict]:
    """Team x (80% good) returns 90% of its grades, team y (40% good) 40%."""
    rng = np.random.default_rng(33)
    strata = pd.DataFrame({"stratum": ["a"], "population": [400]})
    population = pd.DataFrame({"stratum": "a", "team": ["x"] * 200 + ["y"] * 200})
    population["grade"] = ["good"] * 160 + ["poor"] * 40 + ["good"] * 80 + ["poor"] * 120
    rows = []
    for n in (20, 40, 80):
        right, naive = [], []
        for _ in range(draws):
            drawn = population.sample(n, random_state=rng)
            kept = rng.random(n) < np.where(drawn["team"] == "x", 0.9, 0.4)
            table = drawn.assign(grade=drawn["grade"].astype("object").where(kept, None))
            found = weighted_band_share(
                responses=table, strata=strata, band=["good"], within="team", table_id="w"
            ).iloc[0]
            right.append(found["estimate"])
            naive.append((table["grade"] == "good").sum() / kept.sum())
        setting = "N = 400, uneven returns"
        shared = {"true_value": 0.6}
        rows += [
            share_row("weighted within teams: mean", setting, n, right, expected="0.6", **shared),
            share_row(
                "naive share of the graded: mean", setting, n, naive, expected="naive: too high", **shared
            ),
        ]
    return rows


def run_charts(draws: int = 3000) -> list[dict]:
    """Series without any change, and with a shift of two standard deviations half-way."""
    rng = np.random.default_rng(34)
    rows = []
    for n in (5, 8, 12, 16, 24):
        for shift in (0, 2):
            signals = []
            for _ in range(draws):
                series = rng.normal(size=n) + shift * (np.arange(n) >= n // 2)
                signals.append(run_rules(values=series.tolist(), centre=float(np.median(series))).signal)
            setting = "no change" if shift == 0 else "shift of 2 standard deviations half-way"
            want = (
                "at most 0.05; 0 under 10 points about their own median"
                if shift == 0
                else "power, shown as it is"
            )
            rows.append(
                share_row("Anhøj rules: signals", setting, n, signals, true_value=shift, expected=want)
            )
    return rows


def xmr_charts(draws: int = 500) -> list[dict]:
    """Series without any change: any of the four rules, and points outside the limits only."""
    rng = np.random.default_rng(35)
    rows = []
    for n in (12, 24):
        any_rule, outside = [], []
        for _ in range(draws):
            series = pd.Series(rng.normal(size=n))
            found = process_limits(values=series)
            centre, reach = found.centre, found.high - found.centre
            points = pd.DataFrame({"value": series}).assign(
                centre=centre,
                low=found.low,
                high=found.high,
                near_low=centre - 2 * reach / 3,
                near_high=centre + 2 * reach / 3,
            )
            flags = special_causes(points=points)
            any_rule.append(flags.drop(columns="direction").any(axis=None))
            outside.append(flags["outside"].any())
        want = "shown as it is: four rules look more often"
        rows.append(share_row("Making Data Count: any signal", "no change", n, any_rule, expected=want))
        rows.append(
            share_row("Making Data Count: outside", "no change", n, outside, expected="shown as it is")
        )
    return rows


def p_limits() -> list[dict]:
    """Chance of a point outside the limits without any change, enumerated: exact against normal."""
    rows = []
    for n in (8, 20, 50):
        for share in (0.1, 0.5, 0.9):
            x = np.arange(n + 1)
            low, high = mid_p_limits(n=n, share=share, confidence=0.9973002)
            error = 3 * sqrt(share * (1 - share) / n)
            chance = binom.pmf(x, n, share)
            exact = chance[(x / n < low) | (x / n > high)].sum()
            normal = chance[(x / n < share - error) | (x / n > share + error)].sum()
            rows.append(
                row("p chart, exact mid-p: outside", f"share {share}", n, exact, expected="about 0.0027")
            )
            rows.append(row("naive p chart, 3 sigma: outside", f"share {share}", n, normal, expected="naive"))
    return rows


def teams_by_chance(draws: int = 200) -> list[dict]:
    """20 equal teams, true share 60%: is any said to differ, and what of the lowest three?"""
    rng = np.random.default_rng(36)
    rows = []
    for n in (8, 20):
        found_any, naive_any, pooled = [], [], []
        low, high = funnel_limits(n=n, centre=0.6)
        for draw in range(draws):
            x = rng.binomial(n, 0.6, 20)
            teams = pd.DataFrame({"team": [f"team {place:02}" for place in range(20)], "x": x, "n": n})
            said = funnel(teams=teams, table_id="f")
            verdicts = said.loc[said["measure"] == "verdict", "method"]
            found_any.append(verdicts.ne("no clear difference").any())
            naive_any.append(((x / n < low) | (x / n > high)).any())
            if draw < 25:
                drawn = partial_pooling(teams=teams, table_id="p")
                shares = drawn.loc[drawn["measure"] == "partly_pooled", "estimate"].to_numpy(dtype=float)
                pooled.append(shares[np.argsort(x, kind="stable")[:3]].mean())
        setting = "20 equal teams"
        rows += [
            share_row("funnel: any team said to differ", setting, n, found_any, expected="at most 0.05"),
            share_row("naive: any team outside 95%", setting, n, naive_any, expected="naive: far above 0.05"),
            share_row(
                "partly pooled: lowest three",
                setting,
                n,
                pooled,
                true_value=0.6,
                expected="drawn most of the way back to 0.6",
            ),
        ]
    return rows


def pooling_coverage(draws: int = 25) -> list[dict]:
    """Shares of 20 teams from a beta distribution of mean 0.6: how many intervals hold them?"""
    rng = np.random.default_rng(37)
    rows = []
    for size, name in ((8, "teams differ much"), (50, "teams differ little")):
        for n in (8, 20):
            held, error, raw_error = [], [], []
            for _ in range(draws):
                truth = rng.beta(0.6 * size, 0.4 * size, 20)
                x = rng.binomial(n, truth)
                teams = pd.DataFrame({"team": [f"team {place:02}" for place in range(20)], "x": x, "n": n})
                found = partial_pooling(teams=teams, table_id="p")
                drawn = found[found["measure"] == "partly_pooled"]
                low, estimate, high = (drawn[c].to_numpy(dtype=float) for c in ("low", "estimate", "high"))
                held.append(((low <= truth) & (truth <= high)).mean())
                error.append(np.abs(estimate - truth).mean())
                raw_error.append(np.abs(x / n - truth).mean())
            rows += [
                share_row("partly pooled: held", name, n, held, true_value=0.6, expected="0.95"),
                share_row("partly pooled: mean error", name, n, error, expected="below the raw one"),
                share_row("naive raw share: mean error", name, n, raw_error, expected="naive"),
            ]
    return rows


def rows() -> list[dict]:
    """Every line of this topic on the validation page."""
    parts = (
        published,
        nonresponse,
        run_charts,
        xmr_charts,
        p_limits,
        teams_by_chance,
        pooling_coverage,
    )
    return [line for part in parts for line in part()]


if __name__ == "__main__":
    with pd.option_context("display.width", 200, "display.max_rows", None, "display.max_colwidth", 60):
        print(pd.DataFrame(rows()).to_string(float_format=lambda figure: f"{figure:.4f}"))
