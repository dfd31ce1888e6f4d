"""Charts as SVG images with their numbers in words: results in, no statistics here.

Made for a narrow screen first: labels stand above their bars, so that nothing is
lost at 320 pixels or in print. The same input gives the same bytes.
"""

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

from qaf_lib.display.words import count_words, interval_words, percent

__all__ = ["Chart", "before_after_grid", "grade_bars", "interval_dots", "precision_chart", "run_points"]

WIDTH = 4.6
"""Inches: 442 pixels, so that 11-point labels stay legible when shrunk to a narrow screen."""

ROW = 0.52
"""Inches from one row of a chart to the next, when its label has one line."""

LINE = 0.37
"""What each further line of a label adds, as a share of a row."""

INK, BAR, ACCENT, GRID = "#0b0c0c", "#4a7fbd", "#9c3d00", "#d9dee4"
BETTER, SAME, WORSE = "#cfe0f5", "#eceff1", "#fbdcc4"

RC: dict[Any, Any] = {
    "svg.hashsalt": "qaf",
    "svg.fonttype": "path",
    "font.family": "DejaVu Sans",
    "font.size": 11,
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
        source = "data:image/svg+xml;base64," + b64encode(self.svg).decode("ascii")
        image = f'<img alt="{escape(self.alt)}" src="{source}">'
        return f'<figure class="chart">{image}<figcaption>{escape(self.caption)}</figcaption></figure>'

    def __repr__(self) -> str:
        return f"{self.caption}: {self.alt}"

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        return {"text/html": self.to_html(), "text/plain": repr(self)}


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
    rows = _shown(results, labels)
    words = alt or _alt(caption, rows, reference)
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
        _share_axis(axes.xaxis)
        axes.tick_params(left=False, labelleft=False)
        axes.spines["left"].set_visible(False)
        if reference:
            _draw_reference(axes, *reference, rows=_drawn_tops(tops, rows), bottom=tops[-1])
        return Chart(words, caption, _svg(figure))


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


def _shown(results: pd.DataFrame, labels: Mapping[str, str] | None) -> list[dict[str, Any]]:
    """The rows with their words, in order; marks and missing estimates have words but are not drawn."""
    if results["row_key"].duplicated().any():
        raise ValueError("a chart shows one measure: give one row per row_key")
    rows = []
    for cells in results.to_dict("records"):
        row: dict[str, Any] = {
            name: None if pd.isna(cells[name]) else cells[name] for name in ("estimate", "low", "high", "n")
        }
        row["drawn"] = not cells["mark"] and row["estimate"] is not None
        words = {"c": "suppressed", "z": "not applicable", "x": "not available"}.get(
            cells["mark"], "no estimate"
        )
        if row["drawn"]:
            spread = row["low"] is not None and row["low"] != row["high"]
            span = f" ({interval_words(row['low'], row['high'])})" if spread else ""
            words = f"{percent(row['estimate'])}{span}"
        text = (labels or {}).get(str(cells["row_key"]), _sentence(str(cells["row_key"])))
        rows.append({**row, "name": text, "label": "\n".join(wrap(text, 27)) or "–", "words": words})
    return rows


def _sentence(key: str) -> str:
    text = key.replace("_", " ")
    return text[:1].upper() + text[1:]


def _alt(caption: str, rows: Sequence[Mapping[str, Any]], reference: tuple[float, str] | None = None) -> str:
    """The chart read aloud: every row with its numbers."""
    parts = [f"{row['name']} {row['words']}" for row in rows]
    if reference:
        parts.append(f"dashed line: {reference[1]} {percent(reference[0])}")
    spans = " (in brackets: 95% interval)" if any("(" in row["words"] for row in rows) else ""
    return f"{caption}{spans}: {'; '.join(parts)}."


def _share_axis(axis: Any) -> None:
    axis.set_ticks([0, 0.25, 0.5, 0.75, 1], labels=["0%", "25%", "50%", "75%", "100%"])


def run_points(
    results: pd.DataFrame, *, caption: str, labels: Mapping[str, str] | None = None, alt: str = ""
) -> Chart:
    """A share over the quarters with its intervals: one row per quarter, in time order."""
    rows = _shown(results, labels)
    drawn = [(at, row) for at, row in enumerate(rows) if row["drawn"]]
    words = alt or _alt(caption, rows)
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
        _share_axis(axes.yaxis)
        step = -(-len(rows) // 5)
        shown = range((len(rows) - 1) % step, len(rows), step)
        axes.set_xticks(list(shown), labels=["\n".join(wrap(rows[at]["name"], 9)) for at in shown])
        axes.grid(axis="y", color=GRID, linewidth=0.8)
        return Chart(words, caption, _svg(figure))


def before_after_grid(
    results: pd.DataFrame,
    *,
    caption: str,
    grades: Sequence[str],
    labels: Mapping[str, str] | None = None,
    alt: str = "",
) -> Chart:
    """Counts of earlier grade by later grade, tinted by direction.

    Parameters
    ----------
    results : DataFrame
        A result: row_key the earlier grade, measure the later one, x the count.
    caption : str
        Line under the chart.
    grades : sequence of str
        From worst to best.
    labels : mapping, optional
        Words for the grades.
    alt : str
        Words in place of the ones made from the counts.
    """
    best_first = list(reversed(grades))
    cells = {(str(row["row_key"]), str(row["measure"])): row for row in results.to_dict("records")}
    counts = {key: _cell_words(row) for key, row in cells.items()}
    name = {grade: (labels or {}).get(grade, _sentence(grade)) for grade in best_first}
    told = [
        f"{name[before]} to {name[after]} {counts[before, after]}"
        for before in best_first
        for after in best_first
        if counts.get((before, after), "0") != "0"
    ]
    words = alt or f"{caption}, earlier grade to later grade: {'; '.join(told) or 'no matched cases'}."
    with matplotlib.rc_context({**RC, "font.size": 10}):
        figure = Figure(figsize=(WIDTH, 0.42 * len(grades) + 1.25), layout="constrained")
        axes = figure.add_subplot()
        for down, before in enumerate(best_first):
            for across, after in enumerate(best_first):
                tint = SAME if down == across else BETTER if across < down else WORSE
                axes.fill([across, across + 1, across + 1, across], [down, down, down + 1, down + 1], tint)
                text = counts.get((before, after), "0")
                weight = "normal" if text == "0" else "bold"
                axes.text(
                    across + 0.5, down + 0.5, text, ha="center", va="center", fontsize=12, weight=weight
                )
        places = [at + 0.5 for at in range(len(grades))]
        short = ["\n".join(wrap(name[grade], 13)) for grade in best_first]
        axes.set_xticks(places, labels=short, fontsize=9)
        axes.set_yticks(places, labels=short)
        axes.set(xlim=(0, len(grades)), ylim=(len(grades), 0), ylabel="Earlier grade")
        axes.set_xlabel("Later grade; left of the grey diagonal is better")
        axes.xaxis.set_label_position("top")
        axes.tick_params(length=0, labeltop=True, labelbottom=False)
        axes.spines[:].set_visible(False)
        axes.vlines(range(len(grades) + 1), 0, len(grades), color="white", linewidth=2)
        axes.hlines(range(len(grades) + 1), 0, len(grades), color="white", linewidth=2)
        return Chart(words, caption, _svg(figure))


def _cell_words(row: Mapping[Any, Any]) -> str:
    if row["mark"]:
        return f"[{row['mark']}]"
    return "0" if pd.isna(row["x"]) else count_words(row["x"])


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
    told = f"{count_words(sample)} cases: within {percent(margin)[:-1]} points"
    ends = ((samples[0], margins[0]), (samples[-1], margins[-1]))
    spread = " to ".join(f"{percent(size)[:-1]} points at {count_words(count)}" for count, size in ends)
    words = alt or f"{caption}: the margin falls from {spread} cases. Chosen: {told}."
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
        axes.set(xlim=(0, None), xlabel="Cases drawn", ylabel="Margin (points)")
        axes.set_ylim(0, min(50.0, max(margins) * 100 * 1.05))
        axes.grid(axis="y", color=GRID, linewidth=0.8)
        return Chart(words, caption, _svg(figure))


def _svg(figure: Figure) -> bytes:
    """The figure as bytes that depend on nothing but its drawing."""
    FigureCanvasSVG(figure)
    out = BytesIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue().replace(b"\r\n", b"\n")
