"""Duties counted: expected, done and state, on both sides of each boundary."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.counting import DutyRequirement, SoFar, duty_states, state_of, tally
from qaf_lib.counting.duties import DUTY_STATES
from qaf_lib.dates import parse_period

PERIOD = "2026-27 Q2"


def people(*rows):
    """Rows of (staff_id, role, started_on, left_on), all in team T."""
    table = pd.DataFrame(rows, columns=["staff_id", "role", "started_on", "left_on"]).assign(team_id="T")
    return table.assign(**{name: pd.to_datetime(table[name]) for name in ("started_on", "left_on")})


def records(days, **columns):
    table = pd.DataFrame({"on": pd.to_datetime(list(days))})
    for name in ("by_id", "by_post", "subject_id", "team_id"):
        table[name] = pd.Series(columns.get(name), index=table.index, dtype="string")
    return table


def counted(staff, held, period=PERIOD, teams=(), **asked):
    return tally(
        asked=DutyRequirement(**asked),
        people=staff,
        teams=list(teams),
        records=held,
        period=parse_period(period),
    )


def said(found):
    return found.expected, found.done, found.state


DIRECTOR = people(("d", "Director", "2020-01-01", None))
MONTHLY = {"roles": ("Director",), "times": 1, "every": "month"}
YEARLY = {"each": "subject", "roles": ("Manager",), "subject_roles": ("Worker",), "every": "year"}


def test_a_month_s_duty_is_done_month_by_month():
    assert said(
        counted(DIRECTOR, records(["2026-07-01", "2026-08-31", "2026-09-30"], by_id="d"), **MONTHLY)
    ) == (3, 3, "met")
    # three in July do for July alone
    assert said(
        counted(DIRECTOR, records(["2026-07-01", "2026-07-02", "2026-07-31"], by_id="d"), **MONTHLY)
    ) == (3, 1, "partly met")


@pytest.mark.parametrize(
    ("day", "done"), [("2026-06-30", 0), ("2026-07-01", 1), ("2026-09-30", 1), ("2026-10-01", 0)]
)
def test_only_the_days_of_the_span_count(day, done):
    assert (
        counted(DIRECTOR, records([day], by_id="d"), roles=("Director",), times=1, every="quarter").done
        == done
    )


def test_none_done_is_not_met_where_a_log_is_kept_and_nothing_on_record_where_none_is():
    assert counted(DIRECTOR, records(["2025-01-01"], by_id="d"), **MONTHLY).state == "not met"
    assert counted(DIRECTOR, records([None], by_id="d"), **MONTHLY).state == "not met"
    assert counted(DIRECTOR, records([]), **MONTHLY).state == "nothing on record"


@pytest.mark.parametrize(
    ("days", "state"),
    [
        ([], "nothing on record"),
        (["2026-03-31"], "behind"),
        (["2026-04-01"], "on track"),
        (["2026-04-01", "2026-09-30"], "met"),
    ],
)
def test_a_year_not_over_is_on_track_or_behind_by_the_part_that_is_over(days, state):
    # 183 of 365 days of twice a year: once by the end of September
    found = counted(DIRECTOR, records(days, by_id="d"), roles=("Director",), times=2, every="year")
    assert found.state == state
    assert found.due_on.isoformat() == "2027-03-31"


def test_once_a_year_is_not_due_before_its_day_whatever_is_still_to_do():
    asked = {"roles": ("Director",), "times": 1, "every": "year"}
    assert counted(DIRECTOR, records([]), **asked).state == "not due"
    assert counted(DIRECTOR, records(["2026-04-01"], by_id="d"), **asked).state == "met"


def test_when_the_year_is_over_what_is_left_is_partly_met():
    asked = {"roles": ("Director",), "times": 2, "every": "year"}
    held = records(["2026-04-01"], by_id="d")
    assert said(counted(DIRECTOR, held, "2026-27 Q4", **asked)) == (2, 1, "partly met")


def test_a_year_under_way_says_how_many_had_what_its_part_so_far_asks():
    staff = people(*[(name, "Worker", "2020-01-01", None) for name in "abc"])
    days = pd.date_range("2026-04-10", periods=6, freq="28D")
    held = records([*days, *days, *days[:5]], subject_id=["a"] * 6 + ["b"] * 6 + ["c"] * 5)
    found = counted(staff, held, times=12, **YEARLY)
    assert found.so_far == SoFar(due=18, done=17, kept_pace=2, asked=3)
    assert found.state == "behind"


@pytest.mark.parametrize(
    ("day", "year", "period", "done"),
    [
        ("2026-03-31", "financial", "2026-27 Q4", 0),
        ("2026-04-01", "financial", "2026-27 Q4", 1),
        ("2027-03-31", "financial", "2026-27 Q4", 1),
        ("2025-12-31", "calendar", "2026 Q4", 0),
        ("2026-01-01", "calendar", "2026 Q4", 1),
        ("2026-12-31", "calendar", "2026 Q4", 1),
    ],
)
def test_a_year_s_duty_counts_from_1_april_or_1_january(day, year, period, done):
    asked = {"roles": ("Director",), "times": 1, "every": "year", "year": year}
    assert counted(DIRECTOR, records([day], by_id="d"), period, **asked).done == done


@pytest.mark.parametrize(
    ("period", "state"), [("2026-05", "not due"), ("2026-06", "not met"), ("2026-27 Q2", "not met")]
)
def test_a_duty_with_a_month_is_due_by_its_end(period, state):
    asked = {"roles": ("Director",), "times": 1, "every": "year", "due_month": 6}
    assert counted(DIRECTOR, records(["2025-06-30"], by_id="d"), period, **asked).state == state


def test_a_week_s_duty_is_expected_thirteen_times_in_a_quarter():
    weeks = pd.date_range("2026-07-01", "2026-09-30", freq="7D")  # Wednesdays; 30 September ends in October
    asked = {"roles": ("Director",), "times": 1, "every": "week"}
    assert said(counted(DIRECTOR, records(weeks[:13], by_id="d"), **asked)) == (13, 13, "met")
    assert said(counted(DIRECTOR, records(weeks[:12], by_id="d"), **asked)) == (13, 12, "partly met")


@pytest.mark.parametrize(("held", "state"), [(8, "partly met"), (9, "met"), (10, "met")])
def test_nine_supervisions_a_year(held, state):
    days = pd.date_range("2026-04-10", periods=held, freq="30D")
    found = counted(
        people(("w", "Worker", "2020-01-01", None)),
        records(days, subject_id="w"),
        "2026-27 Q4",
        times=9,
        **YEARLY,
    )
    assert said(found) == (9, min(held, 9), state)


@pytest.mark.parametrize(
    ("started", "left", "expected"),
    [
        ("2020-01-01", None, 9),
        ("2026-04-01", None, 9),
        ("2026-04-02", None, 8),
        ("2026-10-01", None, 4),  # 182 of 365 days: 4.49
        ("2020-01-01", "2026-09-30", 4),  # 183 of 365 days: 4.51
        ("2020-01-01", "2026-03-31", 0),
    ],
)
def test_joiners_and_leavers_are_expected_pro_rata(started, left, expected):
    found = counted(people(("w", "Worker", started, left)), records([]), "2026-27 Q4", times=9, **YEARLY)
    assert found.expected == expected


def test_without_pro_rata_everybody_there_at_the_end_is_expected_whole():
    staff = people(("a", "Worker", "2027-03-31", None), ("b", "Worker", "2020-01-01", "2027-03-30"))
    found = counted(staff, records([]), "2026-27 Q4", times=2, pro_rata=False, **YEARLY)
    assert found.expected == 2


def test_two_holders_one_after_the_other_are_one_post():
    two = people(("a", "Director", "2020-01-01", "2026-08-15"), ("b", "Director", "2026-08-16", None))
    held = records(["2026-07-05", "2026-08-05", "2026-09-05"], by_id=["a", "a", "b"])
    assert said(counted(two, held, **MONTHLY)) == (3, 3, "met")


def test_a_post_vacant_for_part_of_a_month_is_not_expected_that_month():
    two = people(("a", "Director", "2020-01-01", "2026-08-15"), ("b", "Director", "2026-08-17", None))
    assert counted(two, records([]), **MONTHLY).expected == 2


def test_a_keen_holder_does_not_cover_for_another():
    two = people(("a", "Director", "2020-01-01", None), ("b", "Director", "2020-01-01", None))
    held = records(
        ["2026-07-05", "2026-07-06", "2026-08-05", "2026-08-06", "2026-09-05", "2026-09-06"], by_id="a"
    )
    found = counted(two, held, **MONTHLY)
    assert said(found) == (6, 3, "partly met")
    assert found.short[["id", "expected", "done"]].to_numpy().tolist() == [["b", 3, 0]]


def test_a_record_without_its_maker_counts_for_the_only_post():
    held = records(["2026-07-05", "2026-08-05", "2026-09-05"], by_post="Director")
    assert counted(DIRECTOR, held, **MONTHLY).done == 3
    two = people(("a", "Director", "2020-01-01", None), ("b", "Director", "2020-01-01", None))
    assert counted(two, held, **MONTHLY).done == 0
    other = records(["2026-07-05"], by_post="Chief Executive")
    assert counted(DIRECTOR, other, **MONTHLY).done == 0


def test_somebody_else_s_audit_is_not_the_holder_s():
    held = records(["2026-07-05"], by_id="x")
    assert said(counted(DIRECTOR, held, by_holders=True, **MONTHLY)) == (3, 0, "not met")


def test_every_team_is_expected_once():
    found = counted(
        DIRECTOR,
        records(["2026-07-05", "2026-07-06"], team_id=["T1", "T1"]),
        roles=("Director",), each="team", times=1, every="quarter", teams=["T1", "T2"],
    )  # fmt: skip
    assert said(found) == (2, 1, "partly met")
    assert found.short["id"].tolist() == ["T2"]


def test_once_for_the_council_whoever_did_it():
    found = counted(DIRECTOR, records(["2026-07-05"], by_id="x"), each="council", times=1, every="quarter")
    assert said(found) == (1, 1, "met")


def test_a_body_outside_the_staff_table_is_one_post():
    assert said(counted(DIRECTOR, records(["2026-07-05"]), times=1, every="quarter")) == (1, 1, "met")


@pytest.mark.parametrize(("day", "state"), [("2026-07-01", "on record"), ("2026-06-30", "nothing on record")])
def test_a_duty_without_a_number_is_on_record_and_never_met(day, state):
    found = counted(DIRECTOR, records([day], by_id="d"), roles=("Director",))
    assert (found.expected, found.state) == (None, state)


def test_one_entry_for_three_hundred_says_of_how_many_it_is():
    staff = people(*[(f"w{at}", "Worker", "2020-01-01", None) for at in range(300)])
    held = records(["2026-07-01", "2026-07-02", "2026-08-01"], by_id=["w1", "w1", "w2"])
    found = counted(staff, held, roles=("Worker",))
    assert (found.events, found.reached, found.holders, found.state) == (3, 2, 300, "on record")


def test_nobody_known_to_do_it_for_means_nothing_can_be_said():
    assert counted(DIRECTOR, records([]), times=1, **YEARLY).state == "nothing on record"


def test_no_month_excused_is_expected_and_the_month_beside_it_is():
    held = records(["2026-07-31", "2026-09-01"], by_id="d")
    assert said(counted(DIRECTOR, held, excused_months=(8,), **MONTHLY)) == (2, 2, "met")
    assert said(counted(DIRECTOR, held, excused_months=(10,), **MONTHLY)) == (3, 2, "partly met")


@pytest.mark.parametrize(
    ("times", "excused", "expected"), [(3, (8,), 2), (1, (8,), 1), (3, (7, 8, 9), 0), (3, (10,), 3)]
)
def test_a_quarter_asks_its_share_of_the_months_not_excused(times, excused, expected):
    asked = {"roles": ("Director",), "times": times, "every": "quarter", "excused_months": excused}
    assert counted(DIRECTOR, records([]), **asked).expected == expected


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        ("2026-08-01", "2026-08-31", 2),
        ("2026-07-31", "2026-08-01", 1),  # a day in July and one in August: neither is a whole month
        ("2026-09-30", None, 2),
        ("2026-10-01", None, 3),
        ("2020-01-01", "2026-06-30", 3),
        ("2020-01-01", None, 0),
    ],
)
def test_an_exempt_holder_is_not_expected_to_do_it(starts, ends, expected):
    exempt = pd.DataFrame({"staff_id": ["d"], "starts_on": pd.to_datetime([starts])})
    exempt["ends_on"] = pd.to_datetime([ends])
    found = tally(
        asked=DutyRequirement(**MONTHLY), people=DIRECTOR, teams=[], records=records([]),
        period=parse_period(PERIOD), exempt=exempt,
    )  # fmt: skip
    assert found.expected == expected


def test_a_post_that_came_after_the_period_is_not_due():
    assert counted(people(("d", "Director", "2026-10-01", None)), records([]), **MONTHLY).state == "not due"


HALF = SoFar(due=1, done=1, kept_pace=1, asked=1)
LESS = SoFar(due=1, done=0, kept_pace=0, asked=1)
NONE_YET = SoFar(due=0, done=0, kept_pace=0, asked=0)


@pytest.mark.parametrize(
    ("expected", "done", "under_way", "kept", "state"),
    [
        (0, 0, None, True, "not due"),
        (2, 2, HALF, True, "met"),
        (2, 1, HALF, True, "on track"),
        (2, 0, LESS, True, "behind"),
        (2, 0, LESS, False, "nothing on record"),
        (2, 0, NONE_YET, False, "not due"),
        (2, 1, None, True, "partly met"),
        (2, 0, None, True, "not met"),
        (2, 0, None, False, "nothing on record"),
    ],
)
def test_states(expected, done, under_way, kept, state):
    assert state_of(expected=expected, done=done, kept=kept, under_way=under_way) == state


def test_more_done_than_expected_is_refused():
    with pytest.raises(ValueError, match=r"between 0 and expected \(1\); got 2"):
        state_of(expected=1, done=2, kept=True)


def test_states_are_counted_by_who_holds_them():
    table = duty_states(
        duties=pd.DataFrame({"who": ["Director", "Manager"], "state": ["met", "not met"]}), table_id="t"
    ).set_index(["row_key", "measure"])["x"]
    assert (table["all", "met"], table["all", "not met"], table["Director", "met"]) == (1, 1, 1)
    with pytest.raises(ValueError, match="unknown states: fine"):
        duty_states(duties=pd.DataFrame({"who": ["x"], "state": ["fine"]}), table_id="t")


@given(
    st.lists(st.integers(0, 91), max_size=30),
    st.integers(1, 4),
    st.sampled_from(["week", "month", "quarter"]),
)
def test_never_more_is_done_than_expected_and_more_records_never_make_it_worse(days, times, every):
    first = pd.Timestamp("2026-07-01")
    dates = [first + pd.Timedelta(days=day) for day in days]
    asked = {"roles": ("Director",), "times": times, "every": every}
    all_of_them = counted(DIRECTOR, records(dates, by_id="d"), **asked)
    fewer = counted(DIRECTOR, records(dates[:-1], by_id="d"), **asked)
    assert fewer.done <= all_of_them.done <= all_of_them.expected
    assert all_of_them.state in DUTY_STATES
