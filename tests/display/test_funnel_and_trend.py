"""Charts of teams and of months: what they say to those who do not see them."""

import base64
import re

import pandas as pd
import pytest

from qaf_lib.analysis.comparison import funnel
from qaf_lib.analysis.trends import p_chart, run_chart
from qaf_lib.display.charts import funnel_chart, trend_chart

TEAMS = pd.DataFrame({"team": ["b", "a", "c", "d"], "x": [16, 15, 4, 1], "n": [20, 20, 20, 2]})
FUNNEL = funnel(teams=TEAMS, table_id="teams")
LIMITS = pd.DataFrame(
    {
        "n": [1, 20],
        "low_95": [0.0, 0.4],
        "high_95": [1.0, 0.8],
        "low_99.8": [0.0, 0.3],
        "high_99.8": [1.0, 0.9],
    }
)
MONTHS = pd.DataFrame({"period": [f"2025-{m:02}" for m in range(1, 13)], "x": [7, 5] * 5 + [7, 0], "n": 10})
RUN = run_chart(values=pd.Series([0.5, None, 0.7], index=["Q1", "Q2", "Q3"]), table_id="run")


def svg(chart):
    return base64.b64decode(re.search(r"base64,([^\"]+)", chart.to_html())[1]).decode("utf-8")


@pytest.mark.parametrize(
    "chart",
    [
        funnel_chart(FUNNEL, LIMITS, caption="Teams"),
        trend_chart(RUN, caption="Quarters"),
        trend_chart(p_chart(points=MONTHS, table_id="p"), caption="Months"),
    ],
    ids=["funnel", "run", "control"],
)
def test_a_chart_is_an_image_without_script_or_address(chart):
    assert "<script" not in svg(chart)
    assert re.findall(r'(?:href|src)="(?!#|data:)[^"]+"', svg(chart)) == []


def test_teams_are_read_aloud_by_name_with_their_counts_and_those_told_apart():
    alt = funnel_chart(FUNNEL, LIMITS, caption="Teams", labels={"a": "Ash", "b": "Birch", "c": "Cedar"}).alt
    # 35 of 60 are 58%; the team with two cases is not shown
    assert alt == (
        "Teams: all together 58%; 1 of 3 stand outside what chance explains. Ash 15 of 20; Birch 16 of 20; "
        "Cedar 4 of 20, lower than chance explains."
    )


def test_teams_that_cannot_be_set_against_each_other_give_words_and_no_picture():
    one = funnel(teams=TEAMS.iloc[:1], table_id="teams")
    chart = funnel_chart(one, LIMITS, caption="Teams")
    assert chart.svg == b""
    assert "cannot be set against each other" in chart.alt


def test_a_run_chart_reads_its_points_gaps_and_median():
    assert trend_chart(RUN, caption="Quarters").alt == "Quarters: Q1 50%; Q2 no value; Q3 70%; median 60%."


def test_a_control_chart_says_what_its_icon_means_and_which_points_stand_out():
    alt = trend_chart(p_chart(points=MONTHS, table_id="p"), caption="Months").alt
    # 67 of 120
    assert "2025-11 70%; 2025-12 0% (worse than chance explains); mean 56%." in alt
    assert alt.endswith("Newest point: worse than chance explains.")


def test_an_improvement_and_ordinary_months_have_their_own_words():
    rising = MONTHS.assign(x=[1, 3] * 5 + [1, 10])
    assert "better than chance explains" in trend_chart(p_chart(points=rising, table_id="p"), caption="M").alt
    level = MONTHS.assign(x=[5, 6] * 6)
    assert trend_chart(p_chart(points=level, table_id="p"), caption="M").alt.endswith(
        "ordinary variation only."
    )


def test_a_series_without_a_share_gives_words_and_no_picture():
    empty = run_chart(values=pd.Series([None, None], index=["Q1", "Q2"], dtype="float64"), table_id="run")
    chart = trend_chart(empty, caption="Quarters")
    assert chart.svg == b""
    assert "no point has a share" in chart.alt


def test_what_happened_is_numbered_on_the_chart_and_told_in_words():
    plain, marked = (
        trend_chart(RUN, caption="Quarters", events=events)
        for events in (None, {"Q3": "A new tool", "Q1": "A move"})
    )
    assert marked.alt == f"{plain.alt} Marked: Q3, A new tool; Q1, A move."
    assert svg(marked) != svg(plain)
    with pytest.raises(ValueError, match="Q9"):
        trend_chart(RUN, caption="Quarters", events={"Q9": "never drawn"})
