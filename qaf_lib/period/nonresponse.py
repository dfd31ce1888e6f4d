"""Who of the drawn cases did not come back, and what it could mean for the estimate."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis import band_share, extreme_shares, response_rates, weighted_band_share
from qaf_lib.analysis.results import results_table
from qaf_lib.frameworks import Band
from qaf_lib.period.store import DrawView, PeriodStore

__all__ = ["Nonresponse", "nonresponse_of"]


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
