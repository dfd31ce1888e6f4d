"""How shares ran over the months."""

import pytest

from qaf_lib.errors import InputError
from qaf_lib.pages import open_period
from qaf_lib.pages.grades import over_time_sections as trends

CASES = [f"007100{n}" for n in range(6)] + [f"007200{n}" for n in range(6)]
YEAR = [f"{2024 + month // 12}-{month % 12 + 1:02d}" for month in range(7, 19)]  # August 2024 to July 2025
CENSUS = ("margin_of_error: 0.25", "margin_of_error: 0.01")


def audited(project, month, good, *, of=12):
    """Random audits of a month: so many good ones, the others inadequate."""
    grades = ["good"] * good + ["inadequate"] * (of - good)
    project.add_audits(dict(zip(CASES, grades, strict=False)), day=f"{month}-15")


@pytest.fixture
def all_drawn(project):
    project.change("parameters/tiny.yml", *CENSUS)
    return project


def test_under_twelve_months_the_share_runs_about_its_median(all_drawn):
    for month, good in [("2025-05", 6), ("2025-06", 9), ("2025-07", 12)]:
        audited(all_drawn, month, good)
    period = open_period(all_drawn.file)
    found = period.trends[0]
    assert (found.unit, found.points, found.kind) == ("month", 3, "run")
    values = found.chart[found.chart["measure"] == "value"].set_index("row_key")
    # 6, 9 and 12 of 12; August and September have no audit
    assert values["x"].dropna().to_list() == [6, 9, 12]
    assert values["estimate"].dropna().to_list() == [0.5, 0.75, 1.0]
    assert values["mark"].to_list() == ["", "", "", "x", "x"]
    assert "with fewer than six no rule can tell a trend from chance" in repr(trends.trend(period))


def test_from_twelve_months_limits_are_drawn_and_a_month_outside_them_is_named(all_drawn):
    for at, month in enumerate(YEAR):
        audited(all_drawn, month, 0 if month == "2025-02" else (8, 10)[at % 2])
    found = open_period(all_drawn.file).trends[0]
    assert (found.points, found.kind) == (12, "p")
    flagged = found.chart[(found.chart["row_key"] == "2025-02") & (found.chart["measure"] == "value")]
    assert flagged["method"].item().startswith("special cause, concern: outside the limits")
    page = repr(trends.trend(open_period(all_drawn.file)))
    assert "more than chance stands behind February 2025" in page
    assert "worse than chance explains: a point outside the dashed lines" in page


def test_where_most_months_have_no_audit_the_points_are_periods(all_drawn):
    for month in ["2024-08", "2024-11", "2025-02", "2025-05", "2025-08"]:
        audited(all_drawn, month, 6)
    found = open_period(all_drawn.file).trends[0]
    assert (found.unit, found.points) == ("period", 5)
    assert found.chart[found.chart["measure"] == "value"]["row_key"].to_list()[-1] == "2025-26 Q2"


EVENTS = """
events:
  - {day: "2025-07-01", what: A new tool}
  - {day: "2025-05-31", what: Two teams joined}
  - {day: "2025-05-01", what: A move}
  - {day: "2024-05-01", what: Before the first audit}
"""


def test_what_the_parameters_say_happened_is_marked_where_the_chart_has_its_month_or_period(all_drawn):
    for month, good in [("2025-05", 6), ("2025-06", 9), ("2025-07", 12)]:
        audited(all_drawn, month, good)
    all_drawn.write("parameters/tiny.yml", all_drawn.file.read_text(encoding="utf-8") + EVENTS)
    told = "Marked on the chart: 1, May 2025: A move, Two teams joined; 2, July 2025: A new tool."
    assert told in repr(trends.trend(open_period(all_drawn.file)))
    for month in ["2024-08", "2024-11", "2025-02"]:
        audited(all_drawn, month, 6)
    told = "Marked on the chart: 1, 2025-26 Q1: A move, Two teams joined; 2, 2025-26 Q2: A new tool."
    assert told in repr(trends.trend(open_period(all_drawn.file)))


def test_an_event_needs_a_day_in_quotes_and_a_few_words(project):
    for wrong, said in {
        "{day: 2025-07-01, what: x}": "has no quotes",
        '{day: "2025-07-01", what: ""}': r"events\[0\].what",
    }.items():
        with pytest.raises(InputError, match=said):
            project.parameters("draws:", f"events:\n  - {wrong}\ndraws:")
        project.change("parameters/tiny.yml", f"events:\n  - {wrong}\ndraws:", "draws:")


def test_chosen_and_undrawn_audits_are_no_part_of_a_trend(project):
    project.prepare()
    drawn = int(project.register("draw_case")["state"].eq("selected").sum())
    audited(project, "2025-08", 6)
    project.add_audits(dict.fromkeys(CASES, "good"), day="2025-05-02", selection="themed")
    found = open_period(project.file).trends[0]
    assert (found.points, found.kind) == (1, "")
    assert drawn < 12
    page = repr(trends.trend(open_period(project.file)))
    assert "the records hold those of one month only" in page


def test_without_any_audit_one_sentence_says_so(project):
    assert "the records hold none" in repr(trends.trend(open_period(project.file)))
