"""Points in place of grades: each threshold on both sides, and what is off the range set aside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.caseload.points import grade_of_points
from qaf_lib.errors import InputError
from qaf_lib.frameworks import load_framework
from qaf_lib.frameworks.scale import Scale
from qaf_lib.period import open_period

BANDS = [{"name": "pass", "label": "90% or more", "grades": ["90-100"]}]
CONCERN = {"name": "below_70", "label": "under 70%", "grades": ["0-69"]}
STEPS = [{"grade": "70-89", "at_least": 0.70}, {"grade": "90-100", "at_least": 0.90}]
SCALE = """\
scale:
  grades: [0-69, 70-89, 90-100]
  bands: [{name: pass, label: 90% or more, grades: [90-100]}]
  concern: {name: below_70, label: under 70%, grades: [0-69]}
  points: {out_of: 100, thresholds: [{grade: 70-89, at_least: 0.70}, {grade: 90-100, at_least: 0.90}]}
"""


def scale(out_of=100.0, steps=STEPS):
    return Scale(
        grades=["0-69", "70-89", "90-100"],
        bands=BANDS,
        concern=CONCERN,
        points={"out_of": out_of, "thresholds": steps},
    )


@pytest.mark.parametrize(
    ("came", "grade"),
    [
        *[("0", "0-69"), ("69.9", "0-69"), ("70", "70-89"), ("70%", "70-89"), ("89.99", "70-89")],
        *[("90", "90-100"), ("90.0 %", "90-100"), ("100", "90-100"), ("100/100", "90-100")],
    ],
)
def test_a_percentage_is_the_grade_whose_threshold_it_reaches(came, grade):
    assert grade_of_points(came, scale()) == grade


@pytest.mark.parametrize(
    ("came", "grade"),
    [
        ("28", "70-89"),
        ("29", "90-100"),
        ("28.8", "90-100"),
        ("22", "0-69"),
        ("22.4", "70-89"),
        ("32", "90-100"),
    ],
)
def test_a_score_out_of_a_total_is_its_share_of_it(came, grade):
    assert grade_of_points(came, scale(32.0)) == grade


@pytest.mark.parametrize("came", ["100.01", "101", "-1", "0.9", "29/32", "ninety", "", "90 points", "1e2"])
def test_what_is_no_score_of_the_scale_is_no_grade(came):
    assert grade_of_points(came, scale()) is None


@given(st.integers(0, 3200), st.integers(0, 3200))
def test_more_points_never_earn_a_lower_grade(first, second):
    grades = [grade_of_points(f"{score / 100:.2f}", scale(32.0)) for score in sorted((first, second))]
    ranks = [scale().grades.index(grade) for grade in grades if grade]
    assert ranks == sorted(ranks)


@pytest.mark.parametrize(
    ("points", "message"),
    [
        (
            "{out_of: 100, thresholds: [{grade: 90-100, at_least: 0.9}]}",
            "must name every grade but the worst",
        ),
        (
            "{out_of: 100, thresholds: [{grade: 70-89, at_least: 0.9}, {grade: 90-100, at_least: 0.9}]}",
            "must rise from grade to grade",
        ),
        ("{out_of: 0, thresholds: [{grade: 70-89, at_least: 0.7}]}", "greater than 0"),
        ("{out_of: 100, thresholds: [{grade: 70-89, at_least: 70}]}", "less than or equal to 1"),
    ],
)
def test_points_that_leave_a_grade_in_doubt_are_refused(project, points, message):
    text = SCALE[: SCALE.index("  points:")] + f"  points: {points}\n"
    with pytest.raises(InputError, match=message):
        with_scale(project, text)


def test_points_beside_grades_that_are_numbers_are_refused(project):
    with pytest.raises(InputError, match="cannot be told from points"):
        with_scale(project, SCALE.replace("0-69", '"1"').replace("70-89", '"2"').replace("90-100", '"3"'))


def with_scale(project, text):
    file = project.root / "parameters/frameworks/tiny.yml"
    rules = file.read_text(encoding="utf-8")
    start, end = rules.index("scale:\n"), rules.index("tools:\n")
    file.write_text(rules[:start] + text + rules[end:], encoding="utf-8", newline="\n")
    return load_framework(folder=file.parent, name="tiny")


def test_audits_and_moderations_in_points_are_graded_and_those_off_the_range_set_aside(project):
    with_scale(project, SCALE)
    scores = ["69", "70%", "90", "101", "0.9"]
    project.add_audits({f"007100{at}": score for at, score in enumerate(scores)})
    project.add_records(
        "moderation",
        "audit_id,moderator_id,moderated_on,audit_grade,moderated_grade,why,blind\n"
        "A-random-2025-08-01-0071000,M,2025-08-02,69,70,random,true\n",
    )
    project.change(
        "parameters/tiny.yml",
        "records:\n",
        "set_aside: {audit: {at_most: 0.5, because: Two scores are off the range on purpose.}}\nrecords:\n",
    )
    project.prepare()
    assert sorted(project.register("audit")["overall_grade"]) == ["0-69", "70-89", "90-100"]
    moderation = project.register("moderation").iloc[0]
    assert (moderation["audit_grade"], moderation["moderated_grade"]) == ("0-69", "70-89")
    faults = open_period(project.file).quality.faults
    assert faults.set_index("column").loc["overall_grade", ["rule", "rows"]].tolist() == [
        "is a score off the scale (0 to 100)",
        2,
    ]
