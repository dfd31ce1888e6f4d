"""Tables of duties and census lists: words for how often and for the state, marks in place of numbers."""

import pandas as pd
import pytest

from qaf_lib.analysis import results_table
from qaf_lib.counting import looked_at
from qaf_lib.display.tables.duties import duty_table, list_table
from qaf_lib.frameworks.scale import Words

DUTY = {
    "duty_id": "D1",
    "label": "Audit a file",
    "who": "Director",
    "each": "post",
    "times": 1,
    "every": "month",
}
DUTY |= {"state": "met", "due_on": "2026-09-30", "same_as": None, "counted_by": None, "assumed": None}
DUTY |= {"holders": 1, "reached": 1, "events": 4, "exempt": 0, "approved_by": None, "left_out": 0}
DUTY |= dict.fromkeys(["due_so_far", "done_so_far", "kept_pace", "of_whom", "not_held", "evidence"])
COUNTS = [name for name, value in DUTY.items() if isinstance(value, int)]
COUNTS += ["due_so_far", "done_so_far", "kept_pace", "of_whom"]
SHOWN = ["duty_id", "kind", "label", "n", "x", "best"]


def table(*changes, x=2, n=3, mark="", shown=()):
    duties = pd.DataFrame(
        [{**DUTY, "duty_id": f"D{at}", **change} for at, change in enumerate(changes or [{}])]
    )
    duties = duties.astype(dict.fromkeys(COUNTS, "Int64")).assign(due_on=pd.to_datetime(duties["due_on"]))
    row = {"table_id": "t", "measure": "done", "x": x, "n": n, "mark": mark}
    counts = results_table({**row, "row_key": duty} for duty in duties["duty_id"])
    beside = pd.DataFrame([("D0", *one) for one in shown], columns=SHOWN).astype({"n": "Int64", "x": "Int64"})
    named = {"table_id": "duties_1", "caption": "Duties of the Director"}
    return duty_table(duties, counts, beside, words=Words(), **named)


def test_a_duty_says_how_often_of_whom_what_is_there_and_how_it_stands():
    made = table({"state": "partly met"})
    assert made.headings == (
        "Duty", "How often", "Holders", "Reached", "Expected", "Records", "How it stands"
    )  # fmt: skip
    assert made.rows == (("Audit a file", "once a month", "1", "1", "3", "4", "partly met: 2 of 3"),)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"times": 2, "every": "year"}, "twice a year"),
        ({"times": 6, "every": "year"}, "6 times a year"),
        ({"every": "two_years"}, "once every two years"),
        ({"every": "half_year", "each": "team"}, "once every half year, each"),
        ({"every": "week", "each": "subject"}, "once a week, each person"),
        ({"every": "week", "assumed": "prompt"}, "once a week (assumed)"),
        ({"times": None, "every": None}, "no number given"),
        ({"times": None, "every": None, "counted_by": "open_cases"}, "counted by its own rule"),
        (
            {"times": None, "every": None, "counted_by": "survey", "assumed": "offer"},
            "counted by its own rule; how that is read is assumed",
        ),
    ],
)
def test_how_often_reads_as_words(change, words):
    assert table(change).rows[0][1] == words


NONE = {"x": None, "n": None}


@pytest.mark.parametrize(
    ("change", "counted", "words"),
    [
        ({"state": "nothing on record"}, NONE, "nothing on record"),
        ({"state": "on record", "events": 12, "holders": 300, "reached": 9}, NONE,
         "on record: 12 entries, by 9 of 300 in post"),
        ({"state": "on record", "events": 1, "each": "team", "holders": 29, "reached": 1}, NONE,
         "on record: 1 entry, by 1 of 29"),
        ({"state": "on record", "events": 2}, NONE, "on record: 2 entries"),
        ({"state": "on record", "events": 2, "evidence": "audit"}, NONE, "on record: 2 audits"),
        ({"state": "not due"}, {}, "not due until 30 September 2026"),
        ({"state": "not due", "due_on": None}, {}, "not due"),
        ({"state": "met", "same_as": "T4"}, {"x": 3}, "met: 3 of 3 (the same as duty T4)"),
        ({"state": "behind", "done_so_far": 1537, "due_so_far": 1671, "kept_pace": 164, "of_whom": 284}, {},
         "behind: 1,537 done, 1,671 due by now; 164 of 284 have had what the year so far asks"),
        ({"state": "on track", "done_so_far": 3, "due_so_far": 2, "kept_pace": 0, "of_whom": 0}, {},
         "on track: 3 done, 2 due by now"),
    ],
)  # fmt: skip
def test_how_it_stands_reads_as_words(change, counted, words):
    assert table(change, **counted).rows[0][-1] == words


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (
            ("question", "Procedure was kept", 113, 88, "met"),
            "113 audits answered “Procedure was kept”, 88 met",
        ),
        (("question", "Recording", 1, 0, "good or better"), "1 audit answered “Recording”, 0 good or better"),
        (("feedback", "survey", 81, None, None), "survey: 81 came in"),
        (("indicator", "Visits", 100, 89, None), "Visits: 89 of 100"),
    ],
)
def test_what_stands_beside_the_log_is_said_without_a_state(shown, words):
    assert table({"state": "on record", "events": None}, shown=[shown], **NONE).rows[0][-1] == words


def test_records_of_others_are_told_apart_from_the_holders_own():
    shown = ("question", "Planning", 9, 4, "met")
    told = table({"state": "on record", "events": 0}, shown=[shown], **NONE).rows[0][-1]
    assert told == "no record of the holders' own; 9 audits answered “Planning”, 4 met"


def test_who_is_exempt_and_who_is_left_out_is_said_beside_the_holders():
    change = {"holders": 5, "exempt": 2, "approved_by": "Director", "left_out": 1}
    assert (
        table(change).rows[0][2]
        == "5; 2 exempt for some or all of the days, approved by Director; 1 left out by the framework"
    )


@pytest.mark.parametrize(
    ("each", "holders", "words"),
    [("team", 29, "29 teams"), ("subject", 1, "1 person"), ("locality", 2, "2 localities"), ("post", 5, "5")],
)
def test_of_whom_each_is_expected_is_said_where_it_is_no_post(each, holders, words):
    assert table({"each": each, "holders": holders}).rows[0][2] == words


def test_duties_of_several_say_whose_they_are():
    made = table({}, {"who": "Board"})
    assert made.headings[1] == "Who"
    assert [row[1] for row in made.rows] == ["Director", "Board"]
    assert made.numeric == {3, 4, 5, 6}


def test_the_numbers_go_to_csv_beside_the_words():
    record = table().records[0]
    assert (record["Expected"], record["Done"], record["State"]) == (3, 2, "met")
    assert (record["Due on"], record["How it stands"]) == ("2026-09-30", "met: 2 of 3")


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
