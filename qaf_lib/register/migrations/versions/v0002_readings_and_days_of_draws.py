"""Readings and withdrawals are tables; a draw says which days it covers and what it is for."""

import sqlalchemy as sa
from alembic import op

from qaf_lib.dates import parse_period
from qaf_lib.register.migrations.tables import add_columns, add_table
from qaf_lib.register.protection import unprotect

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PURPOSE = "estimate"
"""What every draw of version 0.1 was for."""


def upgrade() -> None:
    """Add both tables; give the draws recorded so far the days of their period."""
    add_table("reading", "reading_id:s", "table_name:s period:s days:s sha256s:s rows:i rows_sha256:s")
    add_table("withdrawal", "row_seq:i", "table_name:s reading_id:s reason:s")
    unprotect(op.get_bind(), "draw")
    add_columns("draw", "covers_from:d? covers_to:d? purpose:s?")
    connection = op.get_bind()
    days_of = (sa.column(name, sa.Date) for name in ("covers_from", "covers_to"))
    draw = sa.table("draw", sa.column("period", sa.Text), sa.column("purpose", sa.Text), *days_of)
    for period in connection.execute(sa.select(draw.c.period).distinct()).scalars().all():
        days = parse_period(period)
        given = {"covers_from": days.start, "covers_to": days.end, "purpose": PURPOSE}
        connection.execute(sa.update(draw).where(draw.c.period == period).values(**given))
    with op.batch_alter_table("draw") as batch:
        for name in ("covers_from", "covers_to", "purpose"):
            batch.alter_column(name, nullable=False)


def downgrade() -> None:
    """A register never goes back: its backup copy is the way."""
    raise RuntimeError("the register is never taken back; restore its backup copy")
