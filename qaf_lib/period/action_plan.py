"""The action plan in the framework's own columns, for pages and for the document in the vault."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from qaf_lib.analysis.actions import DONE, LIVE
from qaf_lib.period.action_words import KIND_WORDS, ROUTE_WORDS, SOURCE_WORDS
from qaf_lib.period.store import PeriodStore

__all__ = ["IN_THE_RECORD", "action_plan_of", "in_columns"]

IN_THE_RECORD = "in the record"
"""What a page says in place of text that somebody typed."""

_PROPOSED = "proposed, not agreed yet"
_NOT_KEPT = "no column in the records"
_FIELDS = (
    (("to date",), "taken_to_date"),
    (("action to be taken",), "action"),
    (("agreed",), "agreed"),
    (("completed",), "completed_on"),
    (("approved",), "approved_by"),
    (("one case",), "about"),
    (("came from", "source"), "source"),
    (("training", "route"), "route"),
    (("corrective", "preventive"), "kind"),
    (("helped", "with staff"), "staff_helped"),
    (("owns",), "owner_of_kind"),
    (("owner", "officer", "responsible"), "owner_post"),
    (("team",), "team"),
    (("theme",), "theme"),
    (("due",), "due_on"),
    (("state", "status"), "status"),
    (("title", "action", "recommendation"), "title"),
)
"""Words of a column's label, first match first, and what of the records stands in it."""


def action_plan_of(store: PeriodStore, states: pd.DataFrame) -> pd.DataFrame:
    """Live actions in the framework's columns and order, those due soonest first; empty without columns.

    Free text is not shown: where a column asks for it, it stands in the register and in the vault's document.
    """
    live = states[states["status"].isin(LIVE)].sort_values(["due_on", "title", "action_id"])
    return in_columns(store, live)


def in_columns(
    store: PeriodStore, states: pd.DataFrame, *, labels: Sequence[str] | None = None
) -> pd.DataFrame:
    """Actions in columns of a plan, by what each column's label asks for.

    Parameters
    ----------
    store : PeriodStore
        The period.
    states : DataFrame
        The table `action` with `status` and `status_on`; with `action` and `taken_to_date` for a document.
    labels : sequence of str, optional
        The columns in order; the framework's where left out, none where it names none.
    """
    plan = store.framework.action_plan
    if labels is None:
        labels = [column.label for column in plan.columns] if plan else []
    known = _known(store, states)
    return pd.DataFrame({label: _column(known, label) for label in labels})


def _known(store: PeriodStore, states: pd.DataFrame) -> pd.DataFrame:
    approved = store.table("action_event").dropna(subset=["approved_by_post"])
    posts = approved.drop_duplicates("action_id", keep="last").set_index("action_id")["approved_by_post"]
    done = states["status_on"].where(states["status"].isin(DONE))
    agreed = states["board_agreed_on"].astype(object)
    second = " and " + states["second_owner_post"].astype("string")
    words = store.framework.words
    everybody = f"the whole {words.service}"
    text = {
        name: states[name] if name in states else pd.Series(IN_THE_RECORD, index=states.index)
        for name in ("action", "taken_to_date")
    }
    return pd.DataFrame(
        {
            "title": states["title"],
            **text,
            "agreed": agreed.where(agreed.notna(), _PROPOSED),
            "completed_on": done,
            "approved_by": states["action_id"].map(posts.to_dict()),
            "about": states["case_id"].notna().map({True: f"one {words.case}", False: everybody}),
            "source": states["source"].map(SOURCE_WORDS),
            "route": states["route"].map(ROUTE_WORDS),
            "kind": states["kind"].map(KIND_WORDS),
            "staff_helped": states["staff_helped"].map({True: "yes", False: "no"}),
            "owner_post": states["owner_post"].astype("string") + second.fillna(""),
            "first_post": states["owner_post"],
            "second_post": states["second_owner_post"],
            "team": states["team_id"].map(store.team_names).fillna(everybody),
            "theme": states["theme"],
            "due_on": states["due_on"],
            "status": states["status"].str.replace("_", " "),
        }
    ).reset_index(drop=True)


def _column(known: pd.DataFrame, label: str) -> pd.Series:
    words = label.lower()
    field = next((field for asked, field in _FIELDS if any(word in words for word in asked)), _NOT_KEPT)
    if field == "owner_of_kind":
        return _owner_of_kind(known, "manager" if "manager" in words else "worker")
    if field in known:
        return known[field]
    return pd.Series(field, index=known.index, dtype="string")


def _owner_of_kind(known: pd.DataFrame, kind: str) -> pd.Series:
    """The first of an action's owners whose post is a manager's, or a worker's."""
    posts = [known[name].astype("string") for name in ("first_post", "second_post")]
    first, second = (
        column.where(column.str.lower().str.contains(kind).fillna(False).astype(bool)) for column in posts
    )
    return first.fillna(second).fillna("–")
