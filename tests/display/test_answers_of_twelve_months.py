"""Answers that look back further than the period: topics of entries, actions and figures, by year."""

import pytest

from qaf_lib.pages import open_period
from qaf_lib.pages.framework import reports_sections as framework_reports

RULES = """\
duties:
  - {duty_id: visit, label: Visit, as_post: Chief, each: council, evidence: visit}
  - {duty_id: watch, label: Watch, as_post: Board, each: council, evidence: scrutiny}
indicators:
  - {indicator_id: on_time, label: Visits on time, target: 0.9, theme: Planning}
reports:
  - name: looking_back
    label: Looking back
    headings:
      - {label: About, answered_by: [topics_logged], of: [visit, watch]}
      - {label: One, answered_by: [topics_logged], of: [watch]}
      - {label: Complaints, answered_by: [actions_of_year], of: [complaint]}
      - {label: Guides, answered_by: [guides_changed]}
      - {label: By the board, answered_by: [who_asked], of: [watch]}
      - {label: By the chief, answered_by: [who_asked], of: [visit]}
      - {label: Figures, answered_by: [figures_of_year], of: [on_time]}
worthwhile_change"""
EVENTS = """\
event_id,kind,duty_id,held_on,by_post,theme
E1,visit,visit,2024-09-30,Chief,Planning
E2,visit,visit,2024-10-01,Chief,Planning
E3,visit,visit,2025-08-01,Chief,
E4,scrutiny,watch,2025-08-02,Board,Planning
"""
ACTIONS = """\
action_id,source,title,owner_post,route
a,complaint,See them,Board,
b,complaint,Plan,Board,policy
c,complaint,Hear them,Board,
"""
STEPS = """\
action_id,event_no,on,status
a,1,2024-12-31,open
a,2,2025-02-01,completed
b,1,2025-08-02,open
c,1,2023-12-31,open
"""


@pytest.fixture
def said(project):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", RULES)
    project.add_records("duty_event", EVENTS)
    project.add_records("action", ACTIONS)
    project.add_records("action_event", STEPS)
    project.add_records(
        "project",
        "project_id,block,title,officer_post,reviewed,requested_by_post\nP1,audit,Plans,Board,true,Board\n",
    )
    project.add_records(
        "indicator",
        "indicator_id,period,numerator,denominator\n"
        "on_time,2025-26 Q2,9,10\non_time,2024-25 Q3,7,10\non_time,2024-25 Q2,1,10\n",
    )
    period = open_period(project.file)
    return {row[0]: row[1] for row in framework_reports.answered_reports(period).parts[-1].rows}


def test_topics_are_of_entries_of_twelve_months_and_tell_of_those_without_one(said):
    assert said["About"] == (
        "What entries of twelve months name as their theme: Chief: Visit, 1 of 2 entries, Planning (1); "
        "Board: Watch, 1 of 1 entries, Planning (1)."
    )
    assert "theme: Watch, 1 of 1" in said["One"]


def test_actions_of_a_source_are_told_by_the_calendar_year_they_were_begun_in(said):
    assert said["Complaints"] == (
        "Complaint: January to December 2024, 1 action begun, 1 done; 2025 so far, 1 action begun, 0 done."
    )


def test_a_changed_guide_says_what_asked_for_it(said):
    assert said["Guides"].endswith(" They came from: Complaint (1).")


def test_audits_that_a_post_asked_for_are_counted_and_none_is_said(said):
    assert said["By the board"] == "Audits on record that were asked for by Board: 1."
    assert said["By the chief"] == "Audits on record that were asked for by Chief: none."


def test_figures_of_four_quarters_are_taken_together_and_an_older_one_is_left_out(said):
    assert (
        said["Figures"] == "Since 1 October 2024: Visits on time, 16 of 20 (2 of 4 quarters have a figure)."
    )
