"""Low grades of one worker: which of them asks for a letter, and which for a meeting."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from qaf_lib.dates import add_months

__all__ = ["repeated_grades"]


def repeated_grades(
    *, audits: pd.DataFrame, events: pd.DataFrame, grades: Collection[str], nth: int, within_months: int
) -> pd.DataFrame:
    """Each audit that is the nth low one of its worker, and the day of what it asks for.

    Low grades are counted over the months up to and with the audit; every nth asks: with `nth` 3 the third
    and the sixth. An event answers one audit, the first that is not answered yet and not later than it.

    Parameters
    ----------
    audits : DataFrame
        `audit_id`, `worker_id`, `audited_on` (datetime64), `overall_grade`; without a worker left out.
    events : DataFrame
        `subject_id` and `held_on` of the letters or meetings.
    grades : collection of str
        The low grades.
    nth : int
        Which low grade asks (count, at least 1): 1 for each, 3 for every third.
    within_months : int
        Whole months over which a worker's low grades are counted.

    Returns
    -------
    DataFrame
        `worker_id`, `audit_id`, `audited_on`, `low_grades` (how many by then) and `done_on` (missing where
        not done). Names people by pseudonym: for restricted lists only.

    References
    ----------
    A full count.

    Examples
    --------
    >>> audits = pd.DataFrame({"audit_id": ["a", "b", "c"], "worker_id": "w", "overall_grade": "low"})
    >>> audits["audited_on"] = pd.to_datetime(["2026-07-01", "2026-08-01", "2026-09-01"])
    >>> events = pd.DataFrame({"subject_id": ["w"], "held_on": pd.to_datetime(["2026-09-04"])})
    >>> found = repeated_grades(audits=audits, events=events, grades=["low"], nth=3, within_months=12)
    >>> found[["audit_id", "low_grades"]].to_numpy().tolist()
    [['c', 3]]
    """
    low = audits[audits["overall_grade"].isin(list(grades))].dropna(subset=["worker_id"])
    rows: list[dict[str, object]] = []
    for worker, own in low.sort_values(["audited_on", "audit_id"]).groupby("worker_id"):
        left = sorted(
            events.loc[(events["subject_id"] == worker).fillna(False).astype(bool), "held_on"].dropna()
        )
        days = list(own["audited_on"])
        for at, (audit, day) in enumerate(zip(own["audit_id"], days, strict=True)):
            since = pd.Timestamp(add_months(day.date(), -within_months))
            count = sum(since < earlier for earlier in days[: at + 1])
            if count % nth:
                continue
            done = next((held for held in left if held >= day), None)
            if done is not None:
                left.remove(done)
            rows.append(
                {
                    "worker_id": worker,
                    "audit_id": audit,
                    "audited_on": day,
                    "low_grades": count,
                    "done_on": done,
                }
            )
    columns = ["worker_id", "audit_id", "audited_on", "low_grades", "done_on"]
    return pd.DataFrame(rows, columns=columns).astype(
        {"audited_on": "datetime64[ns]", "done_on": "datetime64[ns]", "low_grades": "int64"}
    )
