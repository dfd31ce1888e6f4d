"""Spans in which something is due, shares of them in post, and people who follow one another."""

from datetime import date, timedelta
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.counting import expected_times, share_in_post, spans_of, whole_times, year_of
from qaf_lib.counting.spans import posts
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


def people(*rows):
    table = pd.DataFrame(rows, columns=["staff_id", "role", "team_id", "started_on", "left_on"])
    return table.assign(**{name: pd.to_datetime(table[name]) for name in ("started_on", "left_on")})


def share(started, left, start=date(2026, 9, 1), end=date(2026, 9, 30)):
    return share_in_post(people=people(("a", "r", "T", started, left)), start=start, end=end).iloc[0]


@pytest.mark.parametrize(
    ("started", "left", "days"),
    [
        ("2026-09-01", None, 30),
        ("2026-09-02", None, 29),
        ("2026-09-30", None, 1),
        ("2026-10-01", None, 0),
        ("2020-01-01", "2026-09-30", 30),
        ("2020-01-01", "2026-09-29", 29),
        ("2020-01-01", "2026-09-01", 1),
        ("2020-01-01", "2026-08-31", 0),
    ],
)
def test_first_and_last_day_count(started, left, days):
    assert share(started, left) == pytest.approx(days / 30)


def test_a_span_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="before it starts"):
        share("2026-09-01", None, start=date(2026, 9, 2), end=date(2026, 9, 1))


@pytest.mark.parametrize(
    ("times", "days", "whole"),
    [(9, 365, 9), (9, 364, 8), (9, 122, 3), (9, 121, 2), (6, 365, 6), (1, 365, 1), (1, 364, 0), (1, 400, 1)],
)
def test_only_whole_times_are_expected(times, days, whole):
    # 9 x 122/365 = 3.008; 9 x 121/365 = 2.98
    assert whole_times(times=times, shares=pd.Series([days / 365])).iloc[0] == whole


def test_a_third_of_nine_is_three_whatever_the_machine_s_rounding():
    assert whole_times(times=9, shares=pd.Series([0.1 + 0.1 + 0.1 + 1 / 30])).iloc[0] == 3


def test_a_negative_share_is_refused():
    with pytest.raises(ValueError, match="negative"):
        whole_times(times=1, shares=pd.Series([-0.1]))


def test_who_starts_the_day_after_takes_over_the_post_and_who_overlaps_does_not():
    after = people(("a", "Deputy", "T", "2020-01-01", "2026-08-15"), ("b", "Deputy", "T", "2026-08-16", None))
    same = people(("a", "Deputy", "T", "2020-01-01", "2026-08-15"), ("b", "Deputy", "T", "2026-08-15", None))
    assert len(set(posts(people=after))) == 1
    assert len(set(posts(people=same))) == 2


def test_posts_are_of_one_role_and_team():
    apart = people(
        ("a", "Manager", "T1", "2020-01-01", "2026-08-15"),
        ("b", "Manager", "T2", "2026-08-16", None),
        ("c", "Worker", "T1", "2026-08-16", None),
    )
    assert posts(people=apart).nunique() == 3


def test_the_post_that_is_free_for_longest_is_filled_first():
    table = people(
        ("a", "Worker", "T", "2020-01-01", "2026-02-28"),
        ("b", "Worker", "T", "2020-01-01", "2026-01-31"),
        ("c", "Worker", "T", "2026-04-01", None),
    )
    labels = dict(zip(table["staff_id"], posts(people=table), strict=True))
    assert labels["c"] == labels["b"] != labels["a"]


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 100)), min_size=1, max_size=8))
def test_nobody_shares_a_post_on_a_day(stays):
    first = pd.Timestamp("2026-01-01")
    table = pd.DataFrame({"staff_id": [str(at) for at in range(len(stays))], "role": "r", "team_id": "T"})
    table["started_on"] = [first + pd.Timedelta(days=start) for start, _ in stays]
    table["left_on"] = [first + pd.Timedelta(days=start + stay) for start, stay in stays]
    days = share_in_post(people=table, start=date(2026, 1, 1), end=date(2027, 12, 31))
    assert (days.groupby(posts(people=table)).sum() <= 1).all()
    held = table.assign(post=posts(people=table)).sort_values("started_on")
    for _, post in held.groupby("post"):
        assert (post["started_on"].iloc[1:].to_numpy() > post["left_on"].iloc[:-1].to_numpy()).all()


def asked_of(*rows, times=1, every="month", **more):
    spans = spans_of(every=every, period=parse_period("2026-27 Q2"))
    return expected_times(people=people(*rows), times=times, spans=spans, **more).to_dict()


def test_a_post_is_asked_whole_whatever_its_full_time_equivalent():
    staff = people(("a", "r", "T", "2020-01-01", None)).assign(fte=0.6)
    spans = spans_of(every="month", period=parse_period("2026-27 Q2"))
    assert expected_times(people=staff, times=1, spans=spans).to_dict() == {"a": 3}


@pytest.mark.parametrize(
    ("started", "left", "times"),
    [
        ("2026-08-01", None, 2),
        ("2026-08-02", None, 1),
        ("2020-01-01", "2026-08-31", 2),
        ("2020-01-01", "2026-08-30", 1),
        ("2026-10-01", None, 0),
    ],
)
def test_only_months_wholly_in_post_are_asked(started, left, times):
    assert asked_of(("a", "r", "T", started, left)) == {"a": times}


def test_people_who_follow_one_another_are_asked_as_one_post():
    staff = people(("a", "r", "T", "2020-01-01", "2026-08-15"), ("b", "r", "T", "2026-08-16", None))
    spans = spans_of(every="month", period=parse_period("2026-27 Q2"))
    assert expected_times(people=staff, times=1, spans=spans).to_dict() == {"a": 1, "b": 1}
    assert expected_times(people=staff.assign(owner="post"), times=1, spans=spans).to_dict() == {"post": 3}


@pytest.mark.parametrize(("months", "weeks"), [((), 13), ((8,), 8), ((7, 8, 9), 0), ((6,), 13)])
def test_a_week_goes_with_the_month_of_its_last_day(months, weeks):
    # of July to September 2026, five of the Sundays lie in August
    assert asked_of(("a", "r", "T", "2020-01-01", None), every="week", excused_months=months) == {"a": weeks}


def test_days_of_two_exemptions_that_overlap_count_once():
    exempt = pd.DataFrame({"staff_id": ["a", "a"], "starts_on": pd.to_datetime(["2026-09-01", "2026-09-11"])})
    exempt["ends_on"] = pd.to_datetime(["2026-09-15", "2026-09-20"])
    days = share_in_post(
        people=people(("a", "r", "T", "2020-01-01", None), ("b", "r", "T", "2020-01-01", None)),
        start=date(2026, 9, 1), end=date(2026, 9, 30), exempt=exempt,
    )  # fmt: skip
    assert (days * 30).round().tolist() == [10, 30]
