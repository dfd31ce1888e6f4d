"""What has to be done: coverage, gaps, deadlines, and what must follow an audit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from qaf_lib.analysis import counted_share, results_table
from qaf_lib.counting import (
    deadline_counts,
    deadline_states,
    due_days,
    escalation_states,
    lasting_steps,
    moderation_due,
    not_acted_on,
    raised_on,
    year_of,
)
from qaf_lib.dates import add_months
from qaf_lib.errors import InputError
from qaf_lib.frameworks import Deadline, Duty, FollowUp, Framework, Moderation
from qaf_lib.pages.practice.coverage import CoverageCount, Gap, coverage_of, gaps_of
from qaf_lib.pages.store import PeriodStore, once


def followed_up(store: PeriodStore, rule: FollowUp) -> pd.DataFrame:
    """The audits of the period that a rule is about, each with whether it is `recorded`.

    An audit is followed up by a post where the escalation table has a row of it, told to one of the rule's
    posts.
    """
    audits = store.audits_of_period
    if rule.audit_types:
        audits = audits[audits["audit_type"].isin(rule.audit_types)]
    if rule.grades:
        audits = audits[audits["overall_grade"].isin(rule.grades)]
    if rule.action_needed:
        audits = audits[audits["action_needed"].fillna(False).astype(bool)]
    if rule.event != "escalation":
        return audits.assign(recorded=audits[rule.event].notna())
    told = store.table("escalation").dropna(subset=["told_at"])
    if rule.by_posts:
        told = told[told["told_post"].isin(rule.by_posts)]
    return audits.assign(recorded=audits["audit_id"].isin(told["audit_id"]))


def states_of_concerns(store: PeriodStore) -> pd.DataFrame | None:
    """Each step of the concerns that audits of the period found; None without a ladder or without any."""
    ladder = store.framework.escalation
    concerns = store.table("escalation").merge(store.audits_of_period[["audit_id"]], on="audit_id")
    if ladder is None or concerns.empty:
        return None
    return concern_states(store, concerns)


def concern_states(store: PeriodStore, concerns: pd.DataFrame) -> pd.DataFrame:
    """Steps of some concerns, also those that a lasting one has none of on record, each with its `state`."""
    end, ladder = store.span.end, store.framework.escalation
    allowed = {tier.tier: tier.working_days for tier in ladder.tiers} if ladder else {}
    due = lasting_steps(escalations=concerns, working_days=allowed, as_at=end)
    return escalation_states(escalations=due, working_days=allowed, as_at=end)


def states_of_moderation(store: PeriodStore) -> pd.DataFrame | None:
    """Each audit of the period whose grade asks for moderation; None where no rule asks for any.

    Where the framework has stages an audit is moderated once the last one is done.
    """
    rules = store.framework.moderation
    if rules is None:
        return None
    moderations = store.table("moderation")
    if rules.stages:
        moderations = moderations[moderations["stage"].eq(rules.stages[-1].name).fillna(False).astype(bool)]
    return moderation_due(
        audits=store.audits_of_period,
        moderations=moderations,
        trigger_grades=rules.trigger_grades,
        before_submission=rules.before_submission,
        roles=store.role_of,
        by_roles=_may_moderate(rules) if len(store.staff) else [],
        as_at=store.span.end,
    )


def _may_moderate(rules: Moderation) -> list[str]:
    """Roles that may make the moderation that counts: of the last stage, where that names any."""
    return (rules.stages[-1].by_roles if rules.stages else []) or rules.by_roles


def deadline_items(store: PeriodStore, deadline: Deadline) -> pd.DataFrame:
    """Audits, feedback or events of the period that a deadline is about, each with its `state`.

    Raises
    ------
    InputError
        If the deadline names a day that the table does not have.
    """
    items = _items(store, deadline)
    for name in (deadline.from_event, deadline.to_event):
        if name not in items:
            raise InputError(f"deadline {deadline.name}: {deadline.of} has no column {name!r}.")
    if deadline.of == "duty_event":
        items = store.in_period(items, deadline.from_event)
    allowed = deadline.extension_working_days
    states = deadline_states(
        done_on=items[deadline.to_event],
        due_on=_due_on(store, deadline, items),
        as_at=store.span.end,
        extended_to=items["extended_to"] if allowed else None,
        extension_working_days=allowed or 0,
    )
    return items.assign(state=states)


def _due_on(store: PeriodStore, deadline: Deadline, items: pd.DataFrame) -> pd.Series:
    """The last day of each item.

    By the next supervision it is the day of the first one on record after it of the person it was about:
    still ahead while none has come, and missing where no supervision of the person is on record at all.
    """
    began = items[deadline.from_event]
    if deadline.by != "next_supervision":
        return due_days(started_on=began, working_days=deadline.working_days)
    held = store.table("duty_event").dropna(subset=["held_on", "subject_id"])
    held = held[held["kind"] == "supervision"]
    days = {str(who): part for who, part in held.groupby("subject_id")["held_on"]}
    ahead = (
        items[deadline.to_event].clip(lower=pd.Timestamp(store.span.end)).fillna(pd.Timestamp(store.span.end))
    )
    due = [
        pd.NaT if who not in days else later.min() if len(later := days[who][days[who] > day]) else end
        for who, day, end in zip(items["subject_id"].astype("string").fillna(""), began, ahead, strict=True)
    ]
    return pd.Series(due, index=items.index, dtype="datetime64[ns]")


def _items(store: PeriodStore, deadline: Deadline) -> pd.DataFrame:
    """All of them, of the period where the table has a day of its own."""
    if deadline.of == "audit":
        items, kind = store.audits_of_period, "audit_type"
    elif deadline.of == "feedback":
        items, kind = store.in_period(store.table("feedback"), "received_on"), "kind"
    else:
        items, kind = store.table("duty_event"), "kind"
    if deadline.kinds:
        items = items[items[kind].isin(deadline.kinds)]
    if deadline.grades:
        items = items[items["overall_grade"].isin(deadline.grades)]
    return items


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


LONG_MONTHS = (12, 24)
"""Months beyond which plans are counted."""

BANDS = (3, 6, 12, 24)
"""Months that divide the table of how long plans have run."""

_STATUS = MappingProxyType({"cin": "child_in_need", "cp": "child_protection", "cla": "looked_after"})


def drift_of(store: PeriodStore) -> pd.DataFrame:
    """Children on an open plan of the kind that their case stands at, the longest first.

    Columns `id` (the case), `kind` (cin, cp or cla), `started_on`, `team_id`, and a truth value for each of
    `LONG_MONTHS`: `over_12` says that more than twelve calendar months have passed since the start.
    """
    extract = store.facts["closing" if store.parameters.caseload.closing else "opening"]
    plans = store.table("plan")
    plans = plans[plans["snapshot_id"].isin([*extract, *store.facts["records"]]) & plans["ended_on"].isna()]
    cases = store.closing.drop_duplicates("case_id").set_index("case_id")
    stands = plans["case_id"].map(cases["status"]) == plans["kind"].map(dict(_STATUS))
    began = plans[stands.fillna(False).astype(bool)].dropna(subset=["started_on"])
    began = began.sort_values("started_on").drop_duplicates(["case_id", "kind"])
    found = began.assign(team_id=began["case_id"].map(cases["team_id"])).rename(columns={"case_id": "id"})
    for months in LONG_MONTHS:
        limit = pd.Timestamp(add_months(store.span.end, -months))
        found[f"over_{months}"] = found["started_on"] < limit
    wanted = ["id", "kind", "started_on", "team_id", *(f"over_{months}" for months in LONG_MONTHS)]
    return found[wanted].reset_index(drop=True)


def drift_bands(store: PeriodStore) -> pd.DataFrame:
    """Children by kind of plan and by months since it began, as a result.

    A row for each kind, with a measure for each band: `up_to_3`, `up_to_6` (more than 3), `up_to_12`,
    `up_to_24` and `over_24`.
    """
    found = drift_of(store)
    limits = [pd.Timestamp(add_months(store.span.end, -months)) for months in BANDS]
    names = [*(f"up_to_{months}" for months in BANDS), f"over_{BANDS[-1]}"]
    band = sum((found["started_on"] < limit).astype(int) for limit in limits)
    return results_table(
        {
            "table_id": "plans_by_months",
            "row_key": kind,
            "measure": name,
            "x": int(((found["kind"] == kind) & (band == at)).sum()),
            "n": int((found["kind"] == kind).sum()),
            "method": "full count",
            "speaks_of": "these_cases",
        }
        for kind in _STATUS
        if found["kind"].eq(kind).any()
        for at, name in enumerate(names)
    )


@dataclass(frozen=True)
class Places:
    """What the duty log holds by place; a place is a team, and a children's home may be one.

    `teams` has a row for each team with cases, by its name in `team`, and a column for each duty that is
    owed to every team, by its label: the last day held in the financial year so far, missing where none is.
    `localities` has the same for each locality and the duties owed to every locality, by `locality`.
    `visits` has a row for each visiting duty and place of the year so far: `label`, `place`, a column for
    each month of the period (visits), `year` (visits) and, of these, `checked` and `signed_off`.
    """

    teams: pd.DataFrame
    localities: pd.DataFrame
    visits: pd.DataFrame


def places_of(store: PeriodStore) -> Places:
    """The places of the duty log in the financial year so far."""
    events, end = store.table("duty_event"), pd.Timestamp(store.span.end)
    start = pd.Timestamp(year_of(store.span.end, basis="financial").start)
    inside = (events["held_on"] >= start) & (events["held_on"] <= end) & events["team_id"].notna()
    known = events[inside.fillna(False).astype(bool)]
    itself = {str(team): str(team) for team in store.closing["team_id"].dropna()}
    return Places(
        teams=_reached(store, known, "team", itself, store.team_names),
        localities=_reached(store, known, "locality", store.place_of("locality"), {}),
        visits=_visits(store, known),
    )


def _reached(
    store: PeriodStore, events: pd.DataFrame, each: str, place: Mapping[str, str], names: Mapping[str, str]
) -> pd.DataFrame:
    """The last day on which each duty owed to every place was held there; places of teams with cases."""
    duties = _owed_to_each(store, each)
    keys = {place[team] for team in store.closing["team_id"].dropna() if team in place}
    ordered = sorted(keys, key=lambda key: names.get(key, key))
    table = pd.DataFrame({each: [names.get(key, key) for key in ordered]}, dtype="string")
    where = events["team_id"].map(place)
    for duty in duties:
        last = events.loc[events["duty_id"] == duty.duty_id, "held_on"].groupby(where).max()
        table[_label(duty, duties)] = pd.to_datetime(last.reindex(ordered).to_numpy())
    return table if duties else table.iloc[:0]


def _owed_to_each(store: PeriodStore, each: str) -> list[Duty]:
    """Duties of the log that are owed to every team, or to every locality."""
    return [
        duty
        for duty in store.framework.duties
        if duty.each == each and duty.same_as is None and duty.evidence is not None
    ]


def _label(duty: Duty, duties: list[Duty]) -> str:
    """The duty's label, with who holds it where two have the same."""
    alike = sum(other.label == duty.label for other in duties) > 1
    return f"{duty.label} ({duty.holder})" if alike else duty.label


def _visits(store: PeriodStore, events: pd.DataFrame) -> pd.DataFrame:
    months = pd.period_range(store.span.start, store.span.end, freq="M")
    rows: list[dict[str, object]] = []
    for duty in store.framework.duties:
        mine = events[(events["duty_id"] == duty.duty_id) & (events["kind"] == "visit")]
        for team, own in mine.groupby("team_id", sort=True):
            made = own["held_on"].dt.to_period("M")
            checked = own["signed_off"].dropna().astype(bool)
            place = store.team_names.get(str(team), str(team))
            row: dict[str, object] = {"label": duty.label, "place": place}
            row |= {month.strftime("%B %Y"): int((made == month).sum()) for month in months}
            rows.append(row | {"year": len(own), "checked": len(checked), "signed_off": int(checked.sum())})
    return pd.DataFrame(rows)


@dataclass(frozen=True)
class Practice:
    """Coverage rules, longest gaps and deadlines of the framework, each as a full count.

    `in_short` has each coverage rule's total: while its year runs that of the year so far where it asks
    for any (measure `so_far`). `assumed` names, by rule, the assumption that its number rests on.
    `follow_ups` counts of how many audits of the period a thing was recorded that must be recorded of each.
    """

    coverage: list[CoverageCount]
    in_short: pd.DataFrame
    gaps: list[Gap]
    deadlines: pd.DataFrame
    deadline_labels: dict[str, str]
    follow_ups: pd.DataFrame
    follow_up_labels: dict[str, str]
    assumed: dict[str, str]


@once
def practice_of(store: PeriodStore) -> Practice:
    """Every coverage rule, longest gap and deadline that the framework names and the records can answer."""
    deadlines = store.framework.deadlines
    tables = [_deadline(store, deadline) for deadline in deadlines]
    coverage = coverage_of(store)
    tables_so_far = {rule.name: rule.so_far_by_service for rule in coverage if len(rule.so_far_by_service)}
    totals = [
        tables_so_far.get(rule.name, rule.by_service)
        .iloc[[0]]
        .assign(table_id="coverage_in_short", row_key=rule.name)
        for rule in coverage
    ]
    return Practice(
        coverage=coverage,
        in_short=pd.concat(totals, ignore_index=True) if totals else results_table([]),
        gaps=gaps_of(store),
        deadlines=pd.concat(tables, ignore_index=True) if tables else results_table([]),
        deadline_labels={deadline.name: deadline.label for deadline in deadlines},
        follow_ups=_follow_ups(store),
        follow_up_labels={rule.name: rule.label for rule in store.framework.follow_ups},
        assumed=dict(_assumed(store.framework)),
    )


def _assumed(rules: Framework) -> Iterator[tuple[str, str]]:
    """Rules whose number is the kit's reading, with the assumption it rests on."""
    yield from ((rule.name, rule.assumed) for rule in rules.coverage if rule.assumed)
    yield from ((rule.name, rule.assumed) for rule in rules.deadlines if rule.assumed)


def _deadline(store: PeriodStore, deadline: Deadline) -> pd.DataFrame:
    items = deadline_items(store, deadline)
    return deadline_counts(
        states=items["state"],
        table_id="practice_deadlines",
        row_key=deadline.name,
        extended=deadline.extension_working_days is not None,
    )


def _follow_ups(store: PeriodStore) -> pd.DataFrame:
    rows = []
    for rule in store.framework.follow_ups:
        audits = followed_up(store, rule)
        key = {"table_id": "follow_ups", "row_key": rule.name, "measure": "recorded"}
        rows.append(counted_share(**key, x=int(audits["recorded"].sum()), n=len(audits)))
    return results_table(rows)
