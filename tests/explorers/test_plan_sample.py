import itertools

import pytest

from qaf_lib.explorers import plan_sample_panel
from qaf_lib.sampling import plan_sample


def _control(panel, words):
    (control,) = [child for child in panel.children[0].children if words in child.description]
    return control


def test_the_panel_opens_with_the_plan_of_the_reports():
    plan = plan_sample(population=3000, margin_of_error=0.10)
    assert plan.sentence in plan_sample_panel(population=3000).children[1].value


def test_moving_the_margin_changes_the_sentence_and_the_chart():
    panel = plan_sample_panel(population=3000)
    before = panel.children[2].value
    _control(panel, "Margin").value = 5
    assert plan_sample(population=3000, margin_of_error=0.05).sentence in panel.children[1].value
    assert panel.children[2].value != before


@pytest.mark.parametrize(
    ("words", "value", "argument"),
    [
        ("Confidence", 90, {"confidence": 0.9}),
        ("Expected share", 80, {"proportion": 0.8}),
        ("come back", 75, {"return_rate": 0.75}),
        ("sampling frame", 153, {"population": 153}),
    ],
)
def test_every_control_reaches_the_plan(words, value, argument):
    panel = plan_sample_panel(population=3000)
    _control(panel, words).value = value
    plan = plan_sample(**({"population": 3000, "margin_of_error": 0.10} | argument))
    assert plan.sentence in panel.children[1].value


def test_the_chart_points_at_the_cases_that_the_sentence_names():
    panel = plan_sample_panel(population=3000)
    plan = plan_sample(population=3000, margin_of_error=0.10)
    assert f"Draw {plan.sample} of" in panel.children[1].value
    assert f"Chosen: {plan.sample} cases" in panel.children[2].value


def test_every_control_has_a_label_and_the_chart_has_words():
    panel = plan_sample_panel(population=240)
    assert all(len(control.description) > 5 for control in panel.children[0].children)
    assert '<img alt="' in panel.children[2].value


def test_no_corner_of_the_sliders_breaks_the_panel():
    panel = plan_sample_panel(population=2)
    sliders = panel.children[0].children[1:]
    for population in (2, 1_000_000):
        panel.children[0].children[0].value = population
        for corner in itertools.product(*[(slider.min, slider.max) for slider in sliders]):
            for slider, value in zip(sliders, corner, strict=True):
                slider.value = value
            assert "cases" in panel.children[1].value


def test_a_frame_with_nothing_to_choose_from_is_refused():
    with pytest.raises(ValueError, match="at least 2; got 1"):
        plan_sample_panel(population=1)
