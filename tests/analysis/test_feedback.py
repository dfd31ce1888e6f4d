"""Surveys, complaints and compliments."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis.feedback import (
    complaint_stages,
    feedback_counts,
    survey_reach,
    told_of_outcome,
)


def feedback(*rows):
    frame = pd.DataFrame(rows, columns=["kind", "instrument"]).astype("string")
    days = ["received_on", "analysed_on", "acted_on", "reported_on", "closed_on"]
    return frame.assign(**dict.fromkeys(days, pd.NaT)).astype(dict.fromkeys(days, "datetime64[ns]"))


def test_kinds_are_counted_and_surveys_by_their_instrument():
    given_rows = [
        ("survey", "child"),
        ("survey", "child"),
        ("survey", None),
        ("complaint", "letter"),
        ("comment", None),
    ]
    table = feedback_counts(feedback=feedback(*given_rows), table_id="t")
    assert dict(zip(table["row_key"], table["x"], strict=True)) == {
        "comment": 1,
        "complaint": 1,
        "survey: child": 2,
        "survey: instrument not recorded": 1,
    }


def test_no_feedback_is_an_empty_table():
    assert feedback_counts(feedback=feedback(), table_id="t").empty


def test_a_complaint_counts_at_every_stage_that_it_reached_and_a_survey_at_none():
    rows = feedback(("complaint", None), ("complaint", None), ("survey", None))
    rows["received_on"] = pd.Timestamp("2025-08-01")
    rows.loc[0, ["analysed_on", "acted_on"]] = pd.Timestamp("2025-08-02")
    table = complaint_stages(feedback=rows, table_id="t")
    assert table["row_key"].tolist() == ["captured", "analysed", "acted on", "reported", "closed"]
    assert table["x"].tolist() == [2, 1, 1, 0, 0]
    assert table["n"].tolist() == [2] * 5


def test_a_missing_column_is_refused():
    with pytest.raises(KeyError, match="instrument"):
        feedback_counts(feedback=pd.DataFrame({"kind": ["survey"]}), table_id="t")


@pytest.mark.parametrize(("closed", "wanted"), [(0, 0), (1, 1), (10, 1), (11, 2), (60, 6), (61, 7), (70, 7)])
def test_the_target_is_a_tenth_of_the_closed_cases_rounded_up(closed, wanted):
    table = survey_reach(surveys=0, closed=closed, target=0.10, table_id="t").set_index("measure")
    assert table.loc["wanted", "x"] == wanted


@given(st.integers(0, 3000), st.integers(1, 99))
def test_what_is_wanted_is_the_least_number_that_meets_the_target(closed, per_cent):
    table = survey_reach(surveys=0, closed=closed, target=per_cent / 100, table_id="t")
    wanted = int(table["x"].iloc[1])
    assert wanted * 100 >= closed * per_cent > (wanted - 1) * 100


def test_more_surveys_than_closed_cases_are_counted_and_none_closed_has_no_share():
    assert survey_reach(surveys=7, closed=5, target=0.1, table_id="t")["estimate"].tolist() == [1.4, 0.1]
    assert pd.isna(survey_reach(surveys=7, closed=0, target=0.1, table_id="t")["estimate"].iloc[0])


def test_negative_counts_are_refused():
    with pytest.raises(ValueError, match="must not be negative; got -1 and 5"):
        survey_reach(surveys=-1, closed=5, target=0.1, table_id="t")


@pytest.mark.parametrize(
    ("reported", "closed", "told", "counts"),
    [
        ("2026-07-02", None, "2026-07-03", (1, 1)),
        ("2026-07-02", None, None, (0, 1)),
        (None, "2026-07-02", "2026-10-01", (0, 1)),  # told after the day looked at
        (None, "2026-10-01", None, (0, 0)),
        (None, None, "2026-09-30", (1, 1)),
    ],
)
def test_families_are_told_of_complaints_that_were_answered_by_the_day(reported, closed, told, counts):
    days = {"reported_on": reported, "closed_on": closed, "told_on": told}
    rows = pd.DataFrame({name: pd.to_datetime([day, day]) for name, day in days.items()})
    rows["kind"] = ["complaint", "compliment"]
    found = told_of_outcome(feedback=rows, as_at=date(2026, 9, 30), table_id="t", row_key="period").iloc[0]
    assert (found["x"], found["n"]) == counts
    assert found["mark"] == ("" if counts[1] else "z")
