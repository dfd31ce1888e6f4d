"""Lists that must be looked at whole, and what did not happen as the framework asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis import results_table
from qaf_lib.counting import listed_cases, looked_at, plans_open_at_least, window_start, year_of
from qaf_lib.dates import Period
from qaf_lib.display.words import count_words
from qaf_lib.frameworks import CensusList
from qaf_lib.pages.moderation.answers import stages_not_kept
from qaf_lib.pages.moderation.auditors import audits_not_independent, audits_of_no_known_division
from qaf_lib.pages.practice.answers import deadline_items, states_of_concerns, states_of_moderation
from qaf_lib.pages.practice.coverage import missing_of, people_over
from qaf_lib.pages.store import PeriodStore, once


@dataclass(frozen=True)
class Listed:
    """One census list: its words, how often it is gone through, and a result table of those looked at.

    `as_a_list` says that the record shows the list gone through as a whole, not case by case. `reading` is
    the assumption by which a boundary counts, where the framework names no side. `unknown` are entries to
    care of the period of which nobody recorded whether they were planned; missing for other lists. `a_year`
    are those placed out of the area who have been in care for 12 months or more; missing for other lists.
    """

    name: str
    label: str
    every: str
    as_a_list: bool
    counts: pd.DataFrame
    reading: str | None
    unknown: int | None
    a_year: int | None


@once
def census_of(store: PeriodStore) -> list[Listed]:
    """Every census list that the framework names."""
    return [_listed(store, rule) for rule in store.framework.census_lists]


def not_looked_at(store: PeriodStore) -> dict[str, pd.DataFrame]:
    """Cases of each list without a record of being looked at, by pseudonym; for restricted lists only."""
    lists = {}
    for rule in store.framework.census_lists:
        if not _asks_for_a_look(store, rule):
            continue
        cases = _cases(store, rule)
        seen = _seen(store, rule, cases)
        left = cases if seen is None else cases[~cases["case_id"].isin(seen)]
        lists[f"census_{rule.name}"] = _as_listed(left)
    return lists


def whole_lists(store: PeriodStore) -> dict[str, pd.DataFrame]:
    """Cases of each list by pseudonym, those open longest first; for restricted lists only.

    Beside what `not_looked_at` has: `team_id`, `months_open` (to the plan's end, else the period's),
    `neglect`, and `looked_at` in a list whose cases must be looked at, missing where no record would show it.
    """
    lists = {}
    for rule in store.framework.census_lists:
        cases = _cases(store, rule)
        listed = _described(store, _as_listed(cases))
        if _asks_for_a_look(store, rule):
            seen = _seen(store, rule, cases)
            listed = listed.assign(looked_at=pd.NA if seen is None else listed["id"].isin(seen))
        lists[f"list_{rule.name}"] = listed.sort_values(["started_on", "id"], ignore_index=True)
    return lists


def _described(store: PeriodStore, listed: pd.DataFrame) -> pd.DataFrame:
    """The list with the team, the months open and the neglect flag of each case."""
    known = store.closing.drop_duplicates("case_id").set_index("case_id")
    began = listed["started_on"].dt
    ended = listed["ended_on"].fillna(pd.Timestamp(store.span.end)).dt
    months = 12 * (ended.year - began.year) + ended.month - began.month
    return listed.assign(
        team_id=listed["id"].map(known["team_id"]),
        months_open=months - ((ended.day < began.day) & ~ended.is_month_end),
        neglect=listed["id"].map(known["neglect"]),
    )


def _as_listed(cases: pd.DataFrame) -> pd.DataFrame:
    return cases.rename(columns={"case_id": "id"})[["id", "started_on", "ended_on"]]


def _asks_for_a_look(store: PeriodStore, rule: CensusList) -> bool:
    """Whether each case must be looked at; entries to care are, where a record or a duty would show it."""
    shown = any(rule.name in duty.shown_by for duty in store.framework.duties)
    return rule.admitted is None or rule.looked_at_by is not None or shown


def _listed(store: PeriodStore, rule: CensusList) -> Listed:
    cases = _cases(store, rule)
    seen = _seen(store, rule, cases)
    looked = None if seen is None else int(cases["case_id"].isin(seen).sum())
    return Listed(
        name=rule.name,
        label=rule.label,
        every=rule.every,
        as_a_list=seen is not None and _audit_type(store, rule) is None,
        counts=looked_at(
            listed=len(cases), looked=looked, every=rule.every, table_id="census", row_key=rule.name
        ),
        reading=next(
            (one.reading for one in store.framework.assumptions if one.name == rule.boundary_assumed), None
        ),
        unknown=_unknown(store, rule),
        a_year=_a_year(store, cases) if rule.out_of_area else None,
    )


def _a_year(store: PeriodStore, cases: pd.DataFrame) -> int:
    return len(plans_open_at_least(plans=cases, months=12, inclusive=True, day=store.span.end))


def _unknown(store: PeriodStore, rule: CensusList) -> int | None:
    if rule.admitted is None:
        return None
    return int(store.in_period(_plans(store, rule), "started_on")["planned"].isna().sum())


def _cases(store: PeriodStore, rule: CensusList) -> pd.DataFrame:
    """The cases on the list."""
    plans = _plans(store, rule)
    if rule.teams_named is not None:
        teams = store.closing.drop_duplicates("case_id").set_index("case_id")["team_id"]
        names = plans["case_id"].map(teams).map(store.team_names).astype("string")
        plans = plans[names.str.startswith(rule.teams_named).fillna(False).astype(bool)]
    return listed_cases(plans=plans, rule=rule, period=store.span)


def _plans(store: PeriodStore, rule: CensusList) -> pd.DataFrame:
    """Plans of the kind as at the end; early help without plans is dated by the start of the case."""
    known = store.table("plan")
    extract = store.facts["closing" if store.parameters.caseload.closing else "opening"]
    shown = [*extract, *store.facts["records"]]
    plans = known[(known["kind"] == rule.plan_kind) & known["snapshot_id"].isin(shown)]
    cases = store.closing.drop_duplicates("case_id")
    if len(plans) or rule.plan_kind != "early_help":
        once = plans.groupby(["case_id", "started_on"], as_index=False, sort=False).first()
        return once.assign(neglect=once["case_id"].map(cases.set_index("case_id")["neglect"]))
    dated = cases[cases["status"] == "early_help"]
    dated = dated.rename(columns={"opened_on": "started_on", "closed_on": "ended_on"})
    return dated.assign(previous=pd.NA, out_of_area=pd.NA, planned=pd.NA)


def _audit_type(store: PeriodStore, rule: CensusList) -> str | None:
    """The audit type whose audits show that a case was looked at; None where events show it."""
    named = rule.looked_at_by
    return named if named is not None and store.framework.audit_type(named) else None


def _seen(store: PeriodStore, rule: CensusList, cases: pd.DataFrame) -> pd.Series | None:
    """References of cases looked at; None where no record would show it."""
    first = pd.Timestamp(window_start(every=rule.every, start=store.span.start, end=store.span.end))
    last = pd.Timestamp(store.span.end)
    kind = _audit_type(store, rule)
    if kind is not None:
        audits = store.audits[store.audits["audit_type"] == kind]
        if audits.empty:
            return None
        return audits[audits["audited_on"].between(first, last)]["case_id"]
    named = {rule.name, rule.looked_at_by} | {
        duty.duty_id for duty in store.framework.duties if rule.name in duty.shown_by
    }
    events = store.table("duty_event")
    events = events[events["duty_id"].isin([name for name in named if name])]
    if events.empty:
        return None
    held = events["held_on"].between(first, last).fillna(False).any()
    return cases["case_id"] if held else cases["case_id"].iloc[:0]


_COLUMNS = ["rule", "id", "detail"]
_STAGES = "moderation_stages"


@dataclass(frozen=True)
class Breaches:
    """How often each rule was not kept in the period; `labels` says each rule in words.

    `not_told` counts audits of which it cannot be told whether they stayed within the division.
    """

    counts: pd.DataFrame
    labels: dict[str, str]
    not_told: int


def breaches_of(store: PeriodStore, short: pd.DataFrame) -> Breaches:
    """Every rule that was not kept at least once, with how often; `short` as `Duties` has it."""
    found = broken_rules(store, short)["rule"].value_counts(sort=False)
    labels = _labels(store)
    rows = (
        {
            "table_id": "breaches",
            "row_key": rule,
            "measure": "times",
            "x": int(found[rule]),
            "method": "full count",
            "speaks_of": "these_cases",
        }
        for rule in labels
        if rule in found
    )
    return Breaches(counts=results_table(rows), labels=labels, not_told=audits_of_no_known_division(store))


def broken_rules(store: PeriodStore, short: pd.DataFrame) -> pd.DataFrame:
    """One row for each breach: `rule`, `id` (pseudonym of the audit, case, person or team), `detail`.

    `short` lists of whom more was expected than was done, as `Duties` has it.

    A duty of the year, or coverage of the year, is listed once the year is over, not before; what rests on
    an assumed number never. For restricted lists only.
    """
    parts = [part for part in _parts(store, short) if len(part)]
    if not parts:
        return pd.DataFrame(columns=_COLUMNS)
    return pd.concat([part[_COLUMNS].astype("string") for part in parts], ignore_index=True)


def _parts(store: PeriodStore, short: pd.DataFrame) -> Iterator[pd.DataFrame]:
    yield _independence(store)
    yield _moderation(store)
    yield stages_not_kept(store).rename(columns={"audit_id": "id", "state": "detail"}).assign(rule=_STAGES)
    yield _escalation(store)
    for deadline in store.framework.deadlines:
        if deadline.assumed:
            continue
        items = deadline_items(store, deadline)
        broken = items[items["state"].isin(["late", "not done"])]
        key = {"audit": "audit_id", "feedback": "feedback_id", "duty_event": "event_id"}[deadline.of]
        yield broken.rename(columns={key: "id", "state": "detail"}).assign(rule=deadline.name)
    assumed = {rule.name for rule in store.framework.longest_gaps if rule.assumed}
    for name, people in people_over(store).items():
        if name.removeprefix("gap_") in assumed:
            continue
        days = people["longest"].astype("Int64").astype("string") + " days"
        yield people.assign(rule=name.removeprefix("gap_"), detail=days)
    for name, cases in not_looked_at(store).items():
        yield cases.assign(rule=name.removeprefix("census_"), detail="not looked at")
    yield _coverage(store)
    readings = [duty.duty_id for duty in store.framework.duties if duty.assumed]
    due = short[short["state"].isin(["partly met", "not met"]) & ~short["duty_id"].isin(readings)]
    did = due["done"].astype("string") + " of " + due["expected"].astype("string")
    yield due.rename(columns={"duty_id": "rule"}).assign(detail=did)


def _independence(store: PeriodStore) -> pd.DataFrame:
    broken = audits_not_independent(store)
    return broken.rename(columns={"audit_id": "id", "rule": "detail"}).assign(rule="independence")


def _moderation(store: PeriodStore) -> pd.DataFrame:
    states = states_of_moderation(store)
    if states is None:
        return pd.DataFrame(columns=_COLUMNS)
    broken = states[~states["state"].isin(["moderated in time", "not yet submitted"])]
    return broken.rename(columns={"audit_id": "id", "state": "detail"}).assign(rule="moderation")


def _untold(store: PeriodStore) -> pd.DataFrame | None:
    """Steps of the period's concerns that were told late or not at all; None where there are none to tell."""
    states = states_of_concerns(store)
    return None if states is None else states[states["state"].isin(["told late", "not told"])]


def _escalation(store: PeriodStore) -> pd.DataFrame:
    late, escalation = _untold(store), store.framework.escalation
    if late is None or escalation is None:
        return pd.DataFrame(columns=_COLUMNS)
    broken = late[~late["tier"].isin([tier.tier for tier in escalation.tiers if tier.assumed])]
    return broken.rename(columns={"escalation_id": "id", "state": "detail"}).assign(rule="escalation")


def _concerns_label(store: PeriodStore) -> str:
    """The rule on concerns in words: which steps it counts, and how many fell short at those it does not."""
    label, ladder = "Serious concerns told late or not at all", store.framework.escalation
    if ladder is None or not any(tier.assumed for tier in ladder.tiers):
        return label
    steps = " and ".join(str(tier.tier) for tier in ladder.tiers if not tier.assumed)
    late = _untold(store)
    beside = 0 if late is None else len(late) - len(_escalation(store))
    return f"{label} at step {steps}, beside {count_words(beside)} at steps with assumed days"


def concerns_not_told(store: PeriodStore) -> pd.DataFrame:
    """Every step of the period's concerns that was told late or not at all, those of assumed days too.

    Columns `id` (pseudonym of the case), `audit_id`, `step`, `state`, `found_on`, `told_on` (missing where
    nobody was told) and `team_id`. For restricted lists only.
    """
    columns = ["id", "audit_id", "step", "state", "found_on", "told_on", "team_id"]
    late = _untold(store)
    if late is None:
        return pd.DataFrame(columns=columns)
    rows = late.merge(store.audits[["audit_id", "case_id", "team_id"]], on="audit_id", how="left")
    first = store.table("escalation").groupby("audit_id")["found_at"].min()
    found = pd.to_datetime(rows["audit_id"].map(first), utc=True)
    told = (found + pd.to_timedelta(rows["hours"], unit="h")).dt.tz_convert("Europe/London")
    rows = rows.assign(
        found_on=found.dt.tz_convert("Europe/London").dt.strftime("%Y-%m-%d"),
        told_on=told.dt.strftime("%Y-%m-%d"),
    )
    rows = rows.rename(columns={"case_id": "id", "tier": "step"})
    return rows.sort_values(["found_on", "audit_id", "step"], ignore_index=True)[columns]


def _coverage(store: PeriodStore) -> pd.DataFrame:
    """Closures of the period at once; what the year asks once the year is over."""
    missing = missing_of(store)
    found = []
    for rule in store.framework.coverage:
        over = _year(store, rule.year).end <= store.span.end
        if rule.assumed is None and f"coverage_{rule.name}" in missing and (rule.of == "closures" or over):
            detail = "not looked at" if rule.of == "closures" else "not reached in the year"
            found.append(missing[f"coverage_{rule.name}"].assign(rule=rule.name, detail=detail))
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=_COLUMNS)


def _year(store: PeriodStore, basis: str) -> Period:
    return year_of(store.span.end, basis="calendar" if basis == "calendar" else "financial")


def _labels(store: PeriodStore) -> dict[str, str]:
    """Every rule that something may be listed under, in the framework's order."""
    rules = store.framework
    named = [
        ("independence", f"Audits outside the rules on who audits which {rules.words.case}"),
        ("moderation", "Audits not moderated as their grade asks"),
        (_STAGES, "Stages of moderation left out, out of order or by another than the framework names"),
        ("escalation", _concerns_label(store)),
    ]
    named += [(rule.name, rule.label) for rule in rules.deadlines]
    named += [(rule.name, rule.label) for rule in rules.longest_gaps]
    named += [(rule.name, f"{rule.label}: not looked at") for rule in rules.census_lists]
    named += [(rule.name, f"{rule.label}: not reached") for rule in rules.coverage]
    named += [(duty.duty_id, duty.label) for duty in rules.duties]
    return dict(named)
