"""Words of coded columns: names, labels, and what stands for several or none."""

import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.errors import InputError
from qaf_lib.frameworks import Framework, load_framework
from qaf_lib.frameworks.scale import Scale
from qaf_lib.intake.vocabulary import (
    Words,
    answers_of,
    grade_of_points,
    period_label,
    questions_of,
    team_names,
    words_of,
)
from qaf_lib.pages import open_period
from qaf_lib.register import TABLES

FRAMEWORK = Framework.model_validate(
    yaml.safe_load("""
framework: tiny
title: A framework small enough to read
source: written for the tests
unit: child
scale:
  grades: ["1", "2", "10"]
  bands: [{name: best, label: the best, grades: ["10"]}]
  concern: {name: worst, label: the worst, grades: ["1"]}
tools:
  - tool_id: fen-peer
    version: "1"
    questions:
      - {question_id: assessment, label: Assessment}
      - {question_id: voice, label: The child's voice, theme: Voice of the child}
      - {question_id: plan, label: Shared, answers: [not met, partly met, met, not applicable]}
  - tool_id: dip
    version: "1"
    questions:
      - {question_id: shared, label: Assessment, answers: ["no", "yes"]}
audit_types:
  - {name: peer_audit, label: Peer audit, tool_id: fen-peer, counts_towards_coverage: true,
     counts_towards_estimates: true}
  - {name: dip, label: Short look, tool_id: dip, counts_towards_coverage: false, counts_towards_estimates: true}
  - {name: second, label: Short look, tool_id: dip, counts_towards_coverage: false, counts_towards_estimates: true}
eligibility: {statuses: [child_in_need]}
duties:
  - {duty_id: F1, label: Board meets, as_post: Quality board, each: council, evidence: meeting}
worthwhile_change: 0.1
assumptions: []
""")
)


def meaning(table, column, word):
    return words_of(framework=FRAMEWORK, table=table)[column].of(word)


@pytest.mark.parametrize(
    ("table", "column", "word", "kit"),
    [
        ("audit", "audit_type", "Peer audit", "peer_audit"),
        ("audit", "audit_type", "PEER-AUDIT", "peer_audit"),
        ("audit", "audit_type", "Short look", None),
        ("audit", "tool_id", "Fen Peer", "fen-peer"),
        ("audit", "overall_grade", "10.0", "10"),
        ("audit", "overall_grade", "3", None),
        ("audit", "selection", "Ad-hoc", "ad_hoc"),
        ("case", "status", "Child in need", "child_in_need"),
        ("case", "status", "Care leaver", "care_leaver"),
        ("case", "status", "child_in_needs", None),
        ("action_event", "status", "In Progress", "in_progress"),
        ("duty_event", "by_post", "quality BOARD", "Quality board"),
        ("duty_event", "duty_id", "f1", "F1"),
        ("feedback", "theme", "voice of the child", "Voice of the child"),
        ("project", "block", "Research ", "research"),
    ],
)
def test_a_word_is_its_name_or_label_however_it_is_written(table, column, word, kit):
    assert meaning(table, column, word) == kit


def test_a_typographic_apostrophe_is_an_apostrophe():
    assert questions_of(FRAMEWORK, tool_id=None).of("The child’s voice") == "voice"


def test_a_name_goes_before_another_s_label_and_a_tool_s_own_label_before_another_tool_s_name():
    assert questions_of(FRAMEWORK, tool_id=None).of("Assessment") == "assessment"
    assert questions_of(FRAMEWORK, tool_id="dip").of("Assessment") == "shared"
    assert questions_of(FRAMEWORK, tool_id=None).of("Shared") == "shared"
    assert questions_of(FRAMEWORK, tool_id="fen-peer").of("Shared") == "plan"


@pytest.mark.parametrize(
    ("word", "kit"), [("N/A", "not applicable"), ("Partly-Met", "partly met"), ("yes", None)]
)
def test_a_check_has_its_own_answers_and_what_does_not_apply_may_be_short(word, kit):
    assert answers_of(FRAMEWORK)["plan"].of(word) == kit
    assert answers_of(FRAMEWORK)["shared"].of("n/a") is None


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_choice_of_a_contract_is_a_known_word_of_its_column(table):
    words = words_of(framework=FRAMEWORK, table=table)
    coded = [column for column in TABLES[table].columns if column.choices and column.name in words]
    for column in coded:
        assert [words[column.name].of(choice) for choice in column.choices] == list(column.choices)


@given(
    st.sampled_from(["peer_audit", "Peer audit"]),
    st.sampled_from([str.upper, str.title, str.lower]),
    st.text("_- \u00a0", max_size=3),
)
def test_case_blanks_hyphens_and_underscores_never_matter(word, case, gap):
    written = case(word.replace("_", gap or " ").replace(" ", gap or " "))
    assert meaning("audit", "audit_type", written) == "peer_audit"


@pytest.mark.parametrize(
    ("text", "label"),
    [("2026-27 q2", "2026-27 Q2"), ("2026-07", "2026-07"), ("summer", None), ("2026-13", None)],
)
def test_a_period_is_known_by_its_label(text, label):
    assert period_label(text) == label


def test_teams_are_known_by_reference_and_name_unless_two_share_it():
    teams = pd.DataFrame({"team_id": ["T1", "T2", "t2"], "name": ["Duty", "North East", "Duty"]})
    words = Words(team_names(teams), "is an unknown team")
    found = [words.of(word) for word in ("t1", "north-east", "Duty", "T2", "t2", "T3")]
    assert found == ["T1", "T2", None, "T2", "t2", None]


BANDS = [{"name": "pass", "label": "90% or more", "grades": ["90-100"]}]
CONCERN = {"name": "below_70", "label": "under 70%", "grades": ["0-69"]}
STEPS = [{"grade": "70-89", "at_least": 0.70}, {"grade": "90-100", "at_least": 0.90}]
SCALE = """\
scale:
  grades: [0-69, 70-89, 90-100]
  bands: [{name: pass, label: 90% or more, grades: [90-100]}]
  concern: {name: below_70, label: under 70%, grades: [0-69]}
  points: {out_of: 100, thresholds: [{grade: 70-89, at_least: 0.70}, {grade: 90-100, at_least: 0.90}]}
"""


def scale(out_of=100.0, steps=STEPS):
    return Scale(
        grades=["0-69", "70-89", "90-100"],
        bands=BANDS,
        concern=CONCERN,
        points={"out_of": out_of, "thresholds": steps},
    )


@pytest.mark.parametrize(
    ("came", "grade"),
    [
        *[("0", "0-69"), ("69.9", "0-69"), ("70", "70-89"), ("70%", "70-89"), ("89.99", "70-89")],
        *[("90", "90-100"), ("90.0 %", "90-100"), ("100", "90-100"), ("100/100", "90-100")],
    ],
)
def test_a_percentage_is_the_grade_whose_threshold_it_reaches(came, grade):
    assert grade_of_points(came, scale()) == grade


@pytest.mark.parametrize(
    ("came", "grade"),
    [
        ("28", "70-89"),
        ("29", "90-100"),
        ("28.8", "90-100"),
        ("22", "0-69"),
        ("22.4", "70-89"),
        ("32", "90-100"),
    ],
)
def test_a_score_out_of_a_total_is_its_share_of_it(came, grade):
    assert grade_of_points(came, scale(32.0)) == grade


@pytest.mark.parametrize("came", ["100.01", "101", "-1", "0.9", "29/32", "ninety", "", "90 points", "1e2"])
def test_what_is_no_score_of_the_scale_is_no_grade(came):
    assert grade_of_points(came, scale()) is None


@given(st.integers(0, 3200), st.integers(0, 3200))
def test_more_points_never_earn_a_lower_grade(first, second):
    grades = [grade_of_points(f"{score / 100:.2f}", scale(32.0)) for score in sorted((first, second))]
    ranks = [scale().grades.index(grade) for grade in grades if grade]
    assert ranks == sorted(ranks)


@pytest.mark.parametrize(
    ("points", "message"),
    [
        (
            "{out_of: 100, thresholds: [{grade: 90-100, at_least: 0.9}]}",
            "must name every grade but the worst",
        ),
        (
            "{out_of: 100, thresholds: [{grade: 70-89, at_least: 0.9}, {grade: 90-100, at_least: 0.9}]}",
            "must rise from grade to grade",
        ),
        ("{out_of: 0, thresholds: [{grade: 70-89, at_least: 0.7}]}", "greater than 0"),
        ("{out_of: 100, thresholds: [{grade: 70-89, at_least: 70}]}", "less than or equal to 1"),
    ],
)
def test_points_that_leave_a_grade_in_doubt_are_refused(project, points, message):
    text = SCALE[: SCALE.index("  points:")] + f"  points: {points}\n"
    with pytest.raises(InputError, match=message):
        with_scale(project, text)


def test_points_beside_grades_that_are_numbers_are_refused(project):
    with pytest.raises(InputError, match="cannot be told from points"):
        with_scale(project, SCALE.replace("0-69", '"1"').replace("70-89", '"2"').replace("90-100", '"3"'))


def with_scale(project, text):
    file = project.root / "parameters/frameworks/tiny.yml"
    rules = file.read_text(encoding="utf-8")
    start, end = rules.index("scale:\n"), rules.index("tools:\n")
    file.write_text(rules[:start] + text + rules[end:], encoding="utf-8", newline="\n")
    return load_framework(folder=file.parent, name="tiny")


def test_audits_and_moderations_in_points_are_graded_and_those_off_the_range_set_aside(project):
    with_scale(project, SCALE)
    scores = ["69", "70%", "90", "101", "0.9"]
    project.add_audits({f"007100{at}": score for at, score in enumerate(scores)})
    project.add_records(
        "moderation",
        "audit_id,moderator_id,moderated_on,audit_grade,moderated_grade,why,blind\n"
        "A-random-2025-08-01-0071000,M,2025-08-02,69,70,random,true\n",
    )
    project.change(
        "parameters/tiny.yml",
        "records:\n",
        "set_aside: {audit: {at_most: 0.5, because: Two scores are off the range on purpose.}}\nrecords:\n",
    )
    project.prepare()
    assert sorted(project.register("audit")["overall_grade"]) == ["0-69", "70-89", "90-100"]
    moderation = project.register("moderation").iloc[0]
    assert (moderation["audit_grade"], moderation["moderated_grade"]) == ("0-69", "70-89")
    faults = open_period(project.file).quality.faults
    assert faults.set_index("column").loc["overall_grade", ["rule", "rows"]].tolist() == [
        "is a score off the scale (0 to 100)",
        2,
    ]
