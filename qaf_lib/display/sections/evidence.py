"""Which of the framework's sources of evidence fed the period."""

from __future__ import annotations

from qaf_lib.display.passages import Note
from qaf_lib.display.sections.section import Section
from qaf_lib.display.tables import Table
from qaf_lib.display.tables.cells import count_cell, marked, note_with_key, plain_cells, records_of
from qaf_lib.display.words import long_date
from qaf_lib.period import OpenPeriod

__all__ = ["matrix"]

_OUTSIDE = "Outside the records: the kit has no table for it, so it must be looked up where it is kept."


def matrix(period: OpenPeriod) -> Section:
    """The framework's sources: rows of the period, newest day, and nil returns in words."""
    found = period.evidence
    if found.sources.empty:
        return Section([])
    counts = {row["row_key"]: row for row in records_of(found.counts)}
    sources = plain_cells(found.sources)
    rows = [
        (
            str(row["label"]),
            str(row["evidence"]),
            "–"
            if row["state"] == "outside the records"
            else marked(counts[row["name"]], count_cell(counts[row["name"]]["x"])),
            "–" if row["newest"] is None else long_date(row["newest"]),
            str(row["state"]),
        )
        for row in sources
    ]
    known = all(row["state"] != "outside the records" for row in sources)
    outside = [] if known else [_OUTSIDE]
    table = Table(
        table_id="evidence_matrix",
        caption="The framework's sources of evidence, and what they sent this period",
        headings=("Source", "Kind of evidence", "Rows", "Newest", "State"),
        rows=tuple(rows),
        note=note_with_key(
            " ".join(["A record that feeds two sources stands under both, so rows do not add up.", *outside]),
            list(counts.values()),
        ),
        records=tuple(
            {**row, "rows": counts[row["name"]]["x"], "mark": counts[row["name"]]["mark"]}
            for row in records_of(found.sources)
        ),
        numeric=frozenset({2}),
    )
    return Section([*_nil(sources), table])


def _nil(sources: list[dict[str, object]]) -> list[object]:
    nil = [str(row["label"]) for row in sources if row["state"] == "nil return"]
    if nil:
        return [Note(f"Nil returns, nothing came this period: {'; '.join(nil)}.")]
    return [Note("Every source that the kit has a table for sent something this period.")]
