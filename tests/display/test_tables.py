from dataclasses import replace

import pandas as pd
import pytest

from qaf_lib.analysis import results_table
from qaf_lib.display import count_table, cross_table, plain_table, share_table
from qaf_lib.display.tables import TABLE_TYPE

ROW = {"table_id": "t", "measure": "share", "n": 40, "population": 200, "method": "Wilson"}


def shares(*rows):
    return results_table({**ROW, **row} for row in rows)


GOOD = {"row_key": "good", "x": 30, "estimate": 0.75, "low": 0.6, "high": 0.86}


def test_a_share_table_shows_cases_count_share_and_interval():
    table = share_table(shares(GOOD), caption="Grades", row_heading="Grade")
    assert table.headings == ("Grade", "In all", "Count", "Share", "95% interval")
    assert table.rows == (("Good", "40 of 200", "30", "75%", "60% to 86%"),)


def test_a_table_has_a_caption_and_a_scope_on_every_heading_and_no_style():
    html = share_table(shares(GOOD), caption="Grades", row_heading="Grade").to_html()
    assert "<caption>Grades</caption>" in html
    assert html.count("<th ") == html.count('scope="col"') + html.count('scope="row"') == 6
    assert "style=" not in html


def test_hostile_text_is_escaped_everywhere():
    bad = "<script>x</script>"
    html = share_table(
        shares({**GOOD, "row_key": bad}), caption=bad, row_heading=bad, note=bad, labels={bad: bad}
    ).to_html()
    assert "<script>" not in html
    assert html.count("&lt;script&gt;") >= 4


@pytest.mark.parametrize("mark", ["z", "x"])
def test_a_mark_stands_in_the_cell_and_its_key_in_the_note(mark):
    marked = shares({"row_key": "good", "x": None, "mark": mark, "method": "too few"})
    table = share_table(marked, caption="Grades", row_heading="Grade")
    assert f"[{mark}]" in table.rows[0]
    assert f"[{mark}]" in table.note


def test_differences_read_in_points_by_measure_or_by_row():
    change = shares({"row_key": "change", "x": None, "estimate": 0.05, "low": -0.02, "high": 0.12})
    table = share_table(change, caption="Change", row_heading="What", formats={"change": "points"})
    assert table.rows[0][-2:] == ("+5 points", "−2 points to +12 points")


def test_a_table_without_rows_says_why_in_a_line():
    table = plain_table(pd.DataFrame(columns=["a"]), table_id="t", caption="Actions")
    assert table.to_html() == '<p class="empty">Actions. Nothing to show: no rows.</p>'


def crossed():
    cells = [("a", "a", 3), ("a", "b", 1), ("b", "a", 0), ("b", "b", 2)]
    return results_table(
        {
            "table_id": "t",
            "row_key": row,
            "measure": column,
            "x": x,
            "method": "count",
        }
        for row, column, x in cells
    )


def test_a_cross_table_adds_up_its_rows_and_columns():
    table = cross_table(crossed(), caption="Before and after", row_heading="Before", column_heading="")
    # 3 + 1 = 4; 0 + 2 = 2; 3 + 0 = 3; 1 + 2 = 3
    assert [row[-1] for row in table.rows] == ["4", "2", "6"]
    assert table.rows[-1] == ("Total", "3", "3", "6")


def test_counts_have_a_column_for_each_measure():
    rows = [
        {"table_id": "t", "row_key": "East", "measure": m, "x": x, "method": "full count"}
        for m, x in [("drawn", 9), ("graded", 8)]
    ]
    table = count_table(results_table(rows), caption="Strata", row_heading="Stratum")
    assert table.rows == (("East", "9", "8"),)


def test_a_plain_table_writes_dates_in_full_and_yes_or_no():
    frame = pd.DataFrame(
        {
            "title": ["a"],
            "due_on": pd.to_datetime(["2026-09-30"]),
            "late": [True],
            "held": pd.to_datetime([None]),
        }
    )
    table = plain_table(frame, table_id="t", caption="Actions", missing="not held")
    assert table.rows == (("a", "30 September 2026", "yes", "not held"),)


def test_the_numbers_behind_a_table_go_with_it_in_their_order():
    carried = share_table(shares(GOOD), caption="Grades", row_heading="Grade")._repr_mimebundle_()[TABLE_TYPE]
    assert carried["columns"][:3] == ["Grade", "Count", "Out of"]
    assert carried["records"][0]["Count"] == 30


def of_rows(count):
    return plain_table(pd.DataFrame({"team": ["a"] * count}), table_id="t", caption="Teams")


def test_a_long_table_opens_at_a_click_and_says_how_long_it_is():
    assert of_rows(6).to_html().startswith('<div class="table-box">')
    assert of_rows(7).to_html().startswith("<details><summary>Teams (7 rows)</summary>")
    assert replace(of_rows(7), folded=False).to_html() in of_rows(7).to_html()
    assert replace(of_rows(1), folded=True).to_html().startswith("<details><summary>Teams (1 row)</summary>")


def test_a_ragged_or_nameless_table_is_refused():
    from qaf_lib.display import Table

    with pytest.raises(ValueError, match="every row needs 2 cells"):
        Table(table_id="t", caption="c", headings=("a", "b"), rows=(("1",),))
    with pytest.raises(ValueError, match="needs a table_id and a caption"):
        Table(table_id="", caption="c", headings=("a",), rows=())
