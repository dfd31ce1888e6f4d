"""Rows put into tables in batches, and whole registers copied from one database into another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import Any

import pandas as pd
import sqlalchemy as sa

from qaf_lib.register.values import keepable
from qaf_lib.register.versions import NEWEST, version_of

_BATCH = 5_000


def copy_rows(connection: sa.Connection, table: sa.Table, frame: pd.DataFrame) -> None:
    """Insert the rows of a frame whose values are as a database driver takes them."""
    names = [str(name) for name in frame.columns]
    insert_rows(connection, table, names, frame.itertuples(index=False, name=None))


def insert_rows(
    connection: sa.Connection, table: sa.Table, names: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    """Insert rows with the columns `names`, some thousand at a time."""
    left = iter(rows)
    while batch := [dict(zip(names, row, strict=True)) for row in islice(left, _BATCH)]:
        connection.execute(sa.insert(table), batch)


def rows_of(connection: sa.Connection, table: sa.Table) -> Iterator[tuple[Any, ...]]:
    """The rows of a table in the order of its first column, read some thousand at a time."""
    query = sa.select(table).order_by(*list(table.columns)[:1])
    for batch in connection.execute(query).partitions(_BATCH):
        yield from (tuple(row) for row in batch)


@dataclass(frozen=True)
class Copy:
    """A register's tables behind one connection, copied to those behind another."""

    held: sa.Connection
    made: sa.Connection
    tables: Sequence[sa.Table]

    def write(self) -> None:
        """Insert every row, as it is; a text that PostgreSQL does not keep is refused."""
        for table in self.tables:
            rows = keepable(rows_of(self.held, table), table.name)
            insert_rows(self.made, table, table.columns.keys(), rows)

    def unlike(self) -> list[str]:
        """The tables that do not hold the same rows, value by value."""
        return [
            table.name
            for table in self.tables
            if any(
                row != its
                for row, its in zip_longest(*(rows_of(end, table) for end in (self.held, self.made)))
            )
        ]


def copy_tables(source: sa.Engine, target: sa.Engine, newest: sa.MetaData) -> None:
    """Copy a register, of whatever version, as it stands at one moment into an empty database."""
    with (
        source.connect().execution_options(isolation_level="REPEATABLE READ") as held,
        target.begin() as made,
    ):
        metadata = newest if version_of(held) == NEWEST else _as_found(held)
        metadata.create_all(made)
        for table in metadata.tables.values():
            insert_rows(made, table, [column.name for column in table.columns], rows_of(held, table))


def _as_found(connection: sa.Connection) -> sa.MetaData:
    """The tables behind a connection, with types that every database has."""
    metadata = sa.MetaData()
    metadata.reflect(bind=connection)
    for table in metadata.tables.values():
        for column in table.columns:
            column.type = column.type.as_generic()
    return metadata
