"""Framework files: what they promise, and what they are refused for."""

import pytest

from qaf_lib.errors import InputError
from qaf_lib.frameworks import load_framework

SHIPPED = ["durham", "ilacs", "leeds", "lincolnshire", "portsmouth"]


def tiny(project):
    return load_framework(folder=project.root / "parameters" / "frameworks", name="tiny")


def refused(project, old, new):
    project.change("parameters/frameworks/tiny.yml", old, new)
    with pytest.raises(InputError) as error:
        tiny(project)
    return str(error.value)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_framework_is_whole(project, name):
    framework = load_framework(folder=project.root / "parameters" / "frameworks", name=name)
    assert framework.framework == name
    assert framework.audit_types[0].counts_towards_estimates
    assert all(assumption.because for assumption in framework.assumptions)


def test_lincolnshire_has_ofsteds_grades_a_calendar_year_six_months_and_monthly_moderation(project):
    rules = load_framework(folder=project.root / "parameters" / "frameworks", name="lincolnshire")
    assert rules.scale.grades == ["inadequate", "requires improvement", "good", "outstanding"]
    assert (rules.coverage[0].of, rules.coverage[0].year, rules.coverage[0].times) == (
        "open_cases",
        "calendar",
        1,
    )
    assert rules.audit_types[0].look_back_months == 6
    assert rules.moderation.every == "month"


def test_durham_has_ten_grades_families_and_a_support_plan_in_five_working_days(project):
    rules = load_framework(folder=project.root / "parameters" / "frameworks", name="durham")
    assert (rules.unit, len(rules.scale.grades), rules.scale.grades[-1]) == ("family", 10, "10")
    assert rules.moderation.trigger_grades == ["1", "2", "3", "4", "5", "10"]
    plan = rules.deadlines[0]
    assert (plan.working_days, plan.grades) == (5, ["1", "2", "3", "4", "5"])


def test_the_first_band_is_the_headline_and_questions_and_types_are_found_by_name(project):
    rules = tiny(project)
    assert rules.scale.headline.name == "good_or_better"
    assert rules.questions() == {"voice": "The child's voice"}
    assert rules.audit_type("dip").label == "Dip sample"
    assert rules.audit_type("peer") is None


def test_an_unknown_framework_is_refused_and_the_known_ones_named(project):
    with pytest.raises(InputError, match=r"'nowhere' is unknown: .* has durham, .*portsmouth, tiny"):
        load_framework(folder=project.root / "parameters" / "frameworks", name="nowhere")


def test_a_file_whose_name_is_not_its_framework_is_refused(project):
    assert "framework must be tiny, as the file is called; got small" in refused(
        project, "framework: tiny", "framework: small"
    )


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("grades: [good, outstanding]", "grades: [good]", "band good_or_better must be the best grades"),
        ("grades: [good, outstanding]", "grades: [great]", "band good_or_better must be the best grades"),
        ("grades: [inadequate]", "grades: [good]", "concern must be the worst grades"),
        ("[inadequate, requires", "[good, requires", "grades must all differ"),
        (
            "tool_id: tiny\n    counts",
            "tool_id: none\n    counts",
            "audit type case_file uses a tool that is not in tools",
        ),
        (
            "working_days: 5",
            "working_days: 5\n    grades: [poor]",
            "deadline feedback names grades off the scale: poor",
        ),
        (
            "unit: child",
            "unit: household",
            "unit should be 'child', 'adult', 'family', 'carer' or 'authority'",
        ),
        (
            "worthwhile_change: 0.10",
            "worthwhile_change: 10",
            "worthwhile_change should be less than 1; got 10",
        ),
        ("year: calendar", "year: calender", r"coverage[0].year should be 'calendar' or 'financial'"),
        ("worthwhile_change: 0.10", "worthwhile: 0.10", "worthwhile is an unknown key"),
    ],
)
def test_a_rule_that_contradicts_another_is_refused(project, old, new, rule):
    assert rule in refused(project, old, new)


def test_trigger_grades_off_the_scale_are_refused(project):
    assert "moderation.trigger_grades names grades off the scale: 11" in refused(
        project, "worthwhile_change", 'moderation: {trigger_grades: ["11"]}\nworthwhile_change'
    )
