"""The version of a register's tables, and older registers brought to it after a backup copy."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import sqlalchemy as sa

from qaf_lib.errors import InputError
from qaf_lib.files import fsync_file
from qaf_lib.register.plain_errors import listen_for_errors, plain_errors

__all__ = [
    "NEWEST",
    "bring_up_to_date",
    "copy_into",
    "copy_register",
    "engine_of",
    "held_version",
    "refuse_empty",
    "refuse_later",
    "take_over",
    "version_of",
]

NEWEST = "0005"
"""The version of the tables that this kit reads and writes; the steps to it stand in `migrations`."""

_FIRST = "0001"
"""The version that registers without a number have: those of version 0.1 of the kit."""


def version_of(connection: sa.Connection) -> str | None:
    """The version of the tables behind a connection; None where there are none yet."""
    names = set(sa.inspect(connection).get_table_names())
    if "alembic_version" in names:
        return str(connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar())
    return _FIRST if "entry" in names else None


def bring_up_to_date(connection: sa.Connection, *, name: str) -> None:
    """Bring the tables behind a connection to the newest version, step by step.

    Raises
    ------
    InputError
        If a later kit made them.
    """
    from alembic import command  # here, since it is seldom needed and slow to import
    from alembic.config import Config

    version = version_of(connection)
    refuse_later(version, name=name)
    config = Config()
    config.set_main_option("script_location", str(files("qaf_lib.register").joinpath("migrations")))
    config.attributes["connection"] = connection
    if "alembic_version" not in sa.inspect(connection).get_table_names():
        command.stamp(config, str(version))
    command.upgrade(config, NEWEST)


def take_over(path: Path) -> None:
    """Bring an older register to the newest version; its copy from before stays beside it.

    The work is done on a copy that then replaces the register, so that a run killed on the way leaves
    the old one whole.
    """
    version = held_version(path)
    if version is None or version == NEWEST:
        return
    fresh = path.with_name(f"{path.name}.new")
    copy_register(path, fresh)
    with engine_of(fresh, name=path).begin() as connection:
        bring_up_to_date(connection, name=str(path))
    copy_register(path, path.with_name(f"{path.stem}-before-version-{NEWEST}{path.suffix}"))
    fresh.replace(path)


def engine_of(path: Path, *, name: Path) -> sa.Engine:
    """A way to the register at `path` that tells errors plainly, without values, and calls it `name`."""
    engine = sa.create_engine(f"sqlite:///{path}", poolclass=sa.NullPool, hide_parameters=True)
    listen_for_errors(engine, name)
    return engine


def held_version(path: Path) -> str | None:
    """The version of the tables that a register on the disk has; None where it has none yet."""
    with engine_of(path, name=path).connect() as connection:
        return version_of(connection)


def refuse_later(version: str | None, *, name: object) -> None:
    """Refuse a register that a later version of the kit made.

    Raises
    ------
    InputError
        If its version is not one that this kit knows.
    """
    if version is None or version > NEWEST:
        raise InputError(
            f"{name}: a later version of the kit made this register ({version}; this one knows {NEWEST}). "
            "Install that version, or restore the backup."
        )


def refuse_empty(path: Path) -> None:
    """Refuse a register that lost all its bytes: SQLite would take it for a new one.

    Raises
    ------
    InputError
        If it holds nothing.
    """
    if path.stat().st_size == 0:
        raise InputError(
            f"{path}: this register is empty, not even begun. Move the vault away and `qaf restore` its "
            "backup; if nothing was ever recorded in it, delete the file."
        )


def copy_into(made: sqlite3.Connection, path: Path) -> None:
    """Copy the register at a path into an open database; where another program holds it, say so."""
    refuse_empty(path)
    with plain_errors(path), closing(sqlite3.connect(path, isolation_level=None)) as held:
        held.execute("BEGIN")
        held.execute("SELECT count(*) FROM sqlite_master")  # backup() itself would wait for ever
        held.backup(made)


def copy_register(path: Path, copy: Path) -> None:
    """A whole copy of a register, made while others may read it, on the disk when this returns."""
    copy.unlink(missing_ok=True)
    copy.touch(mode=0o600)
    with closing(sqlite3.connect(copy)) as made:
        copy_into(made, path)
    fsync_file(copy)
