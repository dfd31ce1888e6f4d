"""Systematic draws: every k-th case of an ordered list."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pandas as pd

__all__ = ["draw_systematic"]


def draw_systematic(
    *, frame: pd.DataFrame, size: int, start: float, order_by: Sequence[str] = ()
) -> pd.DataFrame:
    """Draw every k-th case of the frame in the order of some columns, from a random place.

    The list is put in the order of `order_by`, and of the permanent random numbers among equals, so
    that the order of rows does not matter. The step k = N / n need not be whole: the case drawn at
    turn i is the one that holds the place k (i + start), so that exactly n are drawn and every case
    has the same chance. An ordered list spreads the sample over the values of `order_by` like
    strata; its sampling error is not measured by the sample itself, and intervals that take it for a
    simple random sample are then too wide rather than too narrow, unless the list has a rhythm.

    Parameters
    ----------
    frame : DataFrame
        `case_id`, `prn` (uniform random number in [0, 1)) and the columns in `order_by`.
    size : int
        Cases to draw (count, 1 to the rows of the frame).
    start : float
        Place within the first step (fraction, 0 up to but not including 1); a uniform random number.
    order_by : sequence of str
        Columns that order the list, for example team and date opened; none leaves a simple random sample.

    Returns
    -------
    DataFrame
        The frame in the order of the list with `position` (1 is the first of the list), `state`
        (selected or not_selected), `inclusion_probability` (fraction) and `weight` (missing for the
        cases not selected).

    Raises
    ------
    ValueError
        If a case is repeated, a column is missing, or an argument is out of range.

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques, 3rd ed., Wiley, sections 8.1 and 8.2.
    Madow, W. G. (1949). On the theory of systematic sampling, II. Annals of Mathematical Statistics
    20, 333-354 (steps that are not whole).

    Examples
    --------
    >>> numbers = [0.1, 0.2, 0.3, 0.4, 0.5]
    >>> frame = pd.DataFrame({"case_id": list("abcde"), "team": list("xyxyx"), "prn": numbers})
    >>> drawn = draw_systematic(frame=frame, size=2, start=0.5, order_by=["team"])
    >>> drawn.loc[drawn["state"] == "selected", ["case_id", "weight"]].to_numpy().tolist()
    [['c', 2.5], ['b', 2.5]]
    """
    _check(frame, size, start, order_by)
    listed = frame.sort_values([*order_by, "prn", "case_id"], na_position="last", ignore_index=True)
    population = len(listed)
    place = Fraction(start)
    taken = np.array([int(Fraction(population, size) * (turn + place)) for turn in range(size)])
    selected = np.zeros(population, dtype=bool)
    selected[taken] = True
    state = pd.Series(np.where(selected, "selected", "not_selected"), dtype="string")
    return listed.assign(
        position=np.arange(1, population + 1),
        state=state,
        inclusion_probability=size / population,
        weight=np.where(selected, population / size, np.nan),
    )


def _check(frame: pd.DataFrame, size: int, start: float, order_by: Sequence[str]) -> None:
    lacking = [column for column in ("case_id", "prn", *order_by) if column not in frame]
    if lacking:
        raise ValueError(f"the frame lacks the columns {lacking}")
    if frame["case_id"].isna().any() or frame["case_id"].duplicated().any():
        raise ValueError("every row of the frame needs its own case_id")
    if not 1 <= size <= len(frame) or size % 1:
        raise ValueError(f"size must be a count from 1 to the population of {len(frame)}; got {size}")
    if not 0 <= start < 1:
        raise ValueError(f"start must be a number from 0 up to, but not including, 1; got {start}")
    if not frame["prn"].between(0, 1, inclusive="left").all():
        raise ValueError("every prn of the frame must be a number from 0 up to, but not including, 1")
