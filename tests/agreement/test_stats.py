"""Agreement with R 4.2.2 itself (package stats); every figure is printed by stats.R."""

import pandas as pd
import pytest

from qaf_lib.analysis import bowker_symmetry, mcnemar_exact_p, share_interval, stuart_maxwell
from qaf_lib.analysis.changes import mcnemar_mid_p
from qaf_lib.analysis.claims import benjamini_hochberg, holm
from qaf_lib.analysis.intervals import mid_p_value
from qaf_lib.sampling.discovery import discovery_size
from qaf_lib.sampling.power import exact_paired_power, independent_power


@pytest.mark.parametrize(
    ("x", "n", "confidence", "low", "high"),
    [
        (3, 12, 0.95, 0.05486064453, 0.57185846188),  # binom.test(3, 12)
        (0, 25, 0.95, 0.0, 0.1371851715),  # binom.test(0, 25)
        (27, 40, 0.95, 0.5201774619, 0.7991549777),  # prop.test(27, 40, correct = FALSE)
        (27, 40, 0.90, 0.5455025004, 0.7823237926),  # the same, conf.level = 0.9
    ],
)
def test_intervals_of_a_share_are_those_of_binom_test_and_prop_test(x, n, confidence, low, high):
    found = share_interval(x=x, n=n, confidence=confidence)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-11)


def test_the_exact_finite_interval_inverts_phyper():
    # phyper: the tails of 3 of 12 from 60 are above 2.5% for 5 to 32 that exist
    found = share_interval(x=3, n=12, population=60)
    assert (found.low, found.high) == pytest.approx((5 / 60, 32 / 60))


@pytest.mark.parametrize(("gained", "lost", "p"), [(9, 3, 0.1459960938), (5, 5, 1)])
def test_mcnemars_exact_test_is_binom_test_of_the_changed_pairs(gained, lost, p):
    assert mcnemar_exact_p(gained=gained, lost=lost) == pytest.approx(p, abs=6e-11)


def test_mcnemars_mid_p_is_that_of_pbinom_and_dbinom():
    assert mcnemar_mid_p(gained=9, lost=3) == pytest.approx(0.09228515625, abs=5e-12)


def test_with_two_grades_the_chi_squared_is_that_of_mcnemar_test():
    # mcnemar.test(matrix(c(10, 3, 9, 14), 2), correct = FALSE): 3
    for test in (bowker_symmetry, stuart_maxwell):
        assert test(table=[[10, 9], [3, 14]]).statistic == pytest.approx(3, abs=1e-12)


def test_symmetry_of_four_grades_is_mcnemar_test():
    # 69 of 135 cases changed: 20.257142857143 on 6, p = 0.002492061937
    found = bowker_symmetry(table=[[9, 12, 6, 0], [3, 18, 15, 3], [0, 6, 24, 12], [3, 3, 6, 15]])
    assert (found.statistic, found.freedom) == (pytest.approx(20.257142857143, abs=5e-12), 6)
    assert found.p == pytest.approx(0.002492061937, abs=5e-12)


def test_adjusted_probabilities_are_those_of_p_adjust():
    p = pd.Series([0.001, 0.008, 0.012, 0.03, 0.041, 0.2, 0.7])
    by_holm = [0.007, 0.048, 0.060, 0.120, 0.123, 0.4, 0.7]
    by_bh = [0.007, 0.028, 0.028, 0.0525, 0.0574, 0.2333333333, 0.7]
    assert holm(p=p).tolist() == pytest.approx(by_holm, abs=5e-11)
    assert benjamini_hochberg(p=p).tolist() == pytest.approx(by_bh, abs=5e-11)


def test_ties_and_missing_probabilities_are_adjusted_as_by_p_adjust():
    p = pd.Series([0.02, None, 0.02, 0.5, 0.02], dtype="Float64")
    assert holm(p=p).dropna().tolist() == pytest.approx([0.08, 0.08, 0.5, 0.08])
    assert benjamini_hochberg(p=p).dropna().tolist() == pytest.approx(
        [0.02666666667, 0.02666666667, 0.5, 0.02666666667], abs=5e-12
    )


def test_the_power_of_mcnemars_mid_p_test_is_the_sum_over_binom_test():
    assert exact_paired_power(pairs=40, gained=0.3, lost=0.1) == pytest.approx(0.5249410623, abs=5e-11)


def test_power_beyond_exact_counting_is_that_of_power_prop_test():
    # power.prop.test(n = 93, p1 = 0.5, p2 = 0.7, strict = TRUE)
    found = independent_power(sample=93, before=0.5, after=0.7)
    assert found == pytest.approx(0.8000055748, abs=5e-11)


def test_the_size_for_a_power_is_that_of_power_prop_test():
    # power.prop.test(p1 = 0.4, p2 = 0.55, power = 0.8): n = 172.7998597
    assert independent_power(sample=172, before=0.4, after=0.55) < 0.8
    assert independent_power(sample=173, before=0.4, after=0.55) >= 0.8


def test_the_discovery_size_is_the_fewest_by_phyper():
    # fewest n with phyper(0, 25, 225, n) <= 0.05
    assert discovery_size(population=250, tolerable_share=0.1) == 27


def test_the_mid_p_value_is_that_of_pbinom_and_dbinom():
    assert mid_p_value(x=7, n=20, share=0.6) == pytest.approx(0.02749480283, abs=5e-12)
