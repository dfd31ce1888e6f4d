"""Agreement beyond chance: Gwet's AC2 and Krippendorff's alpha."""

from time import process_time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis import gwet_ac2, krippendorff_alpha

FIVE = list("12345")
# four observers, twelve units, gaps: Krippendorff (2011) section D; irrCAC's cac.raw4raters
OBSERVERS = [
    "11-1", "2232", "3333", "3333", "2222", "1234", "4444", "1121", "2222", "-555", "--11", "--3-",
]  # fmt: skip


def ratings_of(rows: list[str]) -> pd.DataFrame:
    return pd.DataFrame([[None if grade == "-" else grade for grade in row] for row in rows])


def pairs_of_table(table: list[list[int]]) -> pd.DataFrame:
    return ratings_of(
        [f"{row + 1}{column + 1}" for row, counts in enumerate(table)
         for column, count in enumerate(counts) for _ in range(count)]
    )  # fmt: skip


def alpha_of(ratings: pd.DataFrame, grades: list[str] = FIVE):
    return krippendorff_alpha(ratings=ratings, grades=grades, rng=np.random.default_rng(1))


def test_ac2_by_hand():
    # ordinal weights of three grades: 1, 2/3, 0 (irrCAC ordinal.weights(1:3)); one pair of six a grade apart
    # observed (5 + 2/3) / 6 = 0.94444; shares 3/12, 5/12, 4/12, sum of p(1-p) = 94/144
    # chance = (3 + 4 * 2/3) / (3 * 2) * 94/144 = 0.61651; (0.94444 - 0.61651) / (1 - 0.61651) = 0.85513
    found = gwet_ac2(ratings=ratings_of(["11", "12", "22", "22", "33", "33"]), grades=list("123"))
    assert found.estimate == pytest.approx(0.85513, abs=1e-5)


def test_ordinal_alpha_of_four_observers_matches_krippendorff():
    # Krippendorff (2011) section E: ordinal alpha 0.815 (nominal 0.743)
    assert alpha_of(ratings_of(OBSERVERS)).estimate == pytest.approx(0.815, abs=5e-4)


def test_alpha_has_limits_around_it():
    found = alpha_of(ratings_of(OBSERVERS))
    assert found.low < found.estimate < found.high <= 1


def test_alpha_with_the_same_chance_is_the_same():
    assert alpha_of(ratings_of(OBSERVERS)) == alpha_of(ratings_of(OBSERVERS))


def test_ten_comes_after_nine_whatever_the_alphabet_says():
    near = pd.DataFrame({"a": ["9", "10", "2", "1"], "b": ["10", "9", "1", "2"]})
    ten = [str(grade) for grade in range(1, 11)]
    assert gwet_ac2(ratings=near, grades=ten).estimate > 0.9
    letters = near.replace({"1": "a", "2": "b", "9": "i", "10": "j"})
    assert alpha_of(near, ten) == alpha_of(letters, list("abcdefghij"))


def test_one_grade_throughout_is_full_agreement_but_has_no_alpha():
    ratings = ratings_of(["33"] * 30)
    assert gwet_ac2(ratings=ratings, grades=FIVE).estimate == 1
    assert alpha_of(ratings).estimate is None
    assert "alpha undefined" in alpha_of(ratings).method


def test_full_agreement_has_no_limits():
    for found in (
        gwet_ac2(ratings=ratings_of(["11", "22"]), grades=FIVE),
        alpha_of(ratings_of(["11", "22"])),
    ):
        assert (found.estimate, found.low, found.method) == (1.0, None, "every pair of grades agrees")


@pytest.mark.parametrize("rows", [["1-", "-2"], ["--"], []])
def test_without_two_grades_of_a_case_nothing_is_said(rows):
    ratings = ratings_of(rows) if rows else pd.DataFrame({0: [], 1: []}, dtype="object")
    assert gwet_ac2(ratings=ratings, grades=FIVE).method == "no case has two grades"
    assert alpha_of(ratings).method == "no case has two grades"


def test_one_case_has_no_interval():
    assert gwet_ac2(ratings=ratings_of(["12"]), grades=FIVE).method == "one case only, no interval"
    assert alpha_of(ratings_of(["12"])).low is None


@given(st.lists(st.tuples(st.sampled_from("12345"), st.sampled_from("12345")), min_size=2, max_size=40))
def test_both_ignore_the_order_of_raters_and_stay_at_most_one(rows):
    ratings = pd.DataFrame(rows)
    for found, turned in (
        (gwet_ac2(ratings=ratings, grades=FIVE), gwet_ac2(ratings=ratings[[1, 0]], grades=FIVE)),
        (alpha_of(ratings), alpha_of(ratings[[1, 0]])),
    ):
        assert found.estimate == (None if turned.estimate is None else pytest.approx(turned.estimate))
        assert found.estimate is None or found.estimate <= 1 + 1e-12
        assert found.low is None or found.low <= found.estimate <= found.high


def test_a_grade_off_the_scale_is_refused():
    with pytest.raises(ValueError, match="1 grades are not on the scale"):
        gwet_ac2(ratings=ratings_of(["17"]), grades=FIVE)


def test_a_scale_of_one_grade_is_refused():
    with pytest.raises(ValueError, match="the scale must have at least 2 grades"):
        alpha_of(ratings_of(["11"]), ["1"])


def test_cases_that_are_all_alike_leave_no_interval():
    ratings = ratings_of(["12"] * 30)
    for found in (gwet_ac2(ratings=ratings, grades=FIVE), alpha_of(ratings)):
        assert (found.low, found.high) == (None, None)
        assert found.method == "every case has the same grades, no interval"


def test_the_order_of_rows_does_not_change_the_interval_of_alpha():
    ratings = ratings_of(OBSERVERS)
    assert alpha_of(ratings.iloc[::-1]) == alpha_of(ratings)


def test_the_interval_of_alpha_of_100_000_cases_comes_at_once():
    ratings = ratings_of(["12", "11", "33", "35"]).sample(100_000, replace=True, random_state=1)
    start = process_time()
    found = alpha_of(ratings)
    assert found.high - found.low < 0.02
    assert process_time() - start < 5
