"""Months of a programme, and looks at growing figures."""

from statistics import NormalDist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qaf_lib.sampling import confidence_per_look, false_signal_chance, programme_plan


@pytest.mark.parametrize(
    ("looks", "chance"), [(1, 0.05), (2, 0.083), (3, 0.107), (4, 0.126), (5, 0.142), (10, 0.193), (20, 0.248)]
)
def test_looking_again_gives_armitage_mcpherson_and_rowes_chances(looks, chance):
    # Armitage, McPherson & Rowe (1969), two-sided 5%
    assert false_signal_chance(looks=looks) == pytest.approx(chance, abs=6e-4)


@pytest.mark.parametrize(("looks", "bound"), [(1, 1.960), (2, 2.178), (3, 2.289), (5, 2.413), (10, 2.555)])
def test_the_level_of_each_look_is_pococks(looks, bound):
    # Pocock (1977), constants for an overall two-sided 5%
    level = confidence_per_look(looks=looks)
    assert NormalDist().inv_cdf((1 + level) / 2) == pytest.approx(bound, abs=6e-4)


@settings(max_examples=5, deadline=None)
@given(st.integers(1, 8), st.floats(0.8, 0.99))
def test_the_level_of_each_look_keeps_the_whole(looks, confidence):
    each = confidence_per_look(looks=looks, confidence=confidence)
    assert false_signal_chance(looks=looks, confidence=each) == pytest.approx(1 - confidence, abs=1e-4)


@pytest.mark.parametrize("looks", [0, 121])
def test_looks_out_of_range_are_refused(looks):
    with pytest.raises(ValueError, match="looks must be a count from 1 to 120"):
        false_signal_chance(looks=looks)
    with pytest.raises(ValueError, match="looks must be a count from 1 to 120"):
        confidence_per_look(looks=looks)


def test_ten_a_month_add_up():
    table = programme_plan(population=1000, a_month=10).table.set_index("months")
    assert table["cases"].to_dict() == {1: 10, 3: 30, 6: 60, 12: 120}
    # none of 60: 1 - 0.05**(1/60) = 0.0487
    assert table.loc[6, "unseen_share"] == pytest.approx(0.0487, abs=5e-5)
    assert table["margin"].is_monotonic_decreasing
    assert (table["margin_these_cases"] <= table["margin"]).all()
    assert table["false_signal"].is_monotonic_increasing


def test_a_programme_that_reaches_everybody_says_so():
    plan = programme_plan(population=100, a_month=20)
    last = plan.table.iloc[-1]
    assert (last["cases"], last["margin_these_cases"]) == (100, 0)
    assert plan.sentence == "After 12 months of 20 audits, all 100 cases have been audited."


def test_one_small_month_shows_no_improvement():
    assert programme_plan(population=1000, a_month=3, months=[1]).sentence == (
        "After 1 month of 3 audits, 3 cases give a share to within about 43 percentage points, "
        "and as many again later would show no improvement."
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"population": 0}, "population must be a count of at least 1; got 0"),
        ({"a_month": 0}, "a_month must be a count of at least 1; got 0"),
        ({"months": [3, 1]}, r"months must be rising counts of at least 1; got \[3, 1\]"),
        ({"months": []}, "months must be rising counts"),
        ({"proportion": 50}, "proportion must be a fraction"),
    ],
)
def test_a_programme_that_cannot_be_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        programme_plan(**{"population": 100, "a_month": 5, **change})


def test_one_month_that_reaches_everybody_is_one_month():
    plan = programme_plan(population=10, a_month=20, months=[1])
    assert plan.sentence == "After 1 month of 20 audits, all 10 cases have been audited."
