"""How the headline share ran over the months, in words that claim no more than the rules do."""

from __future__ import annotations

import pandas as pd

from qaf_lib.display.charts import trend_chart
from qaf_lib.display.passages import Note, Passage
from qaf_lib.display.sections.section import Section, nothing
from qaf_lib.display.tables import Column, Table, wide_table
from qaf_lib.display.words import MONTHS
from qaf_lib.period import OpenPeriod
from qaf_lib.period.trends import Trend

__all__ = ["trend"]

_RULES = {
    "outside the limits": "a point outside the dashed lines",
    "7 or more in a row on one side of the mean": "7 or more points in a row on one side of the mean",
    "7 or more in a row rising or falling": "7 or more points in a row rising or falling",
    "2 of 3 close to a limit": "2 of 3 points close to a dashed line",
}


def trend(period: OpenPeriod) -> Section:
    """The share over the months with a verdict: a run chart under 12 points, a control chart from 12."""
    parts = [part for found in period.trends for part in _trend(period, found)]
    return Section(parts) if parts else nothing("No audit of this period counts towards estimates.")


def _trend(period: OpenPeriod, found: Trend) -> list[object]:
    if not found.kind:
        return [Note(f"{found.label}: {_too_few(period, found)}")]
    band, words = period.framework.scale.headline.label, period.framework.words
    caption = f"{found.label}: {band}, random {words.audits} by {found.unit}"
    labels = {key: _named(key) for key in found.chart["row_key"]} if found.unit == "month" else None
    said = _run_words(found) if found.kind == "run" else _control_words(found)
    return [
        Passage([f"{found.label}: {said}"], "lead"),
        trend_chart(found.chart, caption=caption, labels=labels),
        _run_table(found, caption, labels) if found.kind == "run" else _control_table(found, caption, labels),
    ]


def _too_few(period: OpenPeriod, found: Trend) -> str:
    words = period.framework.words
    held = "none" if not found.points else f"those of one {found.unit} only"
    return (
        f"a trend needs random {words.audits} of earlier times, and the records hold {held}; "
        "with fewer than six points no rule can tell a trend from chance."
    )


def _named(key: str) -> str:
    """A month in words: 2026-07 is July 2026."""
    year, _, month = key.partition("-")
    return f"{MONTHS[int(month) - 1]} {year}" if month.isdigit() else key


def _run_words(found: Trend) -> str:
    """The verdict of the run chart's rules."""
    verdict = found.chart[found.chart["measure"] == "verdict"].iloc[-1]
    told = str(verdict["method"])
    if found.points < 6:
        return f"{found.points} points: with fewer than six no rule can tell a trend from chance."
    if verdict["mark"]:
        return f"nothing can be said of a trend yet ({told})."
    if told.startswith("signal"):
        return f"the points run on one side of their median more than chance explains ({told})."
    return "the points move about their median as chance would have them; no trend is shown."


def _control_words(found: Trend) -> str:
    """The icon's meaning, then any other point that stands out."""
    newest = found.chart[found.chart["measure"] == "variation"].iloc[0]
    told = str(newest["method"])
    if newest["mark"]:
        return f"nothing can be said of a trend ({told})."
    values = found.chart[found.chart["measure"] == "value"]
    apart = values["method"].str.startswith("special cause")
    if not apart.any():
        return (
            f"ordinary variation only. The {found.points} points go up and down as chance would have them; "
            "no single one asks for an explanation."
        )
    if told.startswith("special cause"):
        kind, _, rules = told.removeprefix("special cause, ").partition(": ")
        direction = {"improvement": "better", "concern": "worse"}.get(kind, "other")
        why = " and ".join(_RULES.get(rule, rule) for rule in rules.split(", "))
        return f"the newest point is {direction} than chance explains ({why})."
    names = ", ".join(_named(str(key)) for key in values[apart]["row_key"])
    return f"the newest point shows ordinary variation; more than chance stands behind {names}."


def _run_table(found: Trend, caption: str, labels: dict[str, str] | None) -> Table:
    return wide_table(
        _without_phases(found.chart, ["value", "median"]),
        caption=caption,
        row_heading=found.unit.capitalize(),
        columns=[
            Column("Graded", "value", "cases"),
            Column("Count", "value", "count"),
            Column("Share", "value", "share"),
            Column("Median", "median", "share"),
        ],
        labels=labels,
        note="Audits count alike here, without weights. Rules: Anhøj and Olesen 2014.",
    )


def _control_table(found: Trend, caption: str, labels: dict[str, str] | None) -> Table:
    methods = found.chart[found.chart["measure"] == "value"]["method"]
    return wide_table(
        _without_phases(found.chart, ["value", "limits"]),
        caption=caption,
        row_heading=found.unit.capitalize(),
        columns=[
            Column("Graded", "value", "cases"),
            Column("Count", "value", "count"),
            Column("Share", "value", "share"),
            Column("Chance alone: from, to", "limits", "interval"),
            Column("What the rules say", "value", "words"),
        ],
        labels=labels,
        words={method: _point_words(method) for method in methods},
        note=f"Audits count alike here, without weights. Limits: {_limits_method(found.chart)}.",
    )


def _point_words(method: str) -> str:
    if not method.startswith("special cause"):
        return {"common cause": "ordinary variation"}.get(method, method)
    kind, _, rules = method.removeprefix("special cause, ").partition(": ")
    direction = {"improvement": "better than chance explains", "concern": "worse than chance explains"}
    return f"{direction.get(kind, kind)}: {', '.join(_RULES.get(rule, rule) for rule in rules.split(', '))}"


def _without_phases(chart: pd.DataFrame, measures: list[str]) -> pd.DataFrame:
    """The points' own rows."""
    points = chart[chart["measure"] == "value"]["row_key"]
    return chart[chart["row_key"].isin(points) & chart["measure"].isin(measures)].reset_index(drop=True)


def _limits_method(chart: pd.DataFrame) -> str:
    return str(
        chart[chart["row_key"].str.startswith("phase ") & (chart["measure"] == "limits")]["method"].iloc[0]
    )
