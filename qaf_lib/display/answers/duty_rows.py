"""A table of duties in a framework's own columns, with what the duty log has of each."""

from __future__ import annotations

import pandas as pd

from qaf_lib.display.words import count_of, count_words, long_date, often_words
from qaf_lib.frameworks import Coverage, Duty, Framework
from qaf_lib.frameworks.paper import Report, RowsOf
from qaf_lib.period.coverage import events_of
from qaf_lib.period.store import PeriodStore

__all__ = ["duty_rows", "how_often"]

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
    done = counts.dropna(subset="n").set_index("row_key")[["x", "n"]]
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


def _cell(store: PeriodStore, duty: Duty, events: pd.DataFrame, done: pd.DataFrame, column: str) -> str:
    match column:
        case "who":
            return duty.as_post or ", ".join(duty.roles)
        case "what":
            return duty.label
        case "how_often":
            return how_often(store.framework, duty)
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
            if duty.evidence is None and days.empty:
                return "counted on the page of practice"
            if store.framework.how_often(duty) is None or duty.duty_id not in done.index:
                return _in_period(days)
            x, n = done.loc[duty.duty_id, ["x", "n"]].astype(int)
            return _of_asked(days, x, n)


def _kind_of_record(duty: Duty) -> str:
    return _SHOWN.get(duty.evidence, str(duty.evidence))


def how_often(rules: Framework, duty: Duty) -> str:
    """How often, by the duty's own number, marked where assumed, or that of the coverage that shows it.

    A duty of each closure, and one that another kind of rule counts, has no number of its own.
    """
    often = rules.how_often(duty)
    if often is not None:
        return often_words(*often) + ("" if duty.assumed is None else " (assumed)")
    yearly = [_yearly(rule) for rule in _shown_by(rules, duty) if rule.of != "closures"]
    if yearly:
        return "; ".join(yearly)
    return "counted by its own rule" if set(duty.shown_by) & _with_a_number(rules) else "no number given"


def _with_a_number(rules: Framework) -> set[str]:
    """Names of the rules that expect something, so that a duty may take its state from them."""
    silent = {one.indicator_id for one in rules.indicators if one.target is None}
    silent |= {f"report_{one.name}" for one in rules.reports if one.every is None}
    return set(rules.rule_names()) - silent


def _yearly(rule: Coverage) -> str:
    part = "" if rule.times_part_time is None else f", part time {often_words(rule.times_part_time, 'year')}"
    return f"{often_words(rule.times, 'year')}{part}" + ("" if rule.assumed is None else " (assumed)")


def _shown_by(rules: Framework, duty: Duty) -> list[Coverage]:
    return [rule for rule in rules.coverage if rule.name in duty.shown_by]


def _records(store: PeriodStore, duty: Duty, events: pd.DataFrame) -> pd.Series:
    """Days of the log's entries under the duty, and of those that its rules of coverage count."""
    mine = events["duty_id"].eq(duty.duty_id).fillna(False).astype(bool)
    for rule in _shown_by(store.framework, duty):
        mine |= events.index.isin(events_of(store, events, rule).index)
    return events.loc[mine, "held_on"]


def _in_period(days: pd.Series) -> str:
    """Entries of the period, where no number is asked, and the last day."""
    if days.empty:
        return _SILENT
    return f"{count_words(len(days))} in the period, the last on {long_date(days.max())}"


def _of_asked(days: pd.Series, done: int, asked: int) -> str:
    """How many of those asked are on record, earlier ones of a year or a half among them, and the last."""
    if not done and days.empty:
        return _SILENT
    last = "none in the period" if days.empty else f"the last in the period on {long_date(days.max())}"
    return f"{count_of(done, asked)} asked, {last}"
