"""The one shape in which every analysis gives its answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from qaf_lib.sampling import NOT_RECORDED

_TEXT = "string"
_DTYPES = {
    "table_id": _TEXT,
    "row_key": _TEXT,
    "measure": _TEXT,
    "x": "Int64",
    "n": "Int64",
    "population": "Int64",
    "estimate": "Float64",
    "low": "Float64",
    "high": "Float64",
    "method": _TEXT,
    "speaks_of": _TEXT,
    "mark": _TEXT,
}
_KEY = ["table_id", "row_key", "measure"]
_ALLOWED = {"speaks_of": {"", "these_cases", "our_practice"}, "mark": {"", "z", "x"}}

RESULT_COLUMNS: tuple[str, ...] = tuple(_DTYPES)
"""The columns of a result, in order."""


def results_table(rows: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    """Result rows as a table with exactly the columns of `RESULT_COLUMNS`, in the order given.

    Text that a row leaves out is empty; a number that it leaves out is missing. A row with another
    column, without one of its three names, given twice, or with an unknown `mark` or `speaks_of` is refused.

    Examples
    --------
    >>> row = {"table_id": "grades", "row_key": "good", "measure": "share", "x": 8, "n": 20}
    >>> results_table([row])[["row_key", "x", "n", "mark"]].to_dict("records")
    [{'row_key': 'good', 'x': 8, 'n': 20, 'mark': ''}]
    """
    listed = list(rows)
    unknown = sorted({key for row in listed for key in row} - set(RESULT_COLUMNS))
    if unknown:
        raise ValueError(f"a result has no column {unknown}; its columns are {list(RESULT_COLUMNS)}")
    columns = {column: _column(listed, column) for column in RESULT_COLUMNS}
    names = list(zip(*(columns[column] for column in _KEY), strict=True))
    if any("" in name for name in names):
        raise ValueError("every result row needs table_id, row_key and measure")
    if twice := [list(name) for name, times in Counter(names).items() if times > 1]:
        raise ValueError(f"a result row is given twice: table_id, row_key, measure = {twice[0]}")
    for column, allowed in _ALLOWED.items():
        if not allowed.issuperset(columns[column]):
            raise ValueError(f"{column} must be one of {sorted(allowed)}")
    return pd.DataFrame({column: pd.array(cells, dtype=_DTYPES[column]) for column, cells in columns.items()})


def counted_share(
    *, table_id: str, row_key: str, measure: str, x: int, n: int, method: str = "full count"
) -> dict[str, object]:
    """The row of a share that is a full count of these cases: no interval, "z" where there are none.

    Examples
    --------
    >>> row = counted_share(table_id="t", row_key="all", measure="done", x=1, n=4)
    >>> row["estimate"], row["population"], row["mark"]
    (0.25, 4, '')
    """
    return {
        "table_id": table_id,
        "row_key": row_key,
        "measure": measure,
        "x": x,
        "n": n,
        "population": n,
        "estimate": x / n if n else None,
        "method": method,
        "speaks_of": "these_cases",
        "mark": "" if n else "z",
    }


def group_labels(groups: pd.Series) -> pd.Series:
    """Groups as text; a missing one is "not recorded"."""
    return groups.astype("object").where(groups.notna(), NOT_RECORDED).map(str)


def in_order(labels: Iterable[str]) -> list[str]:
    """Groups by name, "not recorded" last."""
    return sorted(labels, key=lambda label: (label == NOT_RECORDED, label))


def _column(rows: list[Mapping[str, object]], column: str) -> list[Any]:
    """The cells of a column: text that is missing is empty, a number that is missing is None."""
    values = [_present(row.get(column)) for row in rows]
    if _DTYPES[column] == _TEXT:
        return ["" if value is None else str(value) for value in values]
    return values


def _present(value: Any) -> Any:
    return None if value is pd.NA or value != value else value
