"""Columns that become labels: what is known there, and where it is known from."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.frameworks import load_framework
from qaf_lib.intake.labels import CouncilWords, label_words, local_themes
from qaf_lib.parameters import locate

DURHAM = load_framework(folder=locate("parameters/frameworks"), name="durham")
COUNCIL = CouncilWords(
    roles=frozenset({"Family Time Lead"}), services=frozenset({"Early help"}), themes={"Our plan": "Planning"}
)


def meaning(table, column, word, council=COUNCIL):
    given_table = pd.DataFrame({column: pd.array([word], dtype="string")})
    return label_words(framework=DURHAM, table=table, council=council, given=given_table)[column].of(word)


@pytest.mark.parametrize(
    ("table", "column", "word", "kit"),
    [
        ("action", "owner_post", "key WORKER", "Key Worker"),
        ("action", "owner_post", "family-time lead", "Family Time Lead"),
        ("action", "owner_post", "Jo Ash", None),
        ("action", "theme", "our plan", "Planning"),
        ("action", "theme", "Planning", "Planning"),
        ("action", "theme", "Your plan", None),
        ("action", "standard_id", "young_carers", "young_carers"),
        ("action", "standard_id", "DUR-36", "DUR-36"),
        ("action", "standard_id", "DUR-3600", None),
        ("case", "service", "EARLY HELP", "Early help"),
        ("case", "service", "Early helper", None),
        ("feedback", "respondent", "parent_or_carer", "parent or carer"),
        ("feedback", "respondent", "child under 11", "child under 11"),
        ("feedback", "respondent", "Jo Ash", None),
        ("feedback", "score", "8", "8"),
        ("feedback", "score", "7.5", "7.5"),
        ("feedback", "score", "10", "10"),
        ("feedback", "score", "11", None),
        ("feedback", "score", "0071000", None),
        ("feedback", "score", "8 Jo Ash", None),
        ("project", "frequency", "Half yearly", "half-yearly"),
        ("project", "frequency", "every 6 weeks", "every 6 weeks"),
        ("project", "frequency", "every 13 weeks", None),
        ("indicator", "indicator_id", "Supervision held as due", "supervision_held"),
        ("indicator", "indicator_id", "ours", None),
    ],
)
def test_a_word_is_known_to_the_framework_the_council_or_the_kit_or_to_nobody(table, column, word, kit):
    assert meaning(table, column, word) == kit


def test_without_a_table_at_hand_no_service_is_held_against_anything():
    given_table = pd.DataFrame({"service": pd.array(["Any"], dtype="string")})
    assert label_words(framework=DURHAM, table="case", council=CouncilWords(), given=given_table) == {}


def test_a_theme_of_the_records_is_the_framework_s_where_it_stands_beside_questions_of_one_theme():
    ours = {q.question_id: q.theme for tool in DURHAM.tools for q in tool.questions if q.theme}
    first, *others = ours
    other = next(name for name in others if ours[name] != ours[first])
    answers = pd.DataFrame(
        [(first, "One"), (first, "One"), (first, "Two"), (other, "Two"), ("unknown", "Three"), (first, None)],
        columns=["question_id", "theme"],
    )
    assert local_themes(answers, DURHAM) == {"One": ours[first]}
    assert local_themes(None, DURHAM) == {}


@given(st.text())
def test_a_digit_run_as_long_as_a_reference_is_known_nowhere_but_as_a_score(text):
    word = f"{text}0123456"
    columns = [("action", "theme"), ("action", "owner_post"), ("project", "frequency"), ("case", "service")]
    assert [meaning(table, column, word) for table, column in columns] == [None] * 4
