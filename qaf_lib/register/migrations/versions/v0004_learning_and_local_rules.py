"""What came of findings is recorded: themes, needs, routes, who took part, good practice, exemptions."""

from qaf_lib.register.migrations.tables import add_columns, add_table

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add three tables, and optional columns to nine."""
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
    add_columns("case", "neglect:b?")
    add_columns("plan", "planned:b?")
    add_columns("team", "division:s?")
    add_columns(
        "audit",
        "theme:s? given_on:d? extended_to:d? look_back_reason:s?# action_needed:b? exercise_id:s?",
    )
    add_columns("moderation", "stage:s?")
    add_columns("action", "kind:s? route:s? second_owner_post:s? staff_helped:b? project_id:s?")
    add_columns("duty_event", "theme:s? learning_need:b? consent:b? reflection:b?")
    add_columns("feedback", "item:s? told_on:d? shared_on:d?")
    add_columns(
        "project",
        "theme:s? requested_by_post:s? agreed_on:d? reported_on:d? children_took_part:b? "
        "families_took_part:b? partners_took_part:b? staff_took_part:b? answered_on:d?",
    )


def downgrade() -> None:
    """A register never goes back: its backup copy is the way."""
    raise RuntimeError("the register is never taken back; restore its backup copy")
