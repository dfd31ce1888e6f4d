"""Agreement with R's irrCAC 1.0 (vignette overview) and with the tests of its Python port irrCAC 0.4.

The port's tests (test/unit/irrCAC/raw/test_gwet.py, table/test_gwet.py) print 3 decimals; its page
usage_raw_data prints 5. They use the data sets of the R package.
"""

from math import sqrt

import pandas as pd
import pytest
from scipy.stats import t

from qaf_lib.analysis import gwet_ac2

ABSTRACTORS = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]
DIAGNOSES = [[40, 4, 4, 17], [6, 25, 2, 13], [4, 1, 21, 12], [15, 5, 9, 45]]
# one row per rater, "-" where a unit was not rated
FOUR_RATERS = ["123321412---", "1233224125--", "-33323422513", "12332441251-"]
FIVE_OBSERVERS = [
    "112-001122-0131", "1130000-2110231", "203000222100221", "-13----0-10022-", "2--0001-2----31",
]  # fmt: skip
G1_G2 = ["abccbadab---bb", "abccbbdabe--ba", "-cccbcdbbeaccc", "abccbddabea-bb"]
GENDER = ["aaaaabbbcaaaaab", "aaaababccaaaaba", "abbcaabbcabbcaa", "ccccaabbcccccaa"]
BEN_GERRY = ["aabbdcccedda", "babbbccce-dd"]


def raters(rows: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {place: [None if grade == "-" else grade for grade in row] for place, row in enumerate(rows)}
    )


def rated_pairs(table: list[list[int]]) -> pd.DataFrame:
    rows = [
        (str(row), str(column))
        for row, of_row in enumerate(table)
        for column, count in enumerate(of_row)
        for _ in range(count)
    ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("rows", "grades", "weights", "estimate", "error", "low", "high"),
    [
        (FOUR_RATERS, "12345", "identity", 0.775, 0.143, 0.461, 1),
        (FOUR_RATERS, "12345", "ordinal", 0.899, 0.107, 0.664, 1),
        (FOUR_RATERS, "12345", "quadratic", 0.914, 0.104, 0.685, 1),
        (FIVE_OBSERVERS, "0123", "identity", 0.497, 0.122, 0.235, 0.758),
        (G1_G2, "abcde", "identity", 0.685, 0.134, 0.396, 0.973),
        (GENDER, "abc", "identity", 0.208, 0.091, 0.014, 0.403),
        (BEN_GERRY, "abcde", "identity", 0.661, 0.184, 0.257, 1),
    ],
)
def test_gwets_coefficient_of_raw_ratings_is_gwet_ac1_raw(rows, grades, weights, estimate, error, low, high):
    found = gwet_ac2(ratings=raters(rows), grades=list(grades), weights=weights)
    cases = len(rows[0])
    assert found.estimate == pytest.approx(estimate, abs=5.1e-4)
    assert (found.estimate - found.low) / t.ppf(0.975, cases - 1) == pytest.approx(error, abs=5.1e-4)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5.1e-4)


@pytest.mark.parametrize(
    ("weights", "estimate", "error"), [("identity", 0.77544, 0.14295), ("quadratic", 0.914, 0.10396)]
)
def test_gwets_coefficient_to_five_decimals(weights, estimate, error):
    found = gwet_ac2(ratings=raters(FOUR_RATERS), grades=list("12345"), weights=weights)
    assert found.estimate == pytest.approx(estimate, abs=5.1e-6)
    assert (found.estimate - found.low) / t.ppf(0.975, 11) == pytest.approx(error, abs=5.1e-6)


@pytest.mark.parametrize(
    ("table", "weights", "estimate", "low", "high"),
    [
        (ABSTRACTORS, "identity", 0.849, 0.764, 0.935),
        (ABSTRACTORS, "ordinal", 0.925, 0.881, 0.969),
        (ABSTRACTORS, "quadratic", 0.940, 0.905, 0.976),
        (DIAGNOSES, "identity", 0.456, 0.371, 0.542),
        (DIAGNOSES, "ordinal", 0.324, 0.189, 0.459),
        (DIAGNOSES, "quadratic", 0.299, 0.150, 0.447),
    ],
)
def test_gwets_coefficient_of_two_raters_is_gwet_ac1_table(table, weights, estimate, low, high):
    # irrCAC divides the variance by n for tables and by n - 1 for raw ratings; ours is the second
    grades = [str(place) for place in range(len(table))]
    found = gwet_ac2(ratings=rated_pairs(table), grades=grades, weights=weights)
    n = sum(map(sum, table))
    half = (found.estimate - found.low) * sqrt((n - 1) / n)
    assert found.estimate == pytest.approx(estimate, abs=5.1e-4)
    assert (found.estimate - half, found.estimate + half) == pytest.approx((low, high), abs=5.1e-4)


def test_gwets_coefficient_is_that_of_the_vignette():
    # overview: gwet.ac1.table(cont3x3abstractors): AC1 0.8493305, standard error 0.04321747 (divided by n)
    found = gwet_ac2(ratings=rated_pairs(ABSTRACTORS), grades=list("012"), weights="identity")
    assert found.estimate == pytest.approx(0.8493305, abs=5e-8)
    error = (found.estimate - found.low) / t.ppf(0.975, 99)
    assert error * sqrt(99 / 100) == pytest.approx(0.04321747, abs=5e-9)
