"""What every chart is: an SVG image with its numbers in words, rows and series."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO
from itertools import accumulate
from textwrap import wrap
from typing import Any

import matplotlib
import pandas as pd
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from qaf_lib.display.words import MARK_WORDS, interval_words, percent

WIDTH = 4.6
"""Inches: 442 pixels, so that 11-point labels stay legible when shrunk to a narrow screen."""

INK, BAR, ACCENT, GRID = "#0b0c0c", "#4a7fbd", "#9c3d00", "#d9dee4"
BETTER, SAME, WORSE = "#cfe0f5", "#eceff1", "#fbdcc4"

RC: dict[Any, Any] = {
    "svg.hashsalt": "qaf",
    "svg.fonttype": "path",
    "font.family": "DejaVu Sans",
    "font.size": 11,
    "text.parse_math": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#5b6670",
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}


@dataclass(frozen=True)
class Chart:
    """An SVG image, its words for those who do not see it, and its caption.

    Attributes
    ----------
    alt : str
        What the chart shows, with its numbers; at least 20 characters.
    caption : str
        Line under the chart.
    svg : bytes
        The image; empty where there is nothing to draw.
    """

    alt: str
    caption: str
    svg: bytes

    def __post_init__(self) -> None:
        """Refuse a chart that says nothing to those who cannot see it."""
        if len(self.alt.strip()) < 20:
            raise ValueError(f"alt must say what the chart shows in 20 characters or more; got {self.alt!r}")

    def to_html(self) -> str:
        """The chart for a page: an image with its data in the address."""
        if not self.svg:
            return f'<p class="empty">{escape(self.alt)}</p>'
        return f'<figure class="chart">{self.image}<figcaption>{escape(self.caption)}</figcaption></figure>'

    @property
    def image(self) -> str:
        """The image alone, with its data in the address."""
        source = "data:image/svg+xml;base64," + b64encode(self.svg).decode("ascii")
        return f'<img alt="{escape(self.alt)}" src="{source}">'

    def __repr__(self) -> str:
        return f"{self.caption}: {self.alt}"

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        return {"text/html": self.to_html(), "text/plain": repr(self)}


def share_axis(axis: Any) -> None:
    """An axis of shares, from none to all."""
    axis.set_ticks([0, 0.25, 0.5, 0.75, 1], labels=["0%", "25%", "50%", "75%", "100%"])


def svg(figure: Figure) -> bytes:
    """The figure as bytes that depend on nothing but its drawing."""
    FigureCanvasSVG(figure)
    out = BytesIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue().replace(b"\r\n", b"\n")


def shown_rows(results: pd.DataFrame, labels: Mapping[str, str] | None) -> list[dict[str, Any]]:
    """The rows with their words, in order; marks and missing estimates have words but are not drawn."""
    if results["row_key"].duplicated().any():
        raise ValueError("a chart shows one measure: give one row per row_key")
    rows = []
    for cells in results.to_dict("records"):
        row: dict[str, Any] = {
            name: None if pd.isna(cells[name]) else cells[name] for name in ("estimate", "low", "high", "n")
        }
        row["drawn"] = not cells["mark"] and row["estimate"] is not None
        words = MARK_WORDS.get(cells["mark"], "no estimate")
        if row["drawn"]:
            spread = row["low"] is not None and row["low"] != row["high"]
            span = f" ({interval_words(row['low'], row['high'])})" if spread else ""
            words = f"{percent(row['estimate'])}{span}"
        text = (labels or {}).get(str(cells["row_key"]), sentence(str(cells["row_key"])))
        rows.append({**row, "name": text, "label": "\n".join(wrap(text, 27)) or "–", "words": words})
    return rows


def sentence(key: str) -> str:
    """The key with a capital and spaces."""
    text = key.replace("_", " ")
    return text[:1].upper() + text[1:]


def alt_words(
    caption: str, rows: Sequence[Mapping[str, Any]], reference: tuple[float, str] | None = None
) -> str:
    """The chart read aloud: every row with its numbers."""
    parts = [f"{row['name']} {row['words']}" for row in rows]
    if reference:
        parts.append(f"dashed line: {reference[1]} {percent(reference[0])}")
    spans = " (in brackets: 95% interval)" if any("(" in row["words"] for row in rows) else ""
    return f"{caption}{spans}: {'; '.join(parts)}."


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
