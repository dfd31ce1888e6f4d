"""How grades are distributed."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis import band_share, full_count, grade_distribution, question_shares, share_interval

GRADES = ["inadequate", "requires improvement", "good", "outstanding"]
BAND = ["good", "outstanding"]
STRATA = pd.DataFrame({"stratum": ["a", "b"], "population": [100, 300]})


def responses() -> pd.DataFrame:
    """Stratum a: 8 of 10 good or better; b: 12 of 20; two cases not graded yet."""
    graded = ["good"] * 6 + ["outstanding"] * 2 + ["inadequate"] * 2
    graded += ["good"] * 12 + ["requires improvement"] * 8
    table = pd.DataFrame({"stratum": ["a"] * 10 + ["b"] * 20 + ["a", "b"], "grade": [*graded, None, None]})
    table["case_id"] = [f"case {place}" for place in range(32)]
    return table.assign(gender=["female", "male"] * 15 + [None, "male"])


def test_each_grade_is_weighted_by_its_stratum_best_first():
    found = grade_distribution(responses=responses(), strata=STRATA, grades=GRADES, table_id="grades")
    assert found["row_key"].tolist() == GRADES[::-1]
    # good: (100 * 6/10 + 300 * 12/20) / 400; outstanding: 100 * 2/10 / 400
    assert found["estimate"].tolist() == pytest.approx([0.05, 0.6, 0.3, 0.05])
    assert found["x"].tolist() == [2, 18, 8, 2]


def test_cases_without_a_grade_are_not_counted():
    found = grade_distribution(responses=responses(), strata=STRATA, grades=GRADES, table_id="grades")
    assert found["n"].unique().tolist() == [30]
    assert found["population"].unique().tolist() == [400]


def test_a_stratum_without_any_grade_is_named_and_left_out():
    strata = pd.concat([STRATA, pd.DataFrame({"stratum": ["c"], "population": [50]})])
    found = grade_distribution(responses=responses(), strata=strata, grades=GRADES, table_id="grades")
    assert found["population"].unique().tolist() == [400]
    assert found["method"].str.contains("no return from c, left out").all()


def test_no_grades_at_all_are_marked_not_available():
    found = grade_distribution(
        responses=responses().assign(grade=None), strata=STRATA, grades=GRADES, table_id="grades"
    )
    assert found["mark"].unique().tolist() == ["x"]
    assert found["estimate"].isna().all()


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from([*GRADES, None])), min_size=1, max_size=40))
def test_the_shares_of_a_scale_sum_to_one(rows):
    table = pd.DataFrame(rows, columns=["stratum", "grade"], dtype="object")
    found = grade_distribution(responses=table, strata=STRATA, grades=GRADES, table_id="grades")
    if table["grade"].notna().any():
        assert found["estimate"].sum() == pytest.approx(1)
        assert (found["low"] <= found["estimate"]).all()
        assert (found["estimate"] <= found["high"]).all()


def test_a_grade_off_the_scale_is_refused():
    with pytest.raises(ValueError, match="12 grades are not on the scale"):
        grade_distribution(
            responses=responses().iloc[10:22], strata=STRATA, grades=GRADES[:2], table_id="grades"
        )


def test_a_response_from_an_unknown_stratum_is_refused():
    with pytest.raises(ValueError, match="a stratum that strata names"):
        grade_distribution(responses=responses(), strata=STRATA[:1], grades=GRADES, table_id="grades")


def shares(**more) -> pd.DataFrame:
    return band_share(
        responses=responses(), strata=STRATA, band=BAND, measure="good_or_better", table_id="t", **more
    )


def test_the_band_is_weighted_by_stratum():
    row = shares().iloc[0]
    assert (row["row_key"], row["measure"], row["x"], row["n"]) == ("all", "good_or_better", 20, 30)
    # (100 * 8/10 + 300 * 12/20) / 400
    assert row["estimate"] == pytest.approx(0.65)
    assert row["speaks_of"] == "these_cases"


def test_by_stratum_each_row_is_a_simple_random_sample():
    row = shares(by="stratum").set_index("row_key").loc["b"]
    plain = share_interval(x=12, n=20, population=300)
    assert [row["low"], row["high"], row["population"]] == [plain.low, plain.high, 300]


def test_groups_come_with_their_population_and_not_recorded_last():
    found = shares(by="gender", populations=pd.Series({"female": 180, "male": 210, "other": 4, None: 6}))
    assert found["row_key"].tolist() == ["female", "male", "other", "not recorded"]
    assert found["population"].tolist() == [180, 210, 4, 6]
    assert found["mark"].tolist() == ["", "", "x", "x"]


def test_a_group_without_a_known_population_says_so():
    found = shares(by="gender").set_index("row_key")
    assert found["population"].isna().all()
    assert found.loc["female", "n"] + found.loc["male", "n"] == 30


def test_an_empty_band_is_refused():
    with pytest.raises(ValueError, match="band must name at least one grade"):
        band_share(responses=responses(), strata=STRATA, band=[], measure="m", table_id="t")


def test_each_question_has_its_weighted_share():
    cases = pd.DataFrame({"case_id": ["p", "q", "r", "s"], "stratum": ["a", "a", "b", "b"]})
    answers = pd.DataFrame(
        [
            *(("p", "plan", "yes"), ("q", "plan", "yes"), ("r", "plan", "no"), ("s", "plan", "yes")),
            *(("p", "visit", "no"), ("r", "visit", "yes"), ("elsewhere", "visit", "yes")),
        ],
        columns=["case_id", "question_id", "answer"],
    )
    found = question_shares(
        responses=cases,
        answers=answers,
        strata=STRATA,
        band=["yes"],
        scale=["no", "yes"],
        table_id="q",
        measure="share",
    )
    assert found["row_key"].tolist() == ["plan", "visit"]
    # plan: (100 * 2/2 + 300 * 1/2) / 400; visit: (100 * 0/1 + 300 * 1/1) / 400
    assert found["estimate"].tolist() == pytest.approx([0.625, 0.75])
    assert found["n"].tolist() == [4, 2]


def test_an_answer_off_the_scale_is_outside_the_question():
    cases = pd.DataFrame({"case_id": list("pqrs"), "stratum": ["a", "a", "b", "b"]})
    answers = pd.DataFrame(
        {"case_id": list("pqrs"), "question_id": "plan", "answer": ["yes", "n/a", "no", "yes"]}
    )
    row = question_shares(
        responses=cases,
        answers=answers,
        strata=STRATA,
        band=["yes"],
        scale=["no", "yes"],
        table_id="q",
        measure="share",
    ).iloc[0]
    # weights 50 and 150: (50 + 150) / (50 + 150 + 150)
    assert row["estimate"] == pytest.approx(200 / 350)
    assert (row["x"], row["n"]) == (2, 3)
    assert pd.isna(row["population"])


def test_a_question_answered_twice_is_refused():
    answers = pd.DataFrame({"case_id": ["p", "p"], "question_id": "plan", "answer": "yes"})
    cases = pd.DataFrame({"case_id": ["p"], "stratum": ["a"]})
    with pytest.raises(ValueError, match="each case and question at most once"):
        question_shares(
            responses=cases,
            answers=answers,
            strata=STRATA,
            band=["yes"],
            scale=["no", "yes"],
            table_id="q",
            measure="share",
        )


def test_a_full_count_is_known_without_an_interval():
    judgements = pd.Series(["good"] * 3 + ["outstanding", "inadequate", None])
    found = full_count(judgements=judgements, grades=GRADES, table_id="known", band=BAND)
    assert found["row_key"].tolist() == [*GRADES[::-1], "all"]
    assert found["estimate"].tolist() == [0.2, 0.6, 0.0, 0.2, 0.8]
    assert found["low"].isna().all()
    assert found["method"].unique().tolist() == ["full count"]


def test_a_full_count_off_the_scale_is_refused():
    with pytest.raises(ValueError, match="1 grades are not on the scale"):
        full_count(judgements=pd.Series(["to requires improvement"]), grades=GRADES, table_id="known")


def test_a_case_that_stands_twice_is_refused_for_questions():
    strata = pd.DataFrame({"stratum": ["cin"], "population": [4]})
    responses = pd.DataFrame({"case_id": ["a", "a"], "stratum": "cin"})
    answers = pd.DataFrame({"case_id": ["a"], "question_id": "plan", "answer": ["yes"]})
    with pytest.raises(ValueError, match="responses must hold each case once"):
        question_shares(
            responses=responses,
            answers=answers,
            strata=strata,
            band=["yes"],
            scale=["no", "yes"],
            table_id="t",
            measure="share",
        )
