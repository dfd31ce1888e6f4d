"""What breaks a table refuses the run; what breaks a row sets it aside, counted by column and rule."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd
import pandera.pandas as pa

from qaf_lib.errors import InputError
from qaf_lib.register import TABLES, Column, Table, typed

__all__ = ["FAULT_COLUMNS", "Checked", "Rules", "check_table", "schema_of", "source_columns"]

FAULT_COLUMNS = ["source", "row", "column", "rule", "effect"]
MADE_BY_THE_KIT = {"snapshot_id", "draw_id", "allocation_id", "source_sha256", "source_row", "origin"}
IDS_MADE_WHERE_MISSING = {"moderation_id", "escalation_id", "event_id", "feedback_id", "project_id"}
MAY_LIE_AHEAD = {"due_on", "newly_qualified_until", "left_on"}

_DATE = r"^(?:\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4})$"
_TRUE, _FALSE = {"true", "yes", "y", "1"}, {"false", "no", "n", "0"}


@dataclass(frozen=True)
class Rules:
    """What rows are held against beside their types.

    `choices` maps column names to the only labels allowed there (compared without regard to case);
    `graded` are the questions whose answers must be grades. No event may lie after `latest`.
    """

    unit: str
    latest: date
    grades: list[str]
    graded: Collection[str] = ()
    teams: Collection[str] | None = None
    audits: Collection[str] | None = None


@dataclass(frozen=True)
class Checked:
    """The sound rows of one source, typed, with the number of rows read and every fault found."""

    table: str
    source: str
    frame: pd.DataFrame
    faults: pd.DataFrame
    rows: int
    public: bool = False
    answers: pd.DataFrame | None = field(default=None)


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
        If a required column is missing, the table is empty, or it holds an unknown unit.
    """
    columns = [column for column in source_columns(TABLES[name]) if not _is_made(column, text)]
    numbers = text.index.to_numpy()
    text = text.astype("string").reset_index(drop=True)
    _refuse_broken(text, columns, name, source, rules)
    text = _with_labels(text, rules)
    given = text.reindex(columns=[column.name for column in columns]).astype("string")
    faults = pd.concat(
        [_schema_faults(given, columns), _rule_faults(name, given, rules), _repeated(given, TABLES[name])],
        ignore_index=True,
    ).drop_duplicates(["row", "column"])
    sound = given.drop(index=faults["row"].unique().tolist())
    faults = faults.assign(source=source, effect="set_aside", row=numbers[faults["row"].to_numpy()])
    faults = faults[FAULT_COLUMNS].sort_values(["row", "column"], ignore_index=True)
    frame = typed(_parsed(sound, columns), columns).set_axis(numbers[sound.index])
    frame = frame.assign(source_row=pd.array(frame.index, dtype="Int64"))
    return Checked(table=name, source=source, frame=frame, faults=faults, rows=len(given))


def schema_of(columns: list[Column]) -> pa.DataFrameSchema:
    """A pandera schema for text as it comes in, each check named by the rule that a fault states."""
    return pa.DataFrameSchema(
        {
            column.name: pa.Column(
                pd.StringDtype(), checks=_type_checks(column), nullable=column.optional, coerce=True
            )
            for column in columns
        }
    )


def _type_checks(column: Column) -> list[pa.Check]:
    checks: dict[str, tuple[str, Callable[[pd.Series], pd.Series]]] = {
        "d": ("is not a date (2026-09-30 or 30/09/2026)", lambda s: _dates(s).notna()),
        "t": (
            "is not a time (2026-09-30 14:05)",
            lambda s: _times(s).notna(),
        ),
        "i": ("is not a whole number", lambda s: s.str.fullmatch(r"[-+]?[0-9]{1,15}")),
        "n": ("is not a number", lambda s: pd.to_numeric(s, errors="coerce").notna()),
        "f": (
            "is not a fraction from 0 to 1",
            lambda s: pd.to_numeric(s, errors="coerce").between(0, 1).fillna(False).astype(bool),
        ),
        "b": ("is not true or false", lambda s: s.str.lower().isin(_TRUE | _FALSE)),
    }
    rules = [checks[column.type]] if column.type in checks else []
    if column.choices and column.name != "unit":
        rules.append((f"is not one of {', '.join(column.choices)}", lambda s: s.isin(column.choices)))
    return [pa.Check(check, error=rule, name=rule) for rule, check in rules]


def _schema_faults(given: pd.DataFrame, columns: list[Column]) -> pd.DataFrame:
    try:
        schema_of(columns).validate(given, lazy=True)
    except pa.errors.SchemaErrors as error:
        # never the values: str(error) and failure_case hold contents of records
        cases = error.failure_cases[["column", "check", "index"]].rename(
            columns={"check": "rule", "index": "row"}
        )
        cases["rule"] = cases["rule"].astype(str).replace({"not_nullable": "is missing"})
        return cases.astype({"row": "int64"})
    return _no_faults()


def _rule_faults(name: str, given: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    found = []
    for column in TABLES[name].columns:
        if column.type == "d" and column.name in given and column.name not in MAY_LIE_AHEAD:
            late = _dates(given[column.name]) > pd.Timestamp(rules.latest)
            found.append(_faults(given.index[late], column.name, "is a date in the future"))
    for column_name in GRADE_COLUMNS.get(name, ()):
        off = given[column_name].notna() & ~given[column_name].isin(rules.grades)
        if name == "answer":
            off &= given["question_id"].isin(list(rules.graded))
        found.append(_faults(given.index[off], column_name, "is a grade off the scale"))
    if rules.teams is not None and "team_id" in given and name != "team":
        unknown = given["team_id"].notna() & ~given["team_id"].isin(list(rules.teams))
        found.append(_faults(given.index[unknown], "team_id", "is an unknown team"))
    if rules.audits is not None and "audit_id" in given and name != "audit":
        unknown = given["audit_id"].notna() & ~given["audit_id"].isin(list(rules.audits))
        found.append(_faults(given.index[unknown], "audit_id", "is an audit that no source brought"))
    return pd.concat([*found, _no_faults()], ignore_index=True)


GRADE_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "audit": ("overall_grade",),
    "answer": ("answer",),
    "moderation": ("audit_grade", "moderated_grade"),
}


def _repeated(given: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Rows after the first with the same key; the first is kept."""
    key = [name for name in table.key if name not in MADE_BY_THE_KIT]
    if not set(key) <= set(given.columns):
        return _no_faults()
    again = given.duplicated(key, keep="first") & given[key].notna().all(axis=1)
    return _faults(given.index[again], key[0], "is a repeated reference")


def _is_made(column: Column, text: pd.DataFrame) -> bool:
    """Whether the kit makes this id because the source does not bring it."""
    return column.name in IDS_MADE_WHERE_MISSING and column.name not in text


def _refuse_broken(text: pd.DataFrame, columns: list[Column], table: str, source: str, rules: Rules) -> None:
    missing = [column.name for column in columns if not column.optional and column.name not in text]
    if missing:
        raise InputError(
            f"{source}: the column {', '.join(missing)} of table {table} is missing. Add or map it."
        )
    if text.empty:
        raise InputError(f"{source}: the table {table} has no rows. Export it again.")
    units = set(text["unit"].dropna()) if "unit" in text else set()
    if units - {rules.unit}:
        raise InputError(
            f"{source}: the column unit of table {table} holds a unit that is not the framework's "
            f"({rules.unit}). Export that framework's cases only."
        )


def _with_labels(text: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Grades in the scale's own spelling, whatever case and spacing they came in."""
    labels = {" ".join(grade.lower().split()): grade for grade in rules.grades}
    named = [name for name in ("overall_grade", "answer", "audit_grade", "moderated_grade") if name in text]
    folded = {name: text[name].str.lower().str.split().str.join(" ") for name in named}
    return text.assign(
        **{name: values.map(labels).astype("string").fillna(text[name]) for name, values in folded.items()}
    )


def _parsed(sound: pd.DataFrame, columns: list[Column]) -> pd.DataFrame:
    parsed = sound.copy()
    for column in columns:
        if column.type == "d":
            parsed[column.name] = _dates(sound[column.name])
        elif column.type == "t":
            parsed[column.name] = _times(sound[column.name])
        elif column.type == "b":
            words = sound[column.name].str.lower()
            parsed[column.name] = words.isin(_TRUE).astype("boolean").mask(words.isna())
    return parsed


def _dates(text: pd.Series) -> pd.Series:
    shaped = text.where(text.str.match(_DATE).fillna(False).astype(bool))
    iso = pd.to_datetime(shaped, format="%Y-%m-%d", errors="coerce")
    return _held(iso.fillna(pd.to_datetime(shaped, format="%d/%m/%Y", errors="coerce")))


def _times(text: pd.Series) -> pd.Series:
    return _held(pd.to_datetime(text, format="ISO8601", errors="coerce", utc=True).dt.tz_localize(None))


def _held(times: pd.Series) -> pd.Series:
    """Times that pandas can hold to the nanosecond; a year such as 9999 is missing."""
    return times.where(times.dt.year.between(1678, 2261)).astype("datetime64[ns]")


def _faults(rows: pd.Index, column: str, rule: str) -> pd.DataFrame:
    return pd.DataFrame({"column": column, "rule": rule, "row": rows.astype("int64")}, index=range(len(rows)))


def _no_faults() -> pd.DataFrame:
    return pd.DataFrame(
        {"column": pd.Series(dtype=object), "rule": pd.Series(dtype=object), "row": pd.Series(dtype="int64")}
    )
