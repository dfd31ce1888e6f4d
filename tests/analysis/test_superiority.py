"""Independent samples of grades: superiority, exact rank sums and strata."""

from itertools import combinations
from time import process_time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu, rankdata

from qaf_lib.analysis import superiority, superiority_test, van_elteren
from qaf_lib.analysis.rank_sums import _brunner_munzel, exact_rank_sum, grade_counts, permuted_brunner_munzel

THREE, FIVE = list("abc"), list("12345")
# pain scores after surgery: Brunner & Munzel (2000), lawstat's example
TREATED = list("12111111112411")
UNTREATED = list("33431231154")


def frame(strata: str, grades: str) -> pd.DataFrame:
    return pd.DataFrame({"team": list(strata), "grade": list(grades)}, dtype="object")


def test_the_pain_scores_match_lawstat():
    # lawstat::brunner.munzel.test: statistic 3.1375, df 17.683, P(X<Y) + P(X=Y)/2 = 0.788961
    counts = [grade_counts(values=pd.Series(scores), grades=FIVE) for scores in (TREATED, UNTREATED)]
    estimate, variance, freedom = _brunner_munzel(*counts)
    assert estimate == pytest.approx(0.788961, abs=5e-7)
    assert (estimate - 0.5) / variance**0.5 == pytest.approx(3.1375, abs=5e-5)
    assert freedom == pytest.approx(17.683, abs=5e-4)


def test_with_two_grades_superiority_is_half_the_difference_of_shares_and_a_half():
    # 14/20 - 8/20 = 0.3; 0.5 + 0.3 / 2 = 0.65
    found = superiority(
        before=pd.Series(["a"] * 12 + ["b"] * 8), after=pd.Series(["a"] * 6 + ["b"] * 14), grades=THREE
    )
    assert found.estimate == pytest.approx(0.65)


@pytest.mark.parametrize(("cases", "method"), [(29, "Newcombe method 5"), (30, "Brunner-Munzel")])
def test_small_samples_use_newcombes_interval(cases, method):
    before, after = pd.Series(["a", "b"] * cases)[:cases], pd.Series(["b", "c", "a"] * cases)[:cases]
    assert superiority(before=before, after=after, grades=THREE).method.endswith(method)


@pytest.mark.parametrize("cases", [5, 50])
def test_samples_that_do_not_overlap_still_have_an_interval_and_a_test(cases):
    before, after = pd.Series(["a"] * cases), pd.Series(["c"] * cases)
    found = superiority(before=before, after=after, grades=THREE)
    assert found.estimate == found.high == 1
    assert 0.5 < found.low < 1
    assert superiority_test(before=before, after=after, grades=THREE).p < 0.01


def test_one_grade_throughout_shows_nothing():
    same = pd.Series(["b"] * 40)
    found = superiority(before=same, after=same, grades=THREE)
    assert found.low < found.estimate == 0.5 < found.high
    assert superiority_test(before=same, after=same, grades=THREE).p == 1


def test_an_empty_sample_has_no_answer():
    none, some = pd.Series([None], dtype="object"), pd.Series(["a"])
    assert superiority(before=none, after=some, grades=THREE).cells["mark"] == "x"
    assert superiority_test(before=none, after=some, grades=THREE).cells["mark"] == "x"


def test_in_large_samples_the_test_agrees_with_the_interval():
    before, after = pd.Series(["a", "b", "b"] * 30), pd.Series(["b", "c", "a", "b"] * 20)
    found = superiority(before=before, after=after, grades=THREE)
    test = superiority_test(before=before, after=after, grades=THREE)
    assert test.method == "Brunner-Munzel, permuted, exact"
    assert (test.p < 0.05) == (found.low > 0.5)


@given(
    st.lists(st.sampled_from(THREE), min_size=1, max_size=40), st.lists(st.sampled_from(THREE), min_size=1)
)
def test_samples_exchanged_turn_superiority_round(first, second):
    before, after = pd.Series(first), pd.Series(second)
    found = superiority(before=before, after=after, grades=THREE)
    turned = superiority(before=after, after=before, grades=THREE)
    assert 0 <= found.low <= found.estimate <= found.high <= 1
    assert found.estimate == pytest.approx(1 - turned.estimate)
    assert found.low == pytest.approx(1 - turned.high, abs=1e-6)


@given(
    st.lists(st.sampled_from(THREE), min_size=1, max_size=5),
    st.lists(st.sampled_from(THREE), min_size=1, max_size=6),
)
def test_the_exact_rank_sum_counts_every_way_of_dealing(first, second):
    ranks = rankdata([THREE.index(grade) for grade in first + second])
    found, expected = ranks[len(first) :].sum(), len(second) * (len(ranks) + 1) / 2
    ways = [
        abs(ranks[list(dealt)].sum() - expected) for dealt in combinations(range(len(ranks)), len(second))
    ]
    p = np.mean([way >= abs(found - expected) - 1e-9 for way in ways])
    counts = [grade_counts(values=pd.Series(sample), grades=THREE) for sample in (first, second)]
    assert exact_rank_sum(first=counts[0], second=counts[1]).p == pytest.approx(p)


def test_without_ties_the_exact_rank_sum_is_the_textbook_one():
    # all of 3 above all of 3: 2 of 20 ways
    assert exact_rank_sum(first=[1, 1, 1, 0, 0, 0], second=[0, 0, 0, 1, 1, 1]).p == pytest.approx(0.1)


def test_the_permuted_test_of_the_pain_scores():
    # Brunner and Munzel's statistic of lawstat, and Neubert and Brunner's permutation of it: every one of
    # 25! / (14! 11!) = 4,457,400 deals counted; R's brunnermunzel.permutation.test gives 0.008038
    counts = [grade_counts(values=pd.Series(scores), grades=FIVE) for scores in (TREATED, UNTREATED)]
    found = permuted_brunner_munzel(first=counts[0], second=counts[1])
    assert found.statistic == pytest.approx(3.1375, abs=5e-5)
    assert found.p == pytest.approx(0.008038, abs=5e-7)


@given(
    st.lists(st.sampled_from(THREE), min_size=2, max_size=5),
    st.lists(st.sampled_from(THREE), min_size=2, max_size=5),
)
def test_samples_exchanged_keep_the_permuted_probability(first, second):
    one, other = (grade_counts(values=pd.Series(sample), grades=THREE) for sample in (first, second))
    there, back = (
        permuted_brunner_munzel(first=one, second=other),
        permuted_brunner_munzel(first=other, second=one),
    )
    assert there.p == pytest.approx(back.p)
    assert 0 < there.p <= 1


def test_too_many_deals_are_drawn_by_chance_but_always_the_same():
    one, other = list(range(5, 15)), list(range(14, 4, -1))
    found = permuted_brunner_munzel(first=one, second=other)
    assert found.method == "Brunner-Munzel, permuted, random deals"
    assert found == permuted_brunner_munzel(first=one, second=other)
    assert found.p == 1 / 10_000  # never 0


def test_a_single_case_takes_the_rank_sum():
    assert permuted_brunner_munzel(first=[1, 0], second=[1, 4]).method == "rank sum, exact"


def test_very_large_samples_use_the_normal_distribution():
    found = exact_rank_sum(first=[500, 500], second=[450, 550])
    assert found.method == "rank sum, large sample"
    plain = mannwhitneyu(
        [0] * 450 + [1] * 550, [0] * 500 + [1] * 500, use_continuity=False, method="asymptotic"
    )
    assert found.p == pytest.approx(plain.pvalue)


def test_van_elteren_of_one_stratum_is_wilcoxon():
    found = van_elteren(
        before=frame("A" * 14, "".join(TREATED)),
        after=frame("A" * 11, "".join(UNTREATED)),
        stratum="team",
        grades=FIVE,
    )
    plain = mannwhitneyu([int(s) for s in UNTREATED], [int(s) for s in TREATED], use_continuity=False)
    assert found.p == pytest.approx(plain.pvalue)


def test_van_elteren_of_two_strata_by_hand():
    # A: before aaa, after bbb: ranks of after 3 * 5 = 15 against 10.5; variance 9/12 * (7 - 48/30) = 4.05
    # B: before abb, after bab: 10.5 against 10.5; ties of 2 and 4: variance 9/12 * (7 - 66/30) = 3.6
    # both strata count 1/7: z = 4.5 / sqrt(4.05 + 3.6) = 1.62698
    before, after = frame("AAABBB", "aaaabb"), frame("AAABBB", "bbbbab")
    found = van_elteren(before=before, after=after, stratum="team", grades=THREE)
    assert found.statistic == pytest.approx(1.62698, abs=5e-6)


def test_strata_without_both_samples_are_left_out_and_counted():
    before, after = frame("AAC", "aba"), frame("ADD", "cab")
    found = van_elteren(before=before, after=after, stratum="team", grades=THREE)
    assert found.method == "van Elteren, 1 strata; 2 strata without both samples left out"


def test_strata_that_never_meet_have_no_answer():
    found = van_elteren(before=frame("A", "a"), after=frame("B", "b"), stratum="team", grades=THREE)
    assert found.p is None
    assert found.method.startswith("no stratum has both samples")


def test_strata_of_one_grade_show_nothing():
    found = van_elteren(before=frame("A", "a"), after=frame("AA", "aa"), stratum="team", grades=THREE)
    assert found.p == 1


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match="1 grades are not on the scale"):
        superiority(before=pd.Series(["z"]), after=pd.Series(["a"]), grades=THREE)
    with pytest.raises(ValueError, match="before must be a Series"):
        superiority(before=["a"], after=pd.Series(["a"]), grades=THREE)
    with pytest.raises(ValueError, match="need a count for each grade"):
        exact_rank_sum(first=[1, 2], second=[1])
    with pytest.raises(ValueError, match="counts of a sample must be whole and at least 0"):
        exact_rank_sum(first=[1, -2], second=[1, 2])
    with pytest.raises(ValueError, match="counts of a sample must be whole and at least 0"):
        permuted_brunner_munzel(first=[3, -1], second=[1, 2])


def test_100_000_grades_are_compared_at_once():
    start = process_time()
    found = permuted_brunner_munzel(first=[25_000, 25_000], second=[24_900, 25_100])
    # two grades only: z = 0.002 / sqrt(0.25 * 2 / 50_000) = 0.632, so p near 0.527, and a little more as counts are whole
    assert found.p == pytest.approx(0.527, abs=0.005)
    assert process_time() - start < 5
