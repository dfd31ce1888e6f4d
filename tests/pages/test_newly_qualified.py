"""Duties for newly qualified workers, and yearly reviews that could use an observation."""

import pytest

from qaf_lib.errors import InputError
from qaf_lib.pages import open_period, sections

STAFF = (
    "staff_id,name,role,team_id,service,fte,started_on,left_on,newly_qualified_until,can_audit,can_moderate\n"
    "w1,Name One,Worker,T1,Care,1.0,2020-01-01,,2025-07-01,false,false\n"
    "w2,Name Two,Worker,T1,Care,1.0,2020-01-01,,2025-06-30,false,false\n"
    "w3,Name Three,Worker,T2,Need,1.0,2020-01-01,,,false,false\n"
)
EVENTS = "event_id,kind,duty_id,due_on,held_on,subject_id,by_id,by_post,team_id\n"
FRAMEWORK = "parameters/frameworks/tiny.yml"
AGREE = (
    "duties:\n  - {duty_id: D1, label: Agree, as_post: Leads, each: %s, newly_qualified: true, "
    "evidence: log, times: 1, every: year}\n"
)
REVIEWED = (
    "  - {name: mine, label: Mine, of: frontline_staff, counts: %s, year: financial, roles: [Worker], "
    "after_observation: true}\n"
)


def log(project, *rows):
    lines = "".join(f"E{at},{row}\n" for at, row in enumerate(rows))
    project.add_records("staff", STAFF)
    project.add_records("duty_event", EVENTS + lines)


def ask(project, each="subject, subject_roles: [Worker]"):
    project.change(FRAMEWORK, "worthwhile_change", f"{AGREE % each}worthwhile_change")


def agreed(project):
    counts = open_period(project.file).duties.counts.set_index("row_key")
    return counts.loc["D1", "x"], counts.loc["D1", "n"]


def test_it_is_asked_of_those_newly_qualified_on_the_period_s_first_day_and_of_nobody_else(project):
    ask(project)
    log(project, "report,D1,,2025-07-02,w2,,,", "report,D1,,2025-07-02,w3,,,")
    assert agreed(project) == (0, 1)


def test_an_entry_about_the_newly_qualified_worker_shows_it(project):
    ask(project)
    log(project, "report,D1,,2025-07-02,w1,,,")
    assert agreed(project) == (1, 1)


def test_newly_qualified_is_refused_of_a_duty_that_is_about_nobody(project):
    ask(project, each="council")
    log(project, "report,D1,,2025-07-02,w1,,,")
    with pytest.raises(InputError, match="duty D1: newly_qualified is for duties of each subject"):
        open_period(project.file)


@pytest.mark.parametrize(("post", "refused"), [("Worker", False), ("Wroker", True)])
def test_posts_that_the_coverage_of_a_duty_is_not_about_are_refused(project, post, refused):
    project.change(FRAMEWORK, "deadlines:", f"{REVIEWED % 'pdr'}deadlines:")
    duty = (
        f"duties:\n  - {{duty_id: D1, label: Review, as_post: Leads, shown_by: [mine], of_roles: [{post}]}}\n"
    )
    project.change(FRAMEWORK, "worthwhile_change", f"{duty}worthwhile_change")
    if refused:
        with pytest.raises(
            InputError, match="of_roles names posts that nothing in shown_by is about: Wroker"
        ):
            open_period(project.file)
    else:
        assert open_period(project.file).duties.duties["duty_id"].tolist() == ["D1"]


def test_a_review_counts_where_an_observation_came_before_it_or_on_the_day(project):
    project.change(FRAMEWORK, "deadlines:", f"{REVIEWED % 'pdr'}deadlines:")
    log(
        project,
        *("observation,,,2025-07-02,w1,,,", "pdr,,,2025-07-02,w1,,,"),
        *("pdr,,,2025-07-02,w2,,,", "observation,,,2025-07-03,w2,,,"),
        "pdr,,,2025-07-02,w3,,,",
    )
    reached = next(one for one in open_period(project.file).practice.coverage if one.name == "mine")
    assert reached.by_service.set_index("row_key").loc["all", ["x", "n"]].tolist() == [1, 3]


def test_a_review_held_before_the_observation_is_too_late_and_none_that_is_still_to_hold(project):
    project.change(FRAMEWORK, "deadlines:", f"{REVIEWED % 'pdr'}deadlines:")
    log(
        project,
        *("observation,,,2025-07-02,w1,,,", "pdr,,,2025-07-02,w1,,,"),
        *("pdr,,,2025-07-02,w2,,,", "observation,,,2025-07-03,w2,,,"),
    )
    period = open_period(project.file)
    reached = next(one for one in period.practice.coverage if one.name == "mine")
    # one of three is reviewed as asked and one too early: one review is left
    assert reached.pace.set_index("measure").loc["a_month", ["x", "n"]].tolist() == [1, 3]
    assert reached.too_late == 1
    left = next(row for row in sections.practice.coverage(period).parts[1].rows if row[0] == "Mine")
    assert left[3] == "1 appraisal by 31 March 2026; 1 appraisal held with no observation before"


def test_after_observation_is_refused_of_what_is_no_review(project):
    project.change(FRAMEWORK, "deadlines:", f"{REVIEWED % 'supervision'}deadlines:")
    with pytest.raises(InputError, match="after_observation is for counts pdr; got supervision"):
        open_period(project.file)


STANDARDS = (
    "standards:\n  - {standard_id: plans, label: Plans, source: statutory}\n"
    "  - {standard_id: voice, label: Voice, source: statutory}\n"
)


def keep(project, standard, day):
    project.change(FRAMEWORK, "worthwhile_change", f"{STANDARDS}worthwhile_change")
    with project.file.open("a", encoding="utf-8") as text:
        text.write(f'\nstandards: {{{standard}: {{owner_post: Head, review_on: "{day}"}}}}\n')


@pytest.mark.parametrize(
    ("day", "state", "late"), [("2025-09-29", " overdue", "1"), ("2025-09-30", "not overdue", "none")]
)
def test_a_standard_has_an_owner_and_a_review_that_is_overdue_before_the_last_day(project, day, state, late):
    keep(project, "plans", day)
    page = repr(sections.framework.standards(open_period(project.file)))
    assert "1 of 2 standards have an owner" in page
    assert f"the review of {late} is overdue" in page
    assert state in page.split("is overdue.")[1]


def test_an_owner_of_a_standard_that_the_framework_has_not_is_refused(project):
    keep(project, "nowhere", "2025-09-30")
    with pytest.raises(InputError, match="standards 'nowhere' is not a standard of framework tiny"):
        open_period(project.file)


def test_a_framework_with_standards_nobody_keeps_shows_no_table_of_keepers(project):
    project.change(FRAMEWORK, "worthwhile_change", f"{STANDARDS}worthwhile_change")
    assert "Who keeps" not in repr(sections.framework.standards(open_period(project.file)))
