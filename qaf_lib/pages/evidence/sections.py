"""Which sources fed the period, what they say together, and how many people took part."""

from __future__ import annotations

import pandas as pd

from qaf_lib.counting import FEWEST, TOO_LITTLE
from qaf_lib.display.passages import Note
from qaf_lib.display.tables import Table, share_table
from qaf_lib.display.tables.duties import evidence_table
from qaf_lib.display.tables.table import count_cell, marked, note_with_key, plain_cells, records_of
from qaf_lib.display.words import are, count_of, count_words, listed, long_date, percent
from qaf_lib.frameworks import Source
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.cover import Section, in_the_vault, nothing
from qaf_lib.pages.evidence.answers import in_days

_OUTSIDE = (
    "Outside the records: nothing that the kit reads holds it, so it must be looked up where it is kept."
)

_ROWS = (
    "Rows show that something came, not what it says; of indicators each figure, of one {team} or of all, is "
    "a row. A record that feeds two sources stands under both, so rows do not add up."
)


def matrix(period: OpenPeriod) -> Section:
    """The framework's sources: rows of the period, newest day, and nil returns in words."""
    found = period.evidence
    if found.sources.empty:
        return Section([])
    counts = {row["row_key"]: row for row in records_of(found.counts)}
    sources = plain_cells(found.sources)
    rows = [
        (
            str(row["label"]),
            str(row["evidence"]),
            "–"
            if row["state"] == "outside the records"
            else marked(counts[row["name"]], count_cell(counts[row["name"]]["x"])),
            "–" if row["newest"] is None else long_date(row["newest"]),
            str(row["state"]),
        )
        for row in sources
    ]
    known = all(row["state"] != "outside the records" for row in sources)
    outside = [*_without_figures(period), *([] if known else [_OUTSIDE])]
    table = Table(
        table_id="evidence_matrix",
        caption="The framework's sources of evidence, and what they sent this period",
        headings=("Source", "Kind of evidence", "Rows", "Newest", "State"),
        rows=tuple(rows),
        note=note_with_key(
            " ".join([_ROWS.format(team=period.framework.words.team), *outside]),
            list(counts.values()),
        ),
        records=tuple(
            {
                "Source": row["label"],
                "Kind of evidence": row["evidence"],
                "Rows": counts[row["name"]]["x"],
                "Newest": row["newest"],
                "State": row["state"],
                "Mark": counts[row["name"]]["mark"],
            }
            for row in records_of(found.sources)
        ),
        numeric=frozenset({2}),
    )
    return Section([*_nil(period, sources), table]).folded()


def _without_figures(period: OpenPeriod) -> list[str]:
    """Indicators of which no figure of the period came, where others make the source count as fed."""
    names = [period.indicators.labels[name] for name in period.indicators.by_the_kit]
    return [f"No figure of this period came for: {'; '.join(names)}."] if names else []


def _nil(period: OpenPeriod, sources: list[dict[str, object]]) -> list[object]:
    silent = {row["name"] for row in sources if row["state"] == "nil return"}
    nil = [_before(period, source) for source in period.framework.sources if source.name in silent]
    if nil:
        return [Note(f"Nil returns, nothing came this period: {'; '.join(nil)}.")]
    return [Note("Every source that the kit has a table for sent something this period.")]


def _before(period: OpenPeriod, source: Source) -> str:
    last = in_days(period.store, source, ever=True).max()
    return source.label if pd.isna(last) else f"{source.label} (the last came on {long_date(last)})"


_NONE = "Neither the audit tools nor the feedback name a theme, so nothing can be set side by side."
_READ = (
    "Good is two thirds or more, poor under a half, mixed between them; of audits, good also needs the "
    "whole interval above a half, and poor the whole of it below two thirds; "
    f"fewer than {FEWEST} answers are too little to say. A theme without a graded question is read "
    "by the share met of its checks. Surveys: scores of 7 or more of 10, given to a form as a whole; single "
    "questions of a form stand beside the indicators. Compliments and "
    "complaints: the share of compliments. Indicators: good where all met their target, "
    "mixed where some did or one was missed by less than five points. These limits are the kit's own, "
    "not the framework's. Audits and indicators are of this period; feedback is of the last twelve months, "
    "because few answer in a quarter. Those who answer choose to."
)
_TOGETHER = {
    "agree": "Sources agree on",
    "conflict": "Sources conflict (ask why before acting on either) on",
    "mixed": "Sources differ, short of conflict, on",
    "one source only": "Only one source says enough on",
    "nothing to say": "No source says enough on",
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
        f"{count_words(found.observations)} observations were held in the period. They are not graded, so "
        "they do not count here; the page on actions says what they taught."
    )
    return Section([_lead(period), table, Note(observed)]).folded()


def _lead(period: OpenPeriod) -> Note:
    """On which themes sources agree and on which they conflict, with what they say of these."""
    agrees = records_of(period.triangulation.agrees)
    told = []
    for state, words in _TOGETHER.items():
        themes = [str(row["row_key"]) for row in agrees if row["method"] == state]
        if state == "agree":
            themes = [f"{theme} ({_said(period, theme)[0].split()[-1]})" for theme in themes]
        elif state == "conflict":
            themes = [f"{theme} ({', '.join(_said(period, theme))})" for theme in themes]
        told += [f"{words} {'; '.join(themes)}."] if themes else []
    return Note(" ".join(told), "lead")


def _said(period: OpenPeriod, theme: str) -> list[str]:
    """Each source that says enough of a theme, and what it says of it."""
    rows = [
        (source.label.lower(), str(row["method"]))
        for source in period.triangulation.sources
        for row in records_of(source.said)
        if row["row_key"] == theme
    ]
    return [f"{label} {said}" for label, said in rows if said != TOO_LITTLE]


def in_short(period: OpenPeriod) -> Section:
    """Theme by theme whether the sources agree, and what each says in a word."""
    found = period.triangulation
    if not found.themes:
        return nothing(_NONE)
    rows = [
        (theme, str(row["method"]), "; ".join(_said(period, theme)) or "nothing that can be shown")
        for row in records_of(found.agrees)
        for theme in [str(row["row_key"])]
    ]
    table = Table(
        table_id="triangulation_in_short",
        caption="What the evidence says together",
        headings=("Theme", "Together", "What each source says"),
        rows=tuple(rows),
        note="Sources that say too little are left out; the report on the evidence has the figures.",
    )
    return Section([Note(_together(found.agrees)), table])


def _together(agrees: pd.DataFrame) -> str:
    """On which themes the sources agree, and on which they conflict."""
    told = []
    for word, verb in (("agree", "agree on"), ("conflict", "conflict on")):
        themes = sorted(str(row.row_key) for row in agrees.itertuples() if row.method == word)
        told.append(f"{verb} {listed(themes) or 'none'}")
    return f"Of {are(len(agrees), 'theme', 'themes')} the sources {', and '.join(told)}."


_KINDS = {
    "audited": "Made an audit",
    "own case audited": "Took part in an audit of their own work",
    "moderated": "Looked at an audit again",
    "observation": "Was observed, or observed somebody",
    "training": "Training",
    "meeting": "Meetings, clinics, panels and visits",
    "supervision": "Supervision or appraisal, as either side",
}


_SOURCES = {
    "caseload": "what they hold",
    "performance": "the indicators counted on it",
    "audit": "audits of it",
    "observation": "observations",
    "learning need": "learning needs seen",
    "supervision": "supervisions",
    "feedback": "feedback",
}


def took_part(period: OpenPeriod) -> Section:
    """Practitioners and managers who took part in at least one kind of activity."""
    found = period.people
    rows = found.people.set_index("row_key")
    everybody = int(rows["n"].iloc[0])
    if not everybody:
        return Section([])
    some = everybody - int(rows.loc["none", "x"])
    several = int(rows.loc["two kinds or more", "x"])
    since = long_date(found.first)
    return Section(
        [
            Note(
                f"Since {since}, {count_of(some, everybody)} practitioners and managers in post "
                f"({percent(some / everybody)}) took part in quality assurance, or in training, beside their "
                f"own supervision, and {count_words(several)} of them in two kinds or more. "
                f"{in_the_vault('who took part in what')}"
            ),
            *_by_kind(period, since),
        ]
    ).folded()


def _by_kind(period: OpenPeriod, since: str) -> list[object]:
    kinds = period.people.kinds
    some = kinds[kinds["x"] > 0]
    if some.empty:
        return []
    none = [_KINDS[str(name)].lower() for name in kinds.loc[kinds["x"] == 0, "row_key"]]
    nobody = f" The records name no person for: {'; '.join(none)}." if none else ""
    table = share_table(
        some,
        caption=f"People in post who took part in quality assurance since {since}, by kind",
        row_heading="Kind",
        labels=_KINDS,
        note="Full counts of people, from audits, moderations and the duty log. A person may stand in "
        f"several rows.{nobody}",
    )
    return [table]


def supervision(period: OpenPeriod) -> Section:
    """For how many people the evidence for supervision lies ready, source by source."""
    found, case = period.people, period.framework.words.case
    if not found.packs:
        return Section([])
    had = "; ".join(
        f"{words} ({count_words(found.sources[name])})"
        for name, words in _SOURCES.items()
        if name in found.sources
    )
    told = [
        f"For {count_words(found.packs)} people with {are(found.managers, 'supervisor', 'supervisors')} the "
        "vault's list supervision has evidence of twelve months, for their supervisors alone. It "
        f"holds, each for so many people: {had}."
    ]
    if found.added_up:
        managers = are(found.added_up, "manager who has", "managers who have")
        told.append(f"For {managers} one above them, the figures of all whom they manage are added up.")
    told.append(f"Feedback that names no {case} stands under nobody. No page shows a figure of one person.")
    return Section([Note(" ".join(told))])
