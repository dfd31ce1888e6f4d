"""Councils pooled from rounded counts."""

import importlib.util
import sys
from itertools import product
from math import comb
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import dblquad
from scipy.special import beta

from qaf_lib.analysis.pooling import pooled_councils, weighting_effect
from qaf_lib.errors import InputError

VALIDATION = Path(__file__).resolve().parents[2] / "benchmarks" / "validation" / "pooled_councils.py"


def table(*councils, effect=1.0):
    """A row per grade: each council is (counts in the band, counts outside it)."""
    rows = [
        {"council": name, "inside": inside, "count": count, "design_effect": effect}
        for name, sides in zip("abcdefgh", councils, strict=False)
        for inside, counts in zip((True, False), sides, strict=True)
        for count in counts
    ]
    return pd.DataFrame(rows)


def pooled(*councils, step=5, effect=1.0):
    return pooled_councils(counts=table(*councils, effect=effect), step=step, table_id="t")


def rows(found, measure):
    return found[found["measure"] == measure].set_index("row_key")


def width(found, measure, key="a"):
    row = rows(found, measure).loc[key]
    return row["high"] - row["low"]


def test_pooled_shares_match_the_integral():
    # one grade in the band and one outside, not rounded: the likelihood is beta-binomial. The mean m is even
    # on 0 to 1, and so is t = (s + 1)**-0.5, to which the standard deviation of shares is in proportion
    counts = [(12, 20), (10, 40), (45, 50)]

    def weighed(mean, deviation, council=None):
        size = deviation**-2 - 1
        a, b = mean * size, (1 - mean) * size
        likelihood = np.prod([beta(a + x, b + n - x) / beta(a, b) for x, n in counts])
        return likelihood * (
            1 if council is None else (a + counts[council][0]) / (a + b + counts[council][1])
        )

    ends, tolerance = (0.03, 0.999, 0.001, 0.999), {"epsabs": 1e-9, "epsrel": 1e-3}
    total, _ = dblquad(weighed, *ends, **tolerance)
    first, _ = dblquad(lambda mean, deviation: weighed(mean, deviation, council=0), *ends, **tolerance)
    found = rows(pooled(*(([x], [n - x]) for x, n in counts), step=1), "partly_pooled").loc["a", "estimate"]
    assert found == pytest.approx(first / total, abs=0.004)


def test_a_share_alone_matches_the_sum_over_every_true_table():
    # grades about 20 and 5 in the band, 0 and 5 outside: 5 * 5 * 3 * 5 true tables. Each weighs the chance of
    # its sums with Jeffreys' prior, C(n, x) B(x + 1/2, y + 1/2), by the divisions of its sums over two grades
    tables = product(range(18, 23), range(3, 8), range(3), range(3, 8))
    weights, means = [], []
    for one, two, three, four in tables:
        x, y = one + two, three + four
        weights.append(comb(x + y, x) * beta(x + 0.5, y + 0.5) / ((x + 1) * (y + 1)))
        means.append((x + 0.5) / (x + y + 1))
    found = rows(pooled(([20, 5], [0, 5])), "share").loc["a", "estimate"]
    assert found == pytest.approx(np.average(means, weights=weights), abs=0.001)


def test_rounding_widens_every_interval():
    councils = [([30, 10], [15, 5]), ([20, 10], [25, 5]), ([40, 5], [20, 10])]
    coarse, exact = pooled(*councils), pooled(*councils, step=1)
    for measure in ("share", "partly_pooled"):
        assert width(coarse, measure) > width(exact, measure)


def test_a_design_effect_widens_every_interval():
    councils = [([30, 10], [15, 5])] * 3
    assert width(pooled(*councils, effect=1.5), "share") > 1.15 * width(pooled(*councils), "share")


def test_councils_stand_by_name_and_are_drawn_to_the_average():
    found = pooled(([10], [40]), ([45], [5]), ([25], [25]), ([30], [20]))
    drawn, alone = rows(found, "partly_pooled"), rows(found, "share")
    average = rows(found, "average").loc["all", "estimate"]
    assert drawn.index.tolist() == ["a", "b", "c", "d"]
    assert alone.loc["a", "estimate"] < drawn.loc["a", "estimate"] < average
    assert average < drawn.loc["b", "estimate"] < alone.loc["b", "estimate"]


def test_councils_that_agree_have_intervals_narrower_than_alone():
    found = pooled(*[([20, 15], [15, 5])] * 8)
    assert width(found, "partly_pooled") < 0.75 * width(found, "share")


@pytest.mark.parametrize(("councils", "mark"), [(2, "x"), (3, "")])
def test_three_councils_are_the_fewest_to_pool(councils, mark):
    found = pooled(*[([30], [20])] * councils)
    assert (rows(found, "partly_pooled")["mark"] == mark).all()
    assert rows(found, "average").loc["all", "mark"] == mark
    assert (rows(found, "share")["mark"] == "").all()


@pytest.mark.parametrize(("inside", "outside", "end", "at"), [(0, 30, "low", 0), (30, 0, "high", 1)])
def test_a_share_of_none_or_all_reaches_its_end(inside, outside, end, at):
    found = pooled(([inside], [outside]), ([20], [10]), ([15], [15]))
    for measure in ("share", "partly_pooled"):
        row = rows(found, measure).loc["a"]
        assert row[end] == at
        assert row["low"] < row["estimate"] < row["high"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"count": 7}, "counts must be multiples of 5"),
        ({"count": -5}, "counts must hold whole counts"),
        ({"design_effect": 0.9}, "a design_effect of at least 1"),
        ({"design_effect": None}, "a design_effect of at least 1"),
        ({"inside": True}, "grades inside the band and outside"),
        ({"count": 0}, "every council needs graded cases"),
        ({"council": None}, "every row of counts needs a council"),
    ],
)
def test_counts_that_cannot_be_are_refused(change, said):
    counts = table(([30], [20]), ([30], [20])).assign(**change)
    with pytest.raises(InputError, match=said):
        pooled_councils(counts=counts, step=5, table_id="t")


def test_an_even_step_is_refused():
    with pytest.raises(InputError, match="step must be odd"):
        pooled(([30], [20]), step=10)


def test_the_weighting_effect_matches_kish():
    # weights 10, 5 and 2: n sum(w^2) / sum(w)^2 = 60 (30 * 100 + 20 * 25 + 10 * 4) / (300 + 100 + 20)^2
    strata = pd.DataFrame({"population": [300, 100, 20], "n": [30, 20, 10]})
    assert weighting_effect(strata=strata) == pytest.approx(60 * 3540 / 420**2)


def test_the_weighting_effect_of_a_proportional_draw_is_one():
    assert weighting_effect(strata=pd.DataFrame({"population": [300, 100], "n": [30, 10]})) == 1


def test_strata_without_graded_cases_have_no_effect():
    strata = pd.DataFrame({"population": [300, 100, 90], "n": [30, 10, 0]})
    assert weighting_effect(strata=strata) == 1
    with pytest.raises(InputError, match="one with graded cases"):
        weighting_effect(strata=strata.assign(n=0))


def test_intervals_hold_known_shares_as_often_as_they_say(trials, monkeypatch):
    # the regions of docs/validation.md: a few draws of three of them, or with --proofs 200 of each
    spec = importlib.util.spec_from_file_location("pooled_councils_known", VALIDATION)
    known = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, known)
    spec.loader.exec_module(known)
    draws = trials(6, 200)
    regions = [one for one in known.REGIONS if not one.fixed][:: 1 if draws > 6 else 4]
    rng = np.random.default_rng(3)
    for region in regions:
        held = known.simulated(region, draws, rng)
        each = held["partly_pooled"]
        error = np.sqrt(0.05 * 0.95 / each.size) * 2  # councils of a region err together
        assert each.mean() > 0.94 - 3 * error, region.name
        assert held["average"].mean() > 0.94 - 3 * np.sqrt(0.05 * 0.95 / draws), region.name
