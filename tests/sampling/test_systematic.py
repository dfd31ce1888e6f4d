"""Systematic draws."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.sampling import draw_systematic


def frame_of(size: int) -> pd.DataFrame:
    prn = np.random.default_rng(size).random(size)
    return pd.DataFrame({"case_id": [f"c{each:03d}" for each in range(size)], "prn": prn}).assign(
        team=[f"t{each % 3}" for each in range(size)]
    )


def taken(frame: pd.DataFrame, size: int, start: float) -> list[int]:
    drawn = draw_systematic(frame=frame, size=size, start=start, order_by=["team"])
    return drawn.loc[drawn["state"] == "selected", "position"].tolist()


def test_every_kth_case_is_drawn():
    # step 20 / 5 = 4, start in the middle of the first step: places 2, 6, 10, 14, 18, counted from 0
    assert taken(frame_of(20), 5, 0.5) == [3, 7, 11, 15, 19]


def test_a_step_that_is_not_whole_still_draws_exactly_n():
    # step 10 / 4 = 2.5: places 0, 2.5, 5, 7.5 hold the cases 0, 2, 5, 7
    assert taken(frame_of(10), 4, 0.0) == [1, 3, 6, 8]


@pytest.mark.parametrize("start", [0.0, 1 - 2**-53])
def test_a_census_takes_everybody_wherever_it_starts(start):
    assert taken(frame_of(7), 7, start) == list(range(1, 8))


@given(st.integers(1, 60), st.data())
def test_exactly_n_are_drawn_and_weights_sum_to_the_population(population, data):
    size = data.draw(st.integers(1, population))
    start = data.draw(st.floats(0, 1, exclude_max=True))
    drawn = draw_systematic(frame=frame_of(population), size=size, start=start)
    assert (drawn["state"] == "selected").sum() == size
    assert drawn["weight"].sum() == pytest.approx(population)


@given(st.integers(2, 40), st.data())
def test_the_order_of_rows_does_not_matter(population, data):
    frame, size = frame_of(population), data.draw(st.integers(1, population))
    shuffled = frame.sample(frac=1, random_state=data.draw(st.integers(0, 99)))
    one = draw_systematic(frame=frame, size=size, start=0.3, order_by=["team"])
    pd.testing.assert_frame_equal(
        one, draw_systematic(frame=shuffled, size=size, start=0.3, order_by=["team"])
    )


def test_over_all_starts_every_case_has_the_same_chance():
    # 14 cases, 4 drawn: step 3.5. Starts in steps of 1/14 of it are exact: each case comes up 4 / 14 of them
    frame, counts = frame_of(14), np.zeros(14)
    for start in range(14):
        counts[np.array(taken(frame, 4, (start + 0.5) / 14)) - 1] += 1
    assert counts.tolist() == [4.0] * 14


def test_the_list_spreads_the_sample_over_its_order():
    drawn = draw_systematic(frame=frame_of(30), size=6, start=0.4, order_by=["team"])
    assert drawn.loc[drawn["state"] == "selected", "team"].value_counts().to_dict() == dict.fromkeys(
        ["t0", "t1", "t2"], 2
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"size": 0}, "size must be a count from 1 to the population of 9; got 0"),
        ({"size": 10}, "size must be a count from 1 to the population of 9; got 10"),
        ({"start": 1.0}, "start must be a number from 0 up to"),
        ({"order_by": ["opened_on"]}, r"frame lacks the columns \['opened_on'\]"),
        ({"frame": frame_of(9).assign(case_id="same")}, "needs its own case_id"),
        ({"frame": frame_of(9).assign(prn=1.5)}, "every prn of the frame must be a number"),
    ],
)
def test_what_cannot_be_drawn_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        draw_systematic(**{"frame": frame_of(9), "size": 3, "start": 0.1, **change})
