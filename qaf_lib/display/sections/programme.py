"""The period's programme of work."""

from __future__ import annotations

from qaf_lib.display.passages import Note
from qaf_lib.display.sections.section import Section, nothing
from qaf_lib.display.tables import Table, count_table, plain_table
from qaf_lib.display.words import count_words, long_date
from qaf_lib.period import OpenPeriod
from qaf_lib.period.programme import Block

__all__ = ["audits", "blocks", "meetings", "next_period", "outline"]


def blocks(period: OpenPeriod) -> Section:
    """Planned work in the framework's blocks, with its columns."""
    found = period.programme.blocks
    if all(block.projects.empty for block in found):
        return nothing("No programme of projects came with the records of this council.")
    return Section([_block(block, f"programme_{block.block}", block.label) for block in found])


def _block(block: Block, table_id: str, caption: str) -> Table:
    return plain_table(
        block.projects,
        table_id=table_id,
        caption=caption,
        missing="–",
        note="A dash: not in the records sent, or free text, which no page shows.",
    )


def next_period(period: OpenPeriod) -> Section:
    """The programme of the period that follows, in the framework's blocks and columns."""
    found = period.programme
    first, last = (long_date(day) for day in found.next_days)
    planned = sum(len(block.projects) for block in found.next_blocks)
    told = Note(
        f"{count_words(planned)} pieces of work fall between {first} and {last}: work dated or coming round "
        "then, samples to draw, and audits that the framework asks of a post. The vault's folder documents "
        "has the same as a workbook."
    )
    blocks = [
        _block(block, f"programme_next_{block.block}", f"{block.label}, {first} to {last}")
        for block in found.next_blocks
        if len(block.projects)
    ]
    return Section([told, *blocks])


def audits(period: OpenPeriod) -> Section:
    """Audits done in the period, by type and by how the case was selected."""
    table = period.programme.audits
    if table.empty:
        return nothing("No audit was made in the period.")
    return Section(
        [
            count_table(
                table, caption="Audits made in the period, by how each came up", row_heading="Audit type"
            )
        ]
    )


def meetings(period: OpenPeriod) -> Section:
    """Meetings, scrutiny and visits due in the period; reports stand in their own calendar."""
    table = period.programme.coming
    if table.empty:
        return nothing("No meetings came with the records of this council.")
    return Section(
        [
            plain_table(
                table,
                table_id="programme_meetings",
                caption="Meetings, scrutiny and visits due in the period",
                headings={
                    "kind": "What",
                    "by_post": "Held by",
                    "due": "Due",
                    "held": "Held",
                    "late": "Of these late",
                    "missing": "Not on record",
                    "last_held": "Last held",
                },
                missing="–",
                note="A meeting of a duty is counted as the duty is: a yearly one over its year. A dash: no "
                "number is given, or none is on record.",
            )
        ]
    )


def outline(period: OpenPeriod) -> Section:
    """A form for a new piece of work: the headings of the framework's outline paper, ready to fill in."""
    headings = period.programme.outline
    if not headings:
        return Section([])
    form = Table(
        table_id="programme_outline",
        caption="Outline paper for a new piece of work",
        headings=("Heading", "To be filled in"),
        rows=tuple((heading, "") for heading in headings),
        note="Copy it, fill it in and take it to those who agree new work. Name nobody.",
    )
    counts = period.programme.new_work.set_index("row_key")["x"]
    agreed, waits = (count_words(int(count)) for count in counts)
    told = [
        Note("Who asks for an audit or other new work fills in this form; the vault has it as a workbook."),
        Note(
            f"Of the pieces of work on record, {agreed} are agreed and {waits} proposed, waiting for a yes."
        ),
    ]
    return Section([*told, form])
