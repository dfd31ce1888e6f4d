"""A register's file: its version, older ones brought to it after a backup copy, its errors in plain words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.resources import files
from pathlib import Path

import sqlalchemy as sa

from qaf_lib.errors import EditionError, InputError
from qaf_lib.files import fsync_file

_HELD = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
_OF_THE_DISK = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM}
_NOT_ALLOWED = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_AUTH}
_PRIMARY = 0xFF
"""The bits of an extended result code that hold the kind of trouble."""


@contextmanager
def plain_errors(place: object) -> Iterator[None]:
    """Turn what SQLite says of the register at a place into the kit's own errors.

    An `EditionError` where another program holds it or the disk is full or failing, else an `InputError`.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise _plain(error, place) from None


def listen_for_errors(engine: sa.Engine, place: object) -> None:
    """Let every error of an engine's SQLite database be one of `plain_errors`."""

    @sa.event.listens_for(engine, "handle_error")
    def _told(context: sa.engine.ExceptionContext) -> BaseException | None:
        error = context.original_exception
        return _plain(error, place) if isinstance(error, sqlite3.Error) else None


def _plain(error: sqlite3.Error, place: object) -> Exception:
    if isinstance(error, sqlite3.IntegrityError):  # a fault of the kit: told by its type
        return error
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & _PRIMARY
    if code in _HELD:
        return EditionError(
            f"{place}: another program holds this register. Close it, or wait for its end, and run again."
        )
    if code in _OF_THE_DISK:
        return EditionError(
            f"{place}: the disk is full, over its quota or failing. Nothing of this step was recorded. "
            "Make room and run again."
        )
    if code in _NOT_ALLOWED:
        return InputError(
            f"{place}: this register may not be opened or written. See that the file and its folder are "
            "yours, and that the disk can be written to."
        )
    return InputError(f"{place}: this register is damaged. Move the vault away and `qaf restore` its backup.")


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
    """Bring the tables behind a connection to the newest version, step by step."""
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
    """Refuse a register that a later version of the kit made."""
    if version is None or version > NEWEST:
        raise InputError(
            f"{name}: a later version of the kit made this register ({version}; this one knows {NEWEST}). "
            "Install that version, or restore the backup."
        )


def refuse_empty(path: Path) -> None:
    """Refuse a register that lost all its bytes: SQLite would take it for a new one."""
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
