"""Census lists of the period: which cases must all be looked at, and how many have been."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis.census import listed_cases, looked_at, plans_open_at_least, window_start
from qaf_lib.frameworks import CensusList
from qaf_lib.period.store import PeriodStore

__all__ = ["Listed", "census_of", "not_looked_at", "only_listed"]


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


def only_listed(store: PeriodStore) -> dict[str, pd.DataFrame]:
    """Cases of each list that nothing shows gone through, by pseudonym; for restricted lists only."""
    return {
        f"list_{rule.name}": _as_listed(_cases(store, rule))
        for rule in store.framework.census_lists
        if not _asks_for_a_look(store, rule)
    }


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
    return listed_cases(
        plans=plans,
        ended_within_months=rule.ended_within_months,
        open_at_least_months=rule.open_at_least_months,
        previous_at_least=rule.previous_at_least,
        admitted=rule.admitted,
        neglect=rule.neglect,
        inclusive=rule.inclusive,
        start=store.span.start,
        end=store.span.end,
    )


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
