"""Verdicts in words: chance, other claims, and what was said to be worthwhile."""

import pytest

from qaf_lib.analysis import adjusted_verdict, seen_by_interval, worthwhile_words


@pytest.mark.parametrize(
    ("p", "words"),
    [(None, "improved"), (0.049, "improved"), (0.05, "no clear change"), (0.4, "no clear change")],
)
def test_a_rise_is_claimed_only_below_the_adjusted_level(p, words):
    assert adjusted_verdict(low=0.01, high=0.3, p_adjusted=p, detectable=0.2).startswith(words)


@pytest.mark.parametrize(("p", "words"), [(0.01, "worsened"), (0.2, "no clear change")])
def test_a_fall_is_claimed_only_below_the_adjusted_level(p, words):
    assert adjusted_verdict(low=-0.3, high=-0.01, p_adjusted=p, detectable=0.2).startswith(words)


def test_an_interval_that_holds_no_change_is_never_a_claim():
    assert adjusted_verdict(low=-0.1, high=0.3, p_adjusted=0.001, detectable=None).startswith(
        "no clear change"
    )


@pytest.mark.parametrize(
    ("low", "high", "end"),
    [
        (0.10, 0.3, "is shown"),
        (0.09, 0.3, "is neither shown nor ruled out"),
        (-0.09, 0.10, "is neither shown nor ruled out"),
        (-0.09, 0.09, "is ruled out"),
        (-0.3, -0.09, "is ruled out"),
        (-0.3, -0.10, "is shown"),
    ],
)
def test_an_interval_is_set_against_what_matters(low, high, end):
    words = worthwhile_words(low=low, high=high, worthwhile=0.1)
    assert words.endswith(end)
    assert words.startswith("a fall" if high <= -0.1 else "a rise")


def test_an_interval_shows_a_change_of_its_half_width_times_one_point_four_three():
    # (1.959964 + 0.841621) / 1.959964 = 1.42941
    assert seen_by_interval(low=-0.2, high=0.2) == pytest.approx(0.2 * 1.42941, abs=1e-5)


@pytest.mark.parametrize("function", [adjusted_verdict, worthwhile_words, seen_by_interval])
def test_limits_the_wrong_way_round_are_refused(function):
    others = {
        adjusted_verdict: {"p_adjusted": 0.01, "detectable": None},
        worthwhile_words: {"worthwhile": 0.1},
    }
    with pytest.raises(ValueError, match="low must not be above high"):
        function(low=0.2, high=0.1, **others.get(function, {}))


def test_a_worthwhile_change_given_as_a_percentage_is_refused():
    with pytest.raises(ValueError, match="worthwhile must be a fraction between 0 and 1; got 10"):
        worthwhile_words(low=-0.1, high=0.1, worthwhile=10)
