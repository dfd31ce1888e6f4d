"""Duties by role: in short, then each with what was expected and done."""

from __future__ import annotations

from qaf_lib.display.passages import Note
from qaf_lib.display.sections.section import Section, nothing
from qaf_lib.display.tables import count_table
from qaf_lib.display.tables.duties import duty_table
from qaf_lib.display.words import count_words
from qaf_lib.period import OpenPeriod

__all__ = ["MISSING", "by_role", "in_short"]

_NONE = "The framework names no duties by role."
_MEANING = (
    "Full counts of what the records show, so without intervals. Not evidenced means that no record says "
    "whether it was done, not that it was not. Not due means that the year or span is not over; what is done "
    "so far is counted."
)
MISSING = (
    "Who or what is still missing stands in the vault, in the folder restricted of this period; nobody is "
    "named on this page. This page alerts nobody."
)
"""Where the restricted lists are."""


def in_short(period: OpenPeriod) -> Section:
    """How many duties are in each state, by who holds them."""
    found = period.duties
    if found.duties.empty:
        return nothing(_NONE)
    table = count_table(
        found.states,
        caption="Duties by who holds them and state",
        row_heading="Who holds them",
        labels={"all": "all, each duty once"},
        note=_MEANING,
    )
    return Section([Note(_words(period), "lead"), table])


def _words(period: OpenPeriod) -> str:
    rows = period.duties.states.query("row_key == 'all'")
    duties = count_words(period.duties.duties["same_as"].isna().sum())
    parts = [f"{count_words(row.x)} {row.measure}" for row in rows.itertuples()]
    return f"Of {duties} duties, {', '.join(parts[:-1])} and {parts[-1]}."


def by_role(period: OpenPeriod) -> Section:
    """Each duty of each role: how often, expected, done and its state; single duties in one table."""
    found = period.duties
    if found.duties.empty:
        return nothing(_NONE)
    single = found.duties["who"].map(found.duties["who"].value_counts()).eq(1)
    groups = [(f"Duties of {who}", part) for who, part in found.duties[~single].groupby("who", sort=False)]
    if single.any():
        groups.append(("Duties of boards and posts with one duty each", found.duties[single]))
    tables = [
        duty_table(duties, found.counts, table_id=f"duties_{number}", caption=caption)
        for number, (caption, duties) in enumerate(groups, start=1)
    ]
    return Section([*tables, Note(MISSING)])
