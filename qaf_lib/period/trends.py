"""How the headline share ran over the months: random audits only."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis.results import results_table
from qaf_lib.analysis.trends import p_chart, run_chart
from qaf_lib.analysis.trends.limits import FEWEST_FOR_LIMITS
from qaf_lib.dates import Period, previous_period
from qaf_lib.period.random_audits import random_audits
from qaf_lib.period.store import DrawView, PeriodStore

__all__ = ["Trend", "trends_of"]


@dataclass(frozen=True)
class Trend:
    """The headline share of random audits over time.

    Attributes
    ----------
    audit_type, label : str
        The type of audit, and its name in words.
    unit : str
        "month", or "period" where most months have no random audit.
    points : int
        Points with a grade.
    kind : str
        "run" under 12 points, "p" from 12 on, "" where there are too few for a chart.
    chart : DataFrame
        The result of `run_chart` or `p_chart`, with the counts of each point.
    """

    audit_type: str
    label: str
    unit: str
    points: int
    kind: str
    chart: pd.DataFrame


def trends_of(store: PeriodStore) -> list[Trend]:
    """The trend of each draw whose audit type counts towards estimates."""
    return [_trend(store, view, store.label(view)) for view in store.estimating]


def _trend(store: PeriodStore, view: DrawView, label: str) -> Trend:
    audits = random_audits(store, view)
    unit, series = _series(store, audits)
    points, table_id = int((series["n"] > 0).sum()), f"{view.key}_trend"
    kind, chart = "", results_table([])
    if points >= FEWEST_FOR_LIMITS:
        kind, chart = "p", p_chart(points=series, table_id=table_id)
    elif points > 1:
        kind, chart = "run", _run(series, table_id)
    return Trend(audit_type=view.audit_type, label=label, unit=unit, points=points, kind=kind, chart=chart)


def _series(store: PeriodStore, audits: pd.DataFrame) -> tuple[str, pd.DataFrame]:
    """Counts by month; by period where most months have no random audit."""
    good = audits["overall_grade"].isin(store.framework.scale.headline.grades)
    if audits.empty:
        return "month", pd.DataFrame({"period": [], "x": [], "n": []})
    month = audits["audited_on"].dt.to_period("M")
    every = pd.period_range(month.min(), pd.Period(pd.Timestamp(store.span.end), freq="M"), freq="M")
    if 2 * month.nunique() >= len(every):
        n, x = month.value_counts(), month[good].value_counts()
        labels = [(str(each), int(x.get(each, 0)), int(n.get(each, 0))) for each in every]
        return "month", pd.DataFrame(labels, columns=["period", "x", "n"])
    rows = []
    for period in _periods(store.span, audits["audited_on"].min()):
        inside = audits["audited_on"].between(pd.Timestamp(period.start), pd.Timestamp(period.end))
        rows.append((period.label, int((inside & good).sum()), int(inside.sum())))
    return "period", pd.DataFrame(rows, columns=["period", "x", "n"])


def _periods(last: Period, first_day: pd.Timestamp) -> list[Period]:
    periods = [last]
    while pd.Timestamp(periods[-1].start) > first_day:
        periods.append(previous_period(periods[-1]))
    return periods[::-1]


def _run(series: pd.DataFrame, table_id: str) -> pd.DataFrame:
    """The run chart with the counts of each point beside its share."""
    counted = series[series["n"] > 0].set_index("period")
    share = (counted["x"] / counted["n"]).reindex(series["period"])
    chart = run_chart(values=share, table_id=table_id)
    point = chart["measure"] == "value"
    for name in ("x", "n"):
        chart[name] = chart[name].where(~point, chart["row_key"].map(counted[name].to_dict())).astype("Int64")
    return chart
