"""Answers about appraisals looked at half way, work that actions rest on, and forms that name their cases."""

import pytest

from qaf_lib.pages import open_period
from qaf_lib.pages.framework.asked import Asked
from qaf_lib.pages.framework.every import ANSWERS

TINY = "parameters/frameworks/tiny.yml"
RULES = """\
duties:
  - {duty_id: review, label: Looked at again, as_post: Human resources, each: council, shown_by: [reviewed]}
  - {duty_id: inspect, label: Young people inspect, as_post: Young Inspectors, each: council, evidence: log}
trained: [{name: reviewed, label: Appraisal looked at again, who: staff, roles: [Worker], duty_id: review}]
instruments:
  - {name: group, label: The group, respondent: child}
  - {name: talks, label: Talks with a worker, respondent: child}
worthwhile_change"""
EVENTS = "event_id,kind,duty_id,held_on,subject_id\nE1,training,review,2025-08-20,w1\n"
FEEDBACK = "feedback_id,kind,instrument,respondent,case_id,received_on\n"
WORK = "project_id,block,title,on,officer_post,theme\n"


@pytest.fixture
def council(project):
    project.change(TINY, "worthwhile_change", RULES)
    project.change(TINY, "label: The child's voice}", "label: The child's voice, theme: Voice}")
    return project


def told(project, name, *of):
    """What an answer says of the whole period to a heading that names these."""
    period = open_period(project.file)
    return ANSWERS[name](Asked(period, period.span.start, period.span.end, names=of))


@pytest.mark.parametrize(
    ("appraised", "counts"),
    [
        ("2025-03-20", "1 of 1 reviews were five to seven months after the appraisal before, 0"),
        ("2025-03-21", "0 of 1 reviews were five to seven months after the appraisal before, 1"),
        ("2025-01-20", "1 of 1 reviews were five to seven months after the appraisal before, 0"),
        ("2025-01-19", "0 of 1 reviews were five to seven months after the appraisal before, 1"),
    ],
)
def test_a_review_is_half_way_from_five_to_seven_months_after_the_appraisal(council, appraised, counts):
    council.add_records("duty_event", f"{EVENTS}E2,pdr,,{appraised},w1\nE3,pdr,,2024-03-01,w1\n")
    assert told(council, "appraisals_reviewed", "reviewed") == (
        f"Appraisal looked at again: {counts} earlier or later; for 0 no appraisal before is on record."
    )


def test_an_appraisal_of_the_same_day_or_of_somebody_else_is_none_before_the_review(council):
    council.add_records("duty_event", f"{EVENTS}E2,pdr,,2025-08-20,w1\nE3,pdr,,2025-02-20,w2\n")
    said = told(council, "appraisals_reviewed", "reviewed")
    assert said.endswith("0 earlier or later; for 1 no appraisal before is on record.")


def test_a_review_of_a_year_ago_is_no_longer_told(council):
    council.add_records("duty_event", EVENTS.replace("2025-08-20", "2024-09-30"))
    assert told(council, "appraisals_reviewed", "reviewed") is None


def test_actions_that_rest_on_the_work_of_a_duty_s_holder_are_counted_and_no_others(council):
    council.add_records(
        "project",
        f"{WORK}P1,audit,One,2025-07-20,Young Inspectors,\nP2,audit,Two,2025-10-01,Young Inspectors,\n"
        "P3,audit,Three,2025-07-20,Somebody else,\n",
    )
    council.add_records(
        "action",
        "action_id,source,title,theme,owner_post,project_id\na,survey,T,Voice,Board,P1\nb,board,T,Voice,Board,P3\n",
    )
    council.add_records("action_event", "action_id,event_no,on,status\na,1,2025-08-02,completed\n")
    assert told(council, "actions_on_work", "inspect") == (
        "Actions from work on the programme: Young Inspectors, 1 piece of work: 1 action rests on this, 1 done, "
        "on Voice (1)."
    )


def test_work_from_which_no_action_came_says_so_and_no_work_says_nothing(council):
    assert told(council, "actions_on_work", "inspect") is None
    council.add_records("project", f"{WORK}P1,audit,One,2025-07-20,Young Inspectors,\n")
    assert told(council, "actions_on_work", "inspect") == (
        "Actions from work on the programme: Young Inspectors, 1 piece of work: 0 actions rest on this."
    )


@pytest.mark.parametrize(
    ("case", "says"), [("0071000", " They name 1 different cases (1 in 2025-26 Q1)."), ("", "")]
)
def test_cases_that_answered_in_several_ways_are_counted_once_where_every_form_names_one(council, case, says):
    council.add_records(
        "feedback",
        f"{FEEDBACK}F1,survey,group,child,0071000,2025-08-01\nF2,survey,talks,child,{case},2025-08-02\n"
        "F3,survey,talks,child,0071001,2025-06-30\n",
    )
    assert told(council, "forms", "group", "talks") == (
        "Came back: The group, 1 (0 in 2025-26 Q1; the last on 1 August 2025); Talks with a worker, 1 (1 in "
        f"2025-26 Q1; the last on 2 August 2025).{says}"
    )


def test_good_practice_that_was_shared_says_what_it_was_about(council):
    council.add_records(
        "good_practice",
        "practice_id,source,on,title,theme,shared_on,reviewed\n"
        "G1,audit,2025-06-01,Earlier,Voice,2025-07-01,yes\nG2,audit,2025-08-01,Now,,,yes\n",
    )
    assert told(council, "good_practice") == (
        "1 example was found, compliments aside: Now. Of these and earlier ones 1 was shared, on: Voice (1)."
    )


def test_where_no_appraisal_is_on_record_every_review_says_so(council):
    council.add_records("duty_event", EVENTS)
    said = told(council, "appraisals_reviewed", "reviewed")
    assert said.endswith("0 earlier or later; for 1 no appraisal before is on record.")
