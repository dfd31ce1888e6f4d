"""What families and others said: surveys, complaints through their stages, compliments."""

from __future__ import annotations

from datetime import date

import pandas as pd

from qaf_lib.analysis.counts import count_rows
from qaf_lib.analysis.results import results_table

__all__ = ["complaint_stages", "feedback_counts", "survey_reach", "told_of_outcome"]

_STAGES = {
    "captured": "received_on",
    "analysed": "analysed_on",
    "acted on": "acted_on",
    "reported": "reported_on",
    "closed": "closed_on",
}


def feedback_counts(*, feedback: pd.DataFrame, table_id: str) -> pd.DataFrame:
    """Number of surveys, complaints, compliments and comments, by kind and, for surveys, by instrument.

    Parameters
    ----------
    feedback : DataFrame
        `kind` and `instrument`, one row per piece of feedback.

    Raises
    ------
    KeyError
        If a column is missing.

    References
    ----------
    A full count; feedback is not a random sample and carries no interval.

    Examples
    --------
    >>> feedback = pd.DataFrame({"kind": ["complaint", "survey"], "instrument": [None, "parent or carer"]})
    >>> feedback_counts(feedback=feedback, table_id="voice").set_index("row_key")["x"].to_dict()
    {'complaint': 1, 'survey: parent or carer': 1}
    """
    instrument = feedback["instrument"].astype("string").fillna("instrument not recorded")
    is_survey = (feedback["kind"] == "survey").fillna(False)
    label = feedback["kind"].astype("string").mask(is_survey, "survey: " + instrument)
    counts = label.value_counts().sort_index()
    return results_table(
        count_rows(table_id=table_id, counts={str(name): int(x) for name, x in counts.items()}, n=None)
    )


def complaint_stages(*, feedback: pd.DataFrame, table_id: str) -> pd.DataFrame:
    """How many complaints reached each stage: captured, analysed, acted on, reported, closed.

    Parameters
    ----------
    feedback : DataFrame
        `kind` and the days `received_on`, `analysed_on`, `acted_on`, `reported_on`, `closed_on`.

    Raises
    ------
    KeyError
        If a column is missing.

    References
    ----------
    The four stages of a complaint follow requirement LIN-60 (capture, analyse, action, report).

    Examples
    --------
    >>> day = pd.to_datetime(["2026-07-01"])
    >>> feedback = pd.DataFrame({"kind": ["complaint"], "received_on": day, "analysed_on": day,
    ...     "acted_on": pd.NaT, "reported_on": pd.NaT, "closed_on": pd.NaT})
    >>> complaint_stages(feedback=feedback, table_id="complaints")["x"].tolist()
    [1, 1, 0, 0, 0]
    """
    complaints = feedback[feedback["kind"] == "complaint"]
    counts = {stage: int(complaints[day].notna().sum()) for stage, day in _STAGES.items()}
    return results_table(count_rows(table_id=table_id, counts=counts, n=len(complaints)))


def told_of_outcome(*, feedback: pd.DataFrame, as_at: date, table_id: str, row_key: str) -> pd.DataFrame:
    """Complaints that were answered, and those of them whose families have been told the outcome.

    Parameters
    ----------
    feedback : DataFrame
        `kind` and the days `reported_on`, `closed_on` and `told_on`.
    as_at : date
        A later day has not come yet.
    table_id, row_key : str
        Names of the result and of whose complaints they are.

    Returns
    -------
    DataFrame
        A result of one row, `told` of all that were reported on, closed or told; marked "z" where none was.

    Raises
    ------
    KeyError
        If a column is missing.

    References
    ----------
    Requirement LIN-107: families are told the outcome of every complaint. A full count.

    Examples
    --------
    >>> day = pd.to_datetime(["2026-07-01", "2026-07-02"])
    >>> feedback = pd.DataFrame({"kind": "complaint", "reported_on": day, "closed_on": pd.NaT})
    >>> feedback["told_on"] = pd.to_datetime(["2026-07-03", None])
    >>> found = told_of_outcome(feedback=feedback, as_at=date(2026, 9, 30), table_id="t", row_key="period")
    >>> found[["x", "n"]].to_numpy().tolist()
    [[1, 2]]
    """
    last = pd.Timestamp(as_at)
    complaints = feedback[feedback["kind"] == "complaint"]
    come = {name: complaints[name] <= last for name in ("reported_on", "closed_on", "told_on")}
    answered = come["reported_on"] | come["closed_on"] | come["told_on"]
    x, n = int(come["told_on"].sum()), int(answered.sum())
    row = {"table_id": table_id, "row_key": row_key, "measure": "told", "x": x, "n": n, "population": n}
    row |= {"method": "full count", "speaks_of": "these_cases"}
    return results_table([{**row, "estimate": x / n} if n else {**row, "mark": "z"}])


def survey_reach(*, surveys: int, closed: int, target: float, table_id: str) -> pd.DataFrame:
    """Surveys completed against a target share of the cases that closed in the period.

    Parameters
    ----------
    surveys, closed : int
        Surveys completed and cases closed (counts).
    target : float
        Share of closed cases to reach (fraction).

    Returns
    -------
    DataFrame
        A result table: measures `surveys` (x of n closed) and `wanted` (surveys that meet the target).

    Raises
    ------
    ValueError
        If a count is negative.

    References
    ----------
    A full count, so without an interval.

    Examples
    --------
    >>> survey_reach(surveys=7, closed=61, target=0.10, table_id="reach")["x"].tolist()
    [7, 7]
    """
    if surveys < 0 or closed < 0:
        raise ValueError(f"counts must not be negative; got {surveys} and {closed}")
    wanted = -(-round(closed * target * 1_000_000) // 1_000_000)
    common = {"table_id": table_id, "row_key": "surveys of closed cases", "method": "full count", "n": closed}
    return results_table(
        [
            {**common, "measure": "surveys", "x": surveys, "estimate": surveys / closed if closed else None},
            {**common, "measure": "wanted", "x": wanted, "estimate": target},
        ]
    )
