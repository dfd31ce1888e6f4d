"""A panel to plan a sample: what each choice costs in cases, and what it buys in precision."""

from __future__ import annotations

from html import escape

import ipywidgets
import pandas as pd

from qaf_lib.display import Chart, precision_chart
from qaf_lib.sampling import SamplePlan, plan_sample, precision_curve

__all__ = ["plan_sample_panel"]

_CAPTION = "Margin of error by number of graded cases"


def plan_sample_panel(*, population: int) -> ipywidgets.VBox:
    """Sliders for a sample's plan, the plan in one sentence, and its place on the precision curve.

    Parameters
    ----------
    population : int
        Case files on the sampling frame to begin with (count, at least 2).

    Returns
    -------
    ipywidgets.VBox
        The controls, the sentence and the chart; all three follow every change.

    Raises
    ------
    ValueError
        If `population` is below 2: with one case there is nothing to sample.

    Examples
    --------
    >>> panel = plan_sample_panel(population=153)
    >>> [control.description for control in panel.children[0].children][:2]
    ['Cases on the sampling frame', 'Margin of error (percentage points)']
    >>> "Draw 60 of the 153 cases" in panel.children[1].value
    True
    """
    if population < 2:
        raise ValueError(f"population must be a count of at least 2; got {population}")
    size = ipywidgets.BoundedIntText(
        value=population, min=2, max=1_000_000, **_look("Cases on the sampling frame")
    )
    margin = _slider("Margin of error (percentage points)", value=10, low=2, high=25)
    confidence = _slider("Confidence (%)", value=95, low=80, high=99)
    share = _slider("Expected share good or better (%)", value=50, low=5, high=95)
    returns = _slider("Audits that come back (%)", value=100, low=20, high=100)
    controls = (size, margin, confidence, share, returns)
    sentence, picture = ipywidgets.HTML(), ipywidgets.HTML()

    def show(_: object = None) -> None:
        plan = plan_sample(
            population=size.value,
            margin_of_error=margin.value / 100,
            proportion=share.value / 100,
            confidence=confidence.value / 100,
            return_rate=returns.value / 100,
        )
        sentence.value = f'<p role="status">{escape(plan.sentence)}</p>'
        picture.value = plan_chart(plan).to_html()

    for control in controls:
        control.observe(show, names="value")
    show()
    return ipywidgets.VBox([ipywidgets.VBox(list(controls)), sentence, picture])


def plan_chart(plan: SamplePlan) -> Chart:
    """The precision curve of a plan's population, with the plan's own place on it."""
    curve = precision_curve(
        population=plan.population, proportion=plan.proportion, confidence=plan.confidence
    )
    place = pd.DataFrame({"sample": [plan.expected_returns], "margin": [plan.expected_margin]})
    curve = pd.concat([place, curve]).drop_duplicates("sample").sort_values("sample")
    return precision_chart(curve, chosen=plan.expected_returns, caption=_CAPTION)


def _slider(description: str, *, value: int, low: int, high: int) -> ipywidgets.IntSlider:
    return ipywidgets.IntSlider(value=value, min=low, max=high, **_look(description))


def _look(description: str) -> dict[str, object]:
    """The label in full, beside its control; JupyterLab would cut a long one short."""
    layout = ipywidgets.Layout(width="38rem", max_width="100%")
    return {"description": description, "style": {"description_width": "17rem"}, "layout": layout}
