"""Days, times, numbers and yes or no: read where there is one way to, and never guessed."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.intake.cells import READERS, day_of, flag_of, fraction_of, moment_of, number_of, whole_number_of

AUGUST_FIRST = [
    *("2026-08-01", "2026/08/01", "2026.8.1", "01/08/2026", "1-8-2026", "01.08.2026"),
    *(
        "01-Aug-2026",
        "1 August 2026",
        "1st Aug 2026",
        "Aug 1, 2026",
        "Saturday, 1 August 2026",
        "01 AUG 2026",
    ),
    *("2026-08-01 00:00:00", "2026-08-01T23:59:59", "2026-08-01T23:59:59.997Z", "2026-08-01T00:30:00+01:00"),
    *("2026-08-01 23:30:00 -0500", "01/08/2026 9:05 AM", "01/08/2026 14:05", "1 August 2026 12:00 p.m."),
]


@pytest.mark.parametrize("text", AUGUST_FIRST)
def test_a_day_is_read_day_before_month_and_its_time_is_left(text):
    assert day_of(text) == date(2026, 8, 1)


@pytest.mark.parametrize(
    "text",
    [
        *("1/8/26", "01-Aug-26", "46235", "46235.5", "2026-08", "August 2026", "08/13/2026", "30/02/2026"),
        *("01/08-2026", "2026-08-01 25:00", "2026-08-01 13:00 pm", "2026-08-01 about noon", "9999-12-31"),
        *("0001-01-01", "1 Ma 2026", "1 Augustus 2026", "31 June 2026", "soon", "", "٠١/٠٨/٢٠٢٦"),
    ],
)
def test_what_can_be_read_two_ways_or_none_is_no_day(text):
    assert day_of(text) is None


@given(
    st.dates(date(1678, 1, 1), date(2261, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%d-%b-%Y"]),
)
def test_every_day_comes_back_from_each_way_to_write_it(day, form):
    assert day_of(day.strftime(form).replace(f"{day.year:d}", f"{day.year:04d}")) == day


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-08-01 14:05", datetime(2026, 8, 1, 14, 5)),
        ("2026-08-01T14:05:09+01:00", datetime(2026, 8, 1, 13, 5, 9)),
        ("2026-08-01T00:30+0100", datetime(2026, 7, 31, 23, 30)),
        ("01/08/2026 12:05 am", datetime(2026, 8, 1, 0, 5)),
        ("01/08/2026 12:05 pm", datetime(2026, 8, 1, 12, 5)),
        ("1 August 2026", datetime(2026, 8, 1)),
        ("2026-08-01 24:00", None),
        ("teatime", None),
    ],
)
def test_a_time_is_utc_and_an_offset_moves_it(text, moment):
    assert moment_of(text) == moment


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("-3.5", -3.5), ("1,250", 1250), ("12,345,678.9", 12345678.9), (".5", 0.5), ("1e3", 1000)],
)
def test_a_number_may_part_its_thousands(text, number):
    assert number_of(text) == number


@pytest.mark.parametrize(
    "text", ["1,25", "12,34,567", "1 250", "inf", "nan", "1_000", "", ".", "e5", "£5", "٣"]
)
def test_what_is_no_plain_number_is_none(text):
    assert number_of(text) is None


@pytest.mark.parametrize(
    ("text", "whole"), [("3", 3), ("3.0", 3), ("3.5", None), ("1" * 15, int("1" * 15)), ("1" * 16, None)]
)
def test_a_whole_number_may_end_in_point_nought(text, whole):
    assert whole_number_of(text) == whole


@pytest.mark.parametrize(
    ("text", "fraction"),
    [
        ("0", 0),
        ("1", 1),
        ("0.6", 0.6),
        ("60%", 0.6),
        ("100 %", 1),
        ("101%", None),
        ("1.01", None),
        ("-0.1", None),
        ("60", None),
    ],
)
def test_a_fraction_may_be_a_percentage_with_its_sign(text, fraction):
    assert fraction_of(text) == fraction


@pytest.mark.parametrize(
    ("words", "flag"), [("true YES y 1 t", True), ("false No n 0 F", False), ("maybe yes-ish 2", None)]
)
def test_yes_and_no_are_one_word_letter_or_figure(words, flag):
    assert {flag_of(word) for word in words.split()} == {flag}


@given(st.text(max_size=40), st.sampled_from(sorted(READERS)))
def test_no_text_stops_a_reader(text, kind):
    READERS[kind][0](text)
