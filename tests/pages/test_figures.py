"""Figures of indicators: what came stands, and where nothing came the kit's own count does."""

from datetime import date, datetime

import pandas as pd
import pytest
import xlsxwriter

from qaf_lib import open_period
from qaf_lib.errors import InputError
from qaf_lib.frameworks import load_framework
from qaf_lib.intake.annex_a_lists import annex_a_standard
from qaf_lib.pages.evidence import indicators_sections as indicators
from qaf_lib.pages.evidence.indicators import all_figures, period_figures
from qaf_lib.pages.framework import reports_sections as framework_reports

STARTED, DONE = (f"continuous_assessment_{name}" for name in ("start_date", "date_of_authorisation"))
INDICATORS = """\
indicators:
  - {indicator_id: assessed, label: Assessed in time, computed: assessments_in_45_days, target: 0.75}
worthwhile_change"""
HEADING = "indicator_id,period,team_id,numerator,denominator\n"
CHILD = {
    "gender": "a) Male",
    "ethnicity": "a) WBRI",
    "age_years": 9,
    "has_disability": "b) No",
    "cin_start_date": date(2024, 1, 2),
    "case_status": "c) Child in need plan",
    "allocated_worker": "Worker-71000",
}


def workbook(project, assessments):
    """Write the closing extract: twelve children in need, and a list 4 of team and days."""
    lists = {
        6: [CHILD | {"child_id": f"0071{at:03d}", "allocated_team": "North team"} for at in range(12)],
        4: [
            CHILD | {"child_id": f"0072{at:03d}", "allocated_team": team, STARTED: first, DONE: last}
            for at, (team, first, last) in enumerate(assessments)
        ],
    }
    path = project.root / "data" / "annex_a.xlsx"
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        for number, rows in lists.items():
            columns = annex_a_standard()["lists"][number - 1]["columns"]
            sheet = book.add_worksheet(f"List {number}")
            sheet.write_row(0, 0, [annex_a_standard()["columns"][name]["name"] for name in columns])
            for at, row in enumerate(rows, start=1):
                for place, name in enumerate(columns):
                    value = row.get(name)
                    if isinstance(value, date):
                        sheet.write_datetime(at, place, datetime(value.year, value.month, value.day))
                    elif value is not None:
                        sheet.write(at, place, value)


QUICK, SLOW = (date(2025, 7, 1), date(2025, 7, 31)), (date(2025, 4, 1), date(2025, 9, 30))


@pytest.fixture
def counting(project):
    """The project with an indicator that the kit counts: 2 of 3 in the north, 1 of 1 in the south."""
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", INDICATORS)
    project.change(
        "parameters/tiny.yml",
        "records:\n",
        '  closing: {annex_a: data/annex_a.xlsx, as_at: "2025-09-30"}\nrecords:\n',
    )
    north, south = "North team", "South team"
    workbook(project, [(north, *QUICK), (north, *QUICK), (north, *SLOW), (south, *QUICK)])
    return project


def test_a_count_serves_where_no_figure_came(counting):
    period = open_period(counting.file)
    figure = period_figures(period.store)["assessed"]
    assert (figure.x, figure.n, figure.counted, figure.state) == (3, 4, True, "met")
    teams = all_figures(period.store).dropna(subset="team_id").set_index("team_id")
    assert teams["numerator"].to_dict() == {"T1": 2, "T2": 1}
    assert "the kit's own count stands: Assessed in time." in repr(indicators.against_target(period))


@pytest.mark.parametrize(("came", "differs"), [("3,4", False), ("301,400", False), ("302,400", True)])
def test_what_came_stands_and_a_difference_beyond_rounding_is_told(counting, came, differs):
    counting.add_records("indicator", f"{HEADING}assessed,2025-26 Q2,,{came}\n")
    period = open_period(counting.file)
    figure = period_figures(period.store)["assessed"]
    assert not figure.counted
    assert figure.x == int(came.split(",")[0])
    both = "Assessments authorised within 45 working days (76% came with the records, 75% in the caseload extract)"
    assert (f"Two sources differ on: {both}. Settle" in repr(indicators.two_sources(period))) == differs
    assert bool(indicators.two_sources(period).parts) == differs
    told = repr(indicators.counted(period))
    assert ("These differ: Assessments authorised within 45 working days." in told) == differs
    assert ("They agree with the counts." in told) != differs


def test_a_figure_that_the_extract_contradicts_is_told_with_the_other_and_not_weighed(counting):
    report = "reports: [{name: areas, label: Areas, headings: [{label: Help in time, "
    report += "answered_by: [standing, figures], of: [assessed]}]}]\nworthwhile_change"
    counting.change("parameters/frameworks/tiny.yml", "worthwhile_change", report)
    counting.add_records("indicator", f"{HEADING}assessed,2025-26 Q2,,280,400\n")
    told = repr(framework_reports.answered_reports(open_period(counting.file)))
    assert "Watched. Not weighed: Assessed in time, 280 of 400 (70%)" in told
    assert "the caseload extract has 3 of 4 (75%); which is right is to be settled" in told


def test_teams_that_came_are_not_added_to_and_a_whole_that_did_not_is_their_sum(counting):
    counting.add_records("indicator", f"{HEADING}assessed,2025-26 Q2,T1,1,5\n")
    store = open_period(counting.file).store
    assert all_figures(store)["counted"].tolist() == [False]
    assert (period_figures(store)["assessed"].x, period_figures(store)["assessed"].n) == (1, 5)


def test_a_count_that_the_extract_no_longer_tells_becomes_none_of_none(counting):
    counting.prepare()
    workbook(counting, [("North team", *QUICK)])
    counting.prepare()
    held = counting.register("computed_indicator").query("indicator_id == 'assessments_in_45_days'")
    assert dict(zip(held["team_id"].fillna("all"), held["denominator"], strict=True)) == {
        "all": 1,
        "T1": 1,
        "T2": 0,
    }
    assert period_figures(open_period(counting.file).store)["assessed"].n == 1


def test_running_again_records_nothing_and_no_page_holds_a_worker(counting):
    counting.prepare()
    assert counting.adds() == 0
    period = open_period(counting.file)
    assert period.store.table("counted")["worker_id"].isna().all()  # no staff table names the worker
    assert "Worker" not in repr(indicators.counted(period))


def test_an_extract_from_before_the_period_tells_nothing_of_it(project):
    workbook(project, [("North team", *QUICK)])
    project.change("parameters/tiny.yml", "{cases: data/cases.csv,", "{annex_a: data/annex_a.xlsx,")
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", INDICATORS)
    period = open_period(project.file)
    assert period.store.table("counted").empty
    assert indicators.counted(period).parts == []
    assert period_figures(period.store) == {}


def test_an_indicator_may_name_only_a_count_that_the_kit_makes(project):
    wrong = INDICATORS.replace("assessments_in_45_days", "something_else")
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", wrong)
    with pytest.raises(
        InputError, match=r"computed must be one of assessments_in_45_days, .* got something_else"
    ):
        load_framework(folder=project.root / "parameters" / "frameworks", name="tiny")


def test_figures_of_a_council_without_a_workbook_are_those_that_came(project):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", INDICATORS)
    project.add_records("indicator", f"{HEADING}assessed,2025-26 Q2,,1,2\n")
    store = open_period(project.file).store
    assert isinstance(store.table("counted"), pd.DataFrame)
    assert period_figures(store)["assessed"].state == "not met"
