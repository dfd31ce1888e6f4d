"""Pairs of grades of the same cases: which audits pair, and how the pairs are counted."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from qaf_lib.analysis.results import results_table

__all__ = ["cross_counts", "pairs_of"]


def cross_counts(
    *, first: pd.Series, second: pd.Series, grades: Sequence[str], table_id: str
) -> pd.DataFrame:
    """Count pairs of grades: first grade by row, second grade by measure, best first.

    Parameters
    ----------
    first, second : Series
        Two grades of the same cases, row by row; a pair with either missing is left out.
    grades : sequence of str
        The scale, worst grade first.
    table_id : str
        Name of the result.

    Returns
    -------
    DataFrame
        A result with every pair of grades: `x` pairs out of `n` in all.

    Raises
    ------
    ValueError
        If a grade is not on the scale.

    Examples
    --------
    >>> pairs = pd.DataFrame({"a": ["good", "poor", None], "b": ["good", "good", "poor"]})
    >>> table = cross_counts(first=pairs["a"], second=pairs["b"], grades=["poor", "good"], table_id="t")
    >>> table[["row_key", "measure", "x"]].to_numpy().tolist()
    [['good', 'good', 1], ['good', 'poor', 0], ['poor', 'good', 1], ['poor', 'poor', 0]]
    """
    pairs = pd.DataFrame({"first": first.to_numpy(), "second": second.to_numpy()}).dropna()
    strangers = int((~pairs.isin(list(grades))).any(axis=1).sum())
    if strangers:
        raise ValueError(f"{strangers} pairs have a grade that is not on the scale {list(grades)}")
    counts = pairs.value_counts()
    return results_table(
        {
            "table_id": table_id,
            "row_key": row,
            "measure": column,
            "x": int(counts.get((row, column), 0)),
            "n": len(pairs),
            "method": "count",
            "speaks_of": "these_cases",
        }
        for row in reversed(grades)
        for column in reversed(grades)
    )


def pairs_of(*, audits: pd.DataFrame) -> pd.DataFrame:
    """Pair each case's latest audit with the earlier audit that it repeats.

    That is the audit which the latest one names in `reaudit_of`, or else the last audit of the
    same case and type whose practice is strictly earlier. Practice is dated by `practice_to`, or by
    `audited_on` for a type of audit that never has one; an audit that lacks a `practice_to` which others
    of its type have is paired only by name.

    Parameters
    ----------
    audits : DataFrame
        `case_id`, `audit_id`, `audit_type`, `reaudit_of`, `practice_to`, `audited_on`
        (datetimes, missing allowed) and `overall_grade`.

    Returns
    -------
    DataFrame
        One row per case and audit type that has a pair: `case_id`, `audit_type`, `audit_before`,
        `audit_after`, `date_before`, `date_after`, `before`, `after` (grades) and `linked`
        (whether the later audit names the earlier one).

    Raises
    ------
    ValueError
        If an `audit_id` is repeated or missing.

    Examples
    --------
    >>> audits = pd.DataFrame({"case_id": ["a", "a"], "audit_id": ["1", "2"], "audit_type": "file"})
    >>> audits["reaudit_of"], audits["practice_to"] = None, pd.NaT
    >>> audits["audited_on"] = pd.to_datetime(["2026-01-15", "2026-07-15"])
    >>> audits["overall_grade"] = ["poor", "good"]
    >>> pairs_of(audits=audits)[["audit_before", "audit_after", "before", "after"]].to_numpy().tolist()
    [['1', '2', 'poor', 'good']]
    """
    if audits["audit_id"].isna().any() or audits["audit_id"].duplicated().any():
        raise ValueError("every audit needs its own audit_id")
    key = ["case_id", "audit_type"]
    practice = pd.to_datetime(audits["practice_to"])
    dated = audits[[*key, "audit_id", "reaudit_of"]].assign(
        date=practice.fillna(pd.to_datetime(audits["audited_on"])),
        right_kind=practice.notna() | practice.isna().groupby(audits["audit_type"]).transform("all"),
        grade=audits["overall_grade"],
    )
    dated = dated[dated["date"].notna()].sort_values(["date", "audit_id"], kind="stable")
    latest = dated.groupby(key, sort=False).tail(1)
    both = latest.merge(dated.drop(columns="reaudit_of"), on=key, suffixes=("_after", "_before"))
    both["linked"] = (both["reaudit_of"] == both["audit_id_before"]).fillna(False).astype(bool)
    earlier = (both["date_before"] < both["date_after"]) & (
        both["right_kind_before"] & both["right_kind_after"]
    )
    repeated = both["audit_id_before"] != both["audit_id_after"]
    both = both[repeated & (earlier | both["linked"])]
    both = both.sort_values(["linked", "date_before", "audit_id_before"], kind="stable")
    both = both.groupby(key, sort=False).tail(1).sort_values(key).reset_index(drop=True)
    return both.rename(
        columns={
            "audit_id_before": "audit_before",
            "audit_id_after": "audit_after",
            "grade_before": "before",
            "grade_after": "after",
        }
    )[[*key, "audit_before", "audit_after", "date_before", "date_after", "before", "after", "linked"]]
