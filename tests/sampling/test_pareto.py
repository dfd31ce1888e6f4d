"""Draws with probability proportional to size."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.sampling import draw_by_size, size_probabilities

MEASURES = st.lists(st.integers(1, 50), min_size=2, max_size=15)


def frame_of(measures: list[float], seed: int = 1) -> pd.DataFrame:
    prn = np.random.default_rng(seed).random(len(measures))
    ids = [f"u{each:02d}" for each in range(len(measures))]
    return pd.DataFrame({"case_id": ids, "stratum": "east", "prn": prn, "measure": measures})


def drawn(frame: pd.DataFrame, size: int, start: float = 0.0):
    return draw_by_size(frame=frame, sizes=pd.Series({"east": size}), starts=pd.Series({"east": start}))


def test_a_unit_too_large_is_certain_and_the_rest_share_what_is_left():
    # 2 * 10 / 16 passes 1, so d is certain; the others share 1: 1/6, 2/6, 3/6
    chances = size_probabilities(measures=pd.Series({"a": 1, "b": 2, "c": 3, "d": 10}), size=2)
    assert chances.tolist() == pytest.approx([1 / 6, 2 / 6, 3 / 6, 1])


def test_a_second_unit_becomes_certain_once_the_first_is():
    # 3 * 8 / 15 passes 1; then 2 * 4 / 7 passes 1; then 1 shared by three alike
    chances = size_probabilities(measures=pd.Series([1, 1, 1, 4, 8]), size=3)
    assert chances.tolist() == pytest.approx([1 / 3, 1 / 3, 1 / 3, 1, 1])


@given(MEASURES, st.data())
def test_chances_sum_to_the_size_and_never_pass_one(measures, data):
    size = data.draw(st.integers(1, len(measures)))
    chances = size_probabilities(measures=pd.Series(measures), size=size)
    assert chances.sum() == pytest.approx(size)
    assert chances.between(0, 1).all()


@given(MEASURES, st.data())
def test_row_order_does_not_matter_and_the_size_is_exact(measures, data):
    size = data.draw(st.integers(1, len(measures)))
    frame = frame_of(measures)
    draw = drawn(frame, size, 0.3)
    assert draw.cases["state"].eq("selected").sum() == len(draw.cases) == size
    again = drawn(frame.sample(frac=1, random_state=data.draw(st.integers(0, 99))), size, 0.3)
    pd.testing.assert_frame_equal(draw.cases, again.cases)
    pd.testing.assert_frame_equal(draw.strata, again.strata)


def test_sizes_alike_give_the_simple_random_sample_of_the_same_numbers():
    frame = frame_of([5.0] * 10)
    chosen = drawn(frame, 4, 0.0).cases["case_id"].tolist()
    assert chosen == frame.sort_values("prn")["case_id"].head(4).tolist()


def test_units_come_up_as_often_as_they_should():
    measures, keys = [1, 2, 3, 4, 5, 6, 7, 8, 30], 600
    counts = np.zeros(len(measures))
    for key in range(keys):
        frame = frame_of(measures, seed=key)
        counts += frame["case_id"].isin(drawn(frame, 4).cases["case_id"]).to_numpy()
    due = size_probabilities(measures=pd.Series(measures), size=4).to_numpy()
    # the Monte Carlo error of a chance of a half from 600 draws is 0.02
    assert counts / keys == pytest.approx(due, abs=0.08)


def test_the_same_start_draws_the_same_units_and_the_next_others():
    frame = frame_of([3.0] * 40)
    first = drawn(frame, 10, 0.2)
    assert first.strata["next_start"].tolist() == pytest.approx([0.45])
    units = set(first.cases["case_id"])
    assert units == set(drawn(frame, 10, 0.2).cases["case_id"])
    later = drawn(frame, 10, 0.45).cases["case_id"]
    assert len(units & set(later)) < 5


def test_a_unit_without_size_is_never_drawn():
    assert set(drawn(frame_of([0, 0, 5, 5]), 2).cases["case_id"]) == {"u02", "u03"}


def test_a_number_at_the_very_start_and_the_very_end_are_ranked():
    frame = frame_of([1, 1, 1]).assign(prn=[0.5, np.nextafter(0.5, 0), np.nextafter(0.5, 1)])
    assert drawn(frame, 1, 0.5).cases["case_id"].tolist() == ["u00"]
    assert drawn(frame, 2, 0.5).cases["case_id"].tolist() == ["u00", "u02"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"measure": [1, -1, 1]}, "measures must be numbers of at least 0"),
        ({"measure": [1, np.nan, 1]}, "measures must be numbers of at least 0"),
        ({"measure": [1, 0, 0]}, "size must be a count from 1 to the 1 units with a size above 0; got 2"),
        ({"case_id": "same"}, "needs its own case_id"),
        ({"stratum": "west"}, "needs a stratum that sizes names"),
        ({"prn": 1.0}, "every prn of the frame"),
    ],
)
def test_what_cannot_be_drawn_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        drawn(frame_of([1, 2, 3]).assign(**change), 2)


def test_a_stratum_without_units_or_start_is_refused():
    frame, sizes = frame_of([1, 2, 3]), pd.Series({"east": 2, "west": 1})
    with pytest.raises(ValueError, match="sizes and starts must name each stratum once"):
        draw_by_size(frame=frame, sizes=sizes, starts=pd.Series({"east": 0.0}))
    with pytest.raises(ValueError, match="names a stratum that the frame lacks: west"):
        draw_by_size(frame=frame, sizes=sizes, starts=pd.Series({"east": 0.0, "west": 0.0}))
    with pytest.raises(ValueError, match="every start must be"):
        drawn(frame, 2, 1.0)
    with pytest.raises(ValueError, match=r"lacks the columns \['children'\]"):
        draw_by_size(frame=frame, sizes=sizes, starts=sizes * 0.0, measure="children")
