"""Actions and their states."""

from datetime import date

import pandas as pd
import pytest

from qaf_lib.analysis.actions import STATUSES, action_states, action_summary, actions_by_owner

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
        *(["A", "live", 1, 2], ["A", "overdue", 1, 2], ["A", "done", 1, 2]),
        *(["B", "live", 1, 1], ["B", "overdue", 0, 1], ["B", "done", 0, 1]),
    ]
