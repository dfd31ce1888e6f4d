"""Answers about what a heading names, and lists behind them."""

import pytest

from qaf_lib.frameworks.report_formats import Heading
from qaf_lib.pages import open_period
from qaf_lib.pages.framework import reports_sections as framework_reports
from qaf_lib.pages.framework import sections as framework
from qaf_lib.pages.practice.restricted import restricted_lists

RULES = """\
reports:
  - name: parts
    label: Part by part
    headings:
      - {label: Voice, answered_by: [questions], of: [voice]}
      - {label: Reached, answered_by: [reached], of: [open_cases]}
      - {label: Excellent, answered_by: [not_registered]}
worthwhile_change"""


@pytest.fixture
def parts(project):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", RULES)
    project.add_audits({"0071000": "outstanding", "0072000": "inadequate"})
    project.add_records("answer", "audit_id,question_id,answer\nA-random-2025-08-01-0072000,voice,good\n")
    return open_period(project.file)


def told(period):
    return {row[0]: row[1] for row in framework_reports.answered_reports(period).parts[-1].rows}


def test_headings_answer_what_they_name(parts):
    said = told(parts)
    assert (
        said["Voice"]
        == "Of the audits that ask it, however picked: The child's voice, 1 of 1 good or better."
    )
    assert said["Reached"].startswith("Open cases audited, ")


def test_a_top_grade_not_in_the_register_is_counted_and_listed(parts):
    assert told(parts)["Excellent"].startswith("1 audit with a top grade (outstanding), 1 of them as a whole")
    assert len(restricted_lists(parts.store)["good_practice_to_read"]) == 1


@pytest.mark.parametrize(
    "heading", [{"answered_by": ["questions"]}, {"answered_by": ["grades"], "of": ["voice"]}]
)
def test_an_answer_that_needs_names_and_its_names_go_together(heading):
    with pytest.raises(ValueError, match="needs names go together"):
        Heading(label="Voice", requirements=[], **heading)


SAID = """\
duties:
  - {duty_id: contracts, label: Contracts kept, as_post: Contract managers, each: council, evidence: log}
  - {duty_id: check, label: Checks kept, as_post: Human resources, each: council, shown_by: [checked]}
  - {duty_id: send, label: Send a return, roles: [Leader], each: council, evidence: log}
trained: [{name: checked, label: Workers whose check is on record, who: staff, roles: [Worker], duty_id: check},
  {name: everybody, label: Everybody cleared, who: everybody, duty_id: check}]
instruments:
  - name: families
    label: Families' form
    respondent: parent
    items: [{name: heard, label: We were heard}, {name: safer, label: We are safer}]
  - {name: own_return, label: A return on one's own work, respondent: Leader}
tags:
  - name: aims
    label: Aims
    tags:
      - {name: listen, label: Listen, answered_by: [survey_items], of: [heard, safer]}
      - {name: ask, label: Ask, answered_by: [forms], of: [families]}
      - {name: came, label: Came, answered_by: [surveys]}
      - {name: all, label: All, answered_by: [reached], of: [everybody]}
      - {name: place, label: Place, answered_by: [feedback_by_place]}
      - {name: staff, label: Staff, answered_by: [reached], of: [checked]}
      - {name: bought, label: Bought, answered_by: [work_asked_for], of: [contracts]}
worthwhile_change"""
FEEDBACK = """\
feedback_id,kind,instrument,respondent,team_id,theme,received_on,score,item
F1,survey,families,parent,T1,Voice,2025-08-01,7,
F1-1,survey,families,parent,T1,Voice,2025-08-01,9,heard
F2,survey,families,parent,T1,Plans,2025-09-30,6,
F2-1,survey,families,parent,T1,Voice,2025-09-30,5,heard
F3,survey,families,parent,T1,Voice,2025-06-30,6,
F5,survey,,child,,,2025-09-01,,
F6,survey,own_return,Leader,,,2025-09-01,10,
F4,survey,families,parent,T1,Voice,2025-10-01,6,
"""
WORK = """\
project_id,block,title,on,officer_post,requested_by_post,agreed_on,reported_on,decision
P1,audit,One,2025-07-01,Officer,Contract managers,2025-06-20,2025-07-20,improvement_plan
P2,audit,Two,2024-09-30,Officer,Contract managers,2024-09-01,2024-10-20,end_contract
P3,audit,Three,2025-09-30,Officer,Contract managers,,,
P4,audit,Four,2025-07-01,Officer,Somebody else,2025-06-20,2025-07-20,look_again
"""


@pytest.fixture
def lines(project):
    """The framework's own list by its lines, of a council with feedback, staff and work on contracts."""

    def of(*, work=WORK):
        project.change("parameters/frameworks/tiny.yml", "worthwhile_change", SAID)
        project.add_records("feedback", FEEDBACK)
        project.add_records("project", work)
        project.add_records(
            "staff",
            "staff_id,name,role,team_id,service,fte,started_on,can_audit,can_moderate\n"
            "w1,Name One,Worker,T1,Care,1.0,2020-01-01,false,false\n"
            "w2,Name Two,Worker,T2,Need,1.0,2020-01-01,false,false\n"
            "l1,Name Three,Leader,T2,Need,1.0,2020-01-01,false,false\n",
        )
        project.add_records(
            "duty_event", "event_id,kind,duty_id,held_on,subject_id\nE1,training,check,2025-05-01,w1\n"
        )
        period = open_period(project.file)
        return dict(framework.lists(period).parts[-1].rows)

    return of


def test_a_line_of_a_list_is_answered_from_survey_questions_forms_and_checks_of_staff(lines):
    said = lines()
    assert said["Listen"] == "We were heard (Families' form): middle score 7, 1 of 2 scored below 6."
    assert said["Ask"] == "Came back: Families' form, 2 (1 in 2025-26 Q1; the last on 30 September 2025)."
    assert said["Staff"] == "Workers whose check is on record, 1 of 2."
    assert said["All"] == "Everybody cleared, 1 of 3."
    # the return of a post on its own work is no survey, and of three surveys two have a score
    assert said["Came"] == (
        "3 completed surveys came back: Families' form (2), no form named (1). The middle score is 6.5; 1 of 2 "
        "with a score gave that or more. Not among them: 1 return of posts about their own work."
    )
    assert "By service, Care (2): other (2)." in said["Place"]


def test_work_asked_for_says_who_agreed_what_was_reported_and_decided_in_twelve_months(lines):
    assert lines()["Bought"] == (
        "2 pieces of work asked for by Contract managers in twelve months: 1 agreed to, 1 reported, the last "
        "on 20 July 2025. Decided: improvement plan (1)."
    )


def test_work_of_other_posts_is_not_work_that_was_asked_for(lines):
    assert lines(work=WORK.replace("Contract managers", "Somebody else"))["Bought"] == "Nothing on record"


POSTS = """\
duties:
  - {duty_id: extract, label: Given to the board, as_post: Board, each: council, evidence: report}
  - {duty_id: own, label: Audit of leaders, as_post: Director, each: council, evidence: scrutiny}
reports:
  - name: parts
    label: Part by part
    to: [Quality board]
    headings:
      - {label: Asked, answered_by: [themes_asked], of: [case_file]}
      - {label: Made, answered_by: [made_by], of: [case_file, own]}
      - {label: Given, answered_by: [given_since], of: [extract]}
worthwhile_change"""


def test_who_asked_for_a_theme_who_audited_and_what_came_after_the_board_had_it(project):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", POSTS)
    project.change("parameters/frameworks/tiny.yml", "label: The child's voice", "label: Voice, theme: Voice")
    project.add_audits({"0071000": "good"})
    project.add_audits({"0072000": "good"}, day="2025-09-01")
    head, *rows = (project.root / "data/audit.csv").read_text(encoding="utf-8").strip().split("\n")
    themed = [f"{row},{theme}" for row, theme in zip(rows, ["Voice", "Plans"], strict=True)]
    project.write("data/audit.csv", "\n".join([f"{head},theme", *themed]) + "\n")
    project.add_records(
        "project",
        "project_id,block,title,on,officer_post,requested_by_post,theme\n"
        "P1,audit,One,2025-07-01,Officer,Quality board,Voice\n",
    )
    events = "E1,report,extract,2025-08-20\nE2,scrutiny,own,2025-08-21\n"
    project.add_records("duty_event", "event_id,kind,duty_id,held_on\n" + events)
    said = told(open_period(project.file))
    assert said["Asked"].startswith(
        "Asked for, as the programme of work says: Voice, Quality board (1 audit)."
    )
    assert said["Asked"].endswith("asked for: other (1 audit).")
    assert said["Made"] == (
        "Made by: post not recorded (2). In the duty log, Director: 1 entry (Audit of leaders)."
    )
    assert said["Given"] == (
        "Last given on 20 August 2025, as the duty log says. 1 audit was made after that day: "
        "Case file audit (1)."
    )
