"""Performance indicators: brought in or counted, against target, and the story behind each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis import results_table
from qaf_lib.analysis.trends import FEWEST_FOR_LIMITS, run_chart, xmr_chart
from qaf_lib.counting import Better, indicator_figures, read_scores, target_state, whole_figures
from qaf_lib.dates import Period, add_months, parse_period
from qaf_lib.frameworks.counted import COUNTS
from qaf_lib.pages.grades.how_audited import answers_that_count
from qaf_lib.pages.store import PeriodStore, once

_ROUNDING = 0.005
"""Shares nearer than half a point read the same."""


@dataclass(frozen=True)
class Figure:
    """The period's figure of an indicator for the whole council; `counted` where the kit counted it."""

    x: int
    n: int
    target: float | None
    better: Better
    counted: bool

    @property
    def state(self) -> str:
        """`met`, `not met` or `no target`."""
        return target_state(x=self.x, n=self.n, target=self.target, better=self.better)


def all_figures(store: PeriodStore) -> pd.DataFrame:
    """Figures of all periods by indicator, period and team, with `counted`.

    What was brought in stands, and is never added to: a count by the kit serves for the whole council where
    no figure of that period came, and for teams where none came by team. A row of 0 of 0 that says why a
    target was missed brings the reason and no figure.
    """
    brought = store.table("indicator").assign(counted=False)
    brought = brought[(brought["denominator"] > 0) | brought["missed_reason"].isna()]
    columns = ["indicator_id", "period", "team_id", "numerator", "denominator", "target", "counted"]
    counted = _counted(store).assign(target=pd.NA, counted=True)
    key = ["indicator_id", "period"]
    any_came, by_team = (_keys(rows, key) for rows in (brought, brought[brought["team_id"].notna()]))
    taken = _keys(counted, key)
    stands = (counted["team_id"].isna() & taken.isin(any_came)) | taken.isin(by_team)
    parts = [part[columns].astype(_TYPES) for part in (brought, counted[~stands])]
    return pd.concat(parts, ignore_index=True)


def period_figures(store: PeriodStore) -> dict[str, Figure]:
    """The period's figure of each indicator that has one, by indicator id: brought in, else counted."""
    known = all_figures(store)
    now = known[known["period"] == store.span.label]
    rules = {rule.indicator_id: rule for rule in store.framework.indicators}
    counted = set(now.loc[now["counted"], "indicator_id"]) - set(now.loc[~now["counted"], "indicator_id"])
    found = {}
    for row in whole_figures(figures=now[now["denominator"] > 0]).itertuples():
        name, rule = str(row.indicator_id), rules.get(str(row.indicator_id))
        target = rule.target if rule is not None and rule.target is not None else row.target
        found[name] = Figure(
            x=int(row.numerator),
            n=int(row.denominator),
            target=None if pd.isna(target) else float(target),
            better=rule.better if rule is not None else "higher",
            counted=name in counted,
        )
    return found


def counted_beside(store: PeriodStore) -> pd.DataFrame:
    """What the kit counted for the period, beside what was brought in for the same.

    A result by count: measures `share`, `without_day` (rows that say nothing) and, where a figure came too,
    `brought_in` and `differs` (in its method: more than rounding can explain, or not).
    """
    known = store.table("counted").groupby("indicator_id")[["numerator", "denominator", "without_day"]].sum()
    brought = store.table("indicator")
    whole = whole_figures(figures=brought[brought["period"] == store.span.label]).set_index("indicator_id")
    named = {rule.computed: rule.indicator_id for rule in store.framework.indicators if rule.computed}
    rows: list[dict[str, object]] = []
    shown = [name for name, count in COUNTS.items() if name in named or not count.together]
    for name in (name for name in shown if name in known.index):
        x, n, unknown = (int(value) for value in known.loc[name])
        came = whole.loc[named[name]] if named.get(name) in whole.index else None
        rows += _beside(name, x, n, unknown, came)
    return results_table(
        {"table_id": "counted", "method": "full count", "speaks_of": "these_cases", **row} for row in rows
    )


def _beside(name: str, x: int, n: int, unknown: int, came: pd.Series | None) -> list[dict[str, object]]:
    ours = x / n if n else None
    common: dict[str, object] = {"row_key": name}
    rows = [
        {**common, "measure": "share", "x": x, "n": n, "estimate": ours, "mark": "" if n else "z"},
        {**common, "measure": "without_day", "x": unknown, "n": n + unknown},
    ]
    of = 0 if came is None else int(came["denominator"])
    if came is None or not of:
        return rows
    theirs = int(came["numerator"]) / of
    far = ours is not None and abs(ours - theirs) > _ROUNDING
    return [
        *rows,
        {**common, "measure": "brought_in", "x": int(came["numerator"]), "n": of, "estimate": theirs},
        {**common, "measure": "differs", "method": "yes" if far else "no"},
    ]


_TYPES = {
    "indicator_id": "string",
    "period": "string",
    "team_id": "string",
    "numerator": "Int64",
    "denominator": "Int64",
    "target": "Float64",
    "counted": "boolean",
}


def _counted(store: PeriodStore) -> pd.DataFrame:
    """The kit's counts under the names of the framework's indicators."""
    rules = [(rule.indicator_id, rule.computed) for rule in store.framework.indicators if rule.computed]
    names = pd.DataFrame(rules, columns=["name", "computed"], dtype="string")
    counts = store.table("computed_indicator").merge(names, left_on="indicator_id", right_on="computed")
    counts = counts[counts["denominator"] > 0]
    return counts.assign(indicator_id=counts["name"])


def _keys(rows: pd.DataFrame, key: list[str]) -> pd.Series:
    joined: pd.Series = rows[key[0]].astype("string") + "\x1f" + rows[key[1]].astype("string")
    return joined


_FEWEST_POINTS = 6
_MONTH = 31  # days from a month's first to its last are fewer


@dataclass(frozen=True)
class RunOf:
    """The chart of one indicator over its periods, or over its months.

    `kind` is "run" (a run chart) from six points on and "xmr" from twelve, where limits can be told.
    """

    indicator_id: str
    unit: str
    kind: str
    chart: pd.DataFrame


@dataclass(frozen=True)
class Indicators:
    """Indicators of the framework and of the records: full counts, so without intervals.

    `labels` and `targets` are by indicator id. `current` has this period's figures (measures `share` and
    `target`; one without a figure is marked "z"), `history` the share by
    period (measures are the periods of `periods`, the oldest first), `by_team` each team's figure of this
    period (measures are indicator ids). `runs` are charts over time, where there are six points or more.
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


@once
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
        runs=[
            run
            for name in names
            for unit in ("period", "month")
            if (run := _run(judged[judged["row_key"] == name], unit, periods, store.span))
        ],
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
    own = _days(span)
    found = [period for period in _parsed(labels) if period.end <= span.end]
    same = [period for period in found if abs(_days(period) - own) <= 3]
    return [period.label for period in sorted(same, key=lambda period: period.end)]


def _months(labels: pd.Series, span: Period) -> list[str]:
    """Labels of every month from the first that has a figure to the last, up to the period's end.

    None where the period is a month itself: its months are its periods.
    """
    found = [period for period in _parsed(labels) if period.end <= span.end and _days(period) < _MONTH]
    if not found or _days(span) < _MONTH:
        return []
    ends = [pd.Timestamp(period.end) for period in found]
    return [str(month) for month in pd.period_range(min(ends), max(ends), freq="M")]


def _parsed(labels: pd.Series) -> Iterator[Period]:
    for label in labels.drop_duplicates():
        try:
            yield parse_period(str(label))
        except ValueError:
            continue


def _days(period: Period) -> int:
    return (period.end - period.start).days


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


def _run(own: pd.DataFrame, unit: str, periods: list[str], span: Period) -> RunOf | None:
    """An indicator's figures over its periods or months; a gap in them is a missing point."""
    own = own[own["denominator"].gt(0)]
    labels = periods if unit == "period" else _months(own["period"], span)
    figures = own.drop_duplicates("period").set_index("period").reindex(labels)
    points = figures["denominator"].notna().sum()
    if points < _FEWEST_POINTS:
        return None
    name, target = str(own["row_key"].iloc[0]), own["target"].iloc[0]
    share = (figures["numerator"] / figures["denominator"]).astype("Float64")
    table_id = f"indicator_{name}_{'run' if unit == 'period' else 'months'}"
    if points < FEWEST_FOR_LIMITS:
        return RunOf(name, unit, "run", run_chart(values=share, table_id=table_id))
    chart = xmr_chart(
        values=share,
        table_id=table_id,
        better="lower" if own["better"].iloc[0] == "lower" else "higher",
        target=None if pd.isna(target) else float(target),
    )
    return RunOf(name, unit, "xmr", _with_counts(_possible(chart), figures))


def _with_counts(chart: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """The chart with what each point's share is a share of."""
    is_share = chart["measure"] == "value"
    x, n = (chart["row_key"].map(figures[name]).where(is_share) for name in ("numerator", "denominator"))
    return chart.assign(x=x.astype("Int64"), n=n.astype("Int64"))


def _possible(chart: pd.DataFrame) -> pd.DataFrame:
    """The chart with limits that a share can reach: beyond 0 and 1 they bar nothing."""
    return chart.assign(low=chart["low"].clip(lower=0), high=chart["high"].clip(upper=1))


_SATISFIED = 7


@dataclass(frozen=True)
class Story:
    """An indicator's figure (`x` of `n`) and, of its theme, what stands beside it.

    Of the period: `answers` of audits to the theme's checks and of these `good` ones (the best answer, or a
    grade of the headline band); `observed`, and of these with a learning `need`. Of twelve months, because
    few answer in a quarter: `scored` survey answers and of these `pleased` ones (7 or more of 10),
    `complaints` and `compliments`.
    """

    indicator_id: str
    label: str
    theme: str
    x: int
    n: int
    state: str
    answers: int
    good: int
    observed: int
    need: int
    scored: int
    pleased: int
    complaints: int
    compliments: int


@once
def stories_of(store: PeriodStore) -> list[Story]:
    """Each indicator of the framework that names a theme and has a figure of the period."""
    figures = period_figures(store)
    found = []
    for rule in store.framework.indicators:
        figure = figures.get(rule.indicator_id)
        if figure is None or rule.theme is None:
            continue
        counts = _audits(store, rule.theme) | _observations(store, rule.theme) | _voices(store, rule.theme)
        found.append(
            Story(
                indicator_id=rule.indicator_id,
                label=rule.label,
                theme=rule.theme,
                x=figure.x,
                n=figure.n,
                state=figure.state,
                **counts,
            )
        )
    return found


def _audits(store: PeriodStore, theme: str) -> dict[str, int]:
    given = answers_that_count(store).merge(store.audits_of_period[["audit_id"]], on="audit_id")
    answers, good, band = 0, 0, store.framework.scale.headline.grades
    for tool in store.framework.tools:
        for question in (one for one in tool.asked if one.theme == theme):
            own = given.loc[given["question_id"] == question.question_id, "answer"]
            answers += len(own)
            good += int(own.isin(question.scale[-1:] or band).sum())
    return {"answers": answers, "good": good}


def _observations(store: PeriodStore, theme: str) -> dict[str, int]:
    events = store.in_period(store.table("duty_event"), "held_on")
    own = events[_is(events["kind"], "observation") & _is(events["theme"], theme)]
    return {"observed": len(own), "need": int(own["learning_need"].fillna(False).astype(bool).sum())}


def _voices(store: PeriodStore, theme: str) -> dict[str, int]:
    own, asked = (_of_theme(store, table, theme) for table in ("feedback", "survey_answer"))
    given = [*own.loc[_is(own["kind"], "survey"), "score"], *asked["score"]]
    scores = read_scores(scores=pd.Series(given, dtype="string")).dropna()
    return {
        "scored": len(scores),
        "pleased": int((scores >= _SATISFIED).sum()),
        "complaints": int(_is(own["kind"], "complaint").sum()),
        "compliments": int(_is(own["kind"], "compliment").sum()),
    }


def _of_theme(store: PeriodStore, table: str, theme: str) -> pd.DataFrame:
    """Feedback on the theme of the twelve months to the period's end."""
    known, end = store.table(table), store.span.end
    recent = known["received_on"].gt(pd.Timestamp(add_months(end, -12)))
    recent &= known["received_on"].le(pd.Timestamp(end))
    return known[recent.fillna(False).astype(bool) & _is(known["theme"], theme)]


def _is(values: pd.Series, value: str) -> pd.Series:
    return (values == value).fillna(False).astype(bool)
