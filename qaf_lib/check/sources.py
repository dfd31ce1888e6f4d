"""What came: rows read, used, set aside and withdrawn; rules broken; headings that nothing reads."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from qaf_lib.caseload import Intake
from qaf_lib.caseload.labels import OTHER, OTHER_ON_PAGES
from qaf_lib.check.table import CheckTable
from qaf_lib.period.store import PeriodStore
from qaf_lib.period_words import OWN_LABELS
from qaf_lib.readings import Change

__all__ = [
    "broken_rules",
    "held_back",
    "lists_apart",
    "notes",
    "rows_of_sources",
    "unused_headings",
    "withdrawn",
]

_FIRST = 5
_EFFECTS = {"set_aside": "row set aside", "warn": "row kept"}


def rows_of_sources(intake: Intake) -> CheckTable:
    """Rows read, used, left out and set aside, by source."""
    counts = intake.counts
    used = [len(checked.frame) for checked in intake.checked]
    shown = counts.assign(used=used)[["source", "table", "rows", "used", "set_aside", "left_out"]]
    names = {"rows": "read", "set_aside": "set aside", "left_out": "not used"}
    lines = [
        f"{checked.source} ({checked.table}): {count:,} rows not used: {reason}"
        for checked in intake.checked
        for reason, count in checked.left_out["reason"].value_counts().items()
    ]
    return CheckTable("Sources", shown.rename(columns=names), tuple(lines))


def withdrawn(changes: Sequence[Change]) -> list[CheckTable]:
    """Rows that count now and that the sources no longer hold, by table."""
    rows = [
        {
            "table": change.reading.table,
            "counted so far": change.stood,
            "gone": change.taken_away,
            "corrected": len(change.withdrawn) - change.taken_away,
        }
        for change in changes
        if len(change.withdrawn)
    ]
    return [
        CheckTable("Rows that the sources no longer hold, and that would be withdrawn", pd.DataFrame(rows))
    ] * bool(rows)


def broken_rules(intake: Intake) -> list[CheckTable]:
    """Every rule that a row breaks: where, how often, in which rows first."""
    faults = intake.faults
    if faults.empty:
        return []
    by = ["source", "table", "column", "rule", "value", "effect"]
    rows = [
        {
            **dict(zip(by[:-1], found[:-1], strict=True)),
            "outcome": _EFFECTS[str(found[-1])],
            "rows": len(numbers),
            "first rows": ", ".join(str(row) for row in sorted(numbers)[:_FIRST]),
        }
        for found, numbers in faults.groupby(by, dropna=False)["row"]
    ]
    return [CheckTable("Rules broken", pd.DataFrame(rows))]


def unused_headings(intake: Intake) -> list[CheckTable]:
    """Headings that were read and that nothing uses."""
    rows = [
        {"source": checked.source, "table": checked.table, "headings": ", ".join(checked.unused)}
        for checked in intake.checked
        if checked.unused
    ]
    title = "Headings read and not used: map them under columns if they hold what the kit asks for"
    return [CheckTable(title, pd.DataFrame(rows))] if rows else []


def notes(intake: Intake) -> list[CheckTable]:
    """What the files hold that can mislead: hidden rows, lost zeros, names that two people share."""
    said = [f"{checked.source}: {note}" for checked in intake.checked for note in checked.notes]
    return [CheckTable("To look at in the files", lines=tuple(dict.fromkeys(said)))] if said else []


def held_back(store: PeriodStore) -> list[CheckTable]:
    """What no page shows: titles not reviewed, roles and teams called like somebody, teams in no table."""
    lines = []
    for name in ("action", "project"):
        missing, of = int(store.table(name)["title"].isna().sum()), len(store.table(name))
        if missing:
            lines.append(f"{name}: {missing:,} of {of:,} titles, not marked as reviewed; pages show a label")
    for name, table in (("team", store.teams), ("staff", store.staff)):
        for column in OWN_LABELS[name]:
            called = int((table[column] == OTHER).sum())
            if called:
                told = f"{name}: {column} of {called:,} rows, somebody's name or reference"
                lines.append(told + OTHER_ON_PAGES)
    unlisted = int((store.opening["team_id"] == OTHER).sum())
    if unlisted:
        lines.append(f"case: team_id of {unlisted:,} rows, in no table of teams or staff{OTHER_ON_PAGES}")
    return [CheckTable("Held back from the pages", lines=tuple(lines))] * bool(lines)


def lists_apart(intake: Intake) -> list[CheckTable]:
    """Children whom one list of Annex A holds and another does not."""
    found = [
        ("Open in list 7 or 8 and not in list 6: they are in the caseload", intake.only_in_plans),
        (
            "Called looked after or on a plan by list 6, and not held by list 8 or 7",
            intake.not_in_plans,
        ),
    ]
    return [CheckTable(title, _by_list(apart)) for title, apart in found if len(apart)]


def _by_list(apart: pd.DataFrame) -> pd.DataFrame:
    counts = apart.groupby(["as_at", "list"])["case_id"].nunique().reset_index(name="number")
    return counts.assign(as_at=counts["as_at"].dt.strftime("%Y-%m-%d"))
