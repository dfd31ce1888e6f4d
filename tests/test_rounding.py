"""Published counts: to the nearest 5, and what true counts they may stand for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.disclosure.rounding import could_be, rounded

counts = st.integers(min_value=0, max_value=100_000)


@pytest.mark.parametrize(
    ("true", "published"),
    [(0, 0), (1, 0), (2, 0), (3, 5), (4, 5), (5, 5), (7, 5), (8, 10), (12, 10), (13, 15), (22, 20), (23, 25)],
)
def test_counts_go_to_the_nearest_five_as_in_hesa_s_methodology(true, published):
    assert rounded(true) == published


@given(counts)
def test_a_published_count_may_stand_for_its_true_one_and_for_itself(true):
    published = rounded(true)
    assert true in could_be(published)
    assert rounded(published) == published
    assert published in could_be(published)


@given(counts)
def test_a_count_could_be_just_those_that_round_to_it(true):
    around = range(max(true - 10, 0), true + 10)
    assert [one for one in around if rounded(one) == rounded(true)] == list(could_be(rounded(true)))


def test_no_published_count_stands_for_fewer_than_three_true_ones():
    assert min(len(could_be(published)) for published in range(0, 100, 5)) == 3


def test_a_count_below_nought_is_refused():
    with pytest.raises(ValueError, match="a count is not below 0; got -1"):
        rounded(-1)


@pytest.mark.parametrize("published", [3, -5])
def test_a_count_that_is_not_rounded_is_refused(published):
    with pytest.raises(ValueError, match="a published count is a multiple of 5 from 0 up"):
        could_be(published)
