"""Audits that asked for an action and from which none came."""

from __future__ import annotations

import pandas as pd

from qaf_lib.analysis.actions_age import raised_on
from qaf_lib.analysis.actions_follow import not_acted_on
from qaf_lib.analysis.results import counted_share, results_table
from qaf_lib.period.store import PeriodStore

__all__ = ["audits_without_plan", "plans_wanting"]


def audits_without_plan(store: PeriodStore) -> pd.DataFrame:
    """Audits of the period that asked for an action and have none, the oldest first: the table `audit`.

    Whether one was asked for is `action_needed`.
    """
    known = store.table("action")
    raised = known.assign(raised_on=raised_on(actions=known, events=store.table("action_event")))
    asked = _asked(store)
    left = asked[not_acted_on(audits=asked, actions=raised)]
    return left.sort_values(["audited_on", "audit_id"]).reset_index(drop=True)


def plans_wanting(store: PeriodStore, actions: pd.DataFrame) -> pd.DataFrame:
    """How many audits of the period asked for an action, and how many of these have none.

    Parameters
    ----------
    store : PeriodStore
        The period.
    actions : DataFrame
        The table `action` with `raised_on`.

    Returns
    -------
    DataFrame
        A result of one row: `x` without a plan of `n` that asked for one; "z" where none did.
    """
    asked = _asked(store)
    x, n = int(not_acted_on(audits=asked, actions=actions).sum()), len(asked)
    key = {"table_id": "actions_wanting", "row_key": "asked for an action", "measure": "without"}
    return results_table([counted_share(**key, x=x, n=n)])


def _asked(store: PeriodStore) -> pd.DataFrame:
    audits = store.audits_of_period
    return audits[audits["action_needed"].fillna(False).astype(bool)]
