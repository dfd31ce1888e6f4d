"""Changes in percentage points beside one another, with no change in the middle."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from textwrap import wrap
from typing import Any

import matplotlib
import pandas as pd
from matplotlib.figure import Figure

from qaf_lib.display.charts.chart import ACCENT, GRID, INK, RC, WIDTH, Chart, svg
from qaf_lib.display.charts.words import sentence
from qaf_lib.display.words import MARK_WORDS, points

__all__ = ["change_dots"]

_ROW, _LINE = 0.52, 0.37


def change_dots(
    results: pd.DataFrame,
    *,
    caption: str,
    worthwhile: float,
    labels: Mapping[str, str] | None = None,
    alt: str = "",
) -> Chart:
    """A dot and its interval per change, a solid line at no change and a dashed one at a worthwhile rise.

    Parameters
    ----------
    results : DataFrame
        A result: one row per row_key; estimate, low and high are differences (fractions).
    caption : str
        Line under the chart.
    worthwhile : float
        Smallest rise that was said to matter (fraction).
    labels : mapping, optional
        Words for the row keys.
    alt : str
        Words in place of the ones made from the rows.
    """
    rows = [_shown(dict(row), labels or {}) for row in results.to_dict("records")]
    drawn = [row for row in rows if row["drawn"]]
    if not drawn:
        return Chart(f"{caption}. Nothing to show: no change has an estimate.", caption, b"")
    told = "; ".join(f"{row['name']} {row['words']}" for row in rows)
    words = (
        alt or f"{caption} (in brackets: 95% interval): {told}. A rise of {points(worthwhile)} is worthwhile."
    )
    reach = max([worthwhile, *(abs(row[end]) for row in drawn for end in ("low", "high", "estimate"))])
    edge = min(1.0, (int(reach * 10 - 1e-9) + 1) / 10)
    tops = list(accumulate((1 + _LINE * row["label"].count("\n") for row in rows), initial=0.0))
    with matplotlib.rc_context(RC):
        height = _ROW * (tops[-1] + 0.85) + 0.45
        figure = Figure(figsize=(WIDTH, height))
        axes = figure.add_axes((0.04, 0.4 / height, 0.92, 1 - 0.45 / height))
        for bottom, row in zip(tops[1:], rows, strict=True):
            _draw(axes, bottom - 1, row, edge, worthwhile)
        axes.text(worthwhile, tops[-1] - 0.02, f"worthwhile {points(worthwhile)}", color=ACCENT, ha="center")
        axes.set_xlim(-edge * 1.02, edge * 1.02)
        axes.set_ylim(tops[-1] + 0.3, -0.55)
        ticks = [-edge, -edge / 2, 0, edge / 2, edge]
        axes.xaxis.set_ticks(ticks, labels=[_tick(at) for at in ticks])
        axes.tick_params(left=False, labelleft=False)
        axes.spines["left"].set_visible(False)
        return Chart(words, caption, svg(figure))


def _draw(axes: Any, at: float, row: Mapping[str, Any], edge: float, worthwhile: float) -> None:
    axes.text(-edge, at - 0.1, row["label"], ha="left", va="bottom")
    axes.text(edge, at - 0.1, row["words"], ha="right", va="bottom")
    if not row["drawn"]:
        return
    middle = at + 0.15
    axes.plot([-edge, edge], [middle, middle], color=GRID, linewidth=1, zorder=0)
    axes.plot([0, 0], [at, at + 0.34], color=INK, linewidth=1.5, zorder=1)
    axes.plot([worthwhile] * 2, [at, at + 0.34], color=ACCENT, linewidth=2, linestyle=(0, (2, 1)), zorder=1)
    axes.plot([row["low"], row["high"]], [middle, middle], color=INK, linewidth=2, zorder=2)
    for end in (row["low"], row["high"]):
        axes.plot([end, end], [at + 0.06, at + 0.24], color=INK, linewidth=2, zorder=2)
    axes.plot([row["estimate"]], [middle], marker="o", markersize=9, color="#1d4f91", zorder=3)


def _shown(cells: Mapping[Any, Any], labels: Mapping[str, str]) -> dict[str, Any]:
    key = str(cells["row_key"])
    numbers = {name: cells[name] for name in ("estimate", "low", "high")}
    drawn = not cells["mark"] and not any(pd.isna(value) for value in numbers.values())
    words = MARK_WORDS.get(cells["mark"], "no estimate")
    if drawn:
        estimate, low, high = (_short(points(float(value))) for value in numbers.values())
        words = f"{estimate} ({low} to {high})"
    name = labels.get(key, sentence(key))
    return {
        **numbers,
        "drawn": drawn,
        "words": words,
        "name": name,
        "label": "\n".join(wrap(name, 27)) or "–",
    }


def _short(text: str) -> str:
    return text.split(" ")[0]


def _tick(at: float) -> str:
    return _short(points(at))
