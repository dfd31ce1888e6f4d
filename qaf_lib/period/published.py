"""What shared editions of other periods have published: what a later one may use, and what forbids it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd

from qaf_lib.dates import Period, parse_period, previous_period
from qaf_lib.disclosure.rounding import BASE
from qaf_lib.errors import InputError
from qaf_lib.parameters import Parameters

__all__ = ["published_before", "refuse_overlapping"]

_SHARED = "-shared"


def published_before(
    parameters: Parameters, *, table_id: str, row_keys: Sequence[str]
) -> Mapping[str, int] | None:
    """The counts of a table in the newest shared edition of the period before.

    Parameters
    ----------
    parameters : Parameters
        This period's.
    table_id : str
        Name of the table; its CSV has the columns `row_key` and `x`.
    row_keys : sequence of str
        Its rows, such as the grades of the scale.

    Returns
    -------
    mapping of str to int, or None
        Rounded counts by row; None where there is no such edition or table, or where the table is another
        one (other rows, or counts that are not rounded).
    """
    folder = parameters.outputs.with_name(f"{previous_period(parameters.span).slug}{_SHARED}")
    editions = [(int(found[1]), path) for path in folder.glob("edition-*") if (found := _named(path.name))]
    if not editions:
        return None
    table = max(editions)[1] / "tables" / f"{table_id}.csv"
    try:
        return _counts(pd.read_csv(table, encoding="utf-8", dtype={"row_key": str}), row_keys)
    except (FileNotFoundError, ValueError):  # what pandas says of a file that is no table is a ValueError
        return None


def _named(name: str) -> re.Match[str] | None:
    return re.fullmatch(r"edition-([0-9]+)", name)


def _counts(table: pd.DataFrame, row_keys: Sequence[str]) -> Mapping[str, int] | None:
    if not {"row_key", "x"} <= set(table) or Counter(table["row_key"]) != Counter(row_keys):
        return None
    counts = pd.to_numeric(table["x"])
    if not (counts.ge(0) & counts.mod(BASE).eq(0)).all():
        return None
    return dict(zip(table["row_key"], counts.astype(int), strict=True))


def refuse_overlapping(parameters: Parameters) -> None:
    """Refuse a report for partners where one of another length, such as the year's, holds the same days.

    The counts of a year are the sums of its quarters': together they could give a small number away.

    Raises
    ------
    InputError
        If a shared edition of such a period stands in the council's outputs.
    """
    own = parameters.span
    for folder in sorted(parameters.outputs.parent.glob(f"*{_SHARED}")):
        other = _period_of(folder.name.removesuffix(_SHARED))
        if other and other.label != own.label and other.start <= own.end and own.start <= other.end:
            raise InputError(
                f"{folder}: partners have a report of {other.label}, which shares days with {own.label}. "
                "The two together could give a small number away. Make reports for partners of one length "
                "only, or set audience: internal."
            )


def _period_of(slug: str) -> Period | None:
    """The period that a folder is called after; None for any other folder."""
    try:
        return parse_period(slug.replace("-q", " Q"))
    except ValueError:
        return None
