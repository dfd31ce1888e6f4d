"""Indicators counted in Annex A's lists: who did what in time, by team and by worker.

What each count means, and where that stands, is in `qaf_lib.frameworks.counted`. A missing day is no answer,
and neither is one before the day it is counted from: such a row is counted apart (`without_day`), in no
numerator and no denominator. Working days are England's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import pandas as pd

from qaf_lib.dates import Period, add_months, working_days_between
from qaf_lib.intake.annex_a import age_bands, allocations, days_of, latest_open
from qaf_lib.intake.people_codes import AGE_BANDS, without_letter

_TEXT, _NUMBERS = ("indicator_id", "team_id", "worker_id"), ("numerator", "denominator", "without_day")

_LOOKS_BACK = 6
"""Months before the extract that lists 4, 5 and 7 reach."""

_YES_NO = {"yes": True, "y": True, "no": False, "n": False}


@dataclass(frozen=True)
class _Extract:
    """The lists by number with the day they were cut and the period that is asked about."""

    lists: Mapping[int, pd.DataFrame]
    as_at: date
    span: Period

    def has(self, number: int, *columns: str) -> bool:
        return number in self.lists and set(columns) <= set(self.lists[number].columns)

    def open_for(self, number: int, since: date) -> pd.DataFrame:
        """The open row of each child that began by a day."""
        rows = latest_open(self.lists[number])
        return rows[rows["began"] <= pd.Timestamp(since)]

    def in_period(self, rows: pd.DataFrame, days: pd.Series) -> pd.DataFrame:
        end = min(self.span.end, self.as_at)
        inside = days.between(pd.Timestamp(self.span.start), pd.Timestamp(end)).fillna(False).astype(bool)
        return rows[inside]

    @property
    def reaches_back(self) -> bool:
        return self.span.start >= add_months(self.as_at + timedelta(days=1), -_LOOKS_BACK)


_Judged = Callable[[_Extract], "pd.DataFrame | None"]


def counted_in(
    *,
    lists: Mapping[int, pd.DataFrame],
    as_at: date,
    span: Period,
    teams: pd.DataFrame | None,
    staff: pd.DataFrame | None,
) -> pd.DataFrame:
    """Every count that the lists can tell, by `indicator_id`, `team_id` and `worker_id`.

    `lists` are those of `annex_a_tables`. What happened is counted in the period `span`, what stands on
    `as_at`; lists look six months back, so nothing that happened is counted for a longer period. A team or
    worker whom the tables `team` and `staff` do not hold is missing; the rows count all the same.
    """
    extract = _Extract(lists, as_at, span)
    known = set() if teams is None else set(teams["team_id"])
    parts = []
    for name, judge in _JUDGES.items():
        rows = judge(extract)
        if rows is None or rows.empty:
            continue
        people = allocations(rows.assign(open=False), teams=teams, staff=staff)
        team = people.team_id.where(people.team_id.isin(known))
        placed = rows[["kept"]].assign(team_id=team, worker_id=people.worker_id, indicator_id=name)
        parts.append(_tally(placed))
    return pd.concat(parts, ignore_index=True).astype(_types()) if parts else no_counts()


def no_counts() -> pd.DataFrame:
    """The table of counts without a row."""
    return pd.DataFrame(columns=[*_TEXT, *_NUMBERS]).astype(_types())


def _types() -> dict[str, str]:
    return {**dict.fromkeys(_TEXT, "string"), **dict.fromkeys(_NUMBERS, "Int64")}


def _tally(rows: pd.DataFrame) -> pd.DataFrame:
    marked = rows.assign(
        numerator=rows["kept"].fillna(False).astype("int64"),
        denominator=rows["kept"].notna().astype("int64"),
        without_day=rows["kept"].isna().astype("int64"),
    )
    counted = marked.groupby(["indicator_id", "team_id", "worker_id"], dropna=False, sort=True)
    return counted[["numerator", "denominator", "without_day"]].sum().reset_index()


def _assessments(extract: _Extract) -> pd.DataFrame | None:
    """Assessments authorised in the period; a child's repeated row counts once."""
    if not extract.has(4) or not extract.reaches_back:
        return None
    rows = extract.lists[4].drop_duplicates(["child_id", "continuous_assessment_start_date"])
    return extract.in_period(rows, days_of(rows["continuous_assessment_date_of_authorisation"]))


def _assessments_in_45_days(extract: _Extract) -> pd.DataFrame | None:
    rows = _assessments(extract)
    if rows is None:
        return None
    days = [
        days_of(rows[f"continuous_assessment_{name}"]) for name in ("start_date", "date_of_authorisation")
    ]
    return rows.assign(kept=in_working_days(first=days[0], last=days[1], at_most=45))


def _child_seen_in_assessment(extract: _Extract) -> pd.DataFrame | None:
    rows = _assessments(extract)
    column = "child_seen_during_continuous_assessment"
    return None if rows is None or column not in rows else rows.assign(kept=_yes(rows[column]))


def _conferences_in_15_days(extract: _Extract) -> pd.DataFrame | None:
    if not extract.has(5) or not extract.reaches_back:
        return None
    rows = extract.lists[5].drop_duplicates(["child_id", "icpc_date"])
    held = days_of(rows["icpc_date"])
    rows = extract.in_period(rows, held)
    started = days_of(rows["strategy_discussion_date"])
    return rows.assign(kept=in_working_days(first=started, last=held[rows.index], at_most=15))


def _cp_reviews_on_time(extract: _Extract) -> pd.DataFrame | None:
    column = "date_of_latest_review_conference"
    if not extract.has(7, column):
        return None
    rows = extract.open_for(7, add_months(extract.as_at, -3))
    return rows.assign(kept=_in_months_before(last=days_of(rows[column]), day=extract.as_at, months=6))


def _care_reviews_on_time(extract: _Extract) -> pd.DataFrame | None:
    """The first review is due in 20 working days and the second 3 months later, so sooner after the first."""
    column = "date_of_latest_statutory_review"
    if not extract.has(8, column):
        return None
    rows = extract.open_for(8, _working_days_before(extract.as_at, 20))
    last = days_of(rows[column])
    first = in_working_days(first=rows["began"], last=last, at_most=20).fillna(False).astype(bool)
    half, quarter = (_in_months_before(last=last, day=extract.as_at, months=months) for months in (6, 3))
    return rows.assign(kept=half.mask(first, quarter))


def _cp_visits(extract: _Extract) -> pd.DataFrame | None:
    column = "date_of_the_last_statutory_visit"
    if not extract.has(7, column):
        return None
    rows = extract.open_for(7, _working_days_before(extract.as_at, 10))
    today = pd.Series(pd.Timestamp(extract.as_at), index=rows.index)
    return rows.assign(kept=in_working_days(first=days_of(rows[column]), last=today, at_most=10))


def _cp_seen_alone(extract: _Extract) -> pd.DataFrame | None:
    column = "was_the_child_seen_alone"
    if not extract.has(7, column):
        return None
    rows = extract.open_for(7, extract.as_at)
    return rows.assign(kept=_yes(rows[column]))


def _cp_plans_over_2_years(extract: _Extract) -> pd.DataFrame | None:
    if not extract.has(7):
        return None
    rows = extract.open_for(7, extract.as_at)
    return rows.assign(kept=(rows["began"] <= pd.Timestamp(add_months(extract.as_at, -24))).astype("boolean"))


def _repeat_cp_plans(extract: _Extract) -> pd.DataFrame | None:
    if not extract.has(7) or not extract.reaches_back:
        return None
    rows = extract.in_period(extract.lists[7], extract.lists[7]["began"]).drop_duplicates("child_id")
    previous = pd.to_numeric(rows["number_of_previous_child_protection_plans"], errors="coerce")
    return rows.assign(kept=(previous >= 1).astype("boolean").mask(previous.isna()))


def _last_in_6_weeks(extract: _Extract, *, number: int, column: str) -> pd.DataFrame | None:
    if not extract.has(number, column):
        return None
    earliest = extract.as_at - timedelta(weeks=6)
    rows = extract.open_for(number, earliest)
    return rows.assign(kept=_since(days_of(rows[column]), earliest, extract.as_at))


def _health_assessments(extract: _Extract) -> pd.DataFrame | None:
    """Under the age of five they are due twice as often; a child of unknown age is counted as older."""
    column = "date_of_last_health_assessment"
    rows = _last_in_a_year(extract, column=column)
    if rows is None:
        return None
    young = (age_bands(rows, extract.as_at) == AGE_BANDS[4]).fillna(False).astype(bool)
    half = _in_months_before(last=days_of(rows[column]), day=extract.as_at, months=6)
    return rows.assign(kept=rows["kept"].mask(young, half))


def _last_in_a_year(extract: _Extract, *, column: str) -> pd.DataFrame | None:
    if not extract.has(8, column):
        return None
    rows = extract.open_for(8, add_months(extract.as_at, -12))
    return rows.assign(kept=_in_months_before(last=days_of(rows[column]), day=extract.as_at, months=12))


def _both(first: _Judged, second: _Judged) -> _Judged:
    """Two counts added up, where the lists can tell both."""

    def judge(extract: _Extract) -> pd.DataFrame | None:
        parts = [first(extract), second(extract)]
        columns = ["allocated_team", "allocated_worker", "kept"]
        told = [part[columns] for part in parts if part is not None]
        return pd.concat(told, ignore_index=True) if len(told) == len(parts) else None

    return judge


def in_working_days(*, first: pd.Series, last: pd.Series, at_most: int) -> pd.Series:
    """Whether `last` came so many working days after `first`, which is day 0, or sooner."""
    kept: list[object] = [
        pd.NA
        if pd.isna(start) or pd.isna(end) or end < start
        else working_days_between(start.date(), end.date()) <= at_most
        for start, end in zip(first, last, strict=True)
    ]
    return pd.Series(kept, index=first.index, dtype="boolean")


def _in_months_before(*, last: pd.Series, day: date, months: int) -> pd.Series:
    """Whether `last` lies so many calendar months before a day, or less; exactly so many is in time."""
    return _since(last, add_months(day, -months), day)


def _since(last: pd.Series, earliest: date, day: date) -> pd.Series:
    kept = (last >= pd.Timestamp(earliest)).astype("boolean")
    return kept.mask(last.isna() | (last > pd.Timestamp(day)))


def _yes(text: pd.Series) -> pd.Series:
    words = {word: _YES_NO.get(without_letter(word)) for word in text.dropna().unique()}
    return text.map(words).astype("boolean")


def _working_days_before(day: date, count: int) -> date:
    """The latest day that lies so many working days before, or more."""
    first = day
    while working_days_between(first, day) < count:
        first -= timedelta(days=1)
    return first


_JUDGES: Mapping[str, _Judged] = {
    "assessments_in_45_days": _assessments_in_45_days,
    "child_seen_in_assessment": _child_seen_in_assessment,
    "conferences_in_15_days": _conferences_in_15_days,
    "cp_reviews_on_time": _cp_reviews_on_time,
    "cp_conferences_on_time": _both(_conferences_in_15_days, _cp_reviews_on_time),
    "cp_visits_in_10_working_days": _cp_visits,
    "cp_seen_alone": _cp_seen_alone,
    "cp_plans_over_2_years": _cp_plans_over_2_years,
    "repeat_cp_plans": _repeat_cp_plans,
    "care_reviews_on_time": _care_reviews_on_time,
    "plan_reviews_on_time": _both(_cp_reviews_on_time, _care_reviews_on_time),
    "care_visits_in_6_weeks": partial(_last_in_6_weeks, number=8, column="date_of_last_social_work_visit"),
    "health_assessments_on_time": _health_assessments,
    "dental_checks_in_12_months": partial(_last_in_a_year, column="date_of_last_dental_check"),
    "children_seen_in_6_weeks": partial(_last_in_6_weeks, number=6, column="date_child_was_last_seen"),
}
