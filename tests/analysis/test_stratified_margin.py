"""Stratified sizes confirmed against the interval that is reported."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import hypergeom

from qaf_lib.analysis.stratified import stratified_share
from qaf_lib.analysis.stratified_margin import confirmed_stratified_size, stratified_margin
from qaf_lib.sampling import allocate_sample, confirmed_sample_size, reported_margin

TWO = pd.Series({"a": 60, "b": 30})


def test_the_margin_is_near_the_mean_over_every_sample():
    sizes, shares = pd.Series({"a": 20, "b": 10}), pd.Series({"a": 0.7, "b": 0.4})
    table = pd.DataFrame({"stratum": ["a", "b"], "population": [60, 30], "n": [20, 10]})
    mean = 0.0
    for x in range(21):
        for y in range(11):
            chance = hypergeom.pmf(x, 60, 42, 20) * hypergeom.pmf(y, 30, 12, 10)
            if chance > 1e-6:
                found = stratified_share(table=table.assign(x=[x, y]))
                mean += chance * (found.high - found.low) / 2
    assert stratified_margin(populations=TWO, sizes=sizes, shares=shares) == pytest.approx(mean, rel=0.01)


def test_one_stratum_has_the_margin_of_a_simple_sample():
    one = pd.Series({"all": 153})
    found = stratified_margin(populations=one, sizes=pd.Series({"all": 60}))
    assert found == pytest.approx(reported_margin(population=153, sample=60), rel=0.005)
    size = confirmed_stratified_size(populations=one, margin_of_error=0.10)
    assert abs(size - confirmed_sample_size(population=153, margin_of_error=0.10)) <= 1


def test_a_census_has_no_margin():
    assert stratified_margin(populations=TWO, sizes=TWO) == 0


@pytest.mark.parametrize("shares", [0.5, pd.Series({"a": 0.9, "b": 0.6})])
def test_the_size_keeps_the_margin_and_one_less_does_not(shares):
    size = confirmed_stratified_size(populations=TWO, margin_of_error=0.10, shares=shares)
    at = [
        stratified_margin(populations=TWO, sizes=allocate_sample(populations=TWO, total=total), shares=shares)
        for total in (size - 1, size)
    ]
    assert at[1] <= 0.10 < at[0]


def test_a_minimum_per_stratum_asks_for_more():
    many = pd.Series({"large": 900, **{f"small {place}": 20 for place in range(5)}})
    plain, least = (
        confirmed_stratified_size(populations=many, margin_of_error=0.12, minimum=minimum)
        for minimum in (2, 8)
    )
    assert least > plain >= confirmed_sample_size(population=1_000, margin_of_error=0.12)


def test_a_margin_out_of_reach_audits_everyone():
    assert confirmed_stratified_size(populations=TWO, margin_of_error=0.001) == 90


def test_the_order_of_the_strata_hardly_matters():
    sizes = pd.Series({"b": 10, "a": 20})
    turned = stratified_margin(populations=TWO[::-1], sizes=sizes)
    assert stratified_margin(populations=TWO, sizes=sizes) == pytest.approx(turned, rel=0.01)
    assert np.isfinite(turned)


def test_bad_plans_are_refused():
    with pytest.raises(ValueError, match="a count from 0 to its population"):
        stratified_margin(populations=TWO, sizes=pd.Series({"a": 61, "b": 2}))
    with pytest.raises(ValueError, match="a count from 0 to its population"):
        stratified_margin(populations=TWO, sizes=pd.Series({"a": 6}))
    with pytest.raises(ValueError, match="one for every stratum"):
        stratified_margin(populations=TWO, sizes=TWO, shares=pd.Series({"a": 0.5}))
    with pytest.raises(ValueError, match="margin_of_error must be a fraction"):
        confirmed_stratified_size(populations=TWO, margin_of_error=10)
    with pytest.raises(ValueError, match="at least one case file"):
        confirmed_stratified_size(populations=TWO * 0, margin_of_error=0.1)
