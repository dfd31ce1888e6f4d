"""Words of coded columns: names, labels, and what stands for several or none."""

import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.caseload.teams import team_names
from qaf_lib.caseload.vocabulary import Words, answers_of, period_label, questions_of, words_of
from qaf_lib.frameworks import Framework
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
