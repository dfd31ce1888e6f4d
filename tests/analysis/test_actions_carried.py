"""The improvement plan from period to period."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis.actions_carried import CARRIED, plan_carried
from qaf_lib.dates import parse_period

QUARTERS = [parse_period("2026-27 Q1"), parse_period("2026-27 Q2")]


def carried(actions, *rows):
    known = pd.DataFrame(actions, columns=["action_id", "raised_on"])
    known = known.assign(raised_on=pd.to_datetime(known["raised_on"]), due_on=pd.NaT)
    events = pd.DataFrame(rows, columns=["action_id", "on", "status"])
    events = events.assign(on=pd.to_datetime(events["on"]), event_no=range(len(events)))
    found = plan_carried(actions=known, events=events, periods=QUARTERS, table_id="t")
    return found["x"].to_numpy().reshape(-1, len(CARRIED)).tolist()


def test_an_action_on_the_last_day_is_new_and_closed_on_the_first_of_the_next():
    assert carried([("a", "2026-06-30")], ("a", "2026-07-01", "completed")) == [
        [0, 1, 0, 0, 1],
        [1, 0, 0, 1, 0],
    ]


def test_an_action_raised_and_done_in_the_same_quarter_is_new_and_closed():
    assert carried([("a", "2026-07-01")], ("a", "2026-07-02", "cancelled"))[1] == [0, 1, 0, 1, 0]


def test_a_closed_action_may_be_reopened():
    rows = [("a", "2026-05-01", "completed"), ("a", "2026-08-01", "open")]
    assert carried([("a", "2026-04-01")], *rows) == [[0, 1, 0, 1, 0], [0, 0, 1, 0, 1]]


def test_an_action_without_a_known_day_stood_open_before():
    assert carried([("a", None)]) == [[1, 0, 0, 0, 1], [1, 0, 0, 0, 1]]


DAY = st.dates(parse_period("2025-26 Q4").start, parse_period("2026-27 Q2").end)
STATUS = st.sampled_from(["open", "in_progress", "blocked", "completed", "approved", "cancelled"])


@given(st.lists(st.tuples(DAY, st.lists(st.tuples(DAY, STATUS), max_size=4)), min_size=1, max_size=6))
def test_every_quarter_adds_up_and_hands_on_what_is_open(plan):
    actions = [(str(at), raised) for at, (raised, _) in enumerate(plan)]
    rows = [(str(at), on, status) for at, (_, entries) in enumerate(plan) for on, status in sorted(entries)]
    first, second = carried(actions, *rows)
    for start, new, reopened, closed, end in (first, second):
        assert start + new + reopened - closed == end
    assert first[-1] == second[0]


def test_an_action_that_stands_twice_is_refused():
    with pytest.raises(ValueError, match="1 actions stand twice"):
        carried([("a", "2026-04-01"), ("a", "2026-04-01")])
