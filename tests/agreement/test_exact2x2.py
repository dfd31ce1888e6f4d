"""Agreement with R's exact2x2 (1.5.2): its inst/slowTests/test_StatXact.R, and its vignette exactMcNemar."""

import pytest

from qaf_lib.analysis import mcnemar_exact_p
from qaf_lib.analysis.changes import boschloo


def test_boschloo_is_twice_the_smaller_one_sided_probability_of_exact2x2():
    # boschloo(10, 35, 24, 61, alternative = "greater"): 0.1513, as StatXact 11. The traditional two-sided
    # value, tsmethod = "minlike", is 0.3381; ours is "central", which exact2x2 has as its default
    found = boschloo(x1=10, n1=35, x2=24, n2=61)
    assert found.p / 2 == pytest.approx(0.1513, abs=5e-5)


def test_mcnemar_exact_is_twice_the_binomial_tail():
    # the vignette shows that mcnemar.exact(matrix(c(21, 9, 2, 12), 2)) is binom.test(9, 11): 134 / 2048
    assert mcnemar_exact_p(gained=9, lost=2) == pytest.approx(134 / 2048, abs=1e-12)
