"""What the evidence says together, theme by theme."""

from __future__ import annotations

from qaf_lib.analysis.triangulation import FEWEST, TOO_LITTLE
from qaf_lib.display.passages import Note
from qaf_lib.display.sections.section import Section, nothing
from qaf_lib.display.tables import Table
from qaf_lib.display.tables.cells import records_of
from qaf_lib.display.tables.evidence import evidence_table
from qaf_lib.display.words import count_words
from qaf_lib.period import OpenPeriod

__all__ = ["by_theme", "in_short"]

_NONE = "Neither the audit tools nor the feedback name a theme, so nothing can be set side by side."
_READ = (
    "Good is two thirds or more, poor under a half, mixed between them; an audit's interval must bear it "
    f"out, and fewer than {FEWEST} answers are too little to say. A theme without a graded question is read "
    "by the share met of its checks. Surveys: scores of 7 or more of 10. Compliments and "
    "complaints: the share of compliments. Indicators: good where all met their target, "
    "mixed where some did or one was missed by less than five points. These limits are the kit's own, "
    "not the framework's."
)
_TOGETHER = {
    "agree": "Sources agree",
    "conflict": "Sources conflict: one says good, another poor",
    "mixed": "Sources differ, short of conflict",
    "one source only": "One source only",
    "nothing to say": "No source says enough",
}


def by_theme(period: OpenPeriod) -> Section:
    """Each theme as every source sees it, whether they agree, and on how much."""
    found = period.triangulation
    if not found.themes:
        return nothing(_NONE)
    table = evidence_table(
        found.agrees,
        [(source.name, source.label, source.said) for source in found.sources],
        found.actions,
        table_id="triangulation",
        caption="What each source says of each theme, and whether they agree",
        note=_READ,
    )
    observed = (
        f"Observation: {count_words(found.observations)} were held in the period. They are not graded, so "
        "they do not vote here; what they taught, by theme, stands on the page on actions. Audits and "
        "indicators are of this period; feedback is of the last twelve months, because few answer in a "
        "quarter. Those who answer choose to."
    )
    return Section([*_lead(period), table, Note(observed)])


def _lead(period: OpenPeriod) -> list[object]:
    """Which themes agree and which conflict, in words."""
    agrees = records_of(period.triangulation.agrees)
    told = []
    for state, words in _TOGETHER.items():
        themes = [str(row["row_key"]) for row in agrees if row["method"] == state]
        told += [f"{words}: {', '.join(themes)}."] if themes else []
    return [Note(" ".join(told), "lead")]


def in_short(period: OpenPeriod) -> Section:
    """Theme by theme whether the sources agree, and what each says in a word."""
    found = period.triangulation
    if not found.themes:
        return nothing(_NONE)
    said = [
        (source.label.lower(), {row["row_key"]: row for row in records_of(source.said)})
        for source in found.sources
    ]
    rows = []
    for row in records_of(found.agrees):
        words = [
            f"{label} {table[row['row_key']]['method']}"
            for label, table in said
            if table[row["row_key"]]["method"] != TOO_LITTLE
        ]
        rows.append(
            (str(row["row_key"]), str(row["method"]), "; ".join(words) or "nothing that can be shown")
        )
    table = Table(
        table_id="triangulation_in_short",
        caption="What the evidence says together",
        headings=("Theme", "Together", "What each source says"),
        rows=tuple(rows),
        note="Sources that say too little are left out; the report on the evidence has the figures.",
        records=tuple({"theme": a, "together": b, "sources": c} for a, b, c in rows),
    )
    return Section([table])
