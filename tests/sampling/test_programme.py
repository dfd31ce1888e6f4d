"""Months of a programme, and looks at growing figures."""

import pytest

from qaf_lib.sampling import programme_plan
from qaf_lib.sampling.programme import false_signal_chance


@pytest.mark.parametrize(
    ("looks", "chance"), [(1, 0.05), (2, 0.083), (3, 0.107), (4, 0.126), (5, 0.142), (10, 0.193), (20, 0.248)]
)
def test_looking_again_gives_armitage_mcpherson_and_rowes_chances(looks, chance):
    # Armitage, McPherson & Rowe (1969), two-sided 5%
    assert false_signal_chance(looks) == pytest.approx(chance, abs=6e-4)


@pytest.mark.parametrize("looks", [0, 121, 2.5, float("nan")])
def test_looks_out_of_range_are_refused(looks):
    with pytest.raises(ValueError, match="looks must be a count from 1 to 120"):
        false_signal_chance(looks)


def test_ten_a_month_add_up():
    table = programme_plan(population=1000, a_month=10, months=[1, 3, 6, 12]).set_index("months")
    assert table["cases"].to_dict() == {1: 10, 3: 30, 6: 60, 12: 120}
    # none of 60: 1 - 0.05**(1/60) = 0.0487
    assert table.loc[6, "unseen_share"] == pytest.approx(0.0487, abs=5e-5)
    assert table["margin"].is_monotonic_decreasing
    assert (table["margin_these_cases"] <= table["margin"]).all()
    assert table["false_signal"].is_monotonic_increasing


def test_a_programme_that_reaches_everybody_leaves_no_margin():
    last = programme_plan(population=100, a_month=20, months=[1, 12]).iloc[-1]
    assert (last["cases"], last["margin_these_cases"]) == (100, 0)


def test_one_small_month_shows_no_improvement():
    only = programme_plan(population=1000, a_month=3, months=[1]).iloc[0]
    assert only["margin"] == pytest.approx(0.425, abs=5e-4)
    assert only["smallest_improvement"] is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"population": 0}, "population must be a count of at least 1; got 0"),
        ({"a_month": 0}, "a_month must be a count of at least 1; got 0"),
        ({"months": [3, 1]}, r"months must be rising counts of at least 1; got \[3, 1\]"),
        ({"months": []}, "months must be rising counts"),
        ({"months": [1.5, 3]}, "months must be rising counts"),
        ({"months": [float("nan")]}, "months must be rising counts"),
        ({"proportion": 50}, "proportion must be a fraction"),
    ],
)
def test_a_programme_that_cannot_be_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        programme_plan(**{"population": 100, "a_month": 5, "months": [1], **change})
