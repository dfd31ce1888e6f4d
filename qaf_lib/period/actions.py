"""What became of what had to happen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from qaf_lib.analysis.actions import action_states, action_summary, actions_by_owner
from qaf_lib.analysis.actions_age import blocked_days, live_by_age, raised_on, silent_actions, silent_days
from qaf_lib.analysis.actions_carried import plan_carried
from qaf_lib.analysis.actions_due import blocks_cleared, due_ends
from qaf_lib.analysis.actions_follow import earlier_done, met_again, without_action
from qaf_lib.analysis.escalations import escalation_counts, escalation_states
from qaf_lib.analysis.results import results_table
from qaf_lib.dates import Period, previous_period
from qaf_lib.period.action_plan import action_plan_of
from qaf_lib.period.action_ways import Ways, ways_of
from qaf_lib.period.plans_wanting import plans_wanting
from qaf_lib.period.store import PeriodStore
from qaf_lib.period.titles import action_titles

__all__ = ["Actions", "actions_of"]

_PERIODS = 4
_ASK_AFTER = 30
"""Days without an entry after which progress is asked for, where the framework names none."""


@dataclass(frozen=True)
class Actions:
    """Actions as at the end of the period; a title that is not reviewed is the action's standard or theme.

    `states` has one row per action with its status, `blocked_days` and `silent_days`; `plan` the live ones
    in the framework's columns. The rest are result tables: `by_age` live actions by post; `blocked` how
    many are and for how long (days), `cleared` how many no longer are; `ends` what became of those that were
    due; `silent` those without an entry for `ask_after` days; `carried` the
    plan from period to period; `by_source` this period's by where they came from; `again` problems met
    again by this period's actions; `low_grades` audits of the period with a low grade and no action, and
    `wanting` those that asked for an action and have none; `escalations` the steps of serious concerns found
    in the period. `ways` says how actions are carried out.
    """

    states: pd.DataFrame
    summary: pd.DataFrame
    by_owner: pd.DataFrame
    by_age: pd.DataFrame
    blocked: pd.DataFrame
    cleared: pd.DataFrame
    ends: pd.DataFrame
    silent: pd.DataFrame
    ask_after: int
    carried: pd.DataFrame
    by_source: pd.DataFrame
    again: pd.DataFrame
    ways: Ways
    low_grades: pd.DataFrame
    wanting: pd.DataFrame
    escalations: pd.DataFrame
    plan: pd.DataFrame

    @property
    def overdue(self) -> pd.DataFrame:
        """Overdue actions, the longest overdue first: title, owner, due day, days overdue, status."""
        late = self.states[self.states["overdue"]].sort_values(
            ["days_overdue", "title"], ascending=[False, True]
        )
        return late[["title", "owner_post", "due_on", "days_overdue", "status"]].reset_index(drop=True)

    @property
    def longest_blocked(self) -> pd.DataFrame:
        """Blocked actions, the longest blocked first: title, owner, due day, days blocked."""
        stuck = self.states[self.states["blocked_days"].notna()].sort_values(
            ["blocked_days", "title"], ascending=[False, True]
        )
        return stuck[["title", "owner_post", "due_on", "blocked_days"]].reset_index(drop=True)

    @property
    def met_again(self) -> pd.DataFrame:
        """This period's actions for a problem dealt with before: title, theme, who for, when it was done."""
        found = self.states[self.states["earlier_done"].notna()].sort_values(["theme", "title"])
        return found[["title", "theme", "case_id", "team_id", "earlier_done"]].reset_index(drop=True)


def actions_of(store: PeriodStore) -> Actions:
    """Every action raised up to the end of the period."""
    events, end = store.table("action_event"), store.span.end
    known = store.table("action")
    known = known.assign(
        title=action_titles(known, store.framework), raised_on=raised_on(actions=known, events=events)
    )
    known = known[~(known["raised_on"] > pd.Timestamp(end)).fillna(False).astype(bool)]
    states = action_states(actions=known, events=events, as_at=end)
    states = states.assign(
        blocked_days=blocked_days(states=states, events=events, as_at=end),
        silent_days=silent_days(states=states, as_at=end),
        earlier_done=_earlier(store, states, events),
    )
    plan = store.framework.action_plan
    ask_after = plan.ask_after_days if plan else _ASK_AFTER
    return Actions(
        states=states,
        summary=action_summary(
            states=states, reaudited=store.table("reaudit_link")["action_id"], table_id="actions_summary"
        ),
        by_owner=actions_by_owner(states=states, table_id="actions_by_owner"),
        by_age=live_by_age(states=states, as_at=end, table_id="actions_by_age"),
        blocked=_blocked(states),
        cleared=blocks_cleared(states=states, events=events, period=store.span, table_id="actions_cleared"),
        ends=due_ends(states=states, events=events, as_at=end, table_id="actions_due"),
        silent=silent_actions(states=states, as_at=end, days=ask_after, table_id="actions_silent"),
        ask_after=ask_after,
        carried=plan_carried(
            actions=known, events=events, periods=_periods(store.span), table_id="actions_carried"
        ),
        by_source=_by_source(known, events, store.span),
        again=met_again(states=states, events=events, start=store.span.start, table_id="actions_met_again"),
        ways=ways_of(states),
        low_grades=_low_grades(store, known),
        wanting=plans_wanting(store, known),
        escalations=_escalations(store, end),
        plan=action_plan_of(store, states),
    )


def _earlier(store: PeriodStore, states: pd.DataFrame, events: pd.DataFrame) -> pd.Series:
    """When the problem of each of the period's actions was dealt with before; missing for all others."""
    new = (states["raised_on"] >= pd.Timestamp(store.span.start)).fillna(False).astype(bool)
    return earlier_done(states=states, events=events).where(new)


def _periods(last: Period) -> list[Period]:
    periods = [last]
    while len(periods) < _PERIODS:
        periods.append(previous_period(periods[-1]))
    return periods[::-1]


def _blocked(states: pd.DataFrame) -> pd.DataFrame:
    days = states["blocked_days"].dropna().astype("int64")
    common = {"table_id": "actions_blocked", "row_key": "blocked", "n": len(days), "method": "full count"}
    if days.empty:
        return results_table([{**common, "measure": "median", "mark": "z"}])
    return results_table(
        [
            {**common, "measure": "median", "estimate": float(days.median())},
            {**common, "measure": "longest", "estimate": float(days.max())},
        ]
    )


def _by_source(known: pd.DataFrame, events: pd.DataFrame, span: Period) -> pd.DataFrame:
    """This period's row of the plan for each source of actions."""
    tables = [
        plan_carried(actions=part, events=events, periods=[span], table_id="actions_by_source").assign(
            row_key=str(source)
        )
        for source, part in known.groupby("source", sort=True)
    ]
    return pd.concat(tables, ignore_index=True).astype({"row_key": "string"}) if tables else results_table([])


def _low_grades(store: PeriodStore, known: pd.DataFrame) -> pd.DataFrame:
    scale = store.framework.scale
    low = [grade for grade in scale.grades if grade not in scale.headline.grades]
    return without_action(
        audits=store.audits_of_period,
        actions=known,
        bands={scale.concern.label: scale.concern.grades, f"not {scale.headline.label}": low},
        table_id="actions_low_grades",
    )


def _escalations(store: PeriodStore, end: date) -> pd.DataFrame:
    """Steps of concerns found in the period, by London's days."""
    ladder, known = store.framework.escalation, store.table("escalation")
    found = pd.to_datetime(known["found_at"], utc=True).dt.tz_convert("Europe/London").dt.tz_localize(None)
    day_after = pd.Timestamp(end + timedelta(days=1))
    mine = (found >= pd.Timestamp(store.span.start)) & (found < day_after)
    states = escalation_states(
        escalations=known[mine.fillna(False).astype(bool)],
        working_days={tier.tier: tier.working_days for tier in ladder.tiers} if ladder else {},
        as_at=end,
    )
    return escalation_counts(states=states, table_id="escalations")
