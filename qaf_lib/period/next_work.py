"""The work of the period that follows: what comes round, what is dated in it, and what the framework asks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pandas as pd

from qaf_lib.dates import Period, add_months
from qaf_lib.period.calendar import next_due
from qaf_lib.period.store import PeriodStore

__all__ = ["days_after", "next_work", "took_part"]

_MONTHS = {
    "daily": 1,
    "weekly": 1,
    "fortnightly": 1,
    "monthly": 1,
    "bi-monthly": 2,
    "quarterly": 3,
    "termly": 4,
    "half-yearly": 6,
    "six-monthly": 6,
    "twice a year": 6,
    **dict.fromkeys(("yearly", "annual", "annually"), 12),
    "two-yearly": 24,
    "biennial": 24,
}
"""Months after which work comes round; what comes more often than monthly is there every month."""

_OFTEN = {"week": "weekly", "month": "monthly", "quarter": "quarterly", "half_year": "half-yearly"}
_PARTS = ("children", "families", "partners", "staff")


def days_after(span: Period) -> tuple[date, date]:
    """First and last day of the period that follows, as long as this one.

    Examples
    --------
    >>> from qaf_lib.dates import parse_period
    >>> days_after(parse_period("2026-27 Q2"))
    (datetime.date(2026, 10, 1), datetime.date(2026, 12, 31))
    """
    start = span.end + timedelta(days=1)
    months = (start.year - span.start.year) * 12 + start.month - span.start.month
    return start, add_months(start, months) - timedelta(days=1)


def next_work(store: PeriodStore, projects: pd.DataFrame) -> pd.DataFrame:
    """Projects, draws and audits asked of posts that fall into the next period, in order of block and day.

    Parameters
    ----------
    store : PeriodStore
        The period that is followed.
    projects : DataFrame
        The table `project`.

    Returns
    -------
    DataFrame
        Columns of `project`; `notes` says what the framework or the parameters ask. Work without a day is
        there until it is reported.
    """
    first, last = days_after(store.span)
    coming = projects.assign(
        on=[
            _next(on, often, first, last)
            for on, often in zip(projects["on"], projects["frequency"], strict=True)
        ]
    )
    undated = projects["on"].isna() & projects["reported_on"].isna()
    kept = coming[coming["on"].notna() | undated]
    asked = pd.DataFrame([*_draws(store, first), *_duties(store, last)], columns=list(projects))
    together = pd.concat([kept.astype(object), asked.astype(object)], ignore_index=True)
    together["on"] = pd.to_datetime(together["on"])
    return together.sort_values(["block", "on", "title"], ignore_index=True)


def _next(on: object, often: object, first: date, last: date) -> date | None:
    """The first day of the period on which a piece of work is due; none where it is not due in it."""
    if pd.isna(on):
        return None
    day = pd.Timestamp(str(on)).date()
    months = None if pd.isna(often) else _MONTHS.get(str(often).lower())
    step = 0
    while months and add_months(day, step) < first:
        step += months
    found = add_months(day, step)
    return found if first <= found <= last else None


def _draws(store: PeriodStore, first: date) -> Iterator[dict[str, object]]:
    """The samples that the parameters draw, once more."""
    for plan in store.parameters.draws:
        kind = store.framework.audit_type(plan.audit_type)
        label = kind.label if kind else plan.audit_type
        row = {"block": "audit", "title": f"{label}: drawn at random", "on": first}
        yield row | {"frequency": "each period", "notes": "drawn by the kit on the period's opening caseload"}


def _duties(store: PeriodStore, last: date) -> Iterator[dict[str, object]]:
    """Audits that the framework asks of a post and that fall due in the period."""
    for duty in store.framework.duties:
        often = store.framework.how_often(duty)
        if often is None or duty.evidence != "audit" or duty.same_as is not None:
            continue
        times, every = often
        due = next_due(every=every, after=store.span.end, year=duty.year, due_month=duty.due_month)
        if due is not None and due <= last:
            row = {"block": "audit", "title": duty.label, "on": due, "frequency": _OFTEN.get(every, "yearly")}
            who = ", ".join(duty.roles) or duty.as_post
            yield row | {"officer_post": who, "notes": f"asked by the framework: {times} each time"}


def took_part(projects: pd.DataFrame) -> pd.Series:
    """Who took part in each piece of work, in words; missing where nobody is recorded."""
    rows = [
        ", ".join(who for who in _PARTS if getattr(row, f"{who}_took_part", None) is True) or None
        for row in projects.itertuples()
    ]
    return pd.Series(rows, index=projects.index, dtype="string")
