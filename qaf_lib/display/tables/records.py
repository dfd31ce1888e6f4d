"""A result's rows in a reader's words: the columns of the CSV files and of the workbook's sheets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from qaf_lib.display.tables.table import label_of
from qaf_lib.display.words import MARK_WORDS

_VALUE = "Value"
_VALUES = {
    "share": "Share (0 to 1)",
    "points": "Difference (-1 to 1)",
    "points_at_least": "Difference (-1 to 1)",
    "probability": "Probability (0 to 1)",
}
"""Where an estimate stands, by how the page shows it; any other is a value."""

RESULT_COLUMNS = {
    "Measure": "what was counted or estimated, where the table has more than one measure",
    "Count": "how many",
    "Out of": "of how many that were looked at",
    "Of all": "how many there are, looked at or not",
    "Share (0 to 1)": "0.25 is 25%",
    "Difference (-1 to 1)": "one share less another: 0.08 is 8 percentage points more",
    "Probability (0 to 1)": "how likely chance alone gives as much",
    "Value": "a number of another kind, such as a score or days, or one that the page does not show",
    "Interval from": "lower end of the interval: of 95%, unless the measure says otherwise",
    "Interval to": "upper end of the interval; the same as the lower end in a full count",
    "How it was made": "the method, what it found in words, or why there is no number",
    "Covers": "these cases: those there were, and no others; our practice: also cases still to come",
    "Mark": "; ".join(f"{mark}: {words}" for mark, words in MARK_WORDS.items()),
}
"""What follows a row's label, and what each column means; a table has those that hold something."""


def share_or_value(row: Mapping[str, Any]) -> str:
    """How an estimate reads that no page shows: what is the count by its whole is a share."""
    x, n, estimate = row["x"], row["n"], row["estimate"]
    is_share = x is not None and n and estimate is not None and abs(estimate - x / n) < 1e-9
    return "share" if is_share else "value"


def result_records(
    rows: Sequence[Mapping[str, Any]],
    *,
    row_heading: str,
    labels: Mapping[str, str] | None = None,
    measures: Mapping[str, str] | None = None,
    form: Callable[[Mapping[str, Any]], str] = share_or_value,
    words: Mapping[str, str] | None = None,
) -> tuple[dict[str, Any], ...]:
    """A result's rows under a reader's headings, the row's label first, numbers as they are.

    What a mark hides on the page is blank. Without `measures` there is no column for them; `form` says how a
    row's estimate reads, and `words` put another text in a method's place.
    """
    if row_heading in RESULT_COLUMNS and (row_heading != "Measure" or measures is not None):
        raise ValueError(f"{row_heading!r} heads another column of a result; the rows need another heading")
    return tuple(
        {
            row_heading: label_of(row["row_key"], labels),
            **({} if measures is None else {"Measure": label_of(row["measure"], measures)}),
            "Count": None if row["mark"] else row["x"],
            "Out of": row["n"],
            "Of all": row["population"],
            **dict.fromkeys([*_VALUES.values(), _VALUE]),
            _VALUES.get(form(row), _VALUE): row["estimate"],
            "Interval from": row["low"],
            "Interval to": row["high"],
            "How it was made": (words or {}).get(row["method"], row["method"]),
            "Covers": str(row["speaks_of"]).replace("_", " "),
            "Mark": row["mark"],
        }
        for row in rows
    )
