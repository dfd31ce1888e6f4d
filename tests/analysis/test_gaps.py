"""Longest gaps: 14 days are kept, 15 are not."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis.gaps import gap_counts, longest_gaps

START, END = date(2026, 7, 1), date(2026, 9, 30)


def gap(days, *, started="2026-01-01", until="2027-01-01", start=START, end=END, allowed=14):
    person = pd.DataFrame(
        {"id": ["a"], "started_on": pd.to_datetime([started]), "until": pd.to_datetime([until])}
    )
    events = pd.DataFrame({"id": "a", "on": pd.to_datetime(list(days))})
    found = longest_gaps(people=person, events=events, days=allowed, start=start, end=end)
    return found[["longest", "over"]].to_numpy().tolist()


def fortnights(first, last):
    return [str(day.date()) for day in pd.date_range(first, last, freq="14D")]


@pytest.mark.parametrize(
    ("second", "longest", "over"),
    [("2026-07-14", 13, False), ("2026-07-15", 14, False), ("2026-07-16", 15, True)],
)
def test_between_two_events(second, longest, over):
    assert gap(["2026-07-01", second], end=date(2026, 7, 20)) == [[longest, over]]


@pytest.mark.parametrize(("first", "over"), [("2026-07-15", False), ("2026-07-16", True)])
def test_from_the_start_of_the_period_to_the_first(first, over):
    assert gap([first], end=date(2026, 7, 20))[0][1] == over


@pytest.mark.parametrize(("first", "over"), [("2026-07-24", False), ("2026-07-25", True)])
def test_from_the_start_in_post_to_the_first(first, over):
    assert gap([first], started="2026-07-10", end=date(2026, 7, 30))[0][1] == over


@pytest.mark.parametrize(("last", "over"), [("2026-09-16", False), ("2026-09-15", True)])
def test_from_the_last_to_the_end(last, over):
    assert gap([*fortnights("2026-07-08", "2026-09-02"), last])[0] == [14 if not over else 15, over]


def test_the_rule_ends_with_the_person_s_own_last_day():
    assert gap(["2026-07-10"], until="2026-07-24") == [[14, False]]
    assert gap(["2026-07-10"], until="2026-07-25") == [[15, True]]


def test_a_gap_across_the_start_counts_where_its_limit_is_passed_in_the_period():
    # 20 June and 14 days: 4 July, within the period; 16 June and 14 days: 30 June, before it
    assert gap(["2026-06-20", "2026-07-05"], end=date(2026, 7, 15)) == [[15, True]]
    assert gap(["2026-06-16", "2026-07-02"], end=date(2026, 7, 15)) == [[13, False]]


def test_without_any_event_the_whole_period_is_the_gap():
    assert gap([]) == [[91, True]]


def test_people_to_whom_the_rule_does_not_apply_in_the_period_are_left_out():
    assert gap([], until="2026-06-30") == []
    assert gap([], started="2026-10-01") == []
    assert gap([], until="2026-07-01") == [[0, False]]


def test_less_than_a_day_is_refused():
    with pytest.raises(ValueError, match="`days` must be at least 1; got 0"):
        gap([], allowed=0)


def test_people_are_counted_within_and_over_with_the_longest_of_all():
    gaps = pd.DataFrame({"id": ["a", "b", "c"], "longest": [14, 15, 3], "over": [False, True, False]})
    table = gap_counts(gaps=gaps, table_id="t", row_key="r").set_index("measure")
    assert table.loc[["within", "over"], "x"].tolist() == [2, 1]
    assert table.loc["longest", "estimate"] == 15


def test_nobody_to_watch_is_not_applicable():
    empty = pd.DataFrame(
        {"id": [], "longest": pd.Series([], dtype="int64"), "over": pd.Series([], dtype=bool)}
    )
    assert set(gap_counts(gaps=empty, table_id="t", row_key="r")["mark"]) == {"z"}


@given(st.lists(st.integers(0, 91), max_size=12), st.integers(0, 91))
def test_one_more_event_never_makes_a_gap_longer(days, more):
    first = pd.Timestamp(START)
    dates = [str((first + pd.Timedelta(days=day)).date()) for day in days]
    extra = str((first + pd.Timedelta(days=more)).date())
    assert gap([*dates, extra])[0][0] <= gap(dates)[0][0]
