"""How many cases to draw, and what they can show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.sampling import (
    clustered_sample_size,
    design_effect,
    detectable_improvement,
    expected_margin,
    precision_curve,
)
from qaf_lib.sampling.discovery import discovery_size
from qaf_lib.sampling.power import independent_power
from qaf_lib.sampling.size import confirmed_sample_size, reported_margin, sample_size


def test_sample_size_matches_cochran_island_example():
    # two standard errors: n0 = 4 * 0.25 / 0.05**2 = 400; 400 / (1 + 399 / 3200) = 355.7
    assert sample_size(population=3200, margin_of_error=0.05, confidence=0.9545) == 356


def test_sample_size_of_the_153_authorities_is_60():
    # n0 = 1.96**2 * 0.25 / 0.01 = 96.04; 96.04 / (1 + 95.04 / 153) = 59.2
    assert sample_size(population=153, margin_of_error=0.10) == 60


def test_one_case_is_audited_whatever_the_margin():
    assert sample_size(population=1, margin_of_error=0.99) == 1


def test_a_tiny_margin_asks_for_every_case():
    assert sample_size(population=500, margin_of_error=0.001) == 500


@given(st.integers(1, 10**7), st.floats(0.001, 0.5), st.floats(0.01, 0.99), st.floats(0.5, 0.999))
def test_sample_size_is_between_one_and_the_population(population, margin, proportion, confidence):
    size = sample_size(
        population=population, margin_of_error=margin, proportion=proportion, confidence=confidence
    )
    assert 1 <= size <= population


@given(st.integers(1, 3000), st.floats(0.01, 0.5))
def test_the_planned_sample_reaches_the_planned_margin_at_one_half(population, margin):
    size = sample_size(population=population, margin_of_error=margin)
    assert expected_margin(population=population, sample=size) <= margin + 1e-9


def test_a_margin_given_as_a_percentage_is_refused():
    with pytest.raises(ValueError, match="margin_of_error must be a fraction between 0 and 1; got 10"):
        sample_size(population=153, margin_of_error=10)


def test_an_empty_population_is_refused():
    with pytest.raises(ValueError, match="population must be a count of at least 1; got 0"):
        sample_size(population=0, margin_of_error=0.10)


def test_expected_margin_is_wilsons_with_the_finite_population():
    # n = 60 * 152 / 93 = 98.06; 1.96 * sqrt(0.25 / n + 3.8415 / (4 * n**2)) / (1 + 3.8415 / n) = 0.0971
    assert expected_margin(population=153, sample=60) == pytest.approx(0.0971, abs=5e-5)


def test_a_census_leaves_no_margin():
    assert expected_margin(population=153, sample=153) == 0


def test_a_census_but_one_leaves_a_margin():
    assert 0 < expected_margin(population=153, sample=152) < 0.02


def test_a_sample_above_the_population_is_refused():
    with pytest.raises(ValueError, match="sample must be a count from 1 to the population of 153; got 154"):
        expected_margin(population=153, sample=154)


@given(st.integers(1, 5000))
def test_precision_curve_falls_to_nothing_at_the_census(population):
    curve = precision_curve(population=population)
    assert curve["sample"].iloc[[0, -1]].tolist() == [1, population]
    assert curve["sample"].is_monotonic_increasing
    assert (curve["margin"].diff().dropna() < 1e-9).all()
    assert curve["margin"].iloc[-1] == 0


def test_ninety_three_cases_show_a_rise_from_50_to_70_per_cent():
    # (1.96 * sqrt(2 * 0.6 * 0.4) + 0.8416 * sqrt(0.25 + 0.21))**2 / 0.2**2 = 92.99
    assert detectable_improvement(sample=93, before=0.5) == pytest.approx(0.2, abs=5e-4)
    assert detectable_improvement(sample=92, before=0.5) > 0.2


def test_a_rise_that_no_sample_of_that_size_could_show_is_none():
    assert detectable_improvement(sample=5, before=0.6) is None


def test_nothing_is_better_than_all():
    assert detectable_improvement(sample=1000, before=1) is None


@given(st.integers(20, 2000), st.floats(0.05, 0.6))
def test_a_larger_sample_shows_a_smaller_improvement(sample, before):
    smaller = detectable_improvement(sample=2 * sample, before=before)
    assert smaller < (detectable_improvement(sample=sample, before=before) or 1)


def test_an_earlier_share_above_one_is_refused():
    with pytest.raises(ValueError, match="before must be a fraction from 0 to 1; got 50"):
        detectable_improvement(sample=60, before=50)


@pytest.mark.parametrize(("sample", "seen"), [(2, False), (3, True)])
def test_two_cases_against_two_show_no_rise_whatever_they_are(sample, seen):
    # none of 2 against 2 of 2: Boschloo p = 2 * 0.25**2 = 0.125; 3 against 3: 2 * 0.25**3 = 0.031
    assert (detectable_improvement(sample=sample, before=0) is not None) == seen


@pytest.mark.parametrize("population", [10.5, float("nan")])
def test_a_population_that_is_not_whole_is_refused(population):
    message = "population must be a count of at least 1"
    for plan in (sample_size, confirmed_sample_size, discovery_size):
        asked = {"tolerable_share" if plan is discovery_size else "margin_of_error": 0.1}
        with pytest.raises(ValueError, match=message):
            plan(population=population, **asked)


@pytest.mark.parametrize("sample", [2.5, float("nan")])
def test_a_sample_that_is_not_whole_is_refused(sample):
    for margin in (expected_margin, reported_margin):
        with pytest.raises(ValueError, match="sample must be a count from 1 to the population of 20"):
            margin(population=20, sample=sample)
    with pytest.raises(ValueError, match="sample must be a count of at least 1"):
        detectable_improvement(sample=sample, before=0.5)
    with pytest.raises(ValueError, match="sample must be a count of at least 1"):
        independent_power(sample=sample, before=0.5, after=0.7)


def test_several_cases_of_a_worker_multiply_the_sample_by_the_design_effect():
    # Kish: 1 + (3 - 1) * 0.2 = 1.4; 60 * 1.4 = 84
    assert clustered_sample_size(sample=60, population=153, cases_each=3, correlation=0.2) == 84
    assert clustered_sample_size(sample=60, population=80, cases_each=3, correlation=0.2) == 80
    assert design_effect(cases_each=1, correlation=1) == 1


@given(st.integers(1, 500), st.data())
def test_cases_that_do_not_resemble_each_other_ask_for_no_more(population, data):
    sample = data.draw(st.integers(1, population))
    each = data.draw(st.floats(1, 20))
    assert (
        clustered_sample_size(sample=sample, population=population, cases_each=each, correlation=0) == sample
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cases_each": 0.9}, "cases_each must be at least 1; got 0.9"),
        ({"correlation": 20}, "correlation must be a fraction from 0 to 1; got 20"),
        ({"sample": 154}, "sample must be a count from 1 to the population of 153; got 154"),
    ],
)
def test_clusters_out_of_range_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        clustered_sample_size(
            **{"sample": 60, "population": 153, "cases_each": 3, "correlation": 0.2} | change
        )
