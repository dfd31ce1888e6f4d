"""How well a share is known, by the number of cases."""

from __future__ import annotations

import matplotlib
import pandas as pd
from matplotlib.figure import Figure

from qaf_lib.display.charts.chart import ACCENT, BAR, GRID, RC, WIDTH, Chart, svg
from qaf_lib.display.words import count_words, percent

__all__ = ["precision_chart"]


def precision_chart(curve: pd.DataFrame, *, chosen: int, caption: str, alt: str = "") -> Chart:
    """How well a share will be known, by the number of cases drawn.

    Parameters
    ----------
    curve : DataFrame
        sample (cases) and margin (half-width of the interval, fraction), in order of sample.
    chosen : int
        The number of cases to point at.
    caption : str
        Line under the chart.
    alt : str
        Words in place of the ones made from the curve.
    """
    samples, margins = [int(value) for value in curve["sample"]], [float(value) for value in curve["margin"]]
    sample, margin = min(zip(samples, margins, strict=True), key=lambda point: abs(point[0] - chosen))
    told = f"{count_words(sample)} graded: within {percent(margin)[:-1]} points"
    ends = ((samples[0], margins[0]), (samples[-1], margins[-1]))
    spread = " to ".join(f"{percent(size)[:-1]} points at {count_words(count)}" for count, size in ends)
    words = alt or f"{caption}: the margin falls from {spread} graded. Chosen: {told}."
    with matplotlib.rc_context(RC):
        figure = Figure(figsize=(WIDTH, 2.9), layout="constrained")
        axes = figure.add_subplot()
        axes.plot(samples, [size * 100 for size in margins], color=BAR, linewidth=2.5)
        axes.plot([sample, sample, 0], [0, margin * 100, margin * 100], color=ACCENT, linestyle=(0, (4, 3)))
        axes.plot([sample], [margin * 100], marker="o", markersize=9, color=ACCENT, zorder=3)
        late = sample > max(samples) / 2
        axes.annotate(
            told,
            (sample, margin * 100),
            xytext=(-10 if late else 10, 8),
            textcoords="offset points",
            ha="right" if late else "left",
            color=ACCENT,
        )
        axes.set(xlim=(0, None), xlabel="Graded", ylabel="Margin (points)")
        axes.set_ylim(0, min(50.0, max(margins) * 100 * 1.05))
        axes.grid(axis="y", color=GRID, linewidth=0.8)
        return Chart(words, caption, svg(figure))
