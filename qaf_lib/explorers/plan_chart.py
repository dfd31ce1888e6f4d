"""A plan's place on the precision curve, and what fewer or more graded cases would buy."""

from __future__ import annotations

from math import ceil

import matplotlib
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from qaf_lib.display import Chart, Table, percent, plain_table
from qaf_lib.display.charts.chart import ACCENT, BAR, GRID, RC, WIDTH, svg
from qaf_lib.display.words import count_words
from qaf_lib.sampling import SamplePlan, detectable_improvement, expected_margin, precision_curve

__all__ = ["plan_chart", "plan_table"]

_CAPTION = "Margin of error by number of graded cases"
_REACH = 2.5
"""How far the axis goes, in plans: the plan stands clear of the axis, and fewer and more can be seen."""

_LEAST_REACH = 20
_STEPS = (0.25, 0.5, 0.75, 1, 1.5, 2)


def plan_chart(plan: SamplePlan) -> Chart:
    """The margin by graded cases up to two and a half times the plan's, and the plan's own place.

    Examples
    --------
    >>> from qaf_lib.sampling import plan_sample
    >>> print(plan_chart(plan_sample(population=3000, margin_of_error=0.10)).alt[-53:])
    The plan: 94 graded cases, known to within 10 points.
    """
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
    """The same as numbers: the margin and the smallest improvement, at shares and multiples of the plan.

    Examples
    --------
    >>> from qaf_lib.sampling import plan_sample
    >>> plan_table(plan_sample(population=3000, margin_of_error=0.10)).rows[3]
    ('94 (the plan)', 'known to within 10 points', '20 points')
    """
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
