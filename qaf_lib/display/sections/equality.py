"""Cohort and grades by gender, ethnicity group and disability, with how little a quarter can show."""

from __future__ import annotations

import pandas as pd

from qaf_lib.analysis.equality import FEWEST_COMPARED
from qaf_lib.display.passages import Note
from qaf_lib.display.sections.section import Section, nothing
from qaf_lib.display.tables import Column, Table, wide_table
from qaf_lib.display.words import count_words, long_date, probability
from qaf_lib.period import OpenPeriod
from qaf_lib.period.equality import Equality, Grouped

__all__ = ["groups"]

_YES_NO = {"True": "Yes", "False": "No"}


def groups(period: OpenPeriod) -> Section:
    """Open cases, the quarter's estimate and twelve months of random audits, group by group."""
    if not period.equality:
        return nothing("No draw of this period counts towards estimates, so nothing can be said of groups.")
    found = period.equality[0]
    kinds = [kind for kind in found.kinds if set(kind.cohort["row_key"]) - {"not recorded"}]
    if not kinds:
        return nothing(
            "The caseload holds no gender, ethnicity or disability, so nothing can be said of them."
        )
    tables = [_table(period, found, kind) for kind in kinds]
    return Section([Note(_apart(found), "lead"), *_reach(kinds), *tables, Note(_basis(period, found))])


def _table(period: OpenPeriod, found: Equality, kind: Grouped) -> Table:
    together = pd.concat(
        [kind.cohort, kind.quarter.assign(measure="quarter"), kind.year.assign(measure="year")],
        ignore_index=True,
    )
    return wide_table(
        together.assign(table_id=f"equality_{kind.name}"),
        caption=f"{found.label}: {found.measure}, by {kind.label}",
        row_heading=f"{kind.label[:1].upper()}{kind.label[1:]}",
        columns=[
            Column(f"Open {period.framework.words.cases}", "cohort", "count"),
            Column("Of all", "cohort", "share"),
            Column("This period: audited", "quarter", "cases"),
            Column("Share", "quarter", "share"),
            Column("95% interval", "quarter", "interval"),
            Column("12 months: audited", "year", "cases"),
            Column("Share", "year", "share"),
            Column("95% interval", "year", "interval"),
        ],
        labels=_YES_NO,
        note=f"Open {period.framework.words.cases} are those at the end of the period. The period's share is "
        "of the frame; that of twelve months speaks of practice.",
    )


def _apart(found: Equality) -> str:
    """Whether any group can be told apart; nothing is claimed that was not adjusted."""
    adjusted = found.apart[(found.apart["measure"] == "p_adjusted") & found.apart["estimate"].notna()]
    if adjusted.empty:
        return f"No two groups have {FEWEST_COMPARED} audits or more, so no group can be told apart."
    claimed = adjusted[adjusted["estimate"] < 0.05]
    made = f"of {count_words(len(adjusted))} comparisons, adjusted for their number"
    if claimed.empty:
        return f"No group can be told apart from the others by its grades ({made})."
    told = [f"{row['row_key']} (p {probability(row['estimate'])})" for row in claimed.to_dict("records")]
    return (
        f"More than chance sets apart: {', '.join(told)} ({made}). Why is not shown; ask before concluding."
    )


def _reach(kinds: list[Grouped]) -> list[object]:
    """How little one period can show."""
    rows = pd.concat([kind.quarter for kind in kinds], ignore_index=True)
    wide = ((rows["high"] - rows["low"]) / 2).dropna()
    if wide.empty:
        return []
    return [
        Note(
            f"One period shows little: its intervals reach from {_points(wide.min())} to "
            f"{_points(wide.max())} percentage points either side of a group's share. A smaller "
            "difference is not seen."
        )
    ]


def _points(half: float) -> str:
    return count_words(round(float(half) * 100))


def _basis(period: OpenPeriod, found: Equality) -> str:
    weights = (
        "They count by the weights of their draws."
        if found.weighted
        else "They count alike, because not every draw of that time is in the register with its weights."
    )
    return (
        f"Twelve months: {count_words(found.audits)} graded random audits since "
        f"{long_date(found.first_day)}. {weights} Not recorded are {period.framework.words.cases} that say "
        f"nothing, or are in no caseload held. Groups with fewer than {FEWEST_COMPARED} audits are compared "
        "with nothing."
    )
