"""Readings and withdrawals are tables; a draw says which days it covers and what it is for."""

import sqlalchemy as sa
from alembic import op

from qaf_lib.dates import parse_period

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PURPOSE = "estimate"
"""What every draw of version 0.1 was for."""


def upgrade() -> None:
    """Add both tables; give the draws recorded so far the days of their period."""
    _add_table("reading", "reading_id", "table_name", "period", "days", "sha256s", "rows", "rows_sha256")
    _add_table("withdrawal", "row_seq", "table_name", "reading_id", "reason")
    op.execute("DROP TRIGGER IF EXISTS draw_no_update")
    for column in (
        sa.Column("covers_from", sa.Date),
        sa.Column("covers_to", sa.Date),
        sa.Column("purpose", sa.Text),
    ):
        op.add_column("draw", column)
    connection = op.get_bind()
    draw = sa.table("draw", *(sa.column(name) for name in ("period", "covers_from", "covers_to", "purpose")))
    for period in connection.execute(sa.select(draw.c.period).distinct()).scalars().all():
        days = parse_period(period)
        given = {"covers_from": days.start.isoformat(), "covers_to": days.end.isoformat(), "purpose": PURPOSE}
        connection.execute(sa.update(draw).where(draw.c.period == period).values(**given))
    with op.batch_alter_table("draw") as batch:
        for name in ("covers_from", "covers_to", "purpose"):
            batch.alter_column(name, nullable=False)


def _add_table(name: str, key: str, *columns: str) -> None:
    numbers = {"rows", "row_seq"}
    op.create_table(
        name,
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("recorded_at", sa.DateTime, nullable=False),
        sa.Column("recorded_by", sa.Text, nullable=False),
        sa.Column("supersedes", sa.Integer),
        *(
            sa.Column(column, sa.Integer if column in numbers else sa.Text, nullable=False)
            for column in (key, *columns)
        ),
    )
    op.create_index(f"ix_{name}_key", name, [key])


def downgrade() -> None:
    """A register never goes back: its backup copy is the way."""
    raise RuntimeError("the register is never taken back; restore its backup copy")
