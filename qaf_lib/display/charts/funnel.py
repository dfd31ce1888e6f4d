"""Teams' shares by their number of cases, inside the limits that chance alone explains."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from textwrap import wrap
from typing import Any

import matplotlib
import pandas as pd
from matplotlib.figure import Figure

from qaf_lib.display.charts.chart import ACCENT, GRID, INK, RC, WIDTH, Chart, share_axis, svg
from qaf_lib.display.words import count_of, percent

__all__ = ["funnel_chart"]

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
    verdicts = results[results["measure"] == "verdict"].set_index("row_key")["method"].to_dict()
    shares = results[(results["measure"] == "share") & (results["mark"] == "")]
    teams = []
    for row in shares.to_dict("records"):
        key = str(row["row_key"])
        verdict = str(verdicts.get(key, ""))
        side = 1 if verdict.startswith("higher") else -1 if verdict.startswith("lower") else 0
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
