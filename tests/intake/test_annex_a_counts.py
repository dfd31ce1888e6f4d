"""Indicators counted in Annex A's lists: each boundary on both sides, and what says nothing counted apart."""

from datetime import date, datetime, timedelta

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.dates import add_working_days, parse_period, working_days_between
from qaf_lib.frameworks.counted import COUNTS
from qaf_lib.intake.annex_a import annex_a_tables
from qaf_lib.intake.annex_a_counts import _JUDGES, counted_in, in_working_days
from qaf_lib.intake.annex_a_lists import annex_a_standard

AS_AT = date(2026, 9, 30)
SPAN = parse_period("2026-27 Q2")
TEAMS = pd.DataFrame({"team_id": ["T1"], "name": ["North team"], "service": ["Care"]}, dtype="string")
STAFF = pd.DataFrame({"staff_id": ["S1"], "name": ["Ada Invented"]}, dtype="string")
CASE = {
    "child_id": "0000001",
    "gender": "a) Male",
    "ethnicity": "a) WBRI",
    "age_years": 9,
    "has_disability": "b) No",
    "allocated_team": "North team",
    "allocated_worker": "Ada Invented",
}
NEED = CASE | {"cin_start_date": date(2024, 5, 1), "case_status": "c) Child in need plan"}
ASSESSED, AUTHORISED = (f"continuous_assessment_{name}" for name in ("start_date", "date_of_authorisation"))
SEEN = "child_seen_during_continuous_assessment"
PLAN, REVIEWED = "child_protection_plan_start_date", "date_of_latest_review_conference"
VISITED, PREVIOUS = "date_of_the_last_statutory_visit", "number_of_previous_child_protection_plans"
CARE, CARE_REVIEW = "date_started_to_be_looked_after", "date_of_latest_statutory_review"
HEALTH, DENTAL = "date_of_last_health_assessment", "date_of_last_dental_check"


@pytest.fixture
def annex(tmp_path):
    """Write lists of one child a row, each under its own reference, and read them: `{list: rows}`."""

    def read(lists, *, without=(), as_at=AS_AT, sheets=None):
        standard = annex_a_standard()
        titles = sheets or {f"List {number}": number for number in {6: None} | lists}
        with xlsxwriter.Workbook(tmp_path / "a.xlsx", {"default_date_format": "dd/mm/yyyy"}) as book:
            for title, number in titles.items():
                sheet = book.add_worksheet(title)
                columns = [name for name in standard["lists"][number - 1]["columns"] if name not in without]
                sheet.write_row(0, 0, [standard["columns"][name]["name"] for name in columns])
                for at, row in enumerate(lists.get(number, [NEED]), start=1):
                    whole = CASE | {"child_id": f"{number}{at:06d}"} | row
                    for place, name in enumerate(columns):
                        value = whole.get(name)
                        day = isinstance(value, date)
                        value = datetime(value.year, value.month, value.day) if day else value
                        sheet.write(at, place, value) if value is not None else None
        return annex_a_tables(path=tmp_path / "a.xlsx", name="a.xlsx", as_at=as_at, teams=TEAMS, staff=STAFF)

    return read


@pytest.fixture
def counted(annex):
    """Write and read lists, and count in them."""

    def count(lists, *, without=(), span=SPAN):
        read = annex(lists, without=without).lists
        return counted_in(lists=read, as_at=AS_AT, span=span, teams=TEAMS, staff=STAFF)

    return count


def totals(found, name):
    rows = found[found["indicator_id"] == name]
    return tuple(int(rows[column].sum()) for column in ("numerator", "denominator", "without_day"))


def test_every_count_that_is_described_is_made():
    assert list(COUNTS) == list(_JUDGES)


def test_45_working_days_are_in_time_and_46_are_not_whatever_bank_holiday_lies_between(counted):
    # the late August bank holiday of 2026 is Monday the 31st
    start = date(2026, 7, 6)
    last = add_working_days(start, 45)
    assert last == date(2026, 9, 8)
    rows = [{ASSESSED: start, AUTHORISED: last}, {ASSESSED: start, AUTHORISED: last + timedelta(days=1)}]
    assert totals(counted({4: rows}), "assessments_in_45_days") == (1, 2, 0)


@pytest.mark.parametrize(("day", "counts"), [("2026-06-30", 0), ("2026-07-01", 1), ("2026-09-30", 1)])
def test_only_assessments_authorised_in_the_period_count(counted, day, counts):
    rows = [{ASSESSED: date(2026, 6, 1), AUTHORISED: date.fromisoformat(day)}]
    assert totals(counted({4: rows}), "assessments_in_45_days")[1] == counts


def test_an_open_assessment_counts_nowhere_and_a_day_before_the_start_is_no_day(counted):
    rows = [{ASSESSED: date(2026, 7, 1)}, {ASSESSED: date(2026, 7, 9), AUTHORISED: date(2026, 7, 8)}]
    assert totals(counted({4: rows}), "assessments_in_45_days") == (0, 0, 1)


def test_a_row_of_a_list_that_stands_twice_counts_once(counted):
    row = {"child_id": "0000007", ASSESSED: date(2026, 7, 1), AUTHORISED: date(2026, 7, 9)}
    assert totals(counted({4: [row, row]}), "assessments_in_45_days") == (1, 1, 0)


def test_unknown_is_no_answer(counted):
    done = {ASSESSED: date(2026, 7, 1), AUTHORISED: date(2026, 7, 9)}
    rows = [done | {SEEN: word} for word in ("a) Yes", "b) No", "c) Unknown", None, "see notes")]
    assert totals(counted({4: rows}), "child_seen_in_assessment") == (1, 2, 3)


@pytest.mark.parametrize(("late", "kept"), [(0, 1), (1, 0)])
def test_a_first_conference_has_15_working_days(counted, late, kept):
    start = date(2026, 8, 24)
    held = add_working_days(start, 15 + late)
    rows = [{"strategy_discussion_date": start, "icpc_date": held}]
    found = counted({5: rows})
    assert totals(found, "conferences_in_15_days") == (kept, 1, 0)


@pytest.mark.parametrize(("reviewed", "kept"), [(date(2026, 3, 30), 1), (date(2026, 3, 29), 0)])
def test_a_plan_s_last_review_may_lie_6_months_back(counted, reviewed, kept):
    found = counted({7: [{PLAN: date(2025, 9, 1), REVIEWED: reviewed, PREVIOUS: 0}]})
    assert totals(found, "cp_reviews_on_time") == (kept, 1, 0)


@pytest.mark.parametrize(("began", "due"), [(date(2026, 6, 30), 1), (date(2026, 7, 1), 0)])
def test_a_plan_is_due_for_review_once_it_ran_for_3_months(counted, began, due):
    found = counted({7: [{PLAN: began, PREVIOUS: 0}]})
    assert totals(found, "cp_reviews_on_time") == (0, 0, due)


def test_plans_of_two_years_to_the_day_are_long_and_ended_ones_are_not(counted):
    rows = [
        {PLAN: date(2024, 9, 30), PREVIOUS: 0},
        {PLAN: date(2024, 10, 1), PREVIOUS: 0},
        {PLAN: date(2020, 1, 1), "child_protection_plan_end_date": date(2026, 9, 30), PREVIOUS: 0},
    ]
    assert totals(counted({7: rows}), "cp_plans_over_2_years") == (1, 2, 0)


def test_plans_begun_in_the_period_are_repeats_where_there_was_one_before(counted):
    rows = [
        {PLAN: date(2026, 7, 1), PREVIOUS: 0},
        {PLAN: date(2026, 9, 30), PREVIOUS: 2},
        {PLAN: date(2026, 6, 30), PREVIOUS: 1},
        {PLAN: date(2026, 8, 1)},
    ]
    assert totals(counted({7: rows}), "repeat_cp_plans") == (1, 2, 1)


def test_a_visit_counts_for_10_working_days_and_a_plan_only_after_as_many(counted):
    first = date(2026, 9, 16)
    assert working_days_between(first, AS_AT) == 10
    rows = [
        {PLAN: date(2026, 1, 5), VISITED: first, PREVIOUS: 0},
        {PLAN: date(2026, 1, 5), VISITED: first - timedelta(days=1), PREVIOUS: 0},
        {PLAN: first, PREVIOUS: 0},
        {PLAN: first + timedelta(days=1), PREVIOUS: 0},
    ]
    assert totals(counted({7: rows}), "cp_visits_in_10_working_days") == (1, 2, 1)


@pytest.mark.parametrize(
    ("began", "reviewed", "kept"),
    [
        (date(2025, 1, 6), date(2026, 3, 30), (1, 1, 0)),
        (date(2025, 1, 6), date(2026, 3, 29), (0, 1, 0)),
        (date(2026, 6, 10), date(2026, 6, 30), (1, 1, 0)),  # within 20 working days: the next in 3 months
        (date(2026, 6, 10), date(2026, 6, 29), (0, 1, 0)),
        (date(2026, 9, 2), None, (0, 0, 1)),  # 20 working days ago
        (date(2026, 9, 3), None, (0, 0, 0)),
    ],
)
def test_children_in_care_are_reviewed_in_20_working_days_3_months_and_6(counted, began, reviewed, kept):
    assert totals(counted({8: [{CARE: began, CARE_REVIEW: reviewed}]}), "care_reviews_on_time") == kept


@pytest.mark.parametrize("column", [HEALTH, DENTAL])
def test_12_months_to_the_day_are_in_time_and_a_blank_is_counted_apart(counted, column):
    rows = [
        {CARE: date(2025, 9, 30), column: date(2025, 9, 30)},
        {CARE: date(2025, 9, 30), column: date(2025, 9, 29)},
        {CARE: date(2025, 9, 30)},
        {CARE: date(2025, 10, 1), column: date(2026, 9, 1)},
        {CARE: date(2025, 1, 1), column: date(2026, 10, 1)},  # after the day: nobody knows what stood before
    ]
    name = {HEALTH: "health_assessments_on_time", DENTAL: "dental_checks_in_12_months"}[column]
    assert totals(counted({8: rows}), name) == (1, 2, 2)


@pytest.mark.parametrize(("age", "kept"), [(4, 1), (5, 2), (None, 2)])
def test_under_the_age_of_five_a_health_assessment_holds_for_6_months(counted, age, kept):
    rows = [
        {CARE: date(2024, 1, 1), HEALTH: day, "age_years": age}
        for day in (date(2026, 3, 30), date(2026, 3, 29))
    ]
    assert totals(counted({8: rows}), "health_assessments_on_time") == (kept, 2, 0)


def test_a_case_seen_6_weeks_ago_is_in_time(counted):
    seen = "date_child_was_last_seen"
    rows = [NEED | {seen: AS_AT - timedelta(days=days)} for days in (42, 43)]
    rows = [row | {"child_id": f"{at}"} for at, row in enumerate(rows)]
    assert totals(counted({6: rows}), "children_seen_in_6_weeks") == (1, 2, 0)


def test_counts_stand_by_team_and_worker_and_an_unknown_team_is_none(counted):
    done = {ASSESSED: date(2026, 7, 1), AUTHORISED: date(2026, 7, 9)}
    rows = [done, done | {"allocated_team": "Nobody's team", "allocated_worker": "Somebody else"}]
    found = counted({4: rows}).query("indicator_id == 'assessments_in_45_days'")
    placed = found[["team_id", "worker_id"]].fillna("").assign(cases=found["denominator"])
    assert sorted(placed.to_numpy().tolist()) == [["", "", 1], ["T1", "S1", 1]]


def test_what_a_workbook_does_not_hold_is_not_counted(counted):
    names = set(counted({7: [{PLAN: date(2024, 1, 1), PREVIOUS: 0}]}, without=[REVIEWED])["indicator_id"])
    assert "cp_plans_over_2_years" in names
    assert not names & {"cp_reviews_on_time", "plan_reviews_on_time", "assessments_in_45_days"}


def test_lists_reach_back_six_months_so_nothing_that_happened_is_counted_for_a_year(counted):
    done = {ASSESSED: date(2026, 7, 1), AUTHORISED: date(2026, 7, 9)}
    plan = {PLAN: date(2026, 7, 1), PREVIOUS: 1}
    names = set(counted({4: [done], 7: [plan]}, span=parse_period("2026"))["indicator_id"])
    assert "cp_plans_over_2_years" in names
    assert not names & {"assessments_in_45_days", "repeat_cp_plans"}


def test_a_sheet_that_is_no_list_4_is_told_and_stops_nothing(annex):
    found = annex({4: []}, without=[AUTHORISED])
    assert "Continuous Assessment Date of Authorisation is missing" in " ".join(found.notes)
    assert len(found.tables["case"]) == 1
    twice = annex({4: []}, sheets={"List 6": 6, "List 4": 4, "Assessments": 4})
    assert "several sheets are for list 4 (Assessments), so none was read" in twice.notes


@given(st.dates(date(2025, 1, 1), date(2026, 9, 1)), st.integers(0, 60))
def test_the_day_that_comes_so_many_working_days_later_is_the_last_in_time(start, days):
    last = add_working_days(start, days)
    ends = pd.Series(pd.to_datetime([last, add_working_days(last, 1)]))
    begins = pd.Series(pd.Timestamp(start), index=ends.index)
    assert in_working_days(first=begins, last=ends, at_most=days).tolist() == [True, False]
