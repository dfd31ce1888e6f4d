"""Census lists: calendar months on both sides of each boundary."""

from datetime import date

import pandas as pd
import pytest

from qaf_lib.counting import listed_cases, looked_at, plans_open_at_least, window_start
from qaf_lib.dates import Period
from qaf_lib.frameworks import CensusList


def rule(**condition):
    words = {"name": "list", "label": "A list", "plan_kind": "cp", "every": "month", "requirements": []}
    return CensusList(**words, **{"inclusive": True, **condition})


def plan(started, ended=None):
    return pd.DataFrame(
        {"case_id": ["a"], "started_on": pd.to_datetime([started]), "ended_on": pd.to_datetime([ended])}
    )


def ended_soon(started, ended, *, inclusive=True, months=3, start=date(2024, 1, 1), end=date(2028, 12, 31)):
    plans = plan(started, ended)
    ending = rule(ended_within_months=months, inclusive=inclusive)
    return len(listed_cases(plans=plans, rule=ending, period=Period("days", start, end)))


def runs_long(started, day, *, inclusive=True, months=18, ended=None):
    return len(plans_open_at_least(plans=plan(started, ended), months=months, inclusive=inclusive, day=day))


@pytest.mark.parametrize(
    ("started", "ended", "within", "less"),
    [
        ("2026-01-15", "2026-04-14", 1, 1),
        ("2026-01-15", "2026-04-15", 1, 0),
        ("2026-01-15", "2026-04-16", 0, 0),
        ("2026-01-31", "2026-04-29", 1, 1),  # April has 30 days
        ("2026-01-31", "2026-04-30", 1, 0),
        ("2026-01-31", "2026-05-01", 0, 0),
        ("2025-11-30", "2026-02-28", 1, 0),
        ("2025-11-30", "2026-03-01", 0, 0),
        ("2027-11-30", "2028-02-29", 1, 0),  # a leap year
        ("2027-11-29", "2028-02-29", 1, 0),
        ("2027-11-29", "2028-03-01", 0, 0),
    ],
)
def test_plans_ended_within_three_months(started, ended, within, less):
    assert ended_soon(started, ended) == within
    assert ended_soon(started, ended, inclusive=False) == less


@pytest.mark.parametrize(
    ("ended", "listed"), [("2026-06-30", 0), ("2026-07-01", 1), ("2026-09-30", 1), ("2026-10-01", 0)]
)
def test_only_plans_that_ended_in_the_period_are_listed(ended, listed):
    assert ended_soon("2026-06-15", ended, months=12, start=date(2026, 7, 1), end=date(2026, 9, 30)) == listed


@pytest.mark.parametrize(
    ("started", "day", "at_least", "more"),
    [
        ("2025-03-29", date(2026, 9, 30), 1, 1),
        ("2025-03-30", date(2026, 9, 30), 1, 0),
        ("2025-03-31", date(2026, 9, 30), 1, 0),  # September has 30 days
        ("2025-04-01", date(2026, 9, 30), 0, 0),
        ("2024-08-31", date(2026, 2, 28), 1, 0),
        ("2024-09-01", date(2026, 2, 28), 0, 0),
        ("2026-08-29", date(2028, 2, 29), 1, 0),  # a leap year
        ("2026-08-31", date(2028, 2, 29), 1, 0),
        ("2026-09-01", date(2028, 2, 29), 0, 0),
    ],
)
def test_plans_running_eighteen_months(started, day, at_least, more):
    assert runs_long(started, day) == at_least
    assert runs_long(started, day, inclusive=False) == more


@pytest.mark.parametrize(
    ("months", "started", "listed"),
    [
        (9, "2025-12-30", 1),
        (9, "2025-12-31", 1),
        (9, "2026-01-01", 0),
        (3, "2026-06-30", 1),
        (3, "2026-07-01", 0),
    ],
)
def test_early_help_open_nine_or_three_months(months, started, listed):
    # nine months from 31 December are 30 September
    assert runs_long(started, date(2026, 9, 30), months=months) == listed


def test_one_month_from_the_last_of_january_is_the_last_of_february():
    assert runs_long("2026-01-31", date(2026, 2, 27), months=1) == 0
    assert runs_long("2026-01-31", date(2026, 2, 28), months=1) == 1


@pytest.mark.parametrize(
    ("ended", "listed"), [("2026-09-29", 0), ("2026-09-30", 1), ("2026-10-01", 1), (None, 1)]
)
def test_a_plan_that_ends_on_the_day_is_still_open(ended, listed):
    assert runs_long("2020-01-01", date(2026, 9, 30), ended=ended) == listed


def test_a_case_with_two_plans_is_listed_once():
    twice = pd.concat([plan("2020-01-01"), plan("2021-01-01")], ignore_index=True)
    assert len(plans_open_at_least(plans=twice, months=18, inclusive=True, day=date(2026, 9, 30))) == 1


def test_less_than_a_month_is_refused():
    with pytest.raises(ValueError, match="ended_within_months\n  Input should be greater than or equal to 1"):
        ended_soon("2026-01-01", "2026-02-01", months=0)
    with pytest.raises(ValueError, match="months must be a count of at least 1; got 0"):
        runs_long("2026-01-01", date(2026, 9, 30), months=0)


@pytest.mark.parametrize(
    ("every", "first"),
    [("month", date(2026, 7, 1)), ("quarter", date(2026, 7, 1)), ("half_year", date(2026, 4, 1))],
)
def test_looking_counts_from_the_period_or_as_far_back_as_the_list_is_gone_through(every, first):
    assert window_start(every=every, start=date(2026, 7, 1), end=date(2026, 9, 30)) == first


def test_an_unknown_rhythm_is_refused():
    with pytest.raises(ValueError, match="`every` must be one of"):
        window_start(every="fortnight", start=date(2026, 7, 1), end=date(2026, 9, 30))


@pytest.mark.parametrize(
    ("listed", "looked", "every", "a_month"),
    [(10, 3, "quarter", 3), (10, 4, "quarter", 2), (10, 3, "month", 7), (10, 10, "half_year", 0)],
)
def test_the_pace_is_what_is_left_over_the_months_rounded_up(listed, looked, every, a_month):
    table = looked_at(listed=listed, looked=looked, every=every, table_id="t", row_key="r")
    assert table["estimate"].tolist() == [looked / listed, a_month]


def test_an_empty_list_and_a_list_without_records_say_so():
    assert set(looked_at(listed=0, looked=0, every="month", table_id="t", row_key="r")["mark"]) == {"z"}
    assert set(looked_at(listed=4, looked=None, every="month", table_id="t", row_key="r")["mark"]) == {"x"}


def test_more_looked_at_than_listed_is_refused():
    with pytest.raises(ValueError, match=r"between 0 and listed \(1\); got 2"):
        looked_at(listed=1, looked=2, every="month", table_id="t", row_key="r")


SUMMER = Period("summer", date(2026, 7, 1), date(2026, 9, 30))


@pytest.mark.parametrize(
    ("started", "planned", "lists"),
    [
        ("2026-06-30", False, ()),
        ("2026-07-01", False, ("emergency",)),
        ("2026-09-30", True, ("planned",)),
        ("2026-10-01", True, ()),
        ("2026-08-01", None, ()),  # nobody recorded it: on neither list
    ],
)
def test_admissions_of_the_period_stand_on_the_list_of_how_they_came(started, planned, lists):
    plans = plan(started).assign(planned=pd.array([planned], dtype="boolean"))
    found = [
        how
        for how in ("emergency", "planned")
        if len(listed_cases(plans=plans, rule=rule(admitted=how), period=SUMMER))
    ]
    assert tuple(found) == lists


@pytest.mark.parametrize(("neglect", "listed"), [(True, 1), (False, 0), (None, 0)])
def test_running_plans_of_a_case_of_neglect_are_listed_and_a_blank_is_not_guessed(neglect, listed):
    plans = plan("2026-01-05").assign(neglect=pd.array([neglect], dtype="boolean"))
    assert len(listed_cases(plans=plans, rule=rule(neglect=True), period=SUMMER)) == listed
