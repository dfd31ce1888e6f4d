"""Who should be reached in the year and who has been, longest gaps, and who is trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from qaf_lib.analysis import results_table
from qaf_lib.counting import (
    SoFar,
    coverage,
    gap_counts,
    longest_gaps,
    pace,
    share_in_post,
    so_far,
    still_to_reach,
    whole_times,
    year_of,
)
from qaf_lib.dates import Period, add_months
from qaf_lib.frameworks import Coverage, LongestGap, Trained
from qaf_lib.pages.store import PeriodStore, once

_CLOSURES = ("closed", "transferred")


@dataclass(frozen=True)
class CoverageCount:
    """One coverage rule: its words, the year it runs in, and result tables by service and by team.

    `pace` says how many a month reach everybody in the `months_left` of the year and, for audits, the
    hours that takes and the hours there are; it is empty where the year's end has no part (closures). It
    leaves out people whose review came before an observation where it had to come after: `too_late`.
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
    too_late: int
    assumed: str | None
    so_far: SoFar | None
    so_far_by_service: pd.DataFrame
    so_far_by_team: pd.DataFrame


@once
def coverage_of(store: PeriodStore) -> list[CoverageCount]:
    """Every coverage rule that the records can answer."""
    return [_reached(store, rule) for rule in _answered(store)]


def reached_of(
    store: PeriodStore, rule: Coverage, *, roles: Sequence[str], newly_qualified: bool = False
) -> CoverageCount:
    """A rule about staff, counted of the people in some of its posts alone."""
    asked = {"roles": list(roles), "newly_qualified": newly_qualified or rule.newly_qualified}
    return _reached(store, rule.model_copy(update=asked))


def missing_of(store: PeriodStore) -> dict[str, pd.DataFrame]:
    """Who is still to be reached under each coverage rule, by pseudonym; for restricted lists only."""
    lists = {}
    for rule in _answered(store):
        expected, done = _expected(store, rule), _done(store, rule)
        lists[f"coverage_{rule.name}"] = still_to_reach(expected=expected, done=done, times=rule.times)
    return lists


def _answered(store: PeriodStore) -> list[Coverage]:
    return [rule for rule in store.framework.coverage if rule.of != "frontline_staff" or len(store.staff)]


def _reached(store: PeriodStore, rule: Coverage) -> CoverageCount:
    year = _year(store, rule)
    expected, done = _expected(store, rule), _done(store, rule)
    months = (year.end.year - store.span.end.year) * 12 + year.end.month - store.span.end.month
    counted = {"expected": expected, "done": done, "times": rule.times}
    asked = _asked_so_far(store, rule, expected, year)
    held = _done(store, rule.model_copy(update={"after_observation": False}))
    left = still_to_reach(expected=expected, done=held, times=rule.times)
    return CoverageCount(
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
        pace=_pace(store, rule, expected, left, months),
        too_late=len(still_to_reach(**counted)) - len(left),
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
    store: PeriodStore, rule: Coverage, expected: pd.DataFrame, still: pd.DataFrame, months: int
) -> pd.DataFrame:
    if rule.of == "closures" or expected.empty:
        return results_table([])
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
    if rule.newly_qualified:
        newly = staff["newly_qualified_until"] >= pd.Timestamp(store.span.start)
        staff = staff[newly.fillna(False).astype(bool)]
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
    kinds = rule.audit_types or store.framework.coverage_types
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


@dataclass(frozen=True)
class Gap:
    """One rule: its words, the days allowed and a result table of people within, over and the longest gap.

    `kept` says whether any such event is recorded at all; without one nothing can be said. `assumed` names
    the assumption that the days rest on, where the framework names none.
    """

    name: str
    label: str
    days: int
    kept: bool
    counts: pd.DataFrame
    assumed: str | None


def gaps_of(store: PeriodStore) -> list[Gap]:
    """Every rule of the framework on longest gaps, where there is a staff table."""
    if store.staff.empty:
        return []
    return [
        Gap(
            name=rule.name,
            label=rule.label,
            days=rule.days,
            kept=bool(len(_events(store, rule))),
            counts=gap_counts(gaps=_gaps(store, rule), table_id=f"gap_{rule.name}", row_key=rule.name),
            assumed=rule.assumed,
        )
        for rule in store.framework.longest_gaps
    ]


def people_over(store: PeriodStore) -> dict[str, pd.DataFrame]:
    """Those left longer than allowed under each rule, by pseudonym; for restricted lists only."""
    if store.staff.empty:
        return {}
    found = {f"gap_{rule.name}": _gaps(store, rule) for rule in store.framework.longest_gaps}
    return {name: gaps[gaps["over"]].reset_index(drop=True) for name, gaps in found.items()}


def _gaps(store: PeriodStore, rule: LongestGap) -> pd.DataFrame:
    staff = store.staff[store.staff["role"].isin(rule.roles)] if rule.roles else store.staff
    until = staff["left_on"]
    if rule.of == "newly_qualified":
        staff = staff[staff["newly_qualified_until"].notna()]
        until = staff[["newly_qualified_until", "left_on"]].min(axis=1)
    people = pd.DataFrame({"id": staff["staff_id"], "started_on": staff["started_on"], "until": until})
    return longest_gaps(
        people=people,
        events=_events(store, rule),
        days=rule.days,
        start=store.span.start,
        end=store.span.end,
    )


def _events(store: PeriodStore, rule: LongestGap) -> pd.DataFrame:
    events = store.table("duty_event").query("kind == @rule.event")
    return events.rename(columns={"subject_id": "id", "held_on": "on"})[["id", "on"]]


@once
def trained_of(store: PeriodStore) -> pd.DataFrame:
    """Of each rule on training: `people` in post on the period's last day, those `trained`, and `wanted`.

    Somebody is trained where the duty log has a training for it, held within the rule's months before the
    period's last day; `wanted` is missing where the framework names no number. One rule may be for roles.
    """
    if store.staff.empty:
        return results_table([])
    return results_table(row for rule in store.framework.trained for row in _rows(store, rule))


def untrained_of(store: PeriodStore) -> dict[str, pd.DataFrame]:
    """Who is in post without the training, by list: `id`, `role` and `team_id`; for restricted lists only."""
    if store.staff.empty:
        return {}
    lists = {}
    for rule in store.framework.trained:
        people = _in_post(store, rule).drop_duplicates("staff_id")
        left = people[~people["staff_id"].isin(_trained(store, rule))].rename(columns={"staff_id": "id"})
        lists[f"untrained_{rule.name}"] = left[["id", "role", "team_id"]].reset_index(drop=True)
    return lists


def people_trained(store: PeriodStore, rule: Trained) -> pd.DataFrame:
    """Everybody in post whom a rule means: `staff_id`, `team_id` and whether they are `trained`."""
    people = _in_post(store, rule).drop_duplicates("staff_id")
    return people.assign(trained=people["staff_id"].isin(_trained(store, rule)))[
        ["staff_id", "team_id", "trained"]
    ]


def _rows(store: PeriodStore, rule: Trained) -> list[dict[str, object]]:
    people = _in_post(store, rule)
    counts = {
        "people": people["staff_id"].nunique(),
        "trained": people[people["staff_id"].isin(_trained(store, rule))]["staff_id"].nunique(),
        "wanted": rule.at_least,
    }
    return [
        {
            "table_id": "trained",
            "row_key": rule.name,
            "measure": measure,
            "x": count,
            "method": "full count",
            "speaks_of": "these_cases",
        }
        for measure, count in counts.items()
        if count is not None
    ]


def _in_post(store: PeriodStore, rule: Trained) -> pd.DataFrame:
    """Staff on the period's last day; of auditors and moderators those whom the staff table lets do it."""
    end, staff = pd.Timestamp(store.span.end), store.staff
    there = (staff["started_on"] <= end) & ~(staff["left_on"] < end).fillna(False).astype(bool)
    found = staff[there.fillna(False).astype(bool)]
    if rule.who in ("auditors", "moderators"):
        may = found["can_audit" if rule.who == "auditors" else "can_moderate"]
        found = found[may.fillna(False).astype(bool)]
    return found[found["role"].isin(rule.roles)] if rule.roles else found


def _trained(store: PeriodStore, rule: Trained) -> pd.Series:
    """Who had the training."""
    events, end = store.table("duty_event"), store.span.end
    had = events["kind"].eq("training") & events["duty_id"].eq(rule.duty_id)
    had &= events["held_on"] <= pd.Timestamp(end)
    if rule.within_months is not None:
        had &= events["held_on"] > pd.Timestamp(add_months(end, -rule.within_months))
    people: pd.Series = events.loc[had.fillna(False).astype(bool), "subject_id"]
    return people.dropna()
