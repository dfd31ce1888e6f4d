"""Every answer that a heading may ask for, of a period in which nothing was audited, logged or said."""

from datetime import date

import pytest

from qaf_lib.display.answers import ANSWERS, Asked
from qaf_lib.period import open_period


@pytest.mark.parametrize(
    ("end", "known"),
    [
        (date(2025, 9, 30), {"cohort", "data_quality", "standing"}),
        (date(2025, 7, 31), {"cohort", "data_quality"}),
    ],
)
def test_where_nothing_is_on_record_only_the_draw_and_the_rows_read_are_told(project, end, known):
    period = open_period(project.file)
    said = {name: answer(Asked(period, period.span.start, end)) for name, answer in ANSWERS.items()}
    told = {name: words for name, words in said.items() if words is not None}
    assert set(told) == known
    assert told["cohort"] == "Case file audit: 12 of 12 open cases could be drawn, 7 were."
    assert "standing" not in told or told["standing"] == "Watched: no target says when it is met."
