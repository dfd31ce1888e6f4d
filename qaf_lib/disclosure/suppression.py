"""Small numbers suppressed over an edition."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

__all__ = ["suppress"]

SMALLEST_SHOWN = 6
"""Counts of 1 to 5 are suppressed, as in DfE's children's statistics."""

_HIDDEN = ["x", "estimate", "low", "high"]


def suppress(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Result tables with counts of 1 to 5, and what would give them away, marked `c`.

    A cell is hidden when its count or the count beside it (n less x) is 1 to 5. Where just one cell of
    a set with a known total is hidden, the smallest other cell that is not 0 is hidden too: among the
    rows of a measure, and among the measures of a row where these add up (before and after tables).

    Parameters
    ----------
    tables : mapping
        Result tables by name.

    References
    ----------
    Department for Education, Characteristics of children in need: methodology (suppression of 1 to 5);
    Hundepool, A. et al. (2012). Statistical Disclosure Control, Wiley, chapter 4.

    Examples
    --------
    >>> from qaf_lib.analysis.results import results_table
    >>> row = {"table_id": "t", "measure": "share", "n": 40, "estimate": 0.1}
    >>> table = results_table({**row, "row_key": key, "x": x} for key, x in [("a", 3), ("b", 20), ("c", 17)])
    >>> suppress({"t": table})["t"]["mark"].tolist()
    ['c', '', 'c']
    """
    return {name: _suppressed(table) for name, table in tables.items()}


def _suppressed(table: pd.DataFrame) -> pd.DataFrame:
    counted = table["x"].notna()
    rest = table["n"] - table["x"]
    small = table["x"].between(1, SMALLEST_SHOWN - 1) | rest.between(1, SMALLEST_SHOWN - 1)
    small |= table["n"].between(1, SMALLEST_SHOWN - 1)
    hidden = (small & (counted | table["estimate"].notna())).fillna(False).astype(bool)
    for _ in range(len(table)):
        more = hidden.copy()
        for by in ("measure", "row_key"):
            for _, group in table[counted].groupby(by):
                if len(group) > 1 and hidden[group.index].sum() == 1:
                    others = group["x"][~hidden[group.index] & (group["x"] > 0)]
                    if len(others):
                        more[others.astype("int64").idxmin()] = True
        if more.equals(hidden):
            break
        hidden = more
    shown = table.copy()
    shown.loc[hidden, _HIDDEN] = pd.NA
    shown.loc[hidden & (table["n"] < SMALLEST_SHOWN).fillna(False), "n"] = pd.NA
    shown.loc[hidden, "mark"] = "c"
    return shown
