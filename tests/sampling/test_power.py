"""Exact power of a re-audit's tests, the cases an improvement asks for, and what a re-audit would show."""

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import boschloo_exact

from qaf_lib.sampling import independent_reaudit, paired_improvement_size, paired_reaudit, plan_sample
from qaf_lib.sampling.power import (
    EXACT_POWER_UP_TO,
    _boschloo,
    exact_paired_power,
    improvement_size,
    independent_power,
)


def test_three_and_three_by_hand():
    # only 0 v 3 and 3 v 0: Boschloo p = 2 * 0.25**3 = 0.031, the next 2 * 0.14 = 0.29
    power = independent_power(sample=3, before=0.1, after=0.9)
    assert power == pytest.approx(0.9**6 + 0.1**6)
    assert independent_power(sample=2, before=0, after=1) == 0


def test_the_tables_that_are_rejected_are_scipys():
    rejects = _boschloo(8, 0.05)
    for x1 in range(9):
        for x2 in range(9):
            p = boschloo_exact([[x1, x2], [8 - x1, 8 - x2]]).pvalue
            assert rejects[x1, x2] == (p <= 0.05), (x1, x2)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 25), st.floats(0, 1))
def test_without_a_difference_it_is_seldom_found(sample, share):
    assert 0 <= independent_power(sample=sample, before=share, after=share) <= 0.05 + 1e-6


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 30), st.floats(0, 1), st.floats(0, 1))
def test_a_rise_is_seen_as_often_as_a_fall(sample, before, after):
    power = independent_power(sample=sample, before=before, after=after)
    assert power == pytest.approx(independent_power(sample=sample, before=after, after=before))


def test_beyond_sixty_cases_fleiss_formula_takes_over():
    # (0.2 * sqrt(93) - 1.96 * sqrt(2 * 0.6 * 0.4)) / sqrt(0.25 + 0.21) = 0.842, Phi = 0.80
    assert independent_power(sample=93, before=0.5, after=0.7) == pytest.approx(0.80, abs=5e-4)
    at_the_edge = independent_power(sample=60, before=0.5, after=0.7)
    beyond = independent_power(sample=61, before=0.5, after=0.7)
    assert EXACT_POWER_UP_TO == 60
    assert at_the_edge == pytest.approx(beyond, abs=0.03)


@pytest.mark.parametrize(("before", "after", "power"), [(0, 0, 0), (0, 1, 1)])
def test_large_samples_without_variation_show_all_or_nothing(before, after, power):
    assert independent_power(sample=100, before=before, after=after) == power


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sample": 0}, "sample must be a count of at least 1; got 0"),
        ({"after": 70}, "after must be a fraction from 0 to 1; got 70"),
        ({"confidence": 1}, "confidence must be a fraction between 0 and 1; got 1"),
    ],
)
def test_what_has_no_power_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        independent_power(**{"sample": 20, "before": 0.5, "after": 0.7, **change})


def test_five_pairs_show_only_a_change_all_one_way():
    # mid-p of 5 of 5 is 2 / 32 - 1 / 32 = 0.031, of 4 of 5 far above: power 0.9**5 + 0.1**5
    assert exact_paired_power(pairs=5, gained=0.9, lost=0.1) == pytest.approx(0.9**5 + 0.1**5)
    # 4 of 4: 2 / 16 - 1 / 16
    assert exact_paired_power(pairs=4, gained=1, lost=0) == 0


def test_paired_power_is_near_connors_size():
    # 155 pairs for 0.8 by the normal approximation
    assert exact_paired_power(pairs=155, gained=0.15, lost=0.05) == pytest.approx(0.8, abs=0.02)


def test_pairs_that_never_change_show_nothing():
    assert exact_paired_power(pairs=40, gained=0, lost=0) == 0


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 200), st.floats(0, 0.45))
def test_the_mid_p_test_nearly_keeps_its_size(pairs, either):
    # where more than nine in ten pairs change, mid-p passes 5.5%: up to 7.7% with 16 pairs that all change
    assert exact_paired_power(pairs=pairs, gained=either, lost=either) <= 0.055


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 120), st.floats(0, 0.5), st.floats(0, 0.5))
def test_paired_power_has_no_direction(pairs, gained, lost):
    power = exact_paired_power(pairs=pairs, gained=gained, lost=lost)
    assert power == pytest.approx(exact_paired_power(pairs=pairs, gained=lost, lost=gained), abs=1e-9)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"pairs": 0}, "pairs must be a count of at least 1; got 0"),
        ({"gained": 0.8, "lost": 0.4}, "gained and lost must be at most 1 together"),
        ({"lost": -0.1}, "lost must be a fraction from 0 to 1; got -0.1"),
    ],
)
def test_pairs_that_cannot_be_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        exact_paired_power(**{"pairs": 20, "gained": 0.3, "lost": 0.1, **change})


def test_the_power_of_20_000_pairs_comes_at_once():
    # normal approximation: (0.02 * sqrt(20000) - 1.96 * sqrt(0.2)) / sqrt(0.2 - 0.0004) = 4.37
    start = process_time()
    power = [exact_paired_power(pairs=20_000, gained=0.11, lost=0.09) for _ in range(25)]
    assert power[0] == pytest.approx(1, abs=1e-4)
    assert process_time() - start < 3


def test_the_size_is_the_published_one_for_a_rise_from_half_to_seven_in_ten():
    # Fleiss (1981), equation 3.14, alpha 0.05 and power 0.8: (1.96 sqrt(0.48) + 0.8416 sqrt(0.46))^2 / 0.04 = 93
    assert improvement_size(improvement=0.2, before=0.5) == 93


def test_up_to_sixty_cases_the_exact_test_has_the_power_and_with_one_fewer_some_test_has_not():
    size = improvement_size(improvement=0.4, before=0.5)
    asked = {"before": 0.5, "after": 0.9}
    assert size == 20
    assert independent_power(sample=size, **asked) >= 0.8
    assert independent_power(sample=size - 1, **asked) < 0.8


@pytest.mark.parametrize(("before", "improvement"), [(0.7, 0.31), (0.5, 0), (1, 0.1), (-0.1, 0.2)])
def test_a_rise_above_all_cases_or_of_nothing_is_refused(before, improvement):
    with pytest.raises(ValueError, match=r"improvement must be above 0|before must be a fraction"):
        improvement_size(before=before, improvement=improvement)


def test_a_rise_to_all_cases_can_be_planned():
    assert improvement_size(before=0.7, improvement=0.3) > 1


def test_a_plan_says_in_words_why_it_has_its_size():
    assert (
        "as many would show 20 percentage points more than 50%"
        in plan_sample(population=300, improvement=0.2).sentence
    )
    assert (
        "All of them are too few to be sure of an improvement of 20 percentage points"
        in plan_sample(population=90, improvement=0.2).sentence
    )
    assert (
        "if 5% of them had a problem, at least one of those drawn would have it, 19 times in 20"
        in plan_sample(population=100, discover=0.05).sentence
    )


@pytest.mark.parametrize(("cases", "sample"), [(1, 1), (12, 12), (13, 12)])
def test_a_number_of_cases_is_drawn_as_far_as_there_are_so_many(cases, sample):
    assert plan_sample(population=12, cases=cases).sample == sample


def test_a_number_below_one_is_refused():
    with pytest.raises(ValueError, match="cases must be a count of at least 1; got 0"):
        plan_sample(population=12, cases=0)


def test_ninety_three_cases_show_twenty_points():
    # Fleiss: (1.96 * sqrt(2 * 0.6 * 0.4) + 0.8416 * sqrt(0.25 + 0.21))**2 / 0.04 = 92.9
    plan = independent_reaudit(sample=93, before=0.5)
    assert plan.smallest_improvement == pytest.approx(0.2, abs=5e-4)
    assert plan.method == "normal approximation, chi-squared test"


@settings(max_examples=15, deadline=None)
@given(st.integers(5, 40), st.floats(0.05, 0.8))
def test_the_smallest_improvement_has_the_power(sample, before):
    plan = independent_reaudit(sample=sample, before=before)
    if plan.smallest_improvement is not None:
        after = before + plan.smallest_improvement
        power = independent_power(sample=sample, before=before, after=after)
        assert power == pytest.approx(0.8, abs=1e-4)


@pytest.mark.parametrize(("sample", "before"), [(3, 0.5), (10, 0.8), (50, 1.0)])
def test_too_few_cases_say_so(sample, before):
    plan = independent_reaudit(sample=sample, before=before)
    assert plan.smallest_improvement is None


@settings(max_examples=15, deadline=None)
@given(st.integers(10, 80), st.floats(0.2, 1))
def test_the_smallest_paired_improvement_has_the_power(pairs, changed):
    rise = paired_reaudit(pairs=pairs, changed=changed).smallest_improvement
    if rise is not None:
        power = exact_paired_power(pairs=pairs, gained=(changed + rise) / 2, lost=(changed - rise) / 2)
        assert power == pytest.approx(0.8, abs=1e-4)


@pytest.mark.parametrize(("pairs", "changed"), [(4, 1.0), (100, 0.0), (8, 0.25)])
def test_too_few_changes_say_so(pairs, changed):
    plan = paired_reaudit(pairs=pairs, changed=changed)
    assert plan.smallest_improvement is None


def test_more_than_all_pairs_changed_is_refused():
    with pytest.raises(ValueError, match="changed must be a fraction from 0 to 1; got 20"):
        paired_reaudit(pairs=20, changed=20)


@pytest.mark.parametrize(
    ("rise", "changed"), [(0.2, 0.3), (0.2, 0.2), (0.3, 0.9), (0.1, 0.4), (0.9, 0.9), (0.3, 1.0)]
)
def test_so_many_pairs_show_the_rise_and_one_fewer_do_not(rise, changed):
    pairs = paired_improvement_size(improvement=rise, changed=changed)
    shares = {"gained": (changed + rise) / 2, "lost": (changed - rise) / 2}
    assert exact_paired_power(pairs=pairs, **shares) >= 0.8 > exact_paired_power(pairs=pairs - 1, **shares)
    assert paired_reaudit(pairs=pairs, changed=changed).smallest_improvement <= rise + 1e-6


def test_many_pairs_are_connor_s():
    # (1.96 * sqrt(0.4) + 0.8416 * sqrt(0.4 - 0.05**2))**2 / 0.05**2 = 1254.0
    assert paired_improvement_size(improvement=0.05, changed=0.4) == 1254


def test_a_rise_of_more_than_changes_is_refused():
    with pytest.raises(ValueError, match=r"at most the share changed, 0\.2; got 0\.3"):
        paired_improvement_size(improvement=0.3, changed=0.2)
