"""Surveys by instrument, and their scores."""

import pandas as pd
import pytest

from qaf_lib.analysis.feedback_scores import instrument_counts, item_scores, read_scores

FORMS = {"parents": "parent or carer", "primary": "child under 11", "staff": ""}


def counted(*rows, instruments=FORMS):
    surveys = pd.DataFrame(rows, columns=["instrument", "respondent", "score"], dtype="string")
    found = instrument_counts(surveys=surveys, instruments=instruments, table_id="t")
    return found[found["measure"] == "surveys"].set_index("row_key")["x"].to_dict()


@pytest.mark.parametrize(
    ("written", "read"), [("0", 0), ("10", 10), ("10.5", None), ("-1", None), ("x", None)]
)
def test_scores_run_from_0_to_10(written, read):
    found = read_scores(scores=pd.Series([written, "6"], dtype="string"))[0]
    assert pd.isna(found) if read is None else found == read


@pytest.mark.parametrize(("highest", "kept"), [("5", 0), ("6", 2)])
def test_nothing_is_read_where_no_score_is_above_five(highest, kept):
    assert read_scores(scores=pd.Series(["3", highest], dtype="string")).notna().sum() == kept


def test_a_form_nobody_answered_stands_with_none():
    assert counted() == {"parents": 0, "primary": 0, "staff": 0}


def test_a_survey_bears_its_form_s_name_or_is_put_down_by_who_answered():
    found = counted(
        ("staff", None, None),
        ("closure survey", "parent_or_carer", "8"),
        ("closure survey", "primary_age", "8"),
        ("closure survey", "neighbour", "8"),
        (None, None, None),
    )
    assert found == {
        "parents": 1,
        "primary": 1,
        "staff": 1,
        "closure survey: neighbour": 1,
        "instrument not recorded: respondent not recorded": 1,
    }


def test_two_forms_for_the_same_people_leave_a_survey_apart():
    both = {"yearly": "child", "leaving": "child"}
    assert counted(("card", "child", None), instruments=both) == {"yearly": 0, "leaving": 0, "card: child": 1}


def test_the_middle_score_is_of_those_that_scored():
    surveys = pd.DataFrame({"instrument": ["a"] * 3, "respondent": ["x"] * 3, "score": ["6", "9", None]})
    found = instrument_counts(surveys=surveys, instruments={"a": ""}, table_id="t").set_index("measure")
    assert found.loc["median_score", ["n", "estimate"]].tolist() == [2, 7.5]


def test_a_missing_column_is_refused():
    with pytest.raises(KeyError, match="score"):
        instrument_counts(surveys=pd.DataFrame({"instrument": []}), instruments={}, table_id="t")


def test_questions_stand_in_the_form_s_order_and_low_scores_are_below_six():
    answers = pd.DataFrame({"item": ["b", "b", "b", "other"], "score": ["5", "6", "10", "1"]}, dtype="string")
    found = item_scores(answers=answers, items={"a": "First", "b": "Second"}, table_id="t")
    assert found["row_key"].drop_duplicates().tolist() == ["a", "b"]
    rows = found.set_index(["row_key", "measure"])
    assert rows.loc[("a", "median_score"), "mark"] == "z"
    assert rows.loc[("b", "answers"), "x"] == 3
    assert rows.loc[("b", "median_score"), "estimate"] == 6
    assert rows.loc[("b", "low"), "x"] == 1
