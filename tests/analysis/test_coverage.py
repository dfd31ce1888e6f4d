"""Coverage as a full count."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis.coverage import SoFar, coverage, pace, so_far, still_to_reach


def reached(ids, done, *, times=1, **columns):
    expected = pd.DataFrame({"id": list(ids)}).assign(**columns)
    by = next(iter(columns), None)
    return coverage(expected=expected, done=pd.Series(done, dtype="Int64"), times=times, table_id="t", by=by)


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
    with pytest.raises(ValueError, match="`times` must be at least 1; got 0"):
        reached("a", {}, times=0)


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 4)), st.integers(1, 3))
def test_groups_add_up_to_the_whole(done, times):
    table = reached("abcdefgh", done, times=times, team=["T1", "T2"] * 4).set_index("row_key")
    assert table.loc["all", "x"] == table.loc["T1", "x"] + table.loc["T2", "x"]


@pytest.mark.parametrize(("done", "x"), [(5, 0), (6, 1), (8, 1), (9, 1)])
def test_each_may_be_asked_a_number_of_their_own(done, x):
    # a is asked nine times, b, who works part time, six
    expected = pd.DataFrame({"id": ["a", "b"], "asked": [9, 6]})
    table = coverage(expected=expected, done=pd.Series({"a": 8, "b": done}), times=9, table_id="t")
    assert table["x"].tolist() == [x]


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
    with pytest.raises(ValueError, match="`months` must not be negative; got -1"):
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
