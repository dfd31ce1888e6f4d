"""Spans in which something is due, on both sides of each end."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis.spans import spans_of, year_of
from qaf_lib.dates import parse_period

Q1, Q2, Q3, Q4 = (parse_period(f"2026-27 Q{number}") for number in (1, 2, 3, 4))


def dues(period, every, **asked):
    return [span.due for span in spans_of(every=every, period=period, **asked)]


@pytest.mark.parametrize(
    ("every", "count"), [("week", 13), ("month", 3), ("quarter", 1), ("half_year", 1), ("year", 1)]
)
def test_so_many_spans_belong_to_a_quarter(every, count):
    # July to September 2026 has 13 Sundays: 5 July to 27 September
    assert len(spans_of(every=every, period=Q2)) == count


def test_a_week_belongs_to_the_period_of_its_sunday():
    # 30 September 2026 is a Wednesday: that week ends on 4 October
    assert dues(Q2, "week")[-1] == date(2026, 9, 27)
    assert dues(Q3, "week")[0] == date(2026, 10, 4)
    assert spans_of(every="week", period=Q3)[0].start == date(2026, 9, 28)


def test_half_years_and_years_follow_the_basis():
    # Q2 ends the first half of the financial year; the calendar's second half ends with Q3
    assert dues(Q2, "half_year") == [date(2026, 9, 30)]
    assert dues(Q2, "half_year", year="calendar") == [date(2026, 12, 31)]
    assert dues(Q3, "year", year="calendar") == [date(2026, 12, 31)]
    assert dues(Q4, "year", year="calendar") == [date(2027, 12, 31)]
    assert dues(Q4, "year") == [date(2027, 3, 31)]


@pytest.mark.parametrize(
    ("day", "financial", "calendar"),
    [
        (date(2026, 3, 31), "2025-26", "2026"),
        (date(2026, 4, 1), "2026-27", "2026"),
        (date(2026, 12, 31), "2026-27", "2026"),
        (date(2027, 1, 1), "2026-27", "2027"),
        (date(2012, 3, 31), "2011-12", "2012"),
    ],
)
def test_years_change_on_1_april_and_1_january(day, financial, calendar):
    assert year_of(day, basis="financial").label == financial
    assert year_of(day, basis="calendar").label == calendar


def test_the_financial_year_has_its_days_though_its_label_reads_as_a_month():
    # "2011-12" is December 2011 to parse_period
    year = year_of(date(2011, 4, 1), basis="financial")
    assert (year.start, year.end) == (date(2011, 4, 1), date(2012, 3, 31))


@pytest.mark.parametrize(
    ("due_month", "due"),
    [(6, date(2026, 6, 30)), (9, date(2026, 9, 30)), (3, date(2027, 3, 31)), (2, date(2027, 2, 28))],
)
def test_a_yearly_duty_is_due_at_the_end_of_its_month(due_month, due):
    assert dues(Q2, "year", due_month=due_month) == [due]


def test_a_span_longer_than_the_period_is_the_one_under_way():
    month = parse_period("2026-08")
    assert dues(month, "quarter") == [date(2026, 9, 30)]
    assert spans_of(every="quarter", period=month)[0].start == date(2026, 7, 1)


def test_two_years_are_those_up_to_the_end():
    assert spans_of(every="two_years", period=Q2)[0].start == date(2024, 10, 1)
    # the day after 29 February 2028 is 1 March: two years before it begins 1 March 2026
    assert spans_of(every="two_years", period=parse_period("2028-02"))[0].start == date(2026, 3, 1)


def test_a_month_to_be_done_by_is_for_years_only():
    with pytest.raises(ValueError, match="`due_month` is for spans of a year; got month"):
        spans_of(every="month", period=Q2, due_month=3)


@given(
    st.sampled_from(["2026-27 Q1", "2026 Q3", "2026-02", "2027-28", "2024"]),
    st.sampled_from(["week", "month", "quarter", "half_year", "year"]),
    st.sampled_from(["calendar", "financial"]),
)
def test_spans_follow_one_another_without_gaps(label, every, year):
    spans = spans_of(every=every, period=parse_period(label), year=year)
    assert all(one.end + timedelta(days=1) == two.start for one, two in pairwise(spans))
