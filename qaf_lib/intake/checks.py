"""What breaks a table refuses the run; what breaks a row sets it aside, counted by column and rule.

A table is checked by itself, then against the others: answers beside their audit, keys that come twice,
audits looked at again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from qaf_lib.errors import InputError
from qaf_lib.frameworks import Framework
from qaf_lib.intake.cells import is_nothing
from qaf_lib.intake.columns import ReadColumn, Rules, read_columns
from qaf_lib.intake.faults import (
    FAULT_COLUMNS,
    ITS_AUDIT_WAS_SET_ASIDE,
    Checked,
    faults_at,
    left_out_rows,
    name_keys,
    no_faults,
)
from qaf_lib.intake.vocabulary import EARLIER_NAME, answers_of, earlier_names, fold, tools_of_types
from qaf_lib.register import TABLES, Column, Table

_SPANS = {"case": ("opened_on", "closed_on"), "plan": ("started_on", "ended_on")}
"""First and last day of a row of the caseload."""


MADE_BY_THE_KIT = {"snapshot_id", "draw_id", "allocation_id", "source_sha256", "source_row", "origin"}
IDS_MADE_WHERE_MISSING = {
    *("moderation_id", "escalation_id", "event_id", "feedback_id", "project_id", "practice_id"),
    "exemption_id",
}
_MAY_LIE_AHEAD = {"due_on", "newly_qualified_until", "left_on"}
_PLANNED = ("project", "on")
"""The day of planned work, which may lie ahead as well."""

_MAKE_AN_AUDIT_S_ID = ["case_id", "audit_type", "audited_on"]


def source_columns(table: Table) -> list[Column]:
    """The columns that a source brings: all but the kit's own."""
    return [column for column in table.columns if column.name not in MADE_BY_THE_KIT]


def check_table(*, name: str, text: pd.DataFrame, source: str, rules: Rules) -> Checked:
    """A table of text held against its contract and the rules; several records may share a row number.

    A missing column, or a unit that is not the framework's, refuses the table.
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
    used = frame.drop(index=[*reasons.index, *_set_aside(faults)])
    faults = _together([faults, *_repeated(name, used), *_later_status(name, used, rules)])
    aside = _set_aside(faults)
    sound = frame.drop(index=[*reasons.index, *aside])
    if rules.as_at is not None and name in _SPANS:
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
        left_out=left_out_rows(numbers[reasons.index], reasons.tolist()),
        made_ids=made,
        set_aside=len(aside),
        of_audits_set_aside=int((faults["rule"] == ITS_AUDIT_WAS_SET_ASIDE).sum()),
        filled={column: found.filled for column, found in read.items()},
        names=names,
        ids_set_aside=frozenset(frame[key].loc[aside].dropna()) if name == "audit" else frozenset(),
    )


def _numbered(faults: pd.DataFrame, source: str, numbers: np.ndarray) -> pd.DataFrame:
    """Faults by row number in the source instead of by position."""
    faults = faults.assign(source=source, row=numbers[faults["row"].to_numpy()]).astype({"row": "int64"})
    return faults[FAULT_COLUMNS].sort_values(["row", "column"], ignore_index=True)


def _is_made(table: str, column: Column, text: pd.DataFrame) -> bool:
    """Whether the kit makes this id because the source does not bring it."""
    if column.name in text:
        return False
    if table == "audit" and column.name == "audit_id":
        return set(_MAKE_AN_AUDIT_S_ID) <= set(text)
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
        ahead = column.name in _MAY_LIE_AHEAD or (name, column.name) == _PLANNED
        if column.type in "dt" and column.name in frame and not ahead:
            late = np.flatnonzero(frame[column.name] >= tomorrow)
            found.append(faults_at(late, column.name, "is a date in the future"))
    if name in _SPANS:
        first, last = _SPANS[name]
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
    if rules.as_at is None or name not in _SPANS:
        return pd.Series(dtype="string")
    reasons = left_out_on(table=name, frame=frame, as_at=rules.as_at).dropna()
    broken = faults.loc[faults["column"].isin(_SPANS[name]) & (faults["effect"] == "set_aside"), "row"]
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


def left_out_on(*, table: str, frame: pd.DataFrame, as_at: date) -> pd.Series:
    """Why a row is no part of the caseload of a day; missing where it is one.

    A case closed on the day is closed, and one opened on the day is open: so a case handed from one team to
    another that day is the second team's. Plans that have ended stay; short and repeated ones are looked at.
    """
    first, last = _SPANS[table]
    day = pd.Timestamp(as_at)
    reasons = pd.Series(pd.NA, index=frame.index, dtype="string")
    reasons = reasons.mask(
        frame[first] > day, "opened after the day" if table == "case" else "started after the day"
    )
    return reasons.mask(frame[last] <= day, "closed on or before the day") if table == "case" else reasons


def as_at_day(*, table: str, frame: pd.DataFrame, as_at: date) -> pd.DataFrame:
    """The rows as they stood on the day: what ended later had not ended, and a later status is not dated."""
    day = pd.Timestamp(as_at)
    later = [_SPANS[table][1], *(["status_from"] if table == "case" else [])]
    return frame.assign(**{name: frame[name].mask(frame[name] > day) for name in later})


def wide_answers(*, answers: pd.DataFrame, audits: Checked, rules: Rules) -> Checked:
    """Answers in columns beside their audits, checked; those of an audit that was set aside go with it."""
    given = pd.concat(
        [
            pd.DataFrame(
                {"question_id": question, "answer": _filled(answers[question], question, rules.framework)}
            )
            for question in answers
        ]
    )
    sound = given.index.isin(audits.frame.index)
    text = given[sound]
    text = text.assign(audit_id=audits.frame["audit_id"].reindex(text.index))
    tools = dict(zip(audits.frame["audit_id"], audits.frame["tool_id"], strict=True))
    checked = check_table(name="answer", text=text, source=audits.source, rules=replace(rules, tools=tools))
    orphans = given.index[~sound]
    if orphans.empty:
        return checked
    return replace(
        _with_faults(checked, orphans, "audit_id", ITS_AUDIT_WAS_SET_ASIDE),
        rows=checked.rows + len(orphans),
        of_audits_set_aside=len(orphans),
    )


def _filled(answers: pd.Series, question: str, framework: Framework) -> pd.Series:
    """The cells that hold an answer: a word for nothing is one only where the question knows it."""
    words = answers_of(framework)[question]
    blank = [word for word in answers.dropna().unique() if words.of(word) is None and is_nothing(word)]
    return answers[answers.notna() & ~answers.isin(blank)]


def _with_faults(checked: Checked, rows: pd.Index, column: str, rule: str) -> Checked:
    """The table with a fault for each of the rows, counted as set aside."""
    found = faults_at(rows.to_numpy(), column, rule).assign(source=checked.source)[FAULT_COLUMNS]
    faults = pd.concat([checked.faults, found], ignore_index=True) if len(checked.faults) else found
    return replace(checked, faults=faults, set_aside=checked.set_aside + len(rows))


def each_once(tables: Sequence[Checked]) -> list[Checked]:
    """The tables with rows set aside whose key an earlier source of the same table brought.

    A team may stand once under each of its names: its last row, what it is called today, is kept.
    """
    seen: dict[str, set[str]] = {}
    kept = []
    sources = Counter(checked.table for checked in tables)
    for checked in tables:
        key = [name for name in TABLES[checked.table].key if name not in MADE_BY_THE_KIT]
        if sources[checked.table] > 1 and set(key) <= set(checked.frame):  # else the kit makes the id
            keys = _keys(checked, key)
            known = seen.setdefault(checked.table, set())
            checked = _without(checked, keys.isin(known).to_numpy(), key[0], "is a repeated reference")
            known |= set(keys)
        kept.append(checked)
    return _teams_of_today(kept)


def _keys(checked: Checked, key: list[str]) -> pd.Series:
    """The key of each row as one text."""
    frame = checked.frame
    parts = [frame[name].astype("string").fillna("") for name in key]
    if checked.table == "team":
        parts.append(frame["name"].map(fold).astype("string"))
    keys = parts[0]
    for part in parts[1:]:
        keys = keys + "\x1f" + part
    return keys


def _without(checked: Checked, broken: np.ndarray, column: str, rule: str) -> Checked:
    """The table without the rows marked."""
    if not broken.any():
        return checked
    frame = checked.frame
    return replace(_with_faults(checked, frame.index[broken], column, rule), frame=frame[~broken])


def _teams_of_today(tables: list[Checked]) -> list[Checked]:
    """One row per team over all sources."""
    teams = [checked for checked in tables if checked.table == "team"]
    if not teams:
        return tables
    earlier = earlier_names(pd.concat([checked.frame for checked in teams], ignore_index=True)).to_numpy()
    ends = np.cumsum([len(checked.frame) for checked in teams])[:-1]
    parts = iter(np.split(earlier, ends))
    return [_today(checked, next(parts)) if checked.table == "team" else checked for checked in tables]


def _today(checked: Checked, earlier: np.ndarray) -> Checked:
    rows = checked.frame.index[earlier]
    return replace(
        checked, frame=checked.frame[~earlier], left_out=left_out_rows(rows, [EARLIER_NAME] * len(rows))
    )


def of_known_audits(tables: Sequence[Checked], *, on_record: Collection[str]) -> list[Checked]:
    """The tables with audits set aside that look again at an audit which nobody brought, now or before.

    Left blank it would count as a first look.
    """
    audits = [checked for checked in tables if checked.table == "audit"]
    known = set(on_record).union(*(checked.frame["audit_id"].tolist() for checked in audits))
    return [_known_only(checked, known) if checked.table == "audit" else checked for checked in tables]


def _known_only(checked: Checked, known: Collection[str]) -> Checked:
    named = checked.frame["reaudit_of"]
    lost = np.array([name is not pd.NA and name not in known for name in named.tolist()], dtype=bool)
    lost_ids = set(checked.frame.loc[lost, "audit_id"])
    sound = _without(checked, lost, "reaudit_of", "is an audit that no source brought")
    return replace(sound, ids_set_aside=checked.ids_set_aside | lost_ids)
