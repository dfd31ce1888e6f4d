"""Agreement of auditor and moderator."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis import agreement, change_table, share_interval
from qaf_lib.analysis.raters import quadratic_kappa

GRADES = ["inadequate", "requires improvement", "good", "outstanding"]
TEN = [str(grade) for grade in range(1, 11)]
# two pathologists, 118 slides: Agresti (2002) Categorical Data Analysis, 2nd ed., table 10.8
PATHOLOGISTS = [[22, 2, 2, 0], [5, 7, 14, 0], [0, 2, 36, 0], [0, 1, 17, 10]]


def pairs_from(table: list[list[int]], grades: list[str]) -> pd.DataFrame:
    rows = [
        (grades[row], grades[column])
        for row, counts in enumerate(table)
        for column, count in enumerate(counts)
        for _ in range(count)
    ]
    return pd.DataFrame(rows, columns=["audit_grade", "moderated_grade"])


def found_for(pairs: pd.DataFrame, *, blind: bool = True) -> pd.DataFrame:
    return agreement(pairs=pairs, grades=GRADES, blind=blind, table_id="moderation").set_index("measure")


def test_quadratic_kappa_of_the_pathologists_matches_agresti():
    # Agresti (2002) section 10.5.5: weighted kappa with quadratic weights 0.78
    found = quadratic_kappa(pairs=pairs_from(PATHOLOGISTS, GRADES), grades=GRADES)
    assert found.estimate == pytest.approx(0.78, abs=5e-3)


def test_with_two_grades_it_is_cohens_kappa_with_its_standard_error():
    # 20, 5, 10, 15 of 50: observed 0.7, by chance 0.5, kappa 0.4
    # Fleiss, Cohen & Everitt (1969): A = 0.4 * (1 - 1.1 * 0.6)**2 + 0.3 * (1 - 0.9 * 0.6)**2 = 0.10972,
    # B = 0.36 * (0.1 * 1.1**2 + 0.2 * 0.9**2) = 0.10188, C = (0.4 - 0.5 * 0.6)**2 = 0.01
    # standard error = sqrt((A + B - C) / 50) / 0.5 = 0.12700
    found = quadratic_kappa(pairs=pairs_from([[20, 5], [10, 15]], ["poor", "good"]), grades=["poor", "good"])
    assert found.estimate == pytest.approx(0.4)
    assert (found.high - found.low) / 2 == pytest.approx(1.959964 * 0.12700, abs=5e-4)


def test_ten_comes_after_nine_whatever_the_alphabet_says():
    near = pd.DataFrame({"audit_grade": ["9", "10", "2", "1"], "moderated_grade": ["10", "9", "1", "2"]})
    assert quadratic_kappa(pairs=near, grades=TEN).estimate > 0.9


def test_direction_and_distance_are_counted_from_the_scale():
    found = found_for(pairs_from(PATHOLOGISTS, GRADES))
    # raised: 2 + 2 + 14; lowered: 5 + 2 + 1 + 17; two grades apart: 2 + 1
    assert found.loc[["exact", "within_one", "raised", "lowered"], "x"].tolist() == [75, 115, 18, 25]


def test_direction_is_raised_less_lowered_with_its_interval_and_probability():
    # 18 raised, 25 lowered of 118: -7 / 118
    found = found_for(pairs_from(PATHOLOGISTS, GRADES))
    row, p = found.loc["raised_less_lowered"], found.loc["direction_p", "estimate"]
    assert row["estimate"] == pytest.approx(-7 / 118)
    assert row["low"] < 0 < row["high"]
    assert 0.2 < p < 0.4


def test_a_clear_direction_has_an_interval_and_a_probability_that_agree():
    found = found_for(pairs_from([[0, 0, 0, 0], [0, 9, 0, 0], [0, 10, 9, 0], [0, 0, 0, 2]], GRADES))
    assert found.loc["raised_less_lowered", "high"] < 0
    assert found.loc["direction_p", "estimate"] < 0.05


def test_each_share_has_the_plain_interval():
    row = found_for(pairs_from(PATHOLOGISTS, GRADES)).loc["exact"]
    plain = share_interval(x=75, n=118)
    assert [row["low"], row["high"]] == [plain.low, plain.high]


@pytest.mark.parametrize(("pairs", "mark"), [(19, "x"), (20, "")])
def test_kappa_needs_twenty_pairs(pairs, mark):
    table = [[0, 0, 0, 0], [0, 5, 1, 0], [0, 0, pairs - 6, 0], [0, 0, 0, 0]]
    row = found_for(pairs_from(table, GRADES)).loc["quadratic_kappa"]
    assert row["mark"] == mark
    assert (row["method"] == "fewer than 20 moderated pairs") == (mark == "x")


def test_one_grade_throughout_is_full_agreement_without_a_kappa():
    found = found_for(pd.DataFrame({"audit_grade": ["good"] * 25, "moderated_grade": ["good"] * 25}))
    assert found.loc["exact", "estimate"] == 1
    assert found.loc["quadratic_kappa", "mark"] == "x"
    assert "kappa undefined" in found.loc["quadratic_kappa", "method"]


def test_full_agreement_on_several_grades_has_no_limits():
    grades = ["good", "inadequate"] * 15
    row = found_for(pd.DataFrame({"audit_grade": grades, "moderated_grade": grades})).loc["quadratic_kappa"]
    assert row["estimate"] == 1
    assert pd.isna(row["low"])


def test_a_moderator_who_saw_the_grade_gives_a_change_rate():
    found = found_for(pairs_from(PATHOLOGISTS, GRADES), blind=False)
    assert found["method"].str.contains("change rate: the moderator saw the grade").all()


def test_no_moderated_pairs_are_marked_not_available():
    assert found_for(pairs_from([[0]], GRADES))["mark"].unique().tolist() == ["x"]


@given(st.lists(st.tuples(st.sampled_from(GRADES), st.sampled_from(GRADES)), min_size=1, max_size=60))
def test_agreement_adds_up_and_kappa_stays_in_range(rows):
    pairs = pd.DataFrame(rows, columns=["audit_grade", "moderated_grade"])
    found = found_for(pairs)
    assert found.loc[["exact", "raised", "lowered"], "x"].sum() == len(rows)
    assert found.loc["within_one", "x"] >= found.loc["exact", "x"]
    kappa = quadratic_kappa(pairs=pairs, grades=GRADES)
    assert kappa.estimate is None or -1 <= kappa.estimate <= 1 + 1e-12


def test_the_change_table_counts_audit_grade_by_moderated_grade():
    found = change_table(pairs=pairs_from(PATHOLOGISTS, GRADES), grades=GRADES, table_id="changes")
    row = found[(found["row_key"] == "requires improvement") & (found["measure"] == "good")]
    assert row["x"].tolist() == [14]


def test_a_grade_off_the_scale_is_refused():
    pairs = pd.DataFrame({"audit_grade": ["fine"], "moderated_grade": ["good"]})
    with pytest.raises(ValueError, match="1 grades are not on the scale"):
        agreement(pairs=pairs, grades=GRADES, blind=True, table_id="moderation")


@pytest.mark.parametrize("moderated", [["good"] * 30, ["good"] * 15 + ["outstanding"] * 15])
def test_kappa_has_no_interval_where_one_of_the_two_gave_one_grade_only(moderated):
    # chance agreement is then all there is: observed and expected are the same whatever the other gave
    pairs = pd.DataFrame({"audit_grade": ["inadequate"] * 30, "moderated_grade": moderated})
    found = quadratic_kappa(pairs=pairs, grades=GRADES)
    assert (found.estimate, found.low, found.high) == (0, None, None)
    assert found.method.startswith("one of the two gave one grade only")
