"""The caseload as at a day, on both sides of it."""

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.caseload.open_cases import as_at_day, left_out_on

DAY = date(2026, 6, 30)
NEAR = st.integers(-3, 3).map(lambda days: DAY + timedelta(days=days))


def days(opened, closed):
    frame = pd.DataFrame({"opened_on": [opened], "closed_on": [closed], "status_from": [opened]})
    return frame.apply(pd.to_datetime)


@pytest.mark.parametrize(
    ("opened", "closed", "reason"),
    [
        ("2026-01-01", None, None),
        (None, None, None),
        ("2026-06-30", None, None),
        ("2026-07-01", None, "opened after the day"),
        ("2026-01-01", "2026-06-29", "closed on or before the day"),
        ("2026-01-01", "2026-06-30", "closed on or before the day"),
        ("2026-01-01", "2026-07-01", None),
        ("2026-06-30", "2026-06-30", "closed on or before the day"),
    ],
)
def test_a_case_is_open_from_its_first_day_to_the_day_before_its_last(opened, closed, reason):
    found = left_out_on(table="case", frame=days(opened, closed), as_at=DAY)
    assert found.dropna().tolist() == ([reason] if reason else [])


@given(NEAR, NEAR)
def test_a_case_handed_over_stands_in_one_team_on_every_day_it_is_open(handed, as_at):
    first, second = days("2026-01-01", handed), days(handed, None)
    frame = pd.concat([first, second], ignore_index=True)
    assert left_out_on(table="case", frame=frame, as_at=as_at).isna().sum() == 1


def test_what_happened_after_the_day_had_not_happened():
    frame = as_at_day(table="case", frame=days("2026-07-01", "2026-07-05"), as_at=DAY)
    assert frame[["closed_on", "status_from"]].isna().all(axis=None)
    assert as_at_day(table="case", frame=days("2026-06-30", None), as_at=DAY)["status_from"].notna().all()


def test_a_plan_that_has_ended_stays_and_one_not_begun_does_not():
    plans = pd.DataFrame({"started_on": ["2026-01-01", "2026-07-01"], "ended_on": ["2026-06-01", None]})
    plans = plans.apply(pd.to_datetime)
    assert left_out_on(table="plan", frame=plans, as_at=DAY).fillna("").tolist() == [
        "",
        "started after the day",
    ]
