"""Exact limits of a share in a finite population, many counts at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis import share_interval
from qaf_lib.sampling.exact_limits import exact_limits


@given(st.integers(2, 300), st.sampled_from([0.8, 0.9, 0.95, 0.99]), st.data())
def test_they_are_the_exact_limits_that_are_reported(population, confidence, data):
    n = data.draw(st.integers(1, min(15, population - 1)))
    low, high = exact_limits(found=np.arange(n + 1), sample=n, population=population, confidence=confidence)
    for x in range(n + 1):
        found = share_interval(x=x, n=n, population=population, confidence=confidence)
        assert (low[x], high[x]) == pytest.approx((found.low, found.high))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sample": 21}, "sample must be a count from 1 to the population of 20; got 21"),
        ({"found": np.array([11])}, "found must be counts from 0 to the sample of 10"),
        ({"confidence": 95}, "confidence must be a fraction between 0 and 1; got 95"),
    ],
)
def test_counts_out_of_range_are_refused(change, message):
    asked = {"found": np.array([0]), "sample": 10, "population": 20, **change}
    with pytest.raises(ValueError, match=message):
        exact_limits(**asked)
