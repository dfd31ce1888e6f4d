"""The register as version 0.1 made it: nothing to do, its tables are there."""

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Leave the tables as they are."""


def downgrade() -> None:
    """Leave the tables as they are."""
