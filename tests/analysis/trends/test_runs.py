"""Runs about the median: the Anhøj rules, and run charts."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis.trends import run_chart
from qaf_lib.analysis.trends.run_charts import crossings_needed, longest_run_allowed, run_rules

PERIODS = [f"2026-{month:02}" for month in range(1, 13)] + [f"2027-{month:02}" for month in range(1, 13)]


def test_the_bounds_are_those_of_anhoej():
    # longest run round(log2(n)) + 3, crossings the 5% point of the binomial(n - 1, 1/2), as
    # qicharts2 (runs.analysis) computes them: 13 useful points allow a run of 6 + 1 and need 3
    bounds = {10: (6, 2), 12: (7, 3), 13: (7, 3), 16: (7, 4), 20: (7, 6), 24: (8, 8), 30: (8, 10)}
    assert {n: (longest_run_allowed(n), crossings_needed(n)) for n in bounds} == bounds


@pytest.mark.parametrize("useful", range(1, 6))
def test_under_six_points_no_rule_can_signal(useful):
    # the worst series there is: all on one side, so the longest run and no crossing
    assert longest_run_allowed(useful) >= useful
    assert crossings_needed(useful) == 0
    found = run_rules(values=[1.0] * useful, centre=0)
    assert not found.signal
    assert "under 6 no rule can signal" in found.words


def test_six_points_on_one_side_of_a_given_median_can_signal():
    assert run_rules(values=[1.0] * 6, centre=0).signal


def test_a_run_at_its_bound_is_chance_and_one_longer_is_not():
    crossing = [1, -1] * 4
    assert not run_rules(values=[*crossing, *[1] * 7, -1], centre=0).long_run
    assert run_rules(values=[*crossing, *[1] * 8], centre=0).long_run


def test_crossings_at_their_bound_are_chance_and_one_fewer_are_not():
    # 12 useful points need 3 crossings
    assert not run_rules(values=[1] * 3 + [-1] * 3 + [1] * 3 + [-1] * 3, centre=0).few_crossings
    assert run_rules(values=[1] * 4 + [-1] * 4 + [1] * 4, centre=0).few_crossings


def test_points_on_the_median_are_passed_over():
    found = run_rules(values=[1, 0, 1, -1, 0, 1], centre=0)
    assert (found.points, found.useful, found.longest_run, found.crossings) == (6, 4, 2, 2)


def test_a_missing_point_ends_a_run():
    found = run_rules(values=[1, 1, np.nan, 1, -1, 1, -1], centre=0)
    assert (found.useful, found.longest_run, found.crossings) == (6, 2, 3)


@given(st.lists(st.sampled_from([-1.0, 0.0, 1.0, np.nan]), max_size=40))
def test_runs_and_crossings_fit_in_the_useful_points(values):
    found = run_rules(values=values, centre=0)
    assert 0 <= found.longest_run <= found.useful
    assert 0 <= found.crossings <= max(found.useful - 1, 0)
    turned = run_rules(values=values[::-1], centre=0)
    assert (turned.longest_run, turned.crossings) == (found.longest_run, found.crossings)


def test_chance_alone_signals_about_one_time_in_twenty_or_less_often():
    rng = np.random.default_rng(3)
    signals = [run_rules(values=rng.normal(size=24).tolist(), centre=0).signal for _ in range(2000)]
    # Anhøj and Olesen (2014) find a specificity of about 0.95 at 24 points; Monte Carlo error 0.006
    assert 0.02 < np.mean(signals) < 0.09


def chart(values, **more) -> pd.DataFrame:
    return run_chart(values=pd.Series(values, index=PERIODS[: len(values)]), table_id="run", **more)


def verdict(found, phase="phase 1") -> str:
    return found.loc[(found["row_key"] == phase) & (found["measure"] == "verdict"), "method"].item()


def test_a_shift_is_seen_about_the_series_own_median():
    found = chart([0.4, 0.5, 0.4, 0.5, 0.4, 0.5, 0.7, 0.8, 0.7, 0.8, 0.7, 0.8])
    assert verdict(found) == "signal: 1 crossing of the median (fewer than 3)"
    assert found.loc[found["measure"] == "median", "estimate"].unique().tolist() == [pytest.approx(0.6)]


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (5, "too few points to say: 4 off the median, and under 6 no rule can signal"),
        (8, "too few points to say: 8 about their own median, and under 10 they do not signal"),
        (10, "signal: 1 crossing of the median (fewer than 2)"),
    ],
)
def test_even_a_steady_rise_needs_ten_points_about_its_own_median(count, said):
    # half of the points lie on each side, so there is always a crossing; 8 points need only 1
    found = chart([float(place) for place in range(count)])
    assert verdict(found) == said
    told = found[found["measure"] == "verdict"].iloc[0]
    assert (told["mark"] == "x") == said.startswith("too few")
    assert (not told["mark"] and told["estimate"] == 1) == said.startswith("signal")


def test_missing_points_are_marked_and_never_a_value():
    found = chart([0.4, None, 0.5, 0.4])
    row = found[(found["measure"] == "value") & (found["row_key"] == "2026-02")].iloc[0]
    assert (row["mark"], row["method"]) == ("x", "no value for this point")
    assert pd.isna(row["estimate"])


@pytest.mark.parametrize("value", [0.1, 0.7, 1 / 3])
def test_a_constant_series_says_that_nothing_can_signal(value):
    assert "every point lies on the median" in verdict(chart([value] * 15))


def test_no_value_at_all_is_not_available():
    found = chart([None] * 4)
    assert verdict(found) == "not available: no point has a value"
    assert found["estimate"].isna().all()


def test_two_points_of_one_label_are_refused():
    with pytest.raises(ValueError, match="a label of its own"):
        run_chart(values=pd.Series([1.0, 2.0], index=["Q1", "Q1"]), table_id="run")


def test_an_infinite_value_is_refused():
    with pytest.raises(ValueError, match="finite numbers"):
        chart([1.0, np.inf])


def test_no_useful_point_has_no_bound():
    with pytest.raises(ValueError, match="at least 1"):
        longest_run_allowed(0)
    with pytest.raises(ValueError, match="at least 1"):
        crossings_needed(0)


def test_values_without_a_centre_are_refused():
    with pytest.raises(ValueError, match="needs a centre line"):
        run_rules(values=[1.0], centre=np.nan)
