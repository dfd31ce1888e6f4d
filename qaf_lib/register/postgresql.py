"""Registers in PostgreSQL: each council's in a schema of its own, where QAF_REGISTER_URL says.

TLS, password files and service files are libpq's; errors are told in plain words, and never the address.
"""

from __future__ import annotations

import hashlib
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import sqlalchemy as sa

from qaf_lib.errors import EditionError, InputError

VARIABLE = "QAF_REGISTER_URL"
MOVED = "register-moved-to-postgresql.sqlite"
"""What the file of a register that was moved is called, so that nobody goes on with it."""

_LONGEST = 63
"""Bytes that PostgreSQL keeps of a name."""

_UNLESS_SAID = {
    "application_name": "qaf",
    "connect_timeout": "30",
    "keepalives_idle": "60",
    "keepalives_interval": "10",
    "keepalives_count": "6",
}
"""Settings of a connection that the address does not name: libpq's own wait for hours on a dead server."""

_HELD_SECONDS = 60


def register_url() -> str | None:
    """The address that the environment gives, or None where registers are files."""
    return os.environ.get(VARIABLE) or None


def schema_of(path: Path) -> str:
    """The schema of the council whose folder in the vault holds, or would hold, the register `path`.

    Examples
    --------
    >>> schema_of(Path("vault/bath-and-north-east-somerset/register.sqlite"))
    'qaf_bath_and_north_east_somerset'
    """
    council = path.parent.name
    schema = f"qaf_{council.replace('-', '_')}"
    if len(schema.encode()) <= _LONGEST:
        return schema
    return f"{schema[:50]}_{hashlib.sha256(council.encode()).hexdigest()[:8]}"


def place_of(path: Path) -> str:
    """What messages call a register: its file, or its council and schema."""
    if register_url() is None:
        return str(path)
    return f"the register of {path.parent.name} in PostgreSQL (schema {schema_of(path)})"


def postgresql_engine(path: Path) -> sa.Engine:
    """A way to a council's schema that tells errors plainly, without values and without the address."""
    url, driver = str(register_url()), _driver()
    named = _settings(url)
    settings = {name: value for name, value in _UNLESS_SAID.items() if name not in named}

    def connect() -> Any:
        return driver.connect(url, client_encoding="utf8", **settings)

    logging.getLogger("psycopg").setLevel(logging.CRITICAL)  # it tells of a cut connection beside the error
    schema = schema_of(path)
    engine = sa.create_engine(
        "postgresql+psycopg://",
        creator=connect,
        pool_pre_ping=True,  # the server may have been restarted since
        hide_parameters=True,
        execution_options={"schema": schema},
    )

    @sa.event.listens_for(engine, "connect")
    def _of_the_council(connection: Any, _: object) -> None:
        try:
            connection.execute(
                f'SET search_path TO "{schema}"; SET synchronous_commit TO on; '
                f"SET lock_timeout TO '{_HELD_SECONDS}s'; SET tcp_keepalives_idle TO 60; "
                "SET tcp_keepalives_interval TO 10; SET tcp_keepalives_count TO 6"  # a dead machine goes
            )
            connection.commit()
        except driver.Error as error:
            raise _plain(error, place_of(path), driver) from None

    @sa.event.listens_for(engine, "handle_error")
    def _told(context: sa.engine.ExceptionContext) -> BaseException | None:
        error = context.original_exception
        if not isinstance(error, driver.Error):
            return None
        if context.connection is None:
            return _no_connection(error, named.get("password"))
        return _plain(error, place_of(path), driver)

    return engine


def schemas_begun(path: Path) -> set[str]:
    """The schemas of the database that hold a register, of whichever council."""
    engine = postgresql_engine(path)
    try:
        with engine.connect() as connection:
            query = sa.text(
                r"SELECT schemaname FROM pg_tables WHERE tablename = 'entry' AND schemaname LIKE 'qaf\_%'"
            )
            return set(connection.execute(query).scalars())
    finally:
        engine.dispose()


@contextmanager
def held_alone(path: Path, seconds: float) -> Iterator[None]:
    """A council's register in PostgreSQL held for one run on whichever machine, by a lock of its session.

    A lock on a file keeps out runs of this machine alone. Should the server end the session, the lock is
    gone; `Register.add` refuses then what was worked out before another run added. Raises `TimeoutError`
    where another holds it longer than some seconds. Where registers are files, nothing is held.
    """
    if register_url() is None:
        yield
        return
    engine = postgresql_engine(path)
    until = time.monotonic() + seconds
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            query = sa.text("SELECT pg_try_advisory_lock(:key)")
            while not connection.execute(query, {"key": _lock_of(schema_of(path), "a run")}).scalar():
                if time.monotonic() >= until:
                    raise TimeoutError
                time.sleep(0.2)
            yield
    finally:
        engine.dispose()


def hold_rows(connection: sa.Connection) -> None:
    """Let nobody else add rows until the transaction ends; before that, wait for whoever does."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        return
    key = _lock_of(str(connection.get_execution_options()["schema"]), "adding")
    connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def make_schema(connection: sa.Connection) -> None:
    """Make the schema of a connection's council where nobody has; refuse a database that is not in UTF-8."""
    schema = connection.get_execution_options()["schema"]
    encoding = connection.execute(sa.text("SHOW server_encoding")).scalar()
    if encoding != "UTF8":
        raise InputError(
            f"{VARIABLE}: the database keeps text as {encoding}. Make one with ENCODING 'UTF8' and name that."
        )
    there = sa.text("SELECT 1 FROM pg_namespace WHERE nspname = :schema")
    if connection.execute(there, {"schema": schema}).scalar() is None:
        connection.exec_driver_sql(f'CREATE SCHEMA "{schema}"')


def _lock_of(schema: str, what: str) -> int:
    """The number of an advisory lock: 64 bits of a checksum."""
    digest = hashlib.sha256(f"qaf {what} {schema}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def _driver() -> ModuleType:
    try:
        import psycopg  # here, since registers are files for most
    except ImportError:
        raise InputError(
            f"{VARIABLE} is set, and the driver for PostgreSQL is not installed. Install it with: "
            'python -m pip install "psycopg[binary]"'
        ) from None
    return psycopg


@cache
def _settings(url: str) -> dict[str, str]:
    """What an address says, as libpq reads it; one that it cannot read is refused and not repeated."""
    driver = _driver()
    try:
        if not url.startswith(("postgresql://", "postgres://")):
            raise ValueError
        told = driver.conninfo.conninfo_to_dict(url)
    except (ValueError, driver.Error):
        raise InputError(
            f"{VARIABLE}: this is no address of a PostgreSQL database. Write "
            "postgresql://USER@HOST/DATABASE; signs such as @ : / % in a part are written as %40 %3A %2F %25."
        ) from None
    return {name: str(value) for name, value in told.items()}


_TO_DO = {
    "password": "See the user, and the password in the password file or the service file.",
    "authentication": "See the user, and the password in the password file or the service file.",
    "pg_hba": "Ask whoever runs the server to let this user and machine in.",
    "certificate": "See that sslrootcert names the certificate of whoever signed the server's.",
    "does not exist": "See the database's and the user's name, or make them (docs/operations.md).",
    "too many": "Run again when others have ended.",
    "shutting down": "Run again when it is up.",
    "starting up": "Run again when it is up.",
    "permission denied": "Ask whoever runs the server for the right to connect (docs/operations.md).",
}
"""What to do by a word of the server's answer."""


def _no_connection(error: Exception, password: str | None) -> InputError:
    words = " ".join(str(error).split()).partition(" Is the server running")[0]
    words = words.removeprefix("connection failed: ")
    if password:
        words = words.replace(password, "***")
    to_do = next((do for word, do in _TO_DO.items() if word in words), None)
    return InputError(
        f"{VARIABLE}: PostgreSQL gives no connection ({words[:300]}). "
        f"{to_do or 'See that the server runs, and that host, port and settings are right.'}"
    )


_ON_THE_WAY = {"55P03", "40P01", "40001"}
_FULL = {"53100", "53200", "53400"}
_NOT_THERE = {"42P01", "42703", "3F000", "42883"}
_CUT = ("08", "57P")


def _plain(broken: Exception, place: str, driver: ModuleType) -> Exception:
    """A server's error in the kit's own words; one that breaks a rule of the tables stays as it is."""
    error: Any = broken
    code = error.sqlstate or ""
    if code.startswith(_CUT) or (
        not code and isinstance(error, driver.OperationalError | driver.InterfaceError)
    ):
        return EditionError(
            f"{place}: the connection was cut or the server stopped. What was being recorded is whole or not "
            "there. Run again when the server is up."
        )
    if code in _ON_THE_WAY:
        return EditionError(f"{place}: another program holds this register. Wait for its end, and run again.")
    if code in _FULL or code.startswith("58"):
        return EditionError(
            f"{place}: the server's disk or memory is full or failing. Nothing of this step was recorded. "
            "Make room there and run again."
        )
    if code == "57014":
        return EditionError(
            f"{place}: the server allows no step this long. Nothing of this step was recorded. Ask whoever "
            "runs it to raise statement_timeout for this user."
        )
    if code == "25006":
        return InputError(
            f"{place}: the server takes no writing (a standby, or read only). Name the one that does."
        )
    if code == "42501":
        return InputError(
            f"{place}: this user may not do that. Runs need the rights to read and add; making a council's "
            "schema, taking over an earlier version and `qaf retire` need its owner (docs/operations.md)."
        )
    if code in _NOT_THERE:
        return InputError(
            f"{place}: its tables are not as the kit made them. Restore the database's backup "
            "(docs/operations.md)."
        )
    if not code or isinstance(error, driver.IntegrityError | driver.DataError):
        return broken
    return EditionError(f"{place}: the server ended this step (SQLSTATE {code}). Its log says why.")
