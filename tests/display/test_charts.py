import base64
import hashlib
import re
import subprocess
import sys

import pandas as pd
import pytest

from qaf_lib.analysis import results_table
from qaf_lib.display import Chart, before_after_grid, grade_bars, interval_dots, precision_chart, run_points

ROW = {"table_id": "t", "measure": "share", "n": 40, "population": 200, "method": "Wilson"}
TWO = results_table(
    [
        {**ROW, "row_key": "East", "x": 30, "estimate": 0.75, "low": 0.6, "high": 0.86},
        {**ROW, "row_key": "West", "x": None, "mark": "x"},
    ]
)
COUNTS = results_table(
    {"table_id": "t", "row_key": a, "measure": b, "x": x, "method": "count"}
    for a, b, x in [("good", "good", 5), ("good", "poor", 1), ("poor", "good", 2), ("poor", "poor", 0)]
)
CURVE = pd.DataFrame({"sample": [10, 60, 153], "margin": [0.3, 0.1, 0.0]})
CHARTS = {
    "grade_bars": lambda: grade_bars(TWO, caption="Share at each grade"),
    "interval_dots": lambda: interval_dots(TWO, caption="Share by service", reference=0.7),
    "run_points": lambda: run_points(TWO, caption="Share by period"),
    "before_after_grid": lambda: before_after_grid(
        COUNTS, caption="Before and after", grades=["poor", "good"]
    ),
    "precision_chart": lambda: precision_chart(CURVE, chosen=60, caption="Precision by size"),
}


@pytest.mark.parametrize("name", sorted(CHARTS))
def test_a_chart_is_an_image_with_words_and_no_address(name):
    chart = CHARTS[name]()
    html = chart.to_html()
    svg = base64.b64decode(re.search(r"base64,([^\"]+)", html)[1]).decode("utf-8")
    assert len(chart.alt) >= 20
    assert "<script" not in svg
    assert re.findall(r'(?:href|src)="(?!#|data:)[^"]+"', svg) == []


def test_alternative_words_hold_the_numbers_and_the_reason_for_what_is_not_drawn():
    chart = CHARTS["interval_dots"]()
    assert "East 75% (60% to 86%)" in chart.alt.replace(":", "")
    assert "West not available" in chart.alt


def test_a_chart_has_the_same_bytes_in_another_process():
    code = (
        "import pandas as pd, hashlib; from qaf_lib.display import precision_chart;"
        "c = pd.DataFrame({'sample': [10, 60, 153], 'margin': [0.3, 0.1, 0.0]});"
        "print(hashlib.sha256(precision_chart(c, chosen=60, caption='Precision by size').svg).hexdigest())"
    )

    other = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert hashlib.sha256(CHARTS["precision_chart"]().svg).hexdigest() == other


def test_nothing_to_draw_says_so_instead_of_an_empty_picture():
    missing = results_table([{**ROW, "row_key": "West", "x": None, "mark": "x"}])
    html = grade_bars(missing, caption="Share at each grade").to_html()
    assert "Nothing to show" in html
    assert "<img" not in html


def test_words_too_short_to_tell_anything_are_refused():
    with pytest.raises(ValueError, match="alt"):
        Chart("a chart", "Caption", b"<svg/>")


def test_two_rows_of_one_key_are_refused():
    twice = results_table(
        [{**ROW, "row_key": "East", "x": 1}, {**ROW, "row_key": "East", "measure": "other", "x": 1}]
    )
    with pytest.raises(ValueError, match="one row per row_key"):
        grade_bars(twice, caption="Share at each grade")
