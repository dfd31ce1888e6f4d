"""Answers from the days of the duty log: when a duty was done, and when not."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from qaf_lib.analysis.spans import Span, spans_of
from qaf_lib.dates import Period
from qaf_lib.display.answers.asked import Asked
from qaf_lib.display.words import long_date
from qaf_lib.frameworks import Duty

__all__ = ["days_held", "gaps_in_log"]


def days_held(asked: Asked) -> str | None:
    """Days on which each named duty with a number was done, in the time it is counted over."""
    told = []
    for duty, days, spans in _named(asked):
        first = min(span.start for span in spans)
        held = sorted(days[days.between(pd.Timestamp(first), pd.Timestamp(asked.end))])
        if held:
            told.append(f"{duty.label}, since {long_date(first)}: {', '.join(map(long_date, held))}.")
    return " ".join(told) or None


def gaps_in_log(asked: Asked) -> str | None:
    """Weeks, months or quarters of the report's days in which a duty that the heading names has no entry."""
    told = []
    for duty, days, spans in _named(asked):
        ended = [span for span in spans if span.due <= asked.end]
        empty = [
            f"{long_date(span.start)} to {long_date(span.end)}"
            for span in ended
            if not days.between(pd.Timestamp(span.start), pd.Timestamp(span.end)).any()
        ]
        if ended and len(days):
            told.append(f"{duty.label}, without an entry: {'; '.join(empty) or 'none'}.")
    return " ".join(told) or None


def _named(asked: Asked) -> Iterator[tuple[Duty, pd.Series, list[Span]]]:
    """Each named duty with a number, the days of its entries of any time, and the spans it is counted in."""
    rules, events = asked.period.framework, asked.period.store.table("duty_event").dropna(subset="held_on")
    for duty in (duty for duty in rules.duties if duty.duty_id in asked.names):
        often = rules.how_often(duty)
        if often is not None:
            days = events.loc[events["duty_id"] == duty.duty_id, "held_on"]
            yield (
                duty,
                days,
                spans_of(every=often[1], period=Period("", asked.start, asked.end), year=duty.year),
            )
