"""How many auditors, moderators and staff there are, how many are trained, and how many there should be."""

from __future__ import annotations

import pandas as pd

from qaf_lib.analysis.results import results_table
from qaf_lib.dates import add_months
from qaf_lib.frameworks import Trained
from qaf_lib.period.store import PeriodStore

__all__ = ["trained_of", "untrained_of"]


def trained_of(store: PeriodStore) -> pd.DataFrame:
    """Of each rule on training: `people` in post on the period's last day, those `trained`, and `wanted`.

    Somebody is trained where the duty log has a training for it, held within the rule's months before the
    period's last day; `wanted` is missing where the framework names no number. One rule may be for roles.
    """
    if store.staff.empty:
        return results_table([])
    return results_table(row for rule in store.framework.trained for row in _rows(store, rule))


def untrained_of(store: PeriodStore) -> dict[str, pd.DataFrame]:
    """Who is in post without the training, by list: `id`, `role` and `team_id`; for restricted lists only."""
    if store.staff.empty:
        return {}
    lists = {}
    for rule in store.framework.trained:
        people = _in_post(store, rule).drop_duplicates("staff_id")
        left = people[~people["staff_id"].isin(_trained(store, rule))].rename(columns={"staff_id": "id"})
        lists[f"untrained_{rule.name}"] = left[["id", "role", "team_id"]].reset_index(drop=True)
    return lists


def _rows(store: PeriodStore, rule: Trained) -> list[dict[str, object]]:
    people = _in_post(store, rule)
    counts = {
        "people": people["staff_id"].nunique(),
        "trained": people[people["staff_id"].isin(_trained(store, rule))]["staff_id"].nunique(),
        "wanted": rule.at_least,
    }
    return [
        {
            "table_id": "trained",
            "row_key": rule.name,
            "measure": measure,
            "x": count,
            "method": "full count",
            "speaks_of": "these_cases",
        }
        for measure, count in counts.items()
        if count is not None
    ]


def _in_post(store: PeriodStore, rule: Trained) -> pd.DataFrame:
    """Staff on the period's last day; of auditors and moderators those whom the staff table lets do it."""
    end, staff = pd.Timestamp(store.span.end), store.staff
    there = (staff["started_on"] <= end) & ~(staff["left_on"] < end).fillna(False).astype(bool)
    found = staff[there.fillna(False).astype(bool)]
    if rule.who in ("auditors", "moderators"):
        may = found["can_audit" if rule.who == "auditors" else "can_moderate"]
        found = found[may.fillna(False).astype(bool)]
    return found[found["role"].isin(rule.roles)] if rule.roles else found


def _trained(store: PeriodStore, rule: Trained) -> pd.Series:
    """Who had the training."""
    events, end = store.table("duty_event"), store.span.end
    had = events["kind"].eq("training") & events["duty_id"].eq(rule.duty_id)
    had &= events["held_on"] <= pd.Timestamp(end)
    if rule.within_months is not None:
        had &= events["held_on"] > pd.Timestamp(add_months(end, -rule.within_months))
    people: pd.Series = events.loc[had.fillna(False).astype(bool), "subject_id"]
    return people.dropna()
