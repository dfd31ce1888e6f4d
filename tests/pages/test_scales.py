"""All grades at once, and medians on long scales."""

import pandas as pd

from qaf_lib.pages import open_period
from qaf_lib.pages.grades import sections as grades

CASES = [f"007100{n}" for n in range(6)] + [f"007200{n}" for n in range(6)]
SHORT = "grades: [inadequate, requires improvement, good, outstanding]"
LONG = "grades: [inadequate, poor, weak, requires improvement, good, outstanding]"


def audited(project, given):
    project.change("parameters/tiny.yml", "margin_of_error: 0.25", "margin_of_error: 0.20")
    project.add_audits(dict(zip(CASES, given, strict=True)))
    return open_period(project.file)


def test_intervals_of_all_grades_together_are_wider_than_each_alone(project):
    found = audited(project, ["good"] * 6 + ["inadequate"] * 6).grades[0]
    alone, together = (table.set_index("row_key") for table in (found.distribution, found.simultaneous))
    assert (together["low"] <= alone["low"]).all()
    assert (together["high"] >= alone["high"]).all()
    assert pd.testing.assert_series_equal(alone["x"], together["x"]) is None


def test_the_grades_table_shows_both_intervals(project):
    period = audited(project, ["good"] * 6 + ["inadequate"] * 6)
    table = grades.distribution(period).parts[1]
    assert table.headings == ("Grade", "In all", "Count", "Share", "95% interval", "All grades together")
    assert table.table_id == "case_file_grades"


def test_a_short_scale_has_no_median(project):
    found = audited(project, ["good"] * 12).grades[0]
    assert found.median.empty
    assert found.cumulative.empty


def test_a_long_scale_has_a_median_and_shares_from_the_best_grade_down(project):
    project.change("parameters/frameworks/tiny.yml", SHORT, LONG)
    period = audited(project, ["outstanding"] * 3 + ["good"] * 5 + ["weak"] * 4)
    found = period.grades[0]
    assert found.cumulative["row_key"].to_list() == [
        *("outstanding", "good", "requires improvement", "weak", "poor")
    ]
    assert found.cumulative["estimate"].is_monotonic_increasing
    assert found.median["row_key"].to_list() == ["all", "Care", "Need"]
    assert "Median grade (95% interval)" in repr(grades.long_scale(period))
