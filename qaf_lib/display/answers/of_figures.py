"""Answers from performance indicators: targets met and missed, and why they were missed."""

from __future__ import annotations

from typing import Any

import pandas as pd

from qaf_lib.display.answers.asked import Asked, are, named
from qaf_lib.display.words import count_of, percent, percent_beside

__all__ = [
    "differs_words",
    "figure_words",
    "figures_since",
    "indicators",
    "missed",
    "missed_reasons",
    "other_figure",
]

_REASONS = {
    "demand": "more demand than planned for",
    "staffing": "staffing",
    "recording": "recording",
    "process": "how the work is organised",
    "provision": "no provision to be had",
    "family": "the family",
    "court": "the court",
    "other": "something else",
}


def indicators(asked: Asked) -> str | None:
    """Indicators that met their target, of those that have one."""
    current = asked.period.indicators.current
    judged = current[current["method"].isin(["met", "not met"])]
    if judged.empty:
        return None
    met = int((judged["method"] == "met").sum())
    apart = sum(other_figure(asked, str(name)) is not None for name in judged["row_key"])
    told = f"{count_of(met, len(judged))} indicators with a target met it."
    return f"{told} {are(apart, 'has', 'have')} two figures that differ." if apart else told


def figures_since(asked: Asked) -> str | None:
    """Each indicator's figure of this period beside the last one before it; of a whole period alone."""
    found, label = asked.period.indicators, asked.period.span.label
    if not asked.whole:
        return None
    told = []
    for name, rows in found.history.dropna(subset="estimate").groupby("row_key", sort=False):
        shares = dict(zip(rows["measure"], rows["estimate"], strict=True))
        known = [period for period in found.periods if period in shares]
        if len(known) > 1 and known[-1] == label:
            now, before = percent(shares[label]), percent(shares[known[-2]])
            told.append(f"{found.labels[str(name)]}, {now} ({before} in {known[-2]})")
    if not told:
        return None
    team = asked.period.framework.words.team
    return f"Indicators: {'; '.join(told)}. By period and by {team}: the page of evidence."


def missed(asked: Asked) -> str | None:
    """Indicators that missed their target, with their figures at the end of the period."""
    found = asked.period.indicators
    told = "; ".join(
        f"{figure_words(asked, row)} where the target is {percent(found.targets[str(row['row_key'])] or 0)}"
        f"{differs_words(asked, row)}"
        for row in _not_met(asked)
    )
    return f"Missed in the period: {told}." if told else None


def figure_words(asked: Asked, row: dict[Any, Any], against: str = "") -> str:
    """An indicator with its figure, and what stands `against` it: a share never reads as another target."""
    name, share = str(row["row_key"]), float(row["estimate"])
    target = asked.period.indicators.targets[name]
    shown = percent(share) if target is None else percent_beside(share, target)
    return (
        f"{asked.period.indicators.labels[name]}, {count_of(int(row['x']), int(row['n']))} ({shown}{against})"
    )


def other_figure(asked: Asked, name: str) -> str | None:
    """The kit's own count of an indicator, where it differs from the figure that came."""
    computed = {rule.indicator_id: rule.computed for rule in asked.period.framework.indicators}
    counted = asked.period.indicators.counted
    rows = counted[counted["row_key"] == computed.get(name)].set_index("measure")
    if "differs" not in rows.index or rows.loc["differs", "method"] != "yes":
        return None
    share = rows.loc["share"]
    return f"{count_of(int(share['x']), int(share['n']))} ({percent(share['estimate'])})"


def differs_words(asked: Asked, row: dict[Any, Any]) -> str:
    """What is said beside a figure that the extract contradicts; nothing beside any other."""
    other = other_figure(asked, str(row["row_key"]))
    return f" (the caseload extract has {other}; which is right is to be settled)" if other else ""


def missed_reasons(asked: Asked) -> str | None:
    """Why each target was missed, as the records say: by indicator, the reasons that teams gave."""
    labels, given = asked.period.indicators.labels, asked.period.store.table("indicator")
    given = given[given["period"] == asked.period.span.label].dropna(subset="missed_reason")
    told = [
        f"{labels[name]}: {_told(given[given['indicator_id'] == name])}"
        for name in (str(row["row_key"]) for row in _not_met(asked))
    ]
    return f"{'; '.join(told)}." if told else None


def _told(given: pd.DataFrame) -> str:
    if given.empty:
        return "no reason on record"
    reasons = named(given["missed_reason"].map(_REASONS))
    return f"{are(len(given), 'reason', 'reasons')} on record, {reasons}"


def _not_met(asked: Asked) -> list[dict[Any, Any]]:
    """Rows of the indicators named, or all, that missed their target; at the period's end alone."""
    if asked.end != asked.period.span.end:
        return []
    current = asked.period.indicators.current
    rows = current[current["method"] == "not met"]
    rows = rows[rows["row_key"].isin(asked.names)] if asked.names else rows
    return list(rows.to_dict("records"))
