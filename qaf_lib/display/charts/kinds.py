"""The kinds of chart: change, funnel, grid, precision and trend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate
from textwrap import wrap
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from qaf_lib.analysis.trends import special_cause
from qaf_lib.display.charts.chart import (
    ACCENT,
    BAR,
    BETTER,
    GRID,
    INK,
    RC,
    SAME,
    WIDTH,
    WORSE,
    Chart,
    sentence,
    share_axis,
    svg,
)
from qaf_lib.display.words import MARK_WORDS, count_of, count_words, percent, points

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


_DOT = "#1d4f91"


def funnel_chart(
    results: pd.DataFrame,
    limits: pd.DataFrame,
    *,
    caption: str,
    labels: Mapping[str, str] | None = None,
    cases: str = "Graded",
    alt: str = "",
) -> Chart:
    """A point for each team within the funnel's limits; only teams told apart are named in it.

    Parameters
    ----------
    results : DataFrame
        A result of `funnel`: `share` and `verdict` by team, `centre` in the row "all".
    limits : DataFrame
        `n`, and the limits `low_95`, `high_95`, `low_99.8` and `high_99.8` (fractions).
    caption : str
        Line under the chart.
    labels : mapping, optional
        Words for the teams.
    cases : str
        Words of the lower axis.
    alt : str
        Words in place of the ones made from the results.
    """
    teams = _teams(results, labels)
    centre = results[(results["row_key"] == "all") & (results["measure"] == "centre")]["estimate"].dropna()
    if not teams or centre.empty or limits.empty:
        return Chart(f"{caption}. Nothing to show: they cannot be set against each other.", caption, b"")
    words = alt or _alt(caption, teams, float(centre.iloc[0]))
    with matplotlib.rc_context(RC):
        figure = Figure(figsize=(WIDTH, 3.5), layout="constrained")
        axes = figure.add_subplot()
        n = [int(value) for value in limits["n"]]
        for name, style in {"95": (0, (4, 3)), "99.8": "solid"}.items():
            for side in ("low", "high"):
                ends = [float(value) for value in limits[f"{side}_{name}"]]
                axes.plot(n, ends, color=INK, linewidth=1, linestyle=style)
                if side == "low":
                    axes.annotate(f"{name}%", (n[-1], ends[-1]), xytext=(2, -3), textcoords="offset points")
        axes.axhline(float(centre.iloc[0]), color=ACCENT, linewidth=1.5)
        axes.set(xlim=(0, n[-1] * 1.12), ylim=(-0.03, 1.03), xlabel=cases)
        _draw_points(axes, teams)
        share_axis(axes.yaxis)
        axes.grid(axis="y", color=GRID, linewidth=0.8)
        return Chart(words, caption, svg(figure))


def _teams(results: pd.DataFrame, labels: Mapping[str, str] | None) -> list[dict[str, Any]]:
    """The teams with a share, by name."""
    verdicts = results[results["measure"] == "verdict"].set_index("row_key")["estimate"].fillna(0).to_dict()
    shares = results[(results["measure"] == "share") & (results["mark"] == "")]
    teams = []
    for row in shares.to_dict("records"):
        key = str(row["row_key"])
        side = verdicts.get(key, 0)
        name = (labels or {}).get(key, key)
        x, cases = int(row["x"]), int(row["n"])
        teams.append({"name": name, "x": x, "n": cases, "share": float(row["estimate"]), "side": side})
    return sorted(teams, key=lambda team: str(team["name"]).casefold())


def _draw_points(axes: Any, teams: list[dict[str, Any]]) -> None:
    """Round points; a triangle with the team's name where it is told apart; a number where several meet."""
    for (cases, share), together in Counter((team["n"], team["share"]) for team in teams).items():
        axes.plot([cases], [share], marker="o", markersize=7 if together == 1 else 13, color=_DOT, zorder=3)
        if together > 1:
            number = {"color": "white", "fontsize": 9, "fontweight": "bold", "zorder": 5}
            axes.text(cases, share, str(together), ha="center", va="center_baseline", **number)
    for team in teams:
        if team["side"]:
            marker, late = "^" if team["side"] > 0 else "v", 2 * team["n"] > axes.get_xlim()[1]
            axes.plot([team["n"]], [team["share"]], marker=marker, markersize=12, color=ACCENT, zorder=4)
            axes.annotate(
                "\n".join(wrap(team["name"], 16)),
                (team["n"], team["share"]),
                xytext=(-9 if late else 9, 0),
                textcoords="offset points",
                ha="right" if late else "left",
                va="center",
                fontsize=9,
            )


def _alt(caption: str, teams: list[dict[str, Any]], centre: float) -> str:
    said = {1: ", higher than chance explains", 0: "", -1: ", lower than chance explains"}
    told = [f"{team['name']} {count_of(team['x'], team['n'])}{said[team['side']]}" for team in teams]
    apart = sum(team["side"] != 0 for team in teams)
    summary = f"{apart} of {len(teams)} stand outside what chance explains" if apart else "none stands apart"
    return f"{caption}: all together {percent(centre)}; {summary}. {'; '.join(told)}."


def before_after_grid(
    results: pd.DataFrame,
    *,
    caption: str,
    grades: Sequence[str],
    labels: Mapping[str, str] | None = None,
    sides: tuple[str, str] = ("Earlier grade", "Later grade"),
    alt: str = "",
) -> Chart:
    """Counts of one grade by another of the same cases, tinted by direction.

    Parameters
    ----------
    results : DataFrame
        A result: row_key the first grade, measure the second one, x the count.
    caption : str
        Line under the chart.
    grades : sequence of str
        From worst to best.
    labels : mapping, optional
        Words for the grades.
    sides : tuple of str
        What the first and the second grade are.
    alt : str
        Words in place of the ones made from the counts.
    """
    best_first = list(reversed(grades))
    cells = {(str(row["row_key"]), str(row["measure"])): row for row in results.to_dict("records")}
    counts = {key: "0" if pd.isna(row["x"]) else count_words(row["x"]) for key, row in cells.items()}
    name = {grade: (labels or {}).get(grade, sentence(grade)) for grade in best_first}
    told = [
        f"{name[before]} to {name[after]} {counts[before, after]}"
        for before in best_first
        for after in best_first
        if counts.get((before, after), "0") != "0"
    ]
    words = alt or f"{caption}, {sides[0].lower()} to {sides[1].lower()}: {'; '.join(told) or 'no pairs'}."
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
        axes.set(xlim=(0, len(grades)), ylim=(len(grades), 0), ylabel=sides[0])
        axes.set_xlabel(f"{sides[1]}\nleft of the grey diagonal is better")
        axes.xaxis.set_label_position("top")
        axes.tick_params(length=0, labeltop=True, labelbottom=False)
        axes.spines[:].set_visible(False)
        axes.vlines(range(len(grades) + 1), 0, len(grades), color="white", linewidth=2)
        axes.hlines(range(len(grades) + 1), 0, len(grades), color="white", linewidth=2)
        return Chart(words, caption, svg(figure))


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


_TREND_DOT, _GREY = "#1d4f91", "#5b6670"
_MARKERS = {"": ("o", 7, _TREND_DOT), "improvement": ("^", 11, BAR), "concern": ("v", 11, ACCENT)}
_ICONS = {
    "": (_GREY, "ordinary variation only"),
    "improvement": (BAR, "better than chance explains"),
    "concern": (ACCENT, "worse than chance explains"),
}


def trend_chart(
    results: pd.DataFrame,
    *,
    caption: str,
    labels: Mapping[str, str] | None = None,
    alt: str = "",
    events: Mapping[str, str] | None = None,
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
    events : mapping, optional
        What happened, in words, by the point it is marked at; numbered on the chart in this order.
    """
    points = _points(results, labels)
    if all(point["share"] is None for point in points):
        return Chart(f"{caption}. Nothing to show: no point has a share.", caption, b"")
    latest = results[results["measure"] == "variation"]
    icon = None if latest.empty or latest["mark"].iloc[0] else _kind(str(latest["method"].iloc[0]))
    line = "mean" if "limits" in set(results["measure"]) else "median"
    words = alt or _trend_alt(caption, points, line, icon)
    places = [list(results.loc[results["measure"] == "value", "row_key"]).index(key) for key in events or {}]
    noted = "; ".join(
        f"{points[at]['name']}, {what}" for at, what in zip(places, (events or {}).values(), strict=True)
    )
    with matplotlib.rc_context(RC):
        figure = Figure(figsize=(WIDTH, 3.1 if icon is None else 3.7), layout="constrained")
        axes = figure.add_subplot()
        if icon is not None:
            _draw_icon(figure, axes, icon)
        _trend_draw(axes, points, line)
        for number, at in enumerate(places, start=1):
            axes.axvline(at, color=INK, linewidth=1, linestyle=":")
            axes.text(at + 0.08, 0.98, str(number), color=INK, fontsize=10, va="top")
        return Chart(f"{words} Marked: {noted}." if noted else words, caption, svg(figure))


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


def _kind(method: str) -> str:
    cause = special_cause(method)
    return cause.kind if cause and cause.kind in ("improvement", "concern") else ""


def _trend_draw(axes: Any, points: Sequence[Mapping[str, Any]], line: str) -> None:
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
    names = (wrap(points[place]["name"], 8, break_long_words=False) for place in shown)
    axes.set_xticks(list(shown), labels=["\n".join(lines) for lines in names])
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


def _trend_alt(caption: str, points: Sequence[Mapping[str, Any]], line: str, icon: str | None) -> str:
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
