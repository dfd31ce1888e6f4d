"""Why a target was missed, what work cost and what came of it, and reports signed off are recorded."""

from types import MappingProxyType

from qaf_lib.register.migrations.tables import add_columns

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


COLUMNS = MappingProxyType(
    {
        "indicator": "missed_reason:s?",
        "project": "cost:n? saving:n? decision:s?",
        "duty_event": "report_type:s? signed_off:b?",
    }
)
"""The columns that tables of the register gain."""


def upgrade() -> None:
    """Add the columns."""
    for name, columns in COLUMNS.items():
        add_columns(name, columns)


def downgrade() -> None:
    """A register never goes back: its backup copy is the way."""
    raise RuntimeError("the register is never taken back; restore its backup copy")
