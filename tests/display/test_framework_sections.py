"""The page on the framework prints its rules as they were read."""

from pathlib import Path
from types import SimpleNamespace

import pytest

import qaf_lib
from qaf_lib.frameworks import load_framework
from qaf_lib.pages import sections

KIT_RULES = Path(__file__).resolve().parents[2] / "parameters" / "frameworks"

RULES = """\
about: {dated: May 2025, owner_post: Head of Quality}
aliases: [{written: personal advisor, today: personal adviser}]
standards:
  - {standard_id: law, label: The law, source: statutory}
  - {standard_id: local, label: Our own manual, source: local performance}
tags: [{name: goals, label: Two goals, tags: [{name: safe, label: Safe}, {name: heard, label: Heard}]}]
duties:
  - {duty_id: D1, label: Sit in on a panel, as_post: Director, each: council, evidence: meeting, assumed: bi_annual,
     purpose: Hear families}
reports: [{name: yearly, label: The year, every: year, due_month: 3, to: [Cabinet], headings: [{label: Findings}]}]
action_plan: {columns: [{label: Action}, {label: Owner}]}
not_computed: [{because: The diagram is lost from the document., requirements: [LEE-1]}]
"""
QUESTIONS = """\
  - tool_id: tiny
    version: "1"
    blank_refused: true
    questions:
      - {question_id: voice, label: The child's voice, standard_id: local}
      - {question_id: safe, label: The child is safe, standard_id: law, answers: [not met, met, not applicable],
         only_for: {statuses: [looked_after]}, look_back_months: 12}
      - {question_id: trained, label: Staff are trained, standard_id: local, evidence: return, answers: ["no", "yes"]}
"""
WORD = "{name: bi_annual, reading: Twice a year., because: The word can be read in two ways., times: 2, every: year}"


@pytest.fixture
def written(project):
    """The tiny project with a framework that has every part of the page."""
    tiny = "parameters/frameworks/tiny.yml"
    project.change(tiny, "worthwhile_change: 0.10\n", RULES + "worthwhile_change: 0.10\n")
    one_line = (
        '  - {tool_id: tiny, version: "1", questions: [{question_id: voice, label: The child\'s voice}]}\n'
    )
    project.change(tiny, one_line, QUESTIONS)
    project.change(tiny, "The framework is silent.}]", "The framework is silent.}, " + WORD + "]")
    return project


def shown(section):
    return {part.table_id: part for part in section.parts if hasattr(part, "table_id")}


def test_the_matrix_counts_the_checks_of_each_tool_under_each_standard(written):
    table = shown(sections.framework.standards(qaf_lib.open_period(written.file)))["framework_standards"]
    assert table.rows == (
        ("The law", "statutory", "1"),
        ("Our own manual", "local performance", "1, 1 elsewhere"),
        ("No standard of its own", "–", "–"),
    )
    assert 'asks for "not applicable", never a blank' in table.note


def test_checks_say_where_their_answer_comes_from(written):
    table = shown(sections.framework.checks(qaf_lib.open_period(written.file)))["framework_checks_tiny"]
    assert [row[3] for row in table.rows] == ["the file audited", "the file audited", "a return"]
    assert [row[4] for row in table.rows] == [
        "a grade of the scale",
        "not met, met, not applicable",
        "no, yes",
    ]
    assert [row[5] for row in table.rows] == [
        "all; must be answered",
        "looked after alone; looks back 12 months; must be answered",
        "no audit",
    ]


def test_an_ambiguous_word_is_printed_with_its_number_and_the_duties_that_use_it(written):
    table = shown(sections.framework.readings(qaf_lib.open_period(written.file)))["framework_words"]
    assert table.rows == (("bi annual", "twice a year", "Sit in on a panel"),)


def test_lists_reports_purposes_and_names_are_printed(written):
    period = qaf_lib.open_period(written.file)
    assert shown(sections.framework.lists(period))["framework_list_goals"].rows == (("Safe",), ("Heard",))
    reports = shown(sections.framework.reports(period))
    assert reports["framework_reports"].rows == (
        ("The year", "once a year, in March", "Cabinet", "Findings"),
    )
    assert reports["framework_layouts"].rows == (("Action plan", "Action; Owner"),)
    duty = shown(sections.framework.purposes(period))["framework_purposes"].rows[0]
    assert duty == ("D1", "Director", "Sit in on a panel", "twice a year (assumed)", "Hear families")
    document = shown(sections.framework.document(period))
    assert ("Owner's post", "Head of Quality") in document["framework_document"].rows
    assert document["framework_names"].rows == (("personal advisor", "personal adviser"),)


def test_what_is_not_computed_is_printed_with_its_reason(written):
    table = shown(sections.framework.not_computed(qaf_lib.open_period(written.file)))
    assert table["framework_not_computed"].rows == (("LEE-1", "The diagram is lost from the document."),)


def test_kinds_of_audit_say_what_they_count_towards(written):
    rows = shown(sections.framework.kinds(qaf_lib.open_period(written.file)))["framework_kinds"].rows
    assert rows[0] == ("Case file audit", "tiny", "random", "not said", "yes", "yes", "yes")
    assert rows[1][4:6] == ("no", "yes")


def test_what_a_framework_lacks_is_left_out(project):
    period = qaf_lib.open_period(project.file)
    page = sections.framework
    parts = [page.standards, page.lists, page.purposes, page.reports, page.not_computed]
    assert [list(part(period).parts) for part in parts] == [[]] * len(parts)


def test_rules_are_called_placed_only_where_a_document_s_ids_are_listed_and_all_are_found():
    rules = load_framework(folder=KIT_RULES, name="portsmouth")
    parts = sections.framework.not_computed(SimpleNamespace(framework=rules)).parts
    assert [repr(part) for part in parts] == [
        "Each of the 113 rules read from the document has a place on these pages."
    ]
    without = rules.model_copy(update={"about": None})  # one rule stands there alone
    assert sections.framework.not_computed(SimpleNamespace(framework=without)).parts == []
