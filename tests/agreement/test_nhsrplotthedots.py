"""Agreement with R's NHSRplotthedots 0.2: figures of its tests/testthat/_snaps/ptd_spc_standard.md and ptd_spc.md.

The series is that of its tests, set.seed(123) and rnorm(20), printed by series.R. The four rules' own
vectors (test-ptd_calculate_point_type.R) are in tests/analysis/trends/test_xmr.py.
"""

import pandas as pd
import pytest

from qaf_lib.analysis.trends import process_limits, xmr_chart

SERIES = [
    -0.560475646552213, -0.230177489483280, 1.558708314149124, 0.070508391424576, 0.129287735160946,
    1.715064986883281, 0.460916205989202, -1.265061234606534, -0.686852851893526, -0.445661970099958,
    1.224081797439462, 0.359813827057364, 0.400771450594052, 0.110682715945120, -0.555841134754075,
    1.786913136803078, 0.497850478229239, -1.966617156629638, 0.701355901563686, -0.472791407727934,
]  # fmt: skip


def test_limits_are_those_of_ptd_spc():
    # mean_col 0.1416238, lpl -3.01138, upl 3.294627
    found = process_limits(values=pd.Series(SERIES))
    assert found.centre == pytest.approx(0.1416238, abs=5e-8)
    assert (found.low, found.high) == pytest.approx((-3.01138, 3.294627), abs=5.1e-6)


def test_limits_with_an_outlier_are_those_of_screen_outliers():
    # the 15th point at 10: mean_col 0.6694159, lpl -2.383666, upl 3.722497
    found = process_limits(values=pd.Series([*SERIES[:14], 10.0, *SERIES[15:]]))
    assert found.centre == pytest.approx(0.6694159, abs=5e-8)
    assert (found.low, found.high) == pytest.approx((-2.383666, 3.722497), abs=5.1e-7)


def test_every_point_is_common_cause_and_the_target_is_met_by_chance():
    # summary with a target of 0.5: n 20, common_cause 20, special_cause_improvement 0
    values = pd.Series(SERIES, index=[f"day {day:02}" for day in range(20)])
    found = xmr_chart(values=values, table_id="t", better="higher", target=0.5)
    assert (found.loc[found["measure"] == "value", "method"] == "common cause").all()
    assurance = found.loc[found["measure"] == "assurance", "method"].item()
    assert assurance == "hits and misses the target by chance"
