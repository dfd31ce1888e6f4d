"""What a database says when it breaks, as one plain sentence: no value and no statement is ever in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from qaf_lib.errors import EditionError, InputError

__all__ = ["listen_for_errors", "plain_errors"]

_HELD = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
_OF_THE_DISK = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM}
_NOT_ALLOWED = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_AUTH}
_PRIMARY = 0xFF
"""The bits of an extended result code that hold the kind of trouble."""


@contextmanager
def plain_errors(place: object) -> Iterator[None]:
    """Turn what SQLite says of the register at a place into the kit's own errors.

    Raises
    ------
    EditionError
        If another program holds the register, or the disk is full or failing.
    InputError
        If the register may not be opened or written, or is damaged.
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
