"""Sizes of the tests: how often each claims a change where nothing changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import combinations_with_replacement
from math import sqrt

import numpy as np
import pandas as pd
from scipy.stats import binom, hypergeom

from qaf_lib.analysis import bowker_symmetry, mcnemar_exact_p, ordinal_shift, signed_rank, stuart_maxwell
from qaf_lib.analysis.changes import (
    boschloo,
    independent_change_interval,
    mcnemar_mid_p,
    paired_change_interval,
)
from qaf_lib.analysis.intervals import newcombe_difference, paired_difference
from qaf_lib.analysis.rank_sums import exact_rank_sum, permuted_brunner_munzel

TITLE = "Sizes of the tests"
WORDS = (
    "The largest share of samples without any change in which a test at 5% claims one. A verdict claims "
    "one where its interval leaves out no change, which is where the test beside it is at 5% or less. "
    "Lines without an error are enumerated over every outcome: pairs from 5 to 80 in steps of one, at every "
    "share of pairs that change from 0.01 to 1 in steps of 0.01; two samples over true shares from 0.01 to "
    "0.99. `use` says what the kit claims changes with (default), what it offers in notebooks, and what "
    "stands beside for comparison only. Of a simulated size the error is one standard error."
)
SEED = 20261122
DRAWS = 5_600
SHARES = np.arange(0.01, 0.995, 0.01)
SAMPLES = (10, 15, 20, 30, 40, 60, 80)
SAME = np.array(
    [[0.05, 0.04, 0.01, 0.00], [0.04, 0.16, 0.08, 0.02], [0.01, 0.08, 0.31, 0.05], [0.00, 0.02, 0.05, 0.08]]
)
EVERY_PAIR_MOVES = np.array([[0, 2, 1, 0], [2, 0, 2, 1], [1, 2, 0, 2], [0, 1, 2, 0]]) / 16
# the same margins without symmetry: cases go round
ROUND = np.array([[0.3, 0.1, 0.0, 0.0], [0.0, 0.2, 0.1, 0.0], [0.1, 0.0, 0.1, 0.0], [0.0, 0.0, 0.0, 0.1]])
MIX = np.array([0.10, 0.30, 0.45, 0.15])
TEN = np.array([2, 4, 8, 12, 18, 20, 16, 10, 6, 4]) / 100


def row(
    test: str, use: str, setting: str, n: str, size: float, error: float | None = None
) -> dict[str, object]:
    """One line of the page; an enumerated size has no error."""
    return {"test": test, "use": use, "setting": setting, "n": n, "largest size": size, "error": error}


def rows() -> list[dict[str, object]]:
    """Every test, the default ones first in each part."""
    rng = np.random.default_rng(SEED)
    return [*paired(), *independent(), *grades_of_pairs(rng), *grades_of_samples(rng)]


def _left_out(low: float | None, high: float | None) -> bool:
    return low is not None and high is not None and (low > 0 or high < 0)


def paired() -> list[dict[str, object]]:
    """Gains and losses of pairs, largest over n and over the share of pairs that change."""
    tests: dict[str, tuple[str, Callable[[int, int, int], bool]]] = {
        "verdict on pairs (Tango, McNemar exact unconditional)": ("default", _verdict_on_pairs),
        "McNemar, mid-p": ("comparison", lambda g, c, n: mcnemar_mid_p(gained=g, lost=c) <= 0.05),
        "McNemar, exact conditional": (
            "comparison",
            lambda g, c, n: mcnemar_exact_p(gained=g, lost=c) <= 0.05,
        ),
        "Tango, uncalibrated (naive)": ("comparison", _plain_tango),
    }
    found = []
    moves = np.arange(1, 101) / 100
    for name, (use, test) in tests.items():
        sizes = {}
        for n in range(5, 81):
            claims = [
                sum(binom.pmf(g, c, 0.5) for g in range(c // 2 + 1) if test(g, c - g, n)) * 2
                for c in range(n + 1)
            ]
            sizes[n] = binom.pmf(np.arange(n + 1)[None, :], n, moves[:, None]) @ np.array(claims)
        for label, least, most in (("5 to 20", 5, 20), ("21 to 80", 21, 80)):
            part = {n: each.max() for n, each in sizes.items() if least <= n <= most}
            worst = max(part, key=lambda n: part[n])
            share = moves[sizes[worst].argmax()]
            setting = f"largest at {worst} pairs of which {share:.0%} change"
            found.append(row(name, use, setting, label, float(part[worst])))
    return found


def _verdict_on_pairs(gained: int, lost: int, pairs: int) -> bool:
    found = paired_change_interval(gained=gained, lost=lost, pairs=pairs)
    return _left_out(found.low, found.high)


@cache
def _plain_tango(gained: int, lost: int, pairs: int) -> bool:
    found = paired_difference(first_only=gained, second_only=lost, pairs=pairs)
    return gained != lost and _left_out(found.low, found.high)


def independent() -> list[dict[str, object]]:
    """Two samples, largest over every pair of sizes from 10 to 80 and over true shares."""
    tests = {
        "verdict on two samples (Newcombe, exact unconditional)": ("default", independent_change_interval),
        "Newcombe, uncalibrated (naive)": ("comparison", newcombe_difference),
    }
    found = []
    for name, (use, method) in tests.items():
        sizes, finite = {}, {}
        for n1, n2 in combinations_with_replacement(SAMPLES, 2):
            claims = np.zeros((n1 + 1, n2 + 1))
            for a in range(n1 + 1):
                for b in range(n2 + 1):
                    each = method(x1=a, n1=n1, x2=b, n2=n2)
                    claims[a, b] = _left_out(each.low, each.high)
            chances = [binom.pmf(np.arange(n + 1)[None, :], n, SHARES[:, None]) for n in (n1, n2)]
            by_share = ((chances[0] @ claims) * chances[1]).sum(axis=1)
            sizes[n1, n2] = float(by_share.max())
            if n1 == n2 <= 40:
                finite[n1] = _finite(claims, n1)
        worst = max(sizes, key=lambda pair: sizes[pair])
        setting = f"largest at {worst[0]} and {worst[1]}"
        found.append(row(name, use, setting, "10 to 80 in each", sizes[worst]))
        for n, size in finite.items():
            found.append(
                row(name, use, "largest over true shares of a population of 60", f"{n} in each", size)
            )
    for n in (10, 20):
        claims = np.array(
            [[_boschloo(a, b, n) <= 0.05 for b in range(n + 1)] for a in range(n + 1)], dtype=float
        )
        chance = binom.pmf(np.arange(n + 1)[None, :], n, SHARES[:, None])
        size = float(((chance @ claims) * chance).sum(axis=1).max())
        found.append(row("Boschloo", "offered", "largest over true shares", f"{n} in each", size))
    return found


def _finite(claims: np.ndarray, n: int) -> float:
    """Two independent draws from the same 60 cases."""
    sizes = []
    for good in range(61):
        chance = hypergeom.pmf(np.arange(n + 1), 60, good, n)
        sizes.append(float(chance @ claims @ chance))
    return max(sizes)


@cache
def _boschloo(x1: int, x2: int, n: int) -> float:
    least = min((x1, x2), (x2, x1), (n - x1, n - x2), (n - x2, n - x1))
    if least != (x1, x2):
        return _boschloo(*least, n)
    return float(boschloo(x1=x1, n1=n, x2=x2, n2=n).p or 0)


def simulated(
    test: str, use: str, setting: str, n: str, claims: Sequence[bool] | np.ndarray
) -> dict[str, object]:
    """One line of a simulated size, with its error."""
    size = float(np.mean(claims))
    return row(test, use, setting, n, size, sqrt(max(size * (1 - size), 1e-4) / len(claims)))


def _pairs(table: np.ndarray) -> pd.DataFrame:
    places = np.repeat(np.arange(16), table.ravel())
    names = np.array(list("1234"), dtype=object)
    return pd.DataFrame({"before": names[places // 4], "after": names[places % 4]})


def grades_of_pairs(rng: np.random.Generator) -> list[dict[str, object]]:
    """Tests of pairs of grades under three kinds of no change."""
    found = []
    nulls = {"most grades stay": SAME, "every case moves": EVERY_PAIR_MOVES, "cases go round": ROUND}
    for (setting, null), n in [(null, n) for null in nulls.items() for n in (10, 20, 40, 80)]:
        tables = rng.multinomial(n, null.ravel(), size=DRAWS).reshape(-1, 4, 4)
        tables[:, range(4), range(4)] = 0  # which grade the others kept does not matter, only how many did
        different, times = np.unique(tables.reshape(-1, 16), axis=0, return_counts=True)
        for name, test in _tests_of_pairs(setting, n).items():
            claims = [test(table.reshape(4, 4)) <= 0.05 for table in different]
            found.append(simulated(name, "offered", setting, f"{n} pairs", np.repeat(claims, times)))
    return found


def _tests_of_pairs(setting: str, n: int) -> dict[str, Callable[[np.ndarray], float]]:
    def kept(table: np.ndarray) -> np.ndarray:
        return table + np.diag([n - table.sum(), 0, 0, 0])

    tests: dict[str, Callable[[np.ndarray], float]] = {
        "Stuart-Maxwell": lambda table: float(stuart_maxwell(table=kept(table)).p or 0)
    }
    if setting != "cases go round":  # not symmetric: not the hypothesis of the other tests
        tests["Bowker"] = lambda table: float(bowker_symmetry(table=kept(table)).p or 0)
        if n <= 40:  # the exact tests of signs are the same beyond
            for name, test in (
                ("ordinal marginal homogeneity, exact", ordinal_shift),
                ("Wilcoxon-Pratt, exact", signed_rank),
            ):
                tests[name] = lambda table, test=test: float(
                    test(pairs=_pairs(kept(table)), grades=list("1234")).p or 0
                )
    return tests


def grades_of_samples(rng: np.random.Generator) -> list[dict[str, object]]:
    """Tests of two samples of grades with the same distribution, on scales of four and of ten."""
    found = []
    for n1, n2 in ((10, 10), (20, 20), (40, 40), (80, 80), (10, 40)):
        first, second = rng.multinomial(n1, MIX, size=DRAWS), rng.multinomial(n2, MIX, size=DRAWS)
        label = f"{n1} and {n2}"
        both = list(zip(first, second, strict=True))
        claims = [float(permuted_brunner_munzel(first=a, second=b).p or 0) <= 0.05 for a, b in both]
        found.append(
            simulated("superiority (Brunner-Munzel, permuted)", "default", "four grades", label, claims)
        )
        if n1 + n2 <= 40:
            claims = [float(exact_rank_sum(first=a, second=b).p or 0) <= 0.05 for a, b in both]
            found.append(simulated("rank sum, exact", "offered", "four grades", label, claims))
    first, second = rng.multinomial(20, TEN, size=DRAWS), rng.multinomial(20, TEN, size=DRAWS)
    claims = [
        float(permuted_brunner_munzel(first=a, second=b).p or 0) <= 0.05
        for a, b in zip(first, second, strict=True)
    ]
    name = "superiority (Brunner-Munzel, permuted)"
    return [*found, simulated(name, "default", "ten grades, random deals", "20 and 20", claims)]


if __name__ == "__main__":
    print(pd.DataFrame(rows()).to_string(max_colwidth=60))
