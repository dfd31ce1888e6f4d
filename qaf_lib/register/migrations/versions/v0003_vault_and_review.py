"""The vault's key and retirements are tables; rows with free text say whether somebody reviewed it."""

from qaf_lib.register.migrations.tables import add_columns, add_table

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both tables, and `reviewed` to the tables whose text may be shown."""
    add_table("vault", "key_fingerprint:s", "made_on:d")
    add_table("retirement", "retired_at:t", "before:d identities:i rows:i")
    for name in ("action", "feedback", "project"):
        add_columns(name, "reviewed:b?")


def downgrade() -> None:
    """A register never goes back: its backup copy is the way."""
    raise RuntimeError("the register is never taken back; restore its backup copy")
