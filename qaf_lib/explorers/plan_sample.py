"""A panel to plan a sample for its purpose: what each choice costs in cases, and what it buys."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from math import ceil

import ipywidgets
import matplotlib
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from qaf_lib.display import Chart, Table, percent, plain_table
from qaf_lib.display.charts.chart import ACCENT, BAR, GRID, RC, WIDTH, svg
from qaf_lib.display.words import count_words
from qaf_lib.explorers.controls import (
    choice,
    count_box,
    fraction_box,
    page,
    panel,
    said,
    shown,
    to_copy,
    with_slider,
)
from qaf_lib.explorers.purposes import (
    Answer,
    dip,
    discovery,
    improvement,
    lines_of,
    of_one_worker,
    wanted,
)
from qaf_lib.sampling import SamplePlan, detectable_improvement, expected_margin, plan_sample, precision_curve

_CAPTION = "Margin of error by number of graded cases"
_REACH = 2.5
"""How far the axis goes, in plans: the plan stands clear of the axis, and fewer and more can be seen."""
_LEAST_REACH = 20
_STEPS = (0.25, 0.5, 0.75, 1, 1.5, 2)


def plan_sample_panel(*, population: int) -> ipywidgets.VBox:
    """A list of purposes, boxes and sliders for each, and the plan: a sentence, lines to copy, a table.

    Shares are fractions, as in the parameter file that the plan goes into. `population` is what the box for
    the cases on the sampling frame begins with, at least 2: with one case there is nothing to sample.

    Examples
    --------
    >>> panel = plan_sample_panel(population=153)
    >>> [each.description for each in panel.children[0].children[:1]]
    ['Purpose']
    >>> "Draw 60 of the 153 cases" in panel.children[1].value
    True
    """
    if population < 2:
        raise ValueError(f"population must be a count of at least 2; got {population}")
    purpose = choice("Purpose", [(label, name) for name, label in _PURPOSES.items()])
    boxes = _boxes(population)
    rows = {name: box if name == "population" else with_slider(box) for name, box in boxes.items()}
    answer, below = said(), shown()

    def show(_: object = None) -> None:
        uses = _USES[purpose.value]
        for name, row in rows.items():
            row.layout.display = None if name in uses else "none"
        found = _ANSWERS[purpose.value](**{name: boxes[name].value for name in uses})
        why = of_one_worker(boxes["each"].value)
        answer.value = page([*found.sentences, *why]) + (to_copy(found.lines) if found.lines else "")
        below.value = page(found.below)

    for control in (purpose, *boxes.values()):  # after the sliders, so that none lags behind
        control.observe(show, names="value")
    show()
    return panel(controls=[purpose, *rows.values()], answer=answer, below=below)


def _boxes(population: int) -> dict[str, ipywidgets.BoundedFloatText | ipywidgets.BoundedIntText]:
    """A box for each number that a purpose may need, by the name that the purpose knows it by."""
    return {
        "population": count_box("Cases on the sampling frame", value=population, low=2, high=1_000_000),
        "margin": fraction_box("Margin of error (0.10 is ten points)", value=0.10, low=0.02, high=0.25),
        "cases": count_box("Cases in the dip sample", value=10, low=1, high=100),
        "problem": fraction_box("Share of all that has the problem", value=0.05, low=0.01, high=0.50),
        "allowed": count_box("Cases with it that you would accept", value=0, low=0, high=10),
        "before": fraction_box("Share good at the first audit", value=0.60, low=0.05, high=0.95),
        "after": fraction_box("Share good at the second audit", value=0.80, low=0.05, high=0.95),
        "changed": fraction_box("Same cases that change either way", value=0.30, low=0.05, high=0.95),
        "confidence": fraction_box("Confidence (0.95 is 19 times in 20)", value=0.95, low=0.80, high=0.99),
        "share": fraction_box("Expected share good or better", value=0.50, low=0.05, high=0.95),
        "returns": fraction_box("Share of audits that come back", value=1.0, low=0.20, high=1.0),
        "each": count_box("Files of one worker", value=1, low=1, high=10),
    }


def _precision(
    *, population: int, margin: float, confidence: float, share: float, returns: float, each: int
) -> Answer:
    """How many cases a margin of error asks for, with the place of the plan among others."""
    plan = plan_sample(
        population=population,
        margin_of_error=margin,
        proportion=share,
        confidence=confidence,
        return_rate=returns,
    )
    others = {"share": share, "confidence": confidence, "return_rate": returns}
    charted: list[str | Chart | Table] = [plan_chart(plan), plan_table(plan)]
    if each == 1:
        return Answer([plan.sentence], lines_of({"margin_of_error": margin}, **others), charted)
    size = wanted(population=population, alone=plan.sample, each=each, return_rate=returns)
    told = f"{size.words}: they say as much as {count_words(size.worth)} of different workers would."
    note = "The chart and the table are for cases of different workers."
    return Answer(
        [told, f"Of different workers: {plan.sentence}"],
        lines_of({"cases": size.sample}, **others),
        [note, *charted],
    )


_PURPOSES = {
    "precision": "How good is practice? (precision)",
    "discovery": "Is a problem rarer than a share? (discovery)",
    "improvement": "Has practice improved? (second audit)",
    "dip": "What can a few files say? (dip sample)",
}
_ANSWERS: dict[str, Callable[..., Answer]] = {
    "precision": _precision,
    "discovery": discovery,
    "improvement": improvement,
    "dip": dip,
}
_USES = {name: list(signature(answer).parameters) for name, answer in _ANSWERS.items()}


def plan_chart(plan: SamplePlan) -> Chart:
    """The margin by graded cases up to two and a half times the plan's, and the plan's own place."""
    curve = _curve(plan)
    planned, margin = plan.expected_returns, plan.expected_margin
    told = f"The plan: {count_words(planned)} graded cases,\n{_known(margin)}"
    steps = "; ".join(f"{count_words(size)} cases: {_known(at)}" for size, at in _steps(plan))
    alt = f"{_CAPTION}, of {count_words(plan.population)} cases: {steps}. {told.replace(chr(10), ' ')}."
    with matplotlib.rc_context(RC):
        figure = Figure(figsize=(WIDTH, 2.9), layout="constrained")
        axes = figure.add_subplot()
        axes.plot(curve["sample"], curve["margin"] * 100, color=BAR, linewidth=2.5)
        axes.plot([planned, planned, 0], [0, margin * 100, margin * 100], color=ACCENT, linestyle=(0, (4, 3)))
        axes.plot([planned], [margin * 100], marker="o", markersize=9, color=ACCENT, zorder=3, clip_on=False)
        axes.annotate(
            told,
            (planned, margin * 100),
            xytext=(0.99, 0.97),
            textcoords="axes fraction",
            ha="right",
            va="top",
            color=ACCENT,
            arrowprops={"arrowstyle": "-", "color": ACCENT, "shrinkB": 6},
        )
        axes.set(xlim=(0, curve["sample"].max()), xlabel="Graded cases", ylabel="Margin (points)")
        axes.set_ylim(0, 100 * min(0.5, max(3 * margin, 2 * plan.margin_of_error)))
        axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
        axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        axes.grid(axis="y", color=GRID, linewidth=0.8)
        return Chart(alt, _CAPTION, svg(figure))


def plan_table(plan: SamplePlan) -> Table:
    """The same as numbers: the margin and the smallest improvement, at shares and multiples of the plan."""
    rows = [
        {
            "cases": count_words(size) + (" (the plan)" if size == plan.expected_returns else ""),
            "known": _known(margin),
            "improvement": _improvement(plan, size),
        }
        for size, margin in _steps(plan)
    ]
    return plain_table(
        pd.DataFrame(rows),
        table_id="plan_sample",
        caption="What fewer or more graded cases would show",
        headings={
            "cases": "Graded cases",
            "known": "The share is",
            "improvement": "Improvement a second such sample could show",
        },
    )


def _curve(plan: SamplePlan) -> pd.DataFrame:
    """The precision curve as far as the chart goes, with points at the plan and at the end."""
    reach = min(plan.population, max(round(_REACH * plan.expected_returns), _LEAST_REACH))
    curve = precision_curve(
        population=plan.population, proportion=plan.proportion, confidence=plan.confidence
    )
    ends = [{"sample": size, "margin": _margin(plan, size)} for size in (plan.expected_returns, reach)]
    curve = pd.concat([curve[curve["sample"] <= reach], pd.DataFrame(ends)], ignore_index=True)
    return curve.drop_duplicates("sample").sort_values("sample")


def _steps(plan: SamplePlan) -> list[tuple[int, float]]:
    sizes = {min(plan.population, max(1, round(step * plan.expected_returns))) for step in _STEPS}
    return [(size, _margin(plan, size)) for size in sorted(sizes)]


def _margin(plan: SamplePlan, size: int) -> float:
    return expected_margin(
        population=plan.population, sample=size, proportion=plan.proportion, confidence=plan.confidence
    )


def _improvement(plan: SamplePlan, size: int) -> str:
    rise = detectable_improvement(sample=size, before=plan.proportion, confidence=plan.confidence)
    return "none" if rise is None else _points(ceil(round(rise * 100, 6)) / 100)


def _known(margin: float) -> str:
    return f"known to within {_points(margin)}" if margin else "known exactly"


def _points(fraction: float) -> str:
    number = percent(fraction)[:-1]
    return f"{number} point{'' if number.endswith(' 1') or number == '1' else 's'}"
