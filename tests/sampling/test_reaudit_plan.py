"""Plans of a re-audit, and their sentences."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qaf_lib.sampling import (
    exact_paired_power,
    graded_reaudit,
    independent_power,
    independent_reaudit,
    paired_reaudit,
    shifted_shares,
)


def test_ninety_three_cases_show_twenty_points():
    # Fleiss: (1.96 * sqrt(2 * 0.6 * 0.4) + 0.8416 * sqrt(0.25 + 0.21))**2 / 0.04 = 92.9
    plan = independent_reaudit(sample=93, before=0.5)
    assert plan.smallest_improvement == pytest.approx(0.2, abs=5e-4)
    assert plan.method == "normal approximation, chi-squared test"


@settings(max_examples=15, deadline=None)
@given(st.integers(5, 40), st.floats(0.05, 0.8))
def test_the_smallest_improvement_has_the_power(sample, before):
    plan = independent_reaudit(sample=sample, before=before)
    if plan.smallest_improvement is not None:
        after = before + plan.smallest_improvement
        power = independent_power(first=sample, second=sample, before=before, after=after)
        assert power == pytest.approx(0.8, abs=1e-4)


def test_a_larger_first_sample_shows_smaller_improvements():
    more = independent_reaudit(sample=20, first_sample=60, before=0.5)
    assert more.smallest_improvement < independent_reaudit(sample=20, before=0.5).smallest_improvement


@pytest.mark.parametrize(("sample", "before"), [(3, 0.5), (10, 0.8), (50, 1.0)])
def test_too_few_cases_say_so(sample, before):
    plan = independent_reaudit(sample=sample, before=before)
    assert plan.smallest_improvement is None
    assert plan.sentence == (
        f"A re-audit of {sample} new cases is not likely to show any improvement: plan for more."
    )


@settings(max_examples=15, deadline=None)
@given(st.integers(10, 80), st.floats(0.2, 1))
def test_the_smallest_paired_improvement_has_the_power(pairs, changed):
    rise = paired_reaudit(pairs=pairs, changed=changed).smallest_improvement
    if rise is not None:
        power = exact_paired_power(
            pairs=pairs, gained=(changed + rise) / 2, lost=(changed - rise) / 2, test="mid_p"
        )
        assert power == pytest.approx(0.8, abs=1e-4)


@pytest.mark.parametrize(("pairs", "changed"), [(4, 1.0), (100, 0.0), (8, 0.25)])
def test_too_few_changes_say_so(pairs, changed):
    plan = paired_reaudit(pairs=pairs, changed=changed)
    assert plan.smallest_improvement is None
    assert "is not likely to show any improvement" in plan.sentence


def test_the_grades_rise_by_what_the_odds_say():
    plan = graded_reaudit(sample=94, shares=[0.1, 0.2, 0.5, 0.2], grades_in_band=2, power=0.9)
    # Whitehead: from 0.70 to 0.85 with 187 in both groups and power 0.9
    assert plan.before == pytest.approx(0.7)
    assert plan.smallest_improvement == pytest.approx(0.15, abs=0.002)
    assert shifted_shares(shares=[0.1, 0.2, 0.5, 0.2], odds_ratio=2.43)[3] == pytest.approx(0.378, abs=1e-3)


def test_all_cases_of_the_best_grade_cannot_improve():
    assert graded_reaudit(sample=94, shares=[0, 0, 1.0], grades_in_band=1).smallest_improvement is None


def test_one_point_is_written_as_one():
    plan = independent_reaudit(sample=40_000, before=0.5)
    assert plan.sentence == (
        "A re-audit of 40,000 new cases would show a rise from 50% of 1 percentage point or more "
        "80 times in 100."
    )


@pytest.mark.parametrize("power", [0, 1, 80])
def test_a_power_that_is_no_fraction_is_refused(power):
    with pytest.raises(ValueError, match="power must be a fraction between 0 and 1"):
        independent_reaudit(sample=20, before=0.5, power=power)


def test_a_band_of_all_grades_is_refused():
    with pytest.raises(
        ValueError, match="grades_in_band must be a count from 1 to one fewer than the 2 grades"
    ):
        graded_reaudit(sample=20, shares=[0.5, 0.5], grades_in_band=2)


def test_more_than_all_pairs_changed_is_refused():
    with pytest.raises(ValueError, match="changed must be a fraction from 0 to 1; got 20"):
        paired_reaudit(pairs=20, changed=20)
