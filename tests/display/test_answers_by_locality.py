"""Answers by locality, of whom audits were, what is held until when, and how far apart entries lie."""

import pytest

from qaf_lib.pages import open_period
from qaf_lib.pages.framework import reports_sections as framework_reports

RULES = """\
duties:
  - {duty_id: status, label: Status held, as_post: Areas, each: locality, evidence: report, times: 1, every: year,
     lasts_months: 12}
  - {duty_id: clinic, label: Clinic, roles: [Manager], evidence: meeting}
  - {duty_id: talk, label: Talk, roles: [Manager], evidence: meeting}
reports:
  - name: places
    label: Places
    headings:
      - {label: Weak, answered_by: [problem_areas_by_locality]}
      - {label: Learnt, answered_by: [learning_by_locality]}
      - {label: Good, answered_by: [good_practice_by_locality]}
      - {label: Teams, answered_by: [teams_reached], of: [case_file]}
      - {label: Held, answered_by: [held_now], of: [status]}
      - {label: Apart, answered_by: [longest_apart], of: [clinic]}
      - {label: Logged, answered_by: [log], of: [clinic, talk]}
      - {label: Led to, answered_by: [actions_from_audits]}
      - {label: Guides, answered_by: [guides_changed]}
      - {label: People, answered_by: [people_took_part]}
worthwhile_change"""
STAFF = (
    "staff_id,name,role,team_id,service,fte,started_on,can_audit,can_moderate\n"
    "m1,Name One,Manager,T1,Care,1.0,2020-01-01,true,true\n"
    "m2,Name Two,Manager,T2,Need,1.0,2020-01-01,true,true\n"
)
EVENTS = """\
event_id,kind,duty_id,held_on,by_id,by_post,team_id,theme,learning_need
E1,report,status,2024-10-15,,Areas,T1,,
E2,meeting,clinic,2025-04-01,m1,,T1,,
E3,meeting,clinic,2025-07-01,m1,,T1,,
E4,meeting,clinic,2025-09-20,m1,,T1,,
E5,meeting,clinic,2025-07-02,m2,,T2,,
E6,meeting,talk,2025-07-03,m2,,T2,,
E7,observation,,2025-07-04,m1,,T1,Planning,true
E8,observation,,2025-07-05,m1,,T1,Planning,false
"""


@pytest.fixture
def said(project):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", RULES)
    project.write(
        "data/team.csv",
        "team_id,name,service,locality\nT1,North team,Care,North\nT2,South team,Need,South\n",
    )
    project.add_records("staff", STAFF)
    project.add_records("duty_event", EVENTS)
    project.add_audits({"0071001": "good", "0071002": "good"})
    project.change("data/audit.csv", "0071002,child,case_file", "0071002,child,dip")
    project.add_records(
        "good_practice", "practice_id,source,on,title,team_id,shared_on,reviewed\n"
        "G1,audit,2025-08-01,Plain words,T2,,true\nG2,audit,2025-06-30,Earlier,T2,,true\n",
    )  # fmt: skip
    audit = "A-random-2025-08-01-0071001"
    project.add_records(
        "action", "action_id,source,source_id,title,owner_post,due_on,route\n"
        f"C1,audit,{audit},Act,Manager,2025-09-01,policy\nC2,board,,Act,Manager,2025-09-01,coaching\n",
    )  # fmt: skip
    project.add_records(
        "action_event", "action_id,event_no,on,status\nC1,1,2025-08-02,completed\nC2,1,2025-08-02,open\n"
    )
    period = open_period(project.file)
    return {row[0]: row[1] for row in framework_reports.answered_reports(period).parts[-1].rows}


def test_a_locality_with_a_handful_of_answers_is_not_said_to_be_weak(said):
    assert said["Weak"] == "Nothing on record"


def test_learning_and_good_practice_are_told_by_locality_and_of_the_period_alone(said):
    assert said["Learnt"] == "Observations that showed a learning need: North 1 of 2, on other (1)."
    assert said["Good"] == "Good practice found: South 1 example, 0 shared (Plain words)."


def test_teams_that_no_audit_looked_at_are_named(said):
    assert said["Teams"].startswith("They were of 1 of 2 ")
    assert "None of: " in said["Teams"]
    assert "Whose work" not in said["Teams"]


def test_what_a_duty_earns_is_held_in_each_place_until_its_own_day_or_not_on_record(said):
    assert said["Held"] == "Status held: North, held until 14 October 2025; South, nothing on record."


def test_the_longest_time_between_two_entries_is_that_of_one_holder(said):
    assert (
        said["Apart"]
        == "In twelve months, Clinic: at the most 91 days between one and the next of the same holder."
    )


def test_entries_of_several_duties_say_which_day_is_whose(said):
    assert said["Logged"] == (
        "4 entries in the duty log: Clinic, on 1 July 2025, 2 July 2025, 20 September 2025; Talk, on 3 July 2025."
    )


def test_actions_of_audits_are_told_apart_from_those_of_a_board(said):
    assert said["Led to"] == (
        "Actions on record that audits led to: Case file audit, 1 of 1 done. None on record from: Dip sample."
    )
    assert said["Guides"].startswith("1 new action on a policy or guide, 1 of them done.")


def test_people_who_took_part_are_counted_of_those_in_post(said):
    assert "2 of 2 practitioners and managers in post took part" in said["People"]
