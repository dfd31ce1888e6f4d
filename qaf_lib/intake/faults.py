"""A table's sound rows and its faults: which words these may name, and how many refuse the run."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import pandas as pd

from qaf_lib.errors import InputError
from qaf_lib.frameworks import Framework
from qaf_lib.intake.vocabulary import questions_of, words_of
from qaf_lib.parameters import Covers, Parameters

FAULT_COLUMNS = ["source", "row", "column", "rule", "effect", "value"]
LEFT_BLANK = "; left blank"
"""Ends the rule of an optional cell that could not be read."""

ITS_AUDIT_WAS_SET_ASIDE = "belongs to an audit that was set aside"

_MOST_WORDS = 20
_FEWEST_ROWS = 2
_SET_ASIDE_AT_MOST = 0.05
"""More of a table set aside than this refuses the run, unless the parameters allow more and say why."""

_ROWS_SAID = 5
_WORDS_SAID = 30


@dataclass(frozen=True)
class Checked:
    """The sound rows of one source, typed, with what became of the others.

    `rows` were read; `set_aside` of them broke a rule, `of_audits_set_aside` of these their audit's.
    `left_out` lists rows that break none and are not used: cases closed by the day, earlier names of teams.
    `filled` counts each column's cells that hold something; `names` are keys of names and references that
    came (`name_keys`). With `made_ids` the source brought no reference of its own. `unlisted` are names of
    people that stand in no column and that nobody may read.
    """

    table: str
    source: str
    frame: pd.DataFrame
    faults: pd.DataFrame
    rows: int
    public: bool = False
    unused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    left_out: pd.DataFrame = field(default_factory=lambda: left_out_rows([], []))
    made_ids: bool = False
    covers: Covers | None = None
    set_aside: int = 0
    of_audits_set_aside: int = 0
    filled: Mapping[str, int] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    ids_set_aside: frozenset[str] = frozenset()
    unlisted: frozenset[str] = frozenset()


def left_out_rows(rows: Collection[int], reasons: Collection[str]) -> pd.DataFrame:
    """Rows that are not used, each with its reason."""
    return pd.DataFrame({"row": pd.Series(rows, dtype="int64"), "reason": pd.Series(reasons, dtype="string")})


def faults_at(
    rows: Sequence[int] | np.ndarray,
    column: str,
    rule: str,
    *,
    effect: str = "set_aside",
    values: Iterable[str | None] | None = None,
) -> pd.DataFrame:
    """One fault per row; `values` are the words that may be named."""
    count = len(rows)
    if not count and rule:
        return no_faults()
    text = {
        "column": pd.array([column] * count, dtype="string"),
        "rule": pd.array([rule] * count, dtype="string"),
        "effect": pd.array([effect] * count, dtype="string"),
        "value": pd.array([None] * count if values is None else list(values), dtype="string"),
    }
    return pd.DataFrame({"row": np.asarray(rows, dtype="int64"), **text})


@cache
def no_faults() -> pd.DataFrame:
    """A table of faults without a row."""
    return faults_at([], "", "")


def nameable(*, words: Sequence[str], counts: Sequence[int], names: Collection[str]) -> list[str | None]:
    """The words of a column that a fault may name, None in place of the others.

    No word that one row alone carries, and none of more than 20 or with a name or reference among them.
    """
    if len(words) > _MOST_WORDS or _holds_a_name(words, names):
        return [None] * len(words)
    return [word if count >= _FEWEST_ROWS else None for word, count in zip(words, counts, strict=True)]


def without_names(faults: pd.DataFrame, names: Collection[str]) -> pd.DataFrame:
    """The faults with no word of a column where one of its words turned out to be somebody's name."""
    named = faults.dropna(subset=["value"]).drop_duplicates(["column", "value"])
    held = [column for column, words in named.groupby("column")["value"] if _holds_a_name(list(words), names)]
    return faults.assign(value=faults["value"].mask(faults["column"].isin(held))) if held else faults


def name_keys(words: Collection[str]) -> frozenset[str]:
    """Names and references as they are recognised: whatever the order, case and marks between their parts."""
    return frozenset(_key(_parts(word)) for word in words)


def _holds_a_name(words: Sequence[str], names: Collection[str]) -> bool:
    return any(_key(run) in names for word in words for run in _runs(_parts(word)))


def _runs(parts: list[str]) -> list[list[str]]:
    """All parts that stand side by side."""
    return [parts[first:last] for first in range(len(parts)) for last in range(first + 1, len(parts) + 1)]


def _parts(word: str) -> list[str]:
    return re.findall(r"\w+", word.casefold().replace("_", " "))


def _key(parts: list[str]) -> str:
    return " ".join(sorted(parts))


def all_faults(tables: Sequence[Checked]) -> pd.DataFrame:
    """The faults of several tables, each with the name of its table."""
    found = [checked.faults.assign(table=checked.table) for checked in tables if len(checked.faults)]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=[*FAULT_COLUMNS, "table"])


def refuse_too_many(tables: Sequence[Checked], parameters: Parameters) -> None:
    """Refuse where too many rows of a table are set aside, or too many filled cells of a column unreadable.

    Rows that are left out count for neither side, nor do answers whose audit was set aside.
    """
    for table in dict.fromkeys(checked.table for checked in tables):
        own = [checked for checked in tables if checked.table == table]
        allowance = parameters.set_aside.get(table)
        limit = allowance.at_most if allowance else _SET_ASIDE_AT_MOST
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
