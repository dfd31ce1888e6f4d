"""What pages show: tables, charts, passages and the words for numbers. Takes results, computes nothing."""

from qaf_lib.display.charts import (
    Chart,
    before_after_grid,
    grade_bars,
    interval_dots,
    precision_chart,
    run_points,
)
from qaf_lib.display.passages import Card, Cards, Figure, KeyFigures, Note, Passage
from qaf_lib.display.tables import Table, count_table, cross_table, plain_table, share_table
from qaf_lib.display.words import (
    count_of,
    interval_words,
    long_date,
    percent,
    points,
    score,
    share_words,
)

__all__ = [
    "Card",
    "Cards",
    "Chart",
    "Figure",
    "KeyFigures",
    "Note",
    "Passage",
    "Table",
    "before_after_grid",
    "count_of",
    "count_table",
    "cross_table",
    "grade_bars",
    "interval_dots",
    "interval_words",
    "long_date",
    "percent",
    "plain_table",
    "points",
    "precision_chart",
    "run_points",
    "score",
    "share_table",
    "share_words",
]
