"""Telling of serious concerns, counted in London's days."""

from datetime import date

import pandas as pd
import pytest

from qaf_lib.analysis.escalations import escalation_counts, escalation_states

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
