"""Rules broken in the period, one by one: counted on pages, listed by reference in the vault only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis.independence import broken_independence
from qaf_lib.analysis.results import results_table
from qaf_lib.analysis.spans import year_of
from qaf_lib.dates import Period
from qaf_lib.period.census import not_looked_at
from qaf_lib.period.coverage import missing_of
from qaf_lib.period.deadlines import deadline_items
from qaf_lib.period.duties import short_of
from qaf_lib.period.followed_up import states_of_concerns, states_of_moderation
from qaf_lib.period.gaps import people_over
from qaf_lib.period.store import PeriodStore

__all__ = ["Breaches", "breaches_of", "broken_rules"]

_COLUMNS = ["rule", "id", "detail"]


@dataclass(frozen=True)
class Breaches:
    """How often each rule was broken in the period; `labels` says each rule in words."""

    counts: pd.DataFrame
    labels: dict[str, str]


def breaches_of(store: PeriodStore) -> Breaches:
    """Every rule broken at least once, with how often."""
    found = broken_rules(store)["rule"].value_counts(sort=False)
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
    return Breaches(counts=results_table(rows), labels=labels)


def broken_rules(store: PeriodStore) -> pd.DataFrame:
    """One row for each breach: `rule`, `id` (pseudonym of the audit, case, person or team), `detail`.

    A duty of the year, or coverage of the year, is broken once the year is over, not before. For
    restricted lists only.
    """
    parts = [part for part in _parts(store) if len(part)]
    if not parts:
        return pd.DataFrame(columns=_COLUMNS)
    return pd.concat([part[_COLUMNS].astype("string") for part in parts], ignore_index=True)


def _parts(store: PeriodStore) -> Iterator[pd.DataFrame]:
    yield _independence(store)
    yield _moderation(store)
    yield _escalation(store)
    for deadline in store.framework.deadlines:
        items = deadline_items(store, deadline)
        broken = items[items["state"].isin(["late", "not done"])]
        key = {"audit": "audit_id", "feedback": "feedback_id", "duty_event": "event_id"}[deadline.of]
        yield broken.rename(columns={key: "id", "state": "detail"}).assign(rule=deadline.name)
    for name, people in people_over(store).items():
        days = people["longest"].astype("Int64").astype("string") + " days"
        yield people.assign(rule=name.removeprefix("gap_"), detail=days)
    for name, cases in not_looked_at(store).items():
        yield cases.assign(rule=name.removeprefix("census_"), detail="not looked at")
    yield _coverage(store)
    short = short_of(store)
    due = short[short["state"].isin(["partly met", "not met"])]
    did = due["done"].astype("string") + " of " + due["expected"].astype("string")
    yield due.rename(columns={"duty_id": "rule"}).assign(detail=did)


def _independence(store: PeriodStore) -> pd.DataFrame:
    """Each audit at most once, under the first rule it breaks."""
    found = []
    roles = (
        store.staff.drop_duplicates("staff_id").set_index("staff_id")["role"] if len(store.staff) else None
    )
    for rule in store.framework.independence:
        audits = store.audits_of_period
        audits = audits[audits["audit_type"].isin(rule.audit_types)]
        if rule.roles:
            held = audits["auditor_id"].map(roles) if roles is not None else audits["auditor_id"]
            audits = audits[held.isin(rule.roles).fillna(False).astype(bool)]
        broken = broken_independence(
            audits=audits,
            staff=store.staff,
            mode=rule.mode,
            not_own_case=rule.not_own_case,
            not_own_team=rule.not_own_team,
            not_own_service=rule.not_own_service,
        )
        found.append(broken.rename(columns={"audit_id": "id", "rule": "detail"}))
    if not found:
        return pd.DataFrame(columns=_COLUMNS)
    return pd.concat(found, ignore_index=True).drop_duplicates("id").assign(rule="independence")


def _moderation(store: PeriodStore) -> pd.DataFrame:
    states = states_of_moderation(store)
    if states is None:
        return pd.DataFrame(columns=_COLUMNS)
    broken = states[~states["state"].isin(["moderated in time", "not yet submitted"])]
    return broken.rename(columns={"audit_id": "id", "state": "detail"}).assign(rule="moderation")


def _escalation(store: PeriodStore) -> pd.DataFrame:
    states = states_of_concerns(store)
    if states is None:
        return pd.DataFrame(columns=_COLUMNS)
    broken = states[states["state"].isin(["told late", "not told"])]
    return broken.rename(columns={"escalation_id": "id", "state": "detail"}).assign(rule="escalation")


def _coverage(store: PeriodStore) -> pd.DataFrame:
    """Closures of the period at once; what the year asks once the year is over."""
    missing = missing_of(store)
    found = []
    for rule in store.framework.coverage:
        over = _year(store, rule.year).end <= store.span.end
        if f"coverage_{rule.name}" in missing and (rule.of == "closures" or over):
            detail = "not looked at" if rule.of == "closures" else "not reached in the year"
            found.append(missing[f"coverage_{rule.name}"].assign(rule=rule.name, detail=detail))
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=_COLUMNS)


def _year(store: PeriodStore, basis: str) -> Period:
    return year_of(store.span.end, basis="calendar" if basis == "calendar" else "financial")


def _labels(store: PeriodStore) -> dict[str, str]:
    """Every rule that can be broken, in the framework's order."""
    rules = store.framework
    named = [
        ("independence", "Audits by somebody whom the rules keep from the case"),
        ("moderation", "Audits not moderated as their grade asks"),
        ("escalation", "Serious concerns told late or not at all"),
    ]
    named += [(rule.name, rule.label) for rule in rules.deadlines]
    named += [(rule.name, rule.label) for rule in rules.longest_gaps]
    named += [(rule.name, rule.label) for rule in rules.census_lists]
    named += [(rule.name, rule.label) for rule in rules.coverage]
    named += [(duty.duty_id, duty.label) for duty in rules.duties]
    return dict(named)
