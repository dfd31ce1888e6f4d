"""The version of a register's tables, and older registers brought to it after a backup copy."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import sqlalchemy as sa

from qaf_lib.errors import InputError

__all__ = ["NEWEST", "bring_up_to_date", "copy_register", "take_over", "version_of"]

NEWEST = "0003"
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
    if version is None or version > NEWEST:
        raise InputError(
            f"{name}: a later version of the kit made this register ({version}; this one knows {NEWEST}). "
            "Install that version, or restore the backup."
        )
    config = Config()
    config.set_main_option("script_location", str(files("qaf_lib.register").joinpath("migrations")))
    config.attributes["connection"] = connection
    if "alembic_version" not in sa.inspect(connection).get_table_names():
        command.stamp(config, version)
    command.upgrade(config, NEWEST)


def take_over(path: Path) -> None:
    """Bring an older register to the newest version; its copy from before stays beside it.

    The work is done on a copy that then replaces the register, so that a run killed on the way leaves
    the old one whole.
    """
    with closing(sqlite3.connect(path)) as held:
        engine = sa.create_engine("sqlite://", creator=lambda: held, poolclass=sa.StaticPool)
        with engine.connect() as connection:
            version = version_of(connection)
    if version is None or version == NEWEST:
        return
    fresh = path.with_name(f"{path.name}.new")
    copy_register(path, fresh)
    engine = sa.create_engine(f"sqlite:///{fresh}", poolclass=sa.NullPool)
    with engine.begin() as connection:
        bring_up_to_date(connection, name=str(path))
    copy_register(path, path.with_name(f"{path.stem}-before-version-{NEWEST}{path.suffix}"))
    fresh.replace(path)


def copy_register(path: Path, copy: Path) -> None:
    """A whole copy of a register, made while others may read it, on the disk when this returns."""
    copy.unlink(missing_ok=True)
    copy.touch(mode=0o600)
    with closing(sqlite3.connect(path)) as held, closing(sqlite3.connect(copy)) as made:
        held.backup(made)
    with copy.open("rb+") as file:
        os.fsync(file.fileno())
