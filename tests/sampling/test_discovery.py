"""What finding nothing says, and how likely a sample is to meet a problem."""

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.sampling import chance_to_meet, most_that_could_exist
from qaf_lib.sampling.discovery import discovery_size


def test_discovery_size_is_the_first_that_would_miss_five_of_a_hundred_rarely_enough():
    # Cannon & Roe (1982) by approximation: (1 - 0.05**(1/5)) * (100 - 4/2) = 44.2, so 45 of 100
    assert discovery_size(population=100, tolerable_share=0.05) == 45
    assert comb(95, 45) / comb(100, 45) <= 0.05 < comb(95, 44) / comb(100, 44)


@pytest.mark.parametrize(("population", "size"), [(200, 51), (500, 56), (1000, 57)])
def test_discovery_size_matches_the_approximation_of_cannon_and_roe(population, size):
    # population 1000, 50 faulty: (1 - 0.05**(1/50)) * (1000 - 49/2) = 56.7
    assert discovery_size(population=population, tolerable_share=0.05) == size


def test_one_faulty_case_that_must_not_be_missed_asks_for_nearly_all():
    # with one faulty case of 20 the chance to miss it is (20 - n) / 20, at most 0.05 from n = 19
    assert discovery_size(population=20, tolerable_share=0.05) == 19


def test_discovery_of_a_share_of_one_is_refused():
    with pytest.raises(ValueError, match="tolerable_share must be a fraction"):
        discovery_size(population=20, tolerable_share=1)


@given(st.integers(2, 400), st.floats(0.01, 0.6))
def test_finding_nothing_in_a_discovery_sample_rules_out_the_tolerable_share(population, share):
    size = discovery_size(population=population, tolerable_share=share)
    assert most_that_could_exist(population=population, sample=size, found=0) < share * population + 1e-6


def test_a_census_shows_what_exists():
    assert most_that_could_exist(population=40, sample=40, found=3) == 3


def test_more_found_than_audited_is_refused():
    with pytest.raises(ValueError, match="found must be a count from 0 to the sample of 10; got 11"):
        most_that_could_exist(population=40, sample=10, found=11)


@pytest.mark.parametrize("confidence", ["0.8", "0.9", "0.95", "0.975", "0.99"])
@pytest.mark.parametrize("population", [5, 10, 20, 40])
def test_a_chance_that_is_exactly_what_was_allowed_is_enough(population, confidence):
    # one faulty case of N is missed with (N - n) / N, which is to be at most 1 - confidence
    allowed = 1 - Fraction(confidence)
    size = next(n for n in range(1, population + 1) if Fraction(population - n, population) <= allowed)
    asked = {"population": population, "confidence": float(confidence)}
    assert discovery_size(tolerable_share=1 / population, **asked) == size
    assert most_that_could_exist(sample=size, found=0, **asked) == 0


def test_two_affected_of_ten_are_met_by_five_in_seven_of_nine_samples():
    # 1 - (8 choose 5) / (10 choose 5) = 1 - 56 / 252 = 7 / 9
    assert chance_to_meet(population=10, sample=5, affected_share=0.2) == pytest.approx(7 / 9)


def test_a_census_always_meets_and_an_empty_sample_never_does():
    assert chance_to_meet(population=40, sample=40, affected_share=0.01) == 1
    assert chance_to_meet(population=40, sample=0, affected_share=0.5) == 0


@given(st.integers(2, 400), st.floats(0.01, 0.5))
def test_the_discovery_size_is_the_first_that_meets_often_enough(population, share):
    size = discovery_size(population=population, tolerable_share=share)
    assert chance_to_meet(population=population, sample=size, affected_share=share) >= 0.95 - 1e-9
    if size > 1:
        assert chance_to_meet(population=population, sample=size - 1, affected_share=share) < 0.95 + 1e-9


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"population": 0}, "population"),
        ({"sample": 11}, "sample"),
        ({"affected_share": 2}, "affected_share"),
    ],
)
def test_numbers_out_of_range_are_refused(wrong, words):
    with pytest.raises(ValueError, match=f"{words} must be"):
        chance_to_meet(**({"population": 10, "sample": 5, "affected_share": 0.05} | wrong))


@pytest.mark.parametrize(
    ("confidence", "sizes"),
    [
        # AICPA Audit Sampling, tables A-1 (5% risk) and A-2 (10% risk), rows of 1 expected deviation
        (0.95, [157, 93, 46, 30, 22]),
        (0.90, [129, 77, 38, 25, 18]),
    ],
)
def test_with_one_fault_allowed_a_large_population_asks_for_the_aicpa_s_sizes(confidence, sizes):
    found = [
        discovery_size(population=1_000_000, tolerable_share=share, confidence=confidence, allowed=1)
        for share in (0.03, 0.05, 0.10, 0.15, 0.20)
    ]
    assert found == sizes


def test_as_many_allowed_as_tolerable_asks_for_all():
    # 5% of 40 is 2; both are in 39 of 40 with 1 - 1/20 = 0.95, and two allowed can be told apart by no sample
    assert discovery_size(population=40, tolerable_share=0.05, allowed=1) == 39
    assert discovery_size(population=40, tolerable_share=0.05, allowed=2) == 40
    with pytest.raises(ValueError, match="allowed must be a count of at least 0; got -1"):
        discovery_size(population=40, tolerable_share=0.05, allowed=-1)


@given(st.integers(2, 400), st.floats(0.01, 0.6), st.integers(0, 4))
def test_with_no_more_than_the_allowed_faults_the_tolerable_share_is_ruled_out(population, share, allowed):
    size = discovery_size(population=population, tolerable_share=share, allowed=allowed)
    if allowed < share * population - 1e-6:
        most = most_that_could_exist(population=population, sample=size, found=allowed)
        assert most < share * population + 1e-6
