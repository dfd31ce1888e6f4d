"""Whether practice changed: the same cases audited again, and this period's sample against the last one's."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis import before_after, independent_change, paired_change, pairs_of, verdict
from qaf_lib.analysis.results import results_table
from qaf_lib.dates import previous_period
from qaf_lib.period.store import PeriodStore

__all__ = ["FEWEST_PAIRS", "Reaudit", "reaudit_of"]

_BY_CHANCE = ["random", "panel", "census"]
FEWEST_PAIRS = 10
"""With fewer pairs nothing is compared: the interval would cover almost any change."""


@dataclass(frozen=True)
class Reaudit:
    """Paired and independent comparisons.

    Cases audited again because of their first grade would do better on average without any change in
    practice (regression to the mean), so they are counted apart and bear no verdict.

    `before_after` and `paired` are result tables of the cases that were audited again by chance or
    as part of a full count; `chosen` counts the others; `independent` compares this period's random
    audits with the last period's. `pairs` and `graded_pairs` count cases audited again by chance, and
    those of them with both grades readable. The verdicts are words, empty where there is nothing to compare.
    """

    pairs: int
    graded_pairs: int
    before_after: pd.DataFrame
    paired: pd.DataFrame
    paired_verdict: str
    chosen_pairs: int
    chosen: pd.DataFrame
    independent: pd.DataFrame
    independent_verdict: str
    independent_period: str


def reaudit_of(store: PeriodStore) -> Reaudit:
    """Comparisons of this period's audits with earlier ones."""
    grades = store.framework.scale.grades
    selection = store.audits_of_period.set_index("audit_id")["selection"]
    pairs = pairs_of(audits=store.audits)
    pairs = pairs[pairs["audit_after"].isin(selection.index)]
    by_chance = pairs["audit_after"].map(selection.to_dict()).isin(_BY_CHANCE)
    again, chosen = pairs[by_chance], pairs[~by_chance]
    paired = _paired(store, again)
    independent, period = _independent(store)
    return Reaudit(
        pairs=len(again),
        graded_pairs=len(again[["before", "after"]].dropna()),
        before_after=before_after(pairs=again, grades=grades, table_id="reaudit_before_after"),
        paired=paired,
        paired_verdict=_verdict(paired, "band_change"),
        chosen_pairs=len(chosen),
        chosen=before_after(pairs=chosen, grades=grades, table_id="reaudit_chosen"),
        independent=independent,
        independent_verdict=_verdict(independent, "change"),
        independent_period=period,
    )


def _paired(store: PeriodStore, pairs: pd.DataFrame) -> pd.DataFrame:
    if len(pairs[["before", "after"]].dropna()) < FEWEST_PAIRS:
        return results_table([])
    scale = store.framework.scale
    return paired_change(
        pairs=pairs,
        grades=scale.grades,
        band=scale.headline.grades,
        table_id="reaudit_change",
        worthwhile=store.framework.worthwhile_change,
    )


def _independent(store: PeriodStore) -> tuple[pd.DataFrame, str]:
    """The random audits of this period against those of the last."""
    earlier = previous_period(store.span)
    kinds = [kind.name for kind in store.framework.audit_types if kind.counts_towards_estimates]
    audits = store.audits[store.audits["audit_type"].isin(kinds) & store.audits["selection"].isin(["random"])]
    graded = audits[audits["overall_grade"].notna()]
    now = store.in_period(graded, "audited_on")["overall_grade"]
    before = graded[graded["audited_on"].between(pd.Timestamp(earlier.start), pd.Timestamp(earlier.end))][
        "overall_grade"
    ]
    if now.empty or before.empty:
        return results_table([]), ""
    band = store.framework.scale.headline.grades
    change = independent_change(
        x1=int(before.isin(band).sum()),
        n1=len(before),
        x2=int(now.isin(band).sum()),
        n2=len(now),
        table_id="reaudit_since_last_period",
    )
    return change, earlier.label


def _verdict(changes: pd.DataFrame, measure: str) -> str:
    found = changes[changes["measure"] == measure]
    if found.empty or found["low"].isna().all():
        return ""
    detectable = changes[changes["measure"] == "detectable_change"]["estimate"].dropna()
    return verdict(
        low=float(found["low"].iloc[0]),
        high=float(found["high"].iloc[0]),
        detectable=float(detectable.iloc[0]) if len(detectable) else None,
    )
