"""The panel of grades says what the report says, and no more of small groups than their size."""

import pytest

from qaf_lib.explorers import explore_grades_panel
from qaf_lib.explorers.explore_grades import OVERALL, answered
from qaf_lib.pages import open_period

CARE = [f"007100{n}" for n in range(6)]
NEED = [f"007200{n}" for n in range(6)]
GRADES = dict.fromkeys(CARE, "good") | dict.fromkeys(NEED[:4], "inadequate")


@pytest.fixture
def census(project):
    """Twelve cases drawn; six good in care, and in need four inadequate and two without a grade."""
    project.change("parameters/tiny.yml", "margin_of_error: 0.25", "margin_of_error: 0.01")
    project.add_audits(GRADES)
    return project


@pytest.fixture
def voiced(census):
    """As `census`; the question on voice is good for five in care, and the sixth has no answer."""
    lines = [f"A-random-2025-08-01-{case},voice,good\n" for case in CARE[:5]]
    census.add_records("answer", "audit_id,question_id,answer\n" + "".join(lines))
    return census


def ask(project, **choices):
    period = open_period(project.file)
    store = period.store
    return answered(store=store, view=store.draws[0], **choices), period.grades[0]


def plain(table):
    return table.drop(columns="table_id").astype(object).where(table.notna(), None).to_dict("records")


def controls(panel):
    return {control.description: control for control in panel.children[0].children}


def test_the_overall_grade_is_the_report_s(census):
    found, report = ask(census, question=OVERALL)
    assert plain(found.headline) == plain(report.headline)
    assert plain(found.concern) == plain(report.concern)
    assert plain(found.distribution) == plain(report.distribution)


def test_a_question_is_the_report_s_also_where_some_did_not_answer_it(voiced):
    found, report = ask(voiced, question="voice")
    assert plain(found.headline.assign(row_key="voice")) == plain(report.questions)
    assert found.headline[["x", "n"]].to_numpy().tolist() == [[5, 5]]


def test_a_group_of_five_is_the_report_s_and_a_group_of_four_only_counted(census):
    found, report = ask(census, question=OVERALL, by="service")
    care, need = plain(found.groups)
    assert care == plain(report.by_service)[0]
    assert (need["n"], need["x"], need["estimate"], need["low"], need["mark"]) == (4, None, None, None, "x")
    assert need["method"] == "fewer than 5 graded cases"


def test_the_fifth_graded_case_shows_the_group(census):
    census.add_audits({NEED[4]: "good"})
    found, _ = ask(census, question=OVERALL, by="service")
    assert plain(found.groups)[1]["n"] == 5
    assert plain(found.groups)[1]["x"] == 1


def test_a_question_by_group_counts_those_who_answered_it(voiced):
    found, _ = ask(voiced, question="voice", by="service")
    assert found.groups[["row_key", "n", "population"]].to_numpy().tolist() == [
        ["Care", 5, 6],
        ["Need", 0, 6],
    ]


def test_the_panel_opens_with_the_overall_grade_and_follows_each_choice(voiced):
    panel = explore_grades_panel(period=open_period(voiced.file))
    assert "Case file audit: overall grade: 6 of 10" in panel.children[1].value
    controls(panel)["Question"].value = "Case file audit: The child's voice"
    assert "The child&#x27;s voice: 5 of 5" in panel.children[1].value
    assert "by service" not in panel.children[2].value
    controls(panel)["By group"].value = "service"
    assert "by service</caption>" in panel.children[2].value


def test_groups_that_the_caseload_does_not_tell_apart_are_not_offered(census):
    # all twelve are girls, and no ethnicity or disability came with them
    panel = explore_grades_panel(period=open_period(census.file))
    assert [value for _, value in controls(panel)["By group"].options] == ["", "service", "team_id", "status"]


def test_every_choice_of_the_panel_shows_a_table_and_no_case_or_worker(voiced):
    panel = explore_grades_panel(period=open_period(voiced.file))
    for _, question in controls(panel)["Question"].options:
        controls(panel)["Question"].value = question
        for _, column in controls(panel)["By group"].options:
            controls(panel)["By group"].value = column
            shown = panel.children[2].value
            assert shown.count("<caption>") == (2 if column else 1)
            assert not any(word in shown for word in ("case-", "staff-", "record-", "Worker"))


def test_a_period_is_explored_alike_whoever_its_edition_is_for(census):
    inside = explore_grades_panel(period=open_period(census.file))
    census.change("parameters/tiny.yml", "audience: internal", "audience: shared")
    outside = explore_grades_panel(period=open_period(census.file))
    assert [part.value for part in inside.children[1:3]] == [part.value for part in outside.children[1:3]]


def test_a_period_without_graded_audits_says_so(project):
    panel = explore_grades_panel(period=open_period(project.file))
    assert "No drawn case of this period has a grade yet." in panel.children[1].value
