"""The draw by permanent random numbers."""

import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.sampling import allocate_sample, draw_sample, every_case
from qaf_lib.sampling.draw import ALL_CASES_COMPARED_UP_TO


def frame_of(numbers: dict[str, list[float]]) -> pd.DataFrame:
    rows = [
        (f"{stratum}{place}", stratum, prn)
        for stratum, prns in numbers.items()
        for place, prn in enumerate(prns)
    ]
    return pd.DataFrame(rows, columns=["case_id", "stratum", "prn"])


def drawn(draw) -> list[str]:
    return draw.cases.loc[draw.cases["state"] == "selected", "case_id"].tolist()


FRAMES = st.dictionaries(
    st.sampled_from("abc"), st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=12), min_size=1
).map(frame_of)


def test_the_sample_is_the_next_numbers_after_the_start_and_goes_round():
    frame = frame_of({"a": [0.05, 0.95, 0.5, 0.75], "b": [0.2, 0.6]})
    draw = draw_sample(frame=frame, sizes=pd.Series({"a": 3, "b": 1}), starts=pd.Series({"a": 0.6, "b": 0.0}))
    assert drawn(draw) == ["a3", "a1", "a0", "b0"]
    assert draw.strata["next_start"].tolist() == [0.05, 0.2]


def test_a_case_at_the_start_comes_last():
    draw = draw_sample(
        frame=frame_of({"a": [0.5, 0.2]}), sizes=pd.Series({"a": 1}), starts=pd.Series({"a": 0.5})
    )
    assert drawn(draw) == ["a1"]


def test_weights_and_chances_are_those_of_the_stratum():
    draw = draw_sample(
        frame=frame_of({"a": [0.1, 0.2, 0.3, 0.4]}), sizes=pd.Series({"a": 2}), starts=pd.Series({"a": 0.0})
    )
    assert draw.cases["inclusion_probability"].tolist() == [0.5, 0.5]
    assert draw.cases["weight"].tolist() == [2.0, 2.0]


def test_reserves_follow_the_sample_and_carry_no_weight():
    draw = draw_sample(
        frame=frame_of({"a": [0.1, 0.2, 0.3, 0.4]}),
        sizes=pd.Series({"a": 1}),
        starts=pd.Series({"a": 0.0}),
        reserves=2,
    )
    assert draw.cases["state"].tolist() == ["selected", "reserve", "reserve"]
    assert draw.cases["weight"].notna().sum() == 1
    assert draw.strata["next_start"].tolist() == [0.1]


def test_a_stratum_without_a_size_to_draw_keeps_its_start():
    draw = draw_sample(
        frame=frame_of({"a": [0.1], "b": [0.3]}),
        sizes=pd.Series({"a": 0, "b": 1, "c": 0}),
        starts=pd.Series({"a": 0.7, "b": 0.0, "c": 0.4}),
    )
    assert draw.strata["next_start"].tolist() == [0.7, 0.3, 0.4]
    assert draw.strata["population"].tolist() == [1, 1, 0]


def test_equal_numbers_go_by_case_id():
    frame = frame_of({"a": [0.3, 0.3, 0.3]}).iloc[::-1]
    draw = draw_sample(frame=frame, sizes=pd.Series({"a": 2}), starts=pd.Series({"a": 0.0}))
    assert drawn(draw) == ["a0", "a1"]


@given(FRAMES, st.floats(0, 1, exclude_max=True), st.data())
def test_row_order_does_not_matter_and_weights_sum_to_the_population(frame, start, data):
    populations = frame.groupby("stratum").size()
    sizes = populations.map(lambda size: data.draw(st.integers(1, size)))
    starts = pd.Series(start, index=populations.index)
    draw = draw_sample(frame=frame, sizes=sizes, starts=starts)
    shuffled = frame.sample(frac=1, random_state=data.draw(st.integers(0, 99)))
    again = draw_sample(frame=shuffled, sizes=sizes[::-1], starts=starts[::-1])
    pd.testing.assert_frame_equal(draw.cases, again.cases)
    pd.testing.assert_frame_equal(draw.strata, again.strata)
    weights = draw.cases.groupby("stratum")["weight"].sum()
    assert weights.to_numpy() == pytest.approx(populations.to_numpy(dtype=float))


@given(st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=30, unique=True), st.integers(1, 5))
def test_successive_draws_meet_every_case_once_before_any_twice(numbers, size):
    frame, start, seen = frame_of({"a": numbers}), pd.Series({"a": 0.5}), []
    for _ in range(len(numbers) // min(size, len(numbers))):
        draw = draw_sample(frame=frame, sizes=pd.Series({"a": min(size, len(numbers))}), starts=start)
        seen += drawn(draw)
        start = draw.strata.set_index("stratum")["next_start"]
    assert len(seen) == len(set(seen))


def test_over_four_quarters_with_a_fifth_leaving_nobody_is_drawn_twice_and_chances_are_even():
    rng = np.random.default_rng(4)
    quarters = [
        np.concatenate([np.arange(20 * turn, 100), 1000 * turn + np.arange(20 * turn)]) for turn in range(4)
    ]
    counts, keys = np.zeros(4000), 400
    for _ in range(keys):
        prn, start, seen = rng.random(4000), pd.Series({"a": 0.0}), []
        for ids in quarters:
            frame = pd.DataFrame(
                {"case_id": [f"{each:04d}" for each in ids], "stratum": "a", "prn": prn[ids]}
            )
            draw = draw_sample(frame=frame, sizes=pd.Series({"a": 10}), starts=start)
            start = draw.strata.set_index("stratum")["next_start"]
            seen += [int(each) for each in drawn(draw)]
        assert len(seen) == len(set(seen))
        counts[seen] += 1
    # forty stayers, four draws of 10 in 100: chance 0.4; Monte Carlo error of their mean about 0.004
    assert counts[60:100].mean() / keys == pytest.approx(0.4, rel=0.05)


def test_a_million_cases_in_fifty_strata_are_drawn_in_seconds():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"case_id": np.arange(10**6).astype(str), "prn": rng.random(10**6)})
    frame["stratum"] = (
        pd.Series([f"team {code:02d}" for code in range(50)]).iloc[rng.integers(0, 50, 10**6)].array
    )
    populations = frame.groupby("stratum").size()
    sizes = allocate_sample(populations=populations, total=10_000)
    began = time.perf_counter()
    draw_sample(frame=frame, sizes=sizes, starts=pd.Series(0.3, index=sizes.index))
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"case_id": ["x", "x"]}, "1 rows repeat one or lack it"),
        ({"prn": [0.1, 1.0]}, "prn of the frame must be a number from 0 up to"),
        ({"prn": [0.1, np.nan]}, "prn of the frame must be a number from 0 up to"),
        ({"stratum": ["a", None]}, "1 rows of the frame have no stratum"),
        ({"stratum": ["a", "z"]}, "sizes names no stratum for 1 rows"),
    ],
)
def test_a_frame_that_cannot_be_drawn_from_is_refused(change, message):
    frame = frame_of({"a": [0.1, 0.2]}).assign(**change)
    with pytest.raises(ValueError, match=message):
        draw_sample(frame=frame, sizes=pd.Series({"a": 1}), starts=pd.Series({"a": 0.0}))


@pytest.mark.parametrize(
    ("sizes", "starts", "message"),
    [
        ({"a": 3}, {"a": 0.0}, "more cases to draw than the stratum has: a"),
        ({"a": -1}, {"a": 0.0}, "counts of at least 0"),
        ({"a": 1}, {"b": 0.0}, "starts has no start for a"),
        ({"a": 1}, {"a": 1.0}, "every start must be a number from 0 up to"),
    ],
)
def test_sizes_and_starts_that_do_not_fit_are_refused(sizes, starts, message):
    with pytest.raises(ValueError, match=message):
        draw_sample(frame=frame_of({"a": [0.1, 0.2]}), sizes=pd.Series(sizes), starts=pd.Series(starts))


@given(FRAMES, st.floats(0, 1, exclude_max=True), st.integers(0, 3), st.data())
def test_the_draw_is_the_head_of_every_case_in_order(frame, start, reserves, data):
    populations = frame.groupby("stratum").size()
    sizes = populations.map(lambda size: data.draw(st.integers(0, size)))
    starts = pd.Series(start, index=populations.index)
    draw = draw_sample(frame=frame, sizes=sizes, starts=starts, reserves=reserves)
    cases = every_case(frame=frame.sample(frac=1, random_state=1), draw=draw)
    head = cases[cases["state"] != "not_selected"].reset_index(drop=True)
    pd.testing.assert_frame_equal(draw.cases, head)
    in_order = frame.assign(turn=frame["prn"] <= start).sort_values(["stratum", "turn", "prn", "case_id"])
    assert cases["case_id"].tolist() == in_order["case_id"].tolist()
    assert cases["state"].eq("selected").groupby(cases["stratum"]).sum().tolist() == sizes.tolist()


def test_a_large_draw_is_the_head_of_every_case_in_order_though_the_numbers_are_not_uniform():
    rng = np.random.default_rng(7)
    frame = pd.DataFrame({"case_id": np.arange(80_000).astype(str), "prn": rng.random(80_000)})
    frame["stratum"] = rng.choice(["a", "b", "c"], 80_000, p=[0.9, 0.09, 0.01])
    frame.loc[frame["stratum"] == "b", "prn"] **= 4
    sizes = pd.Series({"a": 40, "b": 900, "c": 5})
    starts = pd.Series({"a": 0.9999, "b": 0.6, "c": 0.2})
    draw = draw_sample(frame=frame, sizes=sizes, starts=starts, reserves=1)
    turn = frame["prn"] <= frame["stratum"].map(starts)
    in_order = frame.assign(turn=turn).sort_values(["stratum", "turn", "prn"])
    place = in_order.groupby("stratum").cumcount()
    head = in_order.loc[place <= in_order["stratum"].map(sizes), "case_id"]
    assert draw.cases["case_id"].tolist() == head.tolist()
    assert every_case(frame=frame, draw=draw)["case_id"].tolist() == in_order["case_id"].tolist()


def test_every_case_of_another_frame_is_refused():
    frame = frame_of({"a": [0.1, 0.2, 0.3]})
    draw = draw_sample(frame=frame, sizes=pd.Series({"a": 1}), starts=pd.Series({"a": 0.0}))
    for other in (frame.head(2), frame.assign(prn=[0.3, 0.2, 0.1])):
        with pytest.raises(ValueError, match="not made from this frame"):
            every_case(frame=other, draw=draw)


def test_a_case_that_stands_twice_is_refused_though_it_is_not_drawn():
    frame = frame_of({"a": [0.1, 0.2, 0.4]}).assign(case_id=["x", "y", "y"])
    with pytest.raises(ValueError, match="1 rows repeat one or lack it"):
        draw_sample(frame=frame, sizes=pd.Series({"a": 1}), starts=pd.Series({"a": 0.0}))


@pytest.mark.parametrize("rows", [ALL_CASES_COMPARED_UP_TO, ALL_CASES_COMPARED_UP_TO + 1])
def test_a_case_that_stands_twice_with_its_number_is_refused_in_a_frame_of_any_size(rows):
    numbers = np.random.default_rng(5).random(rows)
    frame = pd.DataFrame({"case_id": np.arange(rows).astype(str), "stratum": "a", "prn": numbers})
    frame.loc[rows - 1, ["case_id", "prn"]] = frame.loc[7, ["case_id", "prn"]].to_numpy()
    with pytest.raises(ValueError, match="1 rows repeat one or lack it"):
        draw_sample(frame=frame, sizes=pd.Series({"a": 1}), starts=pd.Series({"a": 0.0}))


def test_two_cases_of_a_large_frame_may_share_a_number():
    rows = ALL_CASES_COMPARED_UP_TO + 1
    numbers = np.linspace(0, 0.9, rows)
    frame = pd.DataFrame({"case_id": [f"{row:06d}" for row in range(rows)], "stratum": "a", "prn": numbers})
    frame.loc[0, "prn"] = numbers[1]
    draw = draw_sample(frame=frame, sizes=pd.Series({"a": 2}), starts=pd.Series({"a": 0.0}))
    assert drawn(draw) == ["000000", "000001"]


def test_the_same_start_is_a_panel_and_the_next_start_is_not():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"case_id": np.arange(300).astype(str), "stratum": "a", "prn": rng.random(300)})
    first = draw_sample(frame=frame, sizes=pd.Series({"a": 30}), starts=pd.Series({"a": 0.4}))
    kept = frame.drop(index=frame.sample(frac=0.2, random_state=1).index)
    panel = draw_sample(frame=kept, sizes=pd.Series({"a": 30}), starts=pd.Series({"a": 0.4}))
    still_there = set(drawn(first)) & set(kept["case_id"])
    assert still_there <= set(drawn(panel))
    later = draw_sample(
        frame=kept, sizes=pd.Series({"a": 30}), starts=first.strata.set_index("stratum")["next_start"]
    )
    assert not set(drawn(first)) & set(drawn(later))


@pytest.mark.parametrize("dtype", ["object", "category", "string"])
def test_the_kind_of_column_does_not_matter(dtype):
    frame = frame_of({"a": [0.1, 0.7, 0.3], "b": [0.2, 0.6]})
    at = {"sizes": pd.Series({"a": 2, "b": 1}), "starts": pd.Series({"a": 0.2, "b": 0.0})}
    one = draw_sample(frame=frame.astype({"stratum": dtype, "case_id": dtype}), **at)
    assert drawn(one) == ["a2", "a1", "b0"]


def test_sizes_that_are_not_whole_are_refused():
    frame = frame_of({"a": [0.1, 0.2, 0.4]})
    with pytest.raises(ValueError, match="sizes and reserves must be whole counts"):
        draw_sample(frame=frame, sizes=pd.Series({"a": 1.7}), starts=pd.Series({"a": 0.0}))
    with pytest.raises(ValueError, match="sizes and reserves must be whole counts"):
        draw_sample(frame=frame, sizes=pd.Series({"a": 1}), starts=pd.Series({"a": 0.0}), reserves=1.5)


def test_a_case_that_would_be_drawn_twice_is_refused_in_a_large_frame():
    rows = ALL_CASES_COMPARED_UP_TO + 1
    frame = pd.DataFrame({"case_id": np.arange(rows), "stratum": "a", "prn": np.linspace(0.1, 0.9, rows)})
    frame.loc[1, "case_id"] = 0
    with pytest.raises(ValueError, match="a drawn one is repeated"):
        draw_sample(frame=frame, sizes=pd.Series({"a": 5}), starts=pd.Series({"a": 0.0}))


@pytest.mark.parametrize("column", ["case_id", "stratum", "prn"])
def test_a_frame_without_a_column_is_refused(column):
    frame = pd.DataFrame({"case_id": ["a"], "stratum": "cin", "prn": [0.5]})
    one = pd.Series({"cin": 1})
    draw = draw_sample(frame=frame, sizes=one, starts=one * 0.0)
    lacking = frame.drop(columns=column)
    for again in (
        lambda: draw_sample(frame=lacking, sizes=one, starts=one * 0.0),
        lambda: every_case(frame=lacking, draw=draw),
    ):
        with pytest.raises(ValueError, match=rf"frame lacks the columns \['{column}'\]"):
            again()


def test_a_list_of_sizes_is_refused():
    frame = pd.DataFrame({"case_id": ["a"], "stratum": "cin", "prn": [0.5]})
    with pytest.raises(ValueError, match="sizes must be a Series by label; got a list"):
        draw_sample(frame=frame, sizes=[1], starts=pd.Series({"cin": 0.0}))
