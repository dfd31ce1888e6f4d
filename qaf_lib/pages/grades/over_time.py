"""Random audits over time: the months' trend, teams over a year, and this period beside the last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from qaf_lib.analysis import (
    overlapping_change,
    results_table,
    superiority,
    superiority_test,
    van_elteren,
    weighted_change,
)
from qaf_lib.analysis.comparison import funnel, funnel_limits, partial_pooling
from qaf_lib.analysis.trends import FEWEST_FOR_LIMITS, p_chart, run_chart
from qaf_lib.dates import Period, add_months, previous_period
from qaf_lib.pages.selections import in_own_right
from qaf_lib.pages.store import DrawView, PeriodStore, once, random_audits
from qaf_lib.prepare import draws_of


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


@once
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
    for period in periods_since(audits["audited_on"].min(), store.span):
        inside = audits["audited_on"].between(pd.Timestamp(period.start), pd.Timestamp(period.end))
        rows.append((period.label, int((inside & good).sum()), int(inside.sum())))
    return "period", pd.DataFrame(rows, columns=["period", "x", "n"])


def periods_since(first_day: pd.Timestamp, last: Period) -> list[Period]:
    """The periods up to the last one, from the one that a day lies in."""
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


@once
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


@dataclass(frozen=True)
class Sampled:
    """Cases of one period taken by chance: `case_id`, `stratum`, `grade`, `audit_id`; strata where known."""

    cases: pd.DataFrame
    strata: pd.DataFrame | None


@dataclass(frozen=True)
class SinceLast:
    """The comparison of two periods' random audits; result tables are empty where there is none.

    `change` compares the headline share, `grades` all grades, `alike` the headline share with the cases
    in common and no weights (empty where no case is in both samples). `weights` says how the cases of the
    period before were weighted.
    """

    period: str
    change: pd.DataFrame
    grades: pd.DataFrame
    alike: pd.DataFrame
    weights: str


def since_last_of(store: PeriodStore) -> SinceLast:
    """Random audits of the first draw that counts towards estimates, against the period before."""
    nothing = SinceLast("", results_table([]), results_table([]), results_table([]), "")
    earlier = previous_period(store.span)
    now = sampled_now(store)
    before, weights = _before(store, earlier, now.strata)
    if now.cases["grade"].notna().sum() == 0 or before.cases["grade"].notna().sum() == 0:
        return nothing
    scale = store.framework.scale
    change = weighted_change(
        before=before.cases,
        after=now.cases,
        strata_before=before.strata,
        strata_after=now.strata,
        grades=scale.grades,
        band=scale.headline.grades,
        table_id="reaudit_since_last_period",
    )
    return SinceLast(
        period=earlier.label,
        change=change,
        grades=_grades(before, now, scale.grades),
        alike=_alike(before.cases, now.cases, scale.grades, scale.headline.grades),
        weights=weights,
    )


def sampled_now(store: PeriodStore) -> Sampled:
    """The period's drawn cases with their strata, or its random audits where no draw was recorded."""
    view = _view(store)
    if view is None or view.responses["grade"].notna().sum() == 0:
        return Sampled(_random(store, store.audits_of_period), None)
    columns = ["case_id", "stratum", "grade", "audit_id"]
    return Sampled(view.responses[columns], view.strata[["stratum", "population"]])


def _view(store: PeriodStore) -> DrawView | None:
    drawn = store.table("audit").query("selection == 'random'")["audit_type"].unique()
    views = [view for view in store.estimating if view.audit_type in drawn]
    return views[0] if views else None


def _before(store: PeriodStore, earlier: Period, strata: pd.DataFrame | None) -> tuple[Sampled, str]:
    """The last period's cases: by their own draw, else by their team's service, else counted alike."""
    audits = store.audits
    start, end = pd.Timestamp(earlier.start), pd.Timestamp(earlier.end)
    audits = audits[audits["audited_on"].between(start, end).fillna(False).astype(bool)]
    view = _view(store)
    if view is not None:
        audits = audits[audits["audit_type"] == view.audit_type]
        drawn = _drawn(store, earlier, view, audits)
        if drawn is not None:
            return drawn, "each period is weighted by the strata it was drawn from"
    cases = _random(store, audits)
    if view is not None and strata is not None and view.plan.spread == ["service"]:
        service = store.teams.drop_duplicates("team_id").set_index("team_id")["service"]
        placed = cases.assign(stratum=cases["team_id"].map(service.to_dict()).astype("string"))
        if len(placed) and placed["stratum"].isin(strata["stratum"]).all():
            words = (
                "no draw of the period before is recorded, so its audits are weighted to this period's groups"
            )
            return Sampled(placed, strata), words
    return Sampled(cases, None), "no draw of the period before is recorded, so its audits count alike"


def _drawn(store: PeriodStore, earlier: Period, view: DrawView, audits: pd.DataFrame) -> Sampled | None:
    """The cases of the last draw of the same purpose, or of its months where they are of one list."""
    made = draws_of(store.table("draw"), earlier)
    made = made[(made["audit_type"] == view.audit_type) & (made["purpose"] == view.plan.purpose)]
    if made.empty:
        return None
    draws = made.loc[made["frame_sha256"] == made["frame_sha256"].iloc[-1], "draw_id"]
    cases = store.table("draw_case").query("draw_id in @draws and state == 'selected'")
    cases = cases.drop_duplicates("case_id")
    graded = audits[audits["draw_id"].isin(draws)].drop_duplicates("case_id")
    graded = graded.rename(columns={"overall_grade": "grade"})[["case_id", "grade", "audit_id"]]
    if graded["grade"].notna().sum() == 0:
        return None
    strata = store.table("draw_stratum").query("draw_id in @draws")[["stratum", "population"]]
    strata = strata.drop_duplicates("stratum", ignore_index=True)
    return Sampled(cases[["case_id", "stratum"]].merge(graded, on="case_id", how="left"), strata)


def _random(store: PeriodStore, audits: pd.DataFrame) -> pd.DataFrame:
    """Random audits that count towards estimates, one for each case: its last."""
    kept = audits[audits["audit_type"].isin(store.framework.estimate_types) & in_own_right(audits)]
    kept = kept.sort_values(["audited_on", "audit_id"]).drop_duplicates("case_id", keep="last")
    kept = kept.rename(columns={"overall_grade": "grade"})
    return kept[["case_id", "grade", "audit_id", "team_id"]].assign(stratum="all").reset_index(drop=True)


def _grades(before: Sampled, now: Sampled, grades: list[str]) -> pd.DataFrame:
    """Whether a later case has the better grade: all cases alike, and within strata."""
    first, second = before.cases["grade"], now.cases["grade"]
    n = int(first.notna().sum() + second.notna().sum())
    names = {"table_id": "reaudit_grades_since", "row_key": "all", "n": n, "speaks_of": "our_practice"}
    plain = superiority_test(before=first, after=second, grades=grades)
    found = {
        "later_better": superiority(before=first, after=second, grades=grades).cells,
        "later_better_p": plain.cells,
    }
    if before.strata is not None and now.strata is not None:
        test = van_elteren(before=before.cases, after=now.cases, stratum="stratum", grades=grades)
        found["within_strata_p"] = test.cells
    return results_table({**names, "measure": measure, **cells} for measure, cells in found.items())


def _alike(before: pd.DataFrame, now: pd.DataFrame, grades: list[str], band: list[str]) -> pd.DataFrame:
    both = before[["case_id", "grade"]].merge(
        now[["case_id", "grade"]], on="case_id", how="outer", suffixes=("_before", "_after")
    )
    both = both.rename(columns={"grade_before": "before", "grade_after": "after"})
    if both[["before", "after"]].dropna().empty:
        return results_table([])
    return overlapping_change(responses=both, grades=grades, band=band, table_id="reaudit_overlap")
