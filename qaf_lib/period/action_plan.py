"""The action plan in the framework's own columns."""

from __future__ import annotations

import pandas as pd

from qaf_lib.analysis.actions_age import LIVE
from qaf_lib.period.store import PeriodStore

__all__ = ["action_plan_of"]

_KEPT_BACK = "in the record"
_NOT_KEPT = "no column in the records"
_FIELDS = (
    (("to date",), _KEPT_BACK),
    (("action to be taken",), _KEPT_BACK),
    (("agreed",), "agreed"),
    (("completed",), "completed_on"),
    (("approved",), "approved_by"),
    (("one case",), "about"),
    (("came from",), "source"),
    (("training", "route"), _NOT_KEPT),
    (("owns",), "owner_of_kind"),
    (("owner", "officer", "responsible"), "owner_post"),
    (("team",), "team"),
    (("due",), "due_on"),
    (("state", "status"), "status"),
    (("title", "action", "recommendation"), "title"),
)
"""Words of a column's label, first match first, and what of the records stands in it."""


def action_plan_of(store: PeriodStore, states: pd.DataFrame) -> pd.DataFrame:
    """Live actions in the framework's columns and order, those due soonest first; empty without columns.

    Free text is not shown: where a column asks for it, it stands in the register only.
    """
    plan = store.framework.action_plan
    if plan is None:
        return pd.DataFrame()
    live = states[states["status"].isin(LIVE)].sort_values(["due_on", "title", "action_id"])
    known = _known(store, live)
    return pd.DataFrame({column.label: _column(known, column.label) for column in plan.columns})


def _known(store: PeriodStore, live: pd.DataFrame) -> pd.DataFrame:
    approved = store.table("action_event").dropna(subset=["approved_by_post"])
    posts = approved.drop_duplicates("action_id", keep="last").set_index("action_id")["approved_by_post"]
    done = live["status_on"].where(live["status"].isin(["completed", "approved"]))
    return pd.DataFrame(
        {
            "title": live["title"],
            "agreed": live["board_agreed_on"],
            "completed_on": done,
            "approved_by": live["action_id"].map(posts.to_dict()),
            "about": live["case_id"].notna().map({True: "one case", False: "the whole service"}),
            "source": live["source"],
            "owner_post": live["owner_post"],
            "team": live["team_id"].map(store.team_names).fillna("the whole service"),
            "due_on": live["due_on"],
            "status": live["status"].str.replace("_", " "),
        }
    ).reset_index(drop=True)


def _column(known: pd.DataFrame, label: str) -> pd.Series:
    words = label.lower()
    field = next((field for asked, field in _FIELDS if any(word in words for word in asked)), _NOT_KEPT)
    if field == "owner_of_kind":
        kind = "manager" if "manager" in words else "worker"
        posts = known["owner_post"].astype("string")
        return posts.where(posts.str.lower().str.contains(kind).fillna(False).astype(bool), "–")
    if field in known:
        return known[field]
    return pd.Series(field, index=known.index, dtype="string")
