"""XmR charts: single values about their mean."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from qaf_lib.analysis.trends.chart import Better, chart_table
from qaf_lib.analysis.trends.limits import process_limits
from qaf_lib.analysis.trends.phases import phase_numbers

__all__ = ["xmr_chart"]


def xmr_chart(
    *,
    values: pd.Series,
    table_id: str,
    better: Better = "higher",
    target: float | None = None,
    rebases: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Series about its mean with natural process limits, and what Making Data Count says of it.

    For measures that are not shares of audited cases, such as days or counts; shares of few
    cases vary with their number, and `p_chart` is for them. Limits need 12 points: before that
    the run chart is the chart to draw.

    Parameters
    ----------
    values : Series
        The series, labelled by period in time order; missing where there was no measurement.
    table_id : str
        Name of the result.
    better : {"higher", "lower", "neither"}
        Which way is better.
    target : float or None
        Value to be reached, in the unit of the series.
    rebases : mapping of str to str or None
        Label of the first point of a new phase, and the reason for it.

    Returns
    -------
    DataFrame
        A result. Per point `value`, whose `method` says "common cause" or names the special
        cause, and `limits` (the centre as estimate, low and high). Per phase ("phase 1" and on)
        `limits`, with how they came about, and `rebase` with its reason. For the row "latest"
        `variation` and `assurance`, the two icons in words, from the newest phase. What cannot
        be said is marked "x", and why is in `method`.

    Raises
    ------
    ValueError
        If a label is repeated, a value is infinite, a rebase has no place or reason, or `better`
        is not one of the three words.

    References
    ----------
    As `process_limits` and `special_causes`.

    Examples
    --------
    >>> days = pd.Series([40.0, 44, 41, 43, 42, 40, 44, 42, 41, 43, 40, 60], index=list("abcdefghijkl"))
    >>> found = xmr_chart(values=days, table_id="days", better="lower", target=70)
    >>> found.loc[found["row_key"] == "latest", "method"].tolist()
    ['special cause, concern: outside the limits', 'consistently hits the target']
    """
    labels = [str(label) for label in values.index]
    points = pd.DataFrame(
        {
            "label": labels,
            "phase": phase_numbers(labels=labels, rebases=rebases),
            "value": values.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan),
        }
    )
    notes: dict[int, str] = {}
    parts = []
    for phase, part in points.groupby("phase"):
        found = process_limits(values=part["value"])
        notes[int(str(phase))] = found.method
        centre, low, high = (
            np.nan if line is None else line for line in (found.centre, found.low, found.high)
        )
        near = {"near_low": centre - 2 * (centre - low) / 3, "near_high": centre + 2 * (high - centre) / 3}
        parts.append(part.assign(centre=centre, low=low, high=high, **near))
    if not parts:
        raise ValueError("a series must have at least one point, missing or not")
    return chart_table(
        points=pd.concat(parts), notes=notes, table_id=table_id, better=better, target=target, rebases=rebases
    )
