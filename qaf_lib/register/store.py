"""The register: rows are added and never changed, and any past state can be read by its sequence number."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa

from qaf_lib.errors import EditionError, InputError
from qaf_lib.files import fsync_file
from qaf_lib.register.copies import Copy, copy_rows, copy_tables
from qaf_lib.register.places import is_begun, refuse_file
from qaf_lib.register.postgresql import hold_rows, make_schema, place_of, postgresql_engine, register_url
from qaf_lib.register.protection import protect, protected
from qaf_lib.register.schema import TABLES, WHOLE, Table, kept_columns, sql_columns
from qaf_lib.register.values import plain, typed
from qaf_lib.register.vault_location import refuse_shared_place
from qaf_lib.register.versions import (
    NEWEST,
    bring_up_to_date,
    copy_into,
    engine_of,
    listen_for_errors,
    refuse_empty,
    take_over,
    version_of,
)

__all__ = ["Register", "newest_tables"]


@cache
def newest_tables() -> sa.MetaData:
    """The tables of the newest version, as the database makes them; nobody changes them."""
    metadata = sa.MetaData()
    for table in TABLES.values():
        _add_table(metadata, table)
    sa.Table(
        "entry",
        metadata,
        sa.Column("first_seq", WHOLE, primary_key=True, autoincrement=False),
        sa.Column("last_seq", WHOLE, nullable=False),
        sa.Column("table_name", sa.Text, nullable=False),
    )
    sa.Table("alembic_version", metadata, sa.Column("version_num", sa.String(32), nullable=False))
    return metadata


def _add_table(metadata: sa.MetaData, table: Table) -> None:
    sa.Table(
        table.name,
        metadata,
        *kept_columns(),
        *sql_columns(table.columns),
        sa.Index(f"ix_{table.name}_key", *table.key).ddl_if(dialect="sqlite"),
    )


class Register:
    """The tables of `schema` in one database.

    Rows get a sequence number that runs through all tables. A corrected row is a new row that
    supersedes the old one, a withdrawn one is named in the table `withdrawal`; the database itself
    refuses to change or delete any.
    """

    def __init__(self, path: Path) -> None:
        """Open the register of the council whose folder holds `path`, or begin it.

        Where QAF_REGISTER_URL is set it is the council's schema in PostgreSQL, and `path` no file.
        """
        if register_url() is not None:
            refuse_file(path)
            self._open(postgresql_engine(path), place_of(path))
            return
        refuse_shared_place(path)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if is_begun(path):
            refuse_empty(path)
            take_over(path)
        else:
            self._begin(path)
        self._open(engine_of(path, name=path), str(path))
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)

    @classmethod
    def in_memory(cls, path: Path) -> Register:
        """A register that nobody else sees and that ends with this process: a copy of the one at `path`."""
        if register_url() is None:
            return cls.from_file(path)
        register, engine, _ = cls._in_memory(path)
        if is_begun(path):
            held = postgresql_engine(path)
            try:
                copy_tables(held, engine, newest_tables())
            finally:
                held.dispose()
        register._open(engine, place_of(path))
        return register

    @classmethod
    def from_file(cls, path: Path) -> Register:
        """As `in_memory`, and of the file at `path`, whatever QAF_REGISTER_URL says."""
        register, engine, memory = cls._in_memory(path)
        if path.exists():
            copy_into(memory, path)
        register._open(engine, str(path))
        return register

    @classmethod
    def _in_memory(cls, path: Path) -> tuple[Register, sa.Engine, sqlite3.Connection]:
        memory = sqlite3.connect(":memory:", check_same_thread=False)
        engine = sa.create_engine(
            "sqlite://", creator=lambda: memory, poolclass=sa.StaticPool, hide_parameters=True
        )
        listen_for_errors(engine, path)
        return cls.__new__(cls), engine, memory

    def write_file(self, copy: Path) -> None:
        """Write a register in memory into a new file for its owner alone, on the disk when this returns."""
        copy.touch(mode=0o600)
        with closing(sqlite3.connect(copy)) as made, closing(self._engine.raw_connection()) as held:
            memory: Any = held.driver_connection
            memory.backup(made)
        fsync_file(copy)

    def copy_to_postgresql(self, path: Path) -> int:
        """Copy every row into a council's empty schema, in one transaction, compared one by one; the number.

        A schema that holds the same rows is left as it is; one with others is refused.
        """
        engine = postgresql_engine(path)
        try:
            with engine.begin() as made, self._engine.connect() as held:
                hold_rows(made)
                self._make_ready(made)
                copy = Copy(held, made, [self._tables[name] for name in sorted(self._promised)])
                was_empty = self._last_seq(made) == 0
                if was_empty:
                    copy.write()
                unlike = ", ".join(copy.unlike())
                if unlike and was_empty:
                    raise EditionError(
                        f"{place_of(path)}: what was written is not what {self._place} holds (table "
                        f"{unlike}). Nothing was moved; tell the kit's maintainers this line."
                    )
                if unlike:
                    raise InputError(
                        f"{place_of(path)} holds other rows than {self._place} (table {unlike}). Nothing was "
                        "moved: find out which of the two is the council's, and put the other away."
                    )
                return self._last_seq(made)
        finally:
            engine.dispose()

    def _begin(self, path: Path) -> None:
        """Make a register beside its place and give it its name: a run killed on the way leaves none."""
        fresh = path.with_name(f"{path.name}.new")
        for left in (fresh, fresh.with_name(f"{fresh.name}-journal")):
            left.unlink(missing_ok=True)
        fresh.touch(mode=0o600)
        try:
            self._open(engine_of(fresh, name=path), str(path))
            self._engine.dispose()
            fsync_file(fresh)
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)

    def _open(self, engine: sa.Engine, place: str) -> None:
        self._engine, self._place = engine, place
        self._kept: dict[tuple[str, int | None], tuple[tuple[int, int], pd.DataFrame]] = {}
        self._metadata = newest_tables()
        self._tables = self._metadata.tables
        try:
            with engine.connect() as connection:
                if version_of(connection) == NEWEST and self._promised <= protected(connection):
                    return
            with engine.begin() as connection:
                hold_rows(connection)
                self._make_ready(connection)
        except BaseException:
            engine.dispose()
            raise

    @property
    def _promised(self) -> set[str]:
        """The tables whose rows never change."""
        return set(self._tables) - {"alembic_version"}

    def _make_ready(self, connection: sa.Connection) -> None:
        """Make the tables of a register, or bring them to the newest version, all in one transaction."""
        version = version_of(connection)
        if version is None:
            if connection.dialect.name == "postgresql":
                make_schema(connection)
            self._metadata.create_all(connection)
            if connection.dialect.name == "postgresql":  # who may add rows makes no second version of it
                connection.exec_driver_sql("CREATE UNIQUE INDEX ix_one_version ON alembic_version ((true))")
            connection.execute(sa.insert(self._tables["alembic_version"]), [{"version_num": NEWEST}])
        elif version != NEWEST:
            bring_up_to_date(connection, name=self._place)
        protect(connection, self._promised)

    def __enter__(self) -> Register:
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()

    def last_seq(self, *, without: Iterable[str] = ()) -> int:
        """The newest sequence number, leaving some tables out of account (0 when there is none)."""
        with self._engine.connect() as connection:
            return self._last_seq(connection, without)

    def _last_seq(self, connection: sa.Connection, without: Iterable[str] = ()) -> int:
        left = set(without)
        return max((seq for name, seq in self._last_of(connection).items() if name not in left), default=0)

    def _last_of(self, connection: sa.Connection) -> dict[str, int]:
        """The newest sequence number of each table that holds any."""
        entry = self._tables["entry"]
        query = sa.select(entry.c.table_name, sa.func.max(entry.c.last_seq)).group_by(entry.c.table_name)
        return {str(name): int(seq) for name, seq in connection.execute(query)}

    def read(self, name: str, *, at: int | None = None) -> pd.DataFrame:
        """A table as it stood at a sequence number: the newest row of each key that nobody withdrew."""
        with self._engine.connect() as connection:
            return self._read(connection, name, at)

    def _read(self, connection: sa.Connection, name: str, at: int | None = None) -> pd.DataFrame:
        newest = self._newest(connection, name, at)
        return (
            newest[newest["reason_withdrawn"].isna()].drop(columns="reason_withdrawn").reset_index(drop=True)
        )

    def withdrawn(self, name: str, *, at: int | None = None) -> pd.DataFrame:
        """The rows of a table that counted and do not at a sequence number; `reason_withdrawn` says why."""
        with self._engine.connect() as connection:
            newest = self._newest(connection, name, at)
        return newest[newest["reason_withdrawn"].notna()].reset_index(drop=True)

    def _newest(self, connection: sa.Connection, name: str, at: int | None) -> pd.DataFrame:
        """The newest row of each key, in key order, with the reason where it was withdrawn.

        What was read is kept for as long as nobody adds or withdraws one of its rows.
        """
        last = self._last_of(connection)
        now = max(last.values(), default=0)
        asked = now if at is None else min(at, now)  # what others add meanwhile has a later number
        own, withdrawn = (min(last.get(each, 0), asked) for each in (name, "withdrawal"))
        state, frame = self._kept.get((name, at), (None, None))
        if frame is None or state != (own, withdrawn):
            frame = self._queried(connection, name, asked) if own else _no_rows(name)
            self._kept[name, at] = (own, withdrawn), frame
        return frame.copy()

    def _queried(self, connection: sa.Connection, name: str, at: int) -> pd.DataFrame:
        table, sql, gone = TABLES[name], self._tables[name], self._tables["withdrawal"]
        query = sa.select(sql).where(sql.c.seq <= at).order_by(sql.c.seq)
        reasons = sa.select(gone.c.row_seq, gone.c.reason).where(gone.c.table_name == name, gone.c.seq <= at)
        rows = connection.execute(query).all()
        why = {int(seq): str(reason) for seq, reason in connection.execute(reasons)}
        if not rows:
            return _no_rows(name)
        frame = pd.DataFrame(rows, columns=[column.name for column in sql.columns])
        frame = frame.drop_duplicates(list(table.key), keep="last")
        frame = typed(frame.sort_values(list(table.key), ignore_index=True), table.columns)
        return frame.assign(reason_withdrawn=frame["seq"].map(why).astype("string"))

    def add(self, rows: Mapping[str, pd.DataFrame], *, by: str, after: int | None = None) -> int:
        """Add the rows that are new or changed, all tables in one transaction; the number added.

        Columns that a table lacks are recorded as missing. A row equal to the newest one of its key is
        not added again. Comparing and numbering are part of the transaction, and nobody else adds meanwhile.
        `after` is the sequence number that the rows were worked out at: where others have added rows since,
        nothing is (`EditionError`).
        """
        given = {name: frame for name, frame in rows.items() if len(frame)}
        if not given:
            return 0
        now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
        added = 0
        with self._engine.begin() as connection:
            hold_rows(connection)
            seq = self._last_seq(connection)
            if after not in (None, seq):
                raise EditionError(
                    f"{self._place}: another run added rows while this one worked. Nothing of this step was "
                    "recorded. Run again."
                )
            fresh = {name: self._fresh(connection, name, frame) for name, frame in given.items()}
            for name, frame in fresh.items():
                if frame.empty:
                    continue
                kept = {"seq": range(seq + 1, seq + 1 + len(frame)), "recorded_by": by}
                moments = pd.Series([now] * len(frame), index=frame.index, dtype=object)
                copy_rows(connection, self._tables[name], frame.assign(**kept, recorded_at=moments))
                entry = {"first_seq": seq + 1, "last_seq": seq + len(frame), "table_name": name}
                connection.execute(sa.insert(self._tables["entry"]), [entry])
                seq += len(frame)
                added += len(frame)
        return added

    def _fresh(self, connection: sa.Connection, name: str, frame: pd.DataFrame) -> pd.DataFrame:
        """Rows whose key is new, or whose content differs from the newest row of their key."""
        table = TABLES[name]
        names = table.names()
        given = typed(frame.reindex(columns=names), table.columns).astype(object)
        given = given.where(given.notna(), None)
        held = self._read(connection, name).astype(object)
        held = held.where(held.notna(), None)
        known = {
            row[: len(table.key)]: (row, seq)
            for row, seq in zip(_tuples(held, names), held["seq"].tolist(), strict=True)
        }
        keep, supersedes = [], []
        for index, row in enumerate(_tuples(given, names)):
            row_held, seq = known.get(row[: len(table.key)], (None, None))
            if row != row_held:
                keep.append(index)
                supersedes.append(seq)
        fresh = given.iloc[keep].assign(supersedes=pd.Series(supersedes, dtype=object).to_numpy())
        return plain(name, fresh)


@cache
def _no_rows(name: str) -> pd.DataFrame:
    """What `_newest` gives of a table that holds nothing, as most do in a new register."""
    names = [*(column.name for column in kept_columns()), *TABLES[name].names()]
    frame = typed(pd.DataFrame([], columns=names), TABLES[name].columns)
    return frame.assign(reason_withdrawn=pd.Series(dtype="string"))


def _tuples(frame: pd.DataFrame, names: list[str]) -> list[tuple[object, ...]]:
    return list(frame[names].itertuples(index=False, name=None))
