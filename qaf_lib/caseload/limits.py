"""How much of a table may be set aside, or left blank in a column, before the run is refused."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from qaf_lib.caseload.checks import ITS_AUDIT_WAS_SET_ASIDE, Checked
from qaf_lib.caseload.faults import FAULT_COLUMNS, LEFT_BLANK
from qaf_lib.caseload.vocabulary import questions_of, words_of
from qaf_lib.errors import InputError
from qaf_lib.frameworks import Framework
from qaf_lib.parameters import Parameters

__all__ = ["SET_ASIDE_AT_MOST", "all_faults", "refuse_too_many"]

SET_ASIDE_AT_MOST = 0.05
"""More of a table set aside than this refuses the run, unless the parameters allow more and say why."""

_ROWS_SAID = 5
_WORDS_SAID = 30


def all_faults(tables: Sequence[Checked]) -> pd.DataFrame:
    """The faults of several tables, each with the name of its table."""
    found = [checked.faults.assign(table=checked.table) for checked in tables if len(checked.faults)]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=[*FAULT_COLUMNS, "table"])


def refuse_too_many(tables: Sequence[Checked], parameters: Parameters) -> None:
    """Refuse where too many rows of a table are set aside, or too many filled cells of a column unreadable.

    Rows that are left out count for neither side, nor do answers whose audit was set aside.

    Raises
    ------
    InputError
        Naming every rule, how many rows break it, the first of them, and words where they may be named.
    """
    for table in dict.fromkeys(checked.table for checked in tables):
        own = [checked for checked in tables if checked.table == table]
        allowance = parameters.set_aside.get(table)
        limit = allowance.at_most if allowance else SET_ASIDE_AT_MOST
        _refuse_rows(own, limit, parameters)
        _refuse_cells(own, limit, parameters)


def _refuse_rows(own: Sequence[Checked], limit: float, parameters: Parameters) -> None:
    aside = sum(checked.set_aside - checked.of_audits_set_aside for checked in own)
    rows = sum(checked.rows - len(checked.left_out) - checked.of_audits_set_aside for checked in own)
    if aside > limit * rows:
        faults = all_faults(own)
        broken = (faults["effect"] == "set_aside") & (faults["rule"] != ITS_AUDIT_WAS_SET_ASIDE)
        share = f"{aside} of {rows} rows ({aside / rows:.1%}) of table {own[0].table} would be set aside"
        raise InputError(_message(faults[broken], share, own[0].table, limit, parameters))


def _refuse_cells(own: Sequence[Checked], limit: float, parameters: Parameters) -> None:
    faults = all_faults(own)
    blanked = faults[faults["rule"].str.endswith(LEFT_BLANK)]
    for column, found in blanked.groupby("column", sort=False):
        filled = sum(checked.filled.get(str(column), 0) for checked in own)
        if len(found) > limit * filled:
            share = (
                f"{len(found)} of {filled} filled cells ({len(found) / filled:.1%}) of {column} in table "
                f"{own[0].table} cannot be read"
            )
            raise InputError(_message(found, share, own[0].table, limit, parameters))


def _message(faults: pd.DataFrame, share: str, table: str, limit: float, parameters: Parameters) -> str:
    by_rule = faults.groupby(["source", "column", "rule"], sort=False)
    lines = [
        f"  {source}: {column} {rule}: {_rows(len(found))}, {_first(found['row'])}{_words_in(found['value'])}"
        f"{_known(parameters.rules, table, str(column), found)}"
        for (source, column, rule), found in by_rule
    ]
    return "\n".join(
        [
            f"{parameters.path}: {share}, more than {limit:.0%}. Mend the source or map its words, or allow "
            f"more under set_aside.{table} and say why.",
            *lines,
        ]
    )


def _first(rows: pd.Series) -> str:
    said = sorted(int(row) for row in rows.unique())
    if len(said) == 1:
        return f"row {said[0]}"
    more = " ..." if len(said) > _ROWS_SAID else ""
    return f"rows {', '.join(str(row) for row in said[:_ROWS_SAID])}{more}"


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"


def _words_in(values: pd.Series) -> str:
    counted = values.dropna().value_counts()
    said = ", ".join(f"{word} ({_rows(count)})" for word, count in counted.items())
    return f": {said}" if said else ""


def _known(framework: Framework, table: str, column: str, found: pd.DataFrame) -> str:
    words = words_of(framework=framework, table=table).get(column)
    if column == "question_id":
        words = questions_of(framework, tool_id=None)
    if words is None or not words.rule or (found["rule"] == "is missing").all():
        return ""
    names = words.names
    more = " ..." if len(names) > _WORDS_SAID else ""
    return f". Known: {', '.join(names[:_WORDS_SAID])}{more}"
