"""Age, blocks and silence of live actions, and what became of those due."""

from datetime import date

import pandas as pd
import pytest

from qaf_lib.analysis.actions import action_states
from qaf_lib.analysis.actions_age import (
    AGE_BANDS,
    blocked_days,
    live_by_age,
    raised_on,
    silent_actions,
    silent_days,
)
from qaf_lib.analysis.actions_due import blocks_cleared, due_ends
from qaf_lib.dates import parse_period

END = date(2026, 9, 30)


def events(*rows):
    frame = pd.DataFrame(rows, columns=["action_id", "on", "status"])
    return frame.assign(event_no=range(1, len(frame) + 1), on=pd.to_datetime(frame["on"]))


def states(*rows):
    frame = pd.DataFrame(rows, columns=["owner_post", "status", "day"])
    day = pd.to_datetime(frame["day"])
    return frame.assign(raised_on=day, status_on=day, action_id=frame.index.map(str))


@pytest.mark.parametrize(
    ("day", "band"),
    [
        *(("2026-09-30", 0), ("2026-08-31", 0), ("2026-08-30", 1), ("2026-08-01", 1)),
        *(("2026-07-31", 2), ("2026-07-02", 2), ("2026-07-01", 3), (None, 4)),
    ],
)
def test_ages_are_banded_at_30_60_and_90_days(day, band):
    # 30 September less 30, 60 and 90 days: 31 August, 1 August, 2 July
    found = live_by_age(states=states(("Manager", "open", day)), as_at=END, table_id="t")
    assert found[found["x"] == 1]["measure"].tolist() == [AGE_BANDS[band]] * 2


def test_only_live_actions_have_an_age():
    done = states(("Manager", "completed", "2026-09-01"), ("Manager", "cancelled", "2026-09-01"))
    assert live_by_age(states=done, as_at=END, table_id="t")["n"].tolist() == [0] * len(AGE_BANDS)


def test_an_action_is_raised_with_its_first_entry_else_when_the_board_agreed():
    actions = pd.DataFrame({"action_id": ["a", "b", "c"]})
    actions["board_agreed_on"] = pd.to_datetime(["2026-05-01", "2026-06-01", None])
    known = events(("a", "2026-04-02", "in_progress"), ("a", "2026-04-01", "open"))
    assert raised_on(actions=actions, events=known).astype("string").tolist()[:2] == [
        "2026-04-01",
        "2026-06-01",
    ]
    assert raised_on(actions=actions, events=known).isna().tolist() == [False, False, True]


def test_a_block_starts_with_the_first_of_its_unbroken_entries():
    known = events(
        ("0", "2026-08-01", "blocked"),
        ("0", "2026-08-11", "in_progress"),
        ("0", "2026-09-10", "blocked"),
        ("0", "2026-09-20", "blocked"),
        ("0", "2026-10-01", "in_progress"),
    )
    found = blocked_days(states=states(("M", "blocked", None)), events=known, as_at=END)
    assert found.tolist() == [20]


def test_an_action_that_is_no_longer_blocked_has_no_days():
    found = blocked_days(
        states=states(("M", "open", None)), events=events(("0", "2026-08-01", "blocked")), as_at=END
    )
    assert found.isna().all()


@pytest.mark.parametrize(("day", "x"), [("2026-08-31", 0), ("2026-08-30", 1), (None, 1)])
def test_progress_is_asked_for_after_30_days_without_an_entry(day, x):
    found = silent_actions(states=states(("M", "blocked", day)), as_at=END, days=30, table_id="t")
    assert found["x"].tolist() == [x, x]


def test_a_done_action_may_be_silent():
    done = states(("M", "approved", "2026-01-01"), ("M", "open", "2026-09-29"))
    assert silent_days(states=done, as_at=END).tolist()[1:] == [1]
    assert silent_actions(states=done, as_at=END, days=30, table_id="t")["n"].tolist() == [1, 1]


def test_less_than_a_day_is_refused():
    with pytest.raises(ValueError, match="at least 1; got 0"):
        silent_actions(states=states(("M", "open", None)), as_at=END, days=0, table_id="t")


def test_a_due_action_is_done_in_time_on_its_day_late_a_day_after_and_not_due_yet_on_the_last_day():
    due = ["2026-09-10", "2026-09-10", "2026-09-29", "2026-09-30", "2026-09-01"]
    known = pd.DataFrame({"action_id": list("abcde"), "due_on": pd.to_datetime(due)})
    log = events(
        ("a", "2026-09-10", "completed"),
        ("a", "2026-09-20", "approved"),
        ("b", "2026-09-11", "completed"),
        ("e", "2026-08-01", "cancelled"),
    )
    told = action_states(actions=known, events=log, as_at=END)
    found = due_ends(states=told, events=log, as_at=END, table_id="t")
    assert found["x"].tolist() == [1, 1, 1, 1]
    assert found["row_key"].tolist() == ["done in time", "done late", "cancelled", "not done"]


def test_an_obstacle_is_cleared_when_the_last_blocked_entry_is_followed_by_another():
    known = pd.DataFrame({"action_id": list("abc"), "due_on": pd.to_datetime(["2026-12-01"] * 3)})
    log = events(
        ("a", "2026-05-01", "blocked"),
        ("a", "2026-05-11", "in_progress"),
        ("b", "2026-07-01", "blocked"),
        ("b", "2026-07-21", "open"),
        ("c", "2026-07-01", "in_progress"),
        ("c", "2026-07-05", "blocked"),
    )
    told = action_states(actions=known, events=log, as_at=END)
    found = blocks_cleared(states=told, events=log, period=parse_period("2026-27 Q2"), table_id="t")
    assert found[["x", "n"]].to_numpy().tolist() == [[2, 3], [1, 3]]
    assert found["estimate"].iloc[0] == 15
