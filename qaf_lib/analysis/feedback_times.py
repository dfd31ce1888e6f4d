"""Complaints in time: how long each step took, and how long those not finished have waited."""

from __future__ import annotations

from datetime import date

import pandas as pd

from qaf_lib.analysis.results import results_table

__all__ = ["WAIT_BANDS", "complaint_waits", "stage_days"]

WAIT_BANDS = ("up to 14 days", "15 to 28 days", "29 to 91 days", "over 91 days")
"""Days since a complaint came in: 10, 20 and 65 working days are 14, 28 and 91 days."""

_STEPS = {
    "received to analysed": ("received_on", "analysed_on"),
    "analysed to acted on": ("analysed_on", "acted_on"),
    "acted on to reported": ("acted_on", "reported_on"),
    "received to reported": ("received_on", "reported_on"),
    "received to closed": ("received_on", "closed_on"),
    "received to told the outcome": ("received_on", "told_on"),
}
_WAITS = {"analysis": "received_on", "action": "analysed_on", "report": "acted_on"}


def stage_days(*, feedback: pd.DataFrame, as_at: date, of: str, table_id: str) -> pd.DataFrame:
    """Days from stage to stage of complaints: the median and the longest.

    A step counts where both its days are known; one whose later day stands before its earlier is left out
    and counted as out of order. A day after `as_at` has not come yet.

    Parameters
    ----------
    feedback : DataFrame
        `kind` and the days `received_on`, `analysed_on`, `acted_on`, `reported_on`, `closed_on`, `told_on`.
    as_at : date
        The day looked at.
    of : str
        What the complaints are of, for the names of the measures: "period" or "year".
    table_id : str
        Name of the result.

    Returns
    -------
    DataFrame
        A result: a row per step with the measures `{of}_median` and `{of}_longest` (days, `n` complaints)
        and `{of}_out_of_order` (`x`). Marked "x" where no complaint has both days.

    Raises
    ------
    KeyError
        If a column is missing.

    References
    ----------
    The stages follow requirement LIN-60. A full count, so without an interval.

    Examples
    --------
    >>> day = pd.to_datetime(["2026-07-01", "2026-07-06", None, None, None, None])
    >>> columns = ["received_on", "analysed_on", "acted_on", "reported_on", "closed_on", "told_on"]
    >>> feedback = pd.DataFrame([day], columns=columns).assign(kind="complaint")
    >>> found = stage_days(feedback=feedback, as_at=date(2026, 9, 30), of="period", table_id="t")
    >>> found.head(2).set_index("measure")["estimate"].to_dict()
    {'period_median': 5.0, 'period_longest': 5.0}
    """
    complaints = _until(feedback[feedback["kind"] == "complaint"], as_at)
    rows: list[dict[str, object]] = []
    for step, (begun, ended) in _STEPS.items():
        days = (complaints[ended] - complaints[begun]).dt.days.dropna()
        good = days[days >= 0]
        common = {"table_id": table_id, "row_key": step, "n": len(good), "method": "full count"}
        none = {} if len(good) else {"method": "no complaint has both days", "mark": "x"}
        for name, value in (("median", good.median()), ("longest", good.max())):
            rows.append({**common, "measure": f"{of}_{name}", "estimate": value, **none})
        rows.append({**common, "measure": f"{of}_out_of_order", "x": len(days) - len(good), "n": len(days)})
    return results_table(rows)


def complaint_waits(*, feedback: pd.DataFrame, as_at: date, table_id: str) -> pd.DataFrame:
    """Complaints not finished, by the step they wait for and the days since they came in.

    A complaint is finished when it was reported or closed; else it waits for the step after the furthest
    stage that it reached.

    Parameters
    ----------
    feedback : DataFrame
        As for `stage_days`; every complaint received up to `as_at`.
    as_at : date
        The day looked at.
    table_id : str
        Name of the result.

    Returns
    -------
    DataFrame
        A result: rows "analysis", "action" and "report", measures `WAIT_BANDS`; `n` is all that wait.

    Raises
    ------
    KeyError
        If a column is missing.

    References
    ----------
    The bands are the 10, 20 and 65 working days of the Children Act 1989 Representations Procedure
    (England) Regulations 2006, as calendar days. A full count.

    Examples
    --------
    >>> day = pd.to_datetime(["2026-09-01", "2026-09-06", None, None, None, None])
    >>> columns = ["received_on", "analysed_on", "acted_on", "reported_on", "closed_on", "told_on"]
    >>> feedback = pd.DataFrame([day], columns=columns).assign(kind="complaint")
    >>> found = complaint_waits(feedback=feedback, as_at=date(2026, 9, 30), table_id="t")
    >>> found.loc[found["x"] > 0, ["row_key", "measure"]].to_numpy().tolist()
    [['action', '29 to 91 days']]
    """
    complaints = _until(feedback[feedback["kind"] == "complaint"], as_at)
    come = complaints[complaints["received_on"].notna()]
    waiting = come[come["reported_on"].isna() & come["closed_on"].isna()]
    step = pd.Series("analysis", index=waiting.index)
    for name, stage in _WAITS.items():
        step = step.mask(waiting[stage].notna(), name)
    days = (pd.Timestamp(as_at) - waiting["received_on"]).dt.days
    band = pd.cut(days, [-1, 14, 28, 91, float("inf")], labels=list(WAIT_BANDS)).astype("string")
    return results_table(
        {
            "table_id": table_id,
            "row_key": name,
            "measure": each,
            "x": int(((step == name) & (band == each)).sum()),
            "n": len(waiting),
            "method": "full count",
        }
        for name in _WAITS
        for each in WAIT_BANDS
    )


def _until(complaints: pd.DataFrame, as_at: date) -> pd.DataFrame:
    days = ["received_on", "analysed_on", "acted_on", "reported_on", "closed_on", "told_on"]
    last = pd.Timestamp(as_at)
    return complaints.assign(
        **{name: pd.to_datetime(complaints[name]).where(complaints[name] <= last) for name in days}
    )
