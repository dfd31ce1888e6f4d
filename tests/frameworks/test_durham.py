"""Durham One Point: every rule is there, with the framework's own numbers."""

import csv
from pathlib import Path

import pytest

from qaf_lib.frameworks import load_framework, rules_of

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def durham():
    return load_framework(folder=ROOT / "parameters" / "frameworks", name="durham")


def duty(framework, duty_id):
    return next(duty for duty in framework.duties if duty.duty_id == duty_id)


def test_every_requirement_is_honoured_or_said_not_to_be(durham):
    with (ROOT / "qaf_lib" / "frameworks" / "requirement_ids.csv").open(encoding="utf-8") as stream:
        wanted = {row["id"] for row in csv.DictReader(stream) if row["id"].startswith("DUR-")}
    honoured = {found for _, _, ids in rules_of(durham) for found in ids}
    assert len(wanted) == 84
    assert honoured | {found for part in durham.not_computed for found in part.requirements} == wanted


def test_supervision_is_nine_full_time_and_six_part_time_a_financial_year(durham):
    rule = next(rule for rule in durham.coverage if rule.name == "supervised")
    assert (rule.times, rule.times_part_time, rule.year, rule.pro_rata) == (9, 6, "financial", True)


def test_supervision_audits_are_monthly_for_operations_managers_and_quarterly_for_each_of_them(durham):
    monthly, quarterly = duty(durham, "supervision_audit_om"), duty(durham, "supervision_audit_sm")
    assert (monthly.roles, monthly.times, monthly.every) == (["Operations Manager"], 1, "month")
    assert (quarterly.each, quarterly.subject_roles, quarterly.every) == (
        "subject",
        ["Operations Manager"],
        "quarter",
    )


def test_families_are_long_open_at_nine_and_three_months_with_the_boundary_on_the_list(durham):
    lists = {rule.teams_named: rule for rule in durham.census_lists if rule.teams_named}
    assert {name: rule.open_at_least_months for name, rule in lists.items()} == {"IFST": 9, "FCT": 3}
    assert all(rule.inclusive for rule in lists.values())


def test_ambiguous_words_are_read_as_three_and_one_each_half_year(durham):
    assert durham.how_often(duty(durham, "case_clinics")) == (3, "half_year")
    assert durham.how_often(duty(durham, "population_outcomes")) == (1, "half_year")
    assert durham.how_often(duty(durham, "case_audits")) is None


def test_the_second_table_has_thirteen_rows_and_the_report_prints_them(durham):
    rows = {f"DUR-{number}" for number in range(58, 71)}
    of_duties = {found for duty in durham.duties for found in duty.requirements}
    assert rows <= of_duties
    printed = next(report.rows_of for report in durham.reports if report.name == "reporting_table")
    assert len(printed) == 13
    assert rows <= {found for duty_id in printed for found in duty(durham, duty_id).requirements}


def test_only_numbers_that_the_document_leaves_open_are_assumed(durham):
    assert {one.duty_id: one.assumed for one in durham.duties if one.assumed} == {
        "case_clinics": "bi_monthly",
        "population_outcomes": "bi_annual",
        "practice_week": "practice_week_times",
        "team_plan": "team_plan_year",
        "young_carer_notice": "notice_board_year",
        "board_report": "board_extract",
        "locality_themes": "locality_report",
        "closure_surveys": "survey_offer",
    }
    assert [rule.name for rule in (*durham.coverage, *durham.deadlines) if rule.assumed] == []


def test_supervision_and_appraisals_are_asked_of_managers_too_and_observation_of_practitioners(durham):
    roles = {rule.name: set(rule.roles) for rule in durham.coverage}
    assert roles["supervised"] == roles["appraised"] >= {"Operations Manager", "Strategic Manager"}
    assert roles["staff_observed"] == {"Key Worker", "Senior Key Worker", "Family Centre Worker"}


def test_what_must_follow_an_audit_is_counted_apart_for_thematic_ones(durham):
    of_kinds = {rule.name: rule.audit_types for rule in durham.follow_ups}
    assert (of_kinds["recorded_on_file"], of_kinds["thematic_on_file"]) == (["case_file"], ["thematic"])
    assert (of_kinds["told_worker"], of_kinds["thematic_told"]) == (["case_file"], ["thematic"])
    assert {rule.name: rule.kinds for rule in durham.deadlines} == {
        "support_plan": ["case_file"],
        "support_plan_thematic": ["thematic"],
    }
    assert duty(durham, "thematic_recommendations").shown_by == ["actions_of_thematic"]


def test_views_of_staff_and_partners_and_the_app_are_forms_and_sources_of_their_own(durham):
    forms = {form.name: form.respondent for form in durham.instruments}
    own = {"mind_of_my_own_app": "child", "practitioner_form": "practitioner", "partner_form": "partner"}
    assert own.items() <= forms.items()
    fed = [(form, source.name) for source in durham.sources for form in source.of if form in own]
    assert fed == [
        ("mind_of_my_own_app", "mind_of_my_own"),
        ("practitioner_form", "staff_form"),
        ("partner_form", "partner_form"),
    ]


def test_sources_stand_in_the_order_of_the_three_kinds_of_evidence(durham):
    kinds = [source.evidence for source in durham.sources]
    assert list(dict.fromkeys(kinds)) == ["quantitative", "qualitative", "impact"]
    assert kinds == sorted(kinds, key=["quantitative", "qualitative", "impact"].index)


def test_a_team_s_plan_is_on_three_levels_and_its_actions_are_told_by_team(durham):
    levels = next(group for group in durham.tags if group.name == "plan_priorities")
    assert [tag.of for tag in levels.tags] == [["team_plan"]] * 3
    reports = [heading for report in durham.reports for heading in report.headings]
    assert [h.requirements for h in reports if "actions_by_team" in h.answered_by] == [["DUR-19"]]


def test_what_families_say_is_asked_of_their_own_forms_and_not_of_staff_or_partners(durham):
    lines = [tag for group in durham.tags for tag in group.tags if "surveys" in tag.answered_by]
    lines += [one for report in durham.reports for one in report.headings if "surveys" in one.answered_by]
    forms = {form.name for form in durham.instruments}
    asked = [forms & set(line.of) for line in lines]
    families = {"parent_carer", "secondary", "primary"}
    assert asked == [{"practitioner_form"}, families, {"partner_form"}, families, families]
    assert [source.of for source in durham.sources if source.name in ("service_users", "families")] == [
        ["parent_carer", "secondary", "primary"]
    ] * 2


def test_no_interval_is_given_to_the_sources_seen_together_and_every_meeting_is_on_the_path(durham):
    reports = {report.name: report for report in durham.reports}
    assert reports["triangulation"].every is None
    assert {"development_day_all", "team_briefing", "population_outcomes"} <= set(
        reports["from_front_line"].rows_of
    )


def test_champions_are_told_by_what_they_do_and_own_and_not_by_everybody_s_actions(durham):
    network = next(group for group in durham.tags if group.name == "champion_network")
    answered = {tag.name: tag.answered_by for tag in network.tags}
    assert answered["actions"] == ["actions_of_champions"]
    assert len({(tuple(tag.answered_by), tuple(tag.of)) for tag in network.tags}) == 7


def test_every_young_carer_is_to_be_assessed_take_part_and_have_parents_in(durham):
    wanted = [one.question_id for tool in durham.tools for one in tool.questions if one.of_everybody]
    assert wanted == ["young_carer_assessed", "young_carer_took_part", "young_carer_parents"]
    duties = ("young_carers_assessed", "young_carers_took_part", "young_carers_parents")
    assert [duty(durham, name).shown_by for name in duties] == [[name] for name in wanted]


def test_management_teams_and_senior_ones_are_kept_apart(durham):
    shared = {one.duty_id: one.shared_with for one in durham.duties}
    early, one_point = "Early help management team", "One Point senior management team"
    assert shared["performance_clinic"] == shared["case_clinics"]
    assert shared["case_clinics"] == [early, one_point, "One Point extended management team"]
    assert shared["development_day_managers"] == [one_point, "Early help senior management team"]
    assert shared["management_meeting"] == shared["locality_oversight"] == [one_point]


def test_what_the_log_alone_shows_says_what_no_record_holds(durham):
    """But for audits, which are counted as such."""
    silent = [
        one.duty_id for one in durham.duties if not one.not_held and not one.shown_by and not one.same_as
    ]
    assert silent == ["supervision_audit_om", "case_audits"]
