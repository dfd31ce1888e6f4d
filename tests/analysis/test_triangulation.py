"""What sources say of a theme, and whether they agree."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis.triangulation import (
    TOO_LITTLE,
    agreement,
    theme_share,
    verdict_of_share,
    verdict_of_targets,
)

VERDICTS = st.sampled_from(["good", "mixed", "poor", TOO_LITTLE])


@pytest.mark.parametrize(
    ("x", "n", "said"),
    [
        *((20, 30, "good"), (19, 30, "mixed"), (15, 30, "mixed"), (14, 30, "poor")),
        *((10, 10, "good"), (9, 9, TOO_LITTLE), (0, 0, TOO_LITTLE)),
    ],
)
def test_two_thirds_are_good_and_under_a_half_is_poor(x, n, said):
    assert verdict_of_share(estimate=x / n if n else None, n=n) == said


@pytest.mark.parametrize(
    ("estimate", "low", "high", "said"),
    [
        *((0.70, 0.51, 0.85, "good"), (0.70, 0.50, 0.79, "mixed"), (0.70, 0.45, 0.90, TOO_LITTLE)),
        *((0.40, 0.30, 0.66, "poor"), (0.40, 0.38, 0.67, "mixed"), (0.40, 0.20, 0.67, TOO_LITTLE)),
        *((0.60, 0.45, 0.75, "mixed"), (0.60, 0.44, 0.75, TOO_LITTLE)),
    ],
)
def test_an_interval_must_bear_the_verdict_out(estimate, low, high, said):
    assert verdict_of_share(estimate=estimate, low=low, high=high, n=40) == said


@pytest.mark.parametrize(
    ("gaps", "said"),
    [
        *(([0.0], "good"), ([-0.049], "mixed"), ([-0.05], "poor"), ([0.1, 0.0], "good")),
        *(([0.1, -0.2], "mixed"), ([-0.1, -0.2], "poor"), ([], TOO_LITTLE)),
    ],
)
def test_indicators_say_how_far_they_stand_from_their_targets(gaps, said):
    assert verdict_of_targets(gaps=gaps) == said


@pytest.mark.parametrize(
    ("verdicts", "together"),
    [
        *((["good", "good"], "agree"), (["mixed", "mixed", TOO_LITTLE], "agree")),
        *((["good", "poor", "mixed"], "conflict"), (["good", "mixed"], "mixed")),
        *(
            (["good", TOO_LITTLE], "one source only"),
            ([TOO_LITTLE] * 3, "nothing to say"),
            ([], "nothing to say"),
        ),
    ],
)
def test_sources_agree_or_they_do_not(verdicts, together):
    assert agreement(verdicts=verdicts) == together


@given(st.lists(VERDICTS, max_size=6), st.randoms())
def test_neither_their_order_nor_a_silent_source_changes_anything(verdicts, chance):
    shuffled = [*verdicts, TOO_LITTLE]
    chance.shuffle(shuffled)
    assert agreement(verdicts=shuffled) == agreement(verdicts=verdicts)


def test_one_question_is_the_theme_and_none_has_no_share():
    one = pd.DataFrame({"n": [20], "estimate": [0.6], "low": [0.4], "high": [0.8]})
    found = theme_share(questions=one)
    assert (found.share.estimate, found.share.low, found.n) == (0.6, 0.4, 20)
    assert theme_share(questions=one.iloc[:0]).share.estimate is None


def test_a_question_without_an_interval_is_left_out():
    two = pd.DataFrame({"n": [20, 0], "estimate": [0.6, None], "low": [0.4, None], "high": [0.8, None]})
    assert theme_share(questions=two).n == 20


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="must not be negative; got -1"):
        verdict_of_share(estimate=None, n=-1)
    with pytest.raises(ValueError, match="between -1 and 1"):
        verdict_of_targets(gaps=[1.5])
    with pytest.raises(ValueError, match="unknown verdicts: fine"):
        agreement(verdicts=["fine"])
