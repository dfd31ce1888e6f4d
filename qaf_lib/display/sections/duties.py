"""Duties by role: in short, then each with what was expected and done."""

from __future__ import annotations

from qaf_lib.display.passages import Note
from qaf_lib.display.sections.section import Section, in_the_vault
from qaf_lib.display.tables import count_table
from qaf_lib.display.tables.duties import duty_table
from qaf_lib.display.words import count_words
from qaf_lib.period import OpenPeriod

__all__ = ["MISSING", "by_role", "in_short"]

_MEANING = (
    "Full counts of what the records show, so without intervals. Met, partly met and not met are said only "
    "where the framework or a reading named as assumed gives a number; on track and behind hold what was "
    "done against the part of the year that is over. A duty without a number says what is on record. "
    "Nothing on record means that no record says whether it was done, not that it was not."
)
_COLUMNS = (
    "Holders: posts that owe it, or the {teams}, localities or people for each of whom it is owed. Reached: "
    "those of them with a record. Records: all that the log and the audits hold of it in the time counted; "
    "how it stands counts no more of them than each holder and each week, month or quarter asks, so that one "
    "too many makes good for no other. A dash: counted by a rule of its own, "
    "where expected are the people, {cases} or records that the rule is about."
)
MISSING = f"{in_the_vault('who or what is still missing')} This page alerts nobody."
"""Where the restricted lists are."""


def in_short(period: OpenPeriod) -> Section:
    """How many duties are in each state, by who holds them."""
    found = period.duties
    if found.duties.empty:
        return Section([])
    table = count_table(
        found.states,
        caption="Duties by who holds them and state",
        row_heading="Who holds them",
        labels={"all": "all, each duty once"},
        note=_MEANING,
    )
    return Section([Note(_words(period), "lead"), table])


def _words(period: OpenPeriod) -> str:
    rows = period.duties.states.query("row_key == 'all' and x > 0")
    duties = count_words(period.duties.duties["same_as"].isna().sum())
    parts = [f"{count_words(row.x)} {row.measure}" for row in rows.itertuples()]
    return f"{duties} duties: {', '.join(parts)}."


def by_role(period: OpenPeriod) -> Section:
    """Each duty of each role and how it stands; posts and boards with one duty each in one table."""
    found = period.duties
    if found.duties.empty:
        return Section([])
    single = found.duties["who"].map(found.duties["who"].value_counts()).eq(1)
    groups = [(f"Duties of {who}", part) for who, part in found.duties[~single].groupby("who", sort=False)]
    if single.any():
        groups.append(("Duties of boards and posts with one duty each", found.duties[single]))
    tables = [
        duty_table(duties, found.counts, found.shown, table_id=f"duties_{number}", caption=caption)
        for number, (caption, duties) in enumerate(groups, start=1)
    ]
    words = period.framework.words
    columns = _COLUMNS.format(cases=words.cases, teams=words.teams)
    return Section([Note(columns), *tables, *_made_by_the_kit(period), Note(MISSING)])


def _made_by_the_kit(period: OpenPeriod) -> list[object]:
    """Reports that the kit has ready and that no entry says were given to anybody."""
    states = period.duties.duties.set_index("duty_id")["state"]
    ready = {f"report_{one.name}": one.label for one in period.framework.reports if not one.is_form}
    waiting = [
        ready[name]
        for duty in period.framework.duties
        for name in duty.shown_by
        if name in ready and states[duty.duty_id] in ("not met", "nothing on record")
    ]
    if not waiting:
        return []
    named = "; ".join(dict.fromkeys(waiting))
    return [
        Note(
            f"Ready to be given, on the page of reports in the framework's order: {named}. Each counts here "
            "once the duty log has the day on which it was given."
        )
    ]
