"""The period's programme of work."""

from __future__ import annotations

from qaf_lib.display.sections.section import Section, nothing
from qaf_lib.display.tables import count_table, plain_table
from qaf_lib.period import OpenPeriod

__all__ = ["audits", "meetings", "projects"]


def audits(period: OpenPeriod) -> Section:
    """Audits done in the period, by type and by how the case was selected."""
    table = period.programme.audits
    if table.empty:
        return nothing("No audit was made in the period.")
    return Section(
        [
            count_table(
                table, caption="Audits made in the period, by how the case came up", row_heading="Audit type"
            )
        ]
    )


def projects(period: OpenPeriod) -> Section:
    """Planned work in its blocks: audit, research, evaluation."""
    table = period.programme.projects
    if table.empty:
        return nothing("No programme of projects came with the records of this council.")
    return Section(
        [
            plain_table(
                table,
                table_id="programme_projects",
                caption="Programme of audit, research and evaluation",
                headings={
                    "block": "Block",
                    "title": "Project",
                    "on": "Date",
                    "frequency": "How often",
                    "officer_post": "Officer's post",
                },
            )
        ]
    )


def meetings(period: OpenPeriod) -> Section:
    """Meetings, reports and visits due in the period."""
    table = period.programme.coming
    if table.empty:
        return nothing("No meetings or reports came with the records of this council.")
    return Section(
        [
            plain_table(
                table,
                table_id="programme_meetings",
                caption="Meetings, reports and visits due in the period",
                headings={"kind": "What", "by_post": "Held by", "due_on": "Due", "held_on": "Held"},
                missing="not held, or not recorded",
            )
        ]
    )
