"""Answers that look for problems and for excellence: by theme, place and time, and not yet written down."""

from __future__ import annotations

import pandas as pd

from qaf_lib.display.answers.asked import Asked, are
from qaf_lib.display.words import count_of, count_words
from qaf_lib.period.drift import drift_of
from qaf_lib.period.unregistered import unregistered_of

__all__ = ["how_long", "not_registered", "problem_areas", "strengths_by_locality"]

_KINDS = {"cin": "in need", "cp": "on a protection plan", "cla": "in care"}
_LISTED = 3
_FEW = 5
"""Audits of a place below which nothing is said of it."""


def how_long(asked: Asked) -> str | None:
    """How many children have been in need, protected or in care for long; at the end of the period alone."""
    found = drift_of(asked.period.store)
    if found.empty or asked.end != asked.period.span.end:
        return None
    own = asked.period.framework.words
    told = [
        f"{_KINDS[str(kind)]} {count_words(len(part))}, of these {count_words(int(part['over_12'].sum()))} "
        f"for more than 12 months and {count_words(int(part['over_24'].sum()))} for more than 24"
        for kind, part in found.groupby("kind", sort=False)
    ]
    listed = "The restricted list drift has them, the longest first."
    return f"{own.cases.capitalize()} by how they stand: {'; '.join(sorted(told))}. {listed}"


def not_registered(asked: Asked) -> str | None:
    """Audits with a top grade from which no good practice was written down; for the whole period."""
    left = unregistered_of(asked.period.store)
    if not asked.whole or left.empty:
        return None
    top = asked.period.framework.scale.grades[-1]
    whole = int((left["overall_grade"] == top).fillna(False).sum())
    return (
        f"{are(len(left), 'audit', 'audits')} with a top grade ({top}), {count_words(whole)} of them as a "
        "whole and the others on a question, {} not in the register yet; the restricted list "
        "good_practice_to_read has them."
    ).format("is" if len(left) == 1 else "are")


def problem_areas(asked: Asked) -> str | None:
    """The themes with the largest shares of weak answers, and what is being done about each."""
    themes = asked.period.learning.themes
    if not asked.whole or themes.empty:
        return None
    cells = {(row.row_key, row.measure): row for row in themes.itertuples()}
    low = [row for row in themes.itertuples() if row.measure == "low" and row.n]
    weakest = sorted(low, key=lambda row: (-row.x / row.n, row.row_key))[:_LISTED]
    told = [
        f"{row.row_key}, {count_of(int(row.x), int(row.n))} answers, "
        f"{are(int(cells[row.row_key, 'live'].x), 'action', 'actions')} to be done"
        for row in weakest
    ]
    if not told:
        return None
    label = asked.period.framework.scale.headline.label
    return f"Most often not {label}: {'; '.join(told)}. By team and theme: the page on actions."


def strengths_by_locality(asked: Asked) -> str | None:
    """The question that stands best and the one that stands worst in each locality, from drawn audits."""
    told = [
        line
        for draw in asked.period.localities.grades
        for place, rows in draw.questions.groupby("measure", sort=True)
        if (line := _of_place(asked, str(place), rows))
    ]
    if not asked.whole or not told:
        return None
    return f"{' '.join(told)} So few audits of one place that chance may put a question first or last."


def _of_place(asked: Asked, place: str, rows: pd.DataFrame) -> str | None:
    seen = rows[rows["n"].fillna(0) >= _FEW].dropna(subset=["estimate"])
    if len(seen) < 2:
        return None
    ordered = seen.sort_values(["estimate", "row_key"], ascending=[False, True])
    labels = asked.period.framework.questions()
    best, worst = (
        f"{labels[row['row_key']]} ({count_of(int(row['x']), int(row['n']))})"
        for row in (ordered.iloc[0], ordered.iloc[-1])
    )
    return f"{place}: strongest on {best}, weakest on {worst}."
