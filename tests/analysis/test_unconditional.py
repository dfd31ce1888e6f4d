"""Tests of change that keep their level, and intervals that agree with them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from qaf_lib.analysis.changes import (
    independent_change_interval,
    independent_change_test,
    paired_change_interval,
    paired_change_test,
)
from qaf_lib.analysis.intervals import newcombe_difference, paired_difference

PAIRS = st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(0, 30))
SAMPLE = st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("gained", "lost", "pairs", "published"),
    # Fagerland, Lydersen and Laake (2013), exact unconditional: 21 children; 161 patients
    [(7, 1, 21, 0.0353), (6, 16, 161, 0.0342)],
)
def test_the_paired_test_matches_fagerland(gained, lost, pairs, published):
    assert paired_change_test(gained=gained, lost=lost, pairs=pairs).p == pytest.approx(published, abs=5e-5)


def test_the_size_is_kept_where_every_pair_changes():
    # 16 pairs that all change: 2 P(X >= 12) = 2 * 2517 / 65536 = 0.077 is too often, 2 P(X >= 13) = 0.021
    claims = [g for g in range(17) if paired_change_test(gained=g, lost=16 - g, pairs=16).p <= 0.05]
    assert claims == [0, 1, 2, 3, 13, 14, 15, 16]
    assert binom.pmf(claims, 16, 0.5).sum() == pytest.approx(0.0213, abs=5e-5)


@given(PAIRS)
@settings(max_examples=60, deadline=None)
def test_the_paired_interval_leaves_out_no_change_where_the_test_does(counts):
    gained, lost, same = counts
    test = paired_change_test(gained=gained, lost=lost, pairs=sum(counts))
    found = paired_change_interval(gained=gained, lost=lost, pairs=sum(counts))
    if same + gained + lost == 0:
        assert (test.p, found.estimate) == (None, None)
        return
    assert (found.low > 0 or found.high < 0) == (test.p <= 0.05)
    assert (test.statistic > 0) == (found.estimate > 0)


@given(SAMPLE, SAMPLE)
@settings(max_examples=60, deadline=None)
def test_the_independent_interval_leaves_out_no_change_where_the_test_does(first, second):
    counts = {"x1": first[0], "n1": first[1], "x2": second[0], "n2": second[1]}
    test, found = independent_change_test(**counts), independent_change_interval(**counts)
    assert (found.low > 0 or found.high < 0) == (test.p <= 0.05)
    assert -1 <= found.low <= found.estimate <= found.high <= 1


@given(SAMPLE, SAMPLE)
@settings(max_examples=30, deadline=None)
def test_samples_turned_round_change_the_sign(first, second):
    there = independent_change_test(x1=first[0], n1=first[1], x2=second[0], n2=second[1])
    back = independent_change_test(x1=second[0], n1=second[1], x2=first[0], n2=first[1])
    assert there.p == pytest.approx(back.p)
    assert there.statistic == pytest.approx(-back.statistic)


def test_intervals_are_never_narrower_than_the_plain_ones():
    pairs, plain = (
        paired_change_interval(gained=12, lost=4, pairs=16),
        paired_difference(first_only=12, second_only=4, pairs=16),
    )
    assert pairs.low < 0 < plain.low
    wide = independent_change_interval(x1=30, n1=40, x2=20, n2=40)
    newcombe = newcombe_difference(x1=30, n1=40, x2=20, n2=40)
    assert wide.low < newcombe.low < newcombe.high < wide.high


def test_very_many_cases_take_the_normal_distribution():
    assert paired_change_test(gained=60, lost=40, pairs=1_001).method == "McNemar, large sample"
    assert paired_change_test(gained=60, lost=40, pairs=1_000).method == "McNemar, exact unconditional"
    assert independent_change_test(x1=9, n1=300, x2=9, n2=301).method == "Newcombe, large samples"
    assert independent_change_test(x1=9, n1=300, x2=9, n2=300).p == 1
    plain = newcombe_difference(x1=200, n1=400, x2=150, n2=400)
    assert independent_change_interval(x1=200, n1=400, x2=150, n2=400) == plain


def test_nothing_to_compare_is_said_so():
    assert independent_change_test(x1=0, n1=0, x2=3, n2=5).method == "none graded"
    assert independent_change_interval(x1=0, n1=0, x2=3, n2=5).method == "none graded"
    assert paired_change_test(gained=0, lost=0, pairs=0).method == "no pairs"


def test_counts_out_of_range_are_refused():
    with pytest.raises(ValueError, match="counts that pairs holds"):
        paired_change_test(gained=5, lost=5, pairs=9)
    with pytest.raises(ValueError, match="gained must be a count of at least 0; got -1"):
        paired_change_interval(gained=-1, lost=5, pairs=9)
    with pytest.raises(ValueError, match="x must be a count from 0 to n"):
        independent_change_test(x1=5, n1=4, x2=1, n2=4)
