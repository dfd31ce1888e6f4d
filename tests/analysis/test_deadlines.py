"""Deadlines in working days."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis.deadlines import STATES, deadline_counts, deadline_states

SCENARIO = pd.read_csv(
    Path(__file__).parent / "scenarios" / "deadlines_over_a_bank_holiday.csv",
    parse_dates=["started_on", "done_on", "as_at"],
)


@pytest.mark.parametrize("row", list(SCENARIO.itertuples(index=False)), ids=SCENARIO["why"])
def test_five_working_days_over_a_bank_holiday(row):
    found = deadline_states(
        started_on=pd.Series([row.started_on]),
        done_on=pd.Series([row.done_on]),
        working_days=5,
        as_at=row.as_at.date(),
    )
    assert found.tolist() == [row.expected]


def test_nought_days_mean_the_same_day():
    day = pd.to_datetime(pd.Series(["2025-08-01", "2025-08-01"]))
    done = pd.to_datetime(pd.Series(["2025-08-01", "2025-08-02"]))
    found = deadline_states(started_on=day, done_on=done, working_days=0, as_at=date(2025, 9, 30))
    assert found.tolist() == ["on time", "late"]


def test_negative_days_are_refused():
    day = pd.to_datetime(pd.Series(["2025-08-01"]))
    with pytest.raises(ValueError, match="must not be negative"):
        deadline_states(started_on=day, done_on=day, working_days=-1, as_at=date(2025, 9, 30))


def test_states_keep_the_rows_of_what_was_given():
    day = pd.Series(pd.to_datetime(["2025-08-01"]), index=[7])
    found = deadline_states(started_on=day, done_on=day, working_days=5, as_at=date(2025, 9, 30))
    assert found.index.tolist() == [7]


@given(st.lists(st.sampled_from(STATES), max_size=12))
def test_every_item_is_counted_in_one_state(states):
    table = deadline_counts(states=pd.Series(states, dtype="string"), table_id="t", row_key="plan")
    assert table["x"].sum() == len(states)
    assert table["measure"].tolist() == list(STATES)


def test_nothing_to_count_has_no_share():
    assert (
        deadline_counts(states=pd.Series(dtype="string"), table_id="t", row_key="r")["estimate"].isna().all()
    )


def test_an_unknown_state_is_refused():
    with pytest.raises(ValueError, match="unknown states: nearly"):
        deadline_counts(states=pd.Series(["nearly"]), table_id="t", row_key="r")
