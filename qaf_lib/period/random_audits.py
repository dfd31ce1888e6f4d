"""Audits drawn by chance, of this period and of earlier ones: what trends and comparisons rest on."""

from __future__ import annotations

import pandas as pd

from qaf_lib.period.selection import how_chosen
from qaf_lib.period.store import DrawView, PeriodStore

__all__ = ["random_audits"]


def random_audits(store: PeriodStore, view: DrawView) -> pd.DataFrame:
    """Graded audits by chance up to the end of the period, oldest first.

    Of this period they are those of the recorded draw; of earlier ones, those recorded as random or as
    a panel, where they are of no draw or of one for the same purpose.
    """
    audits = store.audits.query("audit_type == @view.audit_type")
    audits = audits[audits["overall_grade"].notna()].sort_values(["audited_on", "audit_id"])
    start = pd.Timestamp(store.span.start)
    drawn = audits["draw_id"].isin(view.draw_ids)
    purposes = audits["draw_id"].map(store.table("draw").set_index("draw_id")["purpose"])
    alike = purposes.fillna("estimate") == view.plan.purpose
    earlier = (audits["audited_on"] < start) & how_chosen(audits).isin(["drawn", "random", "panel"]) & alike
    now = audits[drawn].drop_duplicates("case_id")
    return pd.concat([audits[earlier & ~drawn], now], ignore_index=True)
