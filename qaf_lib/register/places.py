"""Where each council's register stands: a file of its own in the vault, or a schema in PostgreSQL."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from qaf_lib.errors import InputError
from qaf_lib.register.identity import held_key
from qaf_lib.register.postgresql import (
    MOVED,
    VARIABLE,
    postgresql_engine,
    register_url,
    schema_of,
    schemas_begun,
)
from qaf_lib.register.versions import engine_of, plain_errors


def is_begun(path: Path) -> bool:
    """Whether a council's register is there: its file or, where QAF_REGISTER_URL says so, its schema.

    One that stands in both places is refused, and so is a file that still waits to be moved.
    """
    if register_url() is None:
        moved = path.with_name(MOVED)
        if moved.exists() and not path.exists():
            raise InputError(
                f"{moved}: this register was moved to PostgreSQL. Set {VARIABLE}; docs/operations.md says "
                "how to go back."
            )
        return path.exists()
    refuse_file(path)
    return schema_of(path) in schemas_begun(path)


def begun_in(root: Path) -> list[Path]:
    """The registers of a vault's councils that are there, in order."""
    if register_url() is None:
        return sorted(root.glob("*/register.sqlite"))
    key = held_key(root)
    names = {folder.name for folder in root.glob("*") if folder.is_dir()} | set(key.registers if key else ())
    paths = [root / name / "register.sqlite" for name in sorted(names)]
    for path in paths:
        refuse_file(path)
    begun = schemas_begun(paths[0]) if paths else set()
    return [path for path in paths if schema_of(path) in begun]


def drawn_periods(path: Path) -> list[str]:
    """The period of each draw in a council's register, of whatever version; nothing of it is changed."""
    if register_url() is None:
        with (
            plain_errors(path),
            closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as held,
        ):
            return [label for (label,) in held.execute("SELECT period FROM draw")]
    engine = postgresql_engine(path)
    try:
        with engine.connect() as connection:
            return list(connection.execute(sa.text("SELECT period FROM draw")).scalars())
    finally:
        engine.dispose()


def engine_at(path: Path) -> sa.Engine:
    """A way to a council's register where it stands."""
    return engine_of(path, name=path) if register_url() is None else postgresql_engine(path)


def refuse_file(path: Path) -> None:
    """Refuse a register's file where QAF_REGISTER_URL says that registers are in PostgreSQL."""
    if path.exists():
        raise InputError(
            f"{path}: this register is a file, and {VARIABLE} says that registers are in PostgreSQL. "
            "Move it there with `qaf move-register`, or take the variable away."
        )
