"""Answers from performance indicators: targets met and missed, and why they were missed."""

from __future__ import annotations

from typing import Any

import pandas as pd

from qaf_lib.display.answers.asked import Asked, are, named
from qaf_lib.display.words import count_of, percent

__all__ = ["indicators", "missed", "missed_reasons"]

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
    return f"{count_of(met, len(judged))} indicators with a target met it."


def missed(asked: Asked) -> str | None:
    """Indicators that missed their target, with their figures at the end of the period."""
    found = asked.period.indicators
    told = "; ".join(
        f"{found.labels[str(row['row_key'])]}, {count_of(int(row['x']), int(row['n']))} "
        f"({percent(row['estimate'])}) where the target is "
        f"{percent(found.targets[str(row['row_key'])] or 0)}"
        for row in _not_met(asked)
    )
    return f"Missed in the period: {told}." if told else None


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
