"""A table of duties in a framework's own columns, with what the duty log has of each."""

from __future__ import annotations

import pandas as pd

from qaf_lib.display.words import long_date, often_words
from qaf_lib.frameworks import Duty
from qaf_lib.frameworks.paper import Report, RowsOf
from qaf_lib.period.store import PeriodStore

__all__ = ["duty_rows"]

_MEETINGS = ("meeting", "report", "scrutiny", "visit")
_SHOWN = {"pdr": "appraisal", "log": "entry of the duty log", None: "records beside the log"}
_SILENT = "nothing on record"


def duty_rows(store: PeriodStore, report: Report) -> pd.DataFrame:
    """Duties as rows, in the columns that the report's headings name.

    Parameters
    ----------
    store : PeriodStore
        The period; an entry of the duty log counts up to its end.
    report : Report
        One with `rows_of`.

    Returns
    -------
    DataFrame
        Text; a column per heading in order. What the framework does not say is a dash.
    """
    assert report.rows_of is not None
    duties = [duty for duty in store.framework.duties if _belongs(duty, report.rows_of)]
    events = store.in_period(store.table("duty_event"), "held_on")
    newest = events.groupby("duty_id")["held_on"].agg(["max", "size"])
    rows = [[_cell(store, duty, newest, str(one.column)) for one in report.headings] for duty in duties]
    return pd.DataFrame(rows, columns=[heading.label for heading in report.headings], dtype="string")


def _belongs(duty: Duty, rows_of: RowsOf) -> bool:
    if rows_of == "meetings":
        return duty.evidence in _MEETINGS and duty.same_as is None
    return rows_of == "duties" or duty.as_post is not None


def _cell(store: PeriodStore, duty: Duty, newest: pd.DataFrame, column: str) -> str:
    match column:
        case "who":
            return duty.as_post or ", ".join(duty.roles)
        case "what":
            return duty.label
        case "how_often":
            return _how_often(store, duty)
        case "shown_by":
            return _SHOWN.get(duty.evidence, str(duty.evidence))
        case "shared_with":
            return ", ".join(duty.shared_with) or "–"
        case "purpose":
            return duty.purpose or "–"
        case _:
            return _held(newest, duty.duty_id)


def _how_often(store: PeriodStore, duty: Duty) -> str:
    often = store.framework.how_often(duty)
    if often is None:
        return "no number given"
    return often_words(*often)


def _held(newest: pd.DataFrame, duty_id: str) -> str:
    if duty_id not in newest.index:
        return _SILENT
    size, last = int(newest.loc[duty_id, "size"]), pd.Timestamp(newest.loc[duty_id, "max"])
    return f"{size} in the period, the last on {long_date(last)}"
