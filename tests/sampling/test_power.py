"""Exact power of a re-audit's tests."""

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import boschloo_exact, fisher_exact

from qaf_lib.sampling import EXACT_POWER_UP_TO, exact_paired_power, independent_power
from qaf_lib.sampling.power import _boschloo, _fisher


def test_twenty_and_twenty_seldom_show_fifty_to_seventy_per_cent():
    # by Fisher's test 0.16, where the arcsine approximation promises 0.26
    power = independent_power(first=20, second=20, before=0.5, after=0.7, test="fisher")
    assert power == pytest.approx(0.163, abs=5e-4)


def test_three_and_three_by_hand():
    # only 0 v 3 and 3 v 0 are possible with p = 2 / 20 = 0.1: at 90%, power is 0.9**3 * 0.9**3 + 0.1**6
    power = independent_power(first=3, second=3, before=0.1, after=0.9, confidence=0.9, test="fisher")
    assert power == pytest.approx(0.9**6 + 0.1**6)
    assert independent_power(first=3, second=3, before=0, after=1, confidence=0.95, test="fisher") == 0


@pytest.mark.parametrize(("region", "test"), [(_boschloo, boschloo_exact), (_fisher, fisher_exact)])
def test_the_tables_that_are_rejected_are_scipys(region, test):
    rejects = region(7, 9, 0.05)
    for x1 in range(8):
        for x2 in range(10):
            assert rejects[x1, x2] == (test([[x1, x2], [7 - x1, 9 - x2]]).pvalue <= 0.05), (x1, x2)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 25), st.integers(1, 25), st.floats(0, 1), st.sampled_from(["boschloo", "fisher"]))
def test_without_a_difference_it_is_seldom_found(first, second, share, test):
    size = independent_power(first=first, second=second, before=share, after=share, test=test)
    assert 0 <= size <= 0.05 + 1e-6


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 30), st.floats(0, 1), st.floats(0, 1))
def test_boschloo_sees_all_that_fisher_sees_in_either_order(sample, before, after):
    at = {"first": sample, "second": sample, "before": before, "after": after}
    boschloo = independent_power(**at)
    assert boschloo >= independent_power(**at, test="fisher") - 1e-9
    assert boschloo == pytest.approx(
        independent_power(first=sample, second=sample, before=after, after=before)
    )


def test_beyond_sixty_cases_fleiss_formula_takes_over():
    # (0.2 * sqrt(93) - 1.96 * sqrt(2 * 0.6 * 0.4)) / sqrt(0.25 + 0.21) = 0.842, Phi = 0.80
    assert independent_power(first=93, second=93, before=0.5, after=0.7) == pytest.approx(0.80, abs=5e-4)
    at_the_edge = independent_power(first=60, second=60, before=0.5, after=0.7)
    beyond = independent_power(first=61, second=61, before=0.5, after=0.7)
    assert EXACT_POWER_UP_TO == 60
    assert at_the_edge == pytest.approx(beyond, abs=0.03)


@pytest.mark.parametrize(("before", "after", "power"), [(0, 0, 0), (0, 1, 1)])
def test_large_samples_without_variation_show_all_or_nothing(before, after, power):
    assert independent_power(first=100, second=100, before=before, after=after) == power


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"first": 0}, "first must be a count of at least 1; got 0"),
        ({"after": 70}, "after must be a fraction from 0 to 1; got 70"),
        ({"confidence": 1}, "confidence must be a fraction between 0 and 1; got 1"),
        ({"test": "chi"}, "test must be"),
    ],
)
def test_what_has_no_power_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        independent_power(**{"first": 20, "second": 20, "before": 0.5, "after": 0.7, **change})


def test_six_pairs_show_only_a_change_all_one_way():
    # p = 2 / 2**6 = 0.031 for 6 of 6, 2 * 7 / 64 = 0.22 for 5 of 6: power 0.9**6 + 0.1**6
    power = exact_paired_power(pairs=6, gained=0.9, lost=0.1)
    assert power == pytest.approx(0.9**6 + 0.1**6)


@pytest.mark.parametrize(("test", "power"), [("exact", 0), ("mid_p", 1)])
def test_five_pairs_all_better_are_significant_by_mid_p_only(test, power):
    # exact 2 / 32 = 0.0625; mid-p 0.0625 - 1 / 32 = 0.03125
    assert exact_paired_power(pairs=5, gained=1, lost=0, test=test) == pytest.approx(power)


def test_exact_paired_power_is_near_connors_size():
    # 155 pairs for 0.8 by the normal approximation; the exact test needs somewhat more
    assert exact_paired_power(pairs=155, gained=0.15, lost=0.05, test="mid_p") == pytest.approx(0.8, abs=0.02)
    assert 0.74 < exact_paired_power(pairs=155, gained=0.15, lost=0.05) < 0.8


def test_pairs_that_never_change_show_nothing():
    assert exact_paired_power(pairs=40, gained=0, lost=0) == 0


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 200), st.floats(0, 0.45))
def test_the_exact_test_keeps_its_size_and_mid_p_nearly(pairs, either):
    # where more than nine in ten pairs change, mid-p passes 5.5%: up to 7.7% with 16 pairs that all change
    assert exact_paired_power(pairs=pairs, gained=either, lost=either) <= 0.05 + 1e-9
    assert exact_paired_power(pairs=pairs, gained=either, lost=either, test="mid_p") <= 0.055


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 120), st.floats(0, 0.5), st.floats(0, 0.5))
def test_power_has_no_direction_and_mid_p_has_more(pairs, gained, lost):
    exact = exact_paired_power(pairs=pairs, gained=gained, lost=lost)
    assert exact == pytest.approx(exact_paired_power(pairs=pairs, gained=lost, lost=gained), abs=1e-9)
    assert exact <= exact_paired_power(pairs=pairs, gained=gained, lost=lost, test="mid_p") + 1e-9


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"pairs": 0}, "pairs must be a count of at least 1; got 0"),
        ({"gained": 0.8, "lost": 0.4}, "gained and lost must be at most 1 together"),
        ({"lost": -0.1}, "lost must be a fraction from 0 to 1; got -0.1"),
        ({"test": "tango"}, "test must be"),
    ],
)
def test_pairs_that_cannot_be_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        exact_paired_power(**{"pairs": 20, "gained": 0.3, "lost": 0.1, **change})


def test_the_power_of_20_000_pairs_comes_at_once():
    # normal approximation: (0.02 * sqrt(20000) - 1.96 * sqrt(0.2)) / sqrt(0.2 - 0.0004) = 4.37
    start = process_time()
    power = [exact_paired_power(pairs=20_000, gained=0.11, lost=0.09, test="mid_p") for _ in range(25)]
    assert power[0] == pytest.approx(1, abs=1e-4)
    assert process_time() - start < 3
