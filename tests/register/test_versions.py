"""Registers of earlier versions: taken over after a backup copy; those of later ones refused."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from qaf_lib.errors import InputError
from qaf_lib.register import Register

OLD = Path(__file__).with_name("register_0_1.sql")


@pytest.fixture
def old(tmp_path):
    """A register that version 0.1 made: a draw of a quarter and twelve audits."""
    path = tmp_path / "vault" / "register.sqlite"
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as database:
        database.executescript(OLD.read_text(encoding="utf-8"))
    return path


def shape(path):
    """Tables with their columns, indexes and triggers."""
    with closing(sqlite3.connect(path)) as database:
        named = database.execute(
            "SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
        ).fetchall()
        return {
            (kind, name): sorted(row[1:4] for row in database.execute(f'PRAGMA table_info("{name}")'))
            for kind, name in named
        }


def test_an_old_register_is_taken_over_with_every_row(old):
    with Register(old) as register:
        draws = register.read("draw")
        assert len(register.read("audit")) == 12
    assert draws["covers_from"].dt.date.astype(str).tolist() == ["2025-07-01"]
    assert draws["covers_to"].dt.date.astype(str).tolist() == ["2025-09-30"]
    assert draws["purpose"].tolist() == ["estimate"]


def test_a_register_taken_over_has_the_shape_of_a_new_one(old, tmp_path):
    with Register(old), Register(tmp_path / "new" / "register.sqlite"):
        pass
    assert shape(old) == shape(tmp_path / "new" / "register.sqlite")


def test_the_copy_from_before_stays_beside_it_and_can_be_read_by_nobody_else(old):
    before = old.read_bytes()
    with Register(old):
        pass
    copy = old.with_name("register-before-version-0005.sqlite")
    with closing(sqlite3.connect(copy)) as kept, closing(sqlite3.connect(":memory:")) as held:
        held.deserialize(before)
        assert list(kept.iterdump()) == list(held.iterdump())
    assert copy.stat().st_mode & 0o077 == 0


def test_a_second_opening_takes_nothing_over(old):
    with Register(old):
        pass
    files = {path.name: path.stat().st_mtime_ns for path in old.parent.iterdir()}
    with Register(old):
        pass
    assert {path.name: path.stat().st_mtime_ns for path in old.parent.iterdir()} == files


def test_a_look_in_memory_leaves_the_old_register_as_it_is(old):
    before = old.read_bytes()
    with Register.in_memory(old) as register:
        assert register.read("draw")["purpose"].tolist() == ["estimate"]
    assert old.read_bytes() == before
    assert [path.name for path in old.parent.iterdir()] == ["register.sqlite"]


def test_rows_of_a_register_taken_over_can_still_not_be_changed(old):
    with Register(old):
        pass
    with (
        closing(sqlite3.connect(old)) as database,
        pytest.raises(sqlite3.IntegrityError, match="never changed"),
    ):
        database.execute("UPDATE draw SET period = 'another'")


def test_a_register_of_a_later_version_is_refused(old):
    with Register(old):
        pass
    with closing(sqlite3.connect(old)) as database:
        database.execute("UPDATE alembic_version SET version_num = '0009'")
        database.commit()
    with pytest.raises(
        InputError, match=r"a later version of the kit made this register \(0009; this one knows 0005\)"
    ):
        Register(old)
