"""What a change may claim: against chance, other claims, and what was said to be worthwhile."""

import pytest

from qaf_lib.analysis import change_claim, seen_by_interval


def claim(**given):
    return change_claim(**{"p_adjusted": None, "detectable": 0.2, "worthwhile": 0.1, **given})


@pytest.mark.parametrize(
    ("p", "direction"),
    [(None, "improved"), (0.049, "improved"), (0.05, "no clear change"), (0.4, "no clear change")],
)
def test_a_rise_is_claimed_only_below_the_adjusted_level(p, direction):
    assert claim(low=0.01, high=0.3, p_adjusted=p).direction == direction


@pytest.mark.parametrize(("p", "direction"), [(0.01, "worsened"), (0.2, "no clear change")])
def test_a_fall_is_claimed_only_below_the_adjusted_level(p, direction):
    assert claim(low=-0.3, high=-0.01, p_adjusted=p).direction == direction


@pytest.mark.parametrize(("low", "high"), [(-0.1, 0.3), (0.0, 0.2), (-0.2, 0.0)])
def test_an_interval_that_holds_no_change_is_never_a_claim(low, high):
    assert claim(low=low, high=high, p_adjusted=0.001).direction == "no clear change"


@pytest.mark.parametrize(
    ("low", "high", "worthwhile"),
    [
        (0.10, 0.3, "rise"),
        (0.09, 0.3, "open"),
        (-0.09, 0.10, "open"),
        (-0.09, 0.09, "no rise"),
        (-0.3, -0.09, "no rise"),
        (-0.3, -0.10, "fall"),
    ],
)
def test_an_interval_is_set_against_what_matters(low, high, worthwhile):
    assert claim(low=low, high=high).worthwhile == worthwhile


def test_an_interval_shows_a_change_of_its_half_width_times_one_point_four_three():
    # (1.959964 + 0.841621) / 1.959964 = 1.42941
    assert seen_by_interval(low=-0.2, high=0.2) == pytest.approx(0.2 * 1.42941, abs=1e-5)


@pytest.mark.parametrize("function", [claim, seen_by_interval])
def test_limits_the_wrong_way_round_are_refused(function):
    with pytest.raises(ValueError, match="low must not be above high"):
        function(low=0.2, high=0.1)


def test_a_worthwhile_change_given_as_a_percentage_is_refused():
    with pytest.raises(ValueError, match="worthwhile must be a fraction between 0 and 1; got 10"):
        claim(low=-0.1, high=0.1, worthwhile=10)
