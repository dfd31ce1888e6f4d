"""What a sample can show, and who did not come back."""

import pytest

from qaf_lib.pages import open_period, sections

CASES = [f"007100{n}" for n in range(6)] + [f"007200{n}" for n in range(6)]
CENSUS = ("margin_of_error: 0.25", "margin_of_error: 0.01")


@pytest.fixture
def returned(project):
    """All twelve cases drawn; ten came back, nine of them good, none missing in Care."""
    project.change("parameters/tiny.yml", *CENSUS)
    grades = ["good"] * 6 + ["good"] * 3 + ["inadequate"]
    project.add_audits(dict(zip(CASES, grades, strict=False)))
    return project


def test_quarters_add_up_and_stop_at_the_caseload(returned):
    found = open_period(returned.file).samples[0].reach
    assert (found.unit, found.cases, found.population) == ("quarter", 10, 12)
    assert found.programme[["months", "cases"]].to_numpy().tolist() == [[1, 10], [2, 12], [4, 12]]


def test_a_problem_of_one_case_in_twelve_is_met_by_ten_in_ten_of_twelve_samples(returned):
    # 2% and 5% of twelve are rounded up to one case: 1 - (11 choose 10) / (12 choose 10) = 1 - 11 / 66
    found = open_period(returned.file).samples[0].reach.discovery.set_index("row_key")["estimate"]
    assert found["2%"] == found["5%"] == pytest.approx(10 / 12)
    # with two of twelve affected ten would miss both in 1 of 66 samples, under 5%; with one in 1 of 6
    assert found["none found"] == pytest.approx(1 / 12)


def test_the_page_says_what_a_re_audit_would_show(returned):
    page = repr(sections.reach.reach(open_period(returned.file)))
    assert "At re-audit, 10 new cases would show a rise of" in page
    assert "The same cases, if 20 in 100 change either way" in page


def test_the_plan_says_both_sizes_and_whom_the_estimates_speak_of(returned):
    page = repr(sections.sample.plan(open_period(returned.file)))
    assert "The usual formula (Cochran)" in page
    assert "The estimates are about all 12 cases in scope (100%)." in page


def test_missing_cases_are_told_by_stratum_with_the_extremes(returned):
    period = open_period(returned.file)
    rates = period.samples[0].nonresponse.rates.set_index("row_key")
    assert rates.loc[["all", "Care", "Need"], "x"].to_list() == [10, 6, 4]
    # Care 6 of 6; Need 3 of 6 if none, 5 of 6 if both were good: 9 / 12 and 11 / 12
    extremes = period.samples[0].nonresponse.extremes.iloc[0]
    assert extremes[["low", "high"]].to_list() == pytest.approx([0.75, 11 / 12])
    page = repr(sections.sample.returns(period))
    assert "2 of 12 drawn cases have no grade." in page
    assert "would lie within 75% to 92% before chance is counted" in page


def test_weighting_for_missing_cases_comes_only_on_request(returned):
    assert open_period(returned.file).samples[0].nonresponse.weighted.empty
    returned.change("parameters/tiny.yml", "strata: [service]", "strata: [status]")
    returned.change("parameters/tiny.yml", CENSUS[1], f"{CENSUS[1]}\n    weight_for_nonresponse: team_id")
    period = open_period(returned.file)
    weighted = period.samples[0].nonresponse.weighted
    assert weighted["row_key"].to_list() == ["as they are", "weighted"]
    assert "Weighted by team within groups" in repr(sections.sample.returns(period))


def test_a_full_return_misses_nothing(project):
    project.change("parameters/tiny.yml", *CENSUS)
    project.add_audits(dict.fromkeys(CASES, "good"))
    page = repr(sections.sample.returns(open_period(project.file)))
    assert "every drawn case has a grade; nothing is missing" in page


def test_before_any_grade_the_page_speaks_of_the_drawn_cases(project):
    project.change("parameters/tiny.yml", *CENSUS)
    period = open_period(project.file)
    assert "once there are 12 graded cases in a quarter" in repr(sections.reach.reach(period))
    assert "no drawn case has a grade yet" in repr(sections.sample.returns(period))
