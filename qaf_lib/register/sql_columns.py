"""Columns of the contracts as a database holds them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from qaf_lib.register.contracts import Column

__all__ = ["kept_columns", "sql_columns"]

_TYPES: dict[str, Any] = {
    "s": sa.Text,
    "d": sa.Date,
    "t": sa.DateTime,
    "i": sa.Integer,
    "f": sa.Float,
    "n": sa.Float,
    "b": sa.Boolean,
}


def sql_columns(columns: Iterable[Column]) -> list[sa.Column[Any]]:
    """The columns as the database holds them; the optional ones may hold nothing."""
    return [sa.Column(column.name, _TYPES[column.type], nullable=column.optional) for column in columns]


def kept_columns() -> list[sa.Column[Any]]:
    """What every table of the register has before its own columns."""
    return [
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("recorded_at", sa.DateTime, nullable=False),
        sa.Column("recorded_by", sa.Text, nullable=False),
        sa.Column("supersedes", sa.Integer),
    ]
