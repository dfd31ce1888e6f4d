"""What became of what had to happen."""

from __future__ import annotations

from qaf_lib.display.passages import Note
from qaf_lib.display.sections.section import Section, nothing
from qaf_lib.display.tables import count_table, plain_table
from qaf_lib.display.words import long_date
from qaf_lib.period import OpenPeriod

__all__ = ["by_owner", "overdue", "summary"]

_NONE = "No actions came with the records of this council."
_LONGEST = 15


def summary(period: OpenPeriod) -> Section:
    """Actions by status."""
    if period.actions.states.empty:
        return nothing(_NONE)
    caption = f"Actions at {long_date(period.span.end)}"
    return Section([count_table(period.actions.summary, caption=caption, row_heading="Status")])


def by_owner(period: OpenPeriod) -> Section:
    """Actions by the post that owns them."""
    if period.actions.states.empty:
        return nothing(_NONE)
    return Section(
        [count_table(period.actions.by_owner, caption="Actions by owner's post", row_heading="Post")]
    )


def overdue(period: OpenPeriod) -> Section:
    """The actions longest overdue."""
    late = period.actions.overdue
    if late.empty:
        return nothing("No action is overdue.")
    if period.parameters.audience == "shared":
        return nothing("Single actions are not listed in a shared edition.")
    shown = late.head(_LONGEST)
    return Section(
        [
            Note(f"{len(late)} actions are overdue; the {len(shown)} longest overdue are listed."),
            plain_table(
                shown.assign(status=shown["status"].str.replace("_", " ")),
                table_id="actions_overdue",
                caption="Actions longest overdue",
                headings={
                    "title": "Action",
                    "owner_post": "Owner's post",
                    "due_on": "Due",
                    "days_overdue": "Days overdue",
                    "status": "Status",
                },
            ),
        ]
    )
