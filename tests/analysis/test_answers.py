"""Answers to checks are placed on their own scale and counted."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis.answers import PLACES, answer_counts, place_of

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
