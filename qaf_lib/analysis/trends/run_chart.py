"""Run charts: a series about its median."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from qaf_lib.analysis.results import results_table
from qaf_lib.analysis.trends.phases import phase_numbers
from qaf_lib.analysis.trends.runs import (
    FEWEST_THAT_CAN_SIGNAL,
    RunRules,
    crossings_needed,
    longest_run_allowed,
    run_rules,
)

__all__ = ["run_chart"]

_FEWEST_ABOUT_OWN_MEDIAN = 10


def run_chart(
    *,
    values: pd.Series,
    table_id: str,
    median: float | None = None,
    rebases: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Series about its median, with the Anhøj rules; the chart for fewer than 12 points.

    The rules ask only how the points run about the median, so they hold for any distribution.
    Under 6 points off the median no rule can signal, and under 10 about a series' own median,
    which always has half of them on each side, none does: the answer says so. The median of an
    earlier time lets a chart signal sooner. The rules never speak of a single point.

    Parameters
    ----------
    values : Series
        The series, labelled by period in time order; missing where there was no audit.
    table_id : str
        Name of the result.
    median : float or None
        Median of an earlier, settled time to judge by; None takes that of each phase.
    rebases : mapping of str to str or None
        Label of the first point of a new phase, and the reason for it.

    Returns
    -------
    DataFrame
        A result. Per point the measures `value` and `median`; per phase ("phase 1" and on)
        `longest_run`, `longest_run_allowed`, `crossings`, `crossings_needed` (`x`, of `n` useful
        points), `verdict` (in `method`) and, from the second, `rebase` with its reason. What is
        missing or cannot be said is marked "x".

    Raises
    ------
    ValueError
        If a label is repeated, a value is infinite, or a rebase has no place or reason.

    References
    ----------
    Anhøj, J. and Olesen, A. V. (2014). Run charts revisited: a simulation study of run chart
    rules for detection of non-random variation in health care processes. PLoS ONE 9, e113825.
    Perla, R. J., Provost, L. P. and Murray, S. K. (2011). The run chart: a simple analytical tool
    for learning from variation in healthcare processes. BMJ Quality & Safety 20, 46-51.

    Examples
    --------
    >>> shares = pd.Series([0.5, 0.6, 0.4, 0.7], index=["Q1", "Q2", "Q3", "Q4"])
    >>> found = run_chart(values=shares, table_id="trend")
    >>> found.loc[found["measure"] == "verdict", "method"].item()
    'too few points to say: 4 off the median, and under 6 no rule can signal'
    """
    labels = [str(label) for label in values.index]
    series = values.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    if np.isinf(series).any():
        raise ValueError("a series must hold finite numbers or missing points")
    phases = np.array(phase_numbers(labels=labels, rebases=rebases), dtype=np.intp)
    rows: list[dict[str, object]] = []
    for phase in sorted(set(phases.tolist())):
        inside = phases == phase
        part = series[inside]
        centre = _median(part) if median is None else median
        names = [label for label, chosen in zip(labels, inside, strict=True) if chosen]
        for name, value in zip(names, part, strict=True):
            rows.append(_value_row(name, float(value)))
            rows.append({"row_key": name, "measure": "median", "estimate": centre})
        found = run_rules(values=part.tolist(), centre=np.nan if centre is None else centre)
        rows += _phase_rows(f"phase {phase}", found, own_median=median is None)
        if phase > 1 and rebases:
            reason = f"rebased from {names[0]}: {rebases[names[0]]}"
            rows.append({"row_key": f"phase {phase}", "measure": "rebase", "method": reason})
    shared = {"table_id": table_id, "speaks_of": "our_practice"}
    return results_table({**shared, **row} for row in rows)


def _median(part: np.typing.NDArray[np.float64]) -> float | None:
    present = part[~np.isnan(part)]
    return float(np.median(present)) if len(present) else None


def _value_row(name: str, value: float) -> dict[str, object]:
    missing = np.isnan(value)
    return {
        "row_key": name,
        "measure": "value",
        "estimate": None if missing else value,
        "method": "no value for this point" if missing else "run chart",
        "mark": "x" if missing else "",
    }


def _phase_rows(phase: str, found: RunRules, *, own_median: bool) -> list[dict[str, object]]:
    can_signal = found.useful >= FEWEST_THAT_CAN_SIGNAL
    words, said = found.words, can_signal
    if own_median and can_signal and found.useful < _FEWEST_ABOUT_OWN_MEDIAN and not found.signal:
        reason = f"{found.useful} about their own median, and under 10 they do not signal"
        words, said = f"too few points to say: {reason}", False
    counts = {
        "longest_run": found.longest_run,
        "longest_run_allowed": longest_run_allowed(found.useful) if can_signal else None,
        "crossings": found.crossings,
        "crossings_needed": crossings_needed(found.useful) if can_signal else None,
    }
    rows: list[dict[str, object]] = [
        {
            "row_key": phase,
            "measure": measure,
            "x": count,
            "n": found.useful,
            "method": "Anhøj" if count is not None else found.words,
            "mark": "x" if count is None else "",
        }
        for measure, count in counts.items()
    ]
    mark = "" if said else "x"
    verdict = {"row_key": phase, "measure": "verdict", "n": found.useful, "method": words, "mark": mark}
    return [*rows, verdict]
