"""Whether practice changed: the same cases audited again, and this period's sample against the last one's."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis import before_after, independent_change, paired_change, pairs_of, verdict
from qaf_lib.analysis.results import results_table
from qaf_lib.dates import previous_period
from qaf_lib.period.store import PeriodStore

__all__ = ["Reaudit", "reaudit_of"]


@dataclass(frozen=True)
class Reaudit:
    """Paired and independent comparisons.

    `before_after` (counts), `paired` and `independent` are result tables. `pairs` counts the cases audited
    again, `graded_pairs` those with both grades readable, `chosen_pairs` those audited again because of
    their earlier grade. The verdicts are words; empty where there is nothing to compare.
    """

    pairs: int
    graded_pairs: int
    chosen_pairs: int
    before_after: pd.DataFrame
    paired: pd.DataFrame
    paired_verdict: str
    independent: pd.DataFrame
    independent_verdict: str
    independent_period: str


def reaudit_of(store: PeriodStore) -> Reaudit:
    """Comparisons of this period's audits with earlier ones."""
    scale, audits = store.framework.scale, store.audits
    pairs = pairs_of(audits=audits)
    pairs = pairs[pairs["audit_after"].isin(store.audits_of_period["audit_id"])]
    graded = pairs[["before", "after"]].dropna()
    paired = (
        paired_change(
            pairs=pairs,
            grades=scale.grades,
            band=scale.headline.grades,
            table_id="reaudit_change",
            worthwhile=store.framework.worthwhile_change,
        )
        if len(graded)
        else results_table([])
    )
    independent, period = _independent(store)
    return Reaudit(
        pairs=len(pairs),
        graded_pairs=len(graded),
        chosen_pairs=int(pairs["linked"].sum()),
        before_after=before_after(pairs=pairs, grades=scale.grades, table_id="reaudit_before_after"),
        paired=paired,
        paired_verdict=_verdict(paired, "band_change"),
        independent=independent,
        independent_verdict=_verdict(independent, "change"),
        independent_period=period,
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
