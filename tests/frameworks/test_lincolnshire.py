"""Lincolnshire: every rule is there, with the framework's own numbers."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from qaf_lib.frameworks import load_framework, rules_of
from qaf_lib.intake.vocabulary import fold, posts_of

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def lincolnshire():
    return load_framework(folder=ROOT / "parameters" / "frameworks", name="lincolnshire")


@pytest.fixture(scope="module")
def checks(lincolnshire):
    """The checks of the seven standards, by the standard they belong to."""
    generic = next(tool for tool in lincolnshire.tools if tool.tool_id == "lin-generic")
    return [question for question in generic.questions if question.standard_id]


def test_every_requirement_is_honoured_or_said_not_to_be(lincolnshire):
    with (ROOT / "qaf_lib" / "frameworks" / "requirement_ids.csv").open(encoding="utf-8") as stream:
        wanted = {row["id"] for row in csv.DictReader(stream) if row["id"].startswith("LIN-")}
    honoured = {found for _, _, ids in rules_of(lincolnshire) for found in ids}
    assert len(wanted) == 135
    assert honoured | {found for part in lincolnshire.not_computed for found in part.requirements} == wanted


def test_the_seven_standards_have_thirty_eight_checks(checks):
    # 5 + 7 + 6 (4 for managers, 2 for staff) + 4 + 6 + 5 + 5 = 38
    of_standards = [question for question in checks if question.question_id.startswith("standard_")]
    assert Counter(question.standard_id for question in of_standards) == {
        "safeguarding": 5,
        "stakeholder_engagement": 7,
        "workforce": 6,
        "partnerships": 4,
        "value_for_money": 6,
        "equality": 5,
        "complaints": 5,
    }


def test_fifteen_checks_are_returns_surveys_or_self_assessments(checks):
    sources = Counter(
        question.evidence for question in checks if question.question_id.startswith("standard_")
    )
    assert sources["return"] + sources["survey"] + sources["self_assessment"] == 15
    assert sources["case_file"] == 16


def test_every_check_can_be_answered_not_applicable_and_none_left_blank(lincolnshire, checks):
    assert all(question.answers[-1] == "not applicable" for question in checks)
    assert next(tool for tool in lincolnshire.tools if tool.tool_id == "lin-generic").blank_refused


def test_coverage_is_by_calendar_year_for_cases_and_twice_for_observed_staff(lincolnshire):
    rules = {rule.name: (rule.of, rule.times, rule.year) for rule in lincolnshire.coverage}
    assert rules["open_cases_audited"] == ("open_cases", 1, "calendar")
    assert rules["staff_observed"] == ("frontline_staff", 2, "calendar")


def test_an_ad_hoc_audit_stays_out_of_coverage_and_estimates(lincolnshire):
    ad_hoc = lincolnshire.audit_type("ad_hoc")
    assert not ad_hoc.counts_towards_coverage
    assert not ad_hoc.counts_towards_estimates
    assert not ad_hoc.saved_to_record


def test_a_serious_worry_is_told_the_same_day(lincolnshire):
    tier = lincolnshire.escalation.tiers[0]
    assert (tier.posts, tier.working_days) == (["Team Manager"], 0)


def test_only_numbers_that_the_document_leaves_open_are_assumed(lincolnshire):
    numbered = [*lincolnshire.coverage, *lincolnshire.deadlines]
    assert {rule.name: rule.assumed for rule in numbered if rule.assumed} == {
        "supervised": "supervision_policy",
        "complaint_outcome": "complaint_days",
    }
    assert {one.duty_id: one.assumed for one in lincolnshire.duties if one.assumed} == {
        "moderation": "moderation_share",
        "learning_days": "learning_days_a_year",
        "professional_register": "registered_posts",
        "quality_team_kept_up": "training_kept_up",
        "role_standards": "role_standards",
        "self_assessment_vfm": "self_assessed_yearly",
    }
    assert {rule.assumed for rule in lincolnshire.indicators if rule.target is not None} == {
        "indicator_targets"
    }


def test_no_frequency_is_made_up_for_boards_that_the_document_gives_none(lincolnshire):
    silent = {"clinical_board", "assurance", "adults_board", "impact_questions", "participation"}
    named = [duty for duty in lincolnshire.duties if duty.duty_id in silent]
    assert [lincolnshire.how_often(duty) for duty in named] == [None] * len(silent)


def test_clearance_is_of_everybody_and_registration_of_every_post_that_must_have_it(lincolnshire):
    rules = {rule.name: rule for rule in lincolnshire.trained}
    assert rules["cleared"].who == "everybody"
    assert "(DBS)" in rules["cleared"].label
    assert {"Team Manager", "Independent Reviewing Officer", "School Nurse"} < set(rules["registered"].roles)
    holders = {duty.duty_id: duty.as_post for duty in lincolnshire.duties}
    own = ("clearance", "professional_register", "role_standards")
    assert {holders[name] for name in own} == {"Every member of staff"}


def test_a_chance_to_give_views_is_wanted_of_all_and_no_other_check_is(lincolnshire):
    asked = [question for tool in lincolnshire.tools for question in tool.questions if question.of_everybody]
    assert [question.question_id for question in asked] == ["chance_to_give_views"]
    (duty,) = [one for one in lincolnshire.duties if one.shown_by == ["chance_to_give_views"]]
    assert duty.requirements == ["LIN-53"]


def test_every_tool_of_the_council_s_own_asks_the_four_things_and_none_may_be_blank(lincolnshire):
    own = [tool for tool in lincolnshire.tools if tool.tool_id != "lin-team-around-child"]
    assert len(own) == 3
    for tool in own:
        themes = {question.theme for question in tool.required if not question.answers}
        assert {
            "Journey of the child",
            "Experiences",
            "Voice of the child",
            "Rationale for decisions",
        } <= themes


def test_a_multi_agency_report_has_a_duty_for_each_step_and_each_body(lincolnshire):
    steps = {one.duty_id: one.as_post for one in lincolnshire.duties if "LIN-50" in one.requirements}
    assert len(set(steps.values())) == 3
    (followed,) = [one for one in lincolnshire.duties if "LIN-51" in one.requirements]
    assert followed.as_post == "QA Board"


def test_a_learning_day_is_of_each_team_and_its_number_is_assumed(lincolnshire):
    (days,) = [one for one in lincolnshire.duties if one.duty_id == "learning_days"]
    assert (days.each, days.times, days.every, days.assumed) == ("team", 1, "year", "learning_days_a_year")


def test_a_notice_of_an_observation_is_logged_by_each_team_and_has_no_number(lincolnshire):
    (notice,) = [one for one in lincolnshire.duties if "LIN-40" in one.requirements]
    assert (notice.each, notice.evidence, lincolnshire.how_often(notice)) == ("team", "report", None)


def test_no_two_posts_or_bodies_differ_by_their_capitals_alone(lincolnshire):
    named = [*posts_of(lincolnshire), *(body for duty in lincolnshire.duties for body in duty.shared_with)]
    assert len({fold(name) for name in named}) == len(set(named))  # two spellings would be no known post


def test_the_generic_tool_opens_with_what_works_and_asks_nothing_else_in_it(lincolnshire):
    generic = next(tool for tool in lincolnshire.tools if tool.tool_id == "lin-generic")
    assert generic.questions[0].label == "The audit opens with what works"


def test_the_five_things_that_moderation_looks_at_are_a_form_to_fill_in(lincolnshire):
    (form,) = [report for report in lincolnshire.reports if "LIN-33" in report.requirements]
    assert form.is_form
    assert len(form.headings) == 5 + 2  # the five, learning and actions


def test_every_set_piece_of_feedback_has_a_slot_of_its_own(lincolnshire):
    named = {one.name for one in lincolnshire.instruments if "LIN-125" in one.requirements}
    assert named == {"tell_us", "quadrant_events", "team_meetings", "development_days"}


_SEATS = ("representatives", "seat_at_adults_board")


def test_each_board_s_seat_at_the_other_is_a_duty_of_its_own(lincolnshire):
    seats = {duty.duty_id: duty for duty in lincolnshire.duties if duty.duty_id in _SEATS}
    assert set(seats) == set(_SEATS)
    assert all(duty.times is None and duty.requirements == ["LIN-69"] for duty in seats.values())


def test_the_standards_of_the_role_are_counted_from_entries_of_their_own(lincolnshire):
    duties = {duty.duty_id: duty for duty in lincolnshire.duties}
    assert duties["role_standards"].shown_by == ["to_standards"]
    assert duties["appraisal"].shown_by == ["appraised"]


def test_each_standard_of_value_for_money_has_a_heading_of_its_own(lincolnshire):
    report = next(one for one in lincolnshire.reports if one.name == "quarterly")
    of = [heading for heading in report.headings if heading.label.startswith("Value for money")]
    assert [heading.requirements for heading in of] == [[f"LIN-{number}"] for number in range(93, 99)]


def test_a_duty_that_the_log_alone_shows_says_what_no_record_holds(lincolnshire):
    bare = [one.duty_id for one in lincolnshire.duties if not one.shown_by and not one.not_held]
    assert not bare


def test_children_s_health_has_the_kinds_asked_of_all_counted_with_its_own_tool(lincolnshire):
    quarterly = next(report for report in lincolnshire.reports if report.name == "quarterly")
    own = next(one for one in quarterly.headings if "lin-health" in one.of)
    of_all = {kind.name for kind in lincolnshire.audit_types if kind.counts_towards_coverage} | {"ad_hoc"}
    assert of_all == {"case_file", "themed", "ad_hoc", "top_up"}
    assert set(own.of) == of_all | {"health", "lin-health"}
    assert own.answered_by == ["audits_made", "made_by"]


def test_the_part_of_senior_managers_in_seeking_value_is_what_their_score_is_of(lincolnshire):
    form = next(form for form in lincolnshire.instruments if form.name == "self_assessment")
    item = next(item for item in form.items if item.name == "standard_97")
    assert item.label.startswith("Senior managers join services")


def test_audits_of_every_kind_are_told_to_the_worker_and_looked_for_in_supervision(lincolnshire):
    kinds = {rule.name: rule.audit_types for rule in lincolnshire.follow_ups}
    assert kinds == {"discussed": [], "told_worker": []}
