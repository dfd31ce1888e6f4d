"""Reports in the framework's own order: each heading answered from the records, or said to have nothing."""

from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from qaf_lib.batch.execute import Job, execute_all
from qaf_lib.batch.run import REPORTS
from qaf_lib.display.answers import ANSWERS, Asked
from qaf_lib.display.sections import framework_reports
from qaf_lib.frameworks.paper import Answer
from qaf_lib.period import open_period

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks" / "quarter"
RULES = """\
duties:
  - {duty_id: D1, label: Meet, as_post: Board, each: council, evidence: meeting, times: 1, every: quarter, shared_with: [Team]}
  - {duty_id: D2, label: Audit, roles: [Leader], evidence: audit, audit_types: [case_file]}
reports:
  - name: quarterly
    label: The quarter
    every: quarter
    to: [Leaders]
    headings:
      - {label: Audits, answered_by: [audits_made]}
      - {label: Meetings, answered_by: [log], of: [D1]}
      - {label: Complaints, answered_by: [complaints]}
      - {label: Weather}
  - name: monthly
    label: The month
    every: month
    headings: [{label: Audits, answered_by: [audits_made, grades]}]
  - name: table
    label: Meetings
    rows_of: meetings
    headings: [{label: What, column: what}, {label: Held, column: held_on}, {label: With, column: shared_with}]
  - {name: ending, label: At the end, headings: [{label: Cost, optional: true}]}
worthwhile_change"""


def opened(project):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", RULES)
    project.add_audits({"0071000": "good", "0072000": "inadequate"})
    project.add_records(
        "duty_event", "event_id,kind,duty_id,held_on,by_post\nE1,meeting,D1,2025-07-30,Board\n"
    )
    return open_period(project.file)


def rows(section):
    return [row for part in section.parts for row in getattr(part, "rows", ())]


def test_every_answer_that_a_heading_may_name_is_there():
    assert set(ANSWERS) == set(get_args(Answer))


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_an_answer_of_a_period_without_records_is_nothing_or_a_sentence(project, name):
    period = open_period(project.file)
    said = ANSWERS[name](Asked(period, period.span.start, period.span.end))
    assert said is None or said.endswith(".")


def test_headings_are_answered_in_order_and_what_nothing_answers_says_so(project):
    section = framework_reports.answered_reports(opened(project))
    assert [row[0] for row in rows(section)] == ["Audits", "Meetings", "Complaints", "Weather"]
    told = dict(rows(section))
    assert told["Audits"].startswith("2 audits: Case file audit (2).")
    assert told["Meetings"] == "1 entry in the duty log, the last on 30 July 2025."
    assert told["Complaints"] == told["Weather"] == "Nothing on record"
    assert "2 of 4 headings are answered" in repr(section)
    assert "Goes to: Leaders." in repr(section)


def test_a_monthly_report_has_a_column_for_each_month_and_counts_its_own_days(project):
    section = framework_reports.monthly(opened(project))
    table = section.parts[-1]
    assert table.headings == ("Heading", "July 2025", "August 2025", "September 2025")
    _, july, august, september = table.rows[0]
    assert july == september == "Nothing on record"
    assert "1 of 2 audits were graded good or better; a count, not an estimate." in august


def test_a_table_of_meetings_has_what_the_log_holds_of_each(project):
    assert rows(framework_reports.duty_tables(opened(project))) == [
        ("Meet", "1 in the period, the last on 30 July 2025", "Team")
    ]


def test_reports_of_ended_work_are_forms(project):
    assert rows(framework_reports.forms(opened(project))) == [("Cost", "where it applies")]


def test_days_of_a_report_are_its_first_and_last_inclusive(project):
    period = opened(project)
    first, day_after = date(2025, 8, 1), date(2025, 8, 2)
    assert ANSWERS["audits_made"](Asked(period, first, first)) is not None
    assert ANSWERS["audits_made"](Asked(period, day_after, day_after)) is None


def test_without_reports_the_page_says_so_once_and_leaves_the_rest_out(project):
    period = open_period(project.file)
    parts = [framework_reports.answered_reports, framework_reports.monthly]
    parts += [framework_reports.duty_tables, framework_reports.forms]
    assert [len(part(period).parts) for part in parts] == [1, 0, 0, 0]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[log], of: [D1]", "[log]", "of and an answer that needs names go together"),
        ("of: [D1]", "of: [D9]", "of names nothing that is counted: D9"),
        ("    rows_of: meetings\n", "", "rows_of and a column in every heading go together"),
    ],
)
def test_headings_that_contradict_themselves_are_refused(project, old, new, said):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", RULES)
    project.change("parameters/frameworks/tiny.yml", old, new)
    with pytest.raises(ValueError, match=said):
        project.parameters()


def test_the_page_is_one_of_the_run_s_and_runs(project, tmp_path):
    period = opened(project)
    given = {"parameters_file": str(project.file)}
    name = "12_framework_reports"
    assert name in REPORTS
    assert period.parameters.audience == "internal"
    job = Job(name, NOTEBOOKS / f"{name}.ipynb", tmp_path / "ran.ipynb", given)
    assert [outcome.status for outcome in execute_all([job], tell=lambda _: None)] == ["completed"]
