"""Answers about services' returns, places, staff by post and team, and audits that go round."""

import pytest

from qaf_lib.frameworks.report_formats import Heading
from qaf_lib.pages import open_period
from qaf_lib.pages.framework import reports_sections as framework_reports
from qaf_lib.pages.framework.asked import Asked
from qaf_lib.pages.framework.every import ANSWERS, answered
from qaf_lib.pages.practice.restricted import restricted_lists

RULES = """\
duties:
  - {duty_id: send, label: Send a return, roles: [Leader], evidence: log}
  - {duty_id: check, label: Checks kept, as_post: Human resources, each: council, shown_by: [checked]}
trained: [{name: checked, label: Checked, who: everybody, duty_id: check}]
instruments:
  - {name: own, label: The return, respondent: Leader, items: [{name: views, label: Views used}]}
  - {name: families, label: Families' form, respondent: parent, items: [{name: heard, label: We were heard}]}
reports:
  - name: parts
    label: Part by part
    headings:
      - {label: Returns, answered_by: [returns_by_service], of: [own]}
      - {label: Views, answered_by: [survey_items_by_place], of: [views]}
      - {label: Heard, answered_by: [survey_items_by_place], of: [heard]}
      - {label: Comments, answered_by: [comments_by_service]}
      - {label: Themes, answered_by: [feedback_by_place]}
      - {label: Posts, answered_by: [took_part_by_post]}
      - {label: Teams, answered_by: [reached_by_team], of: [checked]}
      - {label: Led, answered_by: [work_led], of: [checked]}
      - {label: Decisions, answered_by: [decisions_recorded]}
      - {label: Round, answered_by: [gone_round]}
worthwhile_change"""
FEEDBACK = "feedback_id,kind,instrument,respondent,team_id,theme,received_on,score,item\n"
STAFF = (
    "staff_id,name,role,team_id,service,fte,manager_id,started_on,can_audit,can_moderate\n"
    "m1,Name One,Leader,T1,Care,1.0,,2020-01-01,true,true\n"
    "Worker-71000,Name Two,Worker,T1,Care,1.0,m1,2020-01-01,false,false\n"
    "Worker-71001,Name Three,Worker,T1,Care,1.0,m1,2020-01-01,false,false\n"
    "Worker-72000,Name Four,Worker,T2,Need,1.0,m1,2020-01-01,false,false\n"
)
EVENTS = """\
event_id,kind,duty_id,held_on,subject_id,recorded
E1,training,check,2025-05-01,m1,
E2,training,check,2025-05-01,Worker-71000,
E3,training,check,2025-05-01,Worker-72000,
E4,supervision,,2025-08-01,Worker-71000,true
E5,supervision,,2025-08-02,Worker-71000,false
E6,supervision,,2025-06-30,Worker-71000,false
"""


@pytest.fixture
def council(project):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", RULES)
    project.add_records("staff", STAFF)
    project.add_records("duty_event", EVENTS)
    return project


def told(project):
    """What each heading says."""
    parts = framework_reports.answered_reports(open_period(project.file)).parts
    return {row[0]: row[1] for row in parts[-1].rows}


def a_form(number, instrument, respondent, team, item, score, day="2025-08-01"):
    """A completed form, and its answer to one question."""
    row = f"survey,{instrument},{respondent},{team},,{day}"
    return f"F{number},{row},{score},\nF{number}-1,{row},{score},{item}\n"


def test_a_return_stands_under_its_service_and_one_that_sent_none_is_named(council):
    council.add_records("feedback", FEEDBACK + a_form(1, "own", "Leader", "T1", "views", 6))
    said = told(council)
    assert said["Returns"] == "The return, by service: Care 1; none from Need."
    assert said["Views"] == "Middle scores by place: Views used: Care 6."


@pytest.mark.parametrize(
    ("logged", "says"),
    [
        (
            "E9,report,own,2025-09-30,,,\n",
            "1 of 1 returns came, as the duty log says, no nil return among them; none is missing.",
        ),
        (
            "E9,report,own,2025-09-30,,,Nil return\n",
            "1 of 1 returns came, as the duty log says, 1 nil return among them; none is missing.",
        ),
        ("", "0 of 1 returns came, as the duty log says; 1 is missing."),
    ],
)
def test_returns_that_a_duty_asks_for_are_told_with_those_that_are_missing(council, logged, says):
    duty = "{duty_id: own, label: Return, as_post: Leader, each: council, evidence: report, times: 1, every: quarter}"
    council.change("parameters/frameworks/tiny.yml", "duties:\n", f"duties:\n  - {duty}\n")
    events = EVENTS.replace("recorded\n", "recorded,report_type\n").replace(",true\n", ",true,\n")
    council.write(
        "data/duty_event.csv", events.replace(",false\n", ",false,\n").replace(",\nE", ",,\nE") + logged
    )
    assert told(council)["Returns"] == f"{says} The return, by service: none came."


def test_a_return_of_the_day_after_the_period_is_none_of_it(council):
    late = a_form(1, "own", "Leader", "T1", "views", 6, day="2025-10-01")
    council.add_records("feedback", FEEDBACK + late)
    said = told(council)
    assert said["Returns"] == "The return, by service: none came."
    assert said["Views"] == framework_reports.NOTHING


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        (5, "Middle scores by place: We were heard: Care 7; North team 7. Of twelve months; places"),
        (4, "Middle scores by place: We were heard: Care 7. Of twelve months; places and teams with fewer"),
    ],
)
def test_what_families_say_of_a_team_is_told_from_five_answers_on(council, answers, says):
    rows = [a_form(number, "families", "parent", "T1", "heard", 7) for number in range(answers)]
    # a second team of the service, which the period's team table has too
    council.write(
        "data/team.csv", "team_id,name,service\nT1,North team,Care\nT2,South team,Need\nT3,East,Care\n"
    )
    rows.append(a_form(9, "families", "parent", "T3", "heard", 7))
    council.add_records("feedback", FEEDBACK + "".join(rows))
    assert told(council)["Heard"].startswith(says)


def test_feedback_of_twelve_months_lies_ready_for_the_supervision_of_those_who_hold_its_cases(council):
    of_cases = "feedback_id,kind,case_id,received_on\nF1,comment,0071000,2024-10-01\n"
    council.add_records("feedback", f"{of_cases}F2,comment,0072000,2024-09-30\n")
    period = open_period(council.file)
    said = ANSWERS["feedback_ready"](Asked(period, period.span.start, period.span.end))
    assert said == (
        "Feedback of twelve months on their cases lies ready for the supervision of 1 of 3 people, in the "
        "restricted list supervision."
    )


def test_comments_are_counted_beside_compliments_by_service(council):
    rows = "".join(
        f"F{number},{kind},,,{team},,2025-08-01,,\n"
        for number, (kind, team) in enumerate(
            [
                ("comment", "T1"),
                ("compliment", "T1"),
                ("compliment", "T2"),
                ("complaint", "T2"),
                ("comment", ""),
            ]
        )
    )
    council.add_records("feedback", FEEDBACK + rows)
    assert told(council)["Comments"] == (
        "2 comments were logged. Comments and compliments by service: Care 1 and 1, Need 0 and 1, "
        "no service named 1 and 0."
    )


def test_themes_stand_beside_the_period_before_and_under_each_service(council):
    rows = "F1,comment,,,T1,Voice,2025-08-01,,\nF2,comment,,,T2,Voice,2025-06-30,,\n"
    rows += "F3,comment,,,,Voice,2025-08-01,,\nF4,comment,,,T1,,2025-08-01,,\n"
    council.add_records("feedback", FEEDBACK + rows)
    assert told(council)["Themes"].startswith(
        "Most feedback is about: other 2 (1 in 2025-26 Q1). Without a theme: 1. "
        "By service, Care (1): other (1); no service named (1)."
    )


def test_staff_are_counted_by_post_and_by_team_and_never_named(council):
    council.write("data/duty_event.csv", f"{EVENTS}E7,observation,,2025-08-03,Worker-71000,\n")
    said = told(council)
    assert said["Posts"] == (
        "Took part in quality assurance in twelve months, beside training and their own supervision, by post: "
        "other posts 1 of 4."
    )
    assert said["Teams"] == "By team: North team 2 of 3, South team 1 of 1."
    assert not any("Name" in words for words in said.values())


def test_work_is_led_by_those_on_record_where_worker_and_supervisor_both_are(council):
    # of twelve cases three have a worker in the staff table; one of these three is not on record
    assert told(council)["Led"] == (
        "Open cases whose worker and whose supervisor both are on record: Checked, 2 of 12."
    )


def test_decisions_of_the_period_s_supervisions_are_counted_where_the_record_says(council):
    assert (
        told(council)["Decisions"] == "1 of 2 supervisions of the period have their decisions written down."
    )


@pytest.mark.parametrize(("before", "times"), [("2024-08-02", 1), ("2024-08-01", 0)])
def test_a_case_is_met_again_within_twelve_months_and_not_after_a_year(council, before, times):
    council.add_audits({"0071000": "good"}, day=before, selection="themed")
    council.add_audits({"0071000": "good"}, day="2025-08-01", selection="themed")
    said = told(council)["Round"]
    assert said.startswith(f"{times} {'audit was' if times == 1 else 'audits were'} of cases audited in the ")
    assert "3 of 3 holders of cases took part in no audit of their own work" in said
    assert len(restricted_lists(open_period(council.file).store)["met_again"]) == times


def test_what_no_record_holds_is_said_behind_an_answer_and_alone_where_none_is_named(council):
    period = open_period(council.file)
    asked = Asked(period, period.span.start, period.span.end)
    line = {"label": "Round", "not_held": "who asked", "requirements": []}
    assert answered(asked, Heading(answered_by=["decisions_recorded"], **line)).endswith(
        "No record holds who asked."
    )
    assert answered(asked, Heading(answered_by=["comments_by_service"], **line)) is None
    assert answered(asked, Heading(**line)) == "No record holds who asked."


def test_surveys_and_compliments_say_how_many_were_acted_on(council):
    rows = (
        "feedback_id,kind,instrument,respondent,team_id,received_on,analysed_on,acted_on,reported_on,shared_on,theme\n"
        "F1,survey,families,parent,T1,2025-08-01,2025-08-04,2025-08-11,,,\n"
        "F2,survey,families,parent,T1,2025-08-01,2025-08-04,,,,\n"
        "F3,compliment,,parent,T1,2025-08-01,,2025-08-05,,2025-08-06,Voice\n"
        "F4,compliment,,parent,T1,2025-08-01,,,,,Voice\n"
    )
    council.add_records("feedback", rows)
    period = open_period(council.file)
    asked = Asked(period, period.span.start, period.span.end)
    surveys = ANSWERS["surveys"](asked)
    assert surveys == (
        "2 completed surveys came back: Families' form (2). Of these 2 analysed, 1 acted on, 0 reported."
    )
    said = "2 compliments, 1 shared with staff, 1 acted on. About: other (2)."
    assert ANSWERS["compliments"](asked) == said
