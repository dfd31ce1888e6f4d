"""Changes beside one another, and the two grades of a grid."""

import pytest

from qaf_lib.analysis import results_table
from qaf_lib.display import before_after_grid
from qaf_lib.display.charts.kinds import change_dots
from qaf_lib.display.words import probability

ROW = {"table_id": "t", "measure": "change", "n": 60, "method": "Newcombe"}
CHANGES = results_table(
    [
        {**ROW, "row_key": "since", "estimate": 0.12, "low": 0.02, "high": 0.21},
        {**ROW, "row_key": "again", "estimate": -0.04, "low": -0.33, "high": 0.25},
        {**ROW, "row_key": "chosen", "mark": "x"},
        {**ROW, "row_key": "unasked", "mark": "z"},
    ]
)


def test_changes_are_read_aloud_in_points_with_what_is_worthwhile():
    chart = change_dots(CHANGES, caption="Change of the share", worthwhile=0.1, labels={"since": "since Q1"})
    assert "since Q1 +12 (+2 to +21); Again −4 (−33 to +25)" in chart.alt
    assert "Chosen not available; Unasked not applicable" in chart.alt
    assert "A rise of +10 points is worthwhile" in chart.alt
    assert chart.svg.startswith(b"<?xml")


def test_the_same_changes_give_the_same_bytes():
    first, second = (change_dots(CHANGES, caption="Change of the share", worthwhile=0.1) for _ in range(2))
    assert first.svg == second.svg


def test_without_an_estimate_there_is_nothing_to_draw():
    chart = change_dots(CHANGES.iloc[2:], caption="Change of the share", worthwhile=0.1)
    assert chart.svg == b""
    assert "Nothing to show" in chart.to_html()


@pytest.mark.parametrize("worthwhile", [0.01, 0.6])
def test_a_worthwhile_change_of_any_size_fits(worthwhile):
    assert change_dots(CHANGES, caption="Change of the share", worthwhile=worthwhile).svg


def test_the_grid_says_which_two_grades_it_shows():
    counts = results_table(
        {"table_id": "t", "row_key": a, "measure": b, "x": x, "method": "count"}
        for a, b, x in [("good", "good", 5), ("good", "poor", 1)]
    )
    chart = before_after_grid(
        counts,
        caption="Moderation",
        grades=["poor", "good"],
        sides=("Audit grade", "Moderated grade"),
    )
    assert "audit grade to moderated grade: Good to Good 5; Good to Poor 1" in chart.alt


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "under 0.01"),
        (0.005, "0.01"),
        (0.039, "0.04"),
        (0.04, "0.040"),
        (0.0499, "0.050"),
        (0.06, "0.06"),
    ],
)
def test_a_probability_near_a_twentieth_is_not_rounded_onto_it(value, words):
    assert probability(value) == words
