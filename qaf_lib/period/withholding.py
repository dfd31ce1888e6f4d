"""Shared editions: figures that would give a hidden count away are hidden with it."""

from __future__ import annotations

import pandas as pd

from qaf_lib.disclosure import suppress
from qaf_lib.period.store import PeriodStore

__all__ = ["is_shared", "kept_together"]

_HIDDEN = ["estimate", "low", "high"]


def is_shared(store: PeriodStore) -> bool:
    """Whether small numbers are hidden: in a shared edition, unless its sources are published."""
    return store.parameters.audience == "shared" and not store.facts["public"]


def kept_together(
    store: PeriodStore, table: pd.DataFrame, *, counts: pd.DataFrame | None = None
) -> pd.DataFrame:
    """A result whose differences and tests are hidden where, in a shared edition, a count behind them is.

    A change less the share that is shown would tell the share that is not. The counts are the table's own
    unless `counts` names those that it was made from.
    """
    behind = table if counts is None else counts
    if not is_shared(store) or not (suppress({"": behind})[""]["mark"] == "c").any():
        return table
    shown = table.copy()
    derived = (shown["x"].isna() & shown["estimate"].notna()).fillna(False).astype(bool)
    shown.loc[derived, _HIDDEN] = pd.NA
    shown.loc[derived, "mark"] = "c"
    return shown
