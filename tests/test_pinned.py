"""The search for small counts that rounded ones give away, against a search through every possibility."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qaf_lib.disclosure.rounding import Part, could_be, pinned, publishable, rounded

ANSWERS = [Part(("a",), ("whole",)), Part(("b",), ("whole",))]
SAME = [Part(("a",), ("whole",), exactly=True), Part(("b",), ("whole",), exactly=True)]
PINNING = {"whole": {"x": 20, "y": 20}, "a": {"x": 35, "y": 10, "z": 5}}
"""The whole is 44 at most and `a` 44 at least: its cells are 33, 8 and 3."""


def fits(values, parts):
    """Whether true counts by group obey the sums that are known."""
    sums = {group: sum(cells) for group, cells in values.items()}
    for known in parts:
        if not set(known.whole) <= set(sums):
            continue
        part = sum(sums.get(group, 0) for group in known.part)
        whole = sum(sums[group] for group in known.whole)
        all_there = set(known.part) <= set(sums)
        if part > whole or (known.exactly and all_there and part != whole):
            return False
    return True


def possible(counts, parts):
    """Every value that each cell can have, found by trying all true counts one after the other."""
    cells = [(group, cell) for group, found in counts.items() for cell in found]
    found = {cell: set() for cell in cells}
    for values in product(*(could_be(counts[group][cell]) for group, cell in cells)):
        tried = dict(zip(cells, values, strict=True))
        if fits({group: [n for cell, n in tried.items() if cell[0] == group] for group in counts}, parts):
            for cell, value in tried.items():
                found[cell].add(value)
    return found


def only_small(values):
    return len(values) == 1 and 1 <= next(iter(values)) <= 4


@st.composite
def worlds(draw):
    """True counts of a whole and of two parts of it."""
    whole = draw(st.lists(st.integers(0, 12), min_size=1, max_size=2))
    left = {name: sum(whole) for name in "ab"}
    parts = {}
    for name in "ab":
        cells = []
        for _ in range(draw(st.integers(1, 2))):
            cells.append(draw(st.integers(0, left[name])))
            left[name] -= cells[-1]
        parts[name] = cells
    return {"whole": whole, **parts}


def published(world):
    return {group: {str(at): rounded(n) for at, n in enumerate(cells)} for group, cells in world.items()}


@settings(max_examples=30)
@given(worlds())
def test_the_search_finds_what_trying_everything_finds(world):
    counts = published(world)
    every = possible(counts, ANSWERS)
    assert pinned(counts, ANSWERS) == [cell for cell, values in every.items() if only_small(values)]


@settings(max_examples=30)
@given(worlds(), st.sampled_from([SAME[:1], SAME[1:], SAME]))
def test_the_search_finds_what_trying_everything_finds_where_sums_are_the_same(world, same):
    counts, parts = published(world), [*ANSWERS, *same]
    every = possible(counts, parts)
    if all(every.values()):
        assert pinned(counts, parts) == [cell for cell, values in every.items() if only_small(values)]
    else:
        with pytest.raises(ValueError, match="a part is more than its whole"):
            pinned(counts, parts)


@settings(max_examples=30)
@given(worlds())
def test_what_is_published_leaves_each_small_count_two_values(world):
    counts = published(world)
    shown = publishable(counts, ANSWERS, SAME)
    every = possible({group: counts[group] for group in shown}, ANSWERS)
    small = [(group, str(at)) for group in shown for at, n in enumerate(world[group]) if 1 <= n <= 4]
    assert all(len(every[cell]) >= 2 for cell in small)


@settings(max_examples=30)
@given(worlds())
def test_a_page_without_a_group_is_the_page_of_counts_that_never_had_it(world):
    counts = published(world)
    shown = publishable(counts, ANSWERS, SAME)
    assert publishable({group: counts[group] for group in shown}, ANSWERS, SAME) == shown


def test_a_part_that_fills_its_whole_to_the_brim_pins_it():
    assert pinned(PINNING, ANSWERS) == [("a", "z")]
    assert publishable(PINNING, ANSWERS) == ["whole"]


def test_one_more_to_spare_pins_nothing():
    counts = {"whole": {"x": 20, "y": 20, "w": 0}, "a": PINNING["a"]}  # 46 at most
    assert pinned(counts, ANSWERS) == []
    assert publishable(counts, ANSWERS) == ["whole", "a"]


def test_a_pinned_count_above_four_is_nobody_s_secret():
    counts = {"whole": {"x": 20, "y": 20}, "a": {"x": 35, "y": 15}}  # 44 at most, 46 at least
    with pytest.raises(ValueError, match="no true counts fit"):
        pinned(counts, ANSWERS)
    counts = {"whole": {"x": 20, "y": 20}, "a": {"x": 30, "y": 10, "z": 10}}  # 44 and 44
    assert pinned(counts, ANSWERS) == []


def test_a_later_group_is_tried_without_the_one_that_went():
    counts = {**PINNING, "b": {"x": 20, "y": 5}}
    assert publishable(counts, ANSWERS) == ["whole", "b"]


def test_a_guess_is_searched_as_if_it_were_known():
    # 23 at least and, where every audit has an answer, 23 at most: 17, 2, 2 and 2
    counts = {"whole": {"x": 25}, "a": {"w": 15, "x": 0, "y": 0, "z": 0}}
    assert publishable(counts, ANSWERS) == ["whole", "a"]
    assert publishable(counts, ANSWERS, SAME) == ["whole"]


def test_a_guess_that_cannot_be_so_pins_nothing():
    counts = {"whole": {"x": 25}, "a": {"w": 5, "x": 0, "y": 0, "z": 0}}  # 13 at most
    assert publishable(counts, ANSWERS, SAME) == ["whole", "a"]


def test_a_guess_is_searched_alone_where_it_does_not_fit_with_the_others():
    # `b` may be the whole (26 or 27), or `a` may (23, and pinned), but not both
    counts = {"whole": {"x": 25}, "b": {"v": 25, "u": 5}, "a": {"w": 15, "x": 0, "y": 0, "z": 0}}
    assert publishable(counts, ANSWERS[:1], SAME[1:]) == ["whole", "b", "a"]
    assert publishable(counts, ANSWERS[:1], [SAME[1], SAME[0]]) == ["whole", "b"]


def test_nothing_is_known_of_a_sum_whose_whole_is_not_published():
    assert pinned({"a": PINNING["a"]}, ANSWERS) == []
