"""Whether practice changed, in words that claim no more than the intervals do."""

from __future__ import annotations

import pandas as pd

from qaf_lib.display.charts import before_after_grid
from qaf_lib.display.passages import Note, Passage
from qaf_lib.display.sections.section import Section, nothing, only
from qaf_lib.display.tables import cross_table, share_table
from qaf_lib.display.words import count_words, points
from qaf_lib.period import OpenPeriod
from qaf_lib.period.reaudit import FEWEST_PAIRS

__all__ = ["again", "chosen", "headline", "since_last_period"]

_PAIRED = {
    "better": "better grade than before",
    "worse": "worse grade than before",
    "same": "same grade",
    "better_minus_worse": "better less worse",
    "band_before": "in the headline band before",
    "band_after": "in the headline band after",
    "band_change": "change of the headline share",
    "detectable_change": "smallest change likely to be seen",
    "power_for_worthwhile": "chance of seeing a worthwhile change",
    "mcnemar_mid_p": "probability of so uneven a change by chance (McNemar, mid-p)",
    "before": "share last period",
    "after": "share this period",
    "change": "change",
}
_FORMS = {
    "mcnemar_mid_p": "score",
    "better_minus_worse": "points",
    "band_change": "points",
    "detectable_change": "points",
    "change": "points",
}


def headline(period: OpenPeriod) -> Section:
    """The verdicts, with the change and its interval."""
    found, band = period.reaudit, period.framework.scale.headline.label
    lines = []
    if found.independent_verdict:
        row = only(found.independent, "change")
        lines.append(
            f"Random audits of this period against {found.independent_period}: {found.independent_verdict}. "
            f"The share that is {band} changed by {_points(row)}."
        )
    if found.paired_verdict:
        row = only(found.paired, "band_change")
        lines.append(
            f"The same {count_words(found.graded_pairs)} {period.framework.words.cases} audited again: "
            f"{found.paired_verdict}. The share that is {band} changed by {_points(row)}."
        )
    return (
        Section([Passage(lines, "lead")]) if lines else nothing("There is no earlier audit to compare with.")
    )


def _points(row: pd.Series) -> str:
    if row["mark"] or pd.isna(row["estimate"]):
        return "an amount that is not shown"
    if pd.isna(row["low"]):
        return points(row["estimate"])
    return f"{points(row['estimate'])} (95% interval {points(row['low'])} to {points(row['high'])})"


def since_last_period(period: OpenPeriod) -> Section:
    """This period's random audits against the last period's."""
    found = period.reaudit
    if found.independent.empty:
        return nothing("There are no random audits of the period before to compare with.")
    table = found.independent.assign(row_key=found.independent["measure"], measure="change")
    return Section(
        [
            share_table(
                table,
                caption=f"{period.framework.scale.headline.label.capitalize()}: this period against "
                f"{found.independent_period}, different {period.framework.words.cases}",
                row_heading="Measure",
                labels=_PAIRED,
                formats=_FORMS,
                note="Speaks of practice: no finite population correction.",
            )
        ]
    )


def again(period: OpenPeriod) -> Section:
    """The same cases at two audits, picked by chance or all of them."""
    found, words = period.reaudit, period.framework.words
    if found.paired.empty:
        return nothing(
            f"{words.cases.capitalize()} audited again by chance, with a grade at both audits: "
            f"{found.graded_pairs}. With fewer than {FEWEST_PAIRS} pairs nothing is compared."
        )
    caption = f"Grade before (rows) and after (columns), {count_words(found.graded_pairs)} {words.cases}"
    table = found.paired.assign(row_key=found.paired["measure"], measure="pairs")
    unreadable = found.pairs - found.graded_pairs
    left_out = (
        f" {unreadable} more have a grade that is blank or unreadable at one of the audits."
        if unreadable
        else ""
    )
    return Section(
        [
            Note(f"{count_words(found.pairs)} {words.cases} were audited again.{left_out}"),
            before_after_grid(found.before_after, caption=caption, grades=period.framework.scale.grades),
            cross_table(found.before_after, caption=caption, row_heading="Before", column_heading=""),
            share_table(
                table, caption="How the pairs changed", row_heading="Measure", labels=_PAIRED, formats=_FORMS
            ),
        ]
    )


def chosen(period: OpenPeriod) -> Section:
    """Cases audited again because of their first grade: counts without a verdict."""
    found, words = period.reaudit, period.framework.words
    if not found.chosen_pairs:
        return nothing(f"No {words.case} was audited again because of its earlier grade.")
    return Section(
        [
            Note(
                f"{count_words(found.chosen_pairs)} {words.cases} were audited again because they were "
                "chosen, most "
                "often for a low first grade. Such cases do better the second time even where practice "
                "has not "
                "changed (regression to the mean), so the counts bear no verdict.",
                "warning",
            ),
            cross_table(
                found.chosen,
                caption=f"Chosen {words.cases}: grade before (rows) and after (columns)",
                row_heading="Before",
                column_heading="",
            ),
        ]
    )
