"""Plain counts as result rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

__all__ = ["count_rows"]


def count_rows(
    *, table_id: str, counts: Mapping[str, int], n: int | None = None
) -> Iterator[dict[str, object]]:
    """Result rows with one count each; `n` is what they are counted of, where they have a whole.

    Raises
    ------
    ValueError
        If a count is negative or above `n`.

    References
    ----------
    A count of all rows there are has no sampling error.

    Examples
    --------
    >>> [row["x"] for row in count_rows(table_id="t", counts={"complaints": 3})]
    [3]
    """
    for label, count in counts.items():
        if count < 0 or (n is not None and count > n):
            raise ValueError(f"{label}: a count of {count} does not fit a whole of {n}")
        yield {
            "table_id": table_id,
            "row_key": label,
            "measure": "count",
            "x": count,
            "n": n,
            "population": n,
            "estimate": count / n if n else None,
            "method": "full count",
            "speaks_of": "these_cases",
        }
