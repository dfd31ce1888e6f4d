"""Charts with a row for each grade, team or service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

import matplotlib
import pandas as pd
from matplotlib.figure import Figure

from qaf_lib.display.charts.chart import ACCENT, BAR, GRID, INK, RC, WIDTH, Chart, share_axis, svg
from qaf_lib.display.charts.words import alt_words, shown_rows
from qaf_lib.display.words import percent

__all__ = ["grade_bars", "interval_dots"]

ROW = 0.52
"""Inches from one row of a chart to the next, when its label has one line."""

LINE = 0.37
"""What each further line of a label adds, as a share of a row."""


def grade_bars(
    results: pd.DataFrame, *, caption: str, labels: Mapping[str, str] | None = None, alt: str = ""
) -> Chart:
    """A bar per grade with its interval, in the result's order (best first as analysis gives it)."""
    return _rows_chart(results, caption=caption, labels=labels, alt=alt, dots=False)


def interval_dots(
    results: pd.DataFrame,
    *,
    caption: str,
    labels: Mapping[str, str] | None = None,
    reference: float | None = None,
    reference_label: str = "overall",
    alt: str = "",
) -> Chart:
    """A dot and its interval per row: teams, services or domains, as given and not ranked.

    `reference` (fraction) draws a dashed line to compare with, such as the overall share.
    """
    mark = (reference, reference_label) if reference is not None else None
    return _rows_chart(results, caption=caption, labels=labels, alt=alt, dots=True, reference=mark)


def _rows_chart(
    results: pd.DataFrame,
    *,
    caption: str,
    labels: Mapping[str, str] | None,
    alt: str,
    dots: bool,
    reference: tuple[float, str] | None = None,
) -> Chart:
    rows = shown_rows(results, labels)
    words = alt or alt_words(caption, rows, reference)
    if not any(row["drawn"] for row in rows):
        return Chart(f"{caption}. Nothing to show: no row has an estimate.", caption, b"")
    tops = list(accumulate((1 + LINE * row["label"].count("\n") for row in rows), initial=0.0))
    foot = tops[-1] + (0.3 if reference else -0.25)
    with matplotlib.rc_context(RC):
        height = ROW * (foot + 0.55) + 0.45
        figure = Figure(figsize=(WIDTH, height))
        axes = figure.add_axes((0.02, 0.4 / height, 0.92, 1 - 0.45 / height))
        for bottom, row in zip(tops[1:], rows, strict=True):
            _draw_row(axes, bottom - 1, row, dots)
        axes.set_xlim(-0.015, 1.015)
        axes.set_ylim(foot, -0.55)
        share_axis(axes.xaxis)
        axes.tick_params(left=False, labelleft=False)
        axes.spines["left"].set_visible(False)
        if reference:
            _draw_reference(axes, *reference, rows=_drawn_tops(tops, rows), bottom=tops[-1])
        return Chart(words, caption, svg(figure))


def _drawn_tops(tops: Sequence[float], rows: Sequence[Mapping[str, Any]]) -> list[float]:
    return [bottom - 1 for bottom, row in zip(tops[1:], rows, strict=True) if row["drawn"]]


def _draw_reference(axes: Any, share: float, name: str, *, rows: Sequence[float], bottom: float) -> None:
    """A mark at the share on each row, clear of the words above it, and its name at the foot."""
    for at in [*rows, bottom - 0.55]:
        axes.plot([share, share], [at + 0.0, at + 0.34], color=ACCENT, linewidth=2, zorder=1)
    side = "right" if share > 0.5 else "left"
    axes.text(share, bottom - 0.05, f"{name} {percent(share)}", color=ACCENT, ha=side, va="center")


def _draw_row(axes: Any, at: int, row: Mapping[str, Any], dots: bool) -> None:
    """The label and the numbers above, the bar or the dot below them."""
    axes.text(0, at - 0.1, row["label"], ha="left", va="bottom")
    axes.text(1, at - 0.1, row["words"], ha="right", va="bottom")
    if not row["drawn"]:
        return
    low, high, share = row["low"], row["high"], row["estimate"]
    if dots:
        axes.plot([0, 1], [at + 0.15] * 2, color=GRID, linewidth=1, zorder=0)
    else:
        axes.barh(at + 0.15, 1, height=0.34, color="#eef1f4", zorder=0)
        axes.barh(at + 0.15, share, height=0.34, color=BAR, zorder=1)
    if low is not None and high is not None and high > low:
        axes.plot([low, high], [at + 0.15] * 2, color=INK, linewidth=2, zorder=2)
        for end in (low, high):
            axes.plot([end, end], [at + 0.06, at + 0.24], color=INK, linewidth=2, zorder=2)
    if dots:
        axes.plot([share], [at + 0.15], marker="o", markersize=9, color="#1d4f91", zorder=3)
