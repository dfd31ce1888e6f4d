"""The period's programme of work."""

from __future__ import annotations

from qaf_lib.display.passages import Note
from qaf_lib.display.sections.section import Section, nothing
from qaf_lib.display.tables import Table, count_table, plain_table
from qaf_lib.period import OpenPeriod

__all__ = ["audits", "blocks", "meetings", "outline"]


def blocks(period: OpenPeriod) -> Section:
    """Planned work in the framework's blocks, with its columns."""
    found = period.programme.blocks
    if all(block.projects.empty for block in found):
        return nothing("No programme of projects came with the records of this council.")
    return Section(
        [
            plain_table(
                block.projects,
                table_id=f"programme_{block.block}",
                caption=block.label,
                missing="–",
                note="A dash: not in the records sent, or free text, which no page shows.",
            )
            for block in found
        ]
    )


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
                caption="Meetings, reports, scrutiny and visits due in the period",
                headings={
                    "kind": "What",
                    "by_post": "Held by",
                    "due": "Due",
                    "held": "Held",
                    "missing": "Not held, or not recorded",
                    "last_held": "Last held",
                },
                missing="no record",
            )
        ]
    )


def outline(period: OpenPeriod) -> Section:
    """A form for a new piece of work: the headings of the framework's outline paper, ready to fill in."""
    headings = period.programme.outline
    if not headings:
        return nothing("The framework names no outline paper for new work.")
    form = Table(
        table_id="programme_outline",
        caption="Outline paper for a new piece of work",
        headings=("Heading", "To be filled in"),
        rows=tuple((heading, "") for heading in headings),
        note="Copy it, fill it in and take it to those who agree new work. Name no child and no worker.",
    )
    return Section([Note("Who asks for an audit or other new work fills in this form first."), form])
