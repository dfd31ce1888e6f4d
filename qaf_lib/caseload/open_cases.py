"""The caseload as at a day: which rows of an extract were open then, whenever the extract was made."""

from __future__ import annotations

from datetime import date

import pandas as pd

__all__ = ["SPANS", "as_at_day", "left_out_on"]

SPANS = {"case": ("opened_on", "closed_on"), "plan": ("started_on", "ended_on")}
"""First and last day of a row of the caseload."""


def left_out_on(*, table: str, frame: pd.DataFrame, as_at: date) -> pd.Series:
    """Why a row is no part of the caseload of a day; missing where it is.

    A case closed on the day is closed, and one opened on the day is open: so a case handed from one team to
    another that day is the second team's. Plans that have ended stay; short and repeated ones are looked at.

    Examples
    --------
    >>> frame = pd.DataFrame({"opened_on": ["2026-01-05", "2026-06-30"], "closed_on": ["2026-06-30", None]})
    >>> frame = frame.apply(pd.to_datetime)
    >>> left_out_on(table="case", frame=frame, as_at=date(2026, 6, 30)).fillna("").tolist()
    ['closed on or before the day', '']
    >>> left_out_on(table="case", frame=frame, as_at=date(2026, 6, 29)).fillna("").tolist()
    ['', 'opened after the day']
    """
    first, last = SPANS[table]
    day = pd.Timestamp(as_at)
    reasons = pd.Series(pd.NA, index=frame.index, dtype="string")
    reasons = reasons.mask(
        frame[first] > day, "opened after the day" if table == "case" else "started after the day"
    )
    return reasons.mask(frame[last] <= day, "closed on or before the day") if table == "case" else reasons


def as_at_day(*, table: str, frame: pd.DataFrame, as_at: date) -> pd.DataFrame:
    """The rows as they stood on the day: what ended later had not ended, and a later status is not dated."""
    day = pd.Timestamp(as_at)
    later = [SPANS[table][1], *(["status_from"] if table == "case" else [])]
    return frame.assign(**{name: frame[name].mask(frame[name] > day) for name in later})
