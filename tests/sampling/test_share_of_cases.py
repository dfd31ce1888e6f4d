"""A sample that is a share of the cases: its size, its precision, and what it refuses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.sampling import plan_sample


@pytest.mark.parametrize(
    ("population", "sample"),
    [(240, 12), (241, 13), (239, 12), (20, 1), (1, 1)],  # 5% of 241 is 12.05, of 239 is 11.95
)
def test_five_per_cent_is_rounded_up_to_whole_files(population, sample):
    assert plan_sample(population=population, share_of_cases=0.05).sample == sample


def test_a_share_that_is_a_whole_number_is_not_rounded_up_by_floating_point():
    # 0.07 * 100 is 7.000000000000001
    assert plan_sample(population=100, share_of_cases=0.07).sample == 7


def test_the_sentence_gives_the_share_and_the_precision_it_brings():
    plan = plan_sample(population=240, share_of_cases=0.05)
    assert plan.sentence.startswith("Draw 12 of the 240 cases: ")
    assert "The size is 5% of the cases; the precision is what that gives." in plan.sentence
    assert f"within about {round(plan.expected_margin * 100)} percentage points" in plan.sentence
    assert plan.margin_of_error == plan.expected_margin


def test_more_are_sent_out_where_not_all_come_back():
    assert plan_sample(population=240, share_of_cases=0.05, return_rate=0.8).to_send == 15  # 12 / 0.8


@given(population=st.integers(1, 2000), share=st.floats(0.01, 1))
def test_a_share_never_draws_more_than_there_are_nor_less_than_was_asked(population, share):
    plan = plan_sample(population=population, share_of_cases=share)
    assert share * population - 1e-6 <= plan.sample <= population


@pytest.mark.parametrize("sizes", [{}, {"margin_of_error": 0.1, "share_of_cases": 0.05}])
def test_exactly_one_way_to_say_the_size_is_taken(sizes):
    with pytest.raises(ValueError, match="give exactly one of margin_of_error, share_of_cases, cases"):
        plan_sample(population=100, **sizes)


@pytest.mark.parametrize("share", [0, -0.05, 1.01])
def test_a_share_out_of_range_is_refused(share):
    with pytest.raises(ValueError, match="share_of_cases must be a fraction"):
        plan_sample(population=100, share_of_cases=share)
