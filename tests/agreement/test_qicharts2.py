"""Agreement with R's qicharts2: its vignette, section on the Anhøj rules and appendix 2
(docs/articles/qicharts2.html of 28 August 2017).

The series is the vignette's: set.seed(19), printed by series.R.
"""

import pandas as pd
import pytest

from qaf_lib.analysis.trends import process_limits
from qaf_lib.analysis.trends.run_charts import crossings_needed, longest_run_allowed, run_rules

SERIES = [
    -1.189453745259723, 0.388581229632553, -0.344333349210725, -0.547896138418295, 0.980662215750192,
    -0.236646007272852, 0.809739704347715, -0.744779528664041, -0.259787013127099, -0.183083830410215,
    0.518629987612905, 0.883465100720314, 1.001284752582189, 2.534829992287411, 1.876232048314094,
    4.119303307927096, 0.486524126076013, 2.255194870622439, 3.504741438430655, 1.609919525299116,
    2.579358170126725, 2.210355839686940, 2.944042775533132, 0.173306766388917,
]  # fmt: skip
# appendix 2, useful observations 10 to 100: where the upper limit of the longest run rises, and the
# lower limit of the crossings of each
RUNS = {10: 6, 12: 7, 23: 8, 46: 9, 91: 10}
CROSSINGS = [
    2, 2, 3, 3, 4, 4, 4, 5, 5, 6, 6, 6, 7, 7, 8, 8, 8, 9, 9, 10, 10, 11, 11, 11, 12, 12, 13, 13, 14, 14, 14,
    15, 15, 16, 16, 17, 17, 17, 18, 18, 19, 19, 20, 20, 21, 21, 21, 22, 22, 23, 23, 24, 24, 25, 25, 25, 26,
    26, 27, 27, 28, 28, 29, 29, 29, 30, 30, 31, 31, 32, 32, 33, 33, 34, 34, 34, 35, 35, 36, 36, 37, 37, 38,
    38, 39, 39, 39, 40, 40, 41, 41,
]  # fmt: skip


def test_the_critical_values_are_those_of_appendix_2():
    assert [crossings_needed(useful) for useful in range(10, 101)] == CROSSINGS
    allowed = {useful: longest_run_allowed(useful) for useful in range(10, 101)}
    assert {useful: run for useful, run in allowed.items() if allowed.get(useful - 1) != run} == RUNS


def test_runs_and_crossings_are_those_of_summary_qic():
    # summary(qic(y, chart = "i")): n.useful 24, longest.run 13 (max 8), n.crossings 4 (min 8), CL 1.057091
    centre = process_limits(values=pd.Series(SERIES)).centre
    found = run_rules(values=SERIES, centre=centre)
    assert (found.useful, found.longest_run, found.crossings) == (24, 13, 4)
    assert found.long_run
    assert found.few_crossings


def test_limits_are_those_of_summary_qic():
    # aLCL -2.114884, CL 1.057091, aUCL 4.229067: three mean ranges over 1.128, which ours rounds to 2.66
    found = process_limits(values=pd.Series(SERIES))
    reach = found.mean_range * 3 / 1.128
    limits = (found.centre - reach, found.centre, found.centre + reach)
    assert limits == pytest.approx((-2.114884, 1.057091, 4.229067), abs=5.1e-7)
    assert (found.low, found.high) == pytest.approx((-2.114884, 4.229067), abs=6e-4)
