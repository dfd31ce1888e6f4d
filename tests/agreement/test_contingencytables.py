"""Agreement with R's contingencytables 3.1 (Fagerland, Lydersen & Laake 2017): its tests/testthat/test-ch*.R."""

import pandas as pd
import pytest

from qaf_lib.analysis import miettinen_nurminen, overlapping_change, stuart_maxwell
from qaf_lib.analysis.intervals import newcombe_difference


def test_miettinen_nurminen_is_their_score_interval_of_a_difference():
    # MiettinenNurminen_asymptotic_score_CI_difference_2x2(rbind(c(0, 16), c(15, 57))): -0.3164 to -0.0056
    found = miettinen_nurminen(x1=0, n1=16, x2=15, n2=72)
    assert (found.estimate, found.low, found.high) == pytest.approx((-0.2083, -0.3164, -0.0056), abs=5e-5)


def test_newcombes_interval_is_their_hybrid_score_interval():
    # Newcombe_hybrid_score_CI_2x2(rbind(c(7, 27), c(1, 33))): 0.1765 (0.0189 to 0.3404)
    found = newcombe_difference(x1=7, n1=34, x2=1, n2=34)
    assert (found.estimate, found.low, found.high) == pytest.approx((0.1765, 0.0189, 0.3404), abs=5e-5)


def test_newcombes_paired_interval_is_their_square_and_add_interval():
    # Newcombe_square_and_add_CI_paired_2x2(rbind(c(59, 6), c(16, 80))): -0.0621 (-0.1186 to -0.0046)
    cases = [("yes", "yes")] * 59 + [("no", "yes")] * 6 + [("yes", "no")] * 16 + [("no", "no")] * 80
    found = overlapping_change(
        responses=pd.DataFrame(cases, columns=["before", "after"]),
        grades=["no", "yes"],
        band=["yes"],
        table_id="t",
    )
    change = found.set_index("measure").loc["change", ["estimate", "low", "high"]]
    assert change.tolist() == pytest.approx([-0.0621, -0.1186, -0.0046], abs=5e-5)


def test_stuart_maxwell_is_their_fleiss_everitt_test():
    # FleissEveritt_test_paired_cxc(rbind(c(35, 5, 0), c(15, 20, 5), c(10, 5, 5))): T = 14.000 on 2
    found = stuart_maxwell(table=[[35, 5, 0], [15, 20, 5], [10, 5, 5]])
    assert (found.statistic, found.freedom) == (pytest.approx(14, abs=5e-4), 2)
