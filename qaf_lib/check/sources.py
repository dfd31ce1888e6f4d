"""What came and what nothing uses: rows, rules broken, headings, posts nobody holds, names not searched."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from qaf_lib.check.table import CheckTable
from qaf_lib.disclosure import split_references
from qaf_lib.intake import Intake
from qaf_lib.intake.labels import OTHER, OTHER_ON_PAGES
from qaf_lib.pages.store import PeriodStore, own_words
from qaf_lib.prepare import OWN_LABELS, Change

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


def duties_nobody_holds(store: PeriodStore) -> list[CheckTable]:
    """Posts that the framework gives duties and the staff table does not know; none without a staff table."""
    if store.staff.empty:
        return []
    held = set(store.staff["role"])
    rows = [
        {"duty": duty.duty_id, "post": role, "what": duty.label}
        for duty in store.framework.duties
        for role in [*duty.roles, *duty.subject_roles]
        if role not in held
    ]
    return (
        [CheckTable("Duties of posts that nobody in the staff table holds", pd.DataFrame(rows))]
        if rows
        else []
    )


def names_not_searched(store: PeriodStore, identity: pd.DataFrame) -> list[CheckTable]:
    """Names that are words of the kit, and how many references are too short to be told from a count."""
    found = split_references(references=identity["reference"], own_words=own_words(store))
    lines = []
    if found.kits_own_words:
        lines.append(
            "These equal a role, a team, a label or another word of the kit's own and stop no edition: "
            + ", ".join(found.kits_own_words)
        )
    if found.too_short:
        lines.append(
            f"{len(found.too_short):,} references have fewer than five characters and are no full name; a "
            "count looks the same"
        )
    return [CheckTable("References that no edition is searched for", lines=tuple(lines))] if lines else []
