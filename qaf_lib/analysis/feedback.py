"""What families and others said: surveys, complaints through their stages, compliments."""

from __future__ import annotations

import pandas as pd

from qaf_lib.analysis.counts import count_rows
from qaf_lib.analysis.results import results_table

__all__ = ["complaint_stages", "feedback_counts", "survey_reach"]

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
