"""Runs on one side of the median: the Anhøj rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isnan, log2

from scipy.stats import binom

__all__ = ["RunRules", "crossings_needed", "longest_run_allowed", "run_rules"]

FEWEST_THAT_CAN_SIGNAL = 6


@dataclass(frozen=True)
class RunRules:
    """How a series runs about its centre line.

    Attributes
    ----------
    points : int
        Points with a value.
    useful : int
        Those of them off the centre line.
    longest_run : int
        Useful points in a row on one side.
    crossings : int
        Times that useful points change sides.
    """

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
        return self.useful >= FEWEST_THAT_CAN_SIGNAL and self.longest_run > longest_run_allowed(self.useful)

    @property
    def few_crossings(self) -> bool:
        """Whether the series crosses its centre less often than chance would make it."""
        return self.useful >= FEWEST_THAT_CAN_SIGNAL and self.crossings < crossings_needed(self.useful)

    @property
    def words(self) -> str:
        """What the rules say, in a sentence."""
        if self.points == 0:
            return "not available: no point has a value"
        if self.useful == 0:
            return "not available: every point lies on the median, so no rule can signal"
        if self.useful < FEWEST_THAT_CAN_SIGNAL:
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

    Raises
    ------
    ValueError
        If there is no useful point.

    References
    ----------
    Anhøj, J. and Olesen, A. V. (2014). Run charts revisited: a simulation study of run chart
    rules for detection of non-random variation in health care processes. PLoS ONE 9, e113825.
    Schilling, M. F. (2012). The surprising predictability of long runs. Mathematics Magazine 85,
    141-149.

    Examples
    --------
    >>> [longest_run_allowed(n) for n in (5, 6, 11, 12, 22, 23, 24)]
    [5, 6, 6, 7, 7, 8, 8]
    """
    if useful < 1:
        raise ValueError(f"useful must be a count of at least 1; got {useful}")
    return round(log2(useful)) + 3


def crossings_needed(useful: int) -> int:
    """Fewest crossings that chance explains: the 5% point of the binomial with n - 1 and a half.

    Raises
    ------
    ValueError
        If there is no useful point.

    References
    ----------
    Anhøj, J. and Olesen, A. V. (2014). PLoS ONE 9, e113825.
    Chen, Z. (2010). A note on the runs test. Model Assisted Statistics and Applications 5, 73-77.

    Examples
    --------
    >>> [crossings_needed(n) for n in (5, 6, 10, 12, 14, 24)]
    [0, 1, 2, 3, 4, 8]
    """
    if useful < 1:
        raise ValueError(f"useful must be a count of at least 1; got {useful}")
    return int(binom.ppf(0.05, useful - 1, 0.5))


def run_rules(*, values: Sequence[float], centre: float) -> RunRules:
    """Count the runs and crossings of a series about its centre line.

    Points on the line are passed over. A missing point ends a run: it is never taken to lie on
    the side of its neighbours.

    Parameters
    ----------
    values : sequence of float
        The series in time order; nan where a point is missing.
    centre : float
        The line, as a rule the median.

    Returns
    -------
    RunRules
        The counts, and what they say.

    Raises
    ------
    ValueError
        If `centre` is missing while a value is not.

    References
    ----------
    As `longest_run_allowed` and `crossings_needed`.

    Examples
    --------
    >>> found = run_rules(values=[1, 2, 1, 2, 1, 2, 3, 6, 7, 6, 7, 8, 9, 8], centre=4.5)
    >>> found.useful, found.longest_run, found.crossings, found.words
    (14, 7, 1, 'signal: 1 crossing of the median (fewer than 4)')
    """
    present = [value for value in values if not isnan(value)]
    if present and isnan(centre):
        raise ValueError("a series with values needs a centre line")
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
