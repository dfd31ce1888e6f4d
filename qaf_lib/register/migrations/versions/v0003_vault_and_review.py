"""The vault's key and retirements are tables; rows with free text say whether somebody reviewed it."""

import sqlalchemy as sa
from alembic import op

from qaf_lib.register.migrations.tables import add_table

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both tables, and `reviewed` to the tables whose text may be shown."""
    add_table("vault", sa.Column("key_fingerprint", sa.Text), sa.Column("made_on", sa.Date))
    add_table(
        "retirement",
        sa.Column("retired_at", sa.DateTime),
        sa.Column("before", sa.Date),
        sa.Column("identities", sa.Integer),
        sa.Column("rows", sa.Integer),
    )
    for name in ("action", "feedback", "project"):
        op.add_column(name, sa.Column("reviewed", sa.Boolean))


def downgrade() -> None:
    """A register never goes back: its backup copy is the way."""
    raise RuntimeError("the register is never taken back; restore its backup copy")
