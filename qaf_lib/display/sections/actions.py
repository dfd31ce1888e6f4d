"""What became of what had to happen."""

from __future__ import annotations

import pandas as pd

from qaf_lib.analysis.actions_age import AGE_BANDS
from qaf_lib.display.passages import Note
from qaf_lib.display.sections.section import Section, nothing, only
from qaf_lib.display.tables import count_table, plain_table, share_table
from qaf_lib.display.words import count_words, long_date
from qaf_lib.period import OpenPeriod

__all__ = [
    "by_owner",
    "carried",
    "escalations",
    "held",
    "overdue",
    "plan",
    "standing_still",
    "summary",
]

_NONE = "No actions came with the records of this council."
_LONGEST = 15
_CARRIED = {
    "open_at_start": "Open at start",
    "new": "New",
    "reopened": "Reopened",
    "closed": "Closed",
    "open_at_end": "Open at end",
}


def summary(period: OpenPeriod) -> Section:
    """Actions by status."""
    if period.actions.states.empty:
        return nothing(_NONE)
    caption = f"Actions at {long_date(period.span.end)}"
    return Section([count_table(period.actions.summary, caption=caption, row_heading="Status")])


def by_owner(period: OpenPeriod) -> Section:
    """Actions by the post that owns them, and how old the live ones are."""
    if period.actions.states.empty:
        return nothing(_NONE)
    return Section(
        [
            count_table(period.actions.by_owner, caption="Actions by owner's post", row_heading="Post"),
            count_table(
                period.actions.by_age,
                caption=f"Live actions by days since they were raised, at {long_date(period.span.end)}",
                row_heading="Post",
                measure_labels={band: band.capitalize() for band in AGE_BANDS},
                note="Live is open, in progress or blocked; an action is raised with its first entry.",
            ),
        ]
    )


def overdue(period: OpenPeriod) -> Section:
    """The actions longest overdue."""
    late = period.actions.overdue
    if late.empty:
        return nothing("No action is overdue.")
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


def standing_still(period: OpenPeriod) -> Section:
    """Blocked actions with how long, and live ones of which nobody wrote for too long."""
    if period.actions.states.empty:
        return nothing(_NONE)
    days = count_words(period.actions.ask_after)
    silent = share_table(
        period.actions.silent,
        caption=f"Live actions without an entry for more than {days} days: progress is asked for",
        row_heading="Owner's post",
    )
    return Section([*_blocked(period), silent])


def _blocked(period: OpenPeriod) -> list[object]:
    median = only(period.actions.blocked, "median")
    if median["mark"]:
        return [Note("No action is blocked.")]
    longest = only(period.actions.blocked, "longest")["estimate"]
    n, middle = count_words(median["n"]), count_words(round(median["estimate"]))
    told = (
        f"Blocked actions: {n}; half of them for {middle} days or more, the longest for "
        f"{count_words(round(longest))} days."
    )
    table = plain_table(
        period.actions.longest_blocked.head(_LONGEST),
        table_id="actions_blocked",
        caption="Actions longest blocked",
        headings={
            "title": "Action",
            "owner_post": "Owner's post",
            "due_on": "Due",
            "blocked_days": "Days blocked",
        },
    )
    return [Note(f"{told} What blocks them stands in the register."), table]


def carried(period: OpenPeriod) -> Section:
    """The improvement plan from period to period, and this period's by where actions came from."""
    if period.actions.states.empty:
        return nothing(_NONE)
    adds_up = "Open at start, new and reopened less closed is open at end."
    return Section(
        [
            count_table(
                period.actions.carried,
                caption="The improvement plan from period to period",
                row_heading="Period",
                measure_labels=_CARRIED,
                note=f"{adds_up} Closed is completed, approved or cancelled.",
            ),
            count_table(
                period.actions.by_source,
                caption="The improvement plan of this period by where actions came from",
                row_heading="Came from",
                measure_labels=_CARRIED,
                note=adds_up,
            ),
        ]
    )


def plan(period: OpenPeriod) -> Section:
    """The live actions due soonest, in the framework's own columns."""
    table = period.actions.plan
    if period.framework.action_plan is None:
        return nothing("The framework names no columns of an action plan.")
    if table.empty:
        return nothing("No action is live.")
    shown = table.head(_LONGEST)
    return Section(
        [
            Note(f"{count_words(len(table))} actions are live; the {len(shown)} due first are listed."),
            plain_table(
                shown,
                table_id="actions_plan",
                caption="The action plan, in the framework's columns",
                headings={name: name for name in shown},
                missing="–",
                note="Free text is kept in the register and shown on no page.",
            ),
        ]
    )


def held(period: OpenPeriod) -> Section:
    """Problems met again, actions for one case and for a service, and low grades without any action."""
    found = period.actions
    parts: list[object] = []
    if len(found.states):
        parts = [
            count_table(
                found.kinds,
                caption="Actions for one case and for the service",
                row_heading="For",
                measure_labels={"live": "Live", "done": "Done"},
                note="The records have no column for corrective and preventive: an action for one case "
                "is read as corrective, one for the service as preventive.",
            ),
            _again(found.again),
        ]
    low = share_table(
        found.low_grades,
        caption="Audits of the period from which no action came, by grade",
        row_heading="Graded",
        note="An action belongs to the audit it names, or to the last one of the same case before it.",
    )
    return Section([*parts, low])


def _again(table: pd.DataFrame) -> object:
    if table["n"].eq(0).all():
        return Note("No completed action names its theme and team, so no problem can be seen to come back.")
    return share_table(
        table,
        caption="Completed actions whose team was later given another on the same theme",
        row_heading="Theme",
        note="A problem met again; the longer ago an action was completed, the more time there was for it.",
    )


def escalations(period: OpenPeriod) -> Section:
    """Serious concerns found in the period: told in time or not, and the longest wait."""
    alert = Note("This alerts nobody; tell the manager now.", "warning")
    table, ladder = period.actions.escalations, period.framework.escalation
    rule = [Note(f"{ladder.label}.")] if ladder else [Note("The framework names no steps and no times.")]
    if table.empty:
        return Section([*rule, Note("No serious concern found in the period is on record."), alert])
    posts = (
        {f"step {tier.tier}": f"{tier.tier}: {' and '.join(tier.posts)}" for tier in ladder.tiers}
        if ladder
        else {}
    )
    waits = table[table["measure"] == "longest wait, hours"]
    counts = count_table(
        table[table["measure"] != "longest wait, hours"],
        caption="Serious concerns found in the period: the steps of telling",
        row_heading="Step",
        labels=posts,
        note="Full counts. A step allowed no day is in time on the day of the finding.",
    )
    told = [_longest(row, posts) for row in waits.to_dict("records") if not row["mark"]]
    return Section([*rule, counts, *told, alert])


def _longest(row: dict[str, object], posts: dict[str, str]) -> Note:
    step, hours = str(row["row_key"]), float(str(row["estimate"]))
    time = f"{hours:.1f} hours" if hours < 48 else f"{hours / 24:.1f} days"
    return Note(f"Longest from finding to telling, {posts.get(step, step)}: {time}.")
