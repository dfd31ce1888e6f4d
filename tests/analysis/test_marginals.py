"""Square tables of grades before and after, and the tests that use how far each case moved."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis import bowker_symmetry, joint_counts, ordinal_shift, signed_rank, stuart_maxwell

# unaided vision of 7477 women, right eye by left eye: Stuart (1955)
VISION = [[1520, 266, 124, 66], [234, 1512, 432, 78], [117, 362, 1772, 205], [36, 82, 179, 492]]
# two pathologists, 118 slides: Agresti (2002) table 10.8, five grades
PATHOLOGISTS = [[22, 2, 2, 0, 0], [5, 7, 14, 0, 0], [0, 2, 36, 0, 0], [0, 1, 14, 7, 0], [0, 0, 3, 0, 3]]
THREE = list("abc")


def pairs_from(table: list[list[int]], grades: str = "abcde") -> pd.DataFrame:
    rows = [
        (grades[row], grades[column])
        for row, counts in enumerate(table)
        for column, count in enumerate(counts)
        for _ in range(count)
    ]
    return pd.DataFrame(rows, columns=["before", "after"], dtype="object")


def test_stuart_maxwell_of_the_vision_data():
    # Stuart (1955), Agresti (2002) section 10.3.3: W0 = 11.96 on 3 degrees of freedom
    found = stuart_maxwell(table=VISION)
    assert found.statistic == pytest.approx(11.957, abs=5e-4)
    assert found.freedom == 3
    assert found.p == pytest.approx(0.00753, abs=5e-6)


def test_stuart_maxwell_matches_coin():
    # RExRepos, coin::mh_test: chi-squared = 12.1387
    found = stuart_maxwell(table=[[14, 7, 9], [5, 26, 19], [1, 7, 12]])
    assert found.statistic == pytest.approx(12.1387, abs=5e-5)


def test_bowker_of_the_vision_data():
    # (266-234)^2/500 + (124-117)^2/241 + (66-36)^2/102 + (432-362)^2/794 + (78-82)^2/160 + (205-179)^2/384
    # = 2.048 + 0.203 + 8.824 + 6.171 + 0.100 + 1.760 = 19.107
    found = bowker_symmetry(table=VISION)
    assert found.statistic == pytest.approx(19.107, abs=1e-3)
    assert found.freedom == 6


def test_with_two_grades_both_are_mcnemars_chi_squared():
    # (7 - 1)^2 / 8 = 4.5
    for found in (stuart_maxwell(table=[[1, 1], [7, 12]]), bowker_symmetry(table=[[1, 1], [7, 12]])):
        assert found.statistic == pytest.approx(4.5)
        assert found.freedom == 1


def test_a_grade_that_nobody_gave_changes_nothing():
    spread = [[14, 0, 7, 9], [0, 0, 0, 0], [5, 0, 26, 19], [1, 0, 7, 12]]
    found = stuart_maxwell(table=spread)
    assert found.statistic == pytest.approx(12.1387, abs=5e-5)
    assert found.freedom == 2
    assert bowker_symmetry(table=spread).freedom == 3


@pytest.mark.parametrize("test", [stuart_maxwell, bowker_symmetry])
def test_no_pairs_and_no_changes_have_their_own_answers(test):
    assert test(table=[[0, 0], [0, 0]]).p is None
    assert test(table=[[0, 0], [0, 0]]).cells["mark"] == "x"
    assert test(table=[[5, 0], [0, 9]]).p == 1


@pytest.mark.parametrize("test", [stuart_maxwell, bowker_symmetry])
def test_a_table_that_is_not_square_is_refused(test):
    with pytest.raises(ValueError, match="table must be square"):
        test(table=[[1, 2, 3], [4, 5, 6]])
    with pytest.raises(ValueError, match="counts of at least 0"):
        test(table=[[1, -2], [4, 5]])


def test_ordinal_shift_matches_coin():
    # coin::mh_test(distribution = "exact", scores = 1:5): |Z| = 1.1523, p = 0.3073
    # by hand: moved up 2 + 2 * 2 + 14 = 20, down 5 + 2 + 2 * 1 + 14 + 2 * 3 = 29; squares 2 + 8 + 14 + 5 + 2
    # + 4 + 14 + 12 = 61; z = -9 / sqrt(61) = -1.1523
    found = ordinal_shift(pairs=pairs_from(PATHOLOGISTS), grades=list("abcde"))
    assert found.statistic == pytest.approx(-1.1523, abs=5e-5)
    assert found.p == pytest.approx(0.3073, abs=5e-5)


def test_signed_rank_matches_coin():
    # fifty pairs of 1 to 7, many ties, coin::wilcoxsign_test(distribution = "exact"), Wilcoxon-Pratt:
    # Z = 4.5276, p = 1.474e-06
    after = "64557666766566553665654666743466564665766567666577"
    before = "53535362362556464553756643432454462674455557453267"
    pairs = pd.DataFrame({"before": list(before), "after": list(after)})
    found = signed_rank(pairs=pairs, grades=list("1234567"))
    assert found.statistic == pytest.approx(4.5276, abs=5e-5)
    assert found.p == pytest.approx(1.474e-06, abs=5e-10)


def test_without_ties_or_zeros_signed_rank_is_the_textbook_one():
    # steps 1, 2, 3, 4, 5, -6: ranks are the sizes; P(T+ >= 15) = sets with a sum up to 6: 14 / 64
    scale = list("abcdefg")
    pairs = pd.DataFrame({"before": list("aaaaag"), "after": list("bcdefa")})
    assert signed_rank(pairs=pairs, grades=scale).p == pytest.approx(2 * 14 / 64)


@pytest.mark.parametrize("test", [ordinal_shift, signed_rank])
def test_pairs_without_a_change_have_their_own_answers(test):
    assert test(pairs=pairs_from([[0]]), grades=THREE).p is None
    assert test(pairs=pairs_from([[3, 0], [0, 4]]), grades=THREE).p == 1


@pytest.mark.parametrize("test", [ordinal_shift, signed_rank])
@pytest.mark.parametrize(("changes", "words"), [(200, "exact"), (201, "large sample")])
def test_many_changes_use_the_normal_distribution(test, changes, words):
    found = test(pairs=pairs_from([[0, changes - 80], [80, 0]]), grades=THREE)
    assert found.method.endswith(words)


@pytest.mark.parametrize("test", [ordinal_shift, signed_rank])
@given(st.lists(st.tuples(st.sampled_from(THREE), st.sampled_from(THREE)), min_size=1, max_size=9))
def test_both_count_every_way_in_which_the_signs_could_have_fallen(test, rows):
    pairs = pd.DataFrame(rows, columns=["before", "after"])
    found = test(pairs=pairs, grades=THREE)
    step = np.array([THREE.index(after) - THREE.index(before) for before, after in rows])
    if test is signed_rank:
        size = np.array([(abs(step) < abs(s)).sum() + ((abs(step) == abs(s)).sum() + 1) / 2 for s in step])
    else:
        size = abs(step)
    size, sign = size[step != 0], np.sign(step[step != 0])
    sums = [abs((size * flips).sum()) for flips in product([-1, 1], repeat=len(size))]
    assert found.p == pytest.approx(np.mean([s >= abs((size * sign).sum()) - 1e-9 for s in sums]))


@given(st.lists(st.tuples(st.sampled_from(THREE), st.sampled_from(THREE)), min_size=1, max_size=30))
def test_turned_round_only_the_sign_changes(rows):
    pairs = pd.DataFrame(rows, columns=["before", "after"])
    turned = pd.DataFrame(rows, columns=["after", "before"])
    for test in (ordinal_shift, signed_rank):
        found, back = test(pairs=pairs, grades=THREE), test(pairs=turned, grades=THREE)
        assert found.p == pytest.approx(back.p)
        assert found.statistic == pytest.approx(-back.statistic)
    there, back = (stuart_maxwell(table=joint_counts(pairs=each, grades=THREE)) for each in (pairs, turned))
    assert there.p == pytest.approx(back.p)


def test_a_grade_off_the_scale_is_refused():
    with pytest.raises(ValueError, match="1 grades are not on the scale"):
        ordinal_shift(pairs=pd.DataFrame({"before": ["a"], "after": ["z"]}), grades=THREE)


def test_few_changes_are_set_against_every_way_they_could_have_gone():
    # 5 changes up and 2 down between two grades of three, nothing else: 2 P(X >= 5) of 7 at one half
    # = 2 (21 + 7 + 1) / 128 = 0.453
    table = [[3, 5, 0], [2, 4, 0], [0, 0, 1]]
    for test in (stuart_maxwell, bowker_symmetry):
        found = test(table=table)
        assert found.p == pytest.approx(58 / 128)
        assert found.method.endswith("exact")


def test_exact_symmetry_counts_every_outcome():
    # pairs of grades that swap 2, 1 and 0: sums 4/2 + 1 = 3 needs both to go one way: 2 / 4 of outcomes
    found = bowker_symmetry(table=[[1, 2, 1], [0, 1, 0], [0, 0, 1]])
    assert (found.statistic, found.p) == (pytest.approx(3), pytest.approx(0.5))


def test_more_than_forty_changes_take_chi_squared():
    assert stuart_maxwell(table=[[0, 10, 10], [10, 0, 5], [5, 0, 0]]).method == "Stuart-Maxwell, exact"
    assert stuart_maxwell(table=[[0, 10, 10], [10, 0, 5], [5, 1, 0]]).method == "Stuart-Maxwell"
    # one comparison is always exact: 30 and 12 of 42, 2 P(X <= 12) = 0.00810
    assert stuart_maxwell(table=[[0, 30], [12, 0]]).p == pytest.approx(0.0081, abs=2e-4)


@pytest.mark.parametrize("cell", [float("nan"), 0.5, -1])
def test_cells_that_are_no_counts_are_refused(cell):
    for test in (bowker_symmetry, stuart_maxwell):
        with pytest.raises(ValueError, match="table must hold whole counts of at least 0"):
            test(table=[[1, cell], [2, 3]])
