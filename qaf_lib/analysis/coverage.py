"""Coverage: how many of those who should be reached have been, a full count without sampling error."""

from __future__ import annotations

import pandas as pd

from qaf_lib.analysis.results import results_table

__all__ = ["coverage"]


def coverage(
    *, expected: pd.DataFrame, done: pd.Series, times: int, table_id: str, by: str | None = None
) -> pd.DataFrame:
    """Share of those expected who were reached at least `times` times.

    Parameters
    ----------
    expected : DataFrame
        One row per case or person to reach: `id` and, with `by`, the column to group by.
    done : Series
        Times reached, by id; ids that are not expected are left out.
    times : int
        Times that count as covered (count).
    table_id : str
        Names the result table.
    by : str, optional
        Column of `expected`; one row per value beside the row `all`. A blank is `not recorded`.

    Returns
    -------
    DataFrame
        A result table; measure `covered`, x of n, the estimate without an interval.

    Raises
    ------
    ValueError
        If an id is expected twice or `times` is below 1.

    References
    ----------
    A full count has no sampling error: Cochran, W. G. (1977). Sampling Techniques, 3rd ed., Wiley, 1.3.

    Examples
    --------
    >>> expected = pd.DataFrame({"id": ["a", "b", "c"]})
    >>> table = coverage(expected=expected, done=pd.Series({"a": 1, "c": 2}), times=1, table_id="coverage")
    >>> table[["row_key", "x", "n"]].to_numpy().tolist()
    [['all', 2, 3]]
    """
    if expected["id"].duplicated().any():
        raise ValueError(f"{int(expected['id'].duplicated().sum())} ids are expected twice")
    if times < 1:
        raise ValueError(f"`times` must be at least 1; got {times}")
    reached = expected["id"].map(done.astype("Float64")).fillna(0).ge(times).astype(bool)
    groups = [("all", reached)]
    if by is not None:
        labels = expected[by].astype("string").fillna("not recorded")
        groups += [(str(label), reached[labels == label]) for label in sorted(labels.unique())]
    return results_table(_row(table_id, label, group) for label, group in groups)


def _row(table_id: str, label: str, reached: pd.Series) -> dict[str, object]:
    n = len(reached)
    return {
        "table_id": table_id,
        "row_key": label,
        "measure": "covered",
        "x": int(reached.sum()),
        "n": n,
        "population": n,
        "estimate": float(reached.mean()) if n else None,
        "method": "full count" if n else "nobody to reach",
        "speaks_of": "these_cases",
        "mark": "" if n else "z",
    }
