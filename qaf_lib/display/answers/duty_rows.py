"""A table of duties in a framework's own columns, with what the duty log has of each."""

from __future__ import annotations

import pandas as pd

from qaf_lib.display.words import count_words, long_date, often_words
from qaf_lib.frameworks import Coverage, Duty
from qaf_lib.frameworks.paper import Report, RowsOf
from qaf_lib.period.store import PeriodStore

__all__ = ["duty_rows"]

_MEETINGS = ("meeting", "report", "scrutiny", "visit")
_SHOWN = {"pdr": "appraisal", "log": "entry of the duty log", None: "records beside the log"}
_SILENT = "nothing on record"


def duty_rows(store: PeriodStore, report: Report, counts: pd.DataFrame) -> pd.DataFrame:
    """Duties as rows, in the columns that the report's headings name.

    Parameters
    ----------
    store : PeriodStore
        The period; an entry of the duty log counts up to its end.
    report : Report
        One with `rows_of`.
    counts : DataFrame
        A result: of so many expected of each duty (`n`) so many done (`x`), as the page on practice has it.

    Returns
    -------
    DataFrame
        Text; a column per heading in order. What the framework does not say is a dash.
    """
    assert report.rows_of is not None
    events = store.in_period(store.table("duty_event"), "held_on")
    done = counts.dropna(subset="n").set_index("row_key")["x"]
    rows = [
        [_cell(store, duty, events, done, str(one.column)) for one in report.headings]
        for duty in _duties(store, report.rows_of)
    ]
    return pd.DataFrame(rows, columns=[heading.label for heading in report.headings], dtype="string")


def _duties(store: PeriodStore, rows_of: RowsOf | list[str]) -> list[Duty]:
    if isinstance(rows_of, list):
        by_id = {duty.duty_id: duty for duty in store.framework.duties}
        return [by_id[duty_id] for duty_id in rows_of]
    return [duty for duty in store.framework.duties if _belongs(duty, rows_of)]


def _belongs(duty: Duty, rows_of: RowsOf) -> bool:
    if rows_of == "meetings":
        return duty.evidence in _MEETINGS and duty.same_as is None
    return rows_of == "duties" or duty.as_post is not None


def _cell(store: PeriodStore, duty: Duty, events: pd.DataFrame, done: pd.Series, column: str) -> str:
    match column:
        case "who":
            return duty.as_post or ", ".join(duty.roles)
        case "what":
            return duty.label
        case "how_often":
            return _how_often(store, duty)
        case "shown_by":
            return _kind_of_record(duty)
        case "shared_with":
            return ", ".join(duty.shared_with) or "–"
        case "purpose":
            return duty.purpose or "–"
        case "method":
            return duty.method or _kind_of_record(duty)
        case _:
            days = _records(store, duty, events)
            numbered = store.framework.how_often(duty) is not None and duty.duty_id in done.index
            return _held(days, int(done[duty.duty_id]) if numbered else len(days))


def _kind_of_record(duty: Duty) -> str:
    return _SHOWN.get(duty.evidence, str(duty.evidence))


def _how_often(store: PeriodStore, duty: Duty) -> str:
    """How often, by the duty's own number or that of the rule of coverage that shows it."""
    often = store.framework.how_often(duty)
    if often is not None:
        return often_words(*often)
    return "; ".join(_yearly(rule) for rule in _shown_by(store, duty)) or "no number given"


def _yearly(rule: Coverage) -> str:
    part = "" if rule.times_part_time is None else f", part time {often_words(rule.times_part_time, 'year')}"
    return f"{often_words(rule.times, 'year')}{part}"


def _shown_by(store: PeriodStore, duty: Duty) -> list[Coverage]:
    return [rule for rule in store.framework.coverage if rule.name in duty.shown_by]


def _records(store: PeriodStore, duty: Duty, events: pd.DataFrame) -> pd.Series:
    """Days of the log's entries under the duty, and of those that its rules of coverage count."""
    kinds = [rule.counts for rule in _shown_by(store, duty)]
    return events.loc[(events["duty_id"] == duty.duty_id) | events["kind"].isin(kinds), "held_on"]


def _held(days: pd.Series, count: int) -> str:
    """How many count for the period, a meeting held early among them, and the last day."""
    if days.empty:
        return _SILENT
    return f"{count_words(count or len(days))} in the period, the last on {long_date(days.max())}"
