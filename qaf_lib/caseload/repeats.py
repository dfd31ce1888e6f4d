"""Rows that several sources of one table bring: each key counts once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from qaf_lib.caseload.checks import MADE_BY_THE_KIT, Checked
from qaf_lib.caseload.faults import FAULT_COLUMNS, faults_at
from qaf_lib.caseload.teams import EARLIER_NAME, earlier_names
from qaf_lib.caseload.vocabulary import fold
from qaf_lib.register import TABLES

__all__ = ["each_once"]


def each_once(tables: Sequence[Checked]) -> list[Checked]:
    """The tables with rows set aside whose key an earlier source of the same table brought.

    A team may stand once under each of its names; its last row says what it is called today, and the others
    are left out.
    """
    seen: dict[str, set[str]] = {}
    kept = []
    several = {checked.table for place, checked in enumerate(tables) if _names(tables[:place], checked)}
    for checked in tables:
        key = [name for name in TABLES[checked.table].key if name not in MADE_BY_THE_KIT]
        if checked.table in several and set(key) <= set(checked.frame):  # else the kit makes the id
            keys = _keys(checked, key)
            known = seen.setdefault(checked.table, set())
            checked = _without(checked, keys.isin(known).to_numpy(), key[0])
            known |= set(keys)
        kept.append(checked)
    return _teams_of_today(kept)


def _names(tables: Sequence[Checked], checked: Checked) -> bool:
    return any(earlier.table == checked.table for earlier in tables)


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


def _without(checked: Checked, again: np.ndarray, column: str) -> Checked:
    if not again.any():
        return checked
    repeated = faults_at(checked.frame.index[again], column, "is a repeated reference")
    repeated = repeated.assign(source=checked.source)[FAULT_COLUMNS]
    return replace(
        checked,
        frame=checked.frame[~again],
        faults=pd.concat([checked.faults, repeated], ignore_index=True) if len(checked.faults) else repeated,
        set_aside=checked.set_aside + int(again.sum()),
    )


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
    rows = pd.DataFrame({"row": checked.frame.index[earlier].astype("int64")})
    left_out = rows.assign(reason=pd.array([EARLIER_NAME] * len(rows), dtype="string"))
    return replace(checked, frame=checked.frame[~earlier], left_out=left_out)
