"""A yearly or half-yearly report counts its own twelve or six months, other reports the period."""

import pytest

from qaf_lib.pages import open_period
from qaf_lib.pages.framework import reports_sections as framework_reports

LINES = """\
    headings:
      - {label: Panels, answered_by: [log], of: [panel]}
      - {label: Audits, answered_by: [audits_by_theme], of: [case_file]}
      - {label: Found, answered_by: [questions], of: [voice]}
"""
RULES = f"""\
duties:
  - {{duty_id: panel, label: Hold a panel, as_post: Board, each: council, evidence: meeting}}
reports:
  - name: quarterly
    label: Of the quarter
    every: quarter
{LINES}  - name: half_yearly
    label: Of the half year
    every: half_year
{LINES}  - name: yearly
    label: Of the year
    every: year
{LINES}worthwhile_change"""
EVENTS = """\
event_id,kind,duty_id,held_on,by_post
E1,meeting,panel,2024-09-30,Board
E2,meeting,panel,2024-10-01,Board
E3,meeting,panel,2025-03-31,Board
E4,meeting,panel,2025-04-01,Board
E5,meeting,panel,2025-07-01,Board
E6,meeting,panel,2025-09-30,Board
E7,meeting,panel,2025-10-01,Board
"""


@pytest.fixture
def said(project):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", RULES)
    project.add_records("duty_event", EVENTS)
    project.add_audits({"0071000": "good", "0072000": "good", "0073000": "inadequate"}, day="2025-06-30")
    project.add_records("answer", "audit_id,question_id,answer\nA-random-2025-06-30-0071000,voice,good\n")
    tables = framework_reports.answered_reports(open_period(project.file)).parts[1:]
    return {table.table_id.removeprefix("report_"): dict(row[:2] for row in table.rows) for table in tables}


def test_the_log_is_counted_from_the_first_day_of_the_report_s_own_time(said):
    assert said["quarterly"]["Panels"] == "2 entries in the duty log, on 1 July 2025, 30 September 2025."
    assert said["half_yearly"]["Panels"] == (
        "3 entries in the duty log since 1 April 2025, on 1 April 2025, 1 July 2025, 30 September 2025."
    )
    assert said["yearly"]["Panels"].startswith("5 entries in the duty log since 1 October 2024, on 1 October")


def test_audits_before_the_quarter_are_in_the_longer_reports_alone(said):
    assert said["quarterly"]["Audits"] == "Nothing on record"
    assert said["half_yearly"]["Audits"].startswith("3 audits (")
    assert (
        ") since 1 April 2025, the first on 30 June 2025, 2 of 3 good or better"
        in said["half_yearly"]["Audits"]
    )
    assert said["yearly"]["Found"].startswith(
        "Of the audits since 1 October 2024 that ask it, however picked: "
    )
    assert said["yearly"]["Found"].endswith("1 of 1 good or better.")
