"""Tables of duties and census lists: words for how often and for the state, marks in place of numbers."""

import pandas as pd
import pytest

from qaf_lib.analysis.census import looked_at
from qaf_lib.analysis.results import results_table
from qaf_lib.display.tables.duties import duty_table, list_table

DUTY = {
    "duty_id": "D1",
    "label": "Audit a file",
    "who": "Director",
    "each": "post",
    "times": 1,
    "every": "month",
}
DUTY |= {"state": "met", "due_on": "2026-09-30", "same_as": None, "counted_by": None}


def table(*changes, x=2, n=3, mark=""):
    duties = pd.DataFrame(
        [{**DUTY, "duty_id": f"D{at}", **change} for at, change in enumerate(changes or [{}])]
    )
    duties = duties.astype({"times": "Int64"}).assign(due_on=pd.to_datetime(duties["due_on"]))
    row = {"table_id": "t", "measure": "done", "x": x, "n": n, "mark": mark}
    counts = results_table({**row, "row_key": duty} for duty in duties["duty_id"])
    return duty_table(duties, counts, table_id="duties_1", caption="Duties of the Director")


def test_a_duty_says_how_often_what_was_expected_and_done_and_its_state_in_words():
    made = table({"state": "partly met"})
    assert made.headings == ("Duty", "How often", "Expected", "Done", "State")
    assert made.rows == (("Audit a file", "once a month", "3", "2", "partly met"),)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"times": 2, "every": "year"}, "twice a year"),
        ({"times": 6, "every": "year"}, "6 times a year"),
        ({"every": "two_years"}, "once every two years"),
        ({"every": "half_year", "each": "team"}, "once every half year, each team"),
        ({"every": "week", "each": "subject"}, "once a week, each person"),
        ({"times": None, "every": None}, "no number given"),
        ({"times": None, "every": None, "counted_by": "open_cases"}, "counted by its own rule"),
    ],
)
def test_how_often_reads_as_words(change, words):
    assert table(change).rows[0][1] == words


@pytest.mark.parametrize(
    ("change", "done", "words"),
    [
        ({"state": "not evidenced"}, "no record", "not evidenced"),
        ({"state": "not due"}, "2", "not due until 30 September 2026"),
        ({"state": "not due", "due_on": None}, "2", "not due"),
        ({"state": "met", "same_as": "T4"}, "2", "met (the same as duty T4)"),
    ],
)
def test_states_read_as_words(change, done, words):
    assert table(change).rows[0][3:] == (done, words)


def test_duties_of_several_say_whose_they_are():
    made = table({}, {"who": "Board"})
    assert made.headings[1] == "Who"
    assert [row[1] for row in made.rows] == ["Director", "Board"]
    assert made.numeric == {3, 4}


def test_the_numbers_go_to_csv_beside_the_words():
    record = table().records[0]
    assert (record["expected"], record["done"], record["state"]) == (3, 2, "met")


def test_a_list_shows_what_is_on_it_what_was_looked_at_and_the_pace():
    counts = looked_at(listed=10, looked=3, every="quarter", table_id="census", row_key="long")
    made = list_table(counts, caption="Lists", labels={"long": "Long plans"})
    assert made.rows == (("Long plans", "10", "3", "30%", "3"),)


def test_a_list_that_no_record_speaks_of_says_why():
    counts = looked_at(listed=10, looked=None, every="quarter", table_id="census", row_key="long")
    made = list_table(counts, caption="Lists", labels={})
    assert made.rows == (("Long", "10", "[x]", "[x]", "[x]"),)
    assert "no record says whether it was looked at" in made.note


def test_hostile_labels_are_escaped():
    assert "<script>" not in table({"label": "<script>x</script>"}).to_html()
