"""How likely a sample is to meet a problem."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.sampling import discovery_size
from qaf_lib.sampling.chance import chance_to_meet


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
