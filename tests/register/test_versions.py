"""Registers of earlier versions: taken over after a backup copy; those of later ones refused."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from qaf_lib.errors import InputError
from qaf_lib.register import Register
from qaf_lib.register.copies import insert_rows, rows_of
from qaf_lib.register.postgresql import make_schema, postgresql_engine
from qaf_lib.register.protection import protect
from tests.postgresql import Place

OLD = Path(__file__).with_name("register_0_1.sql")


@pytest.fixture
def kept(place):
    """A register that version 0.1 made, a draw of a quarter and twelve audits, wherever it is kept."""
    place.path.parent.mkdir()
    if place.url is None:
        with place.opened() as database:
            database.executescript(OLD.read_text(encoding="utf-8"))
        return place
    database = sqlite3.connect(":memory:")
    database.executescript(OLD.read_text(encoding="utf-8"))
    source = sa.create_engine("sqlite://", creator=lambda: database, poolclass=sa.StaticPool)
    tables, target = sa.MetaData(), postgresql_engine(place.path)
    with target.begin() as made, source.connect() as held:
        make_schema(made)
        tables.reflect(bind=held)
        for table in tables.tables.values():
            for column in table.columns:
                column.autoincrement = False
                kind = column.type.as_generic()
                column.type = sa.BigInteger() if isinstance(kind, sa.Integer) else kind
            table.indexes.clear()
        tables.create_all(made)
        for table in tables.tables.values():
            insert_rows(made, table, table.columns.keys(), rows_of(held, table))
        protect(made, tables.tables)
    target.dispose()
    database.close()
    return place


@pytest.fixture
def old(tmp_path):
    """The same as a file."""
    path = tmp_path / "vault" / "register.sqlite"
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as database:
        database.executescript(OLD.read_text(encoding="utf-8"))
    return path


OF_SQLITE = """
SELECT 'column', tables.name, columns.name, columns."notnull", columns.type
FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns WHERE tables.type = 'table'
UNION ALL SELECT type, tbl_name, name, 0, '' FROM sqlite_master WHERE type <> 'table'
"""
OF_POSTGRESQL = """
SELECT 'column', table_name::text, column_name::text, is_nullable::text, data_type::text
FROM information_schema.columns WHERE table_schema = current_schema()
UNION ALL SELECT 'trigger', relname::text, tgname::text, '', ''
FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE relnamespace = current_schema()::text::regnamespace
"""


def shape(place):
    """Tables with their columns, and triggers; in a file indexes too."""
    found = place.execute(OF_SQLITE if place.url is None else OF_POSTGRESQL)
    return {row for row in found if "autoindex" not in row[2]}


def test_an_old_register_is_taken_over_with_every_row(kept):
    with Register(kept.path) as register:
        draws = register.read("draw")
        assert len(register.read("audit")) == 12
    assert draws["covers_from"].dt.date.astype(str).tolist() == ["2025-07-01"]
    assert draws["covers_to"].dt.date.astype(str).tolist() == ["2025-09-30"]
    assert draws["purpose"].tolist() == ["estimate"]


def test_a_register_taken_over_has_the_shape_of_a_new_one(kept):
    new = Place(kept.path.parent.with_name("new") / kept.path.name, kept.url)
    with Register(kept.path), Register(new.path):
        pass
    assert shape(kept) == shape(new)
    assert len(shape(new)) > 300


def test_steps_interrupted_leave_a_register_in_postgresql_as_it_was(kept, monkeypatch):
    if kept.url is None:
        pytest.skip("of a file, the steps work on a copy")
    before = shape(kept)
    monkeypatch.setattr("qaf_lib.register.store.protect", interrupted)
    with pytest.raises(KeyboardInterrupt):
        Register(kept.path)
    monkeypatch.undo()
    monkeypatch.setenv("QAF_REGISTER_URL", kept.url)
    assert shape(kept) == before
    with Register(kept.path) as register:
        assert len(register.read("audit")) == 12


def interrupted(*_):
    raise KeyboardInterrupt


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


def test_a_look_in_memory_leaves_the_old_register_as_it_is(kept):
    before, content = shape(kept), kept.url is None and kept.path.read_bytes()
    with Register.in_memory(kept.path) as register:
        assert register.read("draw")["purpose"].tolist() == ["estimate"]
        assert len(register.read("audit")) == 12
    assert shape(kept) == before
    if kept.url is None:
        assert kept.path.read_bytes() == content
        assert [path.name for path in kept.path.parent.iterdir()] == ["register.sqlite"]


def test_rows_of_a_register_taken_over_can_still_not_be_changed(kept):
    with Register(kept.path):
        pass
    with pytest.raises(kept.broken, match="never changed"):
        kept.execute("UPDATE draw SET period = 'another'")


def test_a_register_of_a_later_version_is_refused(kept):
    with Register(kept.path):
        pass
    kept.execute("UPDATE alembic_version SET version_num = '0009'")
    with pytest.raises(
        InputError, match=r"a later version of the kit made this register \(0009; this one knows 0005\)"
    ):
        Register(kept.path)
