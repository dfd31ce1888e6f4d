"""A share over the months: about its median, or about its mean with limits and an icon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from qaf_lib.display.charts.chart import ACCENT, BAR, GRID, INK, RC, WIDTH, Chart, share_axis, svg
from qaf_lib.display.words import percent

__all__ = ["trend_chart"]

_DOT, _GREY = "#1d4f91", "#5b6670"
_MARKERS = {"": ("o", 7, _DOT), "improvement": ("^", 11, BAR), "concern": ("v", 11, ACCENT)}
_ICONS = {
    "": (_GREY, "ordinary variation only"),
    "improvement": (BAR, "better than chance explains"),
    "concern": (ACCENT, "worse than chance explains"),
}


def trend_chart(
    results: pd.DataFrame, *, caption: str, labels: Mapping[str, str] | None = None, alt: str = ""
) -> Chart:
    """A run chart or a control chart, as the result is one of either.

    Points that the rules of a control chart single out are triangles, up for better and down for
    worse, and the icon above says in words what the newest point shows. So colour is never alone.

    Parameters
    ----------
    results : DataFrame
        A result of `run_chart` or `p_chart`: `value` and `median` or `limits` by point, in time order.
    caption : str
        Line under the chart.
    labels : mapping, optional
        Words for the points.
    alt : str
        Words in place of the ones made from the results.
    """
    points = _points(results, labels)
    if all(point["share"] is None for point in points):
        return Chart(f"{caption}. Nothing to show: no point has a share.", caption, b"")
    latest = results[results["measure"] == "variation"]
    icon = None if latest.empty or latest["mark"].iloc[0] else _kind(str(latest["method"].iloc[0]))
    line = "mean" if "limits" in set(results["measure"]) else "median"
    words = alt or _alt(caption, points, line, icon)
    with matplotlib.rc_context(RC):
        figure = Figure(figsize=(WIDTH, 3.1 if icon is None else 3.7), layout="constrained")
        axes = figure.add_subplot()
        if icon is not None:
            _draw_icon(figure, axes, icon)
        _draw(axes, points, line)
        return Chart(words, caption, svg(figure))


def _points(results: pd.DataFrame, labels: Mapping[str, str] | None) -> list[dict[str, Any]]:
    lines = results[results["measure"].isin(["median", "limits"])].set_index("row_key")
    points = []
    for row in results[results["measure"] == "value"].to_dict("records"):
        key = str(row["row_key"])
        ends = [np.nan if pd.isna(end) else float(end) for end in lines.loc[key, ["estimate", "low", "high"]]]
        point: dict[str, Any] = {
            "name": (labels or {}).get(key, key),
            "share": None if row["mark"] or pd.isna(row["estimate"]) else float(row["estimate"]),
            "kind": _kind(str(row["method"])),
        }
        points.append(point | dict(zip(("centre", "low", "high"), ends, strict=True)))
    return points


def _kind(words: str) -> str:
    return next((kind for kind in ("improvement", "concern") if f"special cause, {kind}" in words), "")


def _draw(axes: Any, points: Sequence[Mapping[str, Any]], line: str) -> None:
    at = list(range(len(points)))
    centres = [
        (place, point["centre"]) for place, point in enumerate(points) if not np.isnan(point["centre"])
    ]
    if centres:
        axes.text(-0.4, 0.02, f"Line across: {line} {percent(centres[-1][1])}", color=ACCENT, fontsize=10)
    shares = [np.nan if point["share"] is None else point["share"] for point in points]
    axes.plot(at, [point["centre"] for point in points], color=ACCENT, linewidth=1.5)
    for side in ("low", "high"):
        axes.step(
            at, [point[side] for point in points], where="mid", color=INK, linewidth=1, linestyle=(0, (4, 3))
        )
    axes.plot(at, shares, color=BAR, linewidth=1.5)
    for place, point in enumerate(points):
        if point["share"] is not None:
            marker, size, colour = _MARKERS[point["kind"]]
            axes.plot([place], [point["share"]], marker=marker, markersize=size, color=colour, zorder=3)
    axes.set(ylim=(-0.03, 1.03), xlim=(-0.5, len(points) - 0.5))
    share_axis(axes.yaxis)
    step = -(-len(points) // 5)
    shown = range((len(points) - 1) % step, len(points), step)
    axes.set_xticks(list(shown), labels=["\n".join(wrap(points[place]["name"], 9)) for place in shown])
    axes.grid(axis="y", color=GRID, linewidth=0.8)


def _draw_icon(figure: Figure, axes: Any, kind: str) -> None:
    """A ring with a letter or a wave, and its words beside it."""
    colour, words = _ICONS[kind]
    axes.set_title(f"  {words[:1].upper()}{words[1:]}", loc="left", fontsize=11, color=INK, pad=19)
    ring = figure.add_axes((0.02, 0.89, 0.1, 0.1))
    ring.set_in_layout(False)
    ring.set(xlim=(-1.1, 1.1), ylim=(-1.1, 1.1), aspect="equal")
    ring.axis("off")
    ring.add_patch(Circle((0, 0), 1, fill=False, edgecolor=colour, linewidth=2.5))
    if kind:
        letter = {"improvement": "H", "concern": "L"}[kind]
        ring.text(0, -0.05, letter, ha="center", va="center", color=colour, fontweight="bold", fontsize=11)
    else:
        wave = np.linspace(-0.65, 0.65, 40)
        ring.plot(wave, 0.3 * np.sin(wave * 7.2), color=colour, linewidth=2)


def _alt(caption: str, points: Sequence[Mapping[str, Any]], line: str, icon: str | None) -> str:
    said = {
        "": "",
        "improvement": " (better than chance explains)",
        "concern": " (worse than chance explains)",
    }
    told = [
        f"{point['name']} {'no value' if point['share'] is None else percent(point['share'])}"
        f"{said[point['kind']]}"
        for point in points
    ]
    centres = [point["centre"] for point in points if not np.isnan(point["centre"])]
    middle = f"; {line} {percent(centres[-1])}" if centres else ""
    newest = "" if icon is None else f". Newest point: {_ICONS[icon][1]}"
    return f"{caption}: {'; '.join(told)}{middle}{newest}."
