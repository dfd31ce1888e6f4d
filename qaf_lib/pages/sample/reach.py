"""What a sample of this size can show, and what cases that did not come back could mean."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis import band_share, extreme_shares, response_rates, results_table, weighted_band_share
from qaf_lib.dates import Period
from qaf_lib.draw_plans import DrawPlan
from qaf_lib.frameworks import Band
from qaf_lib.pages.store import DrawView, PeriodStore
from qaf_lib.sampling import (
    ReauditPlan,
    chance_to_meet,
    independent_reaudit,
    most_that_could_exist,
    paired_reaudit,
    programme_plan,
)

_LOOKS = {"month": (1, 3, 6, 12), "quarter": (1, 2, 4), "year": (1, 2, 3)}
_RARE = (0.02, 0.05)
_CHANGED = (0.2, 0.4)
_CONFIDENCE = 0.95


@dataclass(frozen=True)
class SamplePower:
    """What the size of a sample allows to be said, whatever its grades are.

    Attributes
    ----------
    cases, population : int
        Graded cases (drawn ones while none is graded), and the cases that could be drawn.
    unit : str
        Length of the period: "month", "quarter" or "year".
    programme : DataFrame
        What so many periods add up to, as `programme_plan` gives it; `months` counts periods.
    reaudit : DataFrame
        A result: the smallest improvement a re-audit would show four times in five, for new cases and
        for the same cases again if a fifth or two fifths of them change either way.
    discovery : DataFrame
        A result: the chance to have met at least one case of a problem that 2% or 5% have (measure
        "chance_to_meet", the share in row_key), and the share that could still have one of which none
        was found (row "none found", measure "upper_limit").
    """

    cases: int
    population: int
    unit: str
    programme: pd.DataFrame
    reaudit: pd.DataFrame
    discovery: pd.DataFrame


def reach_of(*, key: str, plan: DrawPlan, span: Period, population: int, cases: int) -> SamplePower:
    """What so many graded cases of a population can show; `key` names the draw's tables."""
    unit = _unit(span)
    programme = programme_plan(
        population=population, a_month=cases, months=_LOOKS[unit], proportion=plan.expected_share
    )
    return SamplePower(
        cases=cases,
        population=population,
        unit=unit,
        programme=programme,
        reaudit=_reaudit(key, plan, cases),
        discovery=_discovery(key, population, cases),
    )


def _unit(span: Period) -> str:
    months = (span.end.year - span.start.year) * 12 + span.end.month - span.start.month + 1
    return {1: "month", 3: "quarter"}.get(months, "year")


def _reaudit(key: str, plan: DrawPlan, cases: int) -> pd.DataFrame:
    plans: dict[str, ReauditPlan] = {
        "new cases": independent_reaudit(sample=cases, before=plan.expected_share)
    }
    for changed in _CHANGED:
        plans[f"same cases, {changed * 100:g} in 100 change"] = paired_reaudit(pairs=cases, changed=changed)
    return results_table(
        {
            "table_id": f"{key}_reaudit_would_show",
            "row_key": name,
            "measure": "smallest_improvement",
            "n": found.sample,
            "estimate": found.smallest_improvement,
            "method": found.method
            if found.smallest_improvement is not None
            else f"no improvement is likely to be seen ({found.method})",
            "speaks_of": "our_practice",
            "mark": "" if found.smallest_improvement is not None else "x",
        }
        for name, found in plans.items()
    )


def _discovery(key: str, population: int, cases: int) -> pd.DataFrame:
    shared = {
        "table_id": f"{key}_rare_problems",
        "n": cases,
        "population": population,
        "method": "exact hypergeometric",
        "speaks_of": "these_cases",
    }
    rows = [
        {
            **shared,
            "row_key": f"{share * 100:g}%",
            "measure": "chance_to_meet",
            "estimate": chance_to_meet(population=population, sample=cases, affected_share=share),
        }
        for share in _RARE
    ]
    most = most_that_could_exist(population=population, sample=cases, found=0, confidence=_CONFIDENCE)
    rows.append({**shared, "row_key": "none found", "measure": "upper_limit", "estimate": most / population})
    return results_table(rows)


@dataclass(frozen=True)
class Nonresponse:
    """Cases that were drawn and have no grade.

    Attributes
    ----------
    missing : int
        How many there are.
    rates : DataFrame
        Graded of drawn cases, in all and by stratum: a result table.
    extremes : DataFrame
        The headline share, and as low and high what it would be if none, or all, of the missing
        cases were in the band.
    weighted : DataFrame
        The share as it stands (row "as they are") and weighted for missing cases (row "weighted");
        empty unless the parameters ask for it.
    within : str
        What the weights follow, for example "team_id"; "" without them.
    """

    missing: int
    rates: pd.DataFrame
    extremes: pd.DataFrame
    weighted: pd.DataFrame
    within: str


def nonresponse_of(store: PeriodStore, view: DrawView) -> Nonresponse:
    """What is missing of one draw."""
    band = store.framework.scale.headline
    within = view.plan.weight_for_nonresponse or ""
    return Nonresponse(
        missing=int(view.responses["grade"].isna().sum()),
        rates=response_rates(
            responses=view.responses.assign(stratum=view.responses["stratum"].map(view.shown_strata)),
            strata=_shown(view),
            table_id=f"{view.key}_returns_by_stratum",
        ),
        extremes=extreme_shares(
            responses=view.responses,
            strata=view.strata,
            band=band.grades,
            measure=band.name,
            table_id=f"{view.key}_if_all_had_come_back",
        ),
        weighted=_weighted(view, band, within) if within else results_table([]),
        within=within,
    )


def _shown(view: DrawView) -> pd.DataFrame:
    """The strata as pages call them."""
    named = view.strata.assign(stratum=view.strata["stratum"].map(view.shown_strata))
    return named.groupby("stratum", as_index=False)[["population", "sample"]].sum()


def _weighted(view: DrawView, band: Band, within: str) -> pd.DataFrame:
    table_id = f"{view.key}_weighted_for_missing"
    plain = band_share(
        responses=view.responses,
        strata=view.strata,
        band=band.grades,
        measure=band.name,
        table_id=table_id,
    )
    weighted = weighted_band_share(
        responses=view.responses,
        strata=view.strata,
        band=band.grades,
        measure=band.name,
        within=within,
        table_id=table_id,
    )
    both = [plain.assign(row_key="as they are"), weighted.assign(row_key="weighted")]
    return pd.concat(both, ignore_index=True)
