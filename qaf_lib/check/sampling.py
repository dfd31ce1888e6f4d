"""What a draw would be made from and could say, and which audits would count for it."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from qaf_lib.check.table import CheckTable
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.sample.answers import Sample
from qaf_lib.pages.selections import NOT_DRAWN
from qaf_lib.pages.store import DrawView, PeriodStore
from qaf_lib.prepare import others_said
from qaf_lib.sampling import expected_margin


def cases_that_can_be_drawn(store: PeriodStore) -> list[CheckTable]:
    """The caseload of each draw: cases that could be drawn, the others by reason, with their status."""
    return [_frame(store, view) for view in store.draws]


def _frame(store: PeriodStore, view: DrawView) -> CheckTable:
    why = view.frame["exclusion_reason"].fillna("could be drawn")
    counted = view.frame.groupby([why, view.frame["status"].fillna("not in this caseload")]).size()
    rows = counted.rename_axis(["cases", "status"]).reset_index(name="number")
    label = f"{store.framework.words.cases.capitalize()} of the draw {view.draw_id}"
    return CheckTable(f"{label}: {len(view.eligible):,} of {len(view.frame):,} could be drawn", rows)


def draws(period: OpenPeriod) -> list[CheckTable]:
    """The size of each draw by stratum, and what it will be able to say."""
    words, band = period.framework.words, period.framework.scale.headline.label
    tables = []
    for sample, view in zip(period.samples, period.draw_views, strict=True):
        strata = view.strata.assign(stratum=view.strata["stratum"].map(view.shown_strata))
        strata = strata.groupby("stratum", sort=False, as_index=False)[["population", "sample"]].sum()
        names = {"population": "could be drawn", "sample": "drawn"}
        lines = (
            sample.plan.sentence_for(words.cases, band) if sample.estimates else sample.plan.why,
            *_more_than_planned(sample),
            *_second_look(sample, words.cases),
        )
        tables.append(CheckTable(f"Draw: {sample.draw_id}", strata.rename(columns=names), lines))
    return tables


def _second_look(sample: Sample, cases: str) -> list[str]:
    if sample.asked.estimates:
        return [] if sample.estimates else ["Its audits are counted; no estimate is made from them."]
    return [f"A second look: it speaks of {sample.eligible:,} {cases} audited before, and of no others."]


def _more_than_planned(sample: Sample) -> list[str]:
    """What the draw can say where its least number for each stratum makes it larger than its plan."""
    if sample.drawn <= sample.plan.to_send:
        return []
    share = sample.plan.proportion
    margin = expected_margin(population=sample.eligible, sample=sample.drawn, proportion=share)
    return [
        f"The least number for each stratum makes it {sample.drawn:,}: known to within about "
        f"{100 * margin:.0f} percentage points."
    ]


def drawn_by_others(store: PeriodStore) -> list[CheckTable]:
    """That other councils of the vault have draws for these days, or that their register is gone."""
    lines = others_said(store.facts)
    return [CheckTable("The vault's other councils", lines=tuple(lines))] if lines else []


def counting_audits(store: PeriodStore, *, new: Collection[str]) -> CheckTable:
    """How many of the period's audits count for each estimate, and how the others came to be made.

    Of `new` draws, which nobody has recorded yet, it is not known which audits match.
    """
    rows = []
    for kind, audits in store.audits_of_period.groupby("audit_type", sort=True):
        views = [view for view in recorded(store, new) if view.audit_type == kind]
        stray = "called random, not drawn" if views else "random"
        made = audits["selection"].replace({NOT_DRAWN: stray}).value_counts()
        rows.append(
            {
                "audit type": kind,
                "audits": len(audits),
                "graded and drawn": sum(int(view.responses["grade"].notna().sum()) for view in views),
                "drawn": sum(len(view.responses) for view in views),
                "by selection": ", ".join(
                    f"{name.replace('_', ' ')} {count:,}" for name, count in made.items()
                ),
            }
        )
    return CheckTable("Audits of the period, and how many count for an estimate", pd.DataFrame(rows))


def recorded(store: PeriodStore, new: Collection[str]) -> list[DrawView]:
    """The period's draws that were recorded before."""
    return [view for view in store.draws if not set(view.draw_ids) & set(new)]


def waiting_for_audits(store: PeriodStore, new: Collection[str]) -> list[DrawView]:
    """Of the recorded draws those whose cases are to be audited, not audits to be looked at again."""
    return [view for view in recorded(store, new) if not store.framework.looks_again(view.audit_type)]


def unmatched(store: PeriodStore, *, new: Collection[str]) -> list[CheckTable]:
    """Audits called random that match no drawn case, and drawn cases without an audit."""
    audits, words = strays(store, new), store.framework.words
    stray = audits.groupby("audit_type").size()
    lines = [
        f"{kind}: {count:,} audits are called random and match no drawn {words.case}; they are chosen, in "
        "every period and trend"
        for kind, count in stray.items()
    ]
    lines += [
        f"{view.draw_id}: {missing:,} of {len(view.responses):,} drawn {words.cases} have no audit yet"
        for view in waiting_for_audits(store, new)
        if (missing := int(view.responses["audit_id"].isna().sum()))
    ]
    lines += [
        f"{draw}: not recorded yet, so which audits match a drawn {words.case} is known only after `qaf draw`"
        for draw in new
    ]
    return [CheckTable("Audits and draws that do not meet", lines=tuple(lines))] if lines else []


def strays(store: PeriodStore, new: Collection[str]) -> pd.DataFrame:
    """Audits called random that match no case of a recorded draw."""
    audits = store.audits[store.audits["selection"] == NOT_DRAWN]
    unsure = {view.audit_type for view in store.draws if set(view.draw_ids) & set(new)}
    now = audits["audit_id"].isin(store.audits_of_period["audit_id"])
    return audits[~(now & audits["audit_type"].isin(unsure))]
