"""Agreement with R's DescTools: figures of its own tests (tests/misc.R, 0.99.51) and documentation.

The documentation is its web pages andrisignorell.github.io/DescTools, stored in the package's
repository as docs/reference/*.html (0.99.29 and 0.99.30), cited by the name of the function.
"""

import numpy as np
import pandas as pd
import pytest

from qaf_lib.analysis import (
    krippendorff_alpha,
    miettinen_nurminen,
    share_interval,
    simultaneous_distribution,
    stuart_maxwell,
)
from qaf_lib.analysis.intervals import newcombe_difference, wilson_limits


@pytest.mark.parametrize(
    ("x", "low", "high"),
    [
        # BinomCI(x, n = 43, method = "wilson")
        (37, 0.7273641, 0.9344428),
        (42, 0.8794101, 0.9958829),
        (35, 0.6738300, 0.9025825),
        (23, 0.3891564, 0.6748894),
        (22, 0.3675231, 0.6538255),
    ],
)
def test_the_interval_of_a_share_is_that_of_binomci(x, low, high):
    found = share_interval(x=x, n=43)
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-8)


@pytest.mark.parametrize(
    ("counts", "mn", "score"),
    [
        # tests/misc.R: BinomDiffCI(x1, n1, x2, n2, method = c("mn", "score"))
        ((56, 70, 48, 80), (0.0528, 0.3382), (0.0524, 0.3339)),
        ((9, 10, 3, 10), (0.1700, 0.8406), (0.1705, 0.8090)),
        ((10, 10, 0, 20), (0.7156, 1.0), (0.6791, 1.0)),
        ((84, 101, 89, 105), (-0.1191, 0.0860), (-0.1177, 0.0851)),
    ],
)
def test_intervals_of_a_difference_are_those_of_binomdiffci(counts, mn, score):
    # documentation of 0.99.30 has 0.0661 and 0.3476 for "score": its error, issue 50, since mended
    named = dict(zip(("x1", "n1", "x2", "n2"), counts, strict=True))
    found = miettinen_nurminen(**named)
    assert (found.low, found.high) == pytest.approx(mn, abs=5.1e-5)
    found = newcombe_difference(**named)
    assert (found.low, found.high) == pytest.approx(score, abs=5.1e-5)


def test_ordinal_alpha_is_that_of_krippalpha():
    # KrippAlpha(nmm, "ordinal"): 0.8153875, four raters and twelve units with gaps
    units = ["11-1", "2232", "3333", "3333", "2222", "1234", "4444", "1121", "2222", "-555", "--11", "--3-"]
    ratings = pd.DataFrame([[None if grade == "-" else grade for grade in unit] for unit in units])
    chance = np.random.default_rng(1)
    found = krippendorff_alpha(ratings=ratings, grades=list("12345"), rng=chance)
    assert found.estimate == pytest.approx(0.8153875, abs=5e-8)


@pytest.mark.parametrize(
    ("table", "statistic", "freedom"),
    [
        # StuartMaxwellTest: 13.765 on 2 and 0.089722 on 3 (R fills its matrices by column)
        ([[20, 10, 5], [3, 30, 15], [0, 5, 40]], 13.765, 2),
        (
            [
                [732, 1602, 1672, 1385],
                [1524, 837, 1600, 1484],
                [1575, 1554, 841, 1524],
                [1577, 1437, 1363, 791],
            ],
            0.089722,
            3,
        ),
    ],
)
def test_marginal_homogeneity_is_stuartmaxwelltest(table, statistic, freedom):
    found = stuart_maxwell(table=table)
    assert (found.statistic, found.freedom) == (pytest.approx(statistic, rel=4e-5), freedom)


def test_the_probability_of_a_large_table_is_that_of_stuartmaxwelltest():
    table = np.reshape(
        [732, 1524, 1575, 1577, 1602, 837, 1554, 1437, 1672, 1600, 841, 1363, 1385, 1484, 1524, 791], (4, 4)
    ).T
    assert stuart_maxwell(table=table).p == pytest.approx(0.993, abs=5e-4)


@pytest.mark.parametrize(
    ("x", "low", "high"),
    [(35, 0.11253215, 0.2619106), (74, 0.28113643, 0.4686407), (22, 0.06224338, 0.1870880)],
)
def test_goodman_of_multinomci_099_30_is_quesenberry_and_hursts_interval(x, low, high):
    # MultinomCI(c(35, 74, 22, 69), method = "goodman") there takes chi-squared on 3, 7.8147; Goodman (1965)
    # takes 1 degree of freedom at 1 - 0.05 / 4, and so do we: issue 113
    wide = wilson_limits(share=x / 200, effective_n=200, quantile=7.814727903251179**0.5)
    assert wide == pytest.approx((low, high), abs=6e-8)


def test_intervals_of_all_grades_together_are_goodmans():
    # issue 113: MultinomCI(c(91, 49, 37, 43), method = "goodman") was wrong, and by Goodman's paper should
    # have been 0.3342 to 0.4978 and so on (statsmodels, quoted there to eight decimals)
    grades = list("abcd")
    responses = pd.DataFrame({"stratum": "all", "grade": np.repeat(grades, [91, 49, 37, 43])})
    strata = pd.DataFrame({"stratum": ["all"], "population": [10**12]})
    found = simultaneous_distribution(responses=responses, strata=strata, grades=grades, table_id="t")
    ours = found.set_index("row_key").loc[grades]
    assert ours["low"].tolist() == pytest.approx([0.33420248, 0.16085875, 0.11455134, 0.13746901], abs=6e-9)
    assert ours["high"].tolist() == pytest.approx([0.49783321, 0.2998874, 0.24011208, 0.27023577], abs=6e-9)
