"""Month by month: how many of the last month's audits were moderated, where a framework asks for that."""

from __future__ import annotations

from datetime import date, timedelta
from math import ceil

import pandas as pd

from qaf_lib.dates import add_months
from qaf_lib.period.store import PeriodStore

__all__ = ["moderated_by_month"]

_COLUMNS = ["audited_in", "audits", "wanted", "drawn", "others", "moderated_in", "state"]


def moderated_by_month(store: PeriodStore) -> pd.DataFrame:
    """A row for each month of audits whose moderation falls in the period, empty where none is asked for.

    `audited_in` is the month's first day, `audits` its graded audits, `wanted` the random share of them;
    `drawn` were moderated at random and `others` for another reason by the end of `moderated_in`, the month
    after. `state` is "met", "partly met" or "not met"; "not due" where no audit was made.
    """
    rule = store.framework.moderation
    if rule is None or rule.every != "month" or "every" not in rule.model_fields_set or not rule.random_share:
        return pd.DataFrame(columns=_COLUMNS)
    rows, month = [], add_months(store.span.start.replace(day=1), -1)
    while add_months(month, 2) <= store.span.end + timedelta(days=1):
        rows.append(_of_month(store, month, rule.random_share))
        month = add_months(month, 1)
    return pd.DataFrame(rows, columns=_COLUMNS)


def _of_month(store: PeriodStore, month: date, share: float) -> dict[str, object]:
    after, end = add_months(month, 1), add_months(month, 2) - timedelta(days=1)
    graded = store.audits[store.audits["overall_grade"].notna()]
    audits = graded[_between(graded["audited_on"], month, after - timedelta(days=1))]
    looked = store.table("moderation").merge(audits[["audit_id"]], on="audit_id")
    looked = looked[_between(looked["moderated_on"], month, end)]
    drawn = set(looked.loc[looked["why"] == "random", "audit_id"])
    wanted = ceil(share * len(audits) - 1e-9)
    state = "not met" if not drawn else "met" if len(drawn) >= wanted else "partly met"
    return {
        "audited_in": pd.Timestamp(month),
        "audits": len(audits),
        "wanted": wanted,
        "drawn": len(drawn),
        "others": len(set(looked["audit_id"]) - drawn),
        "moderated_in": pd.Timestamp(after),
        "state": state if wanted else "not due",
    }


def _between(days: pd.Series, first: date, last: date) -> pd.Series:
    return days.between(pd.Timestamp(first), pd.Timestamp(last)).fillna(False).astype(bool)
