"""Periods, months and England's working days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.dates import (
    Period,
    add_months,
    add_working_days,
    calendar_year_of,
    parse_period,
    previous_period,
    working_days_between,
)

YEARS = st.integers(1990, 2090)
LABELS = st.one_of(
    st.builds("{}-{:02d}".format, YEARS, st.integers(1, 12)),
    st.builds("{} Q{}".format, YEARS, st.integers(1, 4)),
    st.builds(str, YEARS),
    st.builds(lambda y, q: f"{y}-{(y + 1) % 100:02d} Q{q}", YEARS, st.integers(1, 4)),
    st.builds(lambda y: f"{y}-{(y + 1) % 100:02d}", st.integers(2012, 2090)),
)


@pytest.mark.parametrize(
    ("label", "start", "end"),
    [
        ("2026-07", date(2026, 7, 1), date(2026, 7, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026 Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-27 Q1", date(2026, 4, 1), date(2026, 6, 30)),
        ("2026-27 Q4", date(2027, 1, 1), date(2027, 3, 31)),
        ("2026-27", date(2026, 4, 1), date(2027, 3, 31)),
        ("1999-00", date(1999, 4, 1), date(2000, 3, 31)),
        ("2011-12", date(2011, 12, 1), date(2011, 12, 31)),
        ("2011-12 Q1", date(2011, 4, 1), date(2011, 6, 30)),
    ],
)
def test_a_label_names_its_first_and_last_day(label, start, end):
    assert parse_period(label) == Period(label, start, end)


@pytest.mark.parametrize("label", ["", "2026-28", "2026-13", "2026-27 Q5", "Q2 2026", "2026-7", "2026-07 Q1"])
def test_a_label_that_is_no_period_is_refused(label):
    with pytest.raises(ValueError, match=r"is not a (period|financial year).*Write a month"):
        parse_period(label)


@pytest.mark.parametrize(
    ("label", "before"),
    [
        ("2026-01", "2025-12"),
        ("2026 Q1", "2025 Q4"),
        ("2026", "2025"),
        ("2026-27 Q1", "2025-26 Q4"),
        ("2026-27 Q4", "2026-27 Q3"),
        ("2026-27", "2025-26"),
        ("2000-01 Q1", "1999-00 Q4"),
    ],
)
def test_the_previous_period_is_of_the_same_kind(label, before):
    assert previous_period(parse_period(label)) == parse_period(before)


def test_the_financial_year_before_2012_13_is_a_year_though_its_label_reads_as_a_month():
    before = previous_period(parse_period("2012-13"))
    assert (before.start, before.end) == (date(2011, 4, 1), date(2012, 3, 31))
    assert previous_period(before).start == date(2010, 4, 1)


@given(LABELS)
def test_periods_of_a_kind_tile_time(label):
    period = parse_period(label)
    before = previous_period(period)
    assert before.end + timedelta(days=1) == period.start
    assert abs((before.end - before.start) - (period.end - period.start)) <= timedelta(days=3)
    assert before.label.count("Q") == label.count("Q")


def test_first_and_last_day_belong_to_the_period_and_their_neighbours_do_not():
    quarter = parse_period("2026-27 Q2")
    assert date(2026, 7, 1) in quarter
    assert date(2026, 9, 30) in quarter
    assert date(2026, 6, 30) not in quarter
    assert date(2026, 10, 1) not in quarter
    assert quarter.slug == "2026-27-q2"


def test_the_calendar_year_of_a_day_is_whole():
    assert calendar_year_of(date(2026, 9, 30)) == parse_period("2026")


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 2, 29), -12, date(2023, 2, 28)),
        (date(2025, 12, 15), 1, date(2026, 1, 15)),
    ],
)
def test_months_are_added_to_the_same_day_or_the_month_s_last(day, months, later):
    assert add_months(day, months) == later


@pytest.mark.parametrize(
    "holiday", [date(2026, 8, 31), date(2023, 5, 8), date(2022, 9, 19), date(2026, 12, 28)]
)
def test_bank_holidays_and_one_off_holidays_are_no_working_days(holiday):
    # late August; the coronation; the state funeral; Boxing Day 2026 is a Saturday, so the Monday
    assert working_days_between(holiday - timedelta(days=1), holiday) == 0


def test_a_scottish_holiday_is_a_working_day_in_england():
    assert working_days_between(date(2026, 8, 2), date(2026, 8, 3)) == 1


def test_the_fifth_and_sixth_working_day_over_a_bank_holiday():
    # Friday 28 August 2026; Monday 31 is a holiday: 1, 2, 3, 4 September are days 1 to 4, Monday 7 day 5
    friday = date(2026, 8, 28)
    assert add_working_days(friday, 5) == date(2026, 9, 7)
    assert add_working_days(friday, 6) == date(2026, 9, 8)
    assert working_days_between(friday, date(2026, 9, 8)) == 6


@given(st.dates(date(2015, 1, 1), date(2035, 12, 31)), st.integers(0, 30))
def test_counting_working_days_undoes_adding_them(day, count):
    assert working_days_between(day, add_working_days(day, count)) == count


def test_a_negative_count_of_working_days_is_refused():
    with pytest.raises(ValueError, match="must not be negative; got -1"):
        add_working_days(date(2026, 8, 28), -1)


def test_no_working_day_lies_between_a_day_and_an_earlier_one():
    assert working_days_between(date(2026, 9, 7), date(2026, 8, 28)) == 0
