"""Who should be reached in the year, who has been, and whether the auditors' hours can reach the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from qaf_lib.analysis.coverage import SoFar, coverage, pace, so_far, still_to_reach
from qaf_lib.analysis.in_post import share_in_post, whole_times
from qaf_lib.analysis.results import results_table
from qaf_lib.analysis.spans import year_of
from qaf_lib.dates import Period
from qaf_lib.frameworks import Coverage
from qaf_lib.period.store import PeriodStore

__all__ = ["Reached", "coverage_of", "events_of", "missing_of"]

_CLOSURES = ("closed", "transferred")


@dataclass(frozen=True)
class Reached:
    """One coverage rule: its words, the year it runs in, and result tables by service and by team.

    `pace` says how many a month reach everybody in the `months_left` of the year and, for audits, the
    hours that takes and the hours there are; it is empty where the year's end has no part (closures).
    `counts` is what is counted; `hours_each` the hours that an audit is assumed to take. `assumed` names
    the assumption that the number rests on, where the framework names none.

    While the year runs `so_far` says what its part so far asks and what was done of that, and
    `so_far_by_service` and `so_far_by_team` how many had as many as their part asks (measure `so_far`);
    they are empty where nobody is asked for a whole time yet.
    """

    name: str
    label: str
    year: str
    ends: date
    times: int
    by_service: pd.DataFrame
    by_team: pd.DataFrame
    counts: str
    months_left: int
    hours_each: float
    pace: pd.DataFrame
    assumed: str | None
    so_far: SoFar | None
    so_far_by_service: pd.DataFrame
    so_far_by_team: pd.DataFrame


def coverage_of(store: PeriodStore) -> list[Reached]:
    """Every coverage rule that the records can answer."""
    return [_reached(store, rule) for rule in _answered(store)]


def missing_of(store: PeriodStore) -> dict[str, pd.DataFrame]:
    """Who is still to be reached under each coverage rule, by pseudonym; for restricted lists only."""
    lists = {}
    for rule in _answered(store):
        expected, done = _expected(store, rule), _done(store, rule)
        lists[f"coverage_{rule.name}"] = still_to_reach(expected=expected, done=done, times=rule.times)
    return lists


def _answered(store: PeriodStore) -> list[Coverage]:
    return [rule for rule in store.framework.coverage if rule.of != "frontline_staff" or len(store.staff)]


def _reached(store: PeriodStore, rule: Coverage) -> Reached:
    year = _year(store, rule)
    expected, done = _expected(store, rule), _done(store, rule)
    months = (year.end.year - store.span.end.year) * 12 + year.end.month - store.span.end.month
    counted = {"expected": expected, "done": done, "times": rule.times}
    asked = _asked_so_far(store, rule, expected, year)
    return Reached(
        name=rule.name,
        label=rule.label,
        year=year.label,
        ends=year.end,
        times=rule.times,
        by_service=coverage(**counted, table_id=f"coverage_{rule.name}", by="service"),
        by_team=coverage(**counted, table_id=f"coverage_{rule.name}_by_team", by="team_id"),
        counts=rule.counts,
        months_left=months,
        hours_each=rule.hours_per_audit,
        pace=_pace(store, rule, expected, done, months),
        assumed=rule.assumed,
        so_far=None if asked is None else so_far(asked=asked, done=done),
        so_far_by_service=_so_far(rule, expected, done, asked, by="service"),
        so_far_by_team=_so_far(rule, expected, done, asked, by="team_id"),
    )


def _asked_so_far(
    store: PeriodStore, rule: Coverage, expected: pd.DataFrame, year: Period
) -> pd.Series | None:
    """Times that the year so far asks of each, by id; none for closures or once the year is over."""
    if rule.of == "closures" or year.end <= store.span.end:
        return None
    share = ((store.span.end - year.start).days + 1) / ((year.end - year.start).days + 1)
    times = expected["asked"] if "asked" in expected else pd.Series(rule.times, index=expected.index)
    wanted = times * share
    if rule.pro_rata and "started_on" in expected:
        there = share_in_post(people=expected, start=year.start, end=store.span.end)
        wanted = (_times_of(expected, rule) * share * there).clip(upper=times)
    return wanted.set_axis(expected["id"])


def _so_far(
    rule: Coverage, expected: pd.DataFrame, done: pd.Series, asked: pd.Series | None, *, by: str
) -> pd.DataFrame:
    """How many had as many times as the part of the year so far asks of them, in whole times."""
    if asked is None:
        return results_table([])
    whole = pd.Series(np.floor(asked.to_numpy(dtype=float) + 1e-9), index=expected.index).astype("int64")
    people = expected.assign(asked=whole)[whole >= 1]
    if people.empty:
        return results_table([])
    table = coverage(expected=people, done=done, times=1, table_id=f"so_far_{rule.name}_{by}", by=by)
    return table.assign(measure="so_far")


def _pace(
    store: PeriodStore, rule: Coverage, expected: pd.DataFrame, done: pd.Series, months: int
) -> pd.DataFrame:
    if rule.of == "closures" or expected.empty:
        return results_table([])
    still = still_to_reach(expected=expected, done=done, times=rule.times)
    asked = int(expected["asked"].sum()) if "asked" in expected else rule.times * len(expected)
    audits = rule.counts == "audit"
    return pace(
        to_do=int(still["to_do"].sum()),
        of=asked,
        months=months,
        hours_each=rule.hours_per_audit if audits else None,
        hours_there=_hours_a_month(store) * months,
        table_id=f"pace_{rule.name}",
    )


def _hours_a_month(store: PeriodStore) -> float:
    auditors = _in_post_at_the_end(store, store.staff[store.staff["can_audit"].fillna(False).astype(bool)])
    return float(auditors["audit_hours_per_month"].fillna(0).sum())


def _year(store: PeriodStore, rule: Coverage) -> Period:
    return year_of(store.span.end, basis=rule.year)


def _open_cases(store: PeriodStore) -> pd.DataFrame:
    return store.closing[store.closing["status"].isin(store.framework.eligibility.statuses)]


def _expected(store: PeriodStore, rule: Coverage) -> pd.DataFrame:
    """Whom or what to reach: `id`, `service`, `team_id` and, where people differ in it, times `asked`."""
    wanted = ["id", "service", "team_id"]
    if rule.of == "open_cases":
        return _open_cases(store).rename(columns={"case_id": "id"})[wanted]
    if rule.of == "closures":
        closed = store.in_period(store.table("closure"), "closed_on")
        kept = closed[closed["kind"].isin(_CLOSURES)].sort_values("closed_on")
        services = dict(zip(store.teams["team_id"], store.teams["service"], strict=True))
        named = kept.assign(service=kept["team_id"].map(services).astype("string"))
        return named.drop_duplicates("case_id", keep="last").rename(columns={"case_id": "id"})[wanted]
    if rule.of == "case_holders":
        held = _open_cases(store).dropna(subset=["worker_id"]).drop_duplicates("worker_id")
        return held.rename(columns={"worker_id": "id"})[wanted].reset_index(drop=True)
    staff = store.staff[store.staff["role"].isin(rule.roles)]
    people = _in_post_at_the_end(store, staff).rename(columns={"staff_id": "id"})
    asked = people.assign(asked=_asked(people, rule, _year(store, rule)))
    held = ["fte", "started_on", "left_on"]
    return asked[asked["asked"] > 0][[*wanted, "asked", *held]].reset_index(drop=True)


def _in_post_at_the_end(store: PeriodStore, staff: pd.DataFrame) -> pd.DataFrame:
    end = pd.Timestamp(store.span.end)
    gone = (staff["left_on"] <= end).fillna(False).astype(bool)
    return staff[(staff["started_on"] <= end) & ~gone]


def _asked(people: pd.DataFrame, rule: Coverage, year: Period) -> pd.Series:
    """Times asked of each: fewer below full time and, pro rata, of those in post for part of the year."""
    times = _times_of(people, rule)
    if not rule.pro_rata:
        return times
    return whole_times(times=times, shares=share_in_post(people=people, start=year.start, end=year.end))


def _times_of(people: pd.DataFrame, rule: Coverage) -> pd.Series:
    """Times asked in a whole year of each: fewer below full time where the framework says so."""
    times = pd.Series(rule.times, index=people.index, dtype="int64")
    if rule.times_part_time is None:
        return times
    return times.mask(people["fte"].fillna(1).lt(1).astype(bool), rule.times_part_time)


def _done(store: PeriodStore, rule: Coverage) -> pd.Series:
    """Times reached in the year so far, by id."""
    start, end = pd.Timestamp(_year(store, rule).start), pd.Timestamp(store.span.end)
    if rule.counts != "audit":
        events = store.table("duty_event").query("kind == @rule.counts")
        held = events[events["held_on"].between(start, end).fillna(False).astype(bool)]
        if rule.after_observation:
            observed = pd.to_datetime(held["subject_id"].map(_first_observed(store, start).to_dict()))
            held = held[held["held_on"] >= observed]
        return _by_roles(store, held, rule)["subject_id"].value_counts()
    kinds = rule.audit_types or [
        kind.name for kind in store.framework.audit_types if kind.counts_towards_coverage
    ]
    audits = store.audits[store.audits["audit_type"].isin(kinds)]
    audits = audits[audits["audited_on"].between(start, end)]
    if rule.of in ("open_cases", "closures"):
        return audits["case_id"].value_counts()
    holders = store.closing.drop_duplicates("case_id").set_index("case_id")["worker_id"]
    workers = audits["case_id"].map(holders).astype("string")
    return audits["worker_id"].fillna(workers).value_counts()


def _first_observed(store: PeriodStore, since: pd.Timestamp) -> pd.Series:
    """Day of each person's first observation since a day, by pseudonym."""
    seen = store.table("duty_event").query("kind == 'observation' and held_on >= @since")
    return seen.groupby("subject_id")["held_on"].min()


def events_of(store: PeriodStore, events: pd.DataFrame, rule: Coverage) -> pd.DataFrame:
    """Of entries of the duty log those that a rule of coverage counts: of its people, by its posts."""
    people = store.staff.loc[store.staff["role"].isin(rule.roles), "staff_id"]
    return _by_roles(store, events[(events["kind"] == rule.counts) & events["subject_id"].isin(people)], rule)


def _by_roles(store: PeriodStore, events: pd.DataFrame, rule: Coverage) -> pd.DataFrame:
    """Events by somebody in one of the rule's roles: by the person where named, else by the post."""
    if not rule.by_roles:
        return events
    held = events["by_id"].map(store.role_of).astype("string").fillna(events["by_post"])
    return events[held.isin(rule.by_roles)]
