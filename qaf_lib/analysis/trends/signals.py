"""The four rules of Making Data Count: which points show more than common-cause variation."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["RULES", "special_causes"]

RULES = {
    "outside": "outside the limits",
    "shift": "7 or more in a row on one side of the mean",
    "drift": "7 or more in a row rising or falling",
    "two_of_three": "2 of 3 close to a limit",
}
"""The rules and their words."""

_IN_A_ROW = 7
_LINES = ["value", "centre", "low", "high", "near_low", "near_high"]
_Numbers = npt.NDArray[np.float64]
_Sides = npt.NDArray[np.int8]


def special_causes(*, points: pd.DataFrame) -> pd.DataFrame:
    """Mark the points of one phase that the four rules call special cause.

    A missing point, and one without limits, takes part in no rule and interrupts the sequences
    that the rules look for, so it can hide a signal and never makes one.

    Parameters
    ----------
    points : DataFrame
        In time order: `value`, `centre`, `low`, `high` and the lines two thirds of the way to
        the limits, `near_low` and `near_high`; missing where there is none.

    Returns
    -------
    DataFrame
        Labelled as `points`: `outside`, `shift`, `drift` and `two_of_three` (true or false), and
        `direction`: 1 where the signal lies high or rises, -1 where it lies low or falls, 0
        without a signal.

    Raises
    ------
    ValueError
        If a column is missing.

    References
    ----------
    NHS England (2022). Making Data Count: strengthening your decisions.
    Reading, C. and others (2025). NHSRplotthedots, R package version 0.2 (the rule of two of
    three asks all three points to lie on one side of the mean).

    Examples
    --------
    >>> lines = {"centre": 0.0, "low": -3.0, "high": 3.0, "near_low": -2.0, "near_high": 2.0}
    >>> points = pd.DataFrame({"value": [0.5, -1.0, 3.5, 1.0]}).assign(**lines)
    >>> special_causes(points=points)["outside"].tolist()
    [False, False, True, False]
    """
    lacking = [column for column in _LINES if column not in points]
    if lacking:
        raise ValueError(f"points must have the columns {lacking}")
    lines = {
        name: points[name].astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan) for name in _LINES
    }
    value = lines["value"]
    scale = np.nanmax(np.abs(value)) if (~np.isnan(value)).any() else 0.0
    side = _side(value, lines["centre"], scale)
    beyond = (_side(value, lines["high"], scale) == 1) | (_side(value, lines["low"], scale) == -1)
    nearly = (_side(value, lines["near_high"], scale) == 1) | (_side(value, lines["near_low"], scale) == -1)
    step = _side(value[1:], value[:-1], scale)
    moving = _in_a_row(step, _IN_A_ROW - 1)
    arrived = np.insert(moving, 0, False)
    drift = (arrived | np.append(moving, False)) & ~np.isnan(lines["low"])
    slope = np.where(arrived, np.insert(step, 0, 0), np.append(step, 0))
    flags = pd.DataFrame(
        {
            "outside": beyond,
            "shift": _in_a_row(side, _IN_A_ROW) & ~np.isnan(lines["low"]),
            "drift": drift,
            "two_of_three": _two_of_three(side, nearly & ~beyond),
        },
        index=points.index,
    )
    by_level = flags[["outside", "shift", "two_of_three"]].to_numpy().any(axis=1)
    flags["direction"] = np.where(by_level, side, np.where(drift, slope, 0)).astype("int64")
    return flags


def _side(value: _Numbers, line: _Numbers, scale: float) -> _Sides:
    """Side of a line on which each value lies; 0 on it but for rounding, or where either is missing."""
    away = np.nan_to_num(value - line)
    return np.where(np.abs(away) <= 1e-9 * scale, 0, np.sign(away)).astype(np.int8)


def _in_a_row(side: _Sides, least: int) -> npt.NDArray[np.bool_]:
    """Members of the sequences of at least so many equal sides other than 0."""
    member = np.zeros(len(side), dtype=np.bool_)
    start = 0
    for end in range(1, len(side) + 1):
        if end == len(side) or side[end] != side[start]:
            member[start:end] = side[start] != 0 and end - start >= least
            start = end
    return member


def _two_of_three(side: _Sides, near: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    member = np.zeros(len(side), dtype=np.bool_)
    for start in range(len(side) - 2):
        three = slice(start, start + 3)
        if abs(int(side[three].sum())) == 3 and near[three].sum() >= 2:
            member[three] |= near[three]
    return member
