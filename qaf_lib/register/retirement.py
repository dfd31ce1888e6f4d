"""Identities taken out of a register once nobody in its rows has been seen for long; the rows stay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from qaf_lib.errors import InputError
from qaf_lib.register.copies import rows_of
from qaf_lib.register.places import engine_at
from qaf_lib.register.postgresql import hold_rows, place_of
from qaf_lib.register.protection import unprotected
from qaf_lib.register.schema import TABLES
from qaf_lib.register.store import Register, newest_tables

__all__ = ["Retired", "refuse_too_late", "retire"]


@dataclass(frozen=True)
class Retired:
    """How many identities went, and of how many rows a name or free text went."""

    identities: int
    rows: int


def refuse_too_late(path: Path, before: date) -> None:
    """Refuse a day within the newest period that a register has read: its people are at work or in care."""
    with Register(path) as register:
        draws, snapshots = register.read("draw"), register.read("snapshot")
    extracts = snapshots["as_at"]
    if len(draws):
        extracts = extracts[extracts <= draws["covers_from"].max()]
    newest = extracts.max()
    if not pd.Timestamp(before) <= newest:
        why = (
            "nothing was read yet"
            if pd.isna(newest)
            else f"the newest period opens as at {newest.day} {newest:%B %Y}"
        )
        raise InputError(
            f"{place_of(path)}: --before {before} is too late: {why}, and identities in use would go. "
            "Name the day up to which the retention schedule lets them go."
        )


def retire(path: Path, *, before: date, by: str) -> Retired:
    """Take out of a register the identities that no row of a day from `before` on holds.

    Rows keep their pseudonyms and all that is counted. Names of staff last in post before that day, and free
    text of earlier rows that nobody reviewed, go with them. All is one transaction, which also records that
    it was done; then its files are written anew, so that no byte of what went stays in them. What a server
    keeps beside them, its log of writes and its backups, goes when they do.
    """
    engine = engine_at(path)
    try:
        with engine.connect() as database:
            if database.dialect.name == "sqlite":
                for setting in ("secure_delete=ON", "temp_store=MEMORY", "synchronous=FULL"):
                    database.exec_driver_sql(f"PRAGMA {setting}")
                database.commit()
            with database.begin():
                hold_rows(database)
                with unprotected(database, [*TABLES, "entry"]):
                    retired = _take_out(database, pd.Timestamp(before))
                    _record(database, retired, before, by)
        _write_anew(engine)
    finally:
        engine.dispose()
    return retired


def _write_anew(engine: sa.Engine) -> None:
    """Let the database's files hold nothing of what went."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as database:
        if database.dialect.name == "sqlite":
            database.exec_driver_sql("VACUUM")
            return
        for name in TABLES:
            database.exec_driver_sql(f'VACUUM (FULL) "{name}"')


def _take_out(database: sa.Connection, before: pd.Timestamp) -> Retired:
    rows = {name: _rows(database, name) for name in TABLES}
    days = _days(rows)
    seen = _last_seen(rows, days)
    identity, staff = rows["identity"], rows["staff"]
    gone = identity.loc[_seen_on(identity, seen, days) < before, "seq"]
    _change(database, "DELETE FROM identity", gone)
    names = staff.loc[staff["name"].ne("") & (_looked_up(staff["name"], seen) < before), "seq"]
    _change(database, "UPDATE staff SET name = ''", names)
    texts = [_blank_texts(database, name, rows[name][days[name] < before]) for name in TABLES]
    return Retired(identities=len(gone), rows=len(names) + sum(texts))


def _rows(database: sa.Connection, name: str) -> pd.DataFrame:
    """Every row of a table, superseded and withdrawn ones too."""
    table = newest_tables().tables[name]
    names = [column.name for column in table.columns]
    return pd.DataFrame(list(rows_of(database, table)), columns=names, dtype=object)


def _days(rows: dict[str, pd.DataFrame]) -> dict[str, pd.Series]:
    """The latest day that each row of each table names; that of what it belongs to, where that is later."""
    days = {name: _own_days(name, frame) for name, frame in rows.items()}
    last_event = days["action_event"].groupby(rows["action_event"]["action_id"]).max()
    days["action"] = _latest(days["action"], _looked_up(rows["action"]["action_id"], last_event))
    for parent, key in (
        ("snapshot", "snapshot_id"),
        ("draw", "draw_id"),
        ("audit", "audit_id"),
        ("action", "action_id"),
    ):
        of_parent = days[parent].groupby(rows[parent][key]).max()
        for name, frame in rows.items():
            if key in frame and name != parent:
                days[name] = _latest(days[name], _looked_up(frame[key], of_parent))
    return {
        name: of.fillna(pd.to_datetime(rows[name]["recorded_at"]).dt.normalize()) for name, of in days.items()
    }


def _own_days(name: str, frame: pd.DataFrame) -> pd.Series:
    columns = [column.name for column in TABLES[name].columns if column.type in "dt"]
    dated = [pd.to_datetime(frame[column], errors="coerce", format="ISO8601") for column in columns]
    return _latest(*dated) if dated else pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us]")


def _looked_up(keys: pd.Series, days: pd.Series) -> pd.Series:
    """The day of each key; missing where there is none."""
    found: pd.Series = pd.to_datetime(keys.map(days.to_dict()))
    return found


def _latest(*days: pd.Series) -> pd.Series:
    latest: pd.Series = pd.concat([each.astype("datetime64[us]") for each in days], axis=1).max(axis=1)
    return latest


def _last_seen(rows: dict[str, pd.DataFrame], days: dict[str, pd.Series]) -> pd.Series:
    """The last day of each pseudonym and each name of staff in the rows."""
    parts = [
        days[name].groupby(frame[column.name]).max()
        for name, frame in rows.items()
        if name != "identity"
        for column in TABLES[name].columns
        if column.type == "s" and column.mark != "#"
    ]
    seen = pd.concat([part for part in parts if len(part)])
    last: pd.Series = seen.groupby(level=0).max()
    return last


def _seen_on(identity: pd.DataFrame, seen: pd.Series, days: dict[str, pd.Series]) -> pd.Series:
    """When each identity was last seen, by its pseudonym or a name of staff; else when it was recorded."""
    named = identity["reference"].where(identity["kind"] == "staff")
    return _latest(_looked_up(identity["id"], seen), _looked_up(named, seen)).fillna(days["identity"])


def _blank_texts(database: sa.Connection, name: str, old: pd.DataFrame) -> int:
    """Blank the free text of old rows that nobody reviewed; the number of rows that had some."""
    texts = [column for column in TABLES[name].columns if column.mark == "#"]
    if not texts or old.empty:
        return 0
    kept = old["reviewed"].eq(1) if "reviewed" in old else pd.Series(False, index=old.index)
    had = old[[column.name for column in texts]].fillna("").ne("").any(axis=1)
    blank = ", ".join(f'"{column.name}" = ' + ("NULL" if column.optional else "''") for column in texts)
    chosen = old.loc[had & ~kept, "seq"]
    _change(database, f'UPDATE "{name}" SET {blank}', chosen)
    return len(chosen)


def _change(database: sa.Connection, act: str, seqs: pd.Series) -> None:
    if len(seqs):
        database.execute(sa.text(f"{act} WHERE seq = :seq"), [{"seq": int(seq)} for seq in seqs])


def _record(database: sa.Connection, retired: Retired, before: date, by: str) -> None:
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    tables = newest_tables().tables
    seq = int(database.execute(sa.select(sa.func.max(tables["entry"].c.last_seq))).scalar() or 0) + 1
    row = {"seq": seq, "recorded_at": now, "recorded_by": by, "retired_at": now, "before": before}
    row |= {"identities": retired.identities, "rows": retired.rows}
    database.execute(sa.insert(tables["retirement"]), [row])
    entry = {"first_seq": seq, "last_seq": seq, "table_name": "retirement"}
    database.execute(sa.insert(tables["entry"]), [entry])
