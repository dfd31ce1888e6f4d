"""Agreement with the tests of irrCAC 0.4, the Python port of R's irrCAC 1.0, which use the R package's data.

They (test/unit/irrCAC/raw/test_gwet.py, table/test_gwet.py) print 3 decimals.
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


def test_gwets_coefficient_of_raw_ratings_is_gwet_ac1_raw_with_ordinal_weights():
    found = gwet_ac2(ratings=raters(FOUR_RATERS), grades=list("12345"))
    assert found.estimate == pytest.approx(0.899, abs=5.1e-4)
    assert (found.estimate - found.low) / t.ppf(0.975, 11) == pytest.approx(0.107, abs=5.1e-4)
    assert (found.low, found.high) == pytest.approx((0.664, 1), abs=5.1e-4)


@pytest.mark.parametrize(
    ("table", "estimate", "low", "high"),
    [(ABSTRACTORS, 0.925, 0.881, 0.969), (DIAGNOSES, 0.324, 0.189, 0.459)],
)
def test_gwets_coefficient_of_two_raters_is_gwet_ac1_table_with_ordinal_weights(table, estimate, low, high):
    # irrCAC divides the variance by n for tables and by n - 1 for raw ratings; ours is the second
    grades = [str(place) for place in range(len(table))]
    found = gwet_ac2(ratings=rated_pairs(table), grades=grades)
    n = sum(map(sum, table))
    half = (found.estimate - found.low) * sqrt((n - 1) / n)
    assert found.estimate == pytest.approx(estimate, abs=5.1e-4)
    assert (found.estimate - half, found.estimate + half) == pytest.approx((low, high), abs=5.1e-4)
