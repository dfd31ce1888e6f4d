"""What finding nothing says."""

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.sampling import attribute_plan, discovery_size, most_that_could_exist


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
    assert attribute_plan(tolerable_share=1 / population, **asked).sample == size
    assert most_that_could_exist(sample=size, found=0, **asked) == 0
