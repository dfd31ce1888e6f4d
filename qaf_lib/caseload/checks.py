"""What breaks a table refuses the run; what breaks a row sets it aside, counted by column and rule."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from qaf_lib.caseload.coded_columns import read_columns
from qaf_lib.caseload.columns import ReadColumn
from qaf_lib.caseload.faults import FAULT_COLUMNS, faults_at, name_keys, no_faults
from qaf_lib.caseload.open_cases import SPANS, as_at_day, left_out_on
from qaf_lib.caseload.rules import Rules
from qaf_lib.caseload.vocabulary import fold, tools_of_types
from qaf_lib.errors import InputError
from qaf_lib.parameters import Covers
from qaf_lib.register import TABLES, Column, Table

__all__ = ["FAULT_COLUMNS", "Checked", "Rules", "check_table", "source_columns"]

MADE_BY_THE_KIT = {"snapshot_id", "draw_id", "allocation_id", "source_sha256", "source_row", "origin"}
IDS_MADE_WHERE_MISSING = {
    *("moderation_id", "escalation_id", "event_id", "feedback_id", "project_id", "practice_id"),
    "exemption_id",
}
MAY_LIE_AHEAD = {"due_on", "newly_qualified_until", "left_on"}
PLANNED = ("project", "on")
"""The day of planned work, which may lie ahead as well."""

MAKE_AN_AUDIT_S_ID = ["case_id", "audit_type", "audited_on"]
ITS_AUDIT_WAS_SET_ASIDE = "belongs to an audit that was set aside"


@dataclass(frozen=True)
class Checked:
    """The sound rows of one source, typed, with what became of the others.

    `rows` were read; `set_aside` of them broke a rule, `of_audits_set_aside` of these their audit's.
    `left_out` lists rows that break none and are not used: cases closed by the day, earlier names of teams.
    `filled` counts the cells of each column that hold something; `names` are keys of the names and
    references that came, `ids_set_aside` the references of audits set aside. With `made_ids` the source
    brought no reference of its own. `unlisted` are names of people that stand in no column and that nobody
    may read.
    """

    table: str
    source: str
    frame: pd.DataFrame
    faults: pd.DataFrame
    rows: int
    public: bool = False
    unused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    left_out: pd.DataFrame = field(default_factory=lambda: _left_out_table([], []))
    made_ids: bool = False
    covers: Covers | None = None
    set_aside: int = 0
    of_audits_set_aside: int = 0
    filled: Mapping[str, int] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    ids_set_aside: frozenset[str] = frozenset()
    unlisted: frozenset[str] = frozenset()


def source_columns(table: Table) -> list[Column]:
    """The columns that a source brings: all but the kit's own."""
    return [column for column in table.columns if column.name not in MADE_BY_THE_KIT]


def check_table(*, name: str, text: pd.DataFrame, source: str, rules: Rules) -> Checked:
    """Check a table of text against its contract and the rules.

    Parameters
    ----------
    name : str
        The contract's table name.
    text : DataFrame
        Text columns indexed by row number in the source (several records may share a row).
    source : str
        How messages name the source.

    Raises
    ------
    InputError
        If a required column is missing, or the table holds an unknown unit.
    """
    columns = [column for column in source_columns(TABLES[name]) if not _is_made(name, column, text)]
    _refuse_missing_columns(text, columns, name, source)
    numbers = text.index.to_numpy()
    given = text.reset_index(drop=True).reindex(columns=[column.name for column in columns]).astype("string")
    names = _names_in(given, columns)
    read = read_columns(
        table=name, given=given, columns=columns, rules=rules, names=names | frozenset(rules.names)
    )
    _refuse_other_units(read, name, source, rules)
    frame = pd.DataFrame({column: found.cells for column, found in read.items()}, index=given.index)
    made = TABLES[name].key[0] not in frame and TABLES[name].key[0] not in MADE_BY_THE_KIT
    if name == "audit" and made:
        frame.insert(0, "audit_id", _audit_ids(frame))
    faults = _together([found.faults for found in read.values()] + _rule_faults(name, frame, rules))
    reasons = _reasons(name, frame, faults, rules)
    faults = faults[~faults["row"].isin(reasons.index)]
    used = _without(frame, [*reasons.index, *_set_aside(faults)])
    faults = _together([faults, *_repeated(name, used), *_later_status(name, used, rules)])
    aside = _set_aside(faults)
    sound = _without(frame, [*reasons.index, *aside])
    if rules.as_at is not None and name in SPANS:
        sound = as_at_day(table=name, frame=sound, as_at=rules.as_at)
    key = frame.columns[0]
    return Checked(
        table=name,
        source=source,
        frame=sound.set_axis(numbers[sound.index]).assign(
            source_row=pd.array(numbers[sound.index], dtype="Int64")
        ),
        faults=_numbered(faults, source, numbers),
        rows=len(frame),
        left_out=_left_out_table(numbers[reasons.index], reasons.tolist()),
        made_ids=made,
        set_aside=len(aside),
        of_audits_set_aside=int((faults["rule"] == ITS_AUDIT_WAS_SET_ASIDE).sum()),
        filled={column: found.filled for column, found in read.items()},
        names=names,
        ids_set_aside=frozenset(frame[key].loc[aside].dropna()) if name == "audit" else frozenset(),
    )


def _without(frame: pd.DataFrame, rows: list[int]) -> pd.DataFrame:
    return frame.drop(index=rows) if rows else frame


def _numbered(faults: pd.DataFrame, source: str, numbers: np.ndarray) -> pd.DataFrame:
    """Faults by row number in the source instead of by position."""
    faults = faults.assign(source=source, row=numbers[faults["row"].to_numpy()]).astype({"row": "int64"})
    return faults[FAULT_COLUMNS].sort_values(["row", "column"], ignore_index=True)


def _is_made(table: str, column: Column, text: pd.DataFrame) -> bool:
    """Whether the kit makes this id because the source does not bring it."""
    if column.name in text:
        return False
    if table == "audit" and column.name == "audit_id":
        return set(MAKE_AN_AUDIT_S_ID) <= set(text)
    return column.name in IDS_MADE_WHERE_MISSING and column.name == TABLES[table].key[0]


def _refuse_missing_columns(text: pd.DataFrame, columns: list[Column], table: str, source: str) -> None:
    missing = [column.name for column in columns if not column.optional and column.name not in text]
    if missing:
        raise InputError(
            f"{source}: the column {', '.join(missing)} of table {table} is missing. Add or map it."
        )


def _refuse_other_units(read: Mapping[str, ReadColumn], table: str, source: str, rules: Rules) -> None:
    if "unit" in read and (read["unit"].cells.dropna() != rules.framework.unit).any():
        raise InputError(
            f"{source}: the column unit of table {table} holds a unit that is not the framework's "
            f"({rules.framework.unit}). Export that framework's cases only."
        )


def _names_in(given: pd.DataFrame, columns: list[Column]) -> frozenset[str]:
    """Keys of the names and references that a table holds."""
    private = [column.name for column in columns if column.mark and column.mark in "!~"]
    return frozenset().union(*(name_keys(given[name].dropna().unique()) for name in private))


def _audit_ids(frame: pd.DataFrame) -> pd.Series:
    """The reference of an audit that brings none: its case, type and day, however they were written."""
    days = frame["audited_on"].dt.strftime("%Y-%m-%d").astype("string")
    return frame["case_id"] + "/" + frame["audit_type"] + "/" + days


def _rule_faults(name: str, frame: pd.DataFrame, rules: Rules) -> list[pd.DataFrame]:
    """Faults that a cell has beside others or the day, not by itself."""
    found = []
    tomorrow = pd.Timestamp(rules.latest) + pd.Timedelta(days=1)
    for column in TABLES[name].columns:
        ahead = column.name in MAY_LIE_AHEAD or (name, column.name) == PLANNED
        if column.type in "dt" and column.name in frame and not ahead:
            late = np.flatnonzero(frame[column.name] >= tomorrow)
            found.append(faults_at(late, column.name, "is a date in the future"))
    if name in SPANS:
        first, last = SPANS[name]
        turned = np.flatnonzero(frame[last] < frame[first])
        found.append(faults_at(turned, last, f"is a day before {first}"))
    if name == "audit":
        tools = frame["audit_type"].map(tools_of_types(rules.framework))
        other = np.flatnonzero(frame["tool_id"].notna() & tools.notna() & (frame["tool_id"] != tools))
        found.append(faults_at(other, "tool_id", "is not the tool of its audit type", effect="warn"))
    if name != "action" and rules.actions is not None and "action_id" in frame:
        unknown = frame["action_id"].notna() & ~frame["action_id"].isin(list(rules.actions))
        found.append(
            faults_at(
                np.flatnonzero(unknown), "action_id", "is an action that no source brought", effect="warn"
            )
        )
    if name != "audit" and rules.tools is not None and "audit_id" in frame:
        codes, audits = pd.factorize(frame["audit_id"])
        unknown = np.array([audit not in rules.tools for audit in audits.tolist()] + [False])[codes]
        aside = unknown & frame["audit_id"].isin(list(rules.audits_set_aside))
        found.append(faults_at(np.flatnonzero(aside), "audit_id", ITS_AUDIT_WAS_SET_ASIDE))
        found.append(
            faults_at(np.flatnonzero(unknown & ~aside), "audit_id", "is an audit that no source brought")
        )
    return found


def _together(found: list[pd.DataFrame]) -> pd.DataFrame:
    """All faults, one of each cell: the first that sets its row aside, else the first."""
    faults = pd.concat([part for part in found if len(part)] or [no_faults()], ignore_index=True)
    faults = faults.sort_values("effect", kind="stable")
    return faults.drop_duplicates(["row", "column"], ignore_index=True)


def _reasons(name: str, frame: pd.DataFrame, faults: pd.DataFrame, rules: Rules) -> pd.Series:
    """Why rows are left out of the caseload, by position; a day that cannot be is a fault instead."""
    if rules.as_at is None or name not in SPANS:
        return pd.Series(dtype="string")
    reasons = left_out_on(table=name, frame=frame, as_at=rules.as_at).dropna()
    broken = faults.loc[faults["column"].isin(SPANS[name]) & (faults["effect"] == "set_aside"), "row"]
    return reasons[~reasons.index.isin(broken)]


def _repeated(name: str, frame: pd.DataFrame) -> list[pd.DataFrame]:
    """Rows after the first with the same key, which is kept. A team may have a row for each of its names."""
    table = TABLES[name]
    key = [column for column in table.key if column not in MADE_BY_THE_KIT]
    if not set(key) <= set(frame.columns):
        return []
    alike = frame.assign(name=frame["name"].map(fold)) if name == "team" else frame
    again = alike.duplicated([*key, "name"] if name == "team" else key)
    if not again.any():
        return []
    same = again & frame.duplicated()
    return [
        faults_at(frame.index[same], key[0], "is the same row again"),
        faults_at(frame.index[again & ~same], key[0], "is a repeated reference"),
    ]


def _later_status(name: str, frame: pd.DataFrame, rules: Rules) -> list[pd.DataFrame]:
    if name != "case" or rules.as_at is None:
        return []
    later = frame.index[frame["status_from"] > pd.Timestamp(rules.as_at)]
    return [faults_at(later, "status_from", "is after the day of the caseload, so left blank", effect="warn")]


def _set_aside(faults: pd.DataFrame) -> np.ndarray:
    rows: np.ndarray = faults.loc[faults["effect"] == "set_aside", "row"].to_numpy()
    return np.unique(rows)


def _left_out_table(rows: Collection[int], reasons: Collection[str]) -> pd.DataFrame:
    return pd.DataFrame({"row": pd.Series(rows, dtype="int64"), "reason": pd.Series(reasons, dtype="string")})
