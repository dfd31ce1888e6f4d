"""Binomial chances and limits by the mid-p rule."""

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis.intervals import mid_p_limits, mid_p_value

SHARES = st.floats(0.01, 0.99)
LEVELS = st.sampled_from([0.9, 0.95, 0.998, 0.9973])


def test_a_mid_p_value_counts_half_of_the_count_itself():
    # P(X < 7) + P(X = 7) / 2 for 20 cases at 0.6, doubled, from the binomial coefficients
    chance = [comb(20, x) * 0.6**x * 0.4 ** (20 - x) for x in range(8)]
    assert mid_p_value(x=7, n=20, share=0.6) == pytest.approx(2 * (sum(chance[:7]) + chance[7] / 2))


@given(st.integers(1, 120), SHARES, LEVELS, st.data())
def test_a_count_is_outside_the_limits_exactly_when_its_mid_p_value_is_small(n, share, level, data):
    x = data.draw(st.integers(0, n))
    low, high = mid_p_limits(n=n, share=share, confidence=level)
    chance = mid_p_value(x=x, n=n, share=share)
    if abs(chance - (1 - level)) > 1e-6:
        assert (x / n < low or x / n > high) == (chance < 1 - level)


@given(st.integers(1, 300), SHARES, LEVELS)
def test_limits_never_widen_with_more_cases(n, share, level):
    low, high = mid_p_limits(n=n, share=share, confidence=level)
    lower, higher = mid_p_limits(n=n + 1, share=share, confidence=level)
    assert lower >= low - 1e-8
    assert higher <= high + 1e-8


@given(st.integers(1, 200), SHARES, LEVELS)
def test_limits_hold_the_share_and_mirror(n, share, level):
    low, high = mid_p_limits(n=n, share=share, confidence=level)
    assert 0 <= low <= share + 1 / n
    assert share - 1 / n <= high <= 1
    assert mid_p_limits(n=n, share=1 - share, confidence=level) == pytest.approx(
        (1 - high, 1 - low), abs=1e-8
    )


@pytest.mark.parametrize(("n", "nothing"), [(3, True), (4, False)])
def test_the_lower_limit_stays_at_nothing_while_no_case_at_all_is_usual(n, nothing):
    # half of 0.4**4 = 0.0128 is below 0.025; half of 0.4**3 = 0.032 is above it
    assert (mid_p_limits(n=n, share=0.6)[0] == 0) is nothing


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_certain_share_leaves_no_room(share):
    assert mid_p_limits(n=10, share=share) == pytest.approx((share, share), abs=1e-8)
    assert mid_p_value(x=int(10 * share), n=10, share=share) == 1


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"n": 0}, "n must be a count of at least 1; got 0"),
        ({"share": 1.2}, "share must be a fraction from 0 to 1; got 1.2"),
        ({"confidence": 1.0}, "confidence must be a fraction between 0 and 1"),
    ],
)
def test_limits_that_cannot_be_are_refused(more, message):
    with pytest.raises(ValueError, match=message):
        mid_p_limits(**{"n": 10, "share": 0.5, **more})


def test_more_cases_counted_than_there_are_is_refused():
    with pytest.raises(ValueError, match="x must be a count from 0 to n; got 11 of 10"):
        mid_p_value(x=11, n=10, share=0.5)
