"""Lists of cases that must all be looked at: plans that ended soon or run for long."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from qaf_lib.analysis.results import results_table
from qaf_lib.dates import add_months

__all__ = ["listed_cases", "looked_at", "plans_ended_within", "plans_open_at_least", "window_start"]

_MONTHS = {"week": 1, "month": 1, "quarter": 3, "half_year": 6}
_PLANNED = {"planned": True, "emergency": False}


def plans_ended_within(
    *, plans: pd.DataFrame, months: int, inclusive: bool, start: date, end: date
) -> pd.DataFrame:
    """Plans that ended in a period so many calendar months after they began, or sooner.

    Three months after 31 January is 30 April; after 30 November, the last day of February.

    Parameters
    ----------
    plans : DataFrame
        `case_id`, `started_on`, `ended_on`.
    months : int
        Calendar months (count).
    inclusive : bool
        Whether a plan that lasted exactly so many months is on the list.
    start, end : date
        First and last day of the period in which the plan ended.

    Raises
    ------
    ValueError
        If `months` is below 1.

    References
    ----------
    Corresponding date rule: Dodds v Walker [1981] 1 WLR 1027 (HL).

    Examples
    --------
    >>> plans = pd.DataFrame({"case_id": ["a"], "started_on": ["2026-05-31"], "ended_on": ["2026-08-31"]})
    >>> plans[["started_on", "ended_on"]] = plans[["started_on", "ended_on"]].apply(pd.to_datetime)
    >>> span = {"start": date(2026, 7, 1), "end": date(2026, 9, 30)}
    >>> [len(plans_ended_within(plans=plans, months=3, inclusive=side, **span)) for side in (True, False)]
    [1, 0]
    """
    _check_months(months)
    ended = plans[
        plans["ended_on"].between(pd.Timestamp(start), pd.Timestamp(end)).fillna(False).astype(bool)
    ]
    limit = _later(ended["started_on"], months)
    short = ended["ended_on"] <= limit if inclusive else ended["ended_on"] < limit
    return ended[short.astype(bool)].drop_duplicates("case_id").reset_index(drop=True)


def plans_open_at_least(*, plans: pd.DataFrame, months: int, inclusive: bool, day: date) -> pd.DataFrame:
    """Plans open on a day that began so many calendar months before, or longer ago.

    A plan that ends on the day is still open on it.

    Parameters
    ----------
    plans : DataFrame
        `case_id`, `started_on`, `ended_on` (missing while open).
    months : int
        Calendar months (count).
    inclusive : bool
        Whether a plan open for exactly so many months is on the list.
    day : date
        The day on which it is looked at.

    Raises
    ------
    ValueError
        If `months` is below 1.

    References
    ----------
    Corresponding date rule: Dodds v Walker [1981] 1 WLR 1027 (HL).

    Examples
    --------
    >>> plans = pd.DataFrame({"case_id": ["a", "b"], "started_on": ["2025-03-30", "2025-03-31"]})
    >>> plans = plans.assign(started_on=pd.to_datetime(plans["started_on"]), ended_on=pd.NaT)
    >>> day = date(2026, 9, 30)
    >>> [len(plans_open_at_least(plans=plans, months=18, inclusive=side, day=day)) for side in (True, False)]
    [2, 0]
    """
    _check_months(months)
    at = pd.Timestamp(day)
    running = plans[(plans["started_on"] <= at) & ~(plans["ended_on"] < at).fillna(False).astype(bool)]
    reached = _later(running["started_on"], months)
    long = reached <= at if inclusive else reached < at
    return running[long.astype(bool)].drop_duplicates("case_id").reset_index(drop=True)


def listed_cases(
    *,
    plans: pd.DataFrame,
    ended_within_months: int | None = None,
    open_at_least_months: int | None = None,
    previous_at_least: int | None = None,
    admitted: str | None = None,
    neglect: bool = False,
    inclusive: bool,
    start: date,
    end: date,
) -> pd.DataFrame:
    """The plans on a list by its one condition.

    Ended soon, running long, repeated, begun in the period (planned or not), of a case of neglect, or out of
    the area.

    Parameters
    ----------
    plans : DataFrame
        `case_id`, `started_on`, `ended_on`; `previous` (count) for repeat plans, `planned` (yes or no) for
        admissions, `neglect` (yes or no), `out_of_area` (yes or no) where no other condition is given.
    ended_within_months, open_at_least_months, previous_at_least : int, optional
        The condition (months or count); none of them asks for placements out of the area.
    admitted : str, optional
        "planned" or "emergency": plans that began in the period so; one of which neither is known is on
        neither list.
    neglect : bool
        Running plans of cases with that flag.
    inclusive : bool
        Which side of a boundary in months counts.
    start, end : date
        First and last day of the period.

    Raises
    ------
    ValueError
        If a number of months is below 1.

    References
    ----------
    A full count.

    Examples
    --------
    >>> plans = pd.DataFrame({"case_id": ["a", "b"], "previous": [0, 1]})
    >>> plans = plans.assign(started_on=pd.Timestamp("2026-01-05"), ended_on=pd.NaT)
    >>> span = {"start": date(2026, 7, 1), "end": date(2026, 9, 30)}
    >>> listed_cases(plans=plans, previous_at_least=1, inclusive=True, **span)["case_id"].tolist()
    ['b']
    """
    if ended_within_months is not None:
        return plans_ended_within(
            plans=plans, months=ended_within_months, inclusive=inclusive, start=start, end=end
        )
    if open_at_least_months is not None:
        return plans_open_at_least(plans=plans, months=open_at_least_months, inclusive=inclusive, day=end)
    if admitted is not None:
        begun = plans["started_on"].between(pd.Timestamp(start), pd.Timestamp(end))
        so = begun & (plans["planned"] == _PLANNED[admitted])
        return plans[so.fillna(False).astype(bool)].drop_duplicates("case_id").reset_index(drop=True)
    running = plans[~(plans["ended_on"] < pd.Timestamp(end)).fillna(False).astype(bool)]
    if previous_at_least is not None:
        wanted = running["previous"] >= previous_at_least
    else:
        wanted = running["neglect"] if neglect else running["out_of_area"]
    return running[wanted.fillna(False).astype(bool)].drop_duplicates("case_id").reset_index(drop=True)


def window_start(*, every: str, start: date, end: date) -> date:
    """First day on which looking at a case counts: so far back as the list is gone through, or the period.

    Parameters
    ----------
    every : str
        week, month, quarter or half_year: how often the list is gone through.
    start, end : date
        First and last day of the period.

    Raises
    ------
    ValueError
        If `every` is none of these.

    References
    ----------
    The kit's own reading of "six-monthly".

    Examples
    --------
    >>> window_start(every="half_year", start=date(2026, 7, 1), end=date(2026, 9, 30))
    datetime.date(2026, 4, 1)
    """
    if every not in _MONTHS:
        raise ValueError(f"`every` must be one of {sorted(_MONTHS)}; got {every}")
    return min(start, add_months(end + timedelta(days=1), -_MONTHS[every]))


def looked_at(*, listed: int, looked: int | None, every: str, table_id: str, row_key: str) -> pd.DataFrame:
    """How many of a list were looked at, and how many a month would do it before it is next gone through.

    Parameters
    ----------
    listed : int
        Cases on the list (count).
    looked : int or None
        Of these looked at; None where no record would show it.
    every : str
        month, quarter or half_year: how often the list is gone through.
    table_id, row_key : str
        Name of the result table and of the list.

    Raises
    ------
    ValueError
        If more were looked at than are listed.

    References
    ----------
    A full count.

    Examples
    --------
    >>> looked_at(listed=10, looked=3, every="quarter", table_id="t", row_key="long")["estimate"].tolist()
    [0.3, 3.0]
    """
    if looked is not None and not 0 <= looked <= listed:
        raise ValueError(f"looked must be between 0 and listed ({listed}); got {looked}")
    shared = {"table_id": table_id, "row_key": row_key, "n": listed, "speaks_of": "these_cases"}
    rows: list[dict[str, object]] = [{"measure": "looked_at", "population": listed}, {"measure": "a_month"}]
    if not listed:
        why: dict[str, object] = {"mark": "z", "method": "nothing on the list"}
        return results_table({**shared, **row, **why} for row in rows)
    if looked is None:
        why = {"mark": "x", "method": "no record says whether it was looked at"}
        return results_table({**shared, **row, **why} for row in rows)
    to_do = listed - looked
    rows[0] |= {"x": looked, "estimate": looked / listed}
    rows[1] |= {"x": to_do, "estimate": float(-(-to_do // _MONTHS[every]))}
    return results_table({**shared, **row, "method": "full count"} for row in rows)


def _later(days: pd.Series, months: int) -> pd.Series:
    return pd.to_datetime(
        pd.Series([add_months(day.date(), months) for day in days], index=days.index, dtype="object")
    )


def _check_months(months: int) -> None:
    if months < 1:
        raise ValueError(f"`months` must be at least 1; got {months}")
