"""What did not happen as the framework asks: counted on pages, listed by reference in the vault only.

A number that rests on an assumption (`assumed`) is the kit's reading, so nothing is listed under it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis.results import results_table
from qaf_lib.analysis.spans import year_of
from qaf_lib.dates import Period
from qaf_lib.period.census import not_looked_at
from qaf_lib.period.coverage import missing_of
from qaf_lib.period.deadlines import deadline_items
from qaf_lib.period.followed_up import states_of_concerns, states_of_moderation
from qaf_lib.period.gaps import people_over
from qaf_lib.period.independence import audits_not_independent, audits_of_no_known_division
from qaf_lib.period.moderation_stages import stages_not_kept
from qaf_lib.period.store import PeriodStore

__all__ = ["Breaches", "breaches_of", "broken_rules"]

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


def _escalation(store: PeriodStore) -> pd.DataFrame:
    states = states_of_concerns(store)
    if states is None:
        return pd.DataFrame(columns=_COLUMNS)
    escalation = store.framework.escalation
    assumed = [tier.tier for tier in escalation.tiers if tier.assumed] if escalation else []
    broken = states[states["state"].isin(["told late", "not told"]) & ~states["tier"].isin(assumed)]
    return broken.rename(columns={"escalation_id": "id", "state": "detail"}).assign(rule="escalation")


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
        ("independence", "Audits made by somebody whom the rules keep from them, however given out"),
        ("moderation", "Audits not moderated as their grade asks"),
        (_STAGES, "Stages of moderation left out, out of order or made by somebody who may not"),
        ("escalation", "Serious concerns told late or not at all"),
    ]
    named += [(rule.name, rule.label) for rule in rules.deadlines]
    named += [(rule.name, rule.label) for rule in rules.longest_gaps]
    named += [(rule.name, f"{rule.label}: not looked at") for rule in rules.census_lists]
    named += [(rule.name, f"{rule.label}: not reached") for rule in rules.coverage]
    named += [(duty.duty_id, duty.label) for duty in rules.duties]
    return dict(named)
