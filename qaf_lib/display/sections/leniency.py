"""How much a grade depends on who audits, with no auditor shown."""

from __future__ import annotations

import pandas as pd

from qaf_lib.display.passages import Note, Passage
from qaf_lib.display.sections.section import Section, nothing, only
from qaf_lib.display.tables import share_table
from qaf_lib.display.words import count_words, long_date, percent, score
from qaf_lib.period import OpenPeriod

__all__ = ["spread"]

_MEASURES = {
    "leniency": "audit grades above moderated grades, on average (grades)",
    "between_auditors": "spread between auditors (standard deviation, grades)",
    "typical_gap": "gap between two auditors taken at random (grades)",
    "due_to_auditor": "share of the differences that lies with who audits",
    "lenient": "auditors clearly above the moderators",
    "strict": "auditors clearly below the moderators",
}
_FORMS = dict.fromkeys(("leniency", "between_auditors", "typical_gap"), "score")
_HOW = (
    "Auditors with few moderated audits look lenient or strict by luck, so each is first drawn towards all "
    "the others (shrinkage). No auditor is shown: these pages hold nobody's own grades."
)


def spread(period: OpenPeriod) -> Section:
    """The spread between auditors in words and as a table."""
    found = period.leniency
    until = long_date(period.span.end)
    if not found.audits:
        return nothing(
            f"In the year to {until} no audit was moderated at random, so it is not known how much a grade "
            "depends on who audits: audits picked for moderation by their grade cannot tell."
        )
    table = found.spread.assign(row_key=found.spread["measure"], measure="value")
    lines = [
        f"In the year to {until}, {count_words(found.audits)} audits by {count_words(found.auditors)} "
        f"auditors were moderated at random. {_level(only(found.spread, 'leniency'))} {_gap(found.spread)}"
    ]
    if not found.blind:
        lines.append(
            "Moderators saw the audit grade and may have kept to it, so auditors may differ more than this."
        )
    return Section(
        [
            Passage(lines, "lead"),
            share_table(
                table,
                caption="How much a grade depends on who audits",
                row_heading="Measure",
                labels=_MEASURES,
                formats=_FORMS,
                note="In all: moderated audits; in the last two rows, auditors.",
            ),
            Note(_HOW),
        ]
    )


def _level(row: pd.Series) -> str:
    estimate = float(row["estimate"])
    way = "above" if estimate >= 0 else "below"
    size = f"{score(abs(estimate))} of a grade {way} the moderators"
    if pd.isna(row["low"]):
        return f"On average they graded {size}."
    low, high = score(row["low"]), score(row["high"])
    clear = "" if row["low"] > 0 or row["high"] < 0 else ", which may be chance"
    return f"On average they graded {size}{clear} (95% interval {low} to {high})."


def _gap(table: pd.DataFrame) -> str:
    gap, due, lenient, strict = (
        only(table, name) for name in ("typical_gap", "due_to_auditor", "lenient", "strict")
    )
    if gap["mark"]:
        return f"How far auditors differ from one another cannot be told: {gap['method'].split(';')[0]}."
    told = (
        f"Two auditors taken at random would differ by {score(gap['estimate'])} of a grade on the same file "
        f"(95% interval {score(gap['low'])} to {score(gap['high'])})."
    )
    if float(gap["low"]) == 0:
        told += (
            " No difference between auditors can be told from chance; at most "
            f"{percent(due['high'])} of the differences between audit and moderated grades lies with who "
            "audits."
        )
    return (
        f"{told} Once luck is allowed for, {count_words(int(lenient['x']))} auditors grade clearly above the "
        f"moderators and {count_words(int(strict['x']))} clearly below, of {count_words(int(lenient['n']))}."
    )
