"""Answers of a paper on audits, by place and by status, and what the log held before the period."""

import pytest

from qaf_lib.pages import open_period
from qaf_lib.pages.actions import sections as actions
from qaf_lib.pages.framework import reports_sections as framework_reports
from qaf_lib.pages.practice import sections as duties
from qaf_lib.pages.practice.restricted import restricted_lists

RULES = """\
standards:
  - {standard_id: law, label: The law, source: statutory, requirements: [TIN-1]}
follow_ups:
  - {name: talked, label: Talked over, event: supervision_on}
  - {name: told, label: Feedback given, event: feedback_on}
duties:
  - {duty_id: back, label: Prompt feedback, roles: [Manager], shown_by: [told, feedback_days]}
  - {duty_id: weigh, label: Weigh reports, roles: [Manager], evidence: report, shown_by: [reports_considered]}
  - {duty_id: yearly, label: Yearly summary, as_post: Board, each: council, evidence: report, times: 1, every: year}
  - {duty_id: asked, label: Talk, as_post: Board, each: council, evidence: meeting}
sources:
  - {name: audits, label: Audit, evidence: qualitative, table: audit}
  - {name: said, label: Feedback, evidence: qualitative, table: feedback}
  - {name: out, label: Elsewhere, evidence: impact}
reports:
  - name: table
    label: Table
    headings: [{label: What, column: what}, {label: Updates, column: held_on}]
    rows_of: [yearly, asked]
  - name: paper
    label: Paper
    headings:
      - {label: Introduction, answered_by: [background]}
      - {label: Scope, answered_by: [scope]}
      - {label: Method, answered_by: [how_drawn, moderated]}
      - {label: Cohort, answered_by: [cohort_by_group]}
      - {label: Both, answered_by: [both_answered], of: [dip, voice]}
      - {label: Made, answered_by: [audits_made], of: [dip]}
      - {label: Tool, answered_by: [audits_made, made_by], of: [tiny, dip, case_file]}
      - {label: Theme, answered_by: [audits_by_theme], of: [dip]}
      - {label: Told, answered_by: [told]}
      - {label: Approved, answered_by: [approved]}
      - {label: Since, answered_by: [sources_since]}
      - {label: Places, answered_by: [followed_up_by_locality], of: [talked]}
      - {label: Status, answered_by: [questions_by_status], of: [voice]}
      - {label: Silent, answered_by: [services_silent], of: [voice]}
action_plan:
  columns: [{label: Title}, {label: Date completed}, {label: Action approved by}]
worthwhile_change"""
STAFF = (
    "staff_id,name,role,team_id,service,fte,started_on,can_audit,can_moderate\n"
    "m1,Name One,Manager,T1,Care,1.0,2020-01-01,true,true\n"
)
AUDITS = (
    "audit_id,case_id,unit,audit_type,selection,tool_id,tool_version,auditor_id,team_id,audited_on,"
    "supervision_on,feedback_on,overall_grade\n"
)
EVENTS = "event_id,kind,duty_id,held_on,by_id,discussed_on\n"


def told(project):
    """What each heading says."""
    period = open_period(project.file)
    return {row[0]: row[1] for row in framework_reports.answered_reports(period).parts[-1].rows}


@pytest.fixture
def work(project):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", RULES)
    project.write(
        "data/team.csv",
        "team_id,name,service,locality\nT1,North team,Care,North\nT2,South team,Need,South\n"
        "T3,Third team,Leaving,North\n",
    )
    project.add_records("staff", STAFF)
    return project


def audits(project, *rows):
    lines = [f"A{at},{row}" for at, row in enumerate(rows)]
    project.add_records("audit", AUDITS + "\n".join(lines) + "\n")


def answers(project, *rows):
    project.add_records("answer", "audit_id,question_id,standard_id,answer\n" + "\n".join(rows) + "\n")


THREE = (
    "0071000,child,dip,themed,tiny,1,m1,T1,2025-08-01,2025-08-20,2025-08-03,good",
    "0071001,child,dip,themed,tiny,1,m1,T1,2025-08-01,,2025-08-06,good",
    "0072000,child,dip,themed,tiny,1,m1,T2,2025-09-30,2025-10-01,,good",
)


def test_a_paper_begins_with_its_days_and_who_asked_for_its_work(work):
    assert told(work)["Introduction"] == framework_reports.NOTHING
    work.add_records(
        "project",
        "project_id,block,title,on,officer_post,reviewed,theme,requested_by_post,agreed_on\n"
        "P1,audit,Plans,2025-07-01,Manager,true,,Manager,2025-06-20\n"
        "P2,audit,About Name One,2025-09-30,Manager,false,,,\n"
        "P3,audit,Later,2025-10-01,Manager,true,,,\nP4,research,Other,2025-08-01,Manager,true,,,\n",
    )
    assert told(work)["Introduction"] == (
        "What audits of 1 July 2025 to 30 September 2025 found. Work on the programme: Plans (asked for "
        "by Manager, agreed on 20 June 2025); work without a reviewed title (not agreed yet)."
    )


def test_the_scope_names_days_kinds_services_and_standards(work):
    audits(work, *THREE)
    answers(work, "A0,voice,law,good")
    said = told(work)
    assert said["Scope"] == (
        "1 July 2025 to 30 September 2025. 3 audits: Dip sample (3). By service of the case: Care (2), Need "
        "(1). Standards looked at: The law."
    )
    assert said["Made"] == "3 audits: Dip sample (3)."


def test_audits_with_a_named_tool_are_told_by_kind_and_post_and_of_which_kinds_there_is_none(work):
    spare = (
        '  - {tool_id: spare, version: "1", questions: [{question_id: aside, label: Aside}]}\naudit_types:\n'
    )
    work.change("parameters/frameworks/tiny.yml", "audit_types:\n", spare)
    other = "{label: Other tool, answered_by: [audits_made, made_by], of: [spare, dip]}"
    work.change("parameters/frameworks/tiny.yml", "{label: Told,", other + "\n      - {label: Told,")
    assert told(work)["Tool"] == told(work)["Other tool"] == framework_reports.NOTHING
    audits(work, *THREE)
    said = told(work)
    assert said["Tool"] == (
        "3 audits with this tool (tiny): Dip sample (3). None of these kinds: Case file audit. "
        "Made by: Manager (3)."
    )
    assert said["Other tool"] == "0 audits with this tool (spare). None of these kinds: Dip sample."


_QUESTIONS = """[\
{question_id: voice, label: The child's voice, theme: Voice}, \
{question_id: safe, label: Safe, theme: Safety, answers: [not met, partly met, met, not applicable]}]"""


def test_each_theme_s_audits_are_told_by_the_questions_on_it_graded_or_not(work):
    work.change(
        "parameters/frameworks/tiny.yml", "[{question_id: voice, label: The child's voice}]", _QUESTIONS
    )
    themes = ["Voice"] * 3 + ["Safety"] * 3 + ["Money"] * 3
    heading = AUDITS.replace("overall_grade", "theme").replace("supervision_on,feedback_on,", "")
    rows = [
        f"A{at},00{71000 + at % 6 + 1000 * (at > 5)},child,dip,themed,tiny,1,m1,T1,2025-08-01,{theme}"
        for at, theme in enumerate(themes)
    ]
    work.add_records("audit", heading + "\n".join(rows) + "\n")
    checks = ["met", "not met", "not applicable"]
    given = [f"A{at},voice,,{'good' if at == 0 else 'inadequate'}" for at in range(9)]
    answers(work, *given, *(f"A{at + 3},safe,,{word}" for at, word in enumerate(checks)), "A6,safe,,met")
    assert told(work)["Theme"] == (
        "9 audits (Dip sample), on: Safety (3), Voice (3), other (3). On the theme itself good or better: Voice "
        "1 of 3. On the theme itself met: Safety 1 of 2. With no answer on the theme itself, all answers that "
        "were met: other 1 of 1."
    )


def test_the_draw_the_groups_and_that_nothing_was_moderated_are_said(work):
    assert told(work)["Method"].endswith("shares are weighted by group.")
    audits(work, *THREE)
    said = told(work)
    assert said["Method"].startswith("Case file audit: 7 of 12 cases in 2 groups, the next in the order of")
    assert said["Method"].endswith("No audit of this period was moderated.")
    assert said["Cohort"].startswith("Drawn of those that could be: By status: child in need (")
    assert said["Cohort"].endswith("By gender: Female (7 of 12). By team: the page on grades.")


def test_an_audit_that_leaves_a_question_blank_does_not_answer_each(work):
    audits(work, *THREE)
    answers(work, "A0,voice,law,good", "A2,voice,law,inadequate")
    assert told(work)["Both"] == (
        'Of 3 audits, 2 judge each of: The child\'s voice. 1 left one blank or "not applicable" (restricted list '
        "not_judged). Audited: Dip sample (3)."
    )
    assert len(restricted_lists(open_period(work.file).store)["not_judged"]) == 1


def test_to_whom_feedback_went_is_said_only_where_the_framework_says_so(work):
    audits(work, *THREE)
    assert (
        told(work)["Told"] == "Of 3 audits, 2 were fed back and 2 are recorded as discussed in supervision."
    )
    work.change("parameters/frameworks/tiny.yml", "Feedback given", "Feedback given to the worker")
    assert "2 were fed back to the worker" in told(work)["Told"]


def test_days_to_feedback_and_reports_considered_stand_beside_the_duties(work):
    audits(work, *THREE)
    work.add_records(
        "duty_event",
        f"{EVENTS}E1,report,weigh,2025-07-01,m1,2025-07-09\nE2,report,yearly,2025-09-30,m1,\n"
        "E3,report,other,2025-09-30,m1,2025-09-30\nE4,report,weigh,2025-10-01,m1,2025-10-01\n",
    )
    page = repr(duties.by_role(open_period(work.file)))
    assert "partly met: 2 of 3; audits with feedback: 2, of these 1 within 3 days, all in 5" in page
    assert (
        "on record: 1 entry; reports given: 2, of these 1 considered since, half within 8 days, all in 8"
        in page
    )


def test_what_was_last_recorded_before_the_period_is_told_and_not_called_nothing(work):
    def updates():
        table = framework_reports.duty_tables(open_period(work.file)).parts[1]
        return {row[0]: row[1] for row in table.rows}

    assert updates() == {"Yearly summary": "nothing on record", "Talk": "nothing on record"}
    work.add_records(
        "duty_event",
        f"{EVENTS}E1,report,yearly,2025-03-20,,\nE2,meeting,asked,2025-06-30,,\nE3,meeting,asked,2025-07-01,,\n",
    )
    assert updates() == {
        "Yearly summary": "none in the period, the last on 20 March 2025",
        "Talk": "1 in the period, the last on 1 July 2025",
    }


def test_what_was_done_earlier_in_the_year_is_counted_and_has_its_day(work):
    work.add_records("duty_event", f"{EVENTS}E1,report,yearly,2025-06-30,,\n")
    table = framework_reports.duty_tables(open_period(work.file)).parts[1]
    assert table.rows[0][1] == "1 of 1 asked, none in the period, the last on 30 June 2025"


def test_finished_actions_say_who_approved_them_and_those_of_the_period_are_listed(work):
    work.add_records(
        "action",
        "action_id,source,title,owner_post,due_on,reviewed\na,board,One,Manager,2025-09-01,true\n"
        "b,board,Two,Manager,2025-09-01,true\nc,board,Three,Manager,2025-09-01,true\n",
    )
    work.add_records(
        "action_event",
        "action_id,event_no,on,status,approved_by_post\na,1,2025-07-01,open,\na,2,2025-09-30,approved,Director\n"
        "b,1,2025-06-30,completed,\nc,1,2025-08-01,open,\n",
    )
    assert told(work)["Approved"] == "1 of 2 finished actions are approved, by: another post (1)."
    finished = actions.plan(open_period(work.file)).parts[-1]
    assert finished.rows == (("One", "30 September 2025", "other"),)


def test_a_source_is_new_from_the_first_day_of_the_period(work):
    audits(work, "0071000,child,dip,themed,tiny,1,m1,T1,2025-06-30,,,", *THREE[1:])
    work.add_records("feedback", "feedback_id,kind,received_on\nF1,comment,2025-07-01\n")
    assert told(work)["Since"] == (
        "On record since: Audit, 30 June 2025; Feedback, 1 July 2025. New in these days: Feedback."
    )


def test_what_follows_audits_is_told_by_locality_and_answers_by_status(work):
    five = [f"007200{at},child,dip,themed,tiny,1,m1,T2,2025-08-01,,," for at in range(5)]
    audits(work, *THREE[:2], *five)
    answers(
        work,
        "A0,voice,law,good",
        *(f"A{at},voice,law,{'good' if at < 4 else 'inadequate'}" for at in range(2, 7)),
    )
    said = told(work)
    assert said["Places"] == "Talked over, by locality: North 1 of 2, South 0 of 5."
    assert said["Status"] == "The child's voice, good or better, by status: child in need 2 of 5."
    assert said["Silent"] == "Nothing came of: Leaving."
