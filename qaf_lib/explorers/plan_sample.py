"""A panel to plan a sample: what each choice costs in cases, and what it buys in precision."""

from __future__ import annotations

import ipywidgets

from qaf_lib.explorers.controls import count_box, fraction_box, page, panel, said, shown, with_slider
from qaf_lib.explorers.plan_chart import plan_chart, plan_table
from qaf_lib.sampling import plan_sample

__all__ = ["plan_sample_panel"]


def plan_sample_panel(*, population: int) -> ipywidgets.VBox:
    """Boxes and sliders for a sample's plan, the plan in a sentence, and its place on the precision curve.

    Shares are fractions, as in the parameter file that the plan goes into.

    Parameters
    ----------
    population : int
        Case files on the sampling frame to begin with (count, at least 2).

    Returns
    -------
    ipywidgets.VBox
        The controls, the sentence, the chart and its table; all follow every change.

    Raises
    ------
    ValueError
        If `population` is below 2: with one case there is nothing to sample.

    Examples
    --------
    >>> panel = plan_sample_panel(population=153)
    >>> panel.children[0].children[0].description
    'Cases on the sampling frame'
    >>> "Draw 60 of the 153 cases" in panel.children[1].value
    True
    """
    if population < 2:
        raise ValueError(f"population must be a count of at least 2; got {population}")
    size = count_box("Cases on the sampling frame", value=population, low=2, high=1_000_000)
    margin = fraction_box("Margin of error (0.10 is ten points)", value=0.10, low=0.02, high=0.25)
    confidence = fraction_box("Confidence (0.95 is 19 times in 20)", value=0.95, low=0.80, high=0.99)
    share = fraction_box("Expected share good or better", value=0.50, low=0.05, high=0.95)
    returns = fraction_box("Share of audits that come back", value=1.0, low=0.20, high=1.0)
    answer, below = said(), shown()

    def show(_: object = None) -> None:
        plan = plan_sample(
            population=size.value,
            margin_of_error=margin.value,
            proportion=share.value,
            confidence=confidence.value,
            return_rate=returns.value,
        )
        answer.value = page([plan.sentence])
        below.value = page([plan_chart(plan), plan_table(plan)])

    fractions = (margin, confidence, share, returns)
    controls = [size, *map(with_slider, fractions)]  # before the answers, so that a slider never lags behind
    for box in (size, *fractions):
        box.observe(show, names="value")
    show()
    return panel(controls=controls, answer=answer, below=below)
