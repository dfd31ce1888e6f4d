"""The vault kept in one file, brought back whole or not at all, and emptied of identities past retention."""

import hashlib
import json
import os
import re
import shutil
import sqlite3
import zipfile
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from qaf_lib.errors import InputError
from qaf_lib.pages import open_period
from qaf_lib.pages.cover import data_quality_in_short
from qaf_lib.pages.practice.restricted import write_restricted
from qaf_lib.pages.store import PeriodStore
from qaf_lib.register import Register, held_key
from qaf_lib.vault import councils_of, restore_backup, retire_identities, write_backup


@pytest.fixture
def vault(project):
    project.prepare()
    return project.root / "vault"


@pytest.fixture
def file(project):
    (project.root / "stick").mkdir()
    return project.root / "stick" / "vault.zip"


def rewritten(file: Path, **parts: bytes | None) -> Path:
    """A backup in which some parts hold something else, or are gone."""
    with zipfile.ZipFile(file) as packed:
        held = {name: packed.read(name) for name in packed.namelist()}
    other = file.with_name("other.zip")
    with zipfile.ZipFile(other, "w") as packed:
        for name, content in {**held, **parts}.items():
            if content is not None:
                packed.writestr(name, content)
    return other


def dump(register: Path) -> list[str]:
    with closing(sqlite3.connect(register)) as database:
        return list(database.iterdump())


def test_key_and_registers_come_back_as_they_were_and_the_period_runs_on(project, vault, file):
    before, key = dump(vault / "tinyshire" / "register.sqlite"), (vault / "key").read_bytes()
    kept = write_backup(vault=vault, file=file)
    assert kept.sentence == "the key and the register of tinyshire."
    shutil.rmtree(vault)
    assert restore_backup(vault=vault, file=file) == kept
    assert (vault / "key").read_bytes() == key
    assert dump(vault / "tinyshire" / "register.sqlite") == before
    assert project.prepare().new_draws == []
    assert write_restricted(PeriodStore(parameters=project.parameters()))


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_only_their_owner_can_read_the_backup_and_what_is_restored(vault, file):
    write_backup(vault=vault, file=file)
    shutil.rmtree(vault)
    restore_backup(vault=vault, file=file)
    for path in [file, vault, *vault.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_backup_leaves_nothing_beside_it_and_nothing_in_the_vault(vault, file):
    before = {path for path in vault.rglob("*") if path.suffix != ".lock"}
    write_backup(vault=vault, file=file)
    assert [path.name for path in file.parent.iterdir()] == ["vault.zip"]
    assert {path for path in vault.rglob("*") if path.suffix != ".lock"} == before


def test_an_older_backup_is_not_overwritten(vault, file):
    file.write_text("the only one", encoding="utf-8")
    with pytest.raises(InputError, match="is there already"):
        write_backup(vault=vault, file=file)
    assert file.read_text(encoding="utf-8") == "the only one"


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("vault/kept.zip", "lies in the vault"),
        ("vault/tinyshire/kept.zip", "lies in the vault"),
        ("outputs/kept.zip", "is handed over"),
        ("nowhere/kept.zip", "no such folder"),
        ("OneDrive - Tinyshire Council/kept.zip", "synced folder OneDrive - Tinyshire Council"),
    ],
)
def test_a_backup_is_refused_where_it_would_be_lost_or_given_away(project, vault, place, why):
    if not place.startswith("nowhere"):
        (project.root / place).parent.mkdir(exist_ok=True)
    with pytest.raises(InputError, match=why):
        write_backup(vault=vault, file=project.root / place)
    assert not (project.root / place).exists()


def test_a_vault_without_a_register_has_nothing_to_keep(tmp_path):
    with pytest.raises(InputError, match="nothing to keep"):
        write_backup(vault=tmp_path / "vault", file=tmp_path / "kept.zip")


def test_a_vault_whose_key_is_another_one_is_not_backed_up(project, vault, file, tmp_path_factory):
    key = vault / "key"
    key.write_text(re.sub('"seal": ".', '"seal": "', key.read_text(encoding="ascii")), encoding="ascii")
    with pytest.raises(InputError, match="damaged or was changed by hand"):
        write_backup(vault=vault, file=file)
    assert not file.exists()


def test_a_vault_whose_register_is_gone_is_not_backed_up(project, vault, file):
    project.change("parameters/tiny.yml", "council: Tinyshire", "council: Othershire")
    project.prepare()
    (vault / "tinyshire" / "register.sqlite").unlink()
    with pytest.raises(
        InputError, match="the register of tinyshire was begun with this key and is not there"
    ):
        write_backup(vault=vault, file=file)


def test_nothing_is_restored_over_anything(vault, file):
    write_backup(vault=vault, file=file)
    for path in list(vault.rglob("*")):
        if path.is_file() and path.name != "prepare.lock":
            path.unlink()
    with pytest.raises(InputError, match="Move it away, then restore"):
        restore_backup(vault=vault, file=file)
    assert not (vault / "key").exists()


def test_an_empty_folder_takes_a_vault(vault, file):
    write_backup(vault=vault, file=file)
    shutil.rmtree(vault)
    vault.mkdir()
    restore_backup(vault=vault, file=file)
    assert held_key(vault) is not None


@pytest.mark.parametrize(
    "parts",
    [
        {"key": b"{}"},
        {"tinyshire/register.sqlite": b"SQLite format 3"},
        {"key": None},
        {"more.txt": b"more"},
        {"../escaped": b"more"},
        {"manifest.json": b"{}"},
        {"manifest.json": None},
        {"manifest.json": b"\xff"},
    ],
    ids=lambda parts: ", ".join(f"{name} {content and content[:2]}" for name, content in parts.items()),
)
def test_a_backup_with_a_part_changed_missing_or_added_brings_nothing_back(vault, file, parts):
    write_backup(vault=vault, file=file)
    other = rewritten(file, **parts)
    shutil.rmtree(vault)
    with pytest.raises(InputError, match="is no backup, or not whole any more"):
        restore_backup(vault=vault, file=other)
    assert not vault.exists()
    assert not list(vault.parent.glob(".vault*"))


def test_a_backup_cut_off_anywhere_brings_nothing_back(vault, file):
    write_backup(vault=vault, file=file)
    whole = file.read_bytes()
    shutil.rmtree(vault)
    for end in range(0, len(whole), len(whole) // 12):
        file.write_bytes(whole[:end])
        with pytest.raises(InputError, match="not whole any more"):
            restore_backup(vault=vault, file=file)
        assert not vault.exists()


def test_a_backup_with_one_byte_changed_brings_back_what_was_kept_or_nothing(vault, file):
    write_backup(vault=vault, file=file)
    register, key = dump(vault / "tinyshire" / "register.sqlite"), (vault / "key").read_bytes()
    whole = file.read_bytes()
    for at in range(0, len(whole), len(whole) // 24):
        shutil.rmtree(vault)
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        try:
            restore_backup(vault=vault, file=file)
        except InputError:
            assert not vault.exists()
            vault.mkdir()
        else:
            assert (vault / "key").read_bytes() == key
            assert dump(vault / "tinyshire" / "register.sqlite") == register


def test_a_register_of_a_later_version_is_not_restored(project, vault, file):
    write_backup(vault=vault, file=file)
    register = vault / "tinyshire" / "register.sqlite"
    with closing(sqlite3.connect(register)) as database:
        database.execute("UPDATE alembic_version SET version_num = '0099'")
        database.commit()
    changed = register.read_bytes()
    with zipfile.ZipFile(file) as packed:
        manifest = json.loads(packed.read("manifest.json"))
    manifest["files"]["tinyshire/register.sqlite"] = hashlib.sha256(changed).hexdigest()
    other = rewritten(
        file, **{"tinyshire/register.sqlite": changed, "manifest.json": json.dumps(manifest).encode()}
    )
    shutil.rmtree(vault)
    with pytest.raises(InputError, match="a later version of the kit made this register"):
        restore_backup(vault=vault, file=other)
    assert not vault.exists()


def _old_and_new(project):
    """A quarter with a child and a worker who are gone in the next one; lists and stores of both."""
    cases = (project.root / "data/cases.csv").read_text(encoding="utf-8")
    gone = "0079999,child,Care,T1,Worker-gone,looked_after,2024-01-01,Female,false\n"
    project.write("data/cases.csv", cases + gone)
    project.change("parameters/tiny.yml", "2025-26 Q2", "2024-25 Q4")
    project.change("parameters/tiny.yml", "2025-06-30", "2024-12-31")
    project.prepare()
    write_restricted(PeriodStore(parameters=project.parameters()))
    project.write("data/cases.csv", cases)
    project.change("parameters/tiny.yml", "2024-25 Q4", "2025-26 Q2")
    project.change("parameters/tiny.yml", "2024-12-31", "2025-06-30")
    project.prepare()
    write_restricted(PeriodStore(parameters=project.parameters()))


def _holding(vault: Path, word: str) -> list[str]:
    files = [path for path in vault.rglob("*") if path.is_file()]
    return sorted(path.relative_to(vault).as_posix() for path in files if word.encode() in path.read_bytes())


def test_who_was_last_seen_before_the_day_is_in_no_file_of_the_vault(project):
    _old_and_new(project)
    vault = project.root / "vault"
    copy = vault / "tinyshire" / "register-before-version-0004.sqlite"
    shutil.copy(vault / "tinyshire" / "register.sqlite", copy)
    assert len(_holding(vault, "0079999")) >= 3  # register, its older copy, and lists
    lines = retire_identities(councils=councils_of(vault), before=date(2025, 6, 30))
    assert _holding(vault, "0079999") == _holding(vault, "Worker-gone") == []
    assert _holding(vault, "0071000")[0] == "tinyshire/2025-26-q2/restricted/coverage_open_cases.csv"
    assert lines[0].startswith("tinyshire: 2 identities last seen before 30 June 2025 are gone")
    assert "register-before-version-0004.sqlite, 2024-25-q4." in lines[1]
    assert "take it out of the sources too" in lines[2]
    assert "make a new one with `qaf backup` and destroy those" in lines[3]


def test_the_pages_say_that_identities_were_retired(project):
    _old_and_new(project)
    retire_identities(councils=councils_of(project.root / "vault"), before=date(2025, 6, 30))
    project.prepare()
    html = str(data_quality_in_short(open_period(project.file)))
    assert re.search(r"Identities not seen since 30 June 2025 were retired on \d+ \w+ 20\d\d", html)


def test_a_day_that_is_too_late_for_one_council_retires_nobody_of_any(project):
    _old_and_new(project)
    vault = project.root / "vault"
    with pytest.raises(InputError, match="too late"):
        retire_identities(councils=councils_of(vault), before=date(2025, 7, 1))
    with Register(vault / "tinyshire" / "register.sqlite") as register:
        assert register.read("retirement").empty
    assert (vault / "tinyshire" / "2024-25-q4").exists()


def test_a_vault_without_registers_has_nobody_to_retire(tmp_path):
    with pytest.raises(InputError, match="nobody is in it"):
        retire_identities(councils=councils_of(tmp_path), before=date(2025, 6, 30))
