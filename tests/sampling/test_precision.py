"""Precision of what is reported."""

from itertools import pairwise
from math import comb
from time import process_time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qaf_lib.analysis import share_interval
from qaf_lib.sampling.size import _most, _widths, confirmed_sample_size, reported_margin


@given(st.integers(2, 200), st.data())
def test_the_widths_are_those_of_the_interval_that_is_reported(population, data):
    n = data.draw(st.integers(1, population - 1))
    x = data.draw(st.integers(0, n))
    found = share_interval(x=x, n=n, population=population)
    width = float(_widths(np.array([x]), n, population, 0.95)[0])
    assert width == pytest.approx(found.high - found.low, abs=1e-12)


def test_one_case_of_two_is_reported_without_any_precision():
    # N = 2, one counted: the case drawn is or is not it; either way 1 or 2, or 0 or 1, of 2 could be
    assert reported_margin(population=2, sample=1) == pytest.approx(0.25)


@pytest.mark.parametrize(("population", "proportion"), [(153, 0.5), (40, 0.8), (20, 0.5)])
def test_the_confirmed_size_is_the_smallest_that_meets_the_margin(population, proportion):
    size = confirmed_sample_size(population=population, margin_of_error=0.12, proportion=proportion)
    at = {"population": population, "proportion": proportion}
    assert reported_margin(sample=size, **at) <= 0.12 < reported_margin(sample=size - 1, **at)


def test_the_normal_approximation_asks_for_too_few_where_shares_are_high():
    # Cochran: n0 = 3.84 * 0.05 * 0.95 / 0.05**2 = 72.99; n = 72.99 / (1 + 71.99 / 300) = 58.9
    assert confirmed_sample_size(population=300, margin_of_error=0.05, proportion=0.95) > 59


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 120), st.floats(0.05, 0.95))
def test_a_larger_sample_is_never_reported_less_precisely(population, proportion):
    # up to 15 cases exact limits step a little both ways; from 16 the margin only falls
    margins = [
        reported_margin(population=population, sample=n, proportion=proportion)
        for n in range(1, population + 1)
    ]
    assert all(after <= before + 0.003 for before, after in pairwise(margins))
    assert all(after <= before + 1e-9 for before, after in pairwise(margins[15:]))
    assert margins[-1] == 0


def test_a_margin_as_a_percentage_is_refused():
    with pytest.raises(ValueError, match="margin_of_error must be a fraction between 0 and 1; got 10"):
        confirmed_sample_size(population=153, margin_of_error=10)


@pytest.mark.parametrize(("sample", "proportion"), [(1, 0.5), (15, 0.3), (16, 0.3), (60, 0.9)])
def test_the_margin_for_our_practice_is_the_mean_over_what_may_be_found(sample, proportion):
    found = [share_interval(x=x, n=sample) for x in range(sample + 1)]
    chances = [comb(sample, x) * proportion**x * (1 - proportion) ** (sample - x) for x in range(sample + 1)]
    mean = sum(chance * (each.high - each.low) / 2 for chance, each in zip(chances, found, strict=True))
    assert reported_margin(population=None, sample=sample, proportion=proportion) == pytest.approx(mean)


def test_a_sample_of_nothing_is_refused():
    with pytest.raises(ValueError, match="sample must be a count of at least 1; got 0"):
        reported_margin(population=None, sample=0)


@pytest.mark.parametrize(("margin", "size"), [(0.2, 20), (0.05, 378), (0.01, 8759)])
def test_a_confirmed_size_of_a_large_population_comes_fast(margin, size):
    # sizes by trying samples of every size between 1 and the population, which takes minutes
    start = process_time()
    assert confirmed_sample_size(population=100_000, margin_of_error=margin) == size
    assert process_time() - start < 2


@given(st.integers(2, 300), st.sampled_from([0.8, 0.9, 0.95, 0.99]), st.data())
def test_the_exact_limits_are_those_that_are_reported(population, confidence, data):
    n = data.draw(st.integers(1, min(15, population - 1)))
    high = _most(np.arange(n + 1), n, population, (1 - confidence) / 2) / population
    for x in range(n + 1):
        found = share_interval(x=x, n=n, population=population, confidence=confidence)
        assert high[x] == pytest.approx(found.high)
        assert 1 - high[n - x] == pytest.approx(found.low)
