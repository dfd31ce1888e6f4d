"""From finding to action to a second look, theme by theme."""

import pandas as pd
import pytest

from qaf_lib.analysis.theme_chain import looked_again, theme_chain

GRADES = ["inadequate", "requires improvement", "good", "outstanding"]


def chain(**given):
    empty = {
        "answers": pd.DataFrame({"theme": [], "answer": []}),
        "observations": pd.DataFrame({"theme": [], "learning_need": []}),
        "complaints": pd.DataFrame({"theme": []}),
        "indicators": pd.DataFrame({"theme": [], "met": []}),
        "actions": pd.DataFrame({"theme": [], "status": []}),
        "looked": pd.DataFrame({"theme": [], "change": []}),
    }
    found = theme_chain(themes=["Plan"], band=GRADES[2:], table_id="t", **{**empty, **given})
    return {row.measure: (row.x, row.n) for row in found.itertuples()}


def test_an_answer_in_the_band_is_no_finding_and_another_theme_s_is_not_counted():
    answers = pd.DataFrame(
        {"theme": ["Plan", "Plan", "Voice"], "answer": ["good", "inadequate", "inadequate"]}
    )
    assert chain(answers=answers)["low"] == (1, 2)


def test_a_theme_nobody_spoke_of_is_all_noughts():
    assert {x for x, _ in chain().values()} == {0}


def test_needs_complaints_and_missed_targets_are_counted_on_their_theme():
    found = chain(
        observations=pd.DataFrame(
            {"theme": ["Plan"] * 3, "learning_need": pd.array([True, False, None], dtype="boolean")}
        ),
        complaints=pd.DataFrame({"theme": ["Plan", None]}),
        indicators=pd.DataFrame({"theme": ["Plan", "Plan"], "met": [True, False]}),
    )
    assert (found["needs"], found["complaints"][0], found["missed"]) == ((1, 3), 1, (1, 2))


def looked(first, second, ids=("a", "b")):
    answers = pd.DataFrame({"audit_id": ["a", "b"], "theme": "Plan", "answer": [first, second]})
    return looked_again(
        actions=pd.DataFrame({"action_id": ["x"], "theme": ["Plan"]}),
        links=pd.DataFrame({"action_id": ["x"], "before": [ids[0]], "after": [ids[1]]}),
        answers=answers,
        grades=GRADES,
    )["change"].tolist()


@pytest.mark.parametrize(
    ("first", "second", "change"),
    [("inadequate", "good", "better"), ("good", "good", "same"), ("good", "inadequate", "worse")],
)
def test_a_second_look_is_better_same_or_worse_by_the_place_on_the_scale(first, second, change):
    assert looked(first, second) == [change]


def test_a_theme_not_graded_both_times_cannot_be_compared():
    assert looked("good", "met") == looked("good", "good", ids=("a", "elsewhere")) == []


def test_an_action_that_two_audits_looked_at_counts_once_by_the_last():
    answers = pd.DataFrame(
        {"audit_id": list("abc"), "theme": "Plan", "answer": ["good", "inadequate", "good"]}
    )
    links = pd.DataFrame({"action_id": ["x", "x"], "before": ["a", "b"], "after": ["b", "c"]})
    actions = pd.DataFrame({"action_id": ["x"], "theme": ["Plan"]})
    found = looked_again(actions=actions, links=links, answers=answers, grades=GRADES)
    assert found["change"].tolist() == ["better"]
