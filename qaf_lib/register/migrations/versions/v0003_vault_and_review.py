"""The vault's key and retirements are tables; rows with free text say whether somebody reviewed it."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both tables, and `reviewed` to the tables whose text may be shown."""
    _add_table("vault", sa.Column("key_fingerprint", sa.Text), sa.Column("made_on", sa.Date))
    _add_table(
        "retirement",
        sa.Column("retired_at", sa.DateTime),
        sa.Column("before", sa.Date),
        sa.Column("identities", sa.Integer),
        sa.Column("rows", sa.Integer),
    )
    for name in ("action", "feedback", "project"):
        op.add_column(name, sa.Column("reviewed", sa.Boolean))


def _add_table(name: str, *columns: sa.Column[Any]) -> None:
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


def downgrade() -> None:
    """A register never goes back: its backup copy is the way."""
    raise RuntimeError("the register is never taken back; restore its backup copy")
