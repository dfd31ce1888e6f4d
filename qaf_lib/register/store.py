"""The register: rows are added and never changed, and any past state can be read by its sequence number."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from qaf_lib.files import fsync_file
from qaf_lib.register.schema import TABLES, Column, Table, kept_columns, sql_columns
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

__all__ = ["Register", "typed"]

_BATCH = 5_000


def _sql_tables(metadata: sa.MetaData) -> dict[str, sa.Table]:
    made = {name: _sql_table(metadata, table) for name, table in TABLES.items()}
    sa.Table(
        "entry",
        metadata,
        sa.Column("first_seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("last_seq", sa.Integer, nullable=False),
        sa.Column("table_name", sa.Text, nullable=False),
    )
    return made


def _sql_table(metadata: sa.MetaData, table: Table) -> sa.Table:
    return sa.Table(
        table.name,
        metadata,
        *kept_columns(),
        *sql_columns(table.columns),
        sa.Index(f"ix_{table.name}_key", *table.key),
    )


class Register:
    """The tables of `schema` in one database.

    Rows get a sequence number that runs through all tables. A corrected row is a new row that
    supersedes the old one, a withdrawn one is named in the table `withdrawal`; the database itself
    refuses to change or delete any.
    """

    def __init__(self, path: Path) -> None:
        refuse_shared_place(path)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.exists():
            refuse_empty(path)
            take_over(path)
        else:
            self._begin(path)
        self._open(engine_of(path, name=path), path)
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)

    @classmethod
    def in_memory(cls, path: Path) -> Register:
        """A register that nobody else sees and that ends with this process: a copy of the one at `path`."""
        memory = sqlite3.connect(":memory:", check_same_thread=False)
        if path.exists():
            copy_into(memory, path)
        engine = sa.create_engine(
            "sqlite://", creator=lambda: memory, poolclass=sa.StaticPool, hide_parameters=True
        )
        listen_for_errors(engine, path)
        register = cls.__new__(cls)
        register._open(engine, path)
        return register

    def _begin(self, path: Path) -> None:
        """Make a register beside its place and give it its name: a run killed on the way leaves none."""
        fresh = path.with_name(f"{path.name}.new")
        for left in (fresh, fresh.with_name(f"{fresh.name}-journal")):
            left.unlink(missing_ok=True)
        fresh.touch(mode=0o600)
        try:
            self._open(engine_of(fresh, name=path), path)
            self._engine.dispose()
            fsync_file(fresh)
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)

    def _open(self, engine: sa.Engine, name: Path) -> None:
        self._engine = engine
        self._kept: dict[tuple[str, int | None], pd.DataFrame] = {}
        self._kept_at = -1
        self._metadata = sa.MetaData()
        self._tables = _sql_tables(self._metadata)
        with engine.begin() as connection:
            connection.exec_driver_sql("BEGIN")  # without it, each CREATE would be a commit
            version = version_of(connection)
            if version is None:
                self._metadata.create_all(connection)
                connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
                connection.execute(
                    sa.text("INSERT INTO alembic_version VALUES (:version)"), {"version": NEWEST}
                )
            elif version != NEWEST:
                bring_up_to_date(connection, name=str(name))
            for table in self._metadata.tables:
                for act in ("UPDATE", "DELETE"):
                    connection.exec_driver_sql(
                        f'CREATE TRIGGER IF NOT EXISTS "{table}_no_{act.lower()}" BEFORE {act} ON "{table}" '
                        "BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END"
                    )

    def __enter__(self) -> Register:
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()

    def last_seq(self, *, without: Iterable[str] = ()) -> int:
        """The newest sequence number, leaving some tables out of account (0 when there is none)."""
        entry = self._metadata.tables["entry"]
        query = sa.select(sa.func.max(entry.c.last_seq)).where(entry.c.table_name.not_in(list(without)))
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar() or 0)

    def read(self, name: str, *, at: int | None = None) -> pd.DataFrame:
        """A table as it stood at a sequence number: the newest row of each key that nobody withdrew."""
        newest = self._newest(name, at)
        return (
            newest[newest["reason_withdrawn"].isna()].drop(columns="reason_withdrawn").reset_index(drop=True)
        )

    def withdrawn(self, name: str, *, at: int | None = None) -> pd.DataFrame:
        """The rows of a table that counted and do not at a sequence number; `reason_withdrawn` says why."""
        newest = self._newest(name, at)
        return newest[newest["reason_withdrawn"].notna()].reset_index(drop=True)

    def _newest(self, name: str, at: int | None) -> pd.DataFrame:
        """The newest row of each key, in key order, with the reason where it was withdrawn.

        What was read is kept for as long as nobody adds a row.
        """
        now = self.last_seq()
        if now != self._kept_at:
            self._kept, self._kept_at = {}, now
        if (name, at) not in self._kept:
            self._kept[name, at] = self._queried(name, at)
        return self._kept[name, at].copy()

    def _queried(self, name: str, at: int | None) -> pd.DataFrame:
        table, sql, gone = TABLES[name], self._tables[name], self._tables["withdrawal"]
        query = sa.select(sql).order_by(sql.c.seq)
        reasons = sa.select(gone.c.row_seq, gone.c.reason).where(gone.c.table_name == name)
        if at is not None:
            query = query.where(sql.c.seq <= at)
            reasons = reasons.where(gone.c.seq <= at)
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
            why = {int(seq): str(reason) for seq, reason in connection.execute(reasons)}
        if not rows:
            return _no_rows(name)
        frame = pd.DataFrame(rows, columns=[column.name for column in sql.columns])
        frame = frame.drop_duplicates(list(table.key), keep="last")
        frame = typed(frame.sort_values(list(table.key), ignore_index=True), table.columns)
        return frame.assign(reason_withdrawn=frame["seq"].map(why).astype("string"))

    def add(self, rows: Mapping[str, pd.DataFrame], *, by: str) -> int:
        """Add the rows that are new or changed, all tables in one transaction; the number added.

        Columns that a table lacks are recorded as missing. A row equal to the newest one of its key is
        not added again.
        """
        fresh = {name: self._fresh(name, frame) for name, frame in rows.items() if len(frame)}
        fresh = {name: frame for name, frame in fresh.items() if len(frame)}
        if not fresh:
            return 0
        now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
        entry = self._metadata.tables["entry"]
        added = 0
        with self._engine.begin() as connection:
            connection.exec_driver_sql("PRAGMA synchronous=FULL")
            seq = int(connection.execute(sa.select(sa.func.max(entry.c.last_seq))).scalar() or 0)
            for name, frame in fresh.items():
                numbered = frame.assign(
                    seq=range(seq + 1, seq + 1 + len(frame)), recorded_at=now, recorded_by=by
                )
                records = [
                    {str(name): value for name, value in row.items()} for row in numbered.to_dict("records")
                ]
                for start in range(0, len(records), _BATCH):
                    connection.execute(sa.insert(self._tables[name]), records[start : start + _BATCH])
                connection.execute(
                    sa.insert(entry),
                    [{"first_seq": seq + 1, "last_seq": seq + len(frame), "table_name": name}],
                )
                seq += len(frame)
                added += len(frame)
        return added

    def _fresh(self, name: str, frame: pd.DataFrame) -> pd.DataFrame:
        """Rows whose key is new, or whose content differs from the newest row of their key."""
        table = TABLES[name]
        names = table.names()
        given = typed(frame.reindex(columns=names), table.columns).astype(object)
        given = given.where(given.notna(), None)
        held = self.read(name).astype(object)
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
        return _plain(given.iloc[keep].assign(supersedes=pd.Series(supersedes, dtype=object).to_numpy()))


@cache
def _no_rows(name: str) -> pd.DataFrame:
    """What `_newest` gives of a table that holds nothing, as most do in a new register."""
    names = [*(column.name for column in kept_columns()), *TABLES[name].names()]
    frame = typed(pd.DataFrame([], columns=names), TABLES[name].columns)
    return frame.assign(reason_withdrawn=pd.Series(dtype="string"))


def _tuples(frame: pd.DataFrame, names: list[str]) -> list[tuple[object, ...]]:
    return list(frame[names].itertuples(index=False, name=None))


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Values as the database driver takes them: dates without a time, None for missing."""
    plain = frame.astype(object)
    for name in plain.columns:
        plain[name] = pd.Series(
            [_plain_value(value) for value in plain[name].tolist()], index=plain.index, dtype=object
        )
    return plain


def _plain_value(value: object) -> object:
    if isinstance(value, pd.Timestamp):
        moment = value.to_pydatetime()
        return moment.date() if moment.time() == moment.time().min else moment
    return None if value is None or value is pd.NaT or value is pd.NA else value


def typed(frame: pd.DataFrame, columns: Iterable[Column]) -> pd.DataFrame:
    """The frame with each column in the type its contract gives (missing values stay missing)."""
    frame = frame.copy()
    for column in columns:
        values = frame[column.name]
        match column.type:
            case "s":
                frame[column.name] = values.astype("string")
            case "d" | "t":
                frame[column.name] = pd.to_datetime(values).astype("datetime64[ns]")
            case "i":
                frame[column.name] = pd.to_numeric(values).astype("Int64")
            case "f" | "n":
                frame[column.name] = pd.to_numeric(values).astype("Float64")
            case _:
                frame[column.name] = values.astype("boolean")
    return frame
