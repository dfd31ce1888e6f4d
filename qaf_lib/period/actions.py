"""What became of what had to happen."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis.actions import action_states, action_summary, actions_by_owner
from qaf_lib.period.store import PeriodStore

__all__ = ["Actions", "actions_of"]


@dataclass(frozen=True)
class Actions:
    """Actions as at the end of the period.

    `states` has one row per action with its status; `summary` and `by_owner` are result tables.
    """

    states: pd.DataFrame
    summary: pd.DataFrame
    by_owner: pd.DataFrame

    @property
    def overdue(self) -> pd.DataFrame:
        """Overdue actions, the longest overdue first: title, owner, due day, days overdue, status."""
        late = self.states[self.states["overdue"]].sort_values(
            ["days_overdue", "title"], ascending=[False, True]
        )
        return late[["title", "owner_post", "due_on", "days_overdue", "status"]].reset_index(drop=True)


def actions_of(store: PeriodStore) -> Actions:
    """Every action raised up to the end of the period."""
    states = action_states(
        actions=store.table("action"), events=store.table("action_event"), as_at=store.span.end
    )
    return Actions(
        states=states,
        summary=action_summary(
            states=states, reaudited=store.table("reaudit_link")["action_id"], table_id="actions_summary"
        ),
        by_owner=actions_by_owner(states=states, table_id="actions_by_owner"),
    )
