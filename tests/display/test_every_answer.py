"""Every answer that a heading may ask for, of a period in which nothing was audited, logged or said."""

from datetime import date

import pytest

from qaf_lib.pages import open_period
from qaf_lib.pages.framework.asked import Asked
from qaf_lib.pages.framework.every import ANSWERS


@pytest.mark.parametrize(
    ("end", "known"),
    [
        (date(2025, 9, 30), {"cohort", "cohort_by_group", "data_quality", "how_drawn", "standing"}),
        (date(2025, 7, 31), {"cohort", "data_quality"}),
    ],
)
def test_where_nothing_is_on_record_only_the_draw_and_the_rows_read_are_told(project, end, known):
    period = open_period(project.file)
    said = {name: answer(Asked(period, period.span.start, end)) for name, answer in ANSWERS.items()}
    told = {name: words for name, words in said.items() if words is not None}
    assert set(told) == known
    assert told["cohort"] == "Case file audit: 12 of 12 open cases could be drawn, 7 were."
    assert "how_drawn" not in told or told["how_drawn"].startswith("Case file audit: 7 of 12 cases in ")
    assert "standing" not in told or told["standing"] == "Watched: no target says when it is met."
