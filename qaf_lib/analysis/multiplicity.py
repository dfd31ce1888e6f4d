"""Many comparisons on one page: probabilities adjusted for how many were made."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from qaf_lib.analysis.results import results_table

__all__ = ["adjusted_probabilities", "benjamini_hochberg", "holm"]

_NAMES = {"holm": "Holm", "benjamini_hochberg": "Benjamini-Hochberg"}


def holm(*, p: pd.Series) -> pd.Series:
    """Probabilities adjusted so that no claim of the family is likely to be false: for a few headlines.

    Parameters
    ----------
    p : Series
        Two-sided probabilities (fractions); a missing one was not a comparison.

    Returns
    -------
    Series
        Adjusted probabilities under the same labels, missing where they were.

    Raises
    ------
    ValueError
        If a probability is not between 0 and 1.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal
    of Statistics 6, 65-70.

    Examples
    --------
    >>> holm(p=pd.Series([0.01, 0.04, 0.03])).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    kept = _kept(p)
    raw = kept.to_numpy()
    order = np.argsort(raw, kind="stable")
    stepped = np.maximum.accumulate(raw[order] * np.arange(len(raw), 0, -1))
    adjusted = np.empty(len(raw))
    adjusted[order] = np.minimum(stepped, 1)
    return pd.Series(adjusted, index=kept.index, dtype="Float64").reindex(p.index)


def benjamini_hochberg(*, p: pd.Series) -> pd.Series:
    """Probabilities adjusted for the share of false claims among those made: for teams by standards.

    Parameters
    ----------
    p : Series
        Two-sided probabilities (fractions); a missing one was not a comparison.

    Returns
    -------
    Series
        Adjusted probabilities under the same labels, missing where they were.

    Raises
    ------
    ValueError
        If a probability is not between 0 and 1.

    References
    ----------
    Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate: a practical and
    powerful approach to multiple testing. JRSS B 57, 289-300.

    Examples
    --------
    >>> benjamini_hochberg(p=pd.Series([0.01, 0.04, 0.03])).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    kept = _kept(p)
    raw = kept.to_numpy()
    order = np.argsort(raw, kind="stable")[::-1]
    stepped = np.minimum.accumulate(raw[order] * len(raw) / np.arange(len(raw), 0, -1))
    adjusted = np.empty(len(raw))
    adjusted[order] = np.minimum(stepped, 1)
    return pd.Series(adjusted, index=kept.index, dtype="Float64").reindex(p.index)


def adjusted_probabilities(
    *, p: pd.Series, method: Literal["holm", "benjamini_hochberg"], table_id: str
) -> pd.DataFrame:
    """Raw and adjusted probabilities of a family of comparisons, side by side.

    Parameters
    ----------
    p : Series
        Two-sided probabilities (fractions) under the comparisons' names.
    method : str
        "holm" for a few headline claims, "benjamini_hochberg" for many teams or standards.
    table_id : str
        Name of the result.

    Returns
    -------
    DataFrame
        A result with the measures `p` and `p_adjusted`; `n` is the number of comparisons. A missing
        probability is marked "x".

    Raises
    ------
    ValueError
        If a probability is not between 0 and 1, a name is repeated or `method` is unknown.

    References
    ----------
    As `holm` and `benjamini_hochberg`.

    Examples
    --------
    >>> table = adjusted_probabilities(p=pd.Series({"a": 0.01, "b": 0.03}), method="holm", table_id="t")
    >>> table[["row_key", "measure", "estimate"]].to_numpy().tolist()
    [['a', 'p', 0.01], ['a', 'p_adjusted', 0.02], ['b', 'p', 0.03], ['b', 'p_adjusted', 0.03]]
    """
    if method not in _NAMES:
        raise ValueError(f"method must be one of {sorted(_NAMES)}; got {method}")
    if p.index.has_duplicates:
        raise ValueError("every comparison needs its own name")
    adjusted = holm(p=p) if method == "holm" else benjamini_hochberg(p=p)
    family = int(p.notna().sum())
    over = "1 comparison" if family == 1 else f"{family} comparisons"
    rows = []
    for name in p.index:
        for measure, value, words in (
            ("p", p[name], "not adjusted"),
            ("p_adjusted", adjusted[name], f"{_NAMES[method]}, {over}"),
        ):
            missing = bool(pd.isna(value))
            rows.append(
                {
                    "table_id": table_id,
                    "row_key": str(name),
                    "measure": measure,
                    "n": family,
                    "estimate": None if missing else float(value),
                    "method": "no comparison" if missing else words,
                    "speaks_of": "our_practice",
                    "mark": "x" if missing else "",
                }
            )
    return results_table(rows)


def _kept(p: pd.Series) -> pd.Series:
    kept = pd.to_numeric(p.dropna()).astype("float64")
    if not kept.between(0, 1).all():
        raise ValueError("every probability must be a fraction between 0 and 1")
    return kept
