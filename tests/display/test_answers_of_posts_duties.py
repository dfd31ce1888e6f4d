"""Answers about what posts did: days, observations, audits of a month, what was asked for, and by whom."""

import pytest

from qaf_lib.pages import open_period
from qaf_lib.pages.framework import reports_sections as framework_reports
from qaf_lib.pages.programme import sections as calendar

RULES = """\
duties:
  - {duty_id: W1, label: Watch, as_post: Director, each: council, evidence: observation, times: 1, every: half_year}
  - {duty_id: W2, label: Watch, as_post: Deputy, each: council, evidence: observation, times: 1, every: month}
  - {duty_id: W3, label: Watch as needed, as_post: Deputy, each: council, evidence: observation}
  - {duty_id: A1, label: Audit, roles: [Leader], evidence: audit, audit_types: [case_file], times: 1, every: month}
  - {duty_id: A2, label: Audit, roles: [Other], evidence: audit, audit_types: [case_file], times: 1, every: month}
  - {duty_id: O1, label: Watch somebody, roles: [Leader], evidence: observation, times: 1, every: quarter}
  - {duty_id: O2, label: Sit in, roles: [Leader], each: team, evidence: meeting, times: 1, every: year}
  - {duty_id: R1, label: Have a report, as_post: Board, each: council, evidence: report, times: 1, every: year,
     shown_by: [report_chair]}
reports:
  - name: posts
    label: Posts
    headings:
      - {label: All, answered_by: [observed]}
      - {label: One, answered_by: [observed], of: [W1]}
      - {label: Several, answered_by: [observed], of: [W1, W2, W3]}
      - {label: Days, answered_by: [days_held], of: [W1, W2]}
      - {label: Wanted, answered_by: [requested]}
      - {label: Teams, answered_by: [actions_by_team]}
      - {label: Teams of audits, answered_by: [actions_by_team], of: [case_file]}
      - {label: Own, answered_by: [in_own_line], of: [O1, O2]}
      - {label: Found, answered_by: [questions_of_posts], of: [A1, voice]}
      - {label: Year, answered_by: [complaints_of_year]}
      - {label: Asked, answered_by: [asked_by_audits], of: [case_file]}
      - {label: Quarter, answered_by: [complaints]}
  - {name: month, label: Month, every: month, headings: [{label: Made, answered_by: [audits_expected], of: [A1]}]}
  - {name: chair, label: Of the chair, every: year, made_by: the chair, to: [Board]}
worthwhile_change"""
SEEN = (
    "event_id,kind,duty_id,held_on,by_post,discussed_on,reflection,learning_need,theme\n"
    "E1,observation,W1,2025-04-01,Director,2025-04-08,true,true,other\n"
    "E2,observation,W1,2025-03-31,Director,2025-04-08,true,true,other\n"
    "E3,observation,W2,2025-09-30,Deputy,,false,,\n"
    "E4,observation,,2025-08-01,,2025-08-02,,true,\n"
    "E5,meeting,W2,2025-08-01,Deputy,2025-08-02,,,\n"
    "E6,observation,W2,2025-10-01,Deputy,2025-10-02,true,true,\n"
)


@pytest.fixture
def posts(project):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", RULES)
    return project


def told(project):
    tables = framework_reports.answered_reports(open_period(project.file)).parts[1:]
    return {row[0]: row[1] for table in tables if table.table_id == "report_posts" for row in table.rows}


def test_observations_are_those_of_the_report_s_days_or_of_the_time_a_named_duty_is_counted_over(posts):
    posts.add_records("duty_event", SEEN)
    said = told(posts)
    came = "talked through afterwards, {} with the worker's own reflection, {} with a learning need."
    assert said["All"] == f"Observations: 2, of these 1 {came.format(0, 1)}"
    one = f"Watch, since 1 April 2025: 1, of these 1 {came.format(1, 1)} They were about: other (1)."
    assert said["One"] == one
    assert said["Several"] == (
        f"Director: {one} Deputy: Watch, since 1 July 2025: 1, of these 0 {came.format(0, 0)}"
    )


def test_days_of_several_duties_say_which_has_none_and_leave_out_what_was_never_logged(posts):
    posts.add_records(
        "duty_event", SEEN.replace("E1,observation,W1,2025-04-01", "E1,observation,W1,2025-03-30")
    )
    assert told(posts)["Days"] == (
        "Watch, since 1 April 2025: none on record. Watch, since 1 July 2025: 1 August 2025, 30 September 2025."
    )


def test_audits_asked_of_a_named_duty_leave_out_those_of_other_duties_in_a_month_too(posts):
    posts.add_records(
        "staff",
        "staff_id,name,role,team_id,service,fte,started_on,can_audit,can_moderate\n"
        "Auditor-1,Name One,Leader,T1,Care,1,2020-01-01,true,false\n"
        "Auditor-2,Name Two,Other,T1,Care,1,2020-01-01,true,false\n",
    )
    posts.add_audits({"0071000": "good"}, day="2025-07-20")
    (_, july, august, september) = framework_reports.monthly(open_period(posts.file)).parts[-1].rows[0]
    assert july == "Of those asked of posts each month: 1 of 1."
    assert august == "Of those asked of posts each month: 0 of 1."
    assert september.endswith("In the whole period 1 of 3 audits asked of posts were made.")


def test_audits_asked_for_say_how_many_are_for_these_days(posts):
    posts.add_records(
        "project",
        "project_id,block,title,on,frequency,officer_post,requested_by_post,reported_on\n"
        "P1,audit,One,2025-09-30,once,Board,Board,2025-09-30\n"
        "P2,audit,Two,2025-10-01,once,Board,Board,\nP3,audit,Three,2025-07-01,once,Board,,\n",
    )
    assert told(posts)["Wanted"] == (
        "2 audits were asked for, 1 of them for these days; 1 has been reported, the last on 30 September 2025. "
        "One by one: work without a reviewed title, asked for by Board, for 30 September 2025, reported on "
        "30 September 2025; work without a reviewed title, asked for by Board, for 1 October 2025, not "
        "reported yet."
    )


def test_audits_asked_for_stand_one_by_one_and_are_named_once_their_titles_are_reviewed(posts):
    posts.add_records(
        "project",
        "project_id,block,title,on,frequency,officer_post,requested_by_post,reviewed\n"
        "P1,audit,Visits,2025-09-30,once,Board,Board,true\nP2,audit,Name,2025-09-30,once,Board,Board,false\n",
    )
    assert told(posts)["Wanted"].endswith(
        "0 have been reported. One by one: Visits, asked for by Board, for 30 September 2025, not reported "
        "yet; work without a reviewed title, asked for by Board, for 30 September 2025, not reported yet."
    )


STAFF = (
    "staff_id,name,role,team_id,service,manager_id,fte,started_on,can_audit,can_moderate\n"
    "Head,Name One,Leader,T9,Care,,1,2020-01-01,true,false\n"
    "Manager,Name Two,Manager,T1,Care,Head,1,2020-01-01,false,false\n"
    "Worker,Name Three,Worker,T1,Care,Manager,1,2020-01-01,false,false\n"
    "Other,Name Four,Other,T2,Care,,1,2020-01-01,true,false\n"
)


def test_people_and_teams_of_the_own_service_are_those_that_report_to_whoever_did_it(posts):
    posts.add_records("staff", STAFF)
    posts.add_records(
        "duty_event",
        "event_id,kind,duty_id,held_on,by_id,subject_id,team_id\n"
        "E1,observation,O1,2025-07-01,Head,Worker,T1\n"
        "E2,observation,O1,2025-07-01,Head,Other,T2\n"
        "E3,observation,O1,2025-06-30,Head,Worker,T1\n"
        "E4,observation,O1,2025-07-01,,Worker,T1\n"
        "E5,observation,O1,2025-07-01,Head,,\n"
        "E6,meeting,O2,2025-04-01,Head,,T1\nE7,meeting,O2,2025-04-01,Manager,,T2\n",
    )
    were = "were of people or teams that report to whoever did it."
    assert told(posts)["Own"] == f"Watch somebody: 1 of 2 {were} Sit in: 1 of 2 {were}"


def test_a_circle_of_managers_ends(posts):
    posts.add_records("staff", STAFF.replace("T9,Care,,1", "T9,Care,Manager,1"))
    posts.add_records(
        "duty_event",
        "event_id,kind,duty_id,held_on,by_id,subject_id\nE1,observation,O1,2025-07-01,Other,Worker\n",
    )
    assert told(posts)["Own"].startswith("Watch somebody: 0 of 1 were ")


def test_what_holders_of_a_duty_found_leaves_out_the_audits_of_others(posts):
    posts.add_records("staff", STAFF.replace("Head,Name", "Auditor-1,Name"))
    posts.add_audits({"0071000": "good"}, day="2025-07-20")
    posts.add_audits({"0071001": "good"}, day="2025-06-30")
    posts.add_records(
        "answer",
        "audit_id,question_id,answer\nA-random-2025-07-20-0071000,voice,good\n"
        "A-random-2025-06-30-0071001,voice,inadequate\n",
    )
    assert (
        told(posts)["Found"]
        == "Of 1 audit by holders of that duty: The child's voice, 1 of 1 good or better."
    )
    posts.change(
        "parameters/frameworks/tiny.yml", "label: Audit, roles: [Leader]", "label: Audit, roles: [Worker]"
    )
    assert told(posts)["Found"] == "Nothing on record"


@pytest.mark.parametrize(
    ("team", "service", "apart"), [("T9", "Else", 1), ("T1", "Else", 0), ("T9", "Care", 0)]
)
def test_audits_of_holders_who_must_audit_elsewhere_say_how_many_were(posts, team, service, apart):
    """The one audit is of a case of team T1, whose people are of the service Care."""
    kept = "independence:\n  - {audit_types: [case_file], roles: [Leader], not_own_team: true, not_own_service: true}\n"
    posts.change(
        "parameters/frameworks/tiny.yml", "duties:\n  - {duty_id: W1", f"{kept}duties:\n  - {{duty_id: W1"
    )
    posts.add_records(
        "staff", STAFF.replace("Head,Name One,Leader,T9,Care", f"Auditor-1,Name One,Leader,{team},{service}")
    )
    posts.add_audits({"0071000": "good"}, day="2025-07-20")
    posts.add_records("answer", "audit_id,question_id,answer\nA-random-2025-07-20-0071000,voice,good\n")
    assert told(posts)["Found"].endswith(
        f". {apart} of 1 were of another team and service than the auditor's."
    )


def test_actions_of_each_team_say_how_many_are_overdue_and_those_of_no_team_stand_last(posts):
    posts.add_records(
        "action",
        "action_id,source,team_id,title,owner_post,due_on\n"
        "1,audit,T1,One,Worker,2025-09-29\n2,audit,T1,Two,Worker,2025-09-30\n3,audit,,Three,Worker,2025-09-29\n",
    )
    posts.add_records(
        "action_event",
        "action_id,event_no,on,status\n1,1,2025-07-01,open\n2,1,2025-07-01,open\n3,1,2025-07-01,open\n",
    )
    said = told(posts)["Teams"]
    assert said == (
        "Still to be done: 3 in all (2 overdue). North team: 2 (1 overdue); no one team: 1 (1 overdue)."
    )
    events = (project_file := posts.root / "data" / "action_event.csv").read_text(encoding="utf-8")
    project_file.write_text(f"{events}2,2,2025-08-01,completed\n", encoding="utf-8")
    assert told(posts)["Teams"].endswith("no one team: 1 (1 overdue). Done: North team (1).")


def test_actions_of_named_audits_leave_out_those_from_elsewhere(posts):
    posts.add_audits({"0071000": "good"}, day="2025-07-20")
    posts.add_records(
        "action",
        "action_id,source,source_id,team_id,title,owner_post,due_on\n"
        "1,audit,A-random-2025-07-20-0071000,T1,One,Worker,2025-09-29\n2,complaint,,T1,Two,Worker,2025-09-29\n",
    )
    posts.add_records(
        "action_event", "action_id,event_no,on,status\n1,1,2025-07-21,open\n2,1,2025-07-21,open\n"
    )
    said = told(posts)
    assert said["Teams of audits"].startswith("Still to be done: 1 in all (1 overdue). ")
    assert said["Teams"].startswith("Still to be done: 2 in all (2 overdue). ")


def test_what_audits_asked_for_says_how_much_of_it_is_overdue(posts):
    posts.add_audits(dict.fromkeys(("0071000", "0072000", "0073000"), "good"), day="2025-07-20")
    posts.add_records(
        "action",
        "action_id,source,source_id,title,owner_post,due_on\n"
        "1,audit,A-random-2025-07-20-0071000,One,Worker,2025-09-29\n"
        "2,audit,A-random-2025-07-20-0071000,Two,Worker,2025-09-30\n",
    )
    posts.add_records(
        "action_event", "action_id,event_no,on,status\n1,1,2025-07-21,open\n2,1,2025-07-21,open\n"
    )
    assert told(posts)["Asked"] == (
        "1 of 3 audits ask for action; 2 actions are on record from them, 0 done, 2 still to be done (1 overdue)."
    )


@pytest.mark.parametrize(
    ("shared_on", "said"), [("2025-08-02", ", 1 shared with staff."), ("", ".")], ids=["shared", "never"]
)
def test_complaints_shared_with_staff_are_told_where_any_is_recorded_as_that(posts, shared_on, said):
    posts.add_records(
        "feedback",
        f"feedback_id,kind,received_on,shared_on\nF1,complaint,2025-07-01,{shared_on}\n"
        "F2,complaint,2025-07-02,\nF3,complaint,2025-06-30,\n",
    )
    assert told(posts)["Quarter"] == f"2 complaints, 0 answered{said}"


def test_complaints_of_the_calendar_year_that_is_over_stand_apart_from_this_year_s(posts):
    posts.add_records(
        "feedback",
        "feedback_id,kind,received_on,acted_on,closed_on,told_on,theme\n"
        "F1,complaint,2024-12-31,2025-01-05,2025-01-09,2025-01-10,Delay\n"
        "F2,complaint,2025-01-01,,,,\nF3,complaint,2025-10-01,,,,\nF4,complaint,2023-12-31,,,,\n"
        "F5,comment,2024-05-01,,,,\n",
    )
    assert told(posts)["Year"] == (
        "January to December 2024: 1 complaint, 1 acted on, 1 answered, 1 families told the outcome; about: "
        "other (1). 2025 so far: 1 complaint, 0 acted on, 0 answered, 0 families told the outcome. The records "
        "begin on 31 December 2023."
    )


def test_the_calendar_names_who_makes_a_report_where_the_framework_does(posts):
    (table,) = [part for part in calendar.reports(open_period(posts.file)).parts if hasattr(part, "rows")]
    made = {row[0]: row[1] for row in table.rows}
    assert made["Of the chair"] == "the chair"
