"""Charts as SVG images with their numbers in words: results in, no statistics here."""

from qaf_lib.display.charts.chart import Chart
from qaf_lib.display.charts.funnel import funnel_chart
from qaf_lib.display.charts.grid import before_after_grid
from qaf_lib.display.charts.precision import precision_chart
from qaf_lib.display.charts.rows import grade_bars, interval_dots
from qaf_lib.display.charts.series import run_points
from qaf_lib.display.charts.trend import trend_chart

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
