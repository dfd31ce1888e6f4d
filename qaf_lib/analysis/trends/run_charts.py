"""Run charts: a series about its median, and how it runs about it (the Anhøj rules)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isnan, log2

import numpy as np
import pandas as pd
from scipy.stats import binom

from qaf_lib.analysis.results import results_table
from qaf_lib.analysis.trends.signals import series_of
from qaf_lib.errors import InputError
from qaf_lib.sampling.checks import check_counts

_FEWEST_THAT_CAN_SIGNAL = 6
_FEWEST_ABOUT_OWN_MEDIAN = 10


def run_chart(*, values: pd.Series, table_id: str) -> pd.DataFrame:
    """Series about its median, with the Anhøj rules, as practice; the chart for fewer than 12 points.

    `values` are labelled by period in time order. The rules ask only how the points run about the median, so
    they hold for any distribution, and never speak of a single point. Under 6 points off the median no rule
    can signal, and under 10 about a series' own median, which always has half of them on each side, none
    does: the answer says so.

    Per point `value` and `median`; for "phase 1", the whole series, `longest_run`, `longest_run_allowed`,
    `crossings`, `crossings_needed` (`x`, of `n` useful points) and `verdict` (1 for a signal, else 0).

    References
    ----------
    Anhøj, J. and Olesen, A. V. (2014). Run charts revisited: a simulation study of run chart rules for
    detection of non-random variation in health care processes. PLoS ONE 9, e113825. Perla, R. J., Provost,
    L. P. and Murray, S. K. (2011). The run chart. BMJ Quality & Safety 20, 46-51.

    Examples
    --------
    >>> shares = pd.Series([0.5, 0.6, 0.4, 0.7], index=["Q1", "Q2", "Q3", "Q4"])
    >>> found = run_chart(values=shares, table_id="trend")
    >>> found.loc[found["measure"] == "verdict", "method"].item()
    'too few points to say: 4 off the median, and under 6 no rule can signal'
    """
    labels, series = series_of(values)
    present = series[~np.isnan(series)]
    centre = float(np.median(present)) if len(present) else None
    rows: list[dict[str, object]] = []
    for name, value in zip(labels, series, strict=True):
        rows.append(_value_row(name, float(value)))
        rows.append({"row_key": name, "measure": "median", "estimate": centre})
    if labels:
        rows += _verdict_rows(run_rules(values=series.tolist(), centre=np.nan if centre is None else centre))
    shared = {"table_id": table_id, "speaks_of": "our_practice"}
    return results_table({**shared, **row} for row in rows)


@dataclass(frozen=True)
class RunRules:
    """How a series runs about its centre line: `useful` are the points with a value that lie off it."""

    points: int
    useful: int
    longest_run: int
    crossings: int

    @property
    def signal(self) -> bool:
        """Whether the series shows more than chance: a run too long, or too few crossings."""
        return self.long_run or self.few_crossings

    @property
    def long_run(self) -> bool:
        """Whether the longest run is longer than chance would make it."""
        return self.useful >= _FEWEST_THAT_CAN_SIGNAL and self.longest_run > longest_run_allowed(self.useful)

    @property
    def few_crossings(self) -> bool:
        """Whether the series crosses its centre less often than chance would make it."""
        return self.useful >= _FEWEST_THAT_CAN_SIGNAL and self.crossings < crossings_needed(self.useful)

    @property
    def words(self) -> str:
        """What the rules say, in a sentence."""
        if self.points == 0:
            return "not available: no point has a value"
        if self.useful == 0:
            return "not available: every point lies on the median, so no rule can signal"
        if self.useful < _FEWEST_THAT_CAN_SIGNAL:
            return f"too few points to say: {self.useful} off the median, and under 6 no rule can signal"
        found = []
        if self.long_run:
            allowed = longest_run_allowed(self.useful)
            found.append(f"{self.longest_run} points in a row on one side (more than {allowed})")
        if self.few_crossings:
            needed = crossings_needed(self.useful)
            times = "1 crossing" if self.crossings == 1 else f"{self.crossings} crossings"
            found.append(f"{times} of the median (fewer than {needed})")
        return f"signal: {' and '.join(found)}" if found else "no signal: no more than chance variation"


def longest_run_allowed(useful: int) -> int:
    """Longest run that chance explains: log2(n) rounded, plus 3.

    Anhøj and Olesen (2014), as `run_chart`. Schilling, M. F. (2012). The surprising predictability of long
    runs. Mathematics Magazine 85, 141-149.
    """
    check_counts(useful=useful)
    return round(log2(useful)) + 3


def crossings_needed(useful: int) -> int:
    """Fewest crossings that chance explains: the 5% point of the binomial with n - 1 and a half.

    Anhøj and Olesen (2014), as `run_chart`. Chen, Z. (2010). A note on the runs test. Model Assisted
    Statistics and Applications 5, 73-77.
    """
    check_counts(useful=useful)
    return int(binom.ppf(0.05, useful - 1, 0.5))


def run_rules(*, values: Sequence[float], centre: float) -> RunRules:
    """Count the runs and crossings of a series, nan where a point is missing, about its centre line.

    Points on the line are passed over. A missing point ends a run: it is never taken to lie on the side of
    its neighbours.
    """
    present = [value for value in values if not isnan(value)]
    if present and isnan(centre):
        raise InputError("a series with values needs a centre line")
    largest = max((abs(value) for value in present), default=0.0)
    runs, run = [0], 0
    for value in values:
        side = 0 if isnan(value) else _side(value, centre, largest)
        if isnan(value):
            run = 0
        elif side:
            run = run + side if run * side > 0 else side
        runs.append(abs(run))
    sides = [side for value in present if (side := _side(value, centre, largest))]
    crossings = sum(first != second for first, second in pairwise(sides))
    return RunRules(len(present), len(sides), max(runs), crossings)


def _side(value: float, line: float, largest: float) -> int:
    """Side of a line on which a value lies: 1 above, -1 below, 0 on it but for rounding."""
    if abs(value - line) <= 1e-9 * largest:
        return 0
    return 1 if value > line else -1


def _value_row(name: str, value: float) -> dict[str, object]:
    missing = np.isnan(value)
    return {
        "row_key": name,
        "measure": "value",
        "estimate": None if missing else value,
        "method": "no value for this point" if missing else "run chart",
        "mark": "x" if missing else "",
    }


def _verdict_rows(found: RunRules) -> list[dict[str, object]]:
    can_signal = found.useful >= _FEWEST_THAT_CAN_SIGNAL
    words, said = found.words, can_signal
    if can_signal and found.useful < _FEWEST_ABOUT_OWN_MEDIAN and not found.signal:
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
            "row_key": "phase 1",
            "measure": measure,
            "x": count,
            "n": found.useful,
            "method": "Anhøj" if count is not None else found.words,
            "mark": "x" if count is None else "",
        }
        for measure, count in counts.items()
    ]
    mark = "" if said else "x"
    signal = None if mark else float(found.signal)
    verdict = {"row_key": "phase 1", "measure": "verdict", "n": found.useful, "estimate": signal}
    return [*rows, {**verdict, "method": words, "mark": mark}]
