"""Indicators counted in Annex A's lists: who did what in time, by team and by worker.

What each count means, and where that stands, is in `qaf_lib.frameworks.counted`. A row without the day
that a count needs is counted apart (`without_day`): it is in no numerator and no denominator.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from qaf_lib.caseload.annex_a_people import allocations, days_of, people_columns
from qaf_lib.caseload.people_codes import AGE_BANDS, without_letter
from qaf_lib.caseload.timeliness import (
    in_months_before,
    in_weeks_before,
    in_working_days,
    in_working_days_before,
)
from qaf_lib.dates import Period, add_months, working_days_between

__all__ = ["counted_in", "judged_rows", "no_counts"]

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
        rows = self.lists[number]
        rows = rows[rows["open"]].sort_values("began", kind="stable").drop_duplicates("child_id", keep="last")
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

    Columns `numerator`, `denominator` and `without_day`, the rows that say nothing.

    A team or worker whom the tables `team` and `staff` do not hold is missing; the rows count all the same.
    """
    known = set() if teams is None else set(teams["team_id"])
    parts = []
    for name, rows in judged_rows(lists=lists, as_at=as_at, span=span).items():
        people = allocations(rows.assign(open=False), teams=teams, staff=staff)
        team = people.team_id.where(people.team_id.isin(known))
        placed = rows[["kept"]].assign(team_id=team, worker_id=people.worker_id, indicator_id=name)
        parts += [_tally(placed)] if len(placed) else []
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


def judged_rows(*, lists: Mapping[int, pd.DataFrame], as_at: date, span: Period) -> dict[str, pd.DataFrame]:
    """For each count that the lists can tell, its rows with `kept`: yes, no, or missing without a day.

    Parameters
    ----------
    lists : mapping of int to DataFrame
        Lists 4 and 5 where there are any, and lists 6 to 8 with `open` and `began` (see `annex_a`).
    as_at : date
        The day of the caseload.
    span : Period
        What happened is counted in it; what stands, on `as_at`. Lists look six months back, so nothing that
        happened is counted for a longer period.
    """
    extract = _Extract(lists, as_at, span)
    found = {name: judge(extract) for name, judge in _JUDGES.items()}
    return {name: rows for name, rows in found.items() if rows is not None}


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
    return rows.assign(kept=in_months_before(last=days_of(rows[column]), day=extract.as_at, months=6))


def _care_reviews_on_time(extract: _Extract) -> pd.DataFrame | None:
    """The first review is due in 20 working days and the second 3 months later, so sooner after the first."""
    column = "date_of_latest_statutory_review"
    if not extract.has(8, column):
        return None
    rows = extract.open_for(8, _working_days_before(extract.as_at, 20))
    last = days_of(rows[column])
    first = in_working_days(first=rows["began"], last=last, at_most=20).fillna(False).astype(bool)
    half, quarter = (in_months_before(last=last, day=extract.as_at, months=months) for months in (6, 3))
    return rows.assign(kept=half.mask(first, quarter))


def _cp_visits(extract: _Extract) -> pd.DataFrame | None:
    column = "date_of_the_last_statutory_visit"
    if not extract.has(7, column):
        return None
    rows = extract.open_for(7, _working_days_before(extract.as_at, 10))
    return rows.assign(kept=in_working_days_before(last=days_of(rows[column]), day=extract.as_at, at_most=10))


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


def _care_visits(extract: _Extract) -> pd.DataFrame | None:
    return _last_in_weeks(extract, 8, "date_of_last_social_work_visit")


def _children_seen(extract: _Extract) -> pd.DataFrame | None:
    return _last_in_weeks(extract, 6, "date_child_was_last_seen")


def _last_in_weeks(extract: _Extract, number: int, column: str) -> pd.DataFrame | None:
    if not extract.has(number, column):
        return None
    rows = extract.open_for(number, extract.as_at - timedelta(weeks=6))
    return rows.assign(kept=in_weeks_before(last=days_of(rows[column]), day=extract.as_at, weeks=6))


def _dental_checks(extract: _Extract) -> pd.DataFrame | None:
    return _last_in_a_year(extract, "date_of_last_dental_check")


def _health_assessments(extract: _Extract) -> pd.DataFrame | None:
    """Under the age of five they are due twice as often; a child of unknown age is counted as older."""
    column = "date_of_last_health_assessment"
    rows = _last_in_a_year(extract, column)
    if rows is None:
        return None
    young = (people_columns(rows, extract.as_at)["age_band"] == AGE_BANDS[4]).fillna(False).astype(bool)
    half = in_months_before(last=days_of(rows[column]), day=extract.as_at, months=6)
    return rows.assign(kept=rows["kept"].mask(young, half))


def _last_in_a_year(extract: _Extract, column: str) -> pd.DataFrame | None:
    if not extract.has(8, column):
        return None
    rows = extract.open_for(8, add_months(extract.as_at, -12))
    return rows.assign(kept=in_months_before(last=days_of(rows[column]), day=extract.as_at, months=12))


def _both(first: _Judged, second: _Judged) -> _Judged:
    """Two counts added up, where the lists can tell both."""

    def judge(extract: _Extract) -> pd.DataFrame | None:
        parts = [first(extract), second(extract)]
        columns = ["allocated_team", "allocated_worker", "kept"]
        told = [part[columns] for part in parts if part is not None]
        return pd.concat(told, ignore_index=True) if len(told) == len(parts) else None

    return judge


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
    "care_visits_in_6_weeks": _care_visits,
    "health_assessments_on_time": _health_assessments,
    "dental_checks_in_12_months": _dental_checks,
    "children_seen_in_6_weeks": _children_seen,
}
