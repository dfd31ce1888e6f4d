"""Counts as result rows, and what is refused."""

from datetime import date
from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib import counting
from qaf_lib.analysis import results_table
from qaf_lib.counting import count_rows

DAY = date(2026, 9, 30)
NOTHING = pd.DataFrame({"other": []})


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


@pytest.mark.parametrize(("x", "n"), [(-1, None), (-1, 4), (5, 4), (0.5, 4), (np.nan, None)])
def test_a_count_that_does_not_fit_is_refused(x, n):
    with pytest.raises(ValueError, match=rf"done: a count of {x} does not fit a whole of {n}"):
        table({"done": x}, n)


@given(st.dictionaries(st.text(min_size=1, max_size=5), st.integers(0, 50), max_size=6))
def test_every_count_comes_back_once(counts):
    assert dict(zip(*(table(counts, 50)[name] for name in ("row_key", "x")), strict=True)) == counts


@pytest.mark.parametrize(
    ("counted", "lacking"),
    [
        (partial(counting.action_states, actions=NOTHING, events=NOTHING, as_at=DAY), "actions lacks"),
        (partial(counting.actions_by_owner, states=NOTHING, table_id="t"), "states lacks"),
        (partial(counting.not_acted_on, audits=NOTHING, actions=NOTHING), "audits lacks"),
        (
            partial(counting.plans_open_at_least, plans=NOTHING, months=3, inclusive=True, day=DAY),
            "plans lacks",
        ),
        (
            partial(counting.escalation_states, escalations=NOTHING, working_days={}, as_at=DAY),
            "escalations lacks",
        ),
        (partial(counting.duty_states, duties=NOTHING, table_id="t"), "duties lacks"),
        (partial(counting.feedback_counts, feedback=NOTHING, table_id="t"), "feedback lacks"),
        (partial(counting.whole_figures, figures=NOTHING), "figures lacks"),
        (partial(counting.standing_grades, moderations=NOTHING, stages=[]), "moderations lacks"),
        (partial(counting.gap_counts, gaps=NOTHING, table_id="t", row_key="r"), "gaps lacks"),
        (partial(counting.share_in_post, people=NOTHING, start=DAY, end=DAY), "people lacks"),
        (partial(counting.answer_counts, placed=NOTHING, by="check", table_id="t"), "placed lacks"),
    ],
)
def test_a_table_without_a_column_is_refused_by_the_kit_s_own_words(counted, lacking):
    with pytest.raises(ValueError, match=rf"{lacking} the columns \['"):
        counted()


@pytest.mark.parametrize(
    "counted",
    [
        partial(counting.actions_by, states=pd.DataFrame({"status": []}), groups=[], order=[], table_id="t"),
        partial(counting.so_far, asked={"a": 1}, done=pd.Series({"a": 1})),
        partial(counting.due_days, started_on=["2026-09-30"]),
        partial(counting.deadline_counts, states=["late"], table_id="t", row_key="r"),
        partial(counting.read_scores, scores=["8"]),
        partial(counting.whole_times, times=1, shares=[1.0]),
    ],
)
def test_a_list_for_a_series_is_refused(counted):
    with pytest.raises(ValueError, match="must be a Series"):
        counted()


@pytest.mark.parametrize("count", [-1, 0.5, np.nan])
def test_a_count_that_is_negative_not_whole_or_missing_is_refused(count):
    for counted in (
        partial(counting.pace, to_do=count, of=2, months=1, hours_each=None, hours_there=0, table_id="t"),
        partial(counting.survey_reach, surveys=0, closed=count, target=0.1, table_id="t"),
        partial(counting.looked_at, listed=count, looked=0, every="month", table_id="t", row_key="r"),
        partial(counting.state_of, expected=2, done=count, kept=True),
        partial(counting.verdict_of_share, estimate=0.5, n=count),
        partial(counting.target_state, x=count, n=2, target=0.5, better="higher"),
    ):
        with pytest.raises(ValueError, match="must be a count"):
            counted()
