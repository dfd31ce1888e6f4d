"""Values as a database's driver takes them, and as the tables' contracts give them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from qaf_lib.errors import InputError
from qaf_lib.register.schema import Column

_KEPT_NOWHERE = re.compile("[\x00\ud800-\udfff]")


def plain(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Values as the database driver takes them: dates without a time, None for missing."""
    plain = frame.astype(object)
    for name in plain.columns:
        values = [_plain_value(value) for value in plain[name].tolist()]
        if not all(map(_can_be_kept, values)):
            raise _not_keepable(table, f"column {name}")
        plain[name] = pd.Series(values, index=plain.index, dtype=object)
    return plain


def keepable(rows: Iterable[tuple[Any, ...]], table: str) -> Iterator[tuple[Any, ...]]:
    """The rows, as long as each text can be kept."""
    for row in rows:
        if not all(map(_can_be_kept, row)):
            raise _not_keepable(table, f"row {row[0]:,}")
        yield row


def _can_be_kept(value: object) -> bool:
    return not isinstance(value, str) or not _KEPT_NOWHERE.search(value)


def _not_keepable(table: str, where: str) -> InputError:
    return InputError(
        f"table {table}, {where}: a text holds a character that no database keeps (NUL, or half of a pair). "
        "Take it out of the source."
    )


def _plain_value(value: object) -> object:
    if isinstance(value, pd.Timestamp):
        moment = value.to_pydatetime()
        return moment.date() if moment.time() == moment.time().min else moment
    return None if value is None or value is pd.NaT or value is pd.NA else value


def typed(frame: pd.DataFrame, columns: Iterable[Column]) -> pd.DataFrame:
    """The frame with each column in the type its contract gives (missing values stay missing)."""
    frame = frame.copy()
    for column in columns:
        values = frame[column.name]
        match column.type:
            case "s":
                frame[column.name] = values.astype("string")
            case "d" | "t":
                frame[column.name] = pd.to_datetime(values).astype("datetime64[ns]")
            case "i":
                frame[column.name] = pd.to_numeric(values).astype("Int64")
            case "f" | "n":
                frame[column.name] = pd.to_numeric(values).astype("Float64")
            case _:
                frame[column.name] = values.astype("boolean")
    return frame
