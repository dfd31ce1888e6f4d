"""What all sources say together, as a small period answers it, and what the page says of it."""

import pandas as pd
import pytest

from qaf_lib.display.charts import Chart
from qaf_lib.pages import open_period
from qaf_lib.pages.evidence import indicators_sections as indicators
from qaf_lib.pages.evidence import sections as evidence
from qaf_lib.pages.evidence import sections as triangulation
from qaf_lib.pages.grades import over_time_sections as equality

INDICATOR = "indicator_id,period,team_id,numerator,denominator,target\n"
FEEDBACK = "feedback_id,kind,instrument,respondent,theme,received_on,score\n"
ANSWER = "audit_id,question_id,theme,answer\n"
RULES = """\
indicators:
  - {indicator_id: plans, label: Plans in time, target: 0.80, theme: Planning}
  - {indicator_id: delays, label: Delays, target: 0.10, better: lower}
sources:
  - {name: audits, label: Case file audits, evidence: qualitative, table: audit, kinds: [case_file]}
  - {name: research, label: Research, evidence: impact, table: project, kinds: [research]}
  - {name: panels, label: Panels, evidence: qualitative}
worthwhile_change"""
PAGES = (
    *(triangulation.by_theme, triangulation.in_short, evidence.matrix, indicators.against_target),
    *(indicators.over_time, indicators.by_team, equality.groups),
)


def ask(project):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", RULES)
    project.change(
        "parameters/frameworks/tiny.yml", "label: The child's voice}", "label: Voice, theme: Voice}"
    )


def figures(project, *rows):
    project.add_records("indicator", INDICATOR + "".join(f"{row}\n" for row in rows))


def feedback(project, *rows):
    """Rows of (kind, theme, day, score)."""
    lines = [f"F{at},{kind},,,{theme},{day},{score}" for at, (kind, theme, day, score) in enumerate(rows)]
    project.add_records("feedback", FEEDBACK + "\n".join(lines) + "\n")


def said(project, source):
    found = open_period(project.file).triangulation
    table = next(each.said for each in found.sources if each.name == source)
    return dict(zip(table["row_key"], table["method"], strict=True))


def test_feedback_of_the_last_twelve_months_says_what_it_says_of_a_theme(project):
    ask(project)
    feedback(
        project,
        *[("survey", "Voice", "2024-10-01", 7)] * 7,
        *[("survey", "Voice", "2025-09-30", 6)] * 3,
        *[("survey", "Voice", "2024-09-30", 1)] * 9,
        *[("complaint", "Planning", "2025-08-01", "")] * 6,
        *[("compliment", "Planning", "2025-08-01", "")] * 4,
    )
    # 7 of 10 score 7 or more; the nine lie a day too early; 4 of 10 are compliments
    assert said(project, "surveys") == {"Voice": "good", "Planning": "too little to say"}
    assert said(project, "complaints") == {"Voice": "too little to say", "Planning": "poor"}


def test_a_theme_of_the_records_is_the_framework_s_where_one_question_bears_both(project):
    ask(project)
    project.add_audits({"0071000": "good"})
    project.add_records("answer", f"{ANSWER}A-random-2025-08-01-0071000,voice,The voice,good\n")
    feedback(project, *[("compliment", "The voice", "2025-08-01", "")] * 10)
    assert said(project, "complaints") == {"Voice": "good", "Planning": "too little to say"}


def test_audits_say_it_with_the_interval_of_their_question(project):
    ask(project)
    period = open_period(project.file)
    drawn = {f"007{number}": "good" for number in [*range(1000, 1006), *range(2000, 2006)]}
    assert period.triangulation.sources[0].said["method"].tolist() == ["too little to say"] * 2
    project.add_audits(drawn)
    rows = "".join(f"A-random-2025-08-01-{case},voice,Voice,good\n" for case in drawn)
    project.add_records("answer", ANSWER + rows)
    audits = open_period(project.file).triangulation.sources[0].said
    n = int(audits["n"][0])
    assert audits["estimate"][0] == 1
    assert audits["method"][0] == ("good" if n >= 10 else "too little to say")


@pytest.mark.parametrize(("x", "verdict"), [(80, "good"), (76, "mixed"), (75, "poor")])
def test_an_indicator_says_how_far_it_stands_from_its_target(project, x, verdict):
    ask(project)
    figures(project, f"plans,2025-26 Q2,,{x},100,")
    assert said(project, "indicators")["Planning"] == verdict
    assert open_period(project.file).triangulation.agrees["method"].tolist() == [
        "nothing to say",
        "one source only",
    ]


def test_the_framework_s_target_comes_before_the_records_and_lower_may_be_better(project):
    ask(project)
    figures(project, "plans,2025-26 Q2,,79,100,0.5", "delays,2025-26 Q2,,10,100,", "own,2025-26 Q2,,1,2,0.5")
    found = open_period(project.file).indicators
    states = found.current[found.current["measure"] == "share"].set_index("row_key")["method"]
    assert states.to_dict() == {"plans": "not met", "delays": "met"}
    assert "1 of 2 indicators missed its target: Plans in time (79%, target 80%)." in repr(
        indicators.against_target(open_period(project.file))
    )


def test_an_indicator_without_a_figure_is_told_as_such(project):
    ask(project)
    figures(project, "plans,2025-26 Q1,,79,100,")
    period = open_period(project.file)
    assert period.indicators.current["mark"].tolist()[:2] == ["z", "z"]
    told = repr(indicators.against_target(period))
    assert "[z]" in told
    assert "the duties that such a figure shows. Lower is better for: Delays." in told


QUARTERS = ("2024-25 Q1", "2024-25 Q2", "2024-25 Q3", "2024-25 Q4", "2025-26 Q1", "2025-26 Q2")


@pytest.mark.parametrize(("first", "charts"), [(0, 1), (1, 0)])
def test_six_periods_make_a_run_chart(project, first, charts):
    ask(project)
    figures(project, *(f"plans,{quarter},,79,100," for quarter in QUARTERS[first:]))
    period = open_period(project.file)
    assert period.indicators.periods == list(QUARTERS[first:])
    assert len(period.indicators.runs) == charts
    assert ("median" in repr(indicators.over_time(period))) == bool(charts)


def of_months(number, x=79, *, last=None):
    """Figures of the months up to September 2025, of which the last may differ."""
    months = [str(month) for month in pd.period_range(end="2025-09", periods=number, freq="M")]
    counts = [x + at % 3 for at in range(number - 1)] + [x if last is None else last]
    return [f"plans,{month},,{count},100," for month, count in zip(months, counts, strict=True)]


@pytest.mark.parametrize(("months", "kinds"), [(5, []), (6, ["run"]), (11, ["run"]), (12, ["xmr"])])
def test_months_make_a_run_chart_from_six_and_an_xmr_chart_from_twelve(project, months, kinds):
    ask(project)
    figures(project, *of_months(months), "plans,2025-26 Q2,,79,100,")
    period = open_period(project.file)
    assert [(run.unit, run.kind) for run in period.indicators.runs] == [("month", kind) for kind in kinds]
    assert ("ordinary variation only" in repr(indicators.over_time(period))) == ("xmr" in kinds)


@pytest.mark.parametrize(("target", "drawn"), [(79, 0), (80, 1)])
def test_of_charts_in_which_no_point_stands_out_those_that_miss_their_target_are_drawn(
    project, target, drawn
):
    ask(project)
    project.change("parameters/frameworks/tiny.yml", "target: 0.80", f"target: 0.{target}")
    figures(project, *of_months(12), "plans,2025-26 Q2,,79,100,")
    parts = indicators.over_time(open_period(project.file)).parts
    assert sum(isinstance(part, Chart) for part in parts) == drawn
    assert "Plans in time, by month: ordinary variation only." in repr(parts)


def test_a_run_chart_of_an_indicator_that_meets_its_target_is_told_and_not_drawn(project):
    ask(project)
    figures(project, *(f"plans,{quarter},,81,100," for quarter in QUARTERS))
    parts = indicators.over_time(open_period(project.file)).parts
    assert not any(isinstance(part, Chart) for part in parts)
    assert "Plans in time, by period: " in repr(parts)


def test_indicators_stand_beside_the_period_before_by_which_way_is_better(project):
    ask(project)
    rows = ["plans,2025-26 Q1,,70,100,", "plans,2025-26 Q2,,79,100,"]
    figures(project, *rows, "delays,2025-26 Q1,,5,100,", "delays,2025-26 Q2,,6,100,")
    told = repr(indicators.over_time(open_period(project.file)))
    assert "Of 2 indicators with a figure for 2025-26 Q1 too, 1 are better in 2025-26 Q2 and 1 worse." in told
    assert "Fewer than six periods tell no trend from chance." in told


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (79, "ordinary variation only. The 12 points go up and down as chance would have them"),
        (60, "the newest point is worse than chance explains (a point outside the dashed lines)"),
        (99, "the newest point is better than chance explains (a point outside the dashed lines)"),
    ],
)
def test_an_xmr_chart_says_what_its_rules_say(project, last, words):
    ask(project)
    figures(project, *of_months(12, last=last), "plans,2025-26 Q2,,79,100,")
    told = repr(indicators.over_time(open_period(project.file)))
    assert f"Plans in time, by month: {words}" in told
    assert "September 2025" in told
    assert f"{last} of 100" in told


@pytest.mark.parametrize(
    ("x", "words"),
    [
        (90, "chance alone would hardly make it miss its target"),
        (79, "chance decides whether it reaches its target"),
        (60, "chance alone would hardly make it reach its target"),
    ],
)
def test_an_xmr_chart_stands_to_its_target_as_its_limits_do(project, x, words):
    # points x, x + 1, x + 2 in turn: the limits are some 3 to 4 points away, and the target is 80%
    ask(project)
    figures(project, *of_months(14, x))
    assert words in repr(indicators.over_time(open_period(project.file)))


def test_limits_stay_where_shares_can_be_and_a_month_without_a_figure_is_a_gap(project):
    ask(project)
    rows = of_months(14, 98)
    figures(project, *rows[:5], *rows[6:])
    chart = open_period(project.file).indicators.runs[0].chart
    limits = chart[(chart["measure"] == "limits") & chart["high"].notna()]
    assert limits["high"].max() == 1
    assert chart.loc[chart["row_key"] == "2025-01", "mark"].iloc[0] == "x"


def test_a_year_s_or_a_later_figure_is_no_earlier_quarter(project):
    ask(project)
    figures(project, "plans,2025-26 Q2,,79,100,", "plans,2024-25,,79,100,", "plans,2025-26 Q3,,79,100,")
    assert open_period(project.file).indicators.periods == ["2025-26 Q2"]


def test_sources_are_fed_nil_or_outside_the_records(project):
    ask(project)
    project.add_audits({"0071000": "good"})
    project.add_audits({"0071001": "good"}, day="2025-06-30", selection="panel")
    period = open_period(project.file)
    assert period.evidence.sources["state"].tolist() == ["fed", "nil return", "outside the records"]
    assert period.evidence.counts["x"].tolist()[:2] == [1, 0]
    page = repr(evidence.matrix(period))
    assert "Nil returns, nothing came this period: Research." in page
    assert "1 August 2025" in page


def test_a_nil_return_says_when_the_source_last_sent_something(project):
    ask(project)
    project.add_records(
        "project",
        "project_id,block,title,on,officer_post\nP,research,One,2025-06-30,Board\nQ,research,Two,2025-10-01,Board\n",
    )
    page = repr(evidence.matrix(open_period(project.file)))
    assert "Research (the last came on 30 June 2025)" in page


def test_groups_have_their_cohort_and_twelve_months_of_random_audits(project):
    project.add_audits({"0071000": "good", "0071001": "good"}, day="2025-05-01", selection="panel")
    project.add_audits({"0071002": "good"}, day="2024-09-30", selection="panel")
    found = open_period(project.file).equality[0]
    gender = found.kinds[0]
    assert gender.cohort[["row_key", "x", "n"]].to_numpy().tolist() == [["Female", 12, 12]]
    assert gender.year[["x", "n"]].to_numpy().tolist() == [[2, 2]]
    assert (found.audits, found.weighted) == (2, False)
    told = repr(equality.groups(open_period(project.file)))
    assert "No two groups have 10 audits or more, so no group can be told apart." in told
    assert "count alike" in told


def test_audits_of_recorded_draws_count_by_their_weights(project):
    drawn = open_period(project.file).store.draws[0].responses["case_id"]
    assert len(drawn) > 0
    project.add_audits({f"007{number}": "good" for number in [*range(1000, 1006), *range(2000, 2006)]})
    found = open_period(project.file).equality[0]
    assert found.weighted
    assert found.audits == len(drawn)


def test_without_records_each_part_says_so_in_a_line(project):
    period = open_period(project.file)
    for page in PAGES[:-1]:
        assert len(page(period).parts) <= 1  # what the framework does not name is left out
        assert "\n" not in repr(page(period))


def test_the_page_says_which_sources_agree(project):
    ask(project)
    figures(project, "plans,2025-26 Q2,,90,100,", "plans,2025-26 Q2,T1,40,50,")
    feedback(project, *[("complaint", "Planning", "2025-08-01", "")] * 10)
    period = open_period(project.file)
    told = repr(triangulation.by_theme(period))
    conflict = "conflict (ask why before acting on either) on Planning (compliments and complaints poor, "
    assert f"Sources {conflict}indicators good). No source says enough on Voice." in told
    assert "poor: 0 of 10" in told
    assert "good: 1 of 1 met" in told
    assert "0 observations were held in the period. They are not graded, so they do not count here" in told
    assert "compliments and complaints poor; indicators good" in repr(triangulation.in_short(period))
    assert "Figures of 1 teams stand beside their grades" in repr(indicators.by_team(period))
    assert "North team" in repr(indicators.by_team(period))
    assert "Indicators with a target and a figure: 1. All met it." in repr(indicators.against_target(period))
