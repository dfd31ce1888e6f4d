"""Figures of indicators: those brought in and, where none came, those counted in the caseload extract."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis.indicators import Better, target_state, whole_figures
from qaf_lib.analysis.results import results_table
from qaf_lib.frameworks.counted import COUNTS
from qaf_lib.period.store import PeriodStore

__all__ = ["Figure", "all_figures", "counted_beside", "period_figures"]

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
