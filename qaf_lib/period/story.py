"""The story behind each indicator: what audits and people say of the theme it belongs to."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis.feedback_scores import read_scores
from qaf_lib.dates import add_months
from qaf_lib.period.answered import answers_that_count
from qaf_lib.period.figures import period_figures
from qaf_lib.period.store import PeriodStore

__all__ = ["Story", "stories_of"]

_SATISFIED = 7


@dataclass(frozen=True)
class Story:
    """An indicator's figure (`x` of `n`) and, of its theme, what stands beside it.

    Of the period: `answers` of audits to the theme's checks and of these `good` ones (the best answer, or a
    grade of the headline band); `observed`, and of these with a learning `need`. Of twelve months, because
    few answer in a quarter: `scored` survey answers and of these `pleased` ones (7 or more of 10),
    `complaints` and `compliments`.
    """

    indicator_id: str
    label: str
    theme: str
    x: int
    n: int
    state: str
    answers: int
    good: int
    observed: int
    need: int
    scored: int
    pleased: int
    complaints: int
    compliments: int


def stories_of(store: PeriodStore) -> list[Story]:
    """Each indicator of the framework that names a theme and has a figure of the period."""
    figures = period_figures(store)
    found = []
    for rule in store.framework.indicators:
        figure = figures.get(rule.indicator_id)
        if figure is None or rule.theme is None:
            continue
        counts = _audits(store, rule.theme) | _observations(store, rule.theme) | _voices(store, rule.theme)
        found.append(
            Story(
                indicator_id=rule.indicator_id,
                label=rule.label,
                theme=rule.theme,
                x=figure.x,
                n=figure.n,
                state=figure.state,
                **counts,
            )
        )
    return found


def _audits(store: PeriodStore, theme: str) -> dict[str, int]:
    given = answers_that_count(store).merge(store.audits_of_period[["audit_id"]], on="audit_id")
    answers, good, band = 0, 0, store.framework.scale.headline.grades
    for tool in store.framework.tools:
        for question in (one for one in tool.asked if one.theme == theme):
            own = given.loc[given["question_id"] == question.question_id, "answer"]
            answers += len(own)
            good += int(own.isin(question.scale[-1:] or band).sum())
    return {"answers": answers, "good": good}


def _observations(store: PeriodStore, theme: str) -> dict[str, int]:
    events = store.in_period(store.table("duty_event"), "held_on")
    own = events[_is(events["kind"], "observation") & _is(events["theme"], theme)]
    return {"observed": len(own), "need": int(own["learning_need"].fillna(False).astype(bool).sum())}


def _voices(store: PeriodStore, theme: str) -> dict[str, int]:
    own, asked = (_of_theme(store, table, theme) for table in ("feedback", "survey_answer"))
    given = [*own.loc[_is(own["kind"], "survey"), "score"], *asked["score"]]
    scores = read_scores(scores=pd.Series(given, dtype="string")).dropna()
    return {
        "scored": len(scores),
        "pleased": int((scores >= _SATISFIED).sum()),
        "complaints": int(_is(own["kind"], "complaint").sum()),
        "compliments": int(_is(own["kind"], "compliment").sum()),
    }


def _of_theme(store: PeriodStore, table: str, theme: str) -> pd.DataFrame:
    """Feedback on the theme of the twelve months to the period's end."""
    known, end = store.table(table), store.span.end
    recent = known["received_on"].gt(pd.Timestamp(add_months(end, -12)))
    recent &= known["received_on"].le(pd.Timestamp(end))
    return known[recent.fillna(False).astype(bool) & _is(known["theme"], theme)]


def _is(values: pd.Series, value: str) -> pd.Series:
    return (values == value).fillna(False).astype(bool)
