"""What families said in the period: surveys, complaints and compliments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from qaf_lib.analysis.feedback import complaint_stages, feedback_counts, survey_reach
from qaf_lib.analysis.feedback_scores import instrument_counts
from qaf_lib.analysis.feedback_times import complaint_waits, stage_days
from qaf_lib.analysis.results import results_table
from qaf_lib.dates import calendar_year_of
from qaf_lib.period.store import PeriodStore

__all__ = ["Voice", "voice_of"]


@dataclass(frozen=True)
class Voice:
    """Result tables of feedback received in the period; `reach` is empty where the framework has no target.

    `themes` counts feedback by theme and kind; `in_audits` how often families' views were part of an audit.
    `instruments` counts surveys by the framework's instruments. `stages` has the stages complaints reached,
    of this period's and of the calendar year's so far; `stage_days` the days from stage to stage of the
    same; `waits` all complaints not finished at the end. `year_from` is the calendar year's first day.
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
        instruments=instrument_counts(
            surveys=feedback[feedback["kind"] == "survey"],
            instruments={rule.name: rule.respondent or "" for rule in store.framework.instruments},
            table_id="voice_instruments",
        ),
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
    )


def _reach(store: PeriodStore, feedback: pd.DataFrame) -> pd.DataFrame:
    target = store.framework.survey_target
    if target is None:
        return results_table([])
    closed = store.in_period(store.table("closure"), "closed_on")
    return survey_reach(
        surveys=int((feedback["kind"] == "survey").sum()),
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
    audits = store.audits_of_period
    labels = {"worker_took_part": "the worker took part", "family_feedback": "the family's views were sought"}
    rows = []
    for column, label in labels.items():
        known = audits[column].dropna()
        if len(known):
            rows.append(
                {
                    "table_id": "voice_in_audits",
                    "row_key": label,
                    "measure": "yes",
                    "x": int(known.sum()),
                    "n": len(known),
                    "population": len(known),
                    "estimate": float(known.mean()),
                    "method": "full count of the period's audits",
                    "speaks_of": "these_cases",
                }
            )
    return results_table(rows)
