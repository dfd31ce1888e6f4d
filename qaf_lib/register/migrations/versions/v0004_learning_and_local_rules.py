"""What came of findings is recorded: themes, needs, routes, who took part, good practice, exemptions."""

from types import MappingProxyType

from qaf_lib.register.migrations.tables import add_columns, add_table

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


COLUMNS = MappingProxyType(
    {
        "case": "neglect:b?",
        "plan": "planned:b?",
        "team": "division:s?",
        "audit": "theme:s? given_on:d? extended_to:d? look_back_reason:s?# action_needed:b? exercise_id:s?",
        "moderation": "stage:s?",
        "action": "kind:s? route:s? second_owner_post:s? staff_helped:b? project_id:s?",
        "duty_event": "theme:s? learning_need:b? consent:b? reflection:b?",
        "feedback": "item:s? told_on:d? shared_on:d?",
        "project": "theme:s? requested_by_post:s? agreed_on:d? reported_on:d? children_took_part:b? "
        "families_took_part:b? partners_took_part:b? staff_took_part:b? answered_on:d?",
    }
)
"""The columns that tables of the register gain."""


def upgrade() -> None:
    """Add three tables, and the columns."""
    add_table(
        "good_practice",
        "practice_id:s",
        "source:s source_id:s? on:d title:s# theme:s? team_id:s? by_post:s? shared_on:d? shared_with:s? "
        "reviewed:b?",
    )
    add_table(
        "exemption",
        "exemption_id:s",
        "staff_id:s~ duty_id:s? starts_on:d ends_on:d? approved_by_post:s reason:s?#",
    )
    add_table("computed_indicator", "indicator_id:s period:s team_id:s?", "numerator:i denominator:i")
    for name, columns in COLUMNS.items():
        add_columns(name, columns)


def downgrade() -> None:
    """A register never goes back: its backup copy is the way."""
    raise RuntimeError("the register is never taken back; restore its backup copy")
