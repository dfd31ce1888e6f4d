"""Control charts as results: the four rules of Making Data Count, and its icons in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from qaf_lib.analysis.results import results_table
from qaf_lib.errors import InputError
from qaf_lib.sampling.checks import check_columns, check_series

Better = Literal["higher", "lower", "neither"]
"""Which way is better."""

_SPECIAL = "special cause, "
_GOOD_SIDE = {"higher": 1, "lower": -1, "neither": 0}
_RULES = {
    "outside": "outside the limits",
    "shift": "7 or more in a row on one side of the mean",
    "drift": "7 or more in a row rising or falling",
    "two_of_three": "2 of 3 close to a limit",
}
_IN_A_ROW = 7
_LINES = ["value", "centre", "low", "high", "near_low", "near_high"]
_Numbers = npt.NDArray[np.float64]
_Sides = npt.NDArray[np.int8]


def chart_table(
    *, points: pd.DataFrame, note: str, table_id: str, better: Better, target: float | None = None
) -> pd.DataFrame:
    """Result of a control chart, as `xmr_chart` describes it, from its points in time order.

    A point has `label`, `value`, the lines of `special_causes` and, for shares, the counts `x` and `n`. The
    `note` is the method of the limits, or why there are none.
    """
    if better not in _GOOD_SIDE:
        raise InputError(f"better must be one of {sorted(_GOOD_SIDE)}; got {better!r}")
    if points.empty:
        raise InputError("a series must have at least one point, missing or not")
    records = points.join(special_causes(points=points)).to_dict("records")
    words = [_point_words(record, better) for record in records]
    rows = [
        row for record, said in zip(records, words, strict=True) for row in _point_rows(record, said, note)
    ]
    rows.append(
        {
            "row_key": "phase 1",
            "measure": "limits",
            "n": int(points["value"].notna().sum()),
            "estimate": points["centre"].iloc[0],
            "method": note,
            "mark": "x" if points["low"].isna().all() else "",
        }
    )
    present = [place for place, record in enumerate(records) if not pd.isna(record["value"])]
    latest = records[present[-1]] if present else None
    rows.append(_variation(latest, words[present[-1]] if present else "", note))
    rows.append(_assurance(latest, better, target, note))
    shared = {"table_id": table_id, "speaks_of": "our_practice"}
    return results_table({**shared, **row} for row in rows)


def special_causes(*, points: pd.DataFrame) -> pd.DataFrame:
    """Mark the points of a series that the four rules call special cause.

    `near_low` and `near_high` lie two thirds of the way to the limits. A missing point, and one without
    limits, takes part in no rule and interrupts the sequences that the rules look for, so it can hide a
    signal and never makes one. `direction` is 1 where the signal lies high or rises, -1 where it lies low or
    falls, 0 without a signal.

    NHS England (2022). Making Data Count: strengthening your decisions. Reading, C. and others (2025).
    NHSRplotthedots, R package version 0.2 (two of three: all three points lie on one side of the mean).
    """
    check_columns(_LINES, points=points)
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


def series_of(values: pd.Series) -> tuple[list[str], _Numbers]:
    """Labels and numbers of a series in time order, missing points as nan."""
    check_series(values=values)
    series = values.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    if np.isinf(series).any():
        raise InputError("a series must hold finite numbers or missing points")
    return labels_of(values.index.to_series()), series


def labels_of(points: pd.Series) -> list[str]:
    """Names of the points of a series, none twice."""
    labels = [str(label) for label in points]
    if len(set(labels)) < len(labels):
        raise InputError("every point of a series must have a label of its own")
    return labels


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


def _point_words(point: Mapping[str, object], better: Better) -> str:
    if pd.isna(point["value"]):
        return "no value for this point"
    if pd.isna(point["low"]):
        return "no limits to judge by"
    found = [words for rule, words in _RULES.items() if point[rule]]
    if not found:
        return "common cause"
    good, direction = _GOOD_SIDE[better], point["direction"]
    if good == 0:
        kind = "high" if direction == 1 else "low"
    else:
        kind = "improvement" if direction == good else "concern"
    return f"{_SPECIAL}{kind}: {', '.join(found)}"


@dataclass(frozen=True)
class SpecialCause:
    """Why a point stands out: "improvement" or "concern", or "high" or "low" where no side is better."""

    kind: str
    rules: list[str]


def special_cause(method: str) -> SpecialCause | None:
    """The special cause that the method of a control chart's `value` or `variation` names; None without one.

    Examples
    --------
    >>> special_cause("special cause, concern: outside the limits").kind
    'concern'
    >>> special_cause("common cause") is None
    True
    """
    kind, _, rules = method.removeprefix(_SPECIAL).partition(": ")
    return SpecialCause(kind, rules.split(", ")) if method.startswith(_SPECIAL) else None


def _point_rows(point: Mapping[str, object], words: str, note: str) -> list[dict[str, object]]:
    missing, unlimited = pd.isna(point["value"]), pd.isna(point["low"])
    names = {"row_key": point["label"], "x": point.get("x"), "n": point.get("n")}
    value = {"estimate": point["value"], "method": words, "mark": "x" if missing else ""}
    limits = {
        "estimate": point["centre"],
        "low": point["low"],
        "high": point["high"],
        "method": words if missing and unlimited else note,
        "mark": "x" if unlimited else "",
    }
    return [{**names, "measure": "value", **value}, {**names, "measure": "limits", **limits}]


def _variation(latest: Mapping[str, object] | None, words: str, note: str) -> dict[str, object]:
    row = {"row_key": "latest", "measure": "variation"}
    if latest is None or pd.isna(latest["low"]):
        return {**row, "method": f"not available: {note}", "mark": "x"}
    return {**row, "estimate": latest["value"], "method": words}


def _assurance(
    latest: Mapping[str, object] | None, better: Better, target: float | None, note: str
) -> dict[str, object]:
    row = {"row_key": "latest", "measure": "assurance"}
    if target is None or better == "neither":
        return {**row, "method": "no target, or no better side, is set", "mark": "z"}
    if latest is None or pd.isna(latest["low"]):
        return {**row, "method": f"not available: {note}", "mark": "x"}
    good = _GOOD_SIDE[better]
    low, high = float(str(latest["low"])), float(str(latest["high"]))
    worst, best = (low, high) if good == 1 else (high, low)
    if good * (worst - target) > 0:
        words = "consistently hits the target"
    elif good * (target - best) > 0:
        words = "consistently misses the target"
    else:
        words = "hits and misses the target by chance"
    return {**row, "estimate": target, "low": low, "high": high, "method": words}
