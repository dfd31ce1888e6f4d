"""Agreement with R's FunnelPlotR 0.6.0 for proportions (data_type "PR"); the figures are those of funnelplotr.R.

Its own tests and pages print no figure for proportions. Run on R 4.2.2 with the functions of its file
R/od_adjustment.R; see docs/agreement.md.
"""

from math import asin, sin, sqrt

import pandas as pd
import pytest

from qaf_lib.analysis.comparison import funnel_limits, team_spread

X = [9, 12, 15, 18, 20, 22, 27, 33, 40, 48, 14, 44]
N = [30, 30, 30, 40, 40, 40, 50, 50, 50, 60, 35, 70]
CENTRE = sum(X) / sum(N)
TAU_SQUARED = 0.01535196941


def test_the_spread_between_teams_is_tau2():
    # phi 3.36225976211, tau2 0.01535196941, with 10% winsorised at each end
    found = team_spread(teams=pd.DataFrame({"team": list("abcdefghijkl"), "x": X, "n": N}), centre=CENTRE)
    assert found.variance == pytest.approx(TAU_SQUARED, abs=5e-12)


@pytest.mark.parametrize("n", [30, 70])
def test_limits_with_spread_are_those_of_its_formula_where_they_are_wider_than_exact_ones(n):
    # calculate_limits: sin(asin(sqrt(target)) -+ 1.959964 sqrt(1 / (4 n) + tau2))^2
    reach = 1.959964 * sqrt(1 / (4 * n) + TAU_SQUARED)
    expected = [sin(asin(sqrt(CENTRE)) + side * reach) ** 2 for side in (-1, 1)]
    assert funnel_limits(n=n, centre=CENTRE, variance=TAU_SQUARED) == pytest.approx(expected, abs=1e-6)
