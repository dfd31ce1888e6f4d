"""Surveys and their scores, complaints and how long they took, compliments."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.counting import (
    WAIT_BANDS,
    complaint_stages,
    complaint_waits,
    feedback_counts,
    instrument_counts,
    item_scores,
    read_scores,
    stage_days,
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
    with pytest.raises(ValueError, match=r"feedback lacks the columns \['instrument'\]"):
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
    with pytest.raises(ValueError, match="surveys must be a count of at least 0; got -1"):
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


def test_a_missing_column_of_a_survey_is_refused():
    with pytest.raises(ValueError, match=r"surveys lacks the columns \['respondent', 'score'\]"):
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


DAYS = ["received_on", "analysed_on", "acted_on", "reported_on", "closed_on", "told_on"]
END = date(2026, 9, 30)


def complaints(*rows):
    frame = pd.DataFrame([[*row, *[None] * (6 - len(row))] for row in rows], columns=DAYS)
    return frame.apply(pd.to_datetime).assign(kind="complaint")


def days_of(*rows, step="received to analysed"):
    found = stage_days(feedback=complaints(*rows), as_at=END, of="year", table_id="t")
    return found[found["row_key"] == step].set_index("measure")


def waiting(*rows):
    found = complaint_waits(feedback=complaints(*rows), as_at=END, table_id="t")
    return {(row.row_key, row.measure): row.x for row in found.itertuples() if row.x}


def test_the_median_and_the_longest_are_of_complaints_with_both_days():
    # 2, 5 and 11 days; the fourth was not analysed
    found = days_of(
        ("2026-07-01", "2026-07-03"),
        ("2026-07-01", "2026-07-06"),
        ("2026-07-01", "2026-07-12"),
        ("2026-07-01",),
    )
    assert found.loc["year_median", ["n", "estimate"]].tolist() == [3, 5.0]
    assert found.loc["year_longest", "estimate"] == 11


def test_a_step_back_in_time_is_counted_apart():
    found = days_of(("2026-07-01", "2026-06-30"), ("2026-07-01", "2026-07-01"))
    assert found.loc["year_out_of_order", ["x", "n"]].tolist() == [1, 2]
    assert found.loc["year_longest", ["n", "estimate"]].tolist() == [1, 0]


def test_what_comes_after_the_day_looked_at_has_not_come():
    found = days_of(("2026-09-29", "2026-10-01"))
    assert found.loc["year_median", ["n", "mark"]].tolist() == [0, "x"]
    assert waiting(("2026-10-01",)) == {}


@pytest.mark.parametrize(
    ("received", "band"),
    [
        *(("2026-09-30", 0), ("2026-09-16", 0), ("2026-09-15", 1), ("2026-09-02", 1), ("2026-09-01", 2)),
        *(("2026-07-01", 2), ("2026-06-30", 3)),
    ],
)
def test_the_bands_end_at_14_28_and_91_days(received, band):
    # 30 September less 14, 28 and 91 days: 16 and 2 September, 1 July
    assert waiting((received,)) == {("analysis", WAIT_BANDS[band]): 1}


def test_a_complaint_waits_for_the_step_after_the_furthest_it_reached():
    new = WAIT_BANDS[0]
    day, none = "2026-09-20", None
    assert waiting((day, day)) == {("action", new): 1}
    assert waiting((day, none, day)) == {("report", new): 1}
    assert waiting((day, none, none, day), (day, none, none, none, day)) == {}


@given(st.lists(st.integers(0, 400), min_size=1, max_size=20))
def test_every_complaint_not_finished_waits_once(ages):
    rows = [(pd.Timestamp(END) - pd.Timedelta(days=age),) for age in ages]
    assert sum(waiting(*rows).values()) == len(ages)


def test_a_missing_day_is_refused():
    with pytest.raises(ValueError, match=r"feedback lacks the columns \['closed_on'\]"):
        complaint_waits(
            feedback=complaints(("2026-07-01",)).drop(columns="closed_on"), as_at=END, table_id="t"
        )
