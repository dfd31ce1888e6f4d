"""XmR charts: limits, the four rules and the icons in words."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis.trends import process_limits, xmr_chart
from qaf_lib.analysis.trends.signals import special_causes

# Montgomery (2009) Introduction to Statistical Quality Control, 6th ed., example 6.5 (qicharts2's
# test_montgomery.R uses it): cost of processing loan applications, 20 weeks
LOANS = [310, 288, 297, 298, 307, 303, 294, 297, 308, 306, 294, 299, 297, 299, 314, 295, 293, 306, 301, 304]
LINES = {"centre": 0.0, "low": -3.0, "high": 3.0, "near_low": -2.0, "near_high": 2.0}
VALUES = st.lists(st.one_of(st.none(), st.integers(-40, 40).map(lambda tenth: tenth / 10)), max_size=30)


def flags(values, **more) -> pd.DataFrame:
    return special_causes(points=pd.DataFrame({"value": values}, dtype="Float64").assign(**{**LINES, **more}))


def chart(values, **more) -> pd.DataFrame:
    labels = [f"m{place:02}" for place in range(len(values))]
    return xmr_chart(values=pd.Series(values, index=labels), table_id="xmr", **more)


def words(found, measure, row_key="latest") -> str:
    return found.loc[(found["row_key"] == row_key) & (found["measure"] == measure), "method"].item()


def test_limits_match_montgomerys_loan_costs():
    # mean 6010 / 20 = 300.5, mean moving range 148 / 19 = 7.79; 300.5 +- 3 * 7.79 / 1.128
    found = process_limits(values=pd.Series(LOANS))
    assert (found.centre, found.mean_range) == (300.5, pytest.approx(148 / 19))
    assert [found.low, found.high] == pytest.approx([279.78, 321.22], abs=0.01)
    assert found.method == "XmR"


def test_a_large_moving_range_is_screened_out_once():
    # 18 ranges of 1 and 2 of 19 beside the spike: mean 2.8, times 3.267 is 9.1
    values = [0, 1] * 5 + [20] + [1, 0] * 5
    found = process_limits(values=pd.Series(values))
    assert found.mean_range == 1
    assert found.method == "XmR; 2 moving ranges screened out"


def test_screening_never_leaves_nothing_to_judge_by():
    # all ranges but the spike's two are 0; screening those would call every other point special
    found = process_limits(values=pd.Series([5.0] * 10 + [9.0] + [5.0] * 10))
    assert found.mean_range == pytest.approx(8 / 20)
    flagged = chart([5.0] * 10 + [9.0] + [5.0] * 10)
    outside = flagged[flagged["method"].str.contains("outside", regex=False)]
    assert outside["row_key"].tolist() == ["m10"]


@pytest.mark.parametrize("value", [0.0, 0.1, 7, 1e6 / 3])
def test_a_constant_series_has_no_limits_no_signals_and_says_so(value):
    found = chart([value] * 15)
    assert not found["method"].str.contains("special cause", regex=False).any()
    assert "neighbouring points do not differ" in words(found, "variation")
    assert found[["low", "high"]].isna().all(axis=None)


@pytest.mark.parametrize(("points", "limited"), [(11, False), (12, True)])
def test_twelve_points_are_the_first_to_have_limits(points, limited):
    found = chart((LOANS * 2)[:points])
    of_points = found[(found["measure"] == "limits") & found["row_key"].str.startswith("m")]
    assert len(of_points) == points
    assert of_points["low"].notna().all() == limited
    if not limited:
        said = "not available: no limits: 11 points, and limits need 12; see the run chart"
        assert words(found, "variation") == said


def test_missing_points_do_not_count_towards_the_twelve():
    assert process_limits(values=pd.Series([*LOANS[:11], None, None])).low is None


def test_moving_ranges_do_not_reach_over_a_gap():
    # ranges 1 on each side of the gap; across it there would be one of 8
    values = [0, 1] * 4 + [None] + [9, 8] * 4
    assert process_limits(values=pd.Series(values)).mean_range == 1


@pytest.mark.parametrize(
    ("values", "flagged"),
    [
        # vectors of NHSRplotthedots, test-ptd_calculate_point_type.R
        ([1] * 6, 0),
        ([1] * 6 + [-1], 0),
        ([1] * 8 + [-1], 8),
        ([-1] * 8 + [1], 8),
    ],
)
def test_seven_in_a_row_on_one_side_are_a_shift(values, flagged):
    found = flags(values)["shift"]
    assert found.tolist() == [place < flagged for place in range(len(values))]


@pytest.mark.parametrize(
    ("values", "first", "last"),
    [
        # vectors of NHSRplotthedots, test-ptd_calculate_point_type.R
        ([1, 2, 3, 4, 5, 6], 0, 0),
        ([1, 2, 3, 3, 4, 5, 6], 0, 0),
        ([1, 2, 3, 4, 5, 6, 7], 0, 7),
        ([2, 1, 2, 3, 4, 5, 6, 7, 3], 1, 8),
        ([7, 6, 5, 4, 3, 2, 1], 0, 7),
        ([2, 7, 6, 5, 4, 3, 2, 1, 3], 1, 8),
    ],
)
def test_seven_rising_or_falling_are_a_drift(values, first, last):
    found = flags(values, low=-99.0, high=99.0)["drift"]
    assert found.tolist() == [first <= place < last for place in range(len(values))]


@pytest.mark.parametrize(
    ("close", "expected"),
    [
        # vectors of NHSRplotthedots: 1 is close to the limit, all on one side of the mean
        ([1, 0, 1], [1, 0, 1]),
        ([0, 1, 1], [0, 1, 1]),
        ([0, 0, 1, 0, 1, 0, 0], [0, 0, 1, 0, 1, 0, 0]),
        ([1, 0, 0, 1], [0, 0, 0, 0]),
        ([1, 0, 0, 1, 1], [0, 0, 0, 1, 1]),
    ],
)
def test_two_of_three_close_to_a_limit(close, expected):
    found = flags([2.5 if near else 0.5 for near in close])["two_of_three"]
    assert found.tolist() == [bool(each) for each in expected]


def test_two_close_to_opposite_limits_are_common_cause():
    # NHSRplotthedots, test-ptd_spc_standard.R: 1 and -1 in turn, then 5.5 and -5.5
    found = chart([1, -1] * 7 + [5.5, -5.5], better="neither")
    said = found.loc[found["measure"] == "value", "method"]
    assert said.tolist()[-2:] == ["common cause", "common cause"]


@given(VALUES, st.data())
def test_a_missing_point_never_makes_a_signal(values, data):
    before = flags(values).drop(columns="direction")
    gone = data.draw(st.sets(st.integers(0, max(len(values) - 1, 0)))) if values else set()
    after = flags([None if place in gone else value for place, value in enumerate(values)])
    after = after.drop(columns="direction")
    assert not (after & ~before).any(axis=None)
    assert not after.loc[sorted(gone)].any(axis=None)


@given(VALUES)
def test_a_mirrored_series_has_the_same_signals_the_other_way(values):
    found = flags(values)
    mirrored = flags([None if value is None else -value for value in values])
    assert mirrored["direction"].tolist() == (-found["direction"]).tolist()
    assert mirrored.drop(columns="direction").equals(found.drop(columns="direction"))


@pytest.mark.parametrize(
    ("better", "kind"), [("higher", "improvement"), ("lower", "concern"), ("neither", "high")]
)
def test_the_variation_icon_says_which_way_is_better(better, kind):
    found = chart([1.0, 2.0] * 6 + [9.0], better=better)
    assert words(found, "variation") == f"special cause, {kind}: outside the limits"


@pytest.mark.parametrize(
    ("target", "better", "said"),
    [
        # mean 300.5, limits 279.8 and 321.2
        (270, "higher", "consistently hits the target"),
        (330, "higher", "consistently misses the target"),
        (300, "higher", "hits and misses the target by chance"),
        (330, "lower", "consistently hits the target"),
        (270, "lower", "consistently misses the target"),
    ],
)
def test_the_assurance_icon_sets_the_target_against_the_limits(target, better, said):
    assert words(chart(LOANS, target=target, better=better), "assurance") == said


def test_without_a_target_assurance_does_not_apply():
    found = chart(LOANS)
    assert found.loc[found["measure"] == "assurance", "mark"].item() == "z"


def test_an_unknown_better_side_is_refused():
    with pytest.raises(ValueError, match="better must be one of"):
        chart(LOANS, better="up")


def test_an_empty_series_is_refused():
    with pytest.raises(ValueError, match="at least one point"):
        xmr_chart(values=pd.Series([], dtype="float64"), table_id="xmr")


def test_an_infinite_value_is_refused():
    with pytest.raises(ValueError, match="finite numbers"):
        process_limits(values=pd.Series([np.inf] * 12))


def test_points_without_lines_are_refused():
    with pytest.raises(ValueError, match="points lacks the columns"):
        special_causes(points=pd.DataFrame({"value": [1.0]}))
