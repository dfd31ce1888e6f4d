"""Actions: their states, ages and blocks, what became of those due, and the plan from period to period."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.counting import (
    AGE_BANDS,
    NOT_SAID,
    STATUSES,
    action_states,
    action_summary,
    actions_by,
    actions_by_owner,
    blocked_days,
    blocks_cleared,
    due_ends,
    live_by_age,
    plan_carried,
    raised_on,
    silent_actions,
    silent_days,
)
from qaf_lib.counting.actions import CARRIED
from qaf_lib.dates import parse_period

AS_AT = date(2025, 9, 30)


def actions(*due):
    return pd.DataFrame(
        {
            "action_id": [f"a{n}" for n in range(len(due))],
            "owner_post": "Team Manager",
            "due_on": pd.to_datetime(pd.Series(due, dtype=object)),
        }
    )


def events(*rows):
    frame = pd.DataFrame(rows, columns=["action_id", "event_no", "on", "status"])
    return frame.assign(on=pd.to_datetime(frame["on"]))


def states(due, *rows):
    return action_states(actions=actions(*due), events=events(*rows), as_at=AS_AT)


@pytest.mark.parametrize(
    ("due", "overdue", "days"),
    [("2025-09-29", True, 1), ("2025-09-30", False, None), ("2025-10-01", False, None), (None, False, None)],
)
def test_an_action_is_overdue_from_the_day_after_it_was_due(due, overdue, days):
    found = states([due]).iloc[0]
    assert found["overdue"] == overdue
    assert (None if pd.isna(found["days_overdue"]) else found["days_overdue"]) == days


@pytest.mark.parametrize(
    ("status", "overdue"),
    [
        *(
            ("open", True),
            ("in_progress", True),
            ("blocked", True),
            ("completed", False),
            ("approved", False),
        ),
        ("cancelled", False),
    ],
)
def test_only_what_is_not_done_or_cancelled_can_be_overdue(status, overdue):
    assert states(["2025-09-01"], ("a0", 1, "2025-08-01", status))["overdue"].tolist() == [overdue]


def test_the_latest_event_by_its_number_gives_the_status():
    found = states(
        ["2025-09-01"], ("a0", 2, "2025-08-01", "completed"), ("a0", 1, "2025-08-01", "in_progress")
    )
    assert found["status"].tolist() == ["completed"]
    assert found["status_on"].tolist() == [pd.Timestamp("2025-08-01")]


@pytest.mark.parametrize(("on", "status"), [("2025-09-30", "completed"), ("2025-10-01", "open")])
def test_events_after_the_day_looked_at_are_not_known_yet(on, status):
    assert states(["2025-09-01"], ("a0", 1, on, "completed"))["status"].tolist() == [status]


def test_an_action_without_events_is_open():
    assert states(["2025-12-01"])["status"].tolist() == ["open"]


def test_an_unknown_status_is_refused():
    with pytest.raises(ValueError, match="unknown statuses: finished"):
        states(["2025-09-01"], ("a0", 1, "2025-08-01", "finished"))


def test_the_summary_counts_each_status_once_and_what_was_not_looked_at_again():
    # four actions: one open and overdue, one completed, one approved and audited again, one cancelled
    found = states(
        ["2025-09-01"] * 4,
        ("a1", 1, "2025-08-01", "completed"),
        ("a2", 1, "2025-08-01", "approved"),
        ("a3", 1, "2025-08-01", "cancelled"),
    )
    table = action_summary(states=found, reaudited=pd.Series(["a2"]), table_id="actions")
    counts = table.set_index("row_key")["x"]
    assert counts[[status.replace("_", " ") for status in STATUSES]].tolist() == [1, 0, 0, 1, 1, 1]
    assert counts[
        ["all actions", "overdue", "completed without approval", "done without re-audit"]
    ].tolist() == [4, 1, 1, 1]
    # overdue of the one that is still to be done, all else of the four
    assert table.set_index("row_key")["n"].to_dict() == dict.fromkeys(counts.index, 4) | {"overdue": 1}
    assert table["low"].isna().all()


def test_no_actions_make_a_summary_of_noughts():
    table = action_summary(states=states([]), reaudited=pd.Series(dtype="string"), table_id="actions")
    assert table["x"].tolist() == [0] * len(table)


def test_an_action_that_stands_twice_is_refused():
    found = states(["2025-09-01"])
    with pytest.raises(ValueError, match="1 actions stand twice"):
        action_summary(states=pd.concat([found, found]), reaudited=pd.Series(dtype="string"), table_id="t")


def test_each_post_has_its_own_counts():
    found = states(["2025-09-01", "2025-12-01", "2025-09-01"], ("a2", 1, "2025-08-01", "approved"))
    table = actions_by_owner(states=found.assign(owner_post=["A", "B", "A"]), table_id="owners")
    assert table[["row_key", "measure", "x", "n"]].to_numpy().tolist() == [
        *(["A", "live", 1, 2], ["A", "overdue", 1, 1], ["A", "done", 1, 2]),
        *(["B", "live", 1, 1], ["B", "overdue", 0, 1], ["B", "done", 0, 1]),
    ]


END = date(2026, 9, 30)


def entries(*rows):
    frame = pd.DataFrame(rows, columns=["action_id", "on", "status"])
    return frame.assign(event_no=range(1, len(frame) + 1), on=pd.to_datetime(frame["on"]))


def aged(*rows):
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
    found = live_by_age(states=aged(("Manager", "open", day)), as_at=END, table_id="t")
    assert found[found["x"] == 1]["measure"].tolist() == [AGE_BANDS[band]] * 2


def test_only_live_actions_have_an_age():
    done = aged(("Manager", "completed", "2026-09-01"), ("Manager", "cancelled", "2026-09-01"))
    assert live_by_age(states=done, as_at=END, table_id="t")["n"].tolist() == [0] * len(AGE_BANDS)


def test_an_action_is_raised_with_its_first_entry_else_when_the_board_agreed():
    actions = pd.DataFrame({"action_id": ["a", "b", "c"]})
    actions["board_agreed_on"] = pd.to_datetime(["2026-05-01", "2026-06-01", None])
    known = entries(("a", "2026-04-02", "in_progress"), ("a", "2026-04-01", "open"))
    assert raised_on(actions=actions, events=known).astype("string").tolist()[:2] == [
        "2026-04-01",
        "2026-06-01",
    ]
    assert raised_on(actions=actions, events=known).isna().tolist() == [False, False, True]


def test_a_block_starts_with_the_first_of_its_unbroken_entries():
    known = entries(
        ("0", "2026-08-01", "blocked"),
        ("0", "2026-08-11", "in_progress"),
        ("0", "2026-09-10", "blocked"),
        ("0", "2026-09-20", "blocked"),
        ("0", "2026-10-01", "in_progress"),
    )
    found = blocked_days(states=aged(("M", "blocked", None)), events=known, as_at=END)
    assert found.tolist() == [20]


def test_an_action_that_is_no_longer_blocked_has_no_days():
    found = blocked_days(
        states=aged(("M", "open", None)), events=entries(("0", "2026-08-01", "blocked")), as_at=END
    )
    assert found.isna().all()


@pytest.mark.parametrize(("day", "x"), [("2026-08-31", 0), ("2026-08-30", 1), (None, 1)])
def test_progress_is_asked_for_after_30_days_without_an_entry(day, x):
    found = silent_actions(states=aged(("M", "blocked", day)), as_at=END, days=30, table_id="t")
    assert found["x"].tolist() == [x, x]


def test_a_done_action_may_be_silent():
    done = aged(("M", "approved", "2026-01-01"), ("M", "open", "2026-09-29"))
    assert silent_days(states=done, as_at=END).tolist()[1:] == [1]
    assert silent_actions(states=done, as_at=END, days=30, table_id="t")["n"].tolist() == [1, 1]


def test_less_than_a_day_is_refused():
    with pytest.raises(ValueError, match="at least 1; got 0"):
        silent_actions(states=aged(("M", "open", None)), as_at=END, days=0, table_id="t")


def test_a_due_action_is_done_in_time_on_its_day_late_a_day_after_and_not_due_yet_on_the_last_day():
    due = ["2026-09-10", "2026-09-10", "2026-09-29", "2026-09-30", "2026-09-01"]
    known = pd.DataFrame({"action_id": list("abcde"), "due_on": pd.to_datetime(due)})
    log = entries(
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
    log = entries(
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


def counted(pairs, order=("training", "coaching")):
    states = pd.DataFrame({"status": pd.Series([status for status, _ in pairs], dtype="string")})
    groups = pd.Series([group for _, group in pairs], dtype="string")
    return actions_by(states=states, groups=groups, order=order, table_id="t")


def test_a_group_without_an_action_has_its_row_and_a_strange_one_follows():
    found = counted([("open", "policy"), ("approved", None)])
    assert list(dict.fromkeys(found["row_key"])) == ["training", "coaching", "policy", NOT_SAID]
    assert found.loc[found["row_key"] == NOT_SAID, "x"].tolist() == [1, 0, 1]


def test_a_cancelled_action_is_neither_live_nor_done():
    assert counted([("cancelled", "training")])["x"].tolist()[:3] == [1, 0, 0]


@given(st.lists(st.tuples(st.sampled_from(STATUSES), st.sampled_from(["training", "coaching", None]))))
def test_the_groups_hold_every_action_once(pairs):
    found = counted(pairs)
    assert found.loc[found["measure"] == "all", "x"].sum() == len(pairs)


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


def test_an_action_that_stands_twice_in_the_plan_is_refused():
    with pytest.raises(ValueError, match="1 actions stand twice"):
        carried([("a", "2026-04-01"), ("a", "2026-04-01")])
