"""What families said in the period: surveys, complaints and compliments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from qaf_lib.analysis import counted_share, results_table
from qaf_lib.counting import (
    complaint_stages,
    complaint_waits,
    feedback_counts,
    instrument_counts,
    item_scores,
    stage_days,
    survey_reach,
    told_of_outcome,
)
from qaf_lib.dates import calendar_year_of
from qaf_lib.pages.store import PeriodStore, once


@dataclass(frozen=True)
class Voice:
    """Result tables of feedback received in the period; `reach` is empty where the framework has no target.

    `themes` counts feedback by theme and kind; `in_audits` how often families' views were part of an audit.
    `instruments` counts surveys by the framework's instruments. `stages` has the stages complaints reached,
    of this period's and of the calendar year's so far; `stage_days` the days from stage to stage of the
    same; `waits` all complaints not finished at the end. `year_from` is the calendar year's first day.
    `told` has the families told the outcome of their complaint, of those answered: of the period and of the
    calendar year. Surveys that a framework asks for once a year are counted over twelve months to the end of
    the period, from `twelve_from` on: `yearly` names them. `items` are the questions of each form that names
    any, by form.
    """

    received: int
    kinds: pd.DataFrame
    complaints: pd.DataFrame
    reach: pd.DataFrame
    themes: pd.DataFrame
    in_audits: pd.DataFrame
    instruments: pd.DataFrame
    stages: pd.DataFrame
    stage_days: pd.DataFrame
    waits: pd.DataFrame
    year_from: date
    told: pd.DataFrame
    yearly: list[str]
    twelve_from: date
    items: dict[str, pd.DataFrame]


@once
def voice_of(store: PeriodStore) -> Voice:
    """Feedback received in the period, and families' part in its audits."""
    known = store.table("feedback")
    feedback = store.in_period(known, "received_on")
    year_from = calendar_year_of(store.span.end).start
    this_year = known["received_on"].between(pd.Timestamp(year_from), pd.Timestamp(store.span.end))
    spans = {"period": feedback, "year": known[this_year.fillna(False).astype(bool)]}
    return Voice(
        received=len(feedback),
        kinds=feedback_counts(feedback=feedback, table_id="voice_kinds"),
        complaints=complaint_stages(feedback=feedback, table_id="voice_complaints"),
        reach=_reach(store, feedback),
        themes=_themes(feedback),
        in_audits=_in_audits(store),
        instruments=_by_form(store, known),
        stages=pd.concat(
            [
                complaint_stages(feedback=rows, table_id="voice_complaint_stages").assign(measure=span)
                for span, rows in spans.items()
            ],
            ignore_index=True,
        ).astype({"measure": "string"}),
        stage_days=pd.concat(
            [
                stage_days(feedback=rows, as_at=store.span.end, of=span, table_id="voice_complaint_days")
                for span, rows in spans.items()
            ],
            ignore_index=True,
        ),
        waits=complaint_waits(feedback=known, as_at=store.span.end, table_id="voice_complaint_waits"),
        year_from=year_from,
        told=pd.concat(
            [
                told_of_outcome(feedback=rows, as_at=store.span.end, table_id="voice_told", row_key=span)
                for span, rows in spans.items()
            ],
            ignore_index=True,
        ),
        yearly=_yearly(store),
        twelve_from=store.twelve_from,
        items=_items(store),
    )


def _yearly(store: PeriodStore) -> list[str]:
    return [form.name for form in store.framework.instruments if form.every == "year"]


def _since(store: PeriodStore, rows: pd.DataFrame, first: date) -> pd.DataFrame:
    days = rows["received_on"].between(pd.Timestamp(first), pd.Timestamp(store.span.end))
    return rows[days.fillna(False).astype(bool)]


def _by_form(store: PeriodStore, known: pd.DataFrame) -> pd.DataFrame:
    """Surveys of the period by form; those of yearly forms over twelve months."""
    forms = {form.name: form.respondent or "" for form in store.framework.instruments}
    surveys, yearly = known[known["kind"] == "survey"], _yearly(store)
    counted = {
        first: instrument_counts(
            surveys=_since(store, surveys, first), instruments=forms, table_id="voice_instruments"
        )
        for first in (store.span.start, store.twelve_from)
    }
    now, year = counted[store.span.start], counted[store.twelve_from]
    return pd.concat(
        [year[year["row_key"].isin(yearly)], now[~now["row_key"].isin(yearly)]], ignore_index=True
    )


def _items(store: PeriodStore) -> dict[str, pd.DataFrame]:
    """The questions of each form that names any."""
    found = {}
    for form in store.framework.instruments:
        if not form.items:
            continue
        answers = _since(
            store,
            store.table("survey_answer"),
            store.twelve_from if form.every == "year" else store.span.start,
        )
        found[form.name] = item_scores(
            answers=answers[(answers["instrument"] == form.name).fillna(False).astype(bool)],
            items={item.name: item.label for item in form.items},
            table_id=f"voice_items_{form.name}",
        )
    return found


_NO_FAMILIES = ("staff", "worker", "practitioner", "manager", "professional", "partner", "partner agency")
"""Respondents of forms whose surveys do not count towards the share of families."""


def _reach(store: PeriodStore, feedback: pd.DataFrame) -> pd.DataFrame:
    target = store.framework.survey_target
    if target is None:
        return results_table([])
    others = [form.name for form in store.framework.instruments if form.respondent in _NO_FAMILIES]
    closed = store.in_period(store.table("closure"), "closed_on")
    return survey_reach(
        surveys=int(((feedback["kind"] == "survey") & ~feedback["instrument"].isin(others)).sum()),
        closed=int((closed["kind"] == "closed").sum()),
        target=target.share_of_closed,
        table_id="voice_reach",
    )


def _themes(feedback: pd.DataFrame) -> pd.DataFrame:
    named = feedback.assign(theme=feedback["theme"].astype("string").fillna("not recorded"))
    counted = named.groupby(["theme", "kind"], sort=True).size()
    return results_table(
        {
            "table_id": "voice_themes",
            "row_key": theme,
            "measure": kind,
            "x": int(count),
            "method": "full count",
        }
        for (theme, kind), count in counted.items()
    )


def _in_audits(store: PeriodStore) -> pd.DataFrame:
    audits, words = store.audits_of_period, store.framework.words
    labels = {
        "worker_took_part": f"the {words.worker} took part",
        "family_feedback": f"the views of the {words.family} were sought",
    }
    rows = []
    for column, label in labels.items():
        known = audits[column].dropna()
        if len(known):
            rows.append(
                counted_share(
                    table_id="voice_in_audits",
                    row_key=label,
                    measure="yes",
                    x=int(known.sum()),
                    n=len(known),
                    method="full count of the period's audits",
                )
            )
    return results_table(rows)
