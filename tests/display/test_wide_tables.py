"""Several measures of each row side by side."""

from qaf_lib.analysis import results_table
from qaf_lib.display.tables import Column, wide_table

ROWS = results_table(
    [
        {"table_id": "t", "row_key": "a", "measure": "share", "x": 6, "n": 10, "estimate": 0.6},
        {"table_id": "t", "row_key": "a", "measure": "limits", "n": 10, "low": 0.3, "high": 0.9},
        {"table_id": "t", "row_key": "a", "measure": "verdict", "n": 10, "method": "common cause"},
        {"table_id": "t", "row_key": "b", "measure": "share", "method": "too few", "mark": "x"},
        {"table_id": "t", "row_key": "all", "measure": "centre", "estimate": 0.5},
    ]
)
COLUMNS = [
    Column("Graded", "share", "cases"),
    Column("Count", "share", "count"),
    Column("Share", "share", "share"),
    Column("Limits", "limits", "interval"),
    Column("Said", "verdict", "words"),
]


def made(**given):
    return wide_table(ROWS, caption="Teams", row_heading="Team", columns=COLUMNS, **given)


def test_each_row_has_a_cell_for_every_column_and_a_dash_where_nothing_is_said():
    table = made(labels={"a": "North"}, words={"common cause": "ordinary variation"})
    assert table.rows == (
        ("North", "10", "6", "60%", "30% to 90%", "ordinary variation"),
        ("B", "–", "[x]", "[x]", "–", "–"),
    )


def test_the_reason_of_a_mark_stands_under_the_table_and_numbers_to_the_right():
    table = made(note="Not ranked.")
    assert table.note == "Not ranked. [x] not available: too few."
    assert table.numeric == {1, 2, 3, 4}


def test_every_row_of_the_result_goes_into_the_records():
    assert [record["measure"] for record in made().records] == [
        *("share", "limits", "verdict", "share", "centre")
    ]
