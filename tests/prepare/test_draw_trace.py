"""Ways to shop for a draw, each closed or left in the open: nobody can wipe a draw quietly."""

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from qaf_lib.batch.edition import manifest_of
from qaf_lib.check import check_period
from qaf_lib.errors import InputError
from qaf_lib.pages import cover, open_period
from qaf_lib.pages.sample import sections as sample
from qaf_lib.prepare import Orders, Replacement, prepare
from qaf_lib.register import demonstration_key, held_key, key_fingerprint
from qaf_lib.register.identity import open_key
from qaf_lib.register.migrations.versions import v0004_learning_and_local_rules as v0004
from qaf_lib.register.migrations.versions import v0005_reasons_and_outcomes as v0005
from qaf_lib.register.schema import parsed_columns

SPELT = ("council: Tinyshire", "council: Tinyshire Council")


def selected(project, council="tinyshire"):
    """References of the cases that the lists for auditors name as drawn."""
    listed = next((project.root / "vault" / council).glob("*/restricted/draw_*.csv"))
    cases = pd.read_csv(listed, dtype=str)
    return set(cases.loc[cases["state"] == "selected", "reference"])


def published(project, number=1):
    """The period's manifest where an edition leaves it."""
    period = open_period(project.file)
    folder = period.parameters.outputs / f"edition-{number}"
    folder.mkdir(parents=True)
    told = manifest_of(period, number, [], "kit")
    (folder / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
    return told


def on_the_sample_page(project):
    return repr(sample.plan(open_period(project.file)))


def next_quarter(project):
    project.change("parameters/tiny.yml", "2025-26 Q2", "2025-26 Q3")
    project.change("parameters/tiny.yml", "2025-06-30", "2025-09-30")


def test_another_spelling_of_the_council_gets_the_same_draw_and_the_first_is_said(project):
    project.prepare()
    project.change("parameters/tiny.yml", *SPELT)
    prepared = project.prepare()
    assert selected(project, "tinyshire-council") == selected(project)
    told = "Other councils of this vault have draws for these days: tinyshire (1)."
    assert told in prepared.lines("cases")
    assert told in repr(cover.provenance(open_period(project.file)))
    assert told in [line for table in check_period(project.file).tables for line in table.lines]


def test_a_council_with_draws_for_other_days_is_not_said(project):
    project.prepare()
    project.change("parameters/tiny.yml", *SPELT)
    next_quarter(project)
    assert project.prepare().others == []


def test_another_spelling_drawn_otherwise_stays_in_sight_even_without_its_register(project):
    project.change("parameters/tiny.yml", *SPELT)
    project.prepare()
    shutil.rmtree(project.root / "vault" / "tinyshire-council")
    project.change("parameters/tiny.yml", *reversed(SPELT))
    told = "Registers begun in this vault are gone, and with them their draws: tinyshire-council."
    assert project.prepare().others == [told]


@pytest.mark.parametrize("lost", ["tinyshire/register.sqlite", "tinyshire"])
def test_a_key_without_its_register_is_refused_with_what_to_restore(project, lost):
    project.prepare()
    path = project.root / "vault" / lost
    path.unlink() if path.is_file() else shutil.rmtree(path)
    for attempt in (lambda: project.prepare(), lambda: check_period(project.file)):
        with pytest.raises(InputError, match=r"register of Tinyshire was begun .* gone.* Restore it from"):
            attempt()
    assert not (project.root / "vault/tinyshire/register.sqlite").exists()


def test_a_register_without_its_key_is_refused_with_what_to_restore(project):
    project.prepare()
    (project.root / "vault/key").unlink()
    for attempt in (lambda: project.prepare(), lambda: check_period(project.file)):
        with pytest.raises(InputError, match=r"begun with a key .* not in the vault\. Restore .*key from"):
            attempt()
    assert not (project.root / "vault/key").exists()


def test_a_register_with_the_key_of_another_vault_is_refused(project):
    project.prepare()
    (project.root / "vault").rename(project.root / "first")
    project.prepare()
    shutil.copy(project.root / "first/key", project.root / "vault/key")
    with pytest.raises(InputError, match="begun with a key with the fingerprint"):
        project.prepare()


def test_a_vault_thrown_away_shows_another_key_and_birthday_than_the_last_edition(project):
    project.prepare()
    before = published(project)["vault"]
    shutil.rmtree(project.root / "vault")
    words = on_the_sample_page(project)
    assert f"The vault's key is not the one of edition 1 of 2025-26 Q2: that was {before['key']}" in words
    now = held_key(project.root / "vault")
    assert now.fingerprint != before["key"]
    assert now.fingerprint in words
    assert "Draws made with the other key cannot be made again here" in words


def test_the_same_key_with_another_birthday_makes_the_same_draws_and_the_page_says_so(project):
    project.prepare()
    drawn, told = selected(project), published(project)
    manifest = next(project.root.glob("outputs/*/*/*/manifest.json"))
    older = told | {"vault": told["vault"] | {"made_on": "2020-01-01"}}
    manifest.write_text(json.dumps(older), encoding="utf-8")
    project.prepare()
    words = on_the_sample_page(project)
    key = held_key(project.root / "vault")
    assert f"The vault's key is the one of edition 1 of 2025-26 Q2 (fingerprint {key.fingerprint})" in words
    assert "1 January 2020 as the day" in words
    assert "those made with it can be made again here" in words
    assert "cannot be made again" not in words
    later = replace(key, made_on=date(2020, 1, 1), registers=())
    for path in (project.root / "vault").iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    open_key(project.root / "vault", otherwise=later)
    project.prepare()
    assert held_key(project.root / "vault").made_on == date(2020, 1, 1)
    assert selected(project) == drawn


def test_the_second_edition_of_a_quarter_still_tells_what_differs_from_the_quarter_before(project):
    project.prepare()
    published(project)
    shutil.rmtree(project.root / "vault")
    next_quarter(project)
    published(project)
    words = on_the_sample_page(project)
    assert "The vault's key is not the one of edition 1 of 2025-26 Q2" in words
    assert "edition 1 of 2025-26 Q3" not in words


def test_another_vault_for_the_same_project_shows_too(project, monkeypatch):
    project.prepare()
    published(project)
    monkeypatch.setenv("QAF_VAULT", str(project.root / "elsewhere"))
    next_quarter(project)
    assert "The vault's key is not the one of edition 1 of 2025-26 Q2" in on_the_sample_page(project)


def test_every_provenance_prints_key_birthday_and_draws_for_these_days(project):
    project.prepare()
    words = repr(cover.provenance(open_period(project.file)))
    key = held_key(project.root / "vault")
    assert f"fingerprint of its key {key.fingerprint}" in words
    assert f"made on {key.made_on.day} {key.made_on:%B %Y}" in words
    assert "Draws for these days: Case file audit" in words


def test_the_manifest_holds_what_the_next_edition_is_compared_with(project):
    project.prepare()
    told = published(project)
    key = held_key(project.root / "vault")
    assert told["vault"] == {"key": key.fingerprint, "made_on": key.made_on.isoformat()}
    draw = told["draws"][0]
    assert "stratified by service" in draw["design"]
    assert "status child_in_need or looked_after, restricted records left out" in draw["design"]
    assert [row["draw_id"] for row in draw["draws_for_these_days"]] == ["2025-26 Q2 case_file 1"]


def test_nothing_is_said_where_the_next_quarter_is_drawn_as_this_one(project):
    project.prepare()
    published(project)
    next_quarter(project)
    assert "edition" not in on_the_sample_page(project)


def test_other_strata_than_in_the_last_edition_are_told(project):
    project.prepare()
    published(project)
    next_quarter(project)
    project.change("parameters/tiny.yml", "strata: [service]", "strata: [team_id]")
    told = (
        "Case file audit was drawn otherwise than for edition 1 of 2025-26 Q2 "
        "(then: stratified by service; now: stratified by team_id)."
    )
    assert told in on_the_sample_page(project)


def test_another_rule_of_the_frame_than_in_the_last_edition_is_told(project):
    project.prepare()
    published(project)
    next_quarter(project)
    project.change("parameters/frameworks/tiny.yml", "leave_out_restricted: true", "open_at_least_days: 30")
    words = on_the_sample_page(project)
    assert (
        "now: from open cases (unit child) of status child_in_need or looked_after, open at least 30" in words
    )


def test_strata_changed_after_the_draw_change_neither_the_draw_nor_what_is_said(project):
    project.prepare()
    published(project)
    drawn = selected(project)
    project.change("parameters/tiny.yml", "strata: [service]", "strata: [team_id]")
    assert project.prepare().new_draws == []
    assert selected(project) == drawn
    assert "otherwise" not in on_the_sample_page(project)


def test_a_register_restored_from_before_its_draw_is_told(project):
    project.prepare()
    register = project.root / "vault/tinyshire/register.sqlite"
    shutil.copy(register, project.root / "before.sqlite")
    next_quarter(project)
    project.add_audits({"0071000": "good"}, day="2025-10-01")
    project.prepare()
    published(project)
    shutil.copy(project.root / "before.sqlite", register)
    project.change("parameters/tiny.yml", "  audit: data/audit.csv\n", "")
    project.change("parameters/tiny.yml", "2025-26 Q3", "2025-26 Q4")
    words = on_the_sample_page(project)
    assert "The draw 2025-26 Q3 case_file 1, on which edition 1 of 2025-26 Q3 rests, is not in the" in words
    assert "it was restored or begun again since" in words


def test_an_edition_of_a_later_period_and_a_shared_one_are_not_compared_with(project):
    project.prepare()
    told = published(project)
    folder = project.root / "outputs/tinyshire"
    for place, change in (("2025-26-q3", {"period": "2025-26 Q3"}), ("x-shared", {"audience": "shared"})):
        (folder / place / "edition-9").mkdir(parents=True)
        other = told | {"vault": {"key": "0" * 16, "made_on": "2020-01-01"}, "edition": 9} | change
        (folder / place / "edition-9" / "manifest.json").write_text(json.dumps(other), encoding="utf-8")
    project.prepare()
    assert "edition" not in on_the_sample_page(project)


def test_a_manifest_that_cannot_be_read_is_refused(project):
    project.prepare()
    published(project)
    next(project.root.glob("outputs/*/*/*/manifest.json")).write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="this manifest cannot be read"):
        project.prepare()


@pytest.mark.parametrize("label", ["2025-26", "2025-08"])
def test_days_drawn_in_part_under_another_period_need_a_reason(project, label):
    project.prepare()
    project.change("parameters/tiny.yml", "2025-26 Q2", label)
    with pytest.raises(InputError, match=r"drawn already for case_file, by 2025-26 Q2 case_file 1\. Name"):
        project.prepare()
    assert len(project.register("draw")) == 1
    prepared = prepare(project.parameters(), orders=Orders(overlapping="Monthly from now on."))
    assert prepared.new_draws == [f"{label} case_file 1"]
    assert f"2: {label} case_file 1 (Monthly from now on)" in on_the_sample_page(project)
    assert project.prepare().new_draws == []


def test_a_later_draw_for_the_same_days_takes_no_audit_from_the_first(project):
    project.change("parameters/tiny.yml", "margin_of_error: 0.25", "margin_of_error: 0.01")
    project.add_audits({"0071000": "good", "0072000": "good"}, day="2025-08-01")
    project.prepare()
    project.change("parameters/tiny.yml", "2025-26 Q2", "2025-08")
    prepare(project.parameters(), orders=Orders(overlapping="Monthly from now on."))
    assert set(project.register("audit")["draw_id"]) == {"2025-26 Q2 case_file 1"}


def test_a_draw_that_the_parameters_no_longer_name_stays_in_sight(project):
    project.prepare()
    assert "not used" not in repr(cover.provenance(open_period(project.file)))
    project.change("parameters/tiny.yml", "audit_type: case_file", "audit_type: dip")
    words = repr(cover.provenance(open_period(project.file)))
    assert "Other draws for these days, not used" in words
    assert "2025-26 Q2 case_file 1" in words


def test_a_replacement_is_counted_and_its_reason_printed(project):
    project.prepare()
    replacement = Replacement("2025-26 Q2 case_file 1", "The list lacked a team.")
    prepare(project.parameters(), orders=Orders(replacement=replacement))
    told = "2: 2025-26 Q2 case_file 2 replaces 2025-26 Q2 case_file 1 (The list lacked a team)"
    assert told in on_the_sample_page(project)
    assert told in repr(cover.provenance(open_period(project.file)))


def test_the_published_key_is_refused_for_a_council_s_own_data(project):
    line = "audience: internal\nsynthetic: {folder: data, seed: 20260630}"
    project.change("parameters/tiny.yml", "audience: internal", line)
    for attempt in (lambda: project.prepare(), lambda: check_period(project.file)):
        with pytest.raises(InputError, match=r"cases\.csv is not as the kit wrote it\. .* published"):
            attempt()
    assert project.nothing_written


def as_version_0_2_left_it(vault, council):
    """A vault with the key in the council's own folder, of which no register tells."""
    (vault / council / "key").write_text(held_key(vault).secret.hex(), encoding="ascii")
    (vault / "key").unlink()
    with closing(sqlite3.connect(vault / council / "register.sqlite")) as register:
        for table in ("vault", "retirement", "good_practice", "exemption", "computed_indicator"):
            register.execute(f"DROP TABLE {table}")
        reviewed = dict.fromkeys(("action", "feedback", "project"), "reviewed:b?")
        for table, columns in [*v0005.COLUMNS.items(), *v0004.COLUMNS.items(), *reviewed.items()]:
            for column in parsed_columns(columns):
                register.execute(f'ALTER TABLE "{table}" DROP COLUMN {column.name}')
        register.execute("UPDATE alembic_version SET version_num = '0002'")
        register.commit()


@pytest.fixture
def taken_over(project):
    """A project with a vault of version 0.2."""
    project.prepare()
    as_version_0_2_left_it(project.root / "vault", "tinyshire")
    return project


def test_a_vault_of_an_earlier_version_goes_on_with_its_key_which_becomes_the_vault_s(taken_over):
    project = taken_over
    own = bytes.fromhex((project.root / "vault/tinyshire/key").read_text(encoding="ascii"))
    drawn = selected(project)
    assert project.prepare().new_draws == []
    assert held_key(project.root / "vault").secret == own
    assert project.register("vault")["key_fingerprint"].tolist() == [key_fingerprint(own)]
    project.change("parameters/tiny.yml", *SPELT)
    project.prepare()
    assert selected(project, "tinyshire-council") == drawn


def test_a_second_council_of_an_earlier_version_goes_on_with_its_own_key(taken_over, monkeypatch):
    project, vault, other = taken_over, taken_over.root / "vault", taken_over.root / "other"
    project.prepare()
    first = held_key(vault)
    project.change("parameters/tiny.yml", *SPELT)
    monkeypatch.setenv("QAF_VAULT", str(other))
    project.prepare()
    own = held_key(other)
    as_version_0_2_left_it(other, "tinyshire-council")
    (other / "tinyshire-council").rename(vault / "tinyshire-council")
    monkeypatch.delenv("QAF_VAULT")
    prepared = project.prepare()
    assert prepared.new_draws == []
    assert prepared.others == ["Other councils of this vault have draws for these days: tinyshire (1)."]
    assert held_key(vault).fingerprint == first.fingerprint != own.fingerprint
    assert open_period(project.file).facts["trace"]["vault"]["key"] == own.fingerprint


def test_a_key_of_an_earlier_version_without_its_register_is_refused(taken_over):
    (taken_over.root / "vault/tinyshire/register.sqlite").unlink()
    with pytest.raises(InputError, match="register of Tinyshire was begun in this vault and is gone"):
        taken_over.prepare()


def test_a_register_of_an_earlier_version_with_another_key_is_refused(taken_over):
    (taken_over.root / "vault/tinyshire/key").write_text("11" * 32, encoding="ascii")
    with pytest.raises(InputError, match="begun with a key that is not in the vault"):
        taken_over.prepare()


def test_a_vault_that_rests_on_the_published_key_is_refused_without_the_demonstration(taken_over):
    published_key = demonstration_key(20260630)
    (taken_over.root / "vault/tinyshire/key").write_text(published_key.hex(), encoding="ascii")
    with pytest.raises(InputError, match="published with the kit"):
        taken_over.prepare()


def made_up(project, demo_data):
    """The shipped early help council under this project's name, with the data that the kit made."""
    shutil.copytree(demo_data, project.root / "data/demo")
    shutil.copy("parameters/demo-durham.yml", project.file)
    project.change("parameters/tiny.yml", "council: Demonshire Early Help", "council: Tinyshire")


def test_made_up_data_under_the_name_of_a_council_with_data_of_its_own_are_refused(project, demo_data):
    project.prepare()
    made_up(project, demo_data)
    with pytest.raises(
        InputError, match=r"register of a council's own data\. Give the made-up council another"
    ):
        project.prepare()


def test_a_council_s_own_data_under_the_name_of_a_made_up_council_are_refused(project, demo_data):
    own = project.file.read_text(encoding="utf-8")
    made_up(project, demo_data)
    project.prepare()
    assert not (project.root / "vault/key").exists()
    project.write("parameters/tiny.yml", own)
    with pytest.raises(InputError, match="begun with the key published with the kit"):
        project.prepare()
