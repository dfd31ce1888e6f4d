"""Targets for grades: judged by the interval, beside the share that leads, and in what leaders read first."""

import pytest

from qaf_lib.counting import target_verdict
from qaf_lib.display.passages import target_sentence
from qaf_lib.errors import InputError
from qaf_lib.frameworks import load_framework
from qaf_lib.pages import open_period
from qaf_lib.pages.grades import sections as grades
from qaf_lib.pages.leaders import sections as cards
from qaf_lib.pages.leaders import sections as summary

TARGETS = (
    "targets: [{band: inadequate, at_most: 0.10}, {band: good_or_better, at_least: 0.40}]\nstandards: []\n"
)


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.02, 0.10, "met"),  # an interval that ends on the target keeps it
        (0.02, 0.101, "within"),
        (0.10, 0.30, "beyond"),
        (0.101, 0.30, "missed"),
    ],
)
def test_a_target_of_at_most_is_judged_by_the_interval(low, high, verdict):
    estimate = 0.05 if verdict in ("met", "within") else 0.15
    assert target_verdict(estimate=estimate, low=low, high=high, at_most=0.10) == verdict


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.40, 0.60, "met"), (0.399, 0.60, "within"), (0.20, 0.40, "beyond"), (0.20, 0.399, "missed")],
)
def test_a_target_of_at_least_is_judged_by_the_interval(low, high, verdict):
    estimate = 0.45 if verdict in ("met", "within") else 0.35
    assert target_verdict(estimate=estimate, low=low, high=high, at_least=0.40) == verdict


def test_without_an_interval_there_are_too_few_to_say():
    assert target_verdict(estimate=0.1, low=None, high=None, at_most=0.10) == "too few"


def test_a_target_has_one_bound():
    with pytest.raises(ValueError, match="exactly one"):
        target_verdict(estimate=0.1, low=0.0, high=0.2)


def asked(project, targets=TARGETS):
    project.change("parameters/frameworks/tiny.yml", "tools:\n", f"{targets}tools:\n")
    return load_framework(folder=project.root / "parameters/frameworks", name="tiny")


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ((0.30, 0.20, 0.40), "Above the target of at most 10%, and chance does not explain it."),
        ((0.15, 0.05, 0.30), "Above the target of at most 10%, but with so few audits that may be chance."),
        ((0.05, 0.01, 0.15), "Within the target of at most 10%, but with so few audits that may be chance."),
        ((0.02, 0.00, 0.08), "Target at most 10%: met, and chance does not explain it."),
        ((0.02, None, None), "Target at most 10%: too few audits to say."),
    ],
)
def test_the_sentence_says_how_sure_the_verdict_is(project, row, sentence):
    cells = dict(zip(("estimate", "low", "high"), row, strict=True)) | {"mark": ""}
    assert target_sentence(asked(project), "inadequate", cells) == sentence


def test_without_targets_nothing_is_said(project):
    cells = {"estimate": 0.3, "low": 0.2, "high": 0.4, "mark": ""}
    assert target_sentence(asked(project, ""), "inadequate", cells) == ""


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        ("targets: [{band: good, at_most: 0.1}]\n", "targets name bands that no report leads with: good"),
        ("targets: [{band: inadequate}]\n", "exactly one of at_most and at_least"),
        ("targets: [{band: inadequate, at_most: 0.1, at_least: 0.1}]\n", "exactly one of"),
        ("targets: [{band: inadequate, at_most: 10}]\n", "less than or equal to 1"),
    ],
)
def test_a_target_that_cannot_be_shown_is_refused(project, targets, message):
    with pytest.raises(InputError, match=message):
        asked(project, targets)


@pytest.mark.parametrize(
    ("grade", "said", "card"),
    [
        ("inadequate", "Above the target of at most 10%, and chance does not explain it.", "worried"),
        ("good", "Target at least 40%: met, and chance does not explain it.", "well"),
    ],
)
def test_the_figures_that_lead_carry_their_targets(project, grade, said, card):
    asked(project)
    project.change("parameters/tiny.yml", "margin_of_error: 0.25", "margin_of_error: 0.05")
    every = [*(f"007100{at}" for at in range(6)), *(f"007200{at}" for at in range(6))]
    project.add_audits(dict.fromkeys(every, grade))
    period = open_period(project.file)
    assert said in repr(summary.key_figures(period))
    assert any(said in line for line in summary.headlines(period))
    assert said in repr(grades.headline(period))
    well, _, rest = repr(cards.three(period)).partition("What are we worried about")
    assert (said in well, said in rest.partition("What needs to happen")[0]) == (
        card == "well",
        card == "worried",
    )
    asks = repr(cards.decisions(period))
    assert ("Agree what brings the share that is inadequate to its target" in asks) == (card == "worried")
