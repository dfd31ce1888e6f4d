"""Performance indicators of the period: against target, beside earlier periods, and by team."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis.indicators import indicator_figures, whole_figures
from qaf_lib.analysis.results import results_table
from qaf_lib.analysis.trends import run_chart
from qaf_lib.dates import Period, parse_period
from qaf_lib.period.figures import all_figures, counted_beside, period_figures
from qaf_lib.period.store import PeriodStore

__all__ = ["Indicators", "RunOf", "indicators_of"]

_FEWEST_POINTS = 6


@dataclass(frozen=True)
class RunOf:
    """The run chart of one indicator with six periods or more."""

    indicator_id: str
    chart: pd.DataFrame


@dataclass(frozen=True)
class Indicators:
    """Indicators of the framework and of the records: full counts, so without intervals.

    `labels` and `targets` are by indicator id. `current` has this period's figures (measures `share` and
    `target`; one without a figure is marked "z"), `history` the share by
    period (measures are the periods of `periods`, the oldest first), `by_team` each team's figure of this
    period (measures are indicator ids). `runs` are run charts, where there are six periods or more.
    `counted` has what the kit counted in the caseload extract (see `counted_beside`); `by_the_kit` names the
    indicators whose figure of this period is such a count, because none came.
    """

    labels: dict[str, str]
    targets: dict[str, float | None]
    better: dict[str, str]
    periods: list[str]
    current: pd.DataFrame
    history: pd.DataFrame
    by_team: pd.DataFrame
    runs: list[RunOf]
    counted: pd.DataFrame
    by_the_kit: list[str]


def indicators_of(store: PeriodStore) -> Indicators:
    """Every indicator that the framework names or the records hold."""
    known = all_figures(store)
    whole = whole_figures(figures=known)
    rules = {rule.indicator_id: rule for rule in store.framework.indicators}
    names = [*rules, *sorted(set(whole["indicator_id"]) - set(rules))]
    better = {name: str(rules[name].better) if name in rules else "higher" for name in names}
    now = whole[whole["period"] == store.span.label].set_index("indicator_id")
    targets = {
        name: rules[name].target if name in rules and rules[name].target is not None else _target(now, name)
        for name in names
    }
    judged = whole.assign(
        target=whole["indicator_id"].map(targets), better=whole["indicator_id"].map(better)
    ).rename(columns={"indicator_id": "row_key"})
    periods = _periods(whole["period"], store.span)
    order = {name: place for place, name in enumerate(names)}
    current = _of_period(judged, store.span.label, names, targets, better)
    history = judged[judged["period"].isin(periods)].assign(measure=lambda table: table["period"])
    return Indicators(
        labels={name: rules[name].label if name in rules else name.replace("_", " ") for name in names},
        targets=targets,
        better=better,
        periods=periods,
        current=pd.concat(
            [indicator_figures(figures=current, table_id="indicators"), _target_rows(targets)],
            ignore_index=True,
        ),
        history=indicator_figures(figures=_in_order(history, order), table_id="indicators_by_period"),
        by_team=_by_team(store, known, targets, better),
        runs=[run for name in names if (run := _run(store, judged, name, periods))],
        counted=counted_beside(store),
        by_the_kit=[name for name, figure in period_figures(store).items() if figure.counted],
    )


def _target(now: pd.DataFrame, name: str) -> float | None:
    if name not in now.index or pd.isna(now.loc[name, "target"]):
        return None
    return float(now.loc[name, "target"])


def _of_period(
    judged: pd.DataFrame,
    label: str,
    names: list[str],
    targets: dict[str, float | None],
    better: dict[str, str],
) -> pd.DataFrame:
    """This period's figures, a row for each indicator; 0 of 0 where there is none."""
    now = judged[judged["period"] == label].set_index("row_key").reindex(names)
    return pd.DataFrame(
        {
            "row_key": names,
            "measure": "share",
            "numerator": now["numerator"].fillna(0).to_numpy(),
            "denominator": now["denominator"].fillna(0).to_numpy(),
            "target": [targets[name] for name in names],
            "better": [better[name] for name in names],
        }
    )


def _target_rows(targets: dict[str, float | None]) -> pd.DataFrame:
    return results_table(
        {"table_id": "indicators", "row_key": name, "measure": "target", "estimate": target}
        for name, target in targets.items()
    )


def _in_order(figures: pd.DataFrame, order: dict[str, int]) -> pd.DataFrame:
    return figures.sort_values("row_key", key=lambda keys: keys.map(order), kind="stable")


def _periods(labels: pd.Series, span: Period) -> list[str]:
    """Labels of periods as long as this one, up to it, in time order; others are left out."""
    found = []
    for label in labels.drop_duplicates():
        try:
            period = parse_period(str(label))
        except ValueError:
            continue
        if period.end <= span.end and abs((period.end - period.start) - (span.end - span.start)).days <= 3:
            found.append(period)
    return [period.label for period in sorted(found, key=lambda period: period.end)]


def _by_team(
    store: PeriodStore, known: pd.DataFrame, targets: dict[str, float | None], better: dict[str, str]
) -> pd.DataFrame:
    teams = known[(known["period"] == store.span.label) & known["team_id"].notna()]
    figures = teams.assign(
        row_key=teams["team_id"],
        measure=teams["indicator_id"],
        target=teams["indicator_id"].map(targets),
        better=teams["indicator_id"].map(better),
    )
    unique = figures.drop_duplicates(["row_key", "measure"], keep="last").sort_values(
        "row_key", kind="stable"
    )
    return indicator_figures(figures=unique, table_id="indicators_by_team")


def _run(store: PeriodStore, judged: pd.DataFrame, name: str, periods: list[str]) -> RunOf | None:
    own = judged[(judged["row_key"] == name) & judged["period"].isin(periods) & judged["denominator"].gt(0)]
    figures = own.drop_duplicates("period").set_index("period").reindex(periods)
    if figures["denominator"].notna().sum() < _FEWEST_POINTS:
        return None
    share = (figures["numerator"] / figures["denominator"]).astype("Float64")
    return RunOf(name, run_chart(values=share, table_id=f"indicator_{name}_run"))
