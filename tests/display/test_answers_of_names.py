"""Answers about what a heading names, and lists behind them."""

import pytest

from qaf_lib.display.sections import framework_reports
from qaf_lib.frameworks.paper import Heading
from qaf_lib.period import open_period
from qaf_lib.period.restricted import restricted_lists

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
    assert said["Voice"] == "Of all audits, drawn and chosen: The child's voice, 1 of 1 good or better."
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
