"""Answers placed on their own scale, themes from finding to second look, sources that agree or do not."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.counting import (
    PLACES,
    TOO_LITTLE,
    agreement,
    answer_counts,
    looked_again,
    place_of,
    theme_chain,
    theme_share,
    verdict_of_share,
    verdict_of_targets,
)

SCALE = ["not met", "partly met", "met"]


@pytest.mark.parametrize(
    ("answer", "scale", "place"),
    [
        ("met", SCALE, "met"),
        ("partly met", SCALE, "partly met"),
        ("not met", SCALE, "not met"),
        ("not applicable", SCALE, "not applicable"),
        ("n/a", ["no", "yes"], "not applicable"),
        ("7 to 10", ["0 to 3", "4 to 6", "7 to 10"], "met"),
        ("4 to 6", ["0 to 3", "4 to 6", "7 to 10"], "partly met"),
        ("a little", ["never", "a little", "mostly", "always"], "partly met"),
        ("mostly", ["never", "a little", "mostly", "always"], "partly met"),
    ],
)
def test_an_answer_stands_by_its_place_on_the_scale_of_its_check(answer, scale, place):
    assert place_of(answer, scale) == place


@given(st.lists(st.sampled_from(PLACES), max_size=30), st.integers(0, 30))
def test_answers_and_blanks_add_up_to_what_was_asked(places, blanks):
    placed = pd.DataFrame({"check": "plan", "place": pd.array(places, dtype="string")})
    counted = answer_counts(
        placed=placed, by="check", table_id="checks", of=pd.Series({"plan": len(places) + blanks})
    )
    assert counted["x"].sum() == len(places) + blanks
    assert set(counted["n"]) == {len(places)}


def test_more_answers_than_were_asked_for_leave_none_blank():
    placed = pd.DataFrame({"check": ["plan", "plan"], "place": ["met", "met"]})
    counted = answer_counts(placed=placed, by="check", table_id="checks", of=pd.Series({"plan": 1}))
    assert counted.set_index("measure")["x"]["not answered"] == 0


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


VERDICTS = st.sampled_from(["good", "mixed", "poor", TOO_LITTLE])


@pytest.mark.parametrize(
    ("x", "n", "said"),
    [
        *((20, 30, "good"), (19, 30, "mixed"), (15, 30, "mixed"), (14, 30, "poor")),
        *((10, 10, "good"), (9, 9, TOO_LITTLE), (0, 0, TOO_LITTLE)),
    ],
)
def test_two_thirds_are_good_and_under_a_half_is_poor(x, n, said):
    assert verdict_of_share(estimate=x / n if n else None, n=n) == said


@pytest.mark.parametrize(
    ("estimate", "low", "high", "said"),
    [
        *((0.70, 0.51, 0.85, "good"), (0.70, 0.50, 0.79, "mixed"), (0.70, 0.45, 0.90, TOO_LITTLE)),
        *((0.40, 0.30, 0.66, "poor"), (0.40, 0.38, 0.67, "mixed"), (0.40, 0.20, 0.67, TOO_LITTLE)),
        *((0.60, 0.45, 0.75, "mixed"), (0.60, 0.44, 0.75, TOO_LITTLE)),
    ],
)
def test_an_interval_must_bear_the_verdict_out(estimate, low, high, said):
    assert verdict_of_share(estimate=estimate, low=low, high=high, n=40) == said


@pytest.mark.parametrize(
    ("gaps", "said"),
    [
        *(([0.0], "good"), ([-0.049], "mixed"), ([-0.05], "poor"), ([0.1, 0.0], "good")),
        *(([0.1, -0.2], "mixed"), ([-0.1, -0.2], "poor"), ([], TOO_LITTLE)),
    ],
)
def test_indicators_say_how_far_they_stand_from_their_targets(gaps, said):
    assert verdict_of_targets(gaps=gaps) == said


@pytest.mark.parametrize(
    ("verdicts", "together"),
    [
        *((["good", "good"], "agree"), (["mixed", "mixed", TOO_LITTLE], "agree")),
        *((["good", "poor", "mixed"], "conflict"), (["good", "mixed"], "mixed")),
        *(
            (["good", TOO_LITTLE], "one source only"),
            ([TOO_LITTLE] * 3, "nothing to say"),
            ([], "nothing to say"),
        ),
    ],
)
def test_sources_agree_or_they_do_not(verdicts, together):
    assert agreement(verdicts=verdicts) == together


@given(st.lists(VERDICTS, max_size=6), st.randoms())
def test_neither_their_order_nor_a_silent_source_changes_anything(verdicts, chance):
    shuffled = [*verdicts, TOO_LITTLE]
    chance.shuffle(shuffled)
    assert agreement(verdicts=shuffled) == agreement(verdicts=verdicts)


def test_one_question_is_the_theme_and_none_has_no_share():
    one = pd.DataFrame({"n": [20], "estimate": [0.6], "low": [0.4], "high": [0.8]})
    found = theme_share(questions=one)
    assert (found.share.estimate, found.share.low, found.n) == (0.6, 0.4, 20)
    assert theme_share(questions=one.iloc[:0]).share.estimate is None


def test_a_question_without_an_interval_is_left_out():
    two = pd.DataFrame({"n": [20, 0], "estimate": [0.6, None], "low": [0.4, None], "high": [0.8, None]})
    assert theme_share(questions=two).n == 20


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="n must be a count of at least 0; got -1"):
        verdict_of_share(estimate=None, n=-1)
    with pytest.raises(ValueError, match="between -1 and 1"):
        verdict_of_targets(gaps=[1.5])
    with pytest.raises(ValueError, match="unknown verdicts: fine"):
        agreement(verdicts=["fine"])
