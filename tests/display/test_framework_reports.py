"""Reports in the framework's own order: each heading answered from the records, or said to have nothing."""

from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from qaf_lib.batch.contents import REPORTS
from qaf_lib.batch.execute import Job, KernelPool
from qaf_lib.display import Table
from qaf_lib.errors import InputError
from qaf_lib.frameworks.report_formats import Answer
from qaf_lib.pages import open_period
from qaf_lib.pages.framework import reports_sections as framework_reports
from qaf_lib.pages.framework import sections as framework
from qaf_lib.pages.framework.asked import Asked
from qaf_lib.pages.framework.every import ANSWERS
from qaf_lib.pages.leaders.sections import leading_cards
from qaf_lib.pages.practice import census_sections as census

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
    assert told["Meetings"] == "1 entry in the duty log, on 30 July 2025."
    assert told["Complaints"] == told["Weather"] == "Nothing on record"
    assert "2 of 4 headings are answered" in repr(section)
    assert "Goes to: Leaders." in repr(section)


def test_a_monthly_report_has_a_column_for_each_month_and_counts_its_own_days(project):
    section = framework_reports.monthly(opened(project))
    table = section.parts[-1]
    assert table.headings == ("Heading", "July 2025", "August 2025", "September 2025")
    _, july, august, september = table.rows[0]
    assert july == september == "Nothing on record"
    assert "1 of 2 audits that have a grade were graded good or better; a count, not an estimate." in august


@pytest.mark.parametrize(
    ("times", "said"), [(2, "1 of 2 asked, last on 30 July 2025"), (1, "last on 30 July 2025")]
)
def test_the_last_entry_of_a_duty_asked_several_times_stands_beside_how_many_came(project, times, said):
    once = "evidence: meeting, times: 1, every: quarter, shared_with"
    rules = RULES.replace(once, once.replace("times: 1", f"times: {times}"))
    rules = rules.replace("answered_by: [log], of: [D1]", "answered_by: [last_logged], of: [D1]")
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", rules)
    project.add_records(
        "duty_event", "event_id,kind,duty_id,held_on,by_post\nE1,meeting,D1,2025-07-30,Board\n"
    )
    found = rows(framework_reports.answered_reports(open_period(project.file)))
    assert dict(found)["Meetings"] == f"Meet: {said}, due by 30 September 2025."


@pytest.mark.parametrize(
    ("shown", "silent", "in_part"),
    [
        ("", "nothing on record", " In 1 of these a part has nothing on record, and says so."),
        (
            "shown_by: [complaint], ",
            "no entry in the duty log; the page of practice has what else shows it",
            "",
        ),
    ],
)
def test_a_duty_that_other_records_show_is_not_said_to_have_nothing_on_record(
    project, shown, silent, in_part
):
    duty = f"evidence: meeting, {shown}times"
    rules = RULES.replace("evidence: meeting, times", duty)
    rules = rules.replace("answered_by: [log], of: [D1]", "answered_by: [last_logged], of: [D1]")
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", rules)
    section = framework_reports.answered_reports(open_period(project.file))
    assert dict(rows(section))["Meetings"] == f"Meet: {silent}, due by 30 September 2025."
    silent = "Nothing is on record for: Audits; Complaints; Weather. Write them by hand, or leave them out."
    assert f"1 of 4 headings are answered from the records.{in_part} {silent}" in repr(section)


def test_a_table_of_meetings_has_what_the_log_holds_of_each(project):
    assert rows(framework_reports.duty_tables(opened(project))) == [
        ("Meet", "1 of 1 asked, the last in the period on 30 July 2025", "Team")
    ]


def test_a_table_of_named_duties_keeps_their_order_and_a_yearly_rule_says_how_often(project):
    covered = (
        "coverage:\n  - {name: supervised, label: Supervised, of: frontline_staff, counts: supervision, "
        "times: 9, times_part_time: 6, year: financial, roles: [Worker]}\n"
    )
    duty = "duties:\n  - {duty_id: D3, label: Supervise, roles: [Leader], shown_by: [supervised]}\n"
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", RULES)
    project.change("parameters/frameworks/tiny.yml", "duties:\n", duty)
    project.change("parameters/frameworks/tiny.yml", "coverage:\n", covered)
    project.change("parameters/frameworks/tiny.yml", "rows_of: meetings", "rows_of: [D3, D1]")
    project.change("parameters/frameworks/tiny.yml", "column: shared_with", "column: how_often")
    project.add_records(
        "staff",
        "staff_id,name,role,team_id,service,fte,started_on,can_audit,can_moderate\n"
        "w1,Name One,Worker,T1,Care,1,2020-01-01,false,false\nl1,Name Two,Leader,T1,Care,1,2020-01-01,false,false\n",
    )
    project.add_records(  # one of the people whom the rule is about, in the period; one after it; one of another
        "duty_event",
        "event_id,kind,duty_id,held_on,by_post,subject_id\nE1,meeting,D1,2025-07-30,Board,\n"
        "E2,supervision,,2025-09-30,,w1\nE3,supervision,,2025-10-01,,w1\nE4,supervision,,2025-09-30,,l1\n",
    )
    assert rows(framework_reports.duty_tables(open_period(project.file))) == [
        (
            "Supervise",
            "1 in the period, the last on 30 September 2025",
            "9 times a year, part time 6 times a year",
        ),
        ("Meet", "1 of 1 asked, the last in the period on 30 July 2025", "once a quarter"),
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
        ("rows_of: meetings", "rows_of: [D9]", "rows_of names no duty: D9"),
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
    with KernelPool() as pool:
        assert [outcome.status for outcome in pool.execute([job], tell=lambda _: None)] == ["completed"]


LISTED = """\
tags:
  - name: topics
    label: Topics
    tags:
      - {name: demand, label: Demand, answered_by: [logged_on], of: [D1]}
      - {name: training, label: Training, answered_by: [logged_on], of: [D1]}
      - {name: made, label: Audits made, answered_by: [audits_made]}
duties: [{duty_id: D1, label: Meet, as_post: Board, each: council, evidence: meeting, times: 1, every: quarter}]
worthwhile_change"""


def test_a_line_of_a_framework_s_own_list_says_what_the_records_hold_of_it(project):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", LISTED)
    project.add_records(
        "duty_event",
        "event_id,kind,duty_id,held_on,theme\n"
        "E1,meeting,D1,2025-07-30,Demand\nE2,meeting,D1,2024-10-01,\nE3,meeting,D1,2024-09-30,Training\n",
    )
    told = dict(rows(framework.lists(open_period(project.file))))
    # of twelve months to 30 September 2025: 1 October 2024 counts, the day before does not
    assert told["Demand"] == "1 of 2 entries of twelve months, the last on 30 July 2025."
    assert told["Training"] == "On none of the entries of twelve months."
    assert told["Audits made"] == "Nothing on record"


def test_a_line_that_names_what_nobody_counts_is_refused(project):
    project.change(
        "parameters/frameworks/tiny.yml", "worthwhile_change", LISTED.replace("of: [D1]", "of: [D9]")
    )
    with pytest.raises(InputError, match="tags topics: of names nothing that is counted: D9"):
        open_period(project.file)


MISSED = """\
indicators:
  - {indicator_id: reviews, label: Reviews on time, target: 0.9}
  - {indicator_id: visits, label: Visits made, target: 0.5}
reports:
  - name: exceptions
    label: Targets missed
    every: month
    headings:
      - {label: Which, answered_by: [missed]}
      - {label: Why, answered_by: [missed_reasons]}
      - {label: Since, answered_by: [figures, figures_since], of: [reviews]}
worthwhile_change"""


def test_a_missed_target_has_the_reasons_that_were_given_and_a_row_of_0_of_0_brings_no_figure(project):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", MISSED)
    project.add_records(
        "indicator",
        "indicator_id,period,team_id,numerator,denominator,missed_reason\n"
        "reviews,2025-26 Q2,,8,10,\nreviews,2025-26 Q2,T1,8,10,staffing\nreviews,2025-26 Q2,T2,0,0,court\n"
        "visits,2025-26 Q2,,5,10,family\nvisits,2025-26 Q1,,4,10,\nreviews,2025-26 Q1,,7,10,\n",
    )
    section = framework_reports.monthly(open_period(project.file))
    (_, july, _, which), (_, _, _, why), (_, before, _, since) = section.parts[-1].rows
    assert july == "Counted at the period's end"
    assert which.startswith("Missed in the period: Reviews on time, ")
    assert "where the target is 90%" in which
    assert "Visits" not in which
    assert why == (
        "Reviews on time: 1 reason on record, staffing (1), from 1 of 1 teams whose own figure missed it, "
        "and 1 from teams of which no figure says so."
    )
    assert before == "Counted at the period's end"
    assert " Indicators: Reviews on time, 80% (70% in 2025-26 Q1). By period" in since
    assert "3 of 3 headings are answered" in repr(section)


def test_a_month_s_audits_stand_against_those_asked_of_posts_each_month(project):
    duty = "{duty_id: D1, label: Audit, roles: [Leader], evidence: audit, audit_types: [case_file], times: 1, every: month}"
    heading = "{label: Made, answered_by: [audits_expected]}"
    project.change(
        "parameters/frameworks/tiny.yml",
        "worthwhile_change",
        f"duties: [{duty}]\nreports: [{{name: m, label: M, every: month, headings: [{heading}]}}]\nworthwhile_change",
    )
    project.add_records(
        "staff",
        "staff_id,name,role,team_id,service,fte,started_on,can_audit,can_moderate\n"
        "Auditor-1,Name One,Leader,T1,Care,1,2020-01-01,true,false\n",
    )
    project.add_audits({"0071000": "good"}, day="2025-07-20")
    (_, july, august, september) = framework_reports.monthly(open_period(project.file)).parts[-1].rows[0]
    assert july == "Of those asked of posts each month: 1 of 1."
    assert august == "Of those asked of posts each month: 0 of 1."
    assert september.endswith("In the whole period 1 of 3 audits asked of posts were made.")


def test_places_show_which_teams_were_reached_and_visits_by_month_with_those_signed_off(project):
    project.change(
        "parameters/frameworks/tiny.yml",
        "worthwhile_change",
        "duties:\n"
        "  - {duty_id: M, label: Join a team, as_post: Board, each: team, evidence: meeting, times: 1, every: year}\n"
        "  - {duty_id: V, label: Visit homes, as_post: Board, each: council, evidence: visit, times: 1, every: month}\n"
        "worthwhile_change",
    )
    project.add_records(
        "duty_event",
        "event_id,kind,duty_id,held_on,team_id,signed_off\n"
        "E1,meeting,M,2025-04-01,T1,\nE2,meeting,M,2025-03-31,T2,\n"
        "E3,visit,V,2025-07-30,T2,true\nE4,visit,V,2025-09-30,T2,false\nE5,visit,V,2025-10-01,T2,true\n",
    )
    parts = census.places(open_period(project.file)).parts
    teams, visits = (part for part in parts if isinstance(part, Table))
    assert [row[1] for row in teams.rows] == ["1 April 2025", "not yet"]
    assert [row[1:] for row in visits.rows] == [("1", "0", "1", "2", "2", "1")]


def test_the_three_columns_say_what_leads_the_report_to_leaders(project):
    names = ("What is working well", "What are we worried about", "What needs to happen")
    headings = ", ".join(f"{{label: {name}}}" for name in names)
    leading = f"reports:\n  - {{name: summary_columns, label: What leads, headings: [{headings}]}}\n"
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", RULES)
    project.change("parameters/frameworks/tiny.yml", "reports:\n", leading)
    period = open_period(project.file)
    told = dict(rows(framework_reports.answered_reports(period))[:3])
    assert told == {card.heading: " ".join(card.points) for card in leading_cards(period)}


NAMED = """\
instruments:
  - {name: care, label: Children in care, respondent: child, every: year}
  - {name: parents, label: Parents, respondent: parent or carer}
duties:
  - {duty_id: D1, label: Look at entries, as_post: Head, each: council, evidence: scrutiny, times: 1, every: month}
reports:
  - name: named
    label: Named
    headings:
      - {label: Children, answered_by: [surveys], of: [care]}
      - {label: Parents, answered_by: [surveys], of: [parents]}
      - {label: Both, answered_by: [surveys], of: [care, parents]}
      - {label: Gaps, answered_by: [gaps_in_log], of: [D1]}
      - {label: Days, answered_by: [days_held], of: [D1]}
      - {label: Asked, answered_by: [asked_by_audits], of: [case_file]}
worthwhile_change"""


def test_what_a_heading_names_is_all_that_answers_it(project):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", NAMED)
    # the yearly form came back in spring, one of its surveys a year and a day before the period's end
    project.add_records(
        "feedback",
        "feedback_id,kind,instrument,respondent,received_on\nF1,survey,care,child,2024-10-01\n"
        "F2,survey,care,child,2024-09-30\nF3,survey,parents,parent_or_carer,2025-08-01\n"
        "F4,survey,parents,parent_or_carer,2025-06-30\n",
    )
    project.add_records(
        "duty_event",
        "event_id,kind,duty_id,held_on,by_post\nE1,scrutiny,D1,2025-07-31,Head\nE2,scrutiny,D1,2025-09-01,Head\n",
    )
    project.add_audits({"0071000": "good", "0072000": "good", "0073000": "good"}, day="2025-07-20")
    assert dict(rows(framework_reports.answered_reports(open_period(project.file)))) == {
        "Children": "1 completed survey came back in twelve months: Children in care (1).",
        "Parents": "1 completed survey came back: Parents (1).",
        "Both": "1 completed survey came back in twelve months: Children in care (1). "
        "1 completed survey came back: Parents (1).",
        "Gaps": "Look at entries, without an entry: 1 August 2025 to 31 August 2025.",
        "Days": "Look at entries, since 1 July 2025: 31 July 2025, 1 September 2025.",
        "Asked": "0 of 3 audits ask for action; 0 actions are on record from them.",
    }


def test_what_two_audits_ask_for_is_not_told(project):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", NAMED)
    project.add_audits({"0071000": "good", "0072000": "good"}, day="2025-07-20")
    told = dict(rows(framework_reports.answered_reports(open_period(project.file))))
    assert told["Asked"] == "Nothing on record"
