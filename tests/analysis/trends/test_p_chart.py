"""p and p-prime charts."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis.intervals import mid_p_value
from qaf_lib.analysis.trends import p_chart
from qaf_lib.analysis.trends.control_charts import laney_sigma

# Montgomery (2009) Introduction to Statistical Quality Control, 6th ed., example 7.1 (qicharts2's
# test_montgomery.R uses it): faulty orange juice cans, 30 samples of 50
CANS = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22]
CANS += [8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]


def points(x, n) -> pd.DataFrame:
    return pd.DataFrame({"period": [f"m{place:02}" for place in range(len(x))], "x": x, "n": n})


def limits(found) -> pd.DataFrame:
    return found[(found["measure"] == "limits") & found["row_key"].str.startswith("m")]


def note(found) -> str:
    return found.loc[(found["measure"] == "limits") & (found["row_key"] == "phase 1"), "method"].item()


def test_montgomerys_samples_15_and_23_are_outside():
    # mean 347 / 1500 = 0.2313; Montgomery's limits 0.0524 and 0.4102 with samples 15 and 23 above;
    # the exact ones are skewed as the binomial is
    found = p_chart(points=points(CANS, 50), table_id="p")
    said = found[found["method"].str.contains("outside", regex=False)]
    assert said["row_key"].tolist() == ["m14", "m22"]
    row = limits(found).iloc[0]
    assert row["estimate"] == pytest.approx(347 / 1500)
    assert [row["low"], row["high"]] == pytest.approx([0.0524, 0.4102], abs=0.02)


def test_limits_are_those_of_the_mid_p_value():
    found = limits(p_chart(points=points(CANS, 50), table_id="p")).iloc[0]
    beyond = [x for x in range(51) if not found["low"] <= x / 50 <= found["high"]]
    assert beyond == [x for x in range(51) if mid_p_value(x=x, n=50, share=347 / 1500) < 0.0026998]


@pytest.mark.parametrize(("count", "limited"), [(11, False), (12, True)])
def test_twelve_points_are_the_first_to_have_limits(count, limited):
    found = p_chart(points=points(CANS[:count], 50), table_id="p")
    assert limits(found)["low"].notna().all() == limited
    assert ("see the run chart" in note(found)) is not limited


@pytest.mark.parametrize("x", [0, 10])
def test_a_share_of_none_or_all_throughout_is_not_judged(x):
    found = p_chart(points=points([x] * 14, 10), table_id="p")
    assert "throughout, so nothing can be judged" in note(found)
    assert not found["method"].str.contains("special cause", regex=False).any()


def test_a_month_without_audits_has_no_value_and_no_limits():
    found = p_chart(points=points([*CANS[:14], None, 0], [50] * 15 + [0]), table_id="p")
    gone = found[found["row_key"].isin(["m14", "m15"])]
    assert gone["mark"].tolist() == ["x"] * 4
    assert gone["method"].unique().tolist() == ["no value for this point"]
    assert gone["x"].isna().all()


def test_no_audits_at_all_are_said():
    assert note(p_chart(points=points([0] * 12, 0), table_id="p")) == "no limits: no cases"


def test_laneys_sigma_by_hand():
    # centre 0.5, z = (0.4 - 0.5) / 0.05 = -2 and 2 in turn, moving ranges 4; 4 / 1.128
    assert laney_sigma(points=points([40, 60] * 6, 100)) == pytest.approx(4 / 1.128)


def test_laneys_sigma_does_not_reach_over_a_gap():
    assert laney_sigma(points=points([40, 60, None, 60, 40], 100)) == pytest.approx(4 / 1.128)
    assert laney_sigma(points=points([40, None, 60], 100)) is None
    assert laney_sigma(points=points([0, 0], 100)) is None


@pytest.mark.parametrize(("n", "prime"), [(50, False), (51, True)])
def test_p_prime_needs_more_than_fifty_cases_and_too_much_variation(n, prime):
    found = p_chart(points=points([12, 36] * 8, n), table_id="p")
    assert note(found).startswith("p-prime (Laney)") is prime
    assert not found["method"].str.contains("outside", regex=False).any() or not prime


def test_p_prime_limits_are_laneys():
    found = limits(p_chart(points=points([40, 60] * 8, 100), table_id="p")).iloc[0]
    # 0.5 +- 3 * 3.546 * sqrt(0.25 / 100) = 0.5 +- 0.53: clipped to all there is
    assert [found["low"], found["high"]] == [0, 1]
    wide = limits(p_chart(points=points([460, 540] * 8, 1000), table_id="p")).iloc[0]
    # z = 0.04 / sqrt(0.25 / 1000) = 2.530, ranges 5.060, sigma 4.486; 0.5 +- 3 * 4.486 * 0.01581
    assert [wide["low"], wide["high"]] == pytest.approx([0.2872, 0.7128], abs=1e-4)


@pytest.mark.parametrize(("n", "open_ended"), [(8, True), (10, False)])
def test_a_point_of_too_few_cases_cannot_lie_outside(n, open_ended):
    # at 0.5 half of the chance of no case at all is 0.5**9 = 0.00195 for 8 cases, above 0.00135, and
    # 0.5**11 = 0.00049 for 10
    found = p_chart(points=points([n // 2] * 12, n), table_id="p")
    assert note(found).endswith("no single point can lie outside") is open_ended


def test_chance_variation_of_large_samples_stays_with_the_p_chart():
    x = np.random.default_rng(5).binomial(200, 0.6, 24)
    assert note(p_chart(points=points(x, 200), table_id="p")) == "p, exact mid-p limits"


@given(st.lists(st.integers(0, 8), min_size=12, max_size=30))
def test_a_chart_of_eight_cases_a_month_always_answers(x):
    found = p_chart(points=points(x, 8), table_id="p")
    drawn = limits(found)
    assert found.loc[found["mark"] == "", "method"].ne("").all()
    if drawn["low"].notna().any():
        assert (drawn["low"] <= drawn["estimate"]).all()
        assert (drawn["estimate"] <= drawn["high"]).all()


def test_more_cases_counted_than_audited_are_refused():
    with pytest.raises(ValueError, match="points must hold whole counts, x at most n"):
        p_chart(points=points([9] * 12, 8), table_id="p")


def test_no_point_at_all_is_refused():
    with pytest.raises(ValueError, match="at least one point"):
        p_chart(points=points([], []), table_id="p")


def test_counts_that_are_not_whole_are_refused():
    points = pd.DataFrame({"period": [f"m{month}" for month in range(12)], "x": 2.5, "n": 4})
    with pytest.raises(ValueError, match="points must hold whole counts, x at most n"):
        p_chart(points=points, table_id="t")
