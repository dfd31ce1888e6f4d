"""What makes the database itself refuse to change rows: triggers on every table of a register."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa

_SAID = "the register is added to, never changed"
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{_SAID}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
_PROTECTED = """
SELECT held.relname FROM pg_trigger AS kept JOIN pg_class AS held ON held.oid = kept.tgrelid
JOIN pg_namespace AS place ON place.oid = held.relnamespace
WHERE place.nspname = current_schema() AND kept.tgname = 'never_changed' AND kept.tgenabled IN ('O', 'A')
"""


def protected(connection: sa.Connection) -> set[str]:
    """The tables whose rows the database refuses to change."""
    if connection.dialect.name == "postgresql":
        return set(connection.execute(sa.text(_PROTECTED)).scalars())
    found = set(
        connection.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars()
    )
    return {
        name.removesuffix("_no_update")
        for name in found
        if name.endswith("_no_update") and f"{name.removesuffix('update')}delete" in found
    }


def protect(connection: sa.Connection, tables: Iterable[str]) -> None:
    """Protect the tables that are not protected yet."""
    tables = set(tables) - protected(connection)
    if connection.dialect.name == "postgresql" and tables:
        connection.exec_driver_sql(_FUNCTION)
    for table in sorted(tables):
        unprotect(connection, table)
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(
                f'CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON "{table}" '
                "FOR EACH STATEMENT EXECUTE FUNCTION never_changed()"
            )
            continue
        for act in ("UPDATE", "DELETE"):
            connection.exec_driver_sql(
                f'CREATE TRIGGER "{table}_no_{act.lower()}" BEFORE {act} ON "{table}" '
                f"BEGIN SELECT RAISE(ABORT, '{_SAID}'); END"
            )


def unprotect(connection: sa.Connection, table: str) -> None:
    """Let a table's rows be changed until `protect` is called; both in one transaction."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f'DROP TRIGGER IF EXISTS never_changed ON "{table}"')
        return
    for act in ("update", "delete"):
        connection.exec_driver_sql(f'DROP TRIGGER IF EXISTS "{table}_no_{act}"')


@contextmanager
def unprotected(connection: sa.Connection, tables: Iterable[str]) -> Iterator[None]:
    """The rows of some tables free to be changed; protected again before the transaction ends."""
    for table in tables:
        unprotect(connection, table)
    yield
    protect(connection, tables)
