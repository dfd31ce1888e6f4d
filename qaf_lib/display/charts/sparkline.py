"""A small line of the last periods, to stand beside a figure."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib
from matplotlib.figure import Figure

from qaf_lib.display.charts.chart import ACCENT, BAR, GRID, RC, Chart, svg
from qaf_lib.display.words import percent


def sparkline(points: Sequence[tuple[str, float]], *, caption: str) -> Chart:
    """Shares (fractions) of the last periods by name, in time order; the newest is marked.

    Examples
    --------
    >>> sparkline([("Q1", 0.5), ("Q2", 0.62)], caption="Good or better").alt
    'Good or better: Q1 50%, Q2 62%.'
    """
    told = ", ".join(f"{name} {percent(share)}" for name, share in points)
    with matplotlib.rc_context(RC):
        figure = Figure(figsize=(1.7, 0.45), facecolor="none")
        axes = figure.add_axes((0.03, 0.1, 0.94, 0.8))
        shares = [share for _, share in points]
        axes.axhline(0, color=GRID, linewidth=1)
        axes.plot(range(len(shares)), shares, color=BAR, linewidth=2, marker="o", markersize=3.5)
        axes.plot([len(shares) - 1], shares[-1:], marker="o", markersize=7, color=ACCENT)
        axes.set(ylim=(-0.16, 1.16), xlim=(-0.25, len(shares) - 0.75))
        axes.axis("off")
        return Chart(f"{caption}: {told}.", caption, svg(figure))
