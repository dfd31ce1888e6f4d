"""Plain counts as result rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis.counts import count_rows
from qaf_lib.analysis.results import results_table


def table(counts, n=None):
    return results_table(count_rows(table_id="t", counts=counts, n=n))


def test_a_count_without_a_whole_has_no_share():
    row = table({"complaints": 3}).iloc[0]
    assert row["x"] == 3
    assert row[["n", "population", "estimate"]].isna().all()


@pytest.mark.parametrize(("x", "n", "share"), [(0, 4, 0.0), (1, 4, 0.25), (4, 4, 1.0)])
def test_a_count_of_a_whole_has_its_share_and_no_interval(x, n, share):
    row = table({"done": x}, n).iloc[0]
    assert row["estimate"] == share
    assert row[["low", "high"]].isna().all()


def test_nothing_of_nothing_has_no_share():
    assert table({"done": 0}, 0)["estimate"].isna().all()


@pytest.mark.parametrize(("x", "n"), [(-1, None), (-1, 4), (5, 4)])
def test_a_count_that_does_not_fit_is_refused(x, n):
    with pytest.raises(ValueError, match=rf"done: a count of {x} does not fit a whole of {n}"):
        table({"done": x}, n)


@given(st.dictionaries(st.text(min_size=1, max_size=5), st.integers(0, 50), max_size=6))
def test_every_count_comes_back_once(counts):
    assert dict(zip(*(table(counts, 50)[name] for name in ("row_key", "x")), strict=True)) == counts
