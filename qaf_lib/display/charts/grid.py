"""One grade by another grade of the same cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap

import matplotlib
import pandas as pd
from matplotlib.figure import Figure

from qaf_lib.display.charts.chart import BETTER, RC, SAME, WIDTH, WORSE, Chart, svg
from qaf_lib.display.charts.words import sentence
from qaf_lib.display.words import count_words

__all__ = ["before_after_grid"]


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
        axes.set_xlabel(f"{sides[1]}; left of the grey diagonal is better")
        axes.xaxis.set_label_position("top")
        axes.tick_params(length=0, labeltop=True, labelbottom=False)
        axes.spines[:].set_visible(False)
        axes.vlines(range(len(grades) + 1), 0, len(grades), color="white", linewidth=2)
        axes.hlines(range(len(grades) + 1), 0, len(grades), color="white", linewidth=2)
        return Chart(words, caption, svg(figure))
