"""Lists of cases that must all be looked at: plans that ended soon or run for long, and others."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from qaf_lib.analysis import results_table
from qaf_lib.counting.spans import MONTHS
from qaf_lib.counting.tables import count_row, holds, share_row
from qaf_lib.dates import Period, add_months
from qaf_lib.errors import InputError
from qaf_lib.frameworks import CensusList
from qaf_lib.sampling.checks import check_columns, check_counts

_MONTHS = {"week": 1, **MONTHS}
_PLANNED = {"planned": True, "emergency": False}


def listed_cases(*, plans: pd.DataFrame, rule: CensusList, period: Period) -> pd.DataFrame:
    """The plans on a list by its one condition, each case once.

    A plan that ends on the period's last day is still open at its end. Entries of which nobody recorded
    whether they were planned stand on neither list. Months are those of the calendar: three after 31 January
    are over on 30 April. `plans` has `case_id`, `started_on`, `ended_on` (missing while open) and the column
    of the condition: `previous` plans, `planned`, `neglect` or `out_of_area`.

    References
    ----------
    Corresponding date rule: Dodds v Walker [1981] 1 WLR 1027 (HL).

    Examples
    --------
    >>> plans = pd.DataFrame({"case_id": ["a", "b"], "previous": [0, 1]})
    >>> plans = plans.assign(started_on=pd.Timestamp("2026-01-05"), ended_on=pd.NaT)
    >>> rule = {"name": "again", "label": "Again", "plan_kind": "cp", "every": "month", "requirements": []}
    >>> rule = CensusList(**rule, previous_at_least=1, inclusive=True)
    >>> from qaf_lib.dates import parse_period
    >>> listed_cases(plans=plans, rule=rule, period=parse_period("2026-27 Q2"))["case_id"].tolist()
    ['b']
    """
    if rule.open_at_least_months is not None:
        return plans_open_at_least(
            plans=plans, months=rule.open_at_least_months, inclusive=rule.inclusive, day=period.end
        )
    check_columns(["case_id", "started_on", "ended_on"], plans=plans)
    first, last = pd.Timestamp(period.start), pd.Timestamp(period.end)
    if rule.ended_within_months is not None:
        ended = plans[holds(plans["ended_on"].between(first, last))]
        limit = _later(ended["started_on"], rule.ended_within_months)
        soon = ended["ended_on"] <= limit if rule.inclusive else ended["ended_on"] < limit
        return _each_case(ended, soon)
    if rule.admitted is not None:
        check_columns(["planned"], plans=plans)
        begun = plans["started_on"].between(first, last)
        return _each_case(plans, begun & (plans["planned"] == _PLANNED[rule.admitted]))
    running = plans[~holds(plans["ended_on"] < last)]
    if rule.previous_at_least is not None:
        check_columns(["previous"], plans=plans)
        return _each_case(running, running["previous"] >= rule.previous_at_least)
    flag = "neglect" if rule.neglect else "out_of_area"
    check_columns([flag], plans=plans)
    return _each_case(running, running[flag])


def plans_open_at_least(*, plans: pd.DataFrame, months: int, inclusive: bool, day: date) -> pd.DataFrame:
    """Plans open on a day that began so many calendar months before, or longer ago, each case once.

    A plan that ends on the day is still open on it. Boundaries as for `listed_cases`.

    Examples
    --------
    >>> plans = pd.DataFrame({"case_id": ["a", "b"], "started_on": ["2025-03-30", "2025-03-31"]})
    >>> plans = plans.assign(started_on=pd.to_datetime(plans["started_on"]), ended_on=pd.NaT)
    >>> day = date(2026, 9, 30)
    >>> [len(plans_open_at_least(plans=plans, months=18, inclusive=side, day=day)) for side in (True, False)]
    [2, 0]
    """
    check_columns(["case_id", "started_on", "ended_on"], plans=plans)
    at = pd.Timestamp(day)
    running = plans[(plans["started_on"] <= at) & ~holds(plans["ended_on"] < at)]
    reached = _later(running["started_on"], months)
    return _each_case(running, reached <= at if inclusive else reached < at)


def window_start(*, every: str, start: date, end: date) -> date:
    """First day on which looking at a case counts: as far back as the list is gone through, or the period.

    `every` tells how often it is gone through: week, month, quarter, half_year or year.

    References
    ----------
    The kit's own reading of "six-monthly".

    Examples
    --------
    >>> window_start(every="half_year", start=date(2026, 7, 1), end=date(2026, 9, 30))
    datetime.date(2026, 4, 1)
    """
    if every not in _MONTHS:
        raise InputError(f"`every` must be one of {sorted(_MONTHS)}; got {every}")
    return min(start, add_months(end + timedelta(days=1), -_MONTHS[every]))


def looked_at(*, listed: int, looked: int | None, every: str, table_id: str, row_key: str) -> pd.DataFrame:
    """How many of a list were `looked_at`, and how many `a_month` would do it before it is next gone through.

    `looked` is None where no record would show it (marked "x"); `every` as for `window_start`.

    Examples
    --------
    >>> looked_at(listed=10, looked=3, every="quarter", table_id="t", row_key="long")["estimate"].tolist()
    [0.3, 3.0]
    """
    check_counts(least=0, listed=listed, looked=looked or 0)
    if (looked or 0) > listed:
        raise InputError(f"looked must be between 0 and listed ({listed}); got {looked}")
    if looked is None or not listed:
        nothing, unknown = ("z", "nothing on the list"), ("x", "no record says whether it was looked at")
        mark, method = unknown if listed else nothing
        said = {"mark": mark, "method": method, "speaks_of": "these_cases"}
        of_list = count_row(table_id, row_key, "looked_at", None, listed, population=listed, **said)
        return results_table([of_list, count_row(table_id, row_key, "a_month", None, listed, **said)])
    to_do = listed - looked
    of_list = share_row(table_id, row_key, "looked_at", looked, listed)
    pace = {"estimate": float(-(-to_do // _MONTHS[every])), "speaks_of": "these_cases"}
    return results_table([of_list, count_row(table_id, row_key, "a_month", to_do, listed, **pace)])


def _each_case(plans: pd.DataFrame, listed: pd.Series) -> pd.DataFrame:
    return plans[holds(listed)].drop_duplicates("case_id").reset_index(drop=True)


def _later(days: pd.Series, months: int) -> pd.Series:
    check_counts(months=months)
    later = [add_months(day.date(), months) for day in days]
    return pd.to_datetime(pd.Series(later, index=days.index, dtype="object"))
