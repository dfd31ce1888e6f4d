"""Performance indicators: against target, over the periods, and beside the grades of the same teams."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from qaf_lib.analysis.trends import special_cause
from qaf_lib.display.charts import trend_chart
from qaf_lib.display.passages import Note
from qaf_lib.display.tables import Column, Table, plain_table, wide_table
from qaf_lib.display.words import are, count_of, count_words, long_date, percent, percent_beside
from qaf_lib.frameworks.counted import COUNTS
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.cover import Section, nothing
from qaf_lib.pages.evidence.indicators import RunOf
from qaf_lib.pages.grades.over_time_sections import control_table, control_words, month_names

_NONE = "The framework names no indicators, and none came with the records."
_ASSURANCE = {
    "consistently hits the target": "As it varies now, chance alone would hardly make it miss its target.",
    "consistently misses the target": "As it varies now, chance alone would hardly make it reach its target.",
    "hits and misses the target by chance": "As it varies now, chance decides whether it reaches its target.",
}
_SIDE_BY_SIDE = 4
"""Indicators beside the grades in one table."""


def against_target(period: OpenPeriod) -> Section:
    """This period's figures against their targets, met or not in words."""
    found = period.indicators
    if not found.labels:
        return nothing(_NONE)
    lower = [found.labels[name] for name, better in found.better.items() if better == "lower"]
    note = (
        "Full counts, so without intervals. Figures are compared before they are rounded. The target is the "
        "framework's or one assumed for it (the page on the framework), else that of the records. Not met is "
        "short of the target, by however little; the page "
        "on practice has the duties that such a figure shows."
    )
    return Section(
        [
            *_missed(period),
            *_by_the_kit(period),
            wide_table(
                found.current,
                caption="Indicators of the period against their targets",
                row_heading="Indicator",
                columns=[
                    Column("In all", "share", "cases"),
                    Column("Count", "share", "count"),
                    Column("Share", "share", "share"),
                    Column("Target", "target", "share"),
                    Column("Against target", "share", "words"),
                ],
                labels=found.labels,
                note=f"{note} Lower is better for: {'; '.join(lower)}." if lower else note,
            ),
            *_stories(period),
        ]
    ).folded()


def _missed(period: OpenPeriod) -> list[object]:
    """Which indicators missed their target, and by how much."""
    found = period.indicators
    judged = found.current[found.current["method"].isin(["met", "not met"])]
    if judged.empty:
        return []
    named = [
        f"{found.labels[row.row_key]} ({percent_beside(row.estimate, target)}, target {percent(target)})"
        for row in judged[judged["method"] == "not met"].itertuples()
        for target in [float(found.targets[row.row_key] or 0)]
    ]
    if not named:
        return [Note(f"Indicators with a target and a figure: {count_words(len(judged))}. All met it.")]
    its = "its" if len(named) == 1 else "their"
    return [Note(f"{count_of(len(named), len(judged))} indicators missed {its} target: {'; '.join(named)}.")]


def _stories(period: OpenPeriod) -> list[object]:
    """Each indicator beside what audits, observations and people say of its theme."""
    rows = tuple(
        (
            story.label,
            f"{percent(story.x / story.n)}, {story.state}",
            story.theme,
            _of(story.good, story.answers),
            _of(story.need, story.observed),
            _of(story.pleased, story.scored),
            f"{count_words(story.complaints)} and {count_words(story.compliments)}",
        )
        for story in period.stories
    )
    if not rows:
        return []
    return [
        Table(
            table_id="indicator_stories",
            caption="The story behind each indicator: what is said of its theme",
            headings=(
                "Indicator",
                "Figure",
                "Theme",
                "Audit answers that are good",
                "Observations with a learning need",
                "Survey answers scored 7 or more",
                "Complaints and compliments",
            ),
            rows=rows,
            note="A dash: nothing on record. Good: the best answer of a check, or an answer that is "
            f"{period.framework.scale.headline.label}. Audits, drawn and chosen, and observations are of the "
            "period; surveys with their single questions, complaints and compliments of a year. Ask those "
            f"who know the work what lies behind a figure.{_without_a_story(period)}",
            records=tuple(
                {
                    "Indicator": story.label,
                    "Count": story.x,
                    "Out of": story.n,
                    "Share (0 to 1)": story.x / story.n,
                    "State": story.state,
                    "Theme": story.theme,
                    "Audit answers that are good": story.good,
                    "Audit answers": story.answers,
                    "Observations with a learning need": story.need,
                    "Observations": story.observed,
                    "Survey answers scored 7 or more": story.pleased,
                    "Survey answers with a score": story.scored,
                    "Complaints": story.complaints,
                    "Compliments": story.compliments,
                }
                for story in period.stories
            ),
        )
    ]


def _without_a_story(period: OpenPeriod) -> str:
    """Counts of the extract that are no indicator of the framework, so that no theme stands beside them."""
    ours = {rule.computed for rule in period.framework.indicators}
    left = [name for name in dict.fromkeys(period.indicators.counted["row_key"]) if name not in ours]
    more = are(len(left), "more count", "more counts")
    return f" {more} of the caseload extract are no indicators of the framework (Evidence)." if left else ""


def _of(count: int, all_of_them: int) -> str:
    return count_of(count, all_of_them) if all_of_them else "–"


def _by_the_kit(period: OpenPeriod) -> list[object]:
    named = [period.indicators.labels[name] for name in period.indicators.by_the_kit]
    told = f"No figure of this period came for these, so the kit's own count stands: {'; '.join(named)}."
    return [Note(told)] if named else []


def two_sources(period: OpenPeriod) -> Section:
    """Indicators whose figure that came is not the caseload extract's own, with both; nothing without one."""
    table = period.indicators.counted
    apart = table.loc[(table["measure"] == "differs") & (table["method"] == "yes"), "row_key"]
    shares = table.set_index(["row_key", "measure"])["estimate"]
    named = [
        f"{COUNTS[str(name)].label} ({percent(shares[name, 'brought_in'])} came with the records, "
        f"{percent(shares[name, 'share'])} in the caseload extract)"
        for name in apart
    ]
    told = f"Two sources differ on: {'; '.join(named)}. Settle which is right before either is used."
    return Section([Note(told)]) if named else Section([])


def counted(period: OpenPeriod) -> Section:
    """What the caseload extract itself tells, beside the figures that came, and what each count means."""
    table = period.indicators.counted
    if table.empty:
        return Section([])
    labels = {name: count.label for name, count in COUNTS.items()}
    return Section(
        [
            Note(_answer(period)),
            wide_table(
                table,
                caption="Counted in the caseload extract, beside the figures that came with the records",
                row_heading="What was counted",
                columns=[
                    Column("Of", "share", "cases"),
                    Column("Count", "share", "count"),
                    Column("Share", "share", "share"),
                    Column("Nothing recorded", "without_day", "count"),
                    Column("As it came", "brought_in", "share"),
                    Column("Differ", "differs", "words"),
                ],
                labels=labels,
                note="Full counts. Where the day or the answer that a count needs is not recorded, nothing "
                "is guessed: such rows are in no share and are counted apart. Two figures differ when they "
                "are more than half a percentage point apart.",
            ),
            _what_is_counted(list(dict.fromkeys(table["row_key"]))),
        ]
    ).folded()


def _answer(period: OpenPeriod) -> str:
    table = period.indicators.counted
    apart = table[(table["measure"] == "differs") & (table["method"] == "yes")]["row_key"]
    both = int((table["measure"] == "differs").sum())
    at = long_date((period.parameters.caseload.closing or period.parameters.caseload.opening).as_at)
    told = f"The kit counted {count_words(table['row_key'].nunique())} indicators in the extract of {at}."
    if not both:
        return f"{told} No figure came with the records for any of them."
    came = f"{told} Figures that came with the records for the same: {count_words(both)}."
    if apart.empty:
        return f"{came} They agree with the counts."
    named = "; ".join(COUNTS[str(name)].label for name in apart)
    return f"{came} These differ: {named}. Ask which of the two is right before either is used."


def _what_is_counted(names: list[str]) -> object:
    rows = [(COUNTS[name].label, COUNTS[name].definition, COUNTS[name].source) for name in names]
    return plain_table(
        pd.DataFrame(rows, columns=["count", "definition", "source"]),
        table_id="counted_means",
        caption="What each count means, and where that stands",
        headings={"count": "What was counted", "definition": "Of what", "source": "Where it stands"},
    )


def over_time(period: OpenPeriod) -> Section:
    """The periods before in a table; run charts from six periods or months on, XmR charts from 12."""
    found = period.indicators
    if not found.labels:
        return nothing(_NONE)
    charts = [part for run in found.runs for part in _run(period, run)]
    if len(found.periods) < 2:
        none = "The records hold indicators of no earlier period of this length."
        return Section([Note(none), *charts]) if charts else nothing(none)
    table = wide_table(
        found.history,
        caption="Indicators by period",
        row_heading="Indicator",
        columns=[Column(label, label, "share") for label in found.periods],
        labels=found.labels,
        note="Full counts.",
    )
    return Section([*_since(period), replace(table, folded=True), *charts])


def _since(period: OpenPeriod) -> list[object]:
    """How many indicators are better and how many worse than a period ago, which alone is no trend."""
    found = period.indicators
    before, now = found.periods[-2:]
    of = {name: rows.set_index("row_key")["estimate"] for name, rows in found.history.groupby("measure")}
    change = (of[now] - of[before]).dropna().astype(float)
    gain = change * [1 if found.better[name] == "higher" else -1 for name in change.index]
    if gain.empty:
        return []
    told = (
        f"Of {count_words(len(gain))} indicators with a figure for {before} too, "
        f"{count_words(int((gain > 0).sum()))} are better in {now} and {count_words(int((gain < 0).sum()))} "
        "worse."
    )
    few = not any(run.unit == "period" for run in found.runs)
    return [Note(f"{told} Fewer than six periods tell no trend from chance." if few else told)]


def _run(period: OpenPeriod, run: RunOf) -> list[object]:
    """What the rules of a chart over time say, and from 12 points on its points one by one.

    Drawn are those to be decided on: the newest point stands out, or the target of the period is missed.
    """
    found = period.indicators
    caption = f"{found.labels[run.indicator_id]}, by {run.unit}"
    labels = month_names(run.chart) if run.unit == "month" else None
    now = found.current[found.current["row_key"] == run.indicator_id]
    points = run.chart[(run.chart["measure"] == "value") & run.chart["estimate"].notna()]
    drawn = "not met" in list(now["method"]) or special_cause(points["method"].iloc[-1])
    chart = [trend_chart(run.chart, caption=caption, labels=labels)] if drawn else []
    if run.kind == "run":
        verdict = run.chart[run.chart["measure"] == "verdict"].iloc[-1]
        return [*chart, Note(f"{caption}: {verdict['method']}.")]
    table = control_table(
        run.chart,
        caption=caption,
        row_heading=run.unit.capitalize(),
        columns=[Column("Count", "value", "of")],
        labels=labels,
        note="Full counts. The rules are those of Making Data Count (NHS England 2022).",
    )
    return [Note(f"{caption}: {control_words(run.chart)}{_assured(run.chart)}"), *chart, table]


def _assured(chart: pd.DataFrame) -> str:
    """How the limits stand to the target; nothing where a point stands out: they do not tell what comes."""
    assurance = chart[chart["measure"] == "assurance"].iloc[0]
    values = chart[chart["measure"] == "value"]["method"]
    if assurance["mark"] or any(map(special_cause, values)):
        return ""
    return f" {_ASSURANCE[str(assurance['method'])]}"


def by_team(period: OpenPeriod) -> Section:
    """Each team's indicators beside the grades of its audits."""
    found = period.indicators
    if found.by_team.empty:
        return nothing(f"No indicator of this period came by {period.framework.words.team}.")
    there = set(found.by_team["measure"])
    names = [name for name in found.labels if name in there]
    return Section(
        [
            Note(
                f"Figures of {count_words(found.by_team['row_key'].nunique())} "
                f"{period.framework.words.teams} stand beside their grades to be asked about together. A few "
                "audits say little, and nobody is ranked."
            ),
            *(
                _beside(period, names[start : start + _SIDE_BY_SIDE], start // _SIDE_BY_SIDE + 1)
                for start in range(0, len(names), _SIDE_BY_SIDE)
            ),
        ]
    ).folded()


def _beside(period: OpenPeriod, names: list[str], number: int) -> object:
    found, band = period.indicators, period.framework.scale.headline
    grades = period.grades[0].by_team if period.grades else found.by_team.iloc[:0]
    own = found.by_team[found.by_team["measure"].isin(names)]
    together = pd.concat([grades, own], ignore_index=True)
    together = together.sort_values("row_key", kind="stable", ignore_index=True)
    graded = [
        Column("Audited, of all open", band.name, "cases"),
        Column(f"{band.label[:1].upper()}{band.label[1:]}", band.name, "share"),
        Column("95% interval", band.name, "interval"),
    ]
    return wide_table(
        together.assign(table_id=f"indicators_beside_grades_{number}"),
        caption=f"Grades of the drawn audits beside indicators, by {period.framework.words.team}",
        row_heading=period.framework.words.team.capitalize(),
        columns=[
            *(graded if len(grades) else []),
            *(Column(found.labels[name], name, "share") for name in names),
        ],
        labels=period.team_names,
        note="Indicators are full counts; grades are estimates with their intervals.",
    )
