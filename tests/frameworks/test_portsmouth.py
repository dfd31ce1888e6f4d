"""Portsmouth: every rule is there, with the framework's own numbers."""

import csv
from pathlib import Path

import pytest

from qaf_lib.frameworks import load_framework, rules_of

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def portsmouth():
    return load_framework(folder=ROOT / "parameters" / "frameworks", name="portsmouth")


def duty(framework, duty_id):
    return next(duty for duty in framework.duties if duty.duty_id == duty_id)


def table(framework):
    """Duties of the responsibilities table; the others stand in the text."""
    return [duty for duty in framework.duties if duty.duty_id.startswith("T")]


def coverage(framework, name):
    return next(rule for rule in framework.coverage if rule.name == name)


def tool(framework, tool_id):
    return next(tool for tool in framework.tools if tool.tool_id == tool_id)


def test_every_requirement_is_honoured_or_said_not_to_be(portsmouth):
    with (ROOT / "qaf_lib" / "frameworks" / "requirement_ids.csv").open(encoding="utf-8") as stream:
        wanted = {row["id"] for row in csv.DictReader(stream) if row["id"].startswith("POR-")}
    honoured = {found for _, _, ids in rules_of(portsmouth) for found in ids}
    assert len(wanted) == 113
    assert honoured | {found for part in portsmouth.not_computed for found in part.requirements} == wanted


def test_the_table_has_75_duties_of_16_roles_in_order(portsmouth):
    rows = table(portsmouth)
    assert [row.duty_id for row in rows] == [f"T{number}" for number in range(1, 76)]
    assert len({(row.as_post, *row.roles) for row in rows}) == 16


def test_each_row_of_the_table_carries_its_own_requirement(portsmouth):
    # T1 is POR-22, so T75 is POR-96
    assert all(f"POR-{int(row.duty_id[1:]) + 21}" in row.requirements for row in table(portsmouth))


def test_only_the_panels_row_has_no_purpose(portsmouth):
    assert [row.duty_id for row in table(portsmouth) if row.purpose is None] == ["T2"]


@pytest.mark.parametrize(
    ("every", "numbers"),
    [
        ("week", [41, 42]),
        ("month", [14, 18, 19, 20, 22, 29, 30, 31, 34, 35, 40, 49, 55, 56, 57, 58]),
        ("month", [61, 62, 63, 64, 66, 67, 70, 73, 75]),
        ("quarter", [4, 9, 12, 15, 17, 24, 28, 37, 43, 48, 51, 53, 54]),
        ("half_year", [46]),
        ("year", [5, 6, 7, 8, 39, 50, 59, 68, 69, 71, 72]),
    ],
)
def test_what_the_table_numbers_plainly_is_asked_once(portsmouth, every, numbers):
    for number in numbers:
        row = duty(portsmouth, f"T{number}")
        assert (row.times, row.every, row.assumed) == (1, every, None)


def test_heads_of_service_make_two_observation_visits_a_quarter(portsmouth):
    row = duty(portsmouth, "T32")
    assert (row.evidence, row.times, row.every) == ("observation", 2, "quarter")


@pytest.mark.parametrize(
    ("word", "numbers", "reading"),
    [
        ("bi_annual", [11, 13, 21, 23, 25, 36], (1, "half_year")),
        ("bi_monthly", [27, 44], (3, "half_year")),
        ("weekly_or_monthly", [26, 33], (1, "month")),
        ("visit_programme", [3, 10], (1, "year")),
        ("three_bodies_of_members", [1], (3, "quarter")),
        ("panels", [2], (2, "month")),
        ("every_team_once", [16], (1, "year")),
    ],
)
def test_words_that_can_be_read_in_two_ways_are_read_in_one_place(portsmouth, word, numbers, reading):
    rows = [row for row in table(portsmouth) if row.assumed == word]
    assert [row.duty_id for row in rows] == [f"T{number}" for number in numbers]
    assert {portsmouth.how_often(row) for row in rows} == {reading}


def test_duties_that_follow_events_ask_for_no_number(portsmouth):
    silent = [row.duty_id for row in table(portsmouth) if portsmouth.how_often(row) is None]
    assert silent == ["T38", "T45", "T47", "T52", "T60", "T65", "T74"]


@pytest.mark.parametrize(
    ("row", "part"),
    [
        ("T20", "S3-T20-review"),
        ("T31", "S3-T31-review"),
        ("T40", "S3-T40-review"),
        ("T59", "S3-T59-review"),
        ("T64", "S3-T64-review"),
        ("T3", "S3-T3-homes"),
        ("T8", "S3-T8-meetings"),
    ],
)
def test_a_row_that_asks_for_two_things_is_two_duties_of_the_same_posts(portsmouth, row, part):
    first, second = duty(portsmouth, row), duty(portsmouth, part)
    assert (first.roles, first.as_post, first.purpose) == (second.roles, second.as_post, second.purpose)
    assert first.requirements == second.requirements


def test_a_yearly_review_is_counted_apart_from_monthly_supervision(portsmouth):
    reviews = {row.duty_id: row.shown_by for row in portsmouth.duties if row.duty_id.endswith("-review")}
    assert reviews == {
        "S3-T20-review": ["heads_reviewed"],
        "S3-T31-review": ["leaders_reviewed"],
        "S3-T40-review": ["leaders_reviewed"],
        "S3-T59-review": ["reviewed_after_observation"],
        "S3-T64-review": ["practitioners_reviewed"],
    }
    assert duty(portsmouth, "S3-T40-review").same_as == "S3-T31-review"


@pytest.mark.parametrize("duty_id", ["T33", "T34", "T41", "T66"])
def test_what_senior_managers_are_told_is_asked_and_no_record_holds_it(portsmouth, duty_id):
    row = duty(portsmouth, duty_id)
    assert "senior managers" in f"{row.label} {row.purpose}"
    assert "senior managers were told" in row.not_held


def test_the_two_rows_on_supervision_by_heads_are_counted_once(portsmouth):
    again, first = duty(portsmouth, "T40"), duty(portsmouth, "T31")
    assert again.same_as == "T31"
    assert (again.roles, again.subject_roles) == (first.roles, first.subject_roles)


def test_case_file_audits_are_monthly_for_three_grades_and_the_director_only_scrutinises(portsmouth):
    rows = [row for row in portsmouth.duties if "case_file" in row.audit_types]
    assert [row.duty_id for row in rows] == ["T14", "T29", "T61"]
    assert {portsmouth.how_often(row) for row in rows} == {(1, "month")}
    assert (duty(portsmouth, "T12").evidence, portsmouth.moderation.random_share) == ("moderation", 0.0)
    assert portsmouth.moderation.every == "quarter"


def test_each_kind_of_file_has_the_quota_of_its_post(portsmouth):
    quotas = {
        row.duty_id: (row.audit_types, row.times, row.every)
        for row in table(portsmouth)
        if row.evidence == "audit" and "case_file" not in row.audit_types
    }
    assert quotas == {
        "T15": (["supervision_file"], 1, "quarter"),
        "T30": (["supervision_file"], 1, "month"),
        "T52": (["themed"], None, None),
        "T55": (["conference_record"], 1, "month"),
        "T58": (["review_record"], 1, "month"),
        "T66": (["carer_file"], 1, "month"),
    }


def test_complaints_go_by_the_calendar_year_and_every_other_duty_by_the_financial_year(portsmouth):
    assert [row.duty_id for row in portsmouth.duties if row.year == "calendar"] == ["T7"]


def test_every_coverage_is_of_a_financial_year_and_once_but_supervision_is_monthly(portsmouth):
    assert {rule.year for rule in portsmouth.coverage} == {"financial"}
    times = {rule.name: rule.times for rule in portsmouth.coverage}
    assert times.pop("supervised_monthly") == 12
    assert set(times.values()) == {1}


def test_case_holders_closures_reviewing_officers_and_chairs_are_all_to_be_reached(portsmouth):
    assert coverage(portsmouth, "case_holders_audited").of == "case_holders"
    assert coverage(portsmouth, "closures_audited").audit_types == ["closure"]
    assert coverage(portsmouth, "iros_observed").by_roles == [
        "Service Leader IRO",
        "Head of Safeguarding Monitoring",
    ]
    assert coverage(portsmouth, "chairs_observed").roles == ["Child Protection Chair"]


def test_a_practitioner_is_observed_by_a_team_leader_or_above(portsmouth):
    observers = coverage(portsmouth, "practitioners_observed").by_roles
    assert "Team Leader" in observers
    assert not set(observers) & set(coverage(portsmouth, "practitioners_observed").roles)


def test_newly_qualified_workers_are_supervised_at_least_every_14_days(portsmouth):
    (rule,) = portsmouth.longest_gaps
    assert (rule.of, rule.event, rule.days) == ("newly_qualified", "supervision", 14)


def test_protection_plans_are_short_inside_3_months_and_long_from_18(portsmouth):
    short, long, outside = portsmouth.census_lists[:3]
    assert (short.plan_kind, short.ended_within_months, short.inclusive, short.every) == (
        "cp",
        3,
        False,
        "quarter",
    )
    assert (long.plan_kind, long.open_at_least_months, long.inclusive, long.every) == (
        "cp",
        18,
        True,
        "quarter",
    )
    assert (outside.plan_kind, outside.out_of_area, outside.every) == ("cla", True, "half_year")


def test_lists_are_looked_at_with_audits_that_are_there(portsmouth):
    assert {rule.looked_at_by for rule in portsmouth.census_lists[:3]} == {"plan_review", "placement_review"}
    assert all(portsmouth.audit_type(rule.looked_at_by) for rule in portsmouth.census_lists[:3])


def test_only_the_monthly_draw_speaks_for_all_cases(portsmouth):
    assert [kind.name for kind in portsmouth.audit_types if kind.counts_towards_estimates] == ["case_file"]
    assert portsmouth.audit_type("top_up").selection == "top_up"
    assert portsmouth.audit_type("closure").selection == "census"


def test_case_files_go_outside_the_own_team_and_service_and_nobody_audits_their_own_case(portsmouth):
    drawn, others = portsmouth.independence
    assert (drawn.audit_types, drawn.not_own_team, drawn.not_own_service) == (["case_file"], True, True)
    assert all(role.startswith("Service Leader") for role in drawn.roles)
    assert {kind.name for kind in portsmouth.audit_types} == set(others.audit_types)
    assert drawn.not_own_case
    assert others.not_own_case


def test_six_headings_are_graded_and_the_rest_is_answered(portsmouth):
    graded = ["assessment", "planning", "management_oversight", "voice", "recording", "impact"]
    assert list(portsmouth.questions()) == graded


def test_a_closure_has_five_checks_and_another_parts_file_four(portsmouth):
    closure, case_file = tool(portsmouth, "por-closure"), tool(portsmouth, "por-case-file")
    assert len(closure.questions) == 5
    assert sum("POR-82" in question.requirements for question in case_file.questions) == 4


def test_every_question_points_to_a_standard(portsmouth):
    questions = [question for tool in portsmouth.tools for question in tool.questions]
    assert all(question.standard_id for question in questions)


def test_returns_and_surveys_are_never_asked_in_an_audit(portsmouth):
    used = {kind.tool_id for kind in portsmouth.audit_types}
    assert "por-returns" not in used
    asked = [question for tool in portsmouth.tools if tool.tool_id in used for question in tool.questions]
    assert {question.evidence for question in asked} == {"case_file"}


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("goals", 8),
        ("components", 6),
        ("outcomes", 4),
        ("participation_stages", 3),
        ("focus_group_topics", 7),
        ("key_work_aspects", 6),
    ],
)
def test_lists_are_as_long_as_the_framework_says(portsmouth, name, size):
    assert len(next(group.tags for group in portsmouth.tags if group.name == name)) == size


def test_multi_agency_audits_are_quarterly_and_figures_are_scrutinised_monthly(portsmouth):
    assert portsmouth.how_often(duty(portsmouth, "S2-4.3")) == (1, "quarter")
    assert portsmouth.how_often(duty(portsmouth, "S2-4.3-theme")) == (1, "quarter")
    assert portsmouth.how_often(duty(portsmouth, "S2-4.4")) == (1, "month")
    assert portsmouth.how_often(duty(portsmouth, "S2-5.2")) == (1, "year")


def test_the_monthly_report_tells_single_cases_from_how_the_service_works(portsmouth):
    report = next(report for report in portsmouth.reports if report.name == "monthly_audit")
    assert report.every == "month"
    assert sum("actions" in heading.label.lower() for heading in report.headings) == 2


def test_responsibilities_have_four_columns(portsmouth):
    report = next(report for report in portsmouth.reports if report.name == "responsibilities")
    assert [heading.label for heading in report.headings] == ["Role", "Task", "How often", "Purpose"]


def test_all_reviews_are_the_target(portsmouth):
    targets = {rule.indicator_id: rule.target for rule in portsmouth.indicators if rule.target is not None}
    assert targets == {
        "reviews_on_time": 1.0,
        "cp_reviews_on_time": 1.0,
        "cla_reviews_on_time": 1.0,
    }


def test_the_grading_scale_is_ofsteds_and_said_to_be_assumed(portsmouth):
    assert portsmouth.scale.grades == ["inadequate", "requires improvement", "good", "outstanding"]
    assert portsmouth.scale.requirements == []
    assert "grading_scale" in [assumption.name for assumption in portsmouth.assumptions]


def test_feedback_is_followed_up_without_days_and_observations_by_the_next_supervision(portsmouth):
    assert [rule.event for rule in portsmouth.follow_ups] == ["feedback_on", "supervision_on"]
    (rule,) = portsmouth.deadlines
    assert (rule.of, rule.from_event, rule.to_event) == ("duty_event", "held_on", "discussed_on")
    assert (rule.working_days, rule.by) == (None, "next_supervision")


def test_the_document_is_of_november_2016(portsmouth):
    assert portsmouth.about.dated == "November 2016"


def test_only_numbers_that_the_document_leaves_open_are_assumed(portsmouth):
    numbered = [*portsmouth.coverage, *portsmouth.longest_gaps, *portsmouth.deadlines]
    assert {rule.name: rule.assumed for rule in numbered if rule.assumed} == {
        "observation_discussed": "next_supervision"
    }
    assert not [rule.indicator_id for rule in portsmouth.indicators if rule.assumed]


def test_a_placement_outside_is_reviewed_for_the_child_s_plan_too(portsmouth):
    asked = {one.question_id: one for one in tool(portsmouth, "por-placement-review").questions}
    named = {name for name, one in asked.items() if "POR-67" in one.requirements}
    assert named == {"placement_experience", "placement_plan"}


@pytest.mark.parametrize(
    ("report", "ids"), [("carer_files", {"POR-87"}), ("admissions", {"POR-62", "POR-63"})]
)
def test_senior_managers_are_told_what_needs_action(portsmouth, report, ids):
    found = next(one for one in portsmouth.reports if one.name == report)
    assert found.to == ["Senior Management Team"]
    assert {one for heading in found.headings for one in heading.requirements} == ids


@pytest.mark.parametrize("name", ["panel_yearly", "panel_half_yearly", "working_together", "complaints"])
def test_a_report_that_its_reader_does_not_write_says_who_does(portsmouth, name):
    found = next(one for one in portsmouth.reports if one.name == name)
    assert found.made_by
    assert found.made_by not in found.to


def test_every_report_that_somebody_awaits_has_headings(portsmouth):
    assert all(one.headings for one in portsmouth.reports if one.every)


def test_what_senior_posts_watch_is_told_post_by_post(portsmouth):
    watched = next(one for one in portsmouth.reports if one.name == "watched")
    named = [name for heading in watched.headings for name in heading.of]
    assert named == [
        *("T11", "T25", "T17", "T32", "T37", "T39", "T53", "T54"),
    ]
    assert {duty(portsmouth, name).evidence for name in named if name != "T39"} == {"observation"}


def test_a_panel_is_known_by_the_actions_that_came_of_it(portsmouth):
    source = next(one for one in portsmouth.sources if one.name == "panels")
    assert (source.table, source.kinds) == ("action", ["scrutiny_panel"])


def test_what_changed_policies_and_guides_stands_beside_their_duty(portsmouth):
    assert duty(portsmouth, "S2-1.1").shown_by == ["guides_current", "guides_changed"]


def test_what_families_say_is_told_of_their_own_surveys(portsmouth):
    forms = {one.name: one.respondent for one in portsmouth.instruments}
    tags = {tag.name: tag for group in portsmouth.tags for tag in group.tags}
    for name in ("family_feedback", "service_users"):
        asked = {forms[one] for one in tags[name].of if one in forms}
        assert asked == {"child", "parent or carer"}


@pytest.mark.parametrize(("report", "duty_id"), [("members", "T1"), ("performance_pack", "T9")])
def test_a_paper_of_a_meeting_is_shown_by_the_meeting(portsmouth, report, duty_id):
    assert f"report_{report}" in duty(portsmouth, duty_id).shown_by
    assert next(one for one in portsmouth.reports if one.name == report).made_by
