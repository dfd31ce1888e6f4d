"""Several measures of each row side by side."""

import pytest

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
    assert [(record["Team"], record["Measure"]) for record in made(labels={"a": "North"}).records] == [
        *(("North", "Share"), ("North", "Limits"), ("North", "Said"), ("B", "Share"), ("All", "Centre"))
    ]


def test_a_record_has_its_numbers_under_headings_that_say_what_they_are():
    share, limits, said, marked, centre = made(words={"common cause": "ordinary variation"}).records
    assert (share["Count"], share["Out of"], share["Share (0 to 1)"]) == (6, 10, 0.6)
    assert (limits["Interval from"], limits["Interval to"]) == (0.3, 0.9)
    assert said["How it was made"] == "ordinary variation"
    assert (marked["Count"], marked["Mark"], marked["How it was made"]) == (None, "x", "too few")
    assert centre["Value"] == 0.5


@pytest.mark.parametrize(
    ("columns", "measure"),
    [
        (
            [Column("In all", "m", "cases"), Column("Count", "m", "count"), Column("Share", "m", "share")],
            "Share",
        ),
        ([Column("Open", "m", "count"), Column("Of all", "m", "share")], "Open"),
        (
            [Column("Year", "m", "cases"), Column("Days", "m", "days"), Column("Days", "o", "days")],
            "Year, days",
        ),
        ([Column("Days", "m", "days"), Column("Days", "o", "days")], "M"),
    ],
)
def test_a_measure_is_called_what_its_columns_are(columns, measure):
    rows = results_table([{"table_id": "t", "row_key": "a", "measure": "m", "x": 1, "n": 2}])
    table = wide_table(rows, caption="c", row_heading="Team", columns=columns)
    assert table.records[0]["Measure"] == measure
