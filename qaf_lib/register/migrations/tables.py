"""Tables that a step of the register adds: with the columns that every one of its tables has."""

from typing import Any

import sqlalchemy as sa
from alembic import op

__all__ = ["add_table"]


def add_table(name: str, *columns: sa.Column[Any]) -> None:
    """Add a table to the register; its columns may hold nothing missing, the first is its key."""
    for column in columns:
        column.nullable = False
    op.create_table(
        name,
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("recorded_at", sa.DateTime, nullable=False),
        sa.Column("recorded_by", sa.Text, nullable=False),
        sa.Column("supersedes", sa.Integer),
        *columns,
    )
    op.create_index(f"ix_{name}_key", name, [columns[0].name])
