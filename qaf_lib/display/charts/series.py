"""Shares over the quarters."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap

import matplotlib
import pandas as pd
from matplotlib.figure import Figure

from qaf_lib.display.charts.chart import BAR, GRID, INK, RC, WIDTH, Chart, share_axis, svg
from qaf_lib.display.charts.words import alt_words, shown_rows

__all__ = ["run_points"]


def run_points(
    results: pd.DataFrame, *, caption: str, labels: Mapping[str, str] | None = None, alt: str = ""
) -> Chart:
    """A share over the quarters with its intervals: one row per quarter, in time order."""
    rows = shown_rows(results, labels)
    drawn = [(at, row) for at, row in enumerate(rows) if row["drawn"]]
    words = alt or alt_words(caption, rows)
    if not drawn:
        return Chart(f"{caption}. Nothing to show: no row has an estimate.", caption, b"")
    with matplotlib.rc_context(RC):
        figure = Figure(figsize=(WIDTH, 2.9), layout="constrained")
        axes = figure.add_subplot()
        axes.plot([at for at, _ in drawn], [row["estimate"] for _, row in drawn], color=BAR, linewidth=1.5)
        for at, row in drawn:
            if row["low"] is not None:
                axes.plot([at, at], [row["low"], row["high"]], color=INK, linewidth=2)
            axes.plot([at], [row["estimate"]], marker="o", markersize=8, color="#1d4f91", zorder=3)
        axes.set_ylim(0, 1)
        axes.set_xlim(-0.5, len(rows) - 0.5)
        share_axis(axes.yaxis)
        step = -(-len(rows) // 5)
        shown = range((len(rows) - 1) % step, len(rows), step)
        axes.set_xticks(list(shown), labels=["\n".join(wrap(rows[at]["name"], 9)) for at in shown])
        axes.grid(axis="y", color=GRID, linewidth=0.8)
        return Chart(words, caption, svg(figure))
