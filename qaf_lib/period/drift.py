"""How long children have been in need, on a protection plan or in care, at the end of the period."""

from __future__ import annotations

from types import MappingProxyType

import pandas as pd

from qaf_lib.analysis.results import results_table
from qaf_lib.dates import add_months
from qaf_lib.period.store import PeriodStore

__all__ = ["BANDS", "LONG_MONTHS", "drift_bands", "drift_of"]

LONG_MONTHS = (12, 24)
"""Months beyond which plans are counted."""

BANDS = (3, 6, 12, 24)
"""Months that divide the table of how long plans have run."""

_STATUS = MappingProxyType({"cin": "child_in_need", "cp": "child_protection", "cla": "looked_after"})


def drift_of(store: PeriodStore) -> pd.DataFrame:
    """Children on an open plan of the kind that their case stands at, the longest first.

    Columns `id` (the case), `kind` (cin, cp or cla), `started_on`, `team_id`, and a truth value for each of
    `LONG_MONTHS`: `over_12` says that more than twelve calendar months have passed since the start.
    """
    extract = store.facts["closing" if store.parameters.caseload.closing else "opening"]
    plans = store.table("plan")
    plans = plans[plans["snapshot_id"].isin([*extract, *store.facts["records"]]) & plans["ended_on"].isna()]
    cases = store.closing.drop_duplicates("case_id").set_index("case_id")
    stands = plans["case_id"].map(cases["status"]) == plans["kind"].map(dict(_STATUS))
    began = plans[stands.fillna(False).astype(bool)].dropna(subset=["started_on"])
    began = began.sort_values("started_on").drop_duplicates(["case_id", "kind"])
    found = began.assign(team_id=began["case_id"].map(cases["team_id"])).rename(columns={"case_id": "id"})
    for months in LONG_MONTHS:
        limit = pd.Timestamp(add_months(store.span.end, -months))
        found[f"over_{months}"] = found["started_on"] < limit
    wanted = ["id", "kind", "started_on", "team_id", *(f"over_{months}" for months in LONG_MONTHS)]
    return found[wanted].reset_index(drop=True)


def drift_bands(store: PeriodStore) -> pd.DataFrame:
    """Children by kind of plan and by months since it began, as a result.

    A row for each kind, with a measure for each band: `up_to_3`, `up_to_6` (more than 3), `up_to_12`,
    `up_to_24` and `over_24`.
    """
    found = drift_of(store)
    limits = [pd.Timestamp(add_months(store.span.end, -months)) for months in BANDS]
    names = [*(f"up_to_{months}" for months in BANDS), f"over_{BANDS[-1]}"]
    band = sum((found["started_on"] < limit).astype(int) for limit in limits)
    return results_table(
        {
            "table_id": "plans_by_months",
            "row_key": kind,
            "measure": name,
            "x": int(((found["kind"] == kind) & (band == at)).sum()),
            "n": int((found["kind"] == kind).sum()),
            "method": "full count",
            "speaks_of": "these_cases",
        }
        for kind in _STATUS
        if found["kind"].eq(kind).any()
        for at, name in enumerate(names)
    )
