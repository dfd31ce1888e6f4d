"""Deadlines in working days and by the month's end, and concerns told of, counted in London's days."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.counting import (
    deadline_counts,
    deadline_states,
    due_days,
    escalation_counts,
    escalation_states,
    lasting_steps,
)
from qaf_lib.counting.deadlines import BY_EXTENSION, DEADLINE_STATES

SCENARIO = pd.read_csv(
    Path(__file__).parent / "scenarios" / "deadlines_over_a_bank_holiday.csv",
    parse_dates=["started_on", "done_on", "as_at"],
)


def days(*given):
    return pd.to_datetime(pd.Series(given, dtype="object"))


def after(started, done, working_days, as_at):
    due = due_days(started_on=started, working_days=working_days)
    return deadline_states(done_on=done, due_on=due, as_at=as_at)


@pytest.mark.parametrize("row", list(SCENARIO.itertuples(index=False)), ids=SCENARIO["why"])
def test_five_working_days_over_a_bank_holiday(row):
    found = after(pd.Series([row.started_on]), pd.Series([row.done_on]), 5, row.as_at.date())
    assert found.tolist() == [row.expected]


def test_nought_days_mean_the_same_day():
    started, done = days("2025-08-01", "2025-08-01"), days("2025-08-01", "2025-08-02")
    assert after(started, done, 0, date(2025, 9, 30)).tolist() == ["on time", "late"]


def test_negative_days_are_refused():
    with pytest.raises(ValueError, match="must not be negative"):
        due_days(started_on=days("2025-08-01"), working_days=-1)
    with pytest.raises(ValueError, match="must not be negative"):
        by_month_end("2026-07-31", extended_to="2026-08-03", extension=-1)


def test_states_keep_the_rows_of_what_was_given():
    day = pd.Series(pd.to_datetime(["2025-08-01"]), index=[7])
    assert after(day, day, 5, date(2025, 9, 30)).index.tolist() == [7]


def by_month_end(done, *, given="2026-07-06", extended_to=None, extension=5, as_at=date(2026, 9, 30)):
    found = deadline_states(
        done_on=days(done),
        due_on=due_days(started_on=days(given)),
        as_at=as_at,
        extended_to=days(extended_to),
        extension_working_days=extension,
    )
    return found.tolist()


@pytest.mark.parametrize("given", ["2026-07-01", "2026-07-31"])
@pytest.mark.parametrize(("done", "state"), [("2026-07-31", "on time"), ("2026-08-01", "late")])
def test_the_month_s_last_day_is_on_time_and_the_first_of_the_next_is_late(given, done, state):
    assert by_month_end(done, given=given) == [state]


@pytest.mark.parametrize("given", ["2027-02-01", "2028-02-29"])
def test_a_month_that_ends_on_a_sunday_or_in_a_leap_year_ends_on_its_last_day(given):
    last = {"2027-02-01": "2027-02-28", "2028-02-29": "2028-02-29"}[given]
    assert due_days(started_on=days(given))[0] == pd.Timestamp(last)


@pytest.mark.parametrize(
    ("extended_to", "done", "state"),
    [
        ("2026-08-05", "2026-08-05", BY_EXTENSION),
        ("2026-08-05", "2026-08-06", "late"),
        # five working days after Friday 31 July: Friday 7 August
        ("2026-08-07", "2026-08-07", BY_EXTENSION),
        ("2026-08-10", "2026-08-07", BY_EXTENSION),
        ("2026-08-10", "2026-08-10", "late"),
        ("2026-08-05", "2026-07-31", "on time"),
        ("2026-07-20", "2026-07-31", "on time"),
        ("2026-07-20", "2026-08-01", "late"),
        (None, "2026-08-03", "late"),
    ],
)
def test_an_extension_counts_where_it_is_given_and_as_far_as_it_may_reach(extended_to, done, state):
    assert by_month_end(done, extended_to=extended_to) == [state]


def test_a_bank_holiday_is_no_working_day_of_an_extension():
    # August ends on the bank holiday of Monday 31: five working days later is Monday 7 September
    common = {"given": "2026-08-03", "extended_to": "2026-09-30"}
    assert by_month_end("2026-09-07", **common) == [BY_EXTENSION]
    assert by_month_end("2026-09-08", **common) == ["late"]


@pytest.mark.parametrize(
    ("as_at", "extended_to", "state"),
    [
        (date(2026, 7, 31), None, "not yet due"),
        (date(2026, 8, 1), None, "not done"),
        (date(2026, 8, 7), "2026-08-07", "not yet due"),
        (date(2026, 8, 8), "2026-08-07", "not done"),
    ],
)
def test_what_is_not_done_is_due_from_the_day_after_its_last(as_at, extended_to, state):
    assert by_month_end(None, as_at=as_at, extended_to=extended_to) == [state]


def test_an_audit_without_the_day_it_was_given_out_has_no_due_day():
    assert by_month_end("2026-07-31", given=None) == ["no start recorded"]


@given(st.lists(st.sampled_from(DEADLINE_STATES), max_size=12))
def test_every_item_is_counted_in_one_state(states):
    counted = pd.Series(states, dtype="string")
    table = deadline_counts(states=counted, table_id="t", row_key="plan", extended=True)
    assert table["x"].sum() == len(states)
    assert table["measure"].tolist() == list(DEADLINE_STATES)


def test_the_state_by_extension_stands_only_where_there_are_extensions():
    table = deadline_counts(states=pd.Series(["late"]), table_id="t", row_key="plan")
    assert table["measure"].tolist() == [state for state in DEADLINE_STATES if state != BY_EXTENSION]


def test_nothing_to_count_has_no_share():
    assert (
        deadline_counts(states=pd.Series(dtype="string"), table_id="t", row_key="r")["estimate"].isna().all()
    )


def test_an_unknown_state_is_refused():
    with pytest.raises(ValueError, match="unknown states: nearly"):
        deadline_counts(states=pd.Series(["nearly"]), table_id="t", row_key="r")


END = date(2026, 9, 30)


def step(found="2026-08-28T15:00Z", told="2026-08-28T16:00Z", tier=1, allowed=0):
    rows = pd.DataFrame(
        {
            "escalation_id": ["e"],
            "audit_id": ["a"],
            "tier": [tier],
            "found_at": pd.to_datetime([found], utc=True),
            "told_at": pd.to_datetime([told], utc=True),
        }
    )
    return escalation_states(escalations=rows, working_days={1: allowed}, as_at=END).iloc[0]


def test_the_same_day_ends_at_midnight_in_london():
    # British Summer Time: 22:59 UTC is 23:59 in London, 23:00 UTC is the next day
    assert step(told="2026-08-28T22:59Z")["state"] == "told in time"
    assert step(told="2026-08-28T23:00Z")["state"] == "told late"


def test_one_working_day_goes_over_the_bank_holiday_weekend():
    # Friday 28 August 2026; Monday 31 August is a bank holiday
    assert step(told="2026-09-01T10:00Z", allowed=1)["state"] == "told in time"
    assert step(told="2026-09-02T10:00Z", allowed=1)["state"] == "told late"


def test_a_friday_finding_told_on_monday_is_late_where_the_same_day_is_asked():
    assert step(found="2026-09-04T15:00Z", told="2026-09-05T09:00Z")["state"] == "told late"


def test_what_was_never_told_or_after_the_period_is_not_told():
    assert step(told=None)["state"] == "not told"
    assert step(found="2026-09-30T09:00Z", told="2026-10-01T09:00Z")["state"] == "not told"


def test_what_may_still_be_told_is_not_yet_due_and_from_the_last_day_on_it_is_not_told():
    # the period ends on Wednesday 30 September
    assert step(found="2026-09-30T09:00Z", told=None, allowed=1)["state"] == "not yet due"
    assert step(found="2026-09-29T09:00Z", told=None, allowed=1)["state"] == "not told"


def test_a_step_the_framework_does_not_name_is_not_judged():
    assert step(tier=2)["state"] == "no rule for this step"


def test_hours_run_from_finding_to_telling():
    assert step(told="2026-08-28T16:30Z")["hours"] == 1.5


@pytest.mark.parametrize(
    ("resolved", "steps"),
    [("2026-09-07", [1]), ("2026-09-08", [1, 2]), ("2026-09-11", [1, 2]), ("2026-09-12", [1, 2, 3])],
)
def test_a_concern_open_after_a_step_s_days_is_due_that_step(resolved, steps):
    # found on Friday 4 September: one working day ends on Monday 7, five on Friday 11
    rows = pd.DataFrame({"escalation_id": ["e"], "audit_id": ["a"], "tier": [1]})
    rows["found_at"] = rows["told_at"] = pd.to_datetime(["2026-09-04T09:00Z"])
    rows["resolved_on"] = pd.to_datetime([resolved])
    allowed = {1: 0, 2: 1, 3: 5}
    due = lasting_steps(escalations=rows, working_days=allowed, as_at=END)
    states = escalation_states(escalations=due, working_days=allowed, as_at=END)
    assert states["tier"].tolist() == steps
    assert states["state"].tolist() == ["told in time", *["not told"] * (len(steps) - 1)]


def test_told_before_found_is_refused():
    with pytest.raises(ValueError, match="1 concerns were told before they were found"):
        step(told="2026-08-28T14:00Z")


def test_counts_are_by_step_with_the_longest_wait():
    states = pd.DataFrame(
        {"tier": [1, 1, 2], "state": ["told in time", "not told", "told late"], "hours": [2.0, None, 50.0]}
    )
    table = escalation_counts(states=states, table_id="t").set_index(["row_key", "measure"])
    assert table.loc[("step 1", "not told"), "x"] == 1
    assert table.loc[("step 1", "longest wait, hours"), "estimate"] == 2.0
    assert table.loc[("step 2", "told late"), "n"] == 1
