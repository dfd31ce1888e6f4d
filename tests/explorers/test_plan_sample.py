"""The planning panel: every control reaches the plan, by its box and by its slider."""

import itertools

import pytest
from ipywidgets import BoundedFloatText, BoundedIntText, IntSlider

from qaf_lib.explorers import plan_sample_panel
from qaf_lib.explorers.plan_chart import plan_chart, plan_table
from qaf_lib.sampling import plan_sample


def widgets(panel):
    """Every widget of a panel in the order in which the tab key meets them."""
    inside = [widgets(child) for child in getattr(panel, "children", ())]
    return [panel, *itertools.chain.from_iterable(inside)]


def boxes(panel):
    return [found for found in widgets(panel) if isinstance(found, BoundedFloatText | BoundedIntText)]


def box(panel, words):
    (found,) = [each for each in boxes(panel) if words in each.description]
    return found


def slider(panel, words):
    met = widgets(panel)
    found = met[met.index(box(panel, words)) + 1]
    assert isinstance(found, IntSlider)
    return found


def said(panel):
    return panel.children[1].value


def shown(panel):
    return panel.children[2].value


def test_the_panel_opens_with_the_plan_of_the_reports():
    plan = plan_sample(population=3000, margin_of_error=0.10)
    assert plan.sentence in said(plan_sample_panel(population=3000))


def test_typing_a_margin_changes_the_sentence_the_chart_and_the_slider():
    panel = plan_sample_panel(population=3000)
    before = shown(panel)
    box(panel, "Margin").value = 0.05
    assert plan_sample(population=3000, margin_of_error=0.05).sentence in said(panel)
    assert shown(panel) != before
    assert slider(panel, "Margin").value == 5


def test_moving_a_slider_types_the_fraction_that_people_would_type():
    panel = plan_sample_panel(population=3000)
    for hundredths in range(2, 26):
        slider(panel, "Margin").value = hundredths
        assert repr(box(panel, "Margin").value) == repr(float(f"0.{hundredths:02d}"))


def test_a_margin_between_two_steps_of_the_slider_is_kept():
    panel = plan_sample_panel(population=3000)
    box(panel, "Margin").value = 0.055
    assert box(panel, "Margin").value == 0.055
    assert plan_sample(population=3000, margin_of_error=0.055).sentence in said(panel)


@pytest.mark.parametrize(
    ("typed", "kept", "hundredths"), [(0.019, 0.02, 2), (0.26, 0.25, 25), (10, 0.25, 25)]
)
def test_box_and_slider_have_the_same_bounds(typed, kept, hundredths):
    panel = plan_sample_panel(population=3000)
    box(panel, "Margin").value = typed
    assert (box(panel, "Margin").value, slider(panel, "Margin").value) == (kept, hundredths)


@pytest.mark.parametrize(
    ("words", "value", "argument"),
    [
        ("Confidence", 0.90, {"confidence": 0.9}),
        ("Expected share", 0.80, {"proportion": 0.8}),
        ("come back", 0.75, {"return_rate": 0.75}),
        ("sampling frame", 153, {"population": 153}),
    ],
)
def test_every_control_reaches_the_plan(words, value, argument):
    panel = plan_sample_panel(population=3000)
    box(panel, words).value = value
    plan = plan_sample(**({"population": 3000, "margin_of_error": 0.10} | argument))
    assert plan.sentence in said(panel)


def test_every_box_has_a_label_and_every_fraction_a_slider_after_its_box():
    panel = plan_sample_panel(population=240)
    assert [len(each.description) > 5 for each in boxes(panel)] == [True] * 5
    fractions = [each for each in boxes(panel) if isinstance(each, BoundedFloatText)]
    assert [slider(panel, each.description).value for each in fractions] == [10, 95, 50, 100]


def test_nothing_in_the_panel_shows_the_tooltip_null():
    # ipywidgets writes a tooltip that is None as the word "null" beside every label
    controls = widgets(plan_sample_panel(population=240).children[0])
    assert {found.tooltip for found in controls if hasattr(found, "description")} == {""}


def test_the_chart_the_table_and_the_sentence_name_the_same_plan():
    # 10 points of 3,000: 96.04 / (1 + 95.04 / 3000) = 93.1, so 94
    panel = plan_sample_panel(population=3000)
    assert "Draw 94 of" in said(panel)
    assert "could show an improvement of 20 percentage points" in said(panel)
    plan = plan_sample(population=3000, margin_of_error=0.10)
    assert plan_chart(plan).alt.endswith("The plan: 94 graded cases, known to within 10 points.")
    assert ("94 (the plan)", "known to within 10 points", "20 points") in plan_table(plan).rows
    assert plan_chart(plan).alt in shown(panel)
    assert "94 (the plan)" in shown(panel)


@pytest.mark.parametrize("population", [153, 3000, 1_000_000])
def test_the_plan_stands_clear_of_the_axis_whatever_the_caseload(population):
    plan = plan_sample(population=population, margin_of_error=0.10)
    last = max(int(row[0].split()[0].replace(",", "")) for row in plan_table(plan).rows)
    # the axis goes to two and a half plans, the table to two
    assert 1 <= last / plan.sample <= 2


def test_a_census_is_known_exactly():
    plan = plan_sample(population=2, margin_of_error=0.02)
    assert plan_chart(plan).alt.endswith("The plan: 2 graded cases, known exactly.")
    assert plan_table(plan).rows[-1][1] == "known exactly"


def test_no_corner_of_the_sliders_breaks_the_panel():
    panel = plan_sample_panel(population=2)
    sliders = [found for found in widgets(panel) if isinstance(found, IntSlider)]
    for population in (2, 1_000_000):
        box(panel, "sampling frame").value = population
        for corner in itertools.product(*[(each.min, each.max) for each in sliders]):
            for each, value in zip(sliders, corner, strict=True):
                each.value = value
            assert "cases" in said(panel)


def test_a_frame_with_nothing_to_choose_from_is_refused():
    with pytest.raises(ValueError, match="at least 2; got 1"):
        plan_sample_panel(population=1)


def test_the_slider_has_moved_before_the_sentence_changes():
    # else a key pressed on the slider as soon as the sentence is there would start from the old place
    panel, at = plan_sample_panel(population=3000), []
    panel.children[1].observe(lambda _: at.append(slider(panel, "Margin").value), names="value")
    box(panel, "Margin").value = 0.05
    assert at == [5]
