import pandas as pd
import pytest

from qaf_lib.display import count_of, interval_words, long_date, percent, points, score, share_words
from qaf_lib.display.words import percent_beside

SHARES = {
    0: "0%",
    0.001: "under 1%",
    0.005: "1%",
    0.625: "63%",
    0.995: "over 99%",
    0.9999: "over 99%",
    1: "100%",
}


@pytest.mark.parametrize(("share", "words"), SHARES.items())
def test_a_share_reads_as_a_percentage_that_is_none_or_all_only_when_it_is(share, words):
    assert percent(share) == words


def test_a_half_goes_up_as_people_expect():
    assert [percent(0.125), percent(0.0649, digits=1)] == ["13%", "6.5%"]


@pytest.mark.parametrize(
    ("share", "words"), [(0.847, "84.7%"), (0.8499, "just under 85%"), (0.85, "85%"), (0.8401, "84%")]
)
def test_a_share_reads_as_its_target_only_where_it_is_the_target(share, words):
    assert percent_beside(share, 0.85) == words


CHANGES = {0.05: "+5 points", -0.05: "−5 points", 0.01: "+1 point", 0.0: "0 points"}


@pytest.mark.parametrize(("change", "words"), CHANGES.items())
def test_a_difference_reads_in_points_with_its_sign(change, words):
    assert points(change) == words


def test_counts_and_dates_read_as_on_paper():
    assert count_of(38, 1060) == "38 of 1,060"
    assert interval_words(0.5161, 0.7339) == "52% to 73%"
    assert long_date(pd.Timestamp("2026-09-30")) == "30 September 2026"
    assert score(0.456) == "0.46"


def test_a_row_reads_as_count_share_and_interval():
    row = {"mark": "", "x": 38, "n": 60, "estimate": 0.6333, "low": 0.52, "high": 0.73}
    assert share_words(row) == "38 of 60 (63%; 95% interval 52% to 73%)"


def test_a_weighted_share_that_differs_from_the_count_says_so():
    row = {"mark": "", "x": 30, "n": 60, "estimate": 0.6, "low": 0.5, "high": 0.7}
    assert "weighted 60%" in share_words(row)


def test_what_is_not_there_is_said_in_words_with_its_reason():
    assert share_words({"mark": "z"}) == "not applicable"
    assert share_words({"mark": "x", "method": "none graded"}) == "not available: none graded"
    assert share_words({"mark": "", "x": 0, "n": 0, "estimate": None, "low": None, "high": None}) == "none"
