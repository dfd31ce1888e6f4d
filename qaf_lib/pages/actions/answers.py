"""What became of what had to happen, how it is carried out, and the action plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

import pandas as pd

from qaf_lib.analysis import results_table
from qaf_lib.counting import (
    DONE,
    LIVE,
    action_states,
    action_summary,
    actions_by,
    actions_by_owner,
    blocked_days,
    blocks_cleared,
    due_ends,
    earlier_done,
    escalation_counts,
    live_by_age,
    met_again,
    plan_carried,
    raised_on,
    silent_actions,
    silent_days,
    without_action,
)
from qaf_lib.dates import Period, previous_period
from qaf_lib.pages.practice.answers import concern_states, plans_wanting
from qaf_lib.pages.store import PeriodStore, action_titles, once
from qaf_lib.register import TABLES

ROUTE_WORDS = MappingProxyType(
    {
        "training": "More training",
        "commission": "New commission",
        "coaching": "Coaching",
        "e_learning": "E-learning",
        "briefing": "One-minute briefing",
        "policy": "Policy or guide",
    }
)
KIND_WORDS = MappingProxyType(
    {"corrective": "Corrective: puts something right", "preventive": "Preventive: keeps it from happening"}
)
WHOM_WORDS = MappingProxyType({"one case": "One file", "the service": "How things work (structural)"})
SOURCE_WORDS = MappingProxyType(
    {
        "audit": "Audit",
        "moderation": "Moderation",
        "complaint": "Complaint",
        "indicator": "Performance figures",
        "board": "Board or leaders",
        "inspection": "Inspection",
        "scrutiny_panel": "Scrutiny panel",
        "multi_agency": "Multi-agency audit",
        "observation": "Observation of practice",
        "survey": "Survey",
        "incident_review": "Review after an incident",
    }
)


def choices_of(column: str) -> tuple[str, ...]:
    """The words that a column of the table of actions may hold, in order."""
    return next(one.choices for one in TABLES["action"].columns if one.name == column)


ROUTES, KINDS, SOURCES = (choices_of(column) for column in ("route", "kind", "source"))
"""Routes to learning, kinds of action and where actions come from, as the records write them."""

CHAMPION = "champion"
"""What stands for the owner of an action that a champion owns."""


@dataclass(frozen=True)
class Ways:
    """Result tables with the measures of `actions_by`, at the end of the period.

    `kinds` corrective and preventive; `for_whom` actions for one case and for how the service works;
    `routes` to learning; `sources` where actions came from; `helped` whether staff helped to draft them;
    `rests_on` whether research or an evaluation stands behind them; `owners` one owner, two, or a champion.
    """

    kinds: pd.DataFrame
    for_whom: pd.DataFrame
    routes: pd.DataFrame
    sources: pd.DataFrame
    helped: pd.DataFrame
    rests_on: pd.DataFrame
    owners: pd.DataFrame


def ways_of(states: pd.DataFrame, projects: pd.DataFrame) -> Ways:
    """Counts of actions by how they are carried out.

    Parameters
    ----------
    states : DataFrame
        The table `action` with `status`.
    projects : DataFrame
        The table `project`.
    """
    research = projects.loc[projects["block"].isin(["research", "evaluation"]), "project_id"].dropna()
    of_case = states["case_id"].notna().map({True: "one case", False: "the service"}).astype("string")
    behind = states["project_id"].isin(research).map({True: "yes", False: "no"}).astype("string")
    helped = states["staff_helped"].map({True: "yes", False: "no"})
    return Ways(
        kinds=_by(states, states["kind"], KINDS, "actions_kinds"),
        for_whom=_by(states, of_case, ("one case", "the service"), "actions_for_whom"),
        routes=_by(states, states["route"], ROUTES, "actions_routes"),
        sources=_by(states, states["source"], SOURCES, "actions_sources"),
        helped=_by(states, helped, ("yes", "no"), "actions_staff_helped"),
        rests_on=_by(states, behind, ("yes", "no"), "actions_rest_on_research"),
        owners=_by(states, owners_of(states), ("one owner", "two owners", CHAMPION), "actions_owners"),
    )


def _by(states: pd.DataFrame, groups: pd.Series, order: tuple[str, ...], table_id: str) -> pd.DataFrame:
    return actions_by(states=states, groups=groups, order=order, table_id=table_id)


def owners_of(states: pd.DataFrame) -> pd.Series:
    """A champion where one of the owners is one, else how many posts own the action."""
    two = states["second_owner_post"].notna().map({True: "two owners", False: "one owner"}).astype("string")
    posts = states["owner_post"].fillna("") + " " + states["second_owner_post"].fillna("")
    return two.mask(posts.str.contains(CHAMPION, case=False).fillna(False).astype(bool), CHAMPION)


_NOT_SHOWN = "not shown on pages"
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


def done_on(store: PeriodStore, states: pd.DataFrame) -> pd.Series:
    """The day each finished action was done: the first since it was last live, not that of its approval."""
    events = store.table("action_event").sort_values(["action_id", "event_no"], ascending=[True, False])
    events = events[events["on"] <= pd.Timestamp(store.span.end)]
    open_still = (~events["status"].isin(DONE)).groupby(events["action_id"]).cumsum()
    first = events[open_still == 0].groupby("action_id")["on"].min()
    return pd.to_datetime(states["action_id"].map(first.to_dict())).where(states["status"].isin(DONE))


def _known(store: PeriodStore, states: pd.DataFrame) -> pd.DataFrame:
    approved = store.table("action_event").dropna(subset=["approved_by_post"])
    posts = approved.drop_duplicates("action_id", keep="last").set_index("action_id")["approved_by_post"]
    agreed = states["board_agreed_on"].astype(object)
    second = " and " + states["second_owner_post"].astype("string")
    words = store.framework.words
    everybody = f"the whole {words.service}"
    text = {
        name: states[name] if name in states else pd.Series(_NOT_SHOWN, index=states.index)
        for name in ("action", "taken_to_date")
    }
    return pd.DataFrame(
        {
            "title": states["title"],
            **text,
            "agreed": agreed.where(agreed.notna(), _PROPOSED),
            "completed_on": done_on(store, states),
            "approved_by": states["action_id"].map(posts.to_dict()).where(states["status"].isin(DONE)),
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
    """Of an action's owners those whose post is a worker's, or for a manager's column all others."""
    posts = [known[name].astype("string") for name in ("first_post", "second_post")]
    workers = [column.str.lower().str.contains("worker").fillna(False).astype(bool) for column in posts]
    wanted = workers if kind == "worker" else [~one for one in workers]
    first, second = (column.where(which) for column, which in zip(posts, wanted, strict=True))
    return (first + " and " + second).fillna(first).fillna(second).fillna("–")


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


@once
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
        ways=ways_of(states, store.table("project")),
        low_grades=_low_grades(store, known),
        wanting=plans_wanting(store, known),
        escalations=_escalations(store, end),
        plan=action_plan_of(store, states),
    )


def with_news(found: Actions, states: pd.DataFrame) -> pd.Series:
    """Which of the actions had an entry in the last `ask_after` days, beside the one that opened it."""
    fresh = (states["silent_days"] <= found.ask_after).fillna(False).astype(bool)
    return fresh & (states["status_on"] > states["raised_on"]).fillna(False).astype(bool)


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
    states = concern_states(store, known[mine.fillna(False).astype(bool)])
    steps = [tier.tier for tier in ladder.tiers] if ladder and len(states) else []
    return escalation_counts(states=states, table_id="escalations", steps=steps)
