"""Answers about priorities, and about work by place: what was done, who audited whom, what it cost."""

import pytest

from qaf_lib.pages import open_period
from qaf_lib.pages.framework import reports_sections as framework_reports
from qaf_lib.pages.framework.asked import Asked
from qaf_lib.pages.framework.every import ANSWERS
from qaf_lib.pages.practice import census_sections as census
from qaf_lib.pages.practice import sections as duties

RULES = """\
duties:
  - {duty_id: check, label: Check reports, roles: [Manager], evidence: log, shown_by: [signed_off, complaint]}
indicators:
  - {indicator_id: on_time, label: Visits on time, target: 0.9}
  - {indicator_id: seen, label: Children seen}
reports:
  - name: priorities
    label: Priorities
    headings:
      - {label: On time, answered_by: [standing], of: [on_time]}
      - {label: Seen, answered_by: [standing], of: [seen]}
      - {label: Services, answered_by: [activity_by_service]}
      - {label: Voice, answered_by: [questions_by_service], of: [voice]}
      - {label: Who, answered_by: [who_audited]}
      - {label: Teams, answered_by: [teams_reached], of: [dip]}
      - {label: Checked, answered_by: [signed_off]}
      - {label: Cost, answered_by: [evaluations]}
      - {label: Inspection, answered_by: [actions_from], of: [inspection]}
      - {label: Delay, answered_by: [how_long]}
      - {label: Since, answered_by: [figures_since]}
      - {label: Account, answered_by: [teams_and_people]}
worthwhile_change"""
STAFF = (
    "staff_id,name,role,team_id,service,fte,started_on,can_audit,can_moderate\n"
    "m1,Name One,Manager,T1,Care,1.0,2020-01-01,true,true\n"
    "w1,Name Two,Worker,T1,Care,1.0,2020-01-01,false,false\n"
    "w2,Name Three,Worker,T2,Need,1.0,2020-01-01,false,false\n"
)
EVENTS = """\
event_id,kind,duty_id,held_on,by_id,report_type,signed_off
E1,report,check,2025-07-01,m1,Assessment,true
E2,report,check,2025-07-02,m1,assessment,false
E3,report,check,2025-07-03,m1,a letter about Name Two,true
E4,report,check,2025-07-04,m1,,
"""
AUDITS = "audit_id,case_id,unit,audit_type,selection,tool_id,tool_version,auditor_id,worker_id,team_id,audited_on\n"
PLANS = "case_id,kind,started_on\n"


def told(project):
    """What each heading says."""
    period = open_period(project.file)
    return {row[0]: row[1] for row in framework_reports.answered_reports(period).parts[-1].rows}


@pytest.fixture
def work(project):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", RULES)
    project.add_records("staff", STAFF)
    return project


def of_the_period(project, name):
    """What one answer says of the whole period."""
    period = open_period(project.file)
    return ANSWERS[name](Asked(period, period.span.start, period.span.end))


def figures(project, numerator):
    project.add_records(
        "indicator",
        "indicator_id,period,numerator,denominator\n"
        f"on_time,2025-26 Q2,{numerator},10\nseen,2025-26 Q2,4,10\n",
    )


def test_a_priority_is_met_at_its_target_and_not_below_and_watched_without_one(work):
    figures(work, 9)
    said = told(work)
    assert said["On time"] == "Met: 1 target kept."
    assert said["Seen"] == "Watched: no target says when it is met."


def test_a_priority_below_its_target_says_which_figure_is_behind_it(work):
    figures(work, 8)
    assert told(work)["On time"] == "Not met: Visits on time, 8 of 10 (80%) against 90%."


def test_reports_that_were_checked_are_counted_by_type_and_unknown_types_never_shown(work):
    work.add_records("duty_event", EVENTS)
    said = told(work)["Checked"]
    assert said == (
        "2 of 3 reports and assessments that were checked were signed off: assessment 1 of 2, other 1 of 1."
    )
    page = repr(duties.by_role(open_period(work.file)))
    assert "on record: 4 entries" in page
    assert "reports and assessments checked: 3, of these 2 signed off" in page
    assert "Name Two" not in page


VISITS = "event_id,kind,duty_id,held_on,by_post,signed_off\nV1,visit,,2025-08-01,Chair,true\n"


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ("V2,visit,,2025-08-02,Chair,false\n", "1 of 2 visits that were checked were signed off."),
        (
            "R1,report,,2025-08-02,Chair,true\n",
            "2 of 2 reports, assessments and visits that were checked were signed off: type not recorded 1 of "
            "1, visit 1 of 1.",
        ),
    ],
)
def test_visits_that_were_signed_off_are_told_as_visits_and_beside_reports_by_type(work, other, said):
    work.add_records("duty_event", f"{VISITS}{other}")
    assert told(work)["Checked"] == said


def test_who_audited_tells_own_work_from_that_of_a_peer_and_of_another_post(work):
    rows = [
        f"A{number},007100{number},child,dip,themed,tiny,1,{auditor},{worker},T1,2025-08-01"
        for number, (auditor, worker) in enumerate((("w1", "w1"), ("w2", "w1"), ("m1", "w1"), ("x", "w1")))
    ]
    work.add_records("audit", AUDITS + "\n".join(rows) + "\n")
    work.add_records("action", "action_id,source,title,owner_post\nN1,board,Do it,Manager\n")
    work.add_records("action_event", "action_id,event_no,on,status\nN1,1,2025-08-01,open\n")
    assert told(work)["Who"] == (
        "Of 3 audits whose auditor and worker are known, 1 looked at the auditor's own work, 1 at that of a "
        "peer in the same post and 1 at that of somebody in another post."
    )
    said = told(work)
    assert said["Services"] == (
        "Care: 4 audits, 0 observations, 0 actions to be done; no one service: 0 audits, 0 observations, 1 action "
        "to be done."
    )
    assert said["Account"] == "1 team has audits of the period; each team has a page of its own."
    assert said["Teams"].endswith("Whose work it was, by post: Worker (4).")


def test_the_work_of_people_is_in_a_restricted_list_and_told_as_a_number(project):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", RULES)
    staff = STAFF.replace("started_on", "manager_id,started_on").replace(",1.0,", ",1.0,m1,")
    project.add_records("staff", staff)
    project.add_records("duty_event", "event_id,kind,held_on,subject_id\nE1,supervision,2025-08-01,w1\n")
    said = told(project)["Account"]
    assert said.startswith("0 teams have audits of the period;")
    assert "Of people, " in said
    assert "1 person stands in the restricted list supervision with records of their own" in said
    assert said.endswith(", for their managers alone.")


def test_figures_stand_beside_those_of_the_last_period_that_has_one(work):
    work.add_records(
        "indicator",
        "indicator_id,period,numerator,denominator\non_time,2025-26 Q2,9,10\non_time,2024-25 Q4,7,10\n"
        "seen,2025-26 Q2,4,10\n",
    )
    assert told(work)["Since"] == (
        "Indicators: Visits on time, 90% (70% in 2024-25 Q4). By period and by team: the page of evidence."
    )


def test_evaluations_say_what_they_cost_and_saved_and_what_was_decided(work):
    work.add_records(
        "project",
        "project_id,block,title,officer_post,reviewed,cost,saving,decision\n"
        "P1,evaluation,Groups,Manager,true,18400,31000.5,look_again\n"
        "P2,evaluation,Not read,Manager,false,100,,\nP3,evaluation,No figures,Manager,true,,,no_more\n",
    )
    assert told(work)["Cost"] == (
        "Evaluations with what they found of cost: Groups, cost £18,400, saved £31,000, decided: look again; "
        "work without a reviewed title, cost £100."
    )


def test_actions_are_counted_by_where_they_came_from(work):
    work.add_records(
        "action",
        "action_id,source,title,owner_post\na,inspection,See them,Board\nb,inspection,Plan,Board\n",
    )
    work.add_records(
        "action_event", "action_id,event_no,on,status\na,1,2025-08-02,completed\nb,1,2025-06-30,open\n"
    )
    assert told(work)["Inspection"] == (
        "Actions on record, by source: Inspection, 1 of 2 done, 1 raised in the period, the last on "
        "2 August 2025."
    )


def test_questions_are_told_by_place_where_five_answered_in_two_places(work):
    cases = [f"007{team}00{number}" for team in (1, 2) for number in range(5)]
    rows = [f"A{case},{case},child,dip,themed,tiny,1,,,T{case[3]},2025-08-01" for case in cases]
    work.add_records("audit", AUDITS + "\n".join(rows) + "\n")
    answers = [f"A{case},voice,{'good' if case[3] == '1' else 'inadequate'}" for case in cases]
    work.add_records("answer", "audit_id,question_id,answer\n" + "\n".join(answers) + "\n")
    assert told(work)["Voice"] == "The child's voice, by service: Care 5 of 5, Need 0 of 5."


def test_plans_are_counted_by_months_on_both_sides_of_a_boundary(work):
    # the period ends on 30 September 2025: three months before it is 30 June
    days = ("2025-06-30", "2025-06-29", "2023-09-29")
    rows = [f"007100{number},cla,{day}" for number, day in enumerate(days)]
    work.add_records("plan", PLANS + "\n".join(rows) + "\n")
    table = census.lists(open_period(work.file)).parts[1]
    assert table.headings[1:] == (
        "Up to 3",
        "More than 3 to 6",
        "More than 6 to 12",
        "More than 12 to 24",
        "More than 24",
    )
    assert table.rows == (("In care", "1", "1", "0", "0", "1"),)


def test_nothing_is_told_where_nothing_is_on_record(work):
    said = told(work)
    assert {said[name] for name in ("Services", "Voice", "Who", "Checked", "Cost", "Since")} == {
        framework_reports.NOTHING
    }
    assert census.lists(open_period(work.file)).parts == []


def test_an_action_without_the_board_s_day_is_proposed_and_not_agreed(project):
    project.add_records(
        "action",
        "action_id,source,title,owner_post,due_on,board_agreed_on,reviewed\n"
        "a,audit,See them alone,Board,2025-12-01,2025-08-20,yes\nb,audit,Write it down,Board,2025-12-01,,yes\n",
    )
    project.add_records(
        "action_event", "action_id,event_no,on,status\na,1,2025-08-02,open\nb,1,2025-08-02,open\n"
    )
    period = open_period(project.file)
    said = ANSWERS["agreed_by_board"](Asked(period, period.span.start, period.span.end))
    assert said == (
        "1 of 2 actions on record were agreed by the board, 1 in these days, the last on 20 August 2025; 1 is "
        "proposed."
    )


@pytest.mark.parametrize(
    ("status", "said"), [("in_progress", ", 1 of them begun or done all the same."), ("cancelled", ".")]
)
def test_a_proposed_action_that_is_begun_is_told_and_a_cancelled_one_is_not(project, status, said):
    project.add_records(
        "action",
        "action_id,source,title,owner_post,due_on,board_agreed_on,reviewed\na,audit,One,Board,2025-12-01,,yes\n",
    )
    project.add_records("action_event", f"action_id,event_no,on,status\na,1,2025-08-02,{status}\n")
    assert of_the_period(project, "agreed_by_board").endswith(f"; 1 is proposed{said}")


@pytest.mark.parametrize(
    ("rows", "left"),
    [
        (
            "F1,comment,,,2025-07-01\nF2,survey,,,2025-07-01\nF3,survey,Plan,leavers,2025-07-01\n",
            " Left empty: the theme in 2 of 3 entries of feedback, the form's name in 1 of 2 surveys.",
        ),
        ("F1,comment,Plan,,2025-07-01\nF2,survey,Plan,leavers,2025-07-01\n", ""),
        ("F1,comment,,,2025-06-30\n", ""),
    ],
)
def test_the_quality_of_the_data_says_what_feedback_of_the_period_leaves_empty(project, rows, left):
    project.add_records("feedback", "feedback_id,kind,theme,instrument,received_on\n" + rows)
    said = of_the_period(project, "data_quality")
    assert said.partition("set aside.")[2] == left


WORK = "project_id,block,title,on,officer_post,reported_on,answered_on\n"
LEFT = "Not answered so far: work without a reviewed title."


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        # reported on the first day of twelve months, answered on the last of the period
        (
            "P,audit,One,2024-09-01,Board,2024-10-01,2025-09-30\n",
            "1 were answered, half of them within 364 days of the report, the last on 30 September 2025.",
        ),
        ("P,audit,One,2025-09-01,Board,2025-09-20,2025-10-01\n", f"0 were answered. {LEFT}"),
    ],
)
def test_work_reported_in_twelve_months_is_told_with_the_answers_to_it(project, rows, said):
    project.add_records("project", WORK + rows)
    told_of = "Of 1 piece of work reported in twelve months"
    assert of_the_period(project, "work_answered") == f"{told_of} {said}"


def test_nobody_took_part_yet_in_work_of_a_later_day(project):
    rows = "P,audit,One,2025-09-30,Board,true\nQ,audit,Two,2025-10-01,Board,true\nR,audit,Three,,Board,true\n"
    project.add_records("project", f"project_id,block,title,on,officer_post,children_took_part\n{rows}")
    assert of_the_period(project, "took_part") == (
        "In 1 piece of work of the programme up to 30 September 2025 took part: children in 1; families in 0; partners in 0; "
        "staff in 0."
    )


def test_work_reported_before_twelve_months_is_not_told(project):
    project.add_records("project", f"{WORK}P,audit,One,2024-09-01,Board,2024-09-30,2025-08-01\n")
    assert of_the_period(project, "work_answered") is None
