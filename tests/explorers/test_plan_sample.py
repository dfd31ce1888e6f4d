"""The planning panel: every control reaches the plan, by its box and by its slider."""

import itertools

import pytest
import yaml
from ipywidgets import BoundedFloatText, BoundedIntText, IntSlider

from qaf_lib.draw_plans import DrawPlan
from qaf_lib.explorers import plan_sample_panel
from qaf_lib.explorers.plan_sample import plan_chart, plan_table
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


def seen(panel):
    """The boxes that are shown."""
    rows = panel.children[0].children[1:]
    return [found for row in rows if row.layout.display is None for found in boxes(row)]


def test_every_box_has_a_label_and_all_but_the_frame_s_a_slider_after_it():
    panel = plan_sample_panel(population=240)
    named = [each.description for each in boxes(panel)]
    assert min(map(len, named)) > 5
    assert len(set(named)) == len(named)
    opened = [each.description for each in seen(panel)][1:]
    assert [slider(panel, name).value for name in opened] == [10, 95, 50, 100, 1]


@pytest.mark.parametrize(
    ("purpose", "number", "words"),
    [
        ("precision", 6, "Draw 94 of the 3,000 cases: the share that is good or better"),
        ("discovery", 6, "Draw 58 of the 3,000 cases: if 5% of all had the problem"),
        ("improvement", 6, "To show a rise from 60% to 80% four times in five"),
        ("dip", 4, "A dip sample of 10 of the 3,000 cases"),
    ],
)
def test_each_purpose_shows_its_own_boxes_and_its_own_answer(purpose, number, words):
    panel = plan_sample_panel(population=3000)
    panel.children[0].children[0].value = purpose
    assert len(seen(panel)) == number
    assert words in said(panel)


def test_the_lines_to_copy_are_those_of_a_draw():
    panel = plan_sample_panel(population=3000)
    box(panel, "Expected share").value = 0.6
    assert "<pre>margin_of_error: 0.10\nexpected_share: 0.60</pre>" in said(panel)
    panel.children[0].children[0].value = "discovery"
    assert "<pre>discover: 0.05</pre>" in said(panel)
    panel.children[0].children[0].value = "improvement"
    copied = said(panel).partition("<pre>")[2].partition("</pre>")[0].splitlines()
    fresh, again = copied[1:3], copied[4:]
    assert fresh == ["improvement: 0.20", "expected_share: 0.60"]
    for lines in (fresh, again):
        DrawPlan.model_validate(yaml.safe_load("\n".join(["audit_type: case_file", *lines])))


def test_files_of_one_worker_ask_for_more_and_say_why():
    # 94 different workers' cases; 1 + 2 * 0.10 = 1.2 times as many
    panel = plan_sample_panel(population=3000)
    assert "Files of one worker" not in said(panel)
    box(panel, "Files of one worker").value = 3
    assert "Draw 113 of the 3,000 cases: they say as much as 94 of different workers" in said(panel)
    assert "<pre>cases: 113</pre>" in said(panel)
    assert "1 + (3 - 1) x 0.10 (Kish 1965)" in said(panel)
    assert "for cases of different workers" in shown(panel)


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


@pytest.mark.parametrize("purpose", ["precision", "discovery", "improvement", "dip"])
def test_no_corner_of_the_sliders_breaks_the_panel(purpose):
    panel = plan_sample_panel(population=2)
    panel.children[0].children[0].value = purpose
    used = [each for each in seen(panel) if "frame" not in each.description]
    for population in (2, 1_000_000):
        box(panel, "sampling frame").value = population
        for corner in itertools.product(*[(each.min, each.max) for each in used]):
            for each, value in zip(used, corner, strict=True):
                each.value = value
            assert "cases" in said(panel) or "above the share at the first" in said(panel)


def test_a_frame_with_nothing_to_choose_from_is_refused():
    with pytest.raises(ValueError, match="at least 2; got 1"):
        plan_sample_panel(population=1)


def test_the_slider_has_moved_before_the_sentence_changes():
    # else a key pressed on the slider as soon as the sentence is there would start from the old place
    panel, at = plan_sample_panel(population=3000), []
    panel.children[1].observe(lambda _: at.append(slider(panel, "Margin").value), names="value")
    box(panel, "Margin").value = 0.05
    assert at == [5]
