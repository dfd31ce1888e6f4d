"""Whether audit grades hold when they are looked at again."""

from __future__ import annotations

import pandas as pd

from qaf_lib.analysis import Interval
from qaf_lib.display.charts import before_after_grid
from qaf_lib.display.passages import Note, Passage
from qaf_lib.display.sections.section import Section, nothing, only
from qaf_lib.display.tables import cross_table, share_table
from qaf_lib.display.words import count_of, percent, score, share_words
from qaf_lib.period import OpenPeriod
from qaf_lib.period.moderation import PLANNED_MARGIN

__all__ = ["agreement", "changes", "coverage", "estimate", "headline"]

_MEASURES = {
    "exact": "same grade",
    "within_one": "same or next grade",
    "raised": "raised by the moderator",
    "lowered": "lowered by the moderator",
    "quadratic_kappa": "weighted kappa (1 is full agreement)",
}
_ESTIMATES = {
    "audited": "as audited",
    "moderated": "had each been moderated",
    "least": "at least",
    "most": "at most",
}
_ENOUGH_PAIRS = 80
_AS_DONE = "Intervals speak of moderation as it was done, not of these audits only."
_PICKED = "The moderated audits were picked by their grade, so agreement speaks of such grades only."
_NONE = "No audit of this period was moderated, so nothing can be said of how well the grades hold."


def headline(period: OpenPeriod) -> Section:
    """How many were moderated, how many kept their grade, and which way the others went."""
    found = period.moderation
    if not found.moderated:
        return nothing(_NONE)
    kept, raised, lowered = (only(found.agreement, measure) for measure in ("exact", "raised", "lowered"))
    lines = [
        f"{count_of(found.moderated, found.audits)} audits were moderated. The grade held in "
        f"{share_words(kept)}; "
        f"it was lowered in {share_words(lowered)} and raised in {share_words(raised)}."
    ]
    if not found.blind:
        lines.append(
            "Moderators saw the audit grade, so this is a rate of change, not a measure of reliability."
        )
    if found.unseen:
        lines.append(
            "No random share of audits was moderated. Of grades that were not all moderated "
            f"({', '.join(found.unseen)}) it is not known how many would change; moderating a random share "
            "of the rest would tell."
        )
    return Section([Passage(lines, "lead")])


def estimate(period: OpenPeriod) -> Section:
    """The headline share as audited, and as it would be had each audit been moderated."""
    found, band = period.moderation, period.framework.scale.headline
    rows = found.estimate[found.estimate["row_key"] == "band"]
    if rows.empty:
        return nothing(_NONE)
    table = rows[rows["measure"].isin(list(_ESTIMATES))].assign(row_key=rows["measure"], measure="share")
    needed = found.estimate[found.estimate["measure"] == "random_needed"]
    parts: list[object] = [
        share_table(
            table,
            caption=f"{band.label.capitalize()}: as audited, and had each drawn audit been moderated",
            row_heading="Grades",
            labels=_ESTIMATES,
            note="Audits count alike here, without weights by stratum.",
        )
    ]
    shown = needed[needed["mark"] == ""]
    if len(shown):
        asked = ", ".join(f"{int(row.x)} of {int(row.n)} graded {row.row_key}" for row in shown.itertuples())
        margin = percent(PLANNED_MARGIN)[:-1]
        parts.append(Note(f"To know it to within {margin} percentage points, moderate at random: {asked}."))
    return Section(parts)


def coverage(period: OpenPeriod) -> Section:
    """Audits moderated, by why."""
    if not period.moderation.moderated:
        return nothing(_NONE)
    return Section(
        [
            share_table(
                period.moderation.coverage, caption="Audits moderated, by why", row_heading="Why moderated"
            )
        ]
    )


def agreement(period: OpenPeriod) -> Section:
    """Agreement and its direction, with intervals."""
    found = period.moderation
    if not found.moderated:
        return nothing(_NONE)
    table = found.agreement.assign(row_key=found.agreement["measure"], measure="agreement")
    scores = table["row_key"] == "quadratic_kappa"
    return Section(
        [
            share_table(
                table[~scores],
                caption="Agreement of moderated with audit grades",
                row_heading="Moderated grade",
                labels=_MEASURES,
                note=_PICKED if found.unseen else _AS_DONE,
            ),
            _kappa(found.agreement),
            _ac2(found.ac2, found.moderated),
        ]
    )


def _kappa(agreement_table: pd.DataFrame) -> Note:
    row = only(agreement_table, "quadratic_kappa")
    if row["mark"]:
        return Note(f"Weighted kappa is not available: {row['method']}.")
    span = f" (95% interval {row['low']:.2f} to {row['high']:.2f})" if pd.notna(row["low"]) else ""
    return Note(
        f"Weighted kappa, where 1 is full agreement and 0 what chance gives: {row['estimate']:.2f}{span}."
    )


def _ac2(found: Interval, pairs: int) -> Note:
    if found.estimate is None:
        return Note(f"Gwet's AC2 is not available: {found.method}.")
    span = f" (95% interval {score(found.low)} to {score(found.high)})" if found.low and found.high else ""
    few = f" With fewer than {_ENOUGH_PAIRS} pairs both intervals are somewhat too narrow."
    return Note(
        f"Gwet's AC2, which stays sensible where most grades are alike: {score(found.estimate)}{span}."
        f"{few if pairs < _ENOUGH_PAIRS else ''}"
    )


def changes(period: OpenPeriod) -> Section:
    """Audit grade by moderated grade."""
    found = period.moderation
    if not found.moderated:
        return nothing(_NONE)
    caption = "Audit grade (rows) and moderated grade (columns)"
    return Section(
        [
            before_after_grid(found.changes, caption=caption, grades=period.framework.scale.grades),
            cross_table(found.changes, caption=caption, row_heading="Audit grade", column_heading=""),
        ]
    )
