"""Answers that look for problems and for excellence: by theme, place and time, and not yet written down."""

from __future__ import annotations

from typing import Any

import pandas as pd

from qaf_lib.display.answers.asked import Asked, are
from qaf_lib.display.answers.of_figures import differs_words, figure_words, other_figure
from qaf_lib.display.words import count_of, count_words, percent
from qaf_lib.period.drift import drift_of
from qaf_lib.period.unregistered import unregistered_of

__all__ = [
    "how_long",
    "not_registered",
    "problem_areas",
    "problem_teams",
    "standing",
    "strengths_by_locality",
]

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
    listed = "By months: the page on practice. The restricted list drift has them, the longest first."
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
    lead = f"Most often not {label}" if _apart(low) else f"Not {label}, among others as often"
    return (
        f"{lead}: {'; '.join(told)}. By {asked.period.framework.words.team} and theme: the page on actions."
    )


def _apart(rows: list[Any]) -> bool:
    """Whether what is listed stands above what is left out, and not level with it."""
    shares = sorted((row.x / row.n for row in rows), reverse=True)
    return len(shares) <= _LISTED or shares[_LISTED - 1] > shares[_LISTED]


def problem_teams(asked: Asked) -> str | None:
    """The teams on themes with the largest shares of weak answers; of a whole period alone."""
    found, words = asked.period.learning.teams, asked.period.framework.words
    if found.empty or not asked.whole:
        return None
    told = [f"{row.row_key} ({count_of(int(row.x), int(row.n))})" for row in found.head(_LISTED).itertuples()]
    label = asked.period.framework.scale.headline.label
    return (
        f"Of {are(len(found), f'{words.team} and theme', f'{words.teams} and themes')} the largest shares of "
        f"answers not {label}: {'; '.join(told)}. They are few answers each, so chance puts some first."
    )


def standing(asked: Asked) -> str | None:
    """Whether a priority is met, not met or watched, by the figures, questions and lists it names.

    Not met: a figure misses its target, a question stands below the average of all by more than chance, or a
    case of a list was not looked at. Met: it has targets and keeps them all. Watched: no target says.
    An indicator with two figures that differ is not weighed; both are told.
    """
    if asked.end != asked.period.span.end or not asked.whole:
        return None
    found = asked.period.indicators
    rows = found.current[found.current["row_key"].isin(asked.names)]
    apart = rows["row_key"].map(lambda name: other_figure(asked, str(name)) is not None).astype(bool)
    open_ = "".join(
        f" Not weighed: {figure_words(asked, row)}{differs_words(asked, row)}."
        for row in rows[apart & (rows["measure"] == "share")].to_dict("records")
    )
    judged = rows[rows["method"].isin(["met", "not met"]) & ~apart]
    against = [
        f"{figure_words(asked, row)} against {percent(target)}"
        for row in judged[judged["method"] == "not met"].to_dict("records")
        if (target := found.targets[str(row["row_key"])]) is not None
    ]
    against += [*_weak(asked), *_not_looked_at(asked)]
    if against:
        return f"Not met: {'; '.join(against)}.{open_}"
    if judged.empty:
        return f"Watched.{open_}" if open_ else "Watched: no target says when it is met."
    return f"Met: {are(len(judged), 'target', 'targets')} kept.{open_}"


def _weak(asked: Asked) -> list[str]:
    """Named questions that stand below the average of all by more than chance."""
    labels = asked.period.framework.questions()
    weak = [str(row["row_key"]) for row in asked.period.summary.weak]
    return [f"{labels[name]} stands below the other questions" for name in weak if name in asked.names]


def _not_looked_at(asked: Asked) -> list[str]:
    """Named lists of which a case was not looked at."""
    told = []
    for listed in asked.period.census:
        row = listed.counts.set_index("measure").loc["looked_at"]
        if listed.name in asked.names and pd.notna(row["x"]) and row["x"] < row["n"]:
            seen = count_of(int(row["x"]), int(row["n"]))
            told.append(f"{listed.label[:1].lower()}{listed.label[1:]}, {seen} looked at")
    return told


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
    ends = seen["estimate"].max(), seen["estimate"].min()
    if ends[0] == ends[1]:
        return f"{place}: all questions stand alike."
    labels = asked.period.framework.questions()
    best, worst = (
        " and ".join(
            f"{labels[row['row_key']]} ({count_of(int(row['x']), int(row['n']))})"
            for row in seen[seen["estimate"] == end].to_dict("records")
        )
        for end in ends
    )
    return f"{place}: strongest on {best}, weakest on {worst}."
