"""What breaks ends in one plain sentence, whatever the command: no traceback, no value, no row."""

import os
import shutil
import sqlite3
import subprocess
import sys
import sysconfig
from contextlib import closing
from pathlib import Path

import pytest

from qaf_lib import cli
from qaf_lib.errors import told

QAF = Path(sysconfig.get_path("scripts")) / "qaf"
COMMANDS = {
    "check": ["check", "parameters/tiny.yml"],
    "draw": ["draw", "parameters/tiny.yml"],
    "run": ["run", "parameters/tiny.yml"],
    "backup": ["backup", "kept.zip"],
    "retire": ["retire", "--before", "2020-01-01"],
}


def truncate(register: Path) -> None:
    content = register.read_bytes()
    register.write_bytes(content[: len(content) // 2 // 4096 * 4096])


def cut_to_a_page_and_a_half(register: Path) -> None:
    register.write_bytes(register.read_bytes()[:6000])


def empty(register: Path) -> None:
    register.write_bytes(b"")


def fill_with_text(register: Path) -> None:
    register.write_text("0071000 is not a database\n" * 400, encoding="utf-8")


def spoil_a_page(register: Path) -> None:
    content = bytearray(register.read_bytes())
    content[4096:8192] = b"\xff" * 4096
    register.write_bytes(bytes(content))


def of_a_later_version(register: Path) -> None:
    with closing(sqlite3.connect(register)) as database:
        database.execute("UPDATE alembic_version SET version_num = '0099'")
        database.commit()


def a_folder(register: Path) -> None:
    register.unlink()
    register.mkdir()


@pytest.fixture
def qaf(project, monkeypatch, capsys):
    """Run a command of the command line; its exit code and what it said to the terminal."""
    monkeypatch.chdir(project.root)

    def go(*words):
        monkeypatch.setattr(sys, "argv", ["qaf", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code, capsys.readouterr().err

    return go


def one_sentence(said: str) -> bool:
    return said.count("\n") == 1 and "Traceback" not in said and "0071000" not in said


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (truncate, "this register is damaged"),
        (cut_to_a_page_and_a_half, "this register is damaged"),
        (fill_with_text, "this register is damaged"),
        (spoil_a_page, "this register is damaged"),
        (empty, "this register is empty"),
        (of_a_later_version, "a later version of the kit made this register"),
        (a_folder, "may not be opened or written"),
    ],
)
def test_a_register_that_cannot_be_used_ends_every_command_in_one_sentence(project, qaf, spoil, words):
    project.prepare()
    spoil(project.root / "vault" / "tinyshire" / "register.sqlite")
    for command in COMMANDS.values():
        code, said = qaf(*command)
        assert (command, code, one_sentence(said)) == (command, 2, True), said
        assert words in said
        assert "register.sqlite" in said or "register of tinyshire" in said


def test_a_register_that_another_program_holds_ends_every_command_in_one_sentence(project, qaf):
    project.prepare()
    with closing(sqlite3.connect(project.root / "vault/tinyshire/register.sqlite")) as held:
        held.execute("BEGIN EXCLUSIVE")
        for command in COMMANDS.values():
            code, said = qaf(*command)
            assert (command, code, one_sentence(said)) == (command, 1, True), said
            assert "another program holds this register. Close it" in said


@pytest.mark.skipif(os.name != "posix", reason="limits on the size of files are POSIX")
@pytest.mark.parametrize("limit", [10, 300, 3_000, 30_000, 150_000])
def test_a_disk_that_takes_no_more_ends_in_one_sentence_and_the_next_try_works(project, limit):
    import resource

    def small():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    words = [QAF, "draw", "parameters/tiny.yml"]
    done = subprocess.run(words, cwd=project.root, capture_output=True, text=True, preexec_fn=small)
    assert (done.returncode, one_sentence(done.stderr)) == (1, True), done.stderr
    assert "the disk is full" in done.stderr
    again = subprocess.run(words, cwd=project.root, capture_output=True, text=True)
    assert again.returncode == 0, again.stderr


def test_an_error_that_no_rule_foresees_is_told_by_its_kind_and_place_and_nothing_else(qaf, monkeypatch):
    def breaks(file: Path) -> None:
        raise KeyError("0071000")

    monkeypatch.setattr("qaf_lib.check.check_period", breaks)
    code, said = qaf("check", "parameters/tiny.yml")
    assert (code, one_sentence(said)) == (1, True)
    assert said.startswith("unexpected KeyError in qaf_lib.cli, line ")


def test_a_source_that_may_not_be_read_is_named_with_what_to_do(tmp_path):
    said, code = told(PermissionError(13, "Permission denied", str(tmp_path / "audit.xlsx")))
    assert code == 2
    assert said.startswith(
        f"{tmp_path / 'audit.xlsx'}: may not be read or written. Close it in other programs"
    )


@pytest.mark.parametrize("number", [28, 122, 27])
def test_a_full_disk_is_told_with_exit_code_1(number):
    assert told(OSError(number, "No space left on device")) == (
        "the disk is full or over its quota. Make room and run again.",
        1,
    )


def test_a_demonstration_goes_into_no_folder_of_somebody_elses(qaf, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work", encoding="utf-8")
    code, said = qaf("demo", str(tmp_path / "mine"))
    assert (code, "Nothing of yours is deleted" in said) == (2, True)
    assert (tmp_path / "mine" / "thesis.txt").read_text(encoding="utf-8") == "years of work"


def test_a_vault_is_kept_and_brought_back_by_the_command_line(project, qaf, capsys):
    project.prepare()
    assert qaf("backup", "kept.zip")[0] == 0
    code, said = qaf("restore", "kept.zip")
    assert (code, "Move it away, then restore" in said) == (2, True)
    shutil.rmtree(project.root / "vault")
    assert qaf("restore", "kept.zip")[0] == 0
    assert (project.root / "vault" / "tinyshire" / "register.sqlite").exists()


def test_a_retirement_asks_for_a_day_written_as_one(qaf):
    code, said = qaf("retire", "--before", "last year")
    assert code == 2
    assert "Traceback" not in said
