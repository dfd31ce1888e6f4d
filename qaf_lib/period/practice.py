"""What has to be done: coverage of cases and practitioners, and deadlines that follow an audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from qaf_lib.analysis.coverage import coverage
from qaf_lib.analysis.deadlines import deadline_counts, deadline_states
from qaf_lib.analysis.results import results_table
from qaf_lib.dates import Period, calendar_year_of, parse_period
from qaf_lib.frameworks import Coverage, Deadline
from qaf_lib.period.store import PeriodStore

__all__ = ["Practice", "Reached", "practice_of"]


@dataclass(frozen=True)
class Reached:
    """One coverage rule: its words, the year it runs in, and result tables by service and by team."""

    name: str
    label: str
    year: str
    ends: date
    times: int
    by_service: pd.DataFrame
    by_team: pd.DataFrame


@dataclass(frozen=True)
class Practice:
    """Coverage rules and deadlines of the framework, each as a full count."""

    coverage: list[Reached]
    deadlines: pd.DataFrame
    deadline_labels: dict[str, str]


def practice_of(store: PeriodStore) -> Practice:
    """Every coverage rule and deadline that the framework names and the records can answer."""
    rules = [rule for rule in store.framework.coverage if rule.of == "open_cases" or len(store.staff)]
    deadlines = store.framework.deadlines
    tables = [_deadline(store, deadline) for deadline in deadlines]
    return Practice(
        coverage=[_reached(store, rule) for rule in rules],
        deadlines=pd.concat(tables, ignore_index=True) if tables else results_table([]),
        deadline_labels={deadline.name: deadline.label for deadline in deadlines},
    )


def _reached(store: PeriodStore, rule: Coverage) -> Reached:
    year = calendar_year_of(store.span.end) if rule.year == "calendar" else _financial_year_of(store.span.end)
    expected = _expected(store, rule)
    counted = {"expected": expected, "done": _done(store, rule, year), "times": rule.times}
    return Reached(
        name=rule.name,
        label=rule.label,
        year=year.label,
        ends=year.end,
        times=rule.times,
        by_service=coverage(**counted, table_id=f"coverage_{rule.name}", by="service"),
        by_team=coverage(**counted, table_id=f"coverage_{rule.name}_by_team", by="team_id"),
    )


def _financial_year_of(day: date) -> Period:
    first = day.year if day.month >= 4 else day.year - 1
    return parse_period(f"{first}-{(first + 1) % 100:02d}")


def _expected(store: PeriodStore, rule: Coverage) -> pd.DataFrame:
    if rule.of == "open_cases":
        cases = store.closing[store.closing["status"].isin(store.framework.eligibility.statuses)]
        return cases.rename(columns={"case_id": "id"})[["id", "service", "team_id"]]
    end = pd.Timestamp(store.span.end)
    staff = store.staff[store.staff["role"].isin(rule.roles)]
    in_post = (staff["started_on"] <= end) & ~(staff["left_on"] <= end).fillna(False)
    return staff[in_post].rename(columns={"staff_id": "id"})[["id", "service", "team_id"]]


def _done(store: PeriodStore, rule: Coverage, year: Period) -> pd.Series:
    start, end = pd.Timestamp(year.start), pd.Timestamp(store.span.end)
    if rule.counts == "audit":
        kinds = [kind.name for kind in store.framework.audit_types if kind.counts_towards_coverage]
        audits = store.audits[store.audits["audit_type"].isin(kinds)]
        return audits[audits["audited_on"].between(start, end)]["case_id"].value_counts()
    events = store.table("duty_event").query("kind == @rule.counts")
    return events[events["held_on"].between(start, end).fillna(False).astype(bool)][
        "subject_id"
    ].value_counts()


def _deadline(store: PeriodStore, deadline: Deadline) -> pd.DataFrame:
    audits = store.audits_of_period
    if deadline.grades:
        audits = audits[audits["overall_grade"].isin(deadline.grades)]
    states = deadline_states(
        started_on=audits[deadline.from_event],
        done_on=audits[deadline.to_event],
        working_days=deadline.working_days,
        as_at=store.span.end,
    )
    return deadline_counts(states=states, table_id="practice_deadlines", row_key=deadline.name)
