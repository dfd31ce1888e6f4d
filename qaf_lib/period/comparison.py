"""Teams beside one another over a year of random audits: never ranked, never a worker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from qaf_lib.analysis.comparison import funnel, funnel_limits, partial_pooling
from qaf_lib.analysis.results import results_table
from qaf_lib.dates import add_months
from qaf_lib.period.random_audits import random_audits
from qaf_lib.period.store import DrawView, PeriodStore

__all__ = ["Comparison", "comparisons_of"]

_MONTHS = 12
_LEVELS = {"95": 0.95, "99.8": 0.998}


@dataclass(frozen=True)
class Comparison:
    """Teams' headline shares in random audits of the last year.

    Attributes
    ----------
    audit_type, label : str
        The type of audit, and its name in words.
    start, end : date
        First and last day of the audits.
    funnel : DataFrame
        The result of `funnel`: every team's share against all of them, with a verdict.
    pooled : DataFrame
        The result of `partial_pooling`.
    limits : DataFrame
        For the chart: `n` (graded cases) and the limits `low_95`, `high_95`, `low_99.8` and
        `high_99.8` (fractions); empty where the teams cannot be compared.
    """

    audit_type: str
    label: str
    start: date
    end: date
    funnel: pd.DataFrame
    pooled: pd.DataFrame
    limits: pd.DataFrame


def comparisons_of(store: PeriodStore) -> list[Comparison]:
    """The comparison of teams for each draw whose audit type counts towards estimates."""
    return [_comparison(store, view, store.label(view)) for view in store.estimating]


def _comparison(store: PeriodStore, view: DrawView, label: str) -> Comparison:
    end = store.span.end
    start = min(store.span.start, add_months(end + timedelta(days=1), -_MONTHS))
    audits = random_audits(store, view)
    audits = audits[audits["audited_on"].between(pd.Timestamp(start), pd.Timestamp(end))]
    good = audits["overall_grade"].isin(store.framework.scale.headline.grades)
    teams = _teams(audits, good)
    found, pooled, limits = results_table([]), results_table([]), pd.DataFrame()
    if len(teams):
        found = funnel(teams=teams, table_id=f"{view.key}_teams_compared")
        pooled = partial_pooling(teams=teams, table_id=f"{view.key}_teams_pooled")
        limits = _limits(found, teams)
    return Comparison(
        audit_type=view.audit_type,
        label=label,
        start=start,
        end=end,
        funnel=found,
        pooled=pooled,
        limits=limits,
    )


def _teams(audits: pd.DataFrame, good: pd.Series) -> pd.DataFrame:
    counted = audits.assign(good=good).dropna(subset="team_id").groupby("team_id")["good"]
    teams = counted.agg(["sum", "size"]).reset_index().astype({"team_id": "string"})
    return teams.set_axis(["team", "x", "n"], axis=1).astype({"x": "int64", "n": "int64"})


def _limits(found: pd.DataFrame, teams: pd.DataFrame) -> pd.DataFrame:
    """The funnel's limits for every number of cases up to the largest team's."""
    overall = found[found["row_key"] == "all"].set_index("measure")
    if overall.loc["centre", "mark"]:
        return pd.DataFrame()
    spread = overall.loc["spread", "estimate"]
    rows = []
    for n in range(1, int(teams["n"].max()) + 3):
        row: dict[str, float] = {"n": n}
        for name, level in _LEVELS.items():
            row[f"low_{name}"], row[f"high_{name}"] = funnel_limits(
                n=n,
                centre=float(overall.loc["centre", "estimate"]),
                variance=0.0 if pd.isna(spread) else float(spread),
                confidence=level,
            )
        rows.append(row)
    return pd.DataFrame(rows)
