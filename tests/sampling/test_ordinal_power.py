"""Whitehead's power for ordered grades."""

from math import log
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.sampling import detectable_odds_ratio, ordinal_power, ordinal_sample_size, shifted_shares

# Whitehead (1993): very good, good, moderate, poor 0.2, 0.5, 0.2, 0.1; good or better 0.7 to 0.85
CONTROL = [0.1, 0.2, 0.5, 0.2]
ODDS_RATIO = (0.85 / 0.15) / (0.7 / 0.3)

SHARES = st.lists(st.integers(0, 20), min_size=2, max_size=8).filter(any)


def shares_of(counts: list[int]) -> list[float]:
    return [count / sum(counts) for count in counts]


def test_shifted_shares_are_whiteheads():
    assert log(ODDS_RATIO) == pytest.approx(0.887, abs=5e-4)
    shifted = shifted_shares(shares=CONTROL, odds_ratio=ODDS_RATIO)
    assert shifted[::-1] == pytest.approx([0.378, 0.472, 0.106, 0.044], abs=5e-4)


def test_the_size_is_whiteheads_187_patients():
    # 12 * (1.960 + 1.282)**2 / (0.887**2 * 0.857) = 187 in both groups
    size = ordinal_sample_size(shares=CONTROL, odds_ratio=ODDS_RATIO, power=0.9)
    assert size == 94
    # the formula for sizes takes n + 1 for n: 0.899 at 94, 0.902 at 95
    assert ordinal_power(sample=95, shares=CONTROL, odds_ratio=ODDS_RATIO) >= 0.9
    assert ordinal_power(sample=94, shares=CONTROL, odds_ratio=ODDS_RATIO) < 0.9


@pytest.mark.parametrize(
    ("sample", "shares", "odds_ratio", "simulated"),
    [
        (20, [0.1, 0.4, 0.4, 0.1], 3, 0.441),
        (60, [0.2, 0.3, 0.3, 0.2], 2, 0.550),
        (94, CONTROL, ODDS_RATIO, 0.893),
    ],
)
def test_the_power_is_near_that_of_200_000_simulated_rank_sum_tests(sample, shares, odds_ratio, simulated):
    power = ordinal_power(sample=sample, shares=shares, odds_ratio=odds_ratio)
    assert power == pytest.approx(simulated, abs=0.009)


def test_the_power_of_100_000_cases_comes_at_once():
    start = process_time()
    assert detectable_odds_ratio(sample=100_000, shares=CONTROL) == pytest.approx(1.02, abs=0.005)
    assert process_time() - start < 2


@given(SHARES, st.floats(0.01, 100))
def test_shifting_back_gives_the_first_shares(counts, odds_ratio):
    shares = shares_of(counts)
    there = shifted_shares(shares=shares, odds_ratio=odds_ratio)
    assert sum(there) == pytest.approx(1)
    assert shifted_shares(shares=there, odds_ratio=1 / odds_ratio) == pytest.approx(shares, abs=1e-9)


@given(SHARES, st.integers(4, 300), st.floats(0.1, 10))
def test_power_is_the_same_seen_from_either_end(counts, sample, odds_ratio):
    shares = shares_of(counts)
    forward = ordinal_power(sample=sample, shares=shares, odds_ratio=odds_ratio)
    mirrored = ordinal_power(sample=sample, shares=shares[::-1], odds_ratio=1 / odds_ratio)
    assert forward == pytest.approx(mirrored, abs=1e-9)


@given(SHARES, st.integers(5, 300))
def test_the_detectable_odds_ratio_has_the_power(counts, sample):
    shares = shares_of(counts)
    odds = detectable_odds_ratio(sample=sample, shares=shares)
    if odds is not None:
        assert ordinal_power(sample=sample, shares=shares, odds_ratio=odds) == pytest.approx(0.8, abs=1e-6)


@pytest.mark.parametrize("shares", [[0, 0, 1.0], [1.0], [0, 1.0]])
def test_one_grade_only_shows_nothing(shares):
    assert ordinal_power(sample=50, shares=shares, odds_ratio=3) == 0
    assert ordinal_sample_size(shares=shares, odds_ratio=3) is None
    assert detectable_odds_ratio(sample=50, shares=shares) is None


def test_unchanged_odds_need_no_number():
    assert ordinal_sample_size(shares=CONTROL, odds_ratio=1) is None


@pytest.mark.parametrize(("sample", "shown"), [(3, False), (4, True)])
def test_under_four_cases_each_not_even_separation_is_significant(sample, shown):
    # fully separated: p = 2 / C(6, 3) = 0.1 with 3 each, 2 / C(8, 4) = 0.029 with 4 each
    assert (ordinal_power(sample=sample, shares=CONTROL, odds_ratio=1000) > 0) == shown


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"shares": [0.5, 0.4]}, "shares must be fractions from worst to best grade that sum to 1"),
        ({"shares": [1.5, -0.5]}, "shares must be fractions"),
        ({"odds_ratio": 0}, "odds_ratio must be a number above 0; got 0"),
        ({"sample": 0}, "sample must be a count of at least 1; got 0"),
        ({"confidence": 95}, "confidence must be a fraction between 0 and 1; got 95"),
    ],
)
def test_grades_that_cannot_be_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        ordinal_power(**{"sample": 20, "shares": CONTROL, "odds_ratio": 2, **change})
