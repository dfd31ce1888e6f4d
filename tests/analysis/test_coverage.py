"""Coverage as a full count."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis.coverage import coverage


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
