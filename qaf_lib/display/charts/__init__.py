"""Charts as SVG images with their numbers in words: results in, no statistics here."""

from qaf_lib.display.charts.chart import Chart, grade_bars, interval_dots, run_points
from qaf_lib.display.charts.kinds import before_after_grid, funnel_chart, precision_chart, trend_chart

__all__ = [
    "Chart",
    "before_after_grid",
    "funnel_chart",
    "grade_bars",
    "interval_dots",
    "precision_chart",
    "run_points",
    "trend_chart",
]
