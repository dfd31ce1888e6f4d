"""Which sources fed the period, and what they say of each theme, side by side."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis import Interval, results_table
from qaf_lib.counting import (
    LIVE,
    TOO_LITTLE,
    agreement,
    read_scores,
    theme_share,
    verdict_of_share,
    verdict_of_targets,
)
from qaf_lib.dates import add_months, parse_period
from qaf_lib.frameworks import Source
from qaf_lib.pages.actions.answers import actions_of
from qaf_lib.pages.evidence.indicators import Indicators, indicators_of
from qaf_lib.pages.grades.answers import grades_of
from qaf_lib.pages.grades.findings import findings_of
from qaf_lib.pages.store import PeriodStore, once

_DAYS = {
    "audit": ("audited_on", "audit_type"),
    "moderation": ("moderated_on", "why"),
    "duty_event": ("held_on", "kind"),
    "feedback": ("received_on", "kind"),
    "action": ("board_agreed_on", "source"),
    "project": ("on", "block"),
    "escalation": ("found_at", None),
}
"""The day of each table by which it belongs to a period, and the column that its kinds stand in."""
_ID = {"duty_event": "duty_id", "feedback": "instrument", "indicator": "indicator_id"}
"""The column of each table that a source's `of` names rows by."""


@dataclass(frozen=True)
class Evidence:
    """The framework's sources: `sources` has one row each, `counts` (a result) their rows of the period.

    `sources` has `name`, `label`, `evidence` (quantitative, qualitative or impact), `state` ("fed", "nil
    return" or "outside the records") and `newest`, the newest day of the period on record.
    """

    sources: pd.DataFrame
    counts: pd.DataFrame


@once
def evidence_of(store: PeriodStore) -> Evidence:
    """Every source that the framework names."""
    found = [_source(store, source) for source in store.framework.sources]
    columns = ["name", "label", "evidence", "state", "newest", "rows"]
    table = pd.DataFrame(found, columns=columns).astype({"newest": "datetime64[ns]"})
    return Evidence(
        sources=table.drop(columns="rows"),
        counts=results_table(
            {"table_id": "evidence_sources", "row_key": name, "measure": "rows", "x": rows, "method": state}
            for name, rows, state in zip(table["name"], table["rows"], table["state"], strict=True)
        ),
    )


def _source(store: PeriodStore, source: Source) -> dict[str, object]:
    common = {"name": source.name, "label": source.label, "evidence": source.evidence}
    if source.table is None:
        return {**common, "state": "outside the records", "newest": pd.NaT, "rows": None}
    days = in_days(store, source)
    state = "fed" if len(days) else "nil return"
    return {**common, "state": state, "newest": days.max() if len(days) else pd.NaT, "rows": len(days)}


def in_days(store: PeriodStore, source: Source, *, ever: bool = False) -> pd.Series:
    """The days of a source's rows that belong to the period; with `ever`, of all up to its end."""
    known = store.table(str(source.table))
    if source.of:
        known = known[known[_ID[str(source.table)]].isin(source.of)]
    if source.table == "indicator":
        if not ever:
            known = known[known["period"] == store.span.label]
        ends = [parse_period(str(label)).end for label in known["period"]]
        days = pd.Series(pd.to_datetime(ends), index=known.index, dtype="datetime64[ns]")
    else:
        day, kind = _DAYS[str(source.table)]
        if source.kinds and kind:
            known = known[known[kind].isin(source.kinds)]
        days = pd.to_datetime(known[day]).dt.normalize()
    first, last = pd.Timestamp(store.span.start), pd.Timestamp(store.span.end)
    there = (days <= last) & (ever | (days >= first))
    return days[there.fillna(False).astype(bool)]


_SATISFIED = 7
"""Scores from which one who answered is read as satisfied, of 10."""


@dataclass(frozen=True)
class SourceSays:
    """One source: a result with a row per theme; `method` is what it says of the theme."""

    name: str
    label: str
    said: pd.DataFrame


@dataclass(frozen=True)
class Triangulation:
    """Themes, what each source says of them, whether they agree, and what is being done.

    `agrees` has a row per theme: `method` says whether the sources agree, `estimate` how many of them say
    something. `actions` counts live actions by theme. `observations` is how many were held in the period:
    they are not graded, so they are not weighed.
    """

    themes: list[str]
    sources: list[SourceSays]
    agrees: pd.DataFrame
    actions: pd.DataFrame
    observations: int


@once
def triangulation_of(store: PeriodStore) -> Triangulation:
    """Each theme of the audit tools, feedback and indicators, as every source sees it.

    Audits and indicators are this period's; feedback is of the last twelve months, because few answer in a
    quarter. Of several estimates the first is the one that is read; a theme without a graded question is read
    by the checks of the same cases.
    """
    grades = grades_of(store)
    drawn = (one for one in findings_of(store).found if one.drawn and one.counts_towards_estimates)
    checks = next((one.shares for one in drawn), None)
    feedback = _feedback(store)
    of_indicator = {rule.indicator_id: rule.theme for rule in store.framework.indicators if rule.theme}
    of_question = _question_themes(store)
    themes = list(
        dict.fromkeys(
            [
                *of_question.values(),
                *of_indicator.values(),
                *sorted(feedback["theme"].dropna().unique()),
            ]
        )
    )
    questions = grades[0].questions if grades else results_table([])
    if grades and checks is not None and len(checks):
        graded = {of_question[key] for key in questions["row_key"] if key in of_question}
        of_question = of_question | _check_themes(store, graded)
        questions = pd.concat([questions, checks], ignore_index=True)
    sources = [
        SourceSays("audits", "Audits", _of_audits(themes, questions, of_question)),
        SourceSays("surveys", "Surveys", _of_surveys(themes, feedback)),
        SourceSays("complaints", "Compliments and complaints", _of_complaints(themes, feedback)),
        SourceSays("indicators", "Indicators", _of_indicators(themes, indicators_of(store), of_indicator)),
    ]
    events = store.in_period(store.table("duty_event"), "held_on")
    return Triangulation(
        themes=themes,
        sources=sources,
        agrees=_agrees(themes, sources),
        actions=_live_actions(store, themes),
        observations=int((events["kind"] == "observation").sum()),
    )


def _question_themes(store: PeriodStore) -> dict[str, str]:
    graded = set(store.framework.questions())
    return {
        question.question_id: question.theme
        for tool in store.framework.tools
        for question in tool.questions
        if question.theme and question.question_id in graded
    }


def _check_themes(store: PeriodStore, graded: set[str]) -> dict[str, str]:
    """Themes of checks, where no graded question is about the theme."""
    return {
        check.question_id: check.theme
        for tool in store.framework.tools
        for check in tool.asked
        if check.answers and check.theme and check.theme not in graded and check.only_for is None
    }


def _feedback(store: PeriodStore) -> pd.DataFrame:
    known = store.table("feedback")
    first = pd.Timestamp(add_months(store.span.end, -12))
    day = known["received_on"]
    return known[((day > first) & (day <= pd.Timestamp(store.span.end))).fillna(False).astype(bool)]


def _row(name: str, theme: str, said: str, **numbers: object) -> dict[str, object]:
    return {"table_id": f"evidence_{name}", "row_key": theme, "measure": "says", "method": said, **numbers}


def _of_audits(themes: list[str], questions: pd.DataFrame, asked: dict[str, str]) -> pd.DataFrame:
    rows = []
    for theme in themes:
        own = questions[questions["row_key"].isin([key for key, each in asked.items() if each == theme])]
        found = theme_share(questions=own[own["mark"] == ""])
        said = verdict_of_share(
            estimate=found.share.estimate, low=found.share.low, high=found.share.high, n=found.n
        )
        rows.append(_row("audits", theme, said, n=found.n, **_numbers(found.share)))
    return results_table(rows)


def _numbers(share: Interval) -> dict[str, object]:
    return {"estimate": share.estimate, "low": share.low, "high": share.high, "speaks_of": "these_cases"}


def _counted(name: str, theme: str, good: int, n: int) -> dict[str, object]:
    share = good / n if n else None
    return _row(name, theme, verdict_of_share(estimate=share, n=n), x=good, n=n, estimate=share)


def _of_surveys(themes: list[str], feedback: pd.DataFrame) -> pd.DataFrame:
    surveys = feedback[feedback["kind"] == "survey"]
    scored = surveys.assign(read=read_scores(scores=surveys["score"])).dropna(subset=["read"])
    rows = []
    for theme in themes:
        own = scored[(scored["theme"] == theme).fillna(False).astype(bool)]["read"]
        rows.append(_counted("surveys", theme, int((own >= _SATISFIED).sum()), len(own)))
    return results_table(rows)


def _of_complaints(themes: list[str], feedback: pd.DataFrame) -> pd.DataFrame:
    told = feedback[feedback["kind"].isin(["compliment", "complaint"])]
    rows = []
    for theme in themes:
        own = told[(told["theme"] == theme).fillna(False).astype(bool)]["kind"]
        rows.append(_counted("complaints", theme, int((own == "compliment").sum()), len(own)))
    return results_table(rows)


def _of_indicators(themes: list[str], found: Indicators, in_theme: dict[str, str]) -> pd.DataFrame:
    """`estimate` is the share of indicators that met their target, `population` how many have one."""
    rows = []
    figures = found.current[found.current["method"].isin(["met", "not met"])]
    for theme in themes:
        own = figures[figures["row_key"].isin([name for name, each in in_theme.items() if each == theme])]
        gaps = [
            (float(row.estimate) - float(found.targets[row.row_key] or 0))
            * (1 if found.better[row.row_key] == "higher" else -1)
            for row in own.itertuples()
        ]
        share = sum(gap >= -1e-9 for gap in gaps) / len(gaps) if gaps else None
        said = verdict_of_targets(gaps=gaps)
        rows.append(
            _row("indicators", theme, said, n=int(own["n"].sum()), estimate=share, population=len(own))
        )
    return results_table(rows)


def _agrees(themes: list[str], sources: list[SourceSays]) -> pd.DataFrame:
    rows = []
    for theme in themes:
        said = [
            str(row.method) for source in sources for row in source.said.itertuples() if row.row_key == theme
        ]
        saying = sum(verdict != TOO_LITTLE for verdict in said)
        rows.append(_row("agrees", theme, agreement(verdicts=said), estimate=saying))
    return results_table(rows)


def _live_actions(store: PeriodStore, themes: list[str]) -> pd.DataFrame:
    states = actions_of(store).states
    live = states[states["status"].isin(LIVE)]
    counts = live["theme"].value_counts()
    return results_table(
        _row("actions", theme, "full count", x=int(counts.get(theme, 0)), n=len(live)) for theme in themes
    )
