"""Leeds: every rule is there, with the framework's own numbers."""

import csv
from pathlib import Path

import pytest

from qaf_lib.frameworks import load_framework, rules_of

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def leeds():
    return load_framework(folder=ROOT / "parameters" / "frameworks", name="leeds")


def duty(framework, duty_id):
    return next(duty for duty in framework.duties if duty.duty_id == duty_id)


def test_every_requirement_is_honoured_or_said_not_to_be(leeds):
    with (ROOT / "qaf_lib" / "frameworks" / "requirement_ids.csv").open(encoding="utf-8") as stream:
        wanted = {row["id"] for row in csv.DictReader(stream) if row["id"].startswith("LEE-")}
    honoured = {found for _, _, ids in rules_of(leeds) for found in ids}
    assert len(wanted) == 149
    assert honoured | {found for part in leeds.not_computed for found in part.requirements} == wanted


def test_the_table_by_role_has_fifty_seven_duties_of_which_one_is_printed_twice(leeds):
    numbered = [duty for duty in leeds.duties if duty.duty_id.startswith("A")]
    assert [duty.duty_id for duty in numbered] == [f"A{number}" for number in range(1, 58)]
    assert [duty.duty_id for duty in numbered if duty.same_as] == ["A34"]


def test_duties_are_inherited_as_the_headings_say(leeds):
    # advanced practitioners hold 1-7 as well, Team Managers 1-14
    assert all("Advanced Practitioner" in duty(leeds, f"A{number}").roles for number in range(1, 15))
    assert all("Team Manager" in duty(leeds, f"A{number}").roles for number in range(1, 26))
    assert "Social Worker" not in duty(leeds, "A8").roles


def test_no_quota_is_made_up_for_audits(leeds):
    assert [leeds.how_often(duty(leeds, f"A{number}")) for number in (17, 27, 37, 47, 49)] == [None] * 5


def test_the_table_by_service_has_eight_rows_with_three_summaries_in_march(leeds):
    rows = [duty(leeds, f"B{number}") for number in range(1, 9)]
    assert [row.duty_id for row in rows if row.due_month == 3] == ["B4", "B5", "B6"]


def test_the_framework_is_reviewed_by_the_end_of_september(leeds):
    assert (duty(leeds, "A54").every, duty(leeds, "A54").due_month) == ("year", 9)


def test_plans_of_exactly_two_years_are_not_beyond_two_years(leeds):
    over = next(rule for rule in leeds.census_lists if rule.name == "plans_over_two_years")
    assert (over.open_at_least_months, over.inclusive) == (24, False)


def test_reports_have_six_headings_and_action_plans_six_columns(leeds):
    findings = next(report for report in leeds.reports if report.name == "findings")
    assert len(findings.headings) == len(leeds.action_plan.columns) == 6
    assert [len(block.columns) for block in leeds.programme.blocks] == [5, 5, 5]
    assert len(leeds.programme.outline) == 5


def test_supervision_appraisal_and_promptness_are_assumed_and_observation_is_the_document_s(leeds):
    assert {rule.name: rule.assumed for rule in leeds.coverage} == {
        "staff_observed": None,
        "supervised": "supervision_policy",
        "appraised": "supervision_policy",
    }
    assert [tier.assumed for tier in leeds.escalation.tiers] == [None, "prompt", "prompt"]
    assert {one.duty_id: one.assumed for one in leeds.duties if one.assumed} == {
        "A13": "training_once",
        "A29": "feedback_on_audits",
        "A45": "reviewing_in_time",
        "A52": "reviewing_in_time",
        "A53": "conference_slip",
        "A54": "second_quarter",
    }


def test_every_target_of_an_indicator_is_assumed(leeds):
    assert {rule.assumed for rule in leeds.indicators if rule.target is not None} == {"indicator_targets"}


def test_no_frequency_is_made_up_for_returns_that_the_document_gives_none(leeds):
    silent = ("service_activity", "training_quality", "equality_board")
    assert [leeds.how_often(duty(leeds, name)) for name in silent] == [None] * 3


@pytest.mark.parametrize(
    ("number", "question"),
    [
        ("A2", "procedure_kept"),
        ("A3", "feedback_sought"),
        ("A4", "feedback_used"),
        ("A6", "closing_evaluation"),
        ("A7", "transfer_ready"),
        ("A11", "thresholds"),
        ("A21", "worker_change"),
        ("A42", "lac_minimum"),
        ("A48", "cp_minimum"),
    ],
)
def test_what_audits_ask_shows_the_duty_it_is_about(leeds, number, question):
    asked = next(one for one in leeds.tools[0].questions if one.question_id == question)
    assert question in duty(leeds, number).shown_by
    assert set(asked.requirements) & set(duty(leeds, number).requirements)


@pytest.mark.parametrize(
    ("duty_id", "posts", "newly_qualified"),
    [
        ("A10", ["Social Work Assistant"], False),
        ("newly_qualified", ["Social Worker"], True),
        ("A14", ["Advanced Practitioner", "Team Manager"], False),
    ],
)
def test_supervision_is_counted_of_the_staff_that_the_duty_is_about(leeds, duty_id, posts, newly_qualified):
    one = duty(leeds, duty_id)
    assert (one.of_roles, one.newly_qualified) == (posts, newly_qualified)
    assert set(posts) <= set(next(rule.roles for rule in leeds.coverage if rule.name == "supervised"))


def test_the_members_of_a_team_are_no_reviewing_officers(leeds):
    for number in ("A22", "A23"):
        assert not any("Reviewing" in role for role in duty(leeds, number).of_roles)


def test_development_plans_are_no_appraisals_and_so_stand_without_their_state(leeds):
    one = duty(leeds, "A24")
    assert (one.shown_by, one.of_roles) == (["needs_discussed"], [])
    assert one.not_held.startswith("what a development plan says")


def test_audits_of_a_service_answer_the_three_questions_of_every_audit(leeds):
    asked = [
        [one.question_id for one in tool.questions if "LEE-35" in one.requirements] for tool in leeds.tools
    ]
    assert asked == [
        ["is_what_should_be", "meets_standards", "uses_evidence"],
        ["conforms", "process_steps", "evidence_applied"],
    ]


def test_a_duty_that_the_log_alone_shows_says_what_no_record_holds(leeds):
    alone = [one for one in leeds.duties if one.evidence and not one.shown_by and not one.same_as]
    assert [one.duty_id for one in alone if one.not_held is None] == ["programme"]


def test_what_leaders_services_and_the_quality_team_owe_of_action_plans_are_three_duties(leeds):
    names = ("leaders_plans", "services_report_back", "progress")
    assert [duty(leeds, name).requirements for name in names] == [["LEE-47"], ["LEE-48"], ["LEE-49"]]


def test_agencies_involved_and_their_effect_are_asked_apart(leeds):
    asked = {
        one.question_id: one.dimension for one in leeds.tools[0].questions if "LEE-12" in one.requirements
    }
    assert asked == {"agencies": "process", "agencies_effect": "outcome"}


def test_the_table_of_services_holds_the_eight_rows_of_the_document_alone(leeds):
    table = next(report for report in leeds.reports if report.name == "services")
    assert table.rows_of == [f"B{number}" for number in range(1, 9)]


def test_peers_audit_in_a_mode_of_their_own_and_case_files_stay_with_another_post(leeds):
    modes = {kind: rule.mode for rule in leeds.independence for kind in rule.audit_types}
    assert (modes["peer_audit"], modes["self_audit"], modes["case_file"]) == ("peer", "self", "tiered")


def test_compliance_is_asked_for_practice_and_for_the_policy_apart(leeds):
    asked = {
        one.question_id: one.dimension
        for tool in leeds.tools
        for one in tool.questions
        if "LEE-32" in one.requirements
    }
    assert asked == {"conforms": "process", "policy_works": "outcome"}


def test_services_own_reports_and_performance_figures_are_two_sources(leeds):
    tables = {one.name: one.table for one in leeds.sources if "LEE-26" in one.requirements}
    assert (tables["routine_reports"], tables["performance_figures"]) == ("duty_event", "indicator")
