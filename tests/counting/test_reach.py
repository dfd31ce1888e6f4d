"""Coverage as a full count; longest gaps: 14 days are kept, 15 are not."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.counting import SoFar, coverage, gap_counts, longest_gaps, pace, so_far, still_to_reach


def reached(ids, done, *, times=1, **columns):
    expected = pd.DataFrame({"id": list(ids)}).assign(**columns)
    by = next(iter(columns), "id")
    done = pd.Series(done, dtype="Int64")
    table = coverage(expected=expected, done=done, times=times, table_id="t", by=by)
    return table if columns else table[table["row_key"] == "all"]


@pytest.mark.parametrize(("times", "x"), [(1, 3), (2, 2), (3, 1), (4, 0)])
def test_a_person_counts_when_reached_as_often_as_asked(times, x):
    # a was reached once, b twice, c three times, d never
    table = reached("abcd", {"a": 1, "b": 2, "c": 3}, times=times)
    assert table[["x", "n", "estimate"]].to_numpy().tolist() == [[x, 4, x / 4]]


def test_those_who_were_not_expected_do_not_count():
    assert reached("a", {"a": 1, "z": 5})[["x", "n"]].to_numpy().tolist() == [[1, 1]]


def test_groups_stand_under_the_whole_and_a_blank_is_not_recorded():
    table = reached("abc", {"a": 1}, team=["T2", "T1", None])
    assert table[["row_key", "x", "n"]].to_numpy().tolist() == [
        *(["all", 1, 3], ["T1", 0, 1], ["T2", 1, 1], ["not recorded", 0, 1]),
    ]


def test_a_full_count_has_no_interval():
    assert reached("ab", {"a": 1})[["low", "high"]].isna().all(axis=None)


def test_nobody_to_reach_is_not_applicable():
    assert reached("", {})[["mark", "n"]].to_numpy().tolist() == [["z", 0]]


def test_an_id_expected_twice_is_refused():
    with pytest.raises(ValueError, match="1 ids are expected twice"):
        reached("aa", {})


def test_less_than_once_is_refused():
    with pytest.raises(ValueError, match="times must be a count of at least 1; got 0"):
        reached("a", {}, times=0)


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 4)), st.integers(1, 3))
def test_groups_add_up_to_the_whole(done, times):
    table = reached("abcdefgh", done, times=times, team=["T1", "T2"] * 4).set_index("row_key")
    assert table.loc["all", "x"] == table.loc["T1", "x"] + table.loc["T2", "x"]


@pytest.mark.parametrize(("done", "x"), [(5, 0), (6, 1), (8, 1), (9, 1)])
def test_each_may_be_asked_a_number_of_their_own(done, x):
    # a is asked nine times, b, who works part time, six
    expected = pd.DataFrame({"id": ["a", "b"], "asked": [9, 6]})
    table = coverage(expected=expected, done=pd.Series({"a": 8, "b": done}), times=9, table_id="t", by="id")
    assert table["x"].tolist()[0] == x


def test_those_still_to_reach_are_listed_with_what_is_left():
    expected = pd.DataFrame({"id": ["a", "b", "c"], "asked": [2, 2, 1]})
    still = still_to_reach(expected=expected, done=pd.Series({"a": 2, "b": 1}), times=1)
    assert still[["id", "done", "to_do"]].to_numpy().tolist() == [["b", 1, 1], ["c", 0, 1]]


def paced(to_do, months, hours_each=4.0, hours_there=100.0):
    table = pace(
        to_do=to_do, of=90, months=months, hours_each=hours_each, hours_there=hours_there, table_id="t"
    )
    return table.set_index("measure")["estimate"].to_dict()


@pytest.mark.parametrize(("to_do", "months", "a_month"), [(30, 3, 10), (31, 3, 11), (0, 3, 0), (5, 0, 5)])
def test_the_pace_is_rounded_up_and_at_the_year_s_end_is_all_that_is_left(to_do, months, a_month):
    assert paced(to_do, months)["a_month"] == a_month


def test_hours_needed_stand_beside_hours_there():
    assert paced(25, 3) == {"a_month": 9, "hours_needed": 100, "hours_there": 100}
    assert "hours_needed" not in paced(25, 3, hours_each=None)


def test_hours_that_nobody_gave_are_not_available():
    table = pace(to_do=1, of=2, months=3, hours_each=4, hours_there=0, table_id="t").set_index("measure")
    assert table.loc["hours_there", "mark"] == "x"


def test_months_before_the_year_s_end_are_not_negative():
    with pytest.raises(ValueError, match="months must be a count of at least 0; got -1"):
        paced(1, -1)


@pytest.mark.parametrize(
    ("asked", "had", "found"),
    [
        (6.0, 6, SoFar(due=6, done=6, kept_pace=1, asked=1)),
        (6.0, 5, SoFar(due=6, done=5, kept_pace=0, asked=1)),
        (0.99, 1, SoFar(due=0, done=1, kept_pace=0, asked=0)),
        (1.0, 0, SoFar(due=1, done=0, kept_pace=0, asked=1)),
        (5.9, 6, SoFar(due=5, done=6, kept_pace=1, asked=1)),
    ],
)
def test_so_far_holds_what_was_done_against_the_part_of_the_year(asked, had, found):
    assert so_far(asked=pd.Series({"a": asked}), done=pd.Series({"a": had})) == found


def test_one_with_many_does_not_stand_for_another_with_none():
    found = so_far(asked=pd.Series({"a": 6.0, "b": 6.0}), done=pd.Series({"a": 12, "c": 9}))
    assert found == SoFar(due=12, done=6, kept_pace=1, asked=2)


@given(st.lists(st.tuples(st.floats(0, 12), st.integers(0, 20)), min_size=1, max_size=20))
def test_all_who_had_what_is_asked_of_them_rounded_up_keep_all_on_track(people):
    asked = pd.Series([wanted for wanted, _ in people])
    enough = pd.Series([max(had, 13) for _, had in people])
    found = so_far(asked=asked, done=enough)
    assert found.done >= found.due
    assert found.kept_pace == found.asked


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
    with pytest.raises(ValueError, match="days must be a count of at least 1; got 0"):
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
