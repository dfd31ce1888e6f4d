"""From points and their limits to the result of a control chart, with its icons as words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import pandas as pd

from qaf_lib.analysis.results import results_table
from qaf_lib.analysis.trends.signals import RULES, special_causes

__all__ = ["Better", "chart_table"]

Better = Literal["higher", "lower", "neither"]
"""Which way is better."""

_GOOD_SIDE = {"higher": 1, "lower": -1, "neither": 0}


def chart_table(
    *,
    points: pd.DataFrame,
    notes: Mapping[int, str],
    table_id: str,
    better: Better,
    target: float | None,
    rebases: Mapping[str, str] | None,
) -> pd.DataFrame:
    """Result of a control chart from its points.

    Parameters
    ----------
    points : DataFrame
        In time order: `label`, `phase`, `value`, the lines of `special_causes` and, for shares,
        the counts `x` and `n`.
    notes : mapping of int to str
        Method of the limits of each phase, or why it has none.
    table_id : str
        Name of the result.
    better : {"higher", "lower", "neither"}
        Which way is better.
    target : float or None
        Value to be reached, in the unit of the points.
    rebases : mapping of str to str or None
        Reasons, by the first label of a phase.

    Returns
    -------
    DataFrame
        A result, as `xmr_chart` describes it.

    Raises
    ------
    ValueError
        If `better` is not one of the three words.

    References
    ----------
    As `special_causes`.

    Examples
    --------
    >>> points = pd.DataFrame({"label": ["Q1"], "phase": 1, "value": [0.5]})
    >>> points[["centre", "low", "high", "near_low", "near_high"]] = float("nan")
    >>> found = chart_table(
    ...     points=points, notes={1: "no limits"}, table_id="t", better="higher", target=None, rebases=None
    ... )
    >>> found["measure"].tolist()
    ['value', 'limits', 'limits', 'variation', 'assurance']
    """
    if better not in _GOOD_SIDE:
        raise ValueError(f"better must be one of {sorted(_GOOD_SIDE)}; got {better!r}")
    flags = pd.concat([special_causes(points=part) for _, part in points.groupby("phase")])
    judged = points.join(flags)
    records = judged.to_dict("records")
    words = [_point_words(record, better) for record in records]
    rows: list[dict[str, object]] = []
    for record, said in zip(records, words, strict=True):
        rows += _point_rows(record, said, notes[record["phase"]])
    for phase, note in notes.items():
        rows += _phase_rows(phase, note, judged, rebases or {})
    present = [place for place, record in enumerate(records) if not pd.isna(record["value"])]
    last = present[-1] if present else None
    note = notes[max(notes)] if notes else "no point has a value"
    latest = records[last] if last is not None and records[last]["phase"] == max(notes) else None
    rows.append(_variation(latest, "" if last is None else words[last], note))
    rows.append(_assurance(latest, better, target, note))
    shared = {"table_id": table_id, "speaks_of": "our_practice"}
    return results_table({**shared, **row} for row in rows)


def _point_words(point: Mapping[str, object], better: Better) -> str:
    if pd.isna(point["value"]):
        return "no value for this point"
    if pd.isna(point["low"]):
        return "no limits to judge by"
    found = [words for rule, words in RULES.items() if point[rule]]
    if not found:
        return "common cause"
    good, direction = _GOOD_SIDE[better], point["direction"]
    if good == 0:
        kind = "high" if direction == 1 else "low"
    else:
        kind = "improvement" if direction == good else "concern"
    return f"special cause, {kind}: {', '.join(found)}"


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


def _phase_rows(
    phase: int, note: str, judged: pd.DataFrame, rebases: Mapping[str, str]
) -> list[dict[str, object]]:
    part = judged[judged["phase"] == phase]
    unlimited = bool(part["low"].isna().all())
    key = f"phase {phase}"
    row = {
        "row_key": key,
        "measure": "limits",
        "n": int(part["value"].notna().sum()),
        "estimate": part["centre"].iloc[0],
        "method": note,
        "mark": "x" if unlimited else "",
    }
    if phase == 1:
        return [row]
    first = part["label"].iloc[0]
    reason = f"rebased from {first}: {rebases[first]}"
    return [row, {"row_key": key, "measure": "rebase", "method": reason}]


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
