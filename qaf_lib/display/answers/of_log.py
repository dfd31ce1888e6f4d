"""Answers from the duty log: what it holds of a duty, when that was done, and when not."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from qaf_lib.analysis.spans import Span, spans_of
from qaf_lib.dates import Period, add_months
from qaf_lib.display.answers.asked import Asked, are, named
from qaf_lib.display.words import count_of, long_date
from qaf_lib.frameworks import Duty

__all__ = ["days_held", "gaps_in_log", "last_logged", "log", "logged_on"]

_DAYS = 6
"""Entries up to which their days are listed one by one."""


def log(asked: Asked) -> str | None:
    """What the duty log holds of the duties that a heading names."""
    events = asked.table("duty_event", "held_on")
    mine = events[events["duty_id"].isin(list(asked.names))]
    if mine.empty:
        return None
    days = [long_date(day) for day in sorted(mine["held_on"])]
    entries = f"{are(len(days), 'entry', 'entries')} in the duty log"
    if len(days) <= _DAYS:
        return f"{entries}, on {', '.join(days)}."
    rules = asked.period.framework
    named_so = {rule.name: rule.label for rule in rules.coverage}
    labels = mine["duty_id"].map(named_so | {duty.duty_id: duty.label for duty in rules.duties})
    of = f": {named(labels, most=None)}" if len(labels.unique()) > 1 else ""
    return f"{entries}, the last on {days[-1]}{of}."


def last_logged(asked: Asked) -> str | None:
    """The newest entry of the duty log, of any time up to the period's end, of each duty that is named."""
    events = asked.period.store.table("duty_event").dropna(subset="held_on")
    events = events[events["held_on"] <= pd.Timestamp(asked.end)]
    due = asked.period.duties.duties.set_index("duty_id")["due_on"]
    told = []
    for duty in (one for one in asked.period.framework.duties if one.duty_id in asked.names):
        held = events.loc[events["duty_id"] == duty.duty_id, "held_on"]
        last = f"last on {long_date(held.max())}" if len(held) else "nothing on record"
        later = due[duty.duty_id]
        told.append(f"{duty.label}: {last}" + ("" if pd.isna(later) else f", due by {long_date(later)}"))
    return f"{'; '.join(told)}." if told else None


def logged_on(asked: Asked) -> str | None:
    """Entries of twelve months of the duties that a line names, with the line's own words as theme."""
    events = asked.period.store.table("duty_event")
    since = pd.Timestamp(add_months(asked.period.span.end, -12))
    inside = (events["held_on"] > since) & (events["held_on"] <= pd.Timestamp(asked.period.span.end))
    mine = events[events["duty_id"].isin(list(asked.names)) & inside.fillna(False).astype(bool)]
    about = mine[mine["theme"].eq(asked.label).fillna(False).astype(bool)]
    if mine.empty:
        return None
    if about.empty:
        return "On none of the entries of twelve months."
    told = f"{count_of(len(about), len(mine))} entries of twelve months, the last on"
    return f"{told} {long_date(about['held_on'].max())}."


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
