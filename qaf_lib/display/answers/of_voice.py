"""Answers about what people said: questions of survey forms, forms by period, feedback by place."""

from __future__ import annotations

import pandas as pd

from qaf_lib.dates import previous_period
from qaf_lib.display.answers.asked import Asked
from qaf_lib.display.words import count_of, count_words

__all__ = ["feedback_by_place", "forms", "survey_items"]


def survey_items(asked: Asked) -> str | None:
    """How each survey question that a line names was answered; at the end of the period alone."""
    if asked.end != asked.period.span.end:
        return None
    told = []
    for form in asked.period.framework.instruments:
        labels = {item.name: item.label for item in form.items if item.name in asked.names}
        found = asked.period.voice.items.get(form.name)
        if found is None or not labels:
            continue
        cells = {(row["row_key"], row["measure"]): row for row in found.to_dict("records")}
        told += [
            f"{label} ({form.label}): middle score {middle['estimate']:g}, "
            f"{count_of(int(low['x']), int(low['n']))} scored below 6"
            for name, label in labels.items()
            if pd.notna((middle := cells[name, "median_score"])["estimate"]) and (low := cells[name, "low"])
        ]
    return f"{'; '.join(told)}." if told else None


def forms(asked: Asked) -> str | None:
    """How many surveys came back on each form that a line names, and in the period before; of a whole one."""
    if not asked.whole:
        return None
    surveys = asked.period.store.table("feedback")
    surveys, before = surveys[surveys["kind"] == "survey"], previous_period(asked.period.span)
    told = []
    for form in asked.period.framework.instruments:
        if form.name in asked.names:
            own = surveys[surveys["instrument"] == form.name]["received_on"]
            now, then = (
                int(own.between(pd.Timestamp(span.start), pd.Timestamp(span.end)).sum())
                for span in (asked.period.span, before)
            )
            told.append(f"{form.label}, {count_words(now)} ({count_words(then)} in {before.label})")
    return f"Came back: {'; '.join(told)}." if told else None


def feedback_by_place(asked: Asked) -> str | None:
    """The theme that most feedback is about in each service and in each locality."""
    kinds = {"service": asked.period.framework.words.service, "locality": "locality"}
    told = [line for column, kind in kinds.items() if (line := _themes_by(asked, column, kind))]
    return " ".join(told) or None


def _themes_by(asked: Asked, column: str, kind: str) -> str:
    found = asked.table("feedback", "received_on").dropna(subset="theme")
    found = found.assign(place=found["team_id"].map(asked.period.store.place_of(column))).dropna(
        subset="place"
    )
    told = []
    for place, part in found.groupby("place", sort=True):
        counts = part["theme"].value_counts()
        first = sorted(str(theme) for theme, count in counts.items() if count == counts.max())
        what = first[0] if len(first) == 1 else "no theme more than the others"
        most = count_of(counts.max(), len(part)) if len(first) == 1 else count_words(len(part))
        told.append(f"{place}, {what} ({most})")
    return f"Feedback by {kind}, and what most is about: {'; '.join(told)}." if told else ""
