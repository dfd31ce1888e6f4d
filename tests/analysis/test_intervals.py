"""Intervals of shares and of differences."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis import share_interval
from qaf_lib.analysis.intervals import newcombe_difference, paired_difference, wilson_limits
from qaf_lib.sampling import expected_margin


def limits(found) -> list[float]:
    return [found.low, found.high]


def test_wilson_matches_newcombe_81_of_263():
    # Newcombe (1998) Statistics in Medicine 17, 857-872, table I: 81/263, method 3: 0.2553 to 0.3662
    assert limits(share_interval(x=81, n=263)) == pytest.approx([0.2553, 0.3662], abs=5e-5)


def test_none_of_twenty_matches_the_exact_limits_of_newcombe():
    # the same table, 0/20, method 5 (Clopper-Pearson): 0 to 0.1684; 1 - 0.025**(1/20) = 0.1684
    assert limits(share_interval(x=0, n=20)) == pytest.approx([0, 0.1684], abs=5e-5)


def test_wilson_in_a_finite_population_uses_the_effective_size():
    # 60 of 153: n = 60 * 152 / 93 = 98.06
    found = share_interval(x=40, n=60, population=153)
    assert limits(found) == pytest.approx(wilson_limits(share=2 / 3, effective_n=98.0645, quantile=1.959964))


def test_exact_limits_invert_the_hypergeometric():
    # the upper limit is the largest K with P(3 or fewer of 10 | K of 30) above 0.025
    def as_few(good):
        return sum(comb(good, i) * comb(30 - good, 10 - i) for i in range(4)) / comb(30, 10)

    most = round(share_interval(x=3, n=10, population=30).high * 30)
    assert as_few(most) > 0.025 >= as_few(most + 1)


def test_every_case_graded_leaves_no_interval():
    found = share_interval(x=30, n=40, population=40)
    assert (found.estimate, found.low, found.high, found.method) == (0.75, 0.75, 0.75, "full count")


def test_no_case_graded_leaves_no_estimate():
    found = share_interval(x=0, n=0, population=40)
    assert (found.estimate, found.low, found.high, found.method) == (None, None, None, "none graded")


@pytest.mark.parametrize(
    ("n", "method"), [(15, "exact, finite population"), (16, "Wilson, finite population")]
)
def test_fifteen_cases_is_the_last_exact_size(n, method):
    assert share_interval(x=8, n=n, population=100).method == method


def test_the_exact_interval_never_covers_less_than_it_says():
    # all populations of 30 with K good, 10 drawn: chance that the interval holds K / 30
    found = [share_interval(x=x, n=10, population=30) for x in range(11)]
    for good in range(31):
        chance = [comb(good, x) * comb(30 - good, 10 - x) / comb(30, 10) for x in range(11)]
        held = [each.low - 1e-12 <= good / 30 <= each.high + 1e-12 for each in found]
        assert np.dot(chance, held) >= 0.95 - 1e-12


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300))
def test_an_interval_holds_its_estimate_and_its_mirror_image(x, others, rest):
    n, population = x + others, x + others + rest
    if n == 0:
        return
    found = share_interval(x=x, n=n, population=population)
    mirror = share_interval(x=others, n=n, population=population)
    assert 0 <= found.low <= found.estimate <= found.high <= 1
    assert limits(found) == pytest.approx([1 - mirror.high, 1 - mirror.low])


@given(st.integers(0, 80), st.integers(1, 80), st.integers(1, 400))
def test_these_cases_are_never_known_less_well_than_the_practice(x, n, rest):
    x = min(x, n)
    cases = share_interval(x=x, n=n, population=n + rest)
    practice = share_interval(x=x, n=n)
    assert practice.low - 1e-9 <= cases.low
    assert cases.high <= practice.high + 1e-9


def test_the_planned_margin_is_half_of_the_reported_interval():
    found = share_interval(x=30, n=60, population=153)
    assert (found.high - found.low) / 2 == pytest.approx(expected_margin(population=153, sample=60))


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ({"x": 5, "n": 4}, "x must be a count from 0 to n; got 5 of 4"),
        ({"x": -1, "n": 4}, "x must be a count from 0 to n"),
        ({"x": 1, "n": 4, "population": 3}, "n must be at most the population of 3; got 4"),
        ({"x": 1, "n": 4, "confidence": 95}, "confidence must be a fraction between 0 and 1; got 95"),
    ],
)
def test_counts_that_cannot_be_are_refused(counts, message):
    with pytest.raises(ValueError, match=message):
        share_interval(**counts)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((56, 70, 48, 80), (0.0524, 0.3339)),
        ((9, 10, 3, 10), (0.1705, 0.8090)),
        ((5, 56, 0, 29), (-0.0381, 0.1926)),
    ],
)
def test_independent_differences_match_newcombe_method_10(counts, expected):
    # Newcombe (1998) Statistics in Medicine 17, 873-890, table II, method 10
    x1, n1, x2, n2 = counts
    assert limits(newcombe_difference(x1=x1, n1=n1, x2=x2, n2=n2)) == pytest.approx(expected, abs=5e-5)


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_a_difference_turned_round_changes_its_sign(x1, other1, x2, other2):
    first, second = {"x1": x1, "n1": x1 + other1}, {"x2": x2, "n2": x2 + other2}
    if first["n1"] == 0 or second["n2"] == 0:
        return
    found = newcombe_difference(**first, **second)
    turned = newcombe_difference(x1=x2, n1=second["n2"], x2=x1, n2=first["n1"])
    assert limits(found) == pytest.approx([-turned.high, -turned.low])
    assert -1 <= found.low <= found.estimate <= found.high <= 1


def test_an_empty_sample_has_no_difference():
    assert newcombe_difference(x1=0, n1=0, x2=3, n2=5).estimate is None


def test_paired_difference_matches_tango_for_one_and_seven_of_21():
    # Fagerland, Lydersen & Laake (2014) Statistics in Medicine 33, 2850-2875: Tango, -0.517 to -0.026
    found = paired_difference(first_only=1, second_only=7, pairs=21)
    assert limits(found) == pytest.approx([-0.517, -0.026], abs=5e-4)


def test_pairs_without_any_change_still_leave_room_for_some():
    # with b = c = 0 Tango's limits solve n d**2 = z**2 d (1 - d): d = z**2 / (n + z**2) = 3.8415 / 23.8415
    found = paired_difference(first_only=0, second_only=0, pairs=20)
    assert limits(found) == pytest.approx([-0.16113, 0.16113], abs=1e-5)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_a_paired_difference_turned_round_changes_its_sign(first, second, rest):
    pairs = first + second + rest
    if pairs == 0:
        assert paired_difference(first_only=0, second_only=0, pairs=0).estimate is None
        return
    found = paired_difference(first_only=first, second_only=second, pairs=pairs)
    turned = paired_difference(first_only=second, second_only=first, pairs=pairs)
    assert -1 <= found.low <= found.estimate <= found.high <= 1
    assert limits(found) == pytest.approx([-turned.high, -turned.low], abs=1e-8)


def test_more_changes_than_pairs_are_refused():
    with pytest.raises(ValueError, match="counts that pairs holds; got 4 and 3 of 6"):
        paired_difference(first_only=4, second_only=3, pairs=6)


@pytest.mark.parametrize(("x", "n"), [(2.5, 10), (2, 10.5), (float("nan"), 10)])
def test_counts_that_are_not_whole_are_refused(x, n):
    with pytest.raises(ValueError, match="x must be a count from 0 to n"):
        share_interval(x=x, n=n)
