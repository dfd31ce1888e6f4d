"""Agreement with R's vcd 1.4.11 and metafor 3.8.1; figures printed by others.R."""

import pandas as pd
import pytest

from qaf_lib.analysis import leniency_spread
from qaf_lib.analysis.comparison import team_spread
from qaf_lib.analysis.raters import quadratic_kappa


def test_quadratic_kappa_and_its_error_are_those_of_vcd():
    # vcd::Kappa(weights = "Fleiss-Cohen"): 0.78378711347, ASE 0.05599828139
    counts = [[9, 3, 1, 0], [2, 12, 5, 1], [0, 4, 15, 3], [0, 0, 2, 8]]
    rows = [
        (str(row), str(column))
        for row, of_row in enumerate(counts)
        for column, count in enumerate(of_row)
        for _ in range(count)
    ]
    pairs = pd.DataFrame(rows, columns=["audit_grade", "moderated_grade"])
    found = quadratic_kappa(pairs=pairs, grades=list("0123"))
    assert found.estimate == pytest.approx(0.78378711347, abs=5e-12)
    assert (found.high - found.low) / 2 / 1.959963984540 == pytest.approx(0.05599828139, abs=5e-12)


def test_the_spread_between_teams_is_metafors_tau_squared():
    # rma(measure = "PAS", method = "DL"): tau2 0.03184755402 about the fixed-effects mean 0.55817113847;
    # lowest and highest are tied, so that drawing them in changes nothing
    teams = pd.DataFrame({"team": list("abcdefghij"), "x": [9, 9, 12, 15, 20, 22, 27, 33, 40, 40]})
    teams["n"] = [30] * 3 + [40] * 3 + [50] * 4
    found = team_spread(teams=teams, centre=0.55817113847)
    assert found.variance == pytest.approx(0.03184755402, abs=5e-11)


def test_the_spread_between_auditors_is_metafors_with_q_profile_limits():
    # rma(yi, vi, method = "EB"), confint: tau 0.6130403662, 0.3292868693 to 1.8450063670
    steps = ["10110011", "00-001", "-0--0-=0-0", "0100100", "211011210"]
    size = {"=": -2, "-": -1, "0": 0, "1": 1, "2": 2}
    grades = list("12345")
    rows = [
        (f"auditor {place}", grades[2 + size[step]], "3") for place, of in enumerate(steps) for step in of
    ]
    pairs = pd.DataFrame(rows, columns=["auditor", "audit_grade", "moderated_grade"])
    found = leniency_spread(pairs=pairs, grades=grades, blind=True, table_id="t")
    between = found[found["measure"] == "between_auditors"].iloc[0]
    expected = (0.6130403662, 0.3292868693, 1.8450063670)
    assert (between["estimate"], between["low"], between["high"]) == pytest.approx(expected, abs=1e-9)
