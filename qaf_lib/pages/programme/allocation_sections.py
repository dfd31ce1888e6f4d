"""Who audits the drawn cases, by post: never by person, and never a case."""

from __future__ import annotations

import pandas as pd

from qaf_lib.display.passages import Note, Passage
from qaf_lib.display.tables import Table, count_table, plain_table
from qaf_lib.display.words import count_of, count_words, long_date
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.cover import Section, in_the_vault, nothing
from qaf_lib.pages.programme.allocation import Allocated

_FEW = 5
"""Cases of a draw up to which it is a row beside the others of its size, not a table of its own."""

_COLUMNS = {
    "auditors": "Auditors",
    "allocated": "Audits allocated",
    "minimum": "Asked at the least",
    "short": "Short of that",
    "hours": "Hours for audits",
}
_WHERE = f"{in_the_vault('who audits what, and what nobody has')} This page alerts nobody."


def allocation(period: OpenPeriod) -> Section:
    """Of each draw: how many cases have an auditor, by role, and what could not be met."""
    if not period.parameters.draws:
        return Section(_trained(period))
    if not period.allocation:
        return nothing(
            "The council sent no staff table, so what was drawn is given to auditors outside the kit."
        )
    small = [one for one in period.allocation if one.drawn <= _FEW]
    apart = [one for one in period.allocation if one.drawn > _FEW or len(small) == 1]
    parts = [part for one in apart for part in _one(period, one)]
    together = _together(period, small) if len(small) > 1 else []
    return Section([*parts, *together, *_trained(period), Note(_WHERE)])


def _together(period: OpenPeriod, small: list[Allocated]) -> list[object]:
    """Draws of few cases: a row for each, and what could not be met."""
    rows = [
        {
            "draw": one.label,
            "drawn": one.drawn,
            "allocated": one.allocated,
            "returned": one.returned,
            "others": one.by_others,
            "due_on": pd.Timestamp(one.due_on),
        }
        for one in small
    ]
    table = plain_table(
        pd.DataFrame(rows),
        table_id="allocation_small",
        caption="Draws of few cases, and who has them",
        headings={
            "draw": "Draw",
            "drawn": "Drawn",
            "allocated": "Has an auditor",
            "returned": "Came back",
            "others": "Of these made by somebody else",
            "due_on": "Due",
        },
        note=f"Draws of {_FEW} {period.framework.words.cases} or fewer. Assumed: an audit takes "
        f"{small[0].hours_each:g} hours, and audits are due on the last day that they are drawn for.",
    )
    return [
        table,
        *(part for one in small for part in (*_exempt(one), *_unmet(one, f"{one.label}: not met:"))),
    ]


def _trained(period: OpenPeriod) -> list[object]:
    """How many auditors and moderators are trained, where the framework asks for it."""
    mine = [rule.name for rule in period.framework.trained if rule.who in ("auditors", "moderators")]
    table = period.trained[period.trained["row_key"].isin(mine)]
    if table.empty:
        return []
    return [
        count_table(
            table,
            caption="Auditors and moderators, and their training",
            row_heading="Who",
            labels={rule.name: rule.label for rule in period.framework.trained},
            measure_labels={"people": "In post", "trained": "Of these trained", "wanted": "Asked for"},
            note="On the period's last day. Trained: with that training in the duty log.",
        )
    ]


def _one(period: OpenPeriod, one: Allocated) -> list[object]:
    assumed = (
        f"Assumed: an audit takes {one.hours_each:g} hours, and audits are due on the last day that they are "
        f"drawn for, {long_date(one.due_on)}."
    )
    if one.drawn == 1 and one.allocated == 1 and not one.conflicts:
        post = one.by_role.query("measure == 'allocated' and x == 1 and row_key != 'all'")["row_key"]
        given = f" It went to the {post.iloc[0]}, by {long_date(one.due_on)}." if len(post) else ""
        return [Note(f"{_in_words(period, one)}{given}")]
    return [
        Note(_in_words(period, one), "lead"),
        _table(one),
        *_exempt(one),
        *_conflicts(one),
        Note(assumed, "assumption"),
    ]


def _in_words(period: OpenPeriod, one: Allocated) -> str:
    cases = period.framework.words.cases
    words = f"{one.label}: {count_of(one.allocated, one.drawn)} drawn {cases} have an auditor."
    if one.returned:
        words += f" {count_words(one.returned)} of these came back"
        if one.by_others:
            others = f"{count_words(one.by_others)} made by somebody else than planned"
            words += f", {others}; no record says whether that was agreed"
        words += "."
    if one.allocated > one.returned:
        words += f" Of {count_words(one.allocated - one.returned)} no audit is in the records yet."
    if one.ended:
        words += (
            f" {count_words(one.ended)} went to somebody else after an auditor left, was exempted or may no "
            "longer audit."
        )
    return words


def _exempt(one: Allocated) -> list[object]:
    """How many auditors are exempt and who approved it; and what cannot be told of divisions."""
    lines = []
    if one.exempt:
        by = ", ".join(f"{post} ({count_words(count)})" for post, count in one.exempt.items())
        lines.append(
            f"Auditors exempt for some or all of these days, by the post that approved it: {by}. Nothing is "
            "given to anybody for the days of an exemption."
        )
    if one.unplaced:
        lines.append(
            f"For {count_words(one.unplaced)} of those allocated it cannot be told whether they stay within "
            "the auditor's own part of the council: the records name none for one of the two."
        )
    return [Note(line) for line in lines]


def _table(one: Allocated) -> Table:
    return count_table(
        one.by_role,
        caption=f"{one.label}: auditors by post",
        row_heading="Post",
        labels={"all": "All"},
        measure_labels=_COLUMNS,
        note=(
            "Asked at the least: what the duties of the post expect in these days, of people in post for "
            "part of them their part, less what was audited before or given out by another draw. Hours: "
            "those the staff table gives for audits, for the whole period."
        ),
    )


def _conflicts(one: Allocated) -> list[object]:
    if not one.conflicts and one.allocated == one.drawn:
        asked = one.by_role.query("row_key == 'all' and measure == 'minimum'")["x"].sum()
        minimum = "no minimum is missed" if asked else "the framework names no number of audits by post"
        return [
            Note(
                f"As given out, no rule of independence is broken, and {minimum}. An audit that "
                "then falls outside these rules is counted among the rules not kept, on the page of "
                "practice."
            )
        ]
    return _unmet(one, "What could not be met:")


def _unmet(one: Allocated, lead: str) -> list[object]:
    lines = [f"{message[:1].upper()}{message[1:]}." for message in one.conflicts]
    return [Passage([lead, *lines], "warning")] if lines else []
