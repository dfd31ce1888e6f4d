"""The framework's ways of assuring quality: when each was last used, and when it is next due."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from qaf_lib.frameworks.duties import Mechanism
from qaf_lib.period.calendar import done_ahead, next_due
from qaf_lib.period.evidence import in_days
from qaf_lib.period.store import PeriodStore

__all__ = ["mechanisms_of"]

_COLUMNS = ["label", "often", "records", "last_used", "next_due"]


def mechanisms_of(store: PeriodStore, duties: pd.DataFrame) -> pd.DataFrame:
    """A row for each mechanism that the framework names; `duties` as `Duties` has them.

    Returns
    -------
    DataFrame
        `label`; `often` (a list of times and span, of its duties that have a number); `records` of the
        period; `last_used`, the newest day on record up to the period's end; and `next_due`, the first day
        after it on which one of its duties falls due that is not met already. Days are
        missing where there are none.
    """
    ahead = done_ahead(store, duties)
    rows = [_row(store, one, ahead) for one in store.framework.mechanisms]
    table = pd.DataFrame(rows, columns=_COLUMNS)
    for name in ("last_used", "next_due"):
        table[name] = pd.to_datetime(table[name])
    return table


def _row(store: PeriodStore, one: Mechanism, ahead: Mapping[str, date]) -> dict[str, object]:
    days = _days(store, one)
    used = days[days >= pd.Timestamp(store.span.start)]
    duties = [duty for duty in store.framework.duties if duty.duty_id in one.duties]
    rules = [rule for rule in store.framework.coverage if rule.name in one.coverage]
    often = [(duty, store.framework.how_often(duty)) for duty in duties]
    coming = [
        next_due(
            every=said[1],
            after=ahead.get(duty.duty_id, store.span.end),
            year=duty.year,
            due_month=duty.due_month,
        )
        for duty, said in often
        if said is not None
    ] + [next_due(every="year", after=store.span.end, year=rule.year) for rule in rules]
    asked = [said for _, said in often if said is not None] + [(rule.times, "year") for rule in rules]
    return {
        "label": one.label,
        "often": list(dict.fromkeys(asked)),
        "records": len(used),
        "last_used": days.max() if len(days) else pd.NaT,
        "next_due": min((day for day in coming if day is not None), default=pd.NaT),
    }


def _days(store: PeriodStore, one: Mechanism) -> pd.Series:
    """Days up to the period's end of a mechanism's sources, and of its duties' entries in the log."""
    sources = [source for source in store.framework.sources if source.name in one.sources and source.table]
    events = store.table("duty_event")
    logged = events.loc[events["duty_id"].isin(one.duties), "held_on"].dropna()
    logged = logged[logged <= pd.Timestamp(store.span.end)]
    found = [days for days in (logged, *(in_days(store, each, ever=True) for each in sources)) if len(days)]
    return pd.concat(found, ignore_index=True) if found else logged
