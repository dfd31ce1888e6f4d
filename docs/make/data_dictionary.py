"""The data dictionary as a page, made from the same definitions as schemas, register and CSV files."""

from __future__ import annotations

from qaf_lib.display.tables import RESULT_COLUMNS
from qaf_lib.register.schema import TABLES, Column, Table

_TYPES = {
    "s": "text",
    "d": "date",
    "t": "time (UTC)",
    "i": "whole number",
    "f": "fraction from 0 to 1",
    "n": "number",
    "b": "true or false",
}
_RESULTS = [
    "",
    "## Tables of an edition",
    "",
    "An edition has a CSV file for each table of its pages (`tables/*.csv`), and `tables.xlsx` with a sheet",
    "for each and the same columns. The first column says what a line is about, under the page's heading",
    "(Team, Grade) and in its words. In a table of results the columns below follow it, with a line for each",
    "measure of a row. Other tables (lists, duties, calendars) have the page's headings, and more columns",
    "where a cell of the page holds several numbers. A column that holds nothing in the whole table is left",
    "out: read columns by name, and expect any of them to be missing.",
    "",
    "Files are UTF-8 with a byte order mark. Numbers have at most six decimals and no thousands separator,",
    "days read 2026-09-30, and text that begins like a formula has an apostrophe before it.",
    "",
    "| column | what |",
    "|---|---|",
    *(f"| {name} | {meaning} |" for name, meaning in RESULT_COLUMNS.items()),
]
_MARKS = {"": "", "!": "direct identifier", "~": "reference, replaced by a pseudonym", "#": "free text"}


def dictionary() -> str:
    """Every table and column in Markdown."""
    head = [
        "# Data dictionary",
        "",
        "Made from `qaf_lib/register/schema.py` and `qaf_lib/display/tables/records.py` by",
        "`python docs/make/data_dictionary.py > docs/data-dictionary.md`.",
        "",
        "Register rows also have `seq` (increasing through all tables), `recorded_at` (UTC), `recorded_by`",
        "and `supersedes`. Sources bring the same columns without these and without the ids that the kit",
        "makes. Direct identifiers and free text stay in the vault.",
    ]
    return (
        "\n".join([*head, *(line for table in TABLES.values() for line in _table(table)), *_RESULTS]) + "\n"
    )


def _table(table: Table) -> list[str]:
    rows = [_row(column, column.name in table.key) for column in table.columns]
    return [
        "",
        f"## {table.name}",
        "",
        f"One row: {table.meaning}.",
        "",
        "| column | type | may be blank | what |",
        "|---|---|---|---|",
        *rows,
    ]


def _row(column: Column, key: bool) -> str:
    choices = f"one of {', '.join(column.choices)}" if column.choices else ""
    what = "; ".join(word for word in ("key" if key else "", _MARKS[column.mark], choices) if word)
    return f"| {column.name} | {_TYPES[column.type]} | {'yes' if column.optional else 'no'} | {what} |"


if __name__ == "__main__":
    print(dictionary(), end="")
