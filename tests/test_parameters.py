"""The parameter file of a council and period."""

from datetime import date
from pathlib import Path

import pytest

from qaf_lib.errors import InputError
from qaf_lib.fingerprint import is_current
from qaf_lib.parameters import load_parameters, locate

KIT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("name", ["demo-durham", "demo-lincolnshire", "ilacs"])
def test_every_shipped_parameter_file_is_read(name):
    parameters = load_parameters(KIT / "parameters" / f"{name}.yml")
    assert parameters.rules.framework == parameters.framework
    assert parameters.root == KIT


def test_names_of_folders_come_from_council_and_period(project):
    parameters = project.parameters("council: Tinyshire", "council: St Mary's & Tiny-shire")
    assert parameters.outputs == project.root / "outputs" / "st-mary-s-tiny-shire" / "2025-26-q2"
    assert parameters.vault == project.root / "vault" / "st-mary-s-tiny-shire"
    assert parameters.period_vault.name == "2025-26-q2"


def test_the_vault_can_stand_elsewhere(project, monkeypatch):
    monkeypatch.setenv("QAF_VAULT", str(project.root / "private"))
    assert project.parameters().vault == project.root / "private" / "tinyshire"


def test_a_file_alone_is_a_source_and_defaults_are_the_framework_s_usual_ones(project):
    parameters = project.parameters()
    assert [source.file for source in parameters.records["team"]] == ["data/team.csv"]
    assert parameters.draws[0].confidence == 0.95
    assert parameters.span.end == date(2025, 9, 30)
    assert parameters.audience == "internal"


def test_every_file_that_the_period_is_made_from_is_listed(project):
    names = [path.relative_to(project.root).as_posix() for path in project.parameters().files]
    assert names == [
        "parameters/tiny.yml",
        "parameters/frameworks/tiny.yml",
        "data/cases.csv",
        "data/team.csv",
    ]


def test_a_missing_parameter_file_is_refused(project):
    with pytest.raises(InputError, match=r"none\.yml: no such file"):
        load_parameters(project.root / "none.yml")
    assert project.nothing_written


def test_a_kit_s_own_file_is_found_from_any_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert locate("parameters/demo-durham.yml") == KIT / "parameters" / "demo-durham.yml"


REFUSED = [
    (
        "margin_of_error: 0.25",
        "margin_of_error: 10",
        "draws[0].margin_of_error must be a fraction between 0 and 1; got 10",
    ),
    ("margin_of_error: 0.25", "margin_of_error: 10", "write 0.10"),
    ("margin_of_error: 0.25", "margin_of_error: 7.5", "For 7.5 points write 0.075"),
    ("margin_of_error: 0.25", "margin_of_error: 0", "must be a fraction between 0 and 1; got 0."),
    ("margin_of_error: 0.25", "margin_of_error: true", "must be a fraction between 0 and 1; got True."),
    ("margin_of_error: 0.25", 'margin_of_error: "0.25"', "must be a fraction between 0 and 1; got 0.25."),
    ("margin_of_error: 0.25", "margin: 0.25", "draws[0].margin is an unknown key"),
    (
        "    margin_of_error: 0.25\n",
        "",
        "draws[0] must give exactly one size; got none. Write one of: margin_of_error, share_of_cases",
    ),
    (
        "strata: [service]",
        "strata: [colour]",
        "draws[0].strata[0] should be 'service', 'team_id', 'status' or 'worker_id'; got 'colour'",
    ),
    (
        "audit_type: case_file",
        "audit_type: peer",
        "draws[0].audit_type 'peer' is not in framework tiny. Name one of: case_file, dip.",
    ),
    ("framework: tiny", "framework: nowhere", "framework 'nowhere' is unknown"),
    (
        "period: 2025-26 Q2",
        "period: 2025-27 Q2",
        "tiny.yml: '2025-27 Q2' is not a financial year: 27 does not follow 2025.",
    ),
    (
        'as_at: "2025-06-30"',
        'as_at: "2025-10-01"',
        "tiny.yml: caseload is as at a day after 2025-26 Q2 ends (2025-09-30).",
    ),
    (
        'as_at: "2025-06-30"',
        'as_at: "30/06/2025"',
        'caseload.opening.as_at must be a date in quotes such as "2026-06-30"',
    ),
    ('as_at: "2025-06-30"', "as_at: 2025-06-30", "the date 2025-06-30 has no quotes"),
    ("cases: data/cases.csv, ", "", "caseload.opening must name annex_a, early_help or cases"),
    ("audience: internal", "audience: public", "audience should be 'internal' or 'shared'; got 'public'"),
    ("council: Tinyshire", 'council: ""', "council should"),
    (
        "team: data/team.csv",
        "team: {file: data/team.csv, query: select 1}",
        "records.team[0] must name either a file or a query",
    ),
    ("team: data/team.csv", "team: {query: select 1}", "records.team[0] query and address_in go together"),
    (
        "team: data/team.csv",
        "team: {query: select 1, address_in: SECRET}",
        "records.team[0].address_in should match pattern",
    ),
    (
        "team: data/team.csv",
        "team: {query: select 1, address_in: 'db://me:secret@host'}",
        "^QAF_[A-Z0-9_]+$'.",
    ),
    ("team: data/team.csv", "team: {sheet: a}", "records.team[0] must name either a file or a query"),
    ("draws:\n", "set_aside: {case: {at_most: 0.1, because: short}}\ndraws:\n", "set_aside.case.because"),
    (
        "    strata: [service]\n",
        "  - {audit_type: case_file, margin_of_error: 0.1}\n",
        "draws names an audit type twice",
    ),
]


@pytest.mark.parametrize(("old", "new", "message"), REFUSED)
def test_what_breaks_a_rule_is_refused_in_words_and_nothing_is_written(project, old, new, message):
    with pytest.raises(InputError) as refused:
        project.parameters(old, new)
    assert message in str(refused.value)
    assert ".." not in str(refused.value)
    assert project.nothing_written


def test_a_closing_caseload_before_the_opening_one_is_refused(project):
    closing = '"2025-06-30"}\n  closing: {cases: data/cases.csv, as_at: "2025-06-29"}'
    with pytest.raises(InputError, match="closing is as at a day before caseload"):
        project.parameters('"2025-06-30"}', closing)


def test_opening_and_closing_may_be_of_one_day_and_the_period_s_last(project):
    closing = '"2025-09-30"}\n  closing: {cases: data/cases.csv, as_at: "2025-09-30"}'
    assert len(project.parameters('"2025-06-30"}', closing).extracts) == 2


def test_a_store_is_current_until_a_file_changes(project):
    assert not is_current(project.parameters())
    project.prepare()
    assert is_current(project.parameters())
    project.change("data/team.csv", "North team", "Northern team")
    assert not is_current(project.parameters())


def test_a_change_of_the_framework_or_the_parameters_makes_a_store_old(project):
    project.prepare()
    project.change("parameters/frameworks/tiny.yml", "Nothing else is read.", "Nothing at all is read.")
    assert not is_current(project.parameters())
    project.prepare()
    assert not is_current(project.parameters("0.25", "0.30"))
