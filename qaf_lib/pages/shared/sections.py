"""The report for partners: its words, tables and charts, all from rounded counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from qaf_lib.display.charts import grade_bars, interval_dots
from qaf_lib.display.passages import Note, Passage, target_sentence
from qaf_lib.display.tables import Table
from qaf_lib.display.tables.records import result_records
from qaf_lib.display.tables.table import id_of, label_of, records_of
from qaf_lib.display.words import between_words, count_words, least_points, long_date, percent, points
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.cover import Section, nothing
from qaf_lib.pages.shared.answers import SharedAudits, SharedChange, grade_labels
from qaf_lib.pages.shared.exchanged import drawn_words, moderation, population, scale_words

FEEDBACK_LABELS = {
    "survey": "Completed surveys",
    "complaint": "Complaints",
    "compliment": "Compliments",
    "comment": "Comments",
}
_LIKELY = "Likely between"


def answer(period: OpenPeriod) -> Section:
    """How good practice is: the share in words, then a chart and the counts by grade."""
    parts: list[object] = []
    for found in period.shared.audits:
        parts += _answered(period, found) if len(found.headline) else [Note(_too_few(period, found))]
    return Section(parts) if parts else nothing("This period has no audits picked at random.")


def _answered(period: OpenPeriod, found: SharedAudits) -> list[object]:
    row, scale, words = found.headline.iloc[0], period.framework.scale, period.framework.words
    lead = (
        f"{percent(row['estimate'])} of {words.cases} were {scale.headline.label} (likely between "
        f"{between_words(row['low'], row['high'])}). Based on {_about(row['n'])} {words.audits} of "
        f"{words.cases} picked at random. "
        f"{target_sentence(period.framework, scale.headline.name, row)}"
    ).rstrip()
    labels = grade_labels(scale)
    caption = f"{found.label}: {words.cases} by grade, best first"
    counts = _share_table(
        found.grades,
        caption=f"{found.label}: counts by grade",
        heading="Grade",
        labels=labels,
        count=words.cases.capitalize(),
    )
    return [Passage([lead], "lead"), grade_bars(found.grades, caption=caption, labels=labels), counts]


def _too_few(period: OpenPeriod, found: SharedAudits) -> str:
    words = period.framework.words
    return (
        f"{found.label}: too few {words.audits} of {words.cases} picked at random have a grade to give a "
        "share."
    )


def _about(count: int) -> str:
    """A rounded count in a sentence."""
    return f"about {count_words(count)}" if count else "at most 2"


def _share_table(
    results: pd.DataFrame, *, caption: str, heading: str, labels: Mapping[str, str], count: str
) -> Table:
    """Rounded counts with shares and their likely ranges."""
    return _table(
        results,
        caption=caption,
        headings=(heading, count, "Of", "Share", _LIKELY),
        cells=lambda row: (
            label_of(row["row_key"], labels),
            count_words(row["x"]),
            count_words(row["n"]),
            percent(row["estimate"]),
            between_words(row["low"], row["high"]),
        ),
    )


def _table(
    results: pd.DataFrame,
    *,
    caption: str,
    headings: tuple[str, ...],
    cells: Callable[[Mapping[str, Any]], tuple[str, ...]],
) -> Table:
    rows = records_of(results)
    shown = {str(row["row_key"]): cells(row) for row in rows}
    return Table(
        table_id=id_of(results),
        caption=caption,
        headings=headings,
        rows=tuple(shown.values()),
        note="Counts are rounded to the nearest 5.",
        records=result_records(
            rows, row_heading=headings[0], labels={key: line[0] for key, line in shown.items()}
        ),
        numeric=frozenset(range(1, len(headings))),
    )


def questions(period: OpenPeriod) -> Section:
    """What is strongest and weakest, by the questions of the audit."""
    parts: list[object] = []
    for found in period.shared.audits:
        if len(found.questions):
            parts += _asked(period, found)
    return Section(parts) if parts else nothing("No question has enough answers to give a share.")


def _asked(period: OpenPeriod, found: SharedAudits) -> list[object]:
    labels, band = period.framework.questions(), period.framework.scale.headline.label
    return [
        Passage([_stands_out(found, labels, band)]),
        interval_dots(found.questions, caption=f"{found.label}: share {band}, by question", labels=labels),
        _share_table(
            found.questions,
            caption=f"{found.label}: answers by question",
            heading="Question",
            labels=labels,
            count=band.capitalize(),
        ),
    ]


def _stands_out(found: SharedAudits, labels: Mapping[str, str], band: str) -> str:
    """Questions apart from the average of all, where chance is an unlikely explanation."""
    shares = found.questions.set_index("row_key")["estimate"]
    told = [
        f"{word}: {'; '.join(f'{labels[key]} ({percent(shares[key])} {band})' for key in keys)}."
        for word, keys in zip(("Strongest", "Weakest"), found.apart, strict=True)
        if keys
    ]
    return " ".join(told) or "No question stands out from the others: the differences may be chance."


def change(period: OpenPeriod) -> Section:
    """Whether the share has changed since the last period's report for partners."""
    before = period.shared.before
    changes = [(found, found.change) for found in period.shared.audits if found.change]
    if not changes:
        return nothing(
            f"There is nothing earlier to compare with: no report for partners gives a share for {before}."
        )
    parts: list[object] = []
    for found, since in changes:
        parts += [Passage([_changed(period, since)]), _change_table(period, found, since)]
    return Section(parts)


def _changed(period: OpenPeriod, since: SharedChange) -> str:
    first, now, difference = (row for _, row in since.result.iterrows())
    share = f"The share of {period.framework.words.cases} that were {period.framework.scale.headline.label}"
    moved = f"from {percent(first['estimate'])} to {percent(now['estimate'])}"
    if since.verdict:
        return (
            f"{share} has {since.verdict} since {since.period}, {moved} (by between {_sizes(difference)} "
            "points). Chance is an unlikely explanation."
        )
    return (
        f"No clear change since {since.period}. {share} went {moved} ({points(difference['estimate'])}), but "
        f"with this many {period.framework.words.audits} a change of less than about "
        f"{least_points(since.seen)} could well go unseen."
    )


def _sizes(difference: pd.Series[Any]) -> str:
    sizes = sorted(abs(difference[end]) for end in ("low", "high"))
    least, most = (points(size).lstrip("+").split(" ")[0] for size in sizes)
    return f"{least} and {most}"


def _change_table(period: OpenPeriod, found: SharedAudits, since: SharedChange) -> Table:
    return _share_table(
        since.result.iloc[:2],
        caption=f"{found.label}: the share of both periods, as each report gives it",
        heading="Period",
        labels={"before": since.period, "now": period.parameters.period},
        count=period.framework.scale.headline.label.capitalize(),
    )


def second_looks(period: OpenPeriod) -> Section:
    """Whether grades held when a second person looked, in a sentence."""
    table, audits = period.shared.moderation, period.framework.words.audits
    if table.empty:
        return nothing(f"This report has no figure on {audits} that a second person looked at again.")
    kept = int(table["x"].iloc[0])
    return Section(
        [
            Passage(
                [
                    f"A second person looked again at {_about(int(table['n'].iloc[0]))} of these {audits}; "
                    f"{_about(kept)} kept their grade."
                ]
            )
        ]
    )


def coverage(period: OpenPeriod) -> Section:
    """How many of the open cases were audited in the period."""
    table, words = period.shared.coverage, period.framework.words
    if table.empty:
        return nothing(f"This report has no figure on how many open {words.cases} were audited.")
    row = table.iloc[0]
    return Section(
        [
            Passage(
                [
                    f"At {long_date(period.span.end)} about {count_words(row['n'])} {words.cases} were open. "
                    f"Since {long_date(period.span.start)} {_about(row['x'])} of them "
                    f"({percent(row['estimate'])}) have been audited."
                ]
            )
        ]
    )


def feedback(period: OpenPeriod) -> Section:
    """What children, families and others said: counts by kind, and surveys by score."""
    found = period.shared
    if found.feedback.empty:
        return nothing("Too little feedback came in this period to show.")
    kinds = _count_table(
        found.feedback, caption="Feedback received in the period", headings=("Kind", "About")
    )
    chose = Note("Those who answer choose to: others may think otherwise.")
    return Section([kinds, *([_scores(found.scores)] if len(found.scores) else []), chose])


def _scores(results: pd.DataFrame) -> Table:
    return _table(
        results,
        caption="Completed surveys by score, from 0 to 10 (best)",
        headings=("Score", "Surveys, about", "Share"),
        cells=lambda row: (str(row["row_key"]), count_words(row["x"]), percent(row["estimate"])),
    )


def _count_table(results: pd.DataFrame, *, caption: str, headings: tuple[str, str]) -> Table:
    return _table(
        results,
        caption=caption,
        headings=headings,
        cells=lambda row: (label_of(row["row_key"], FEEDBACK_LABELS), count_words(row["x"])),
    )


def decided(period: OpenPeriod) -> Section:
    """Actions agreed in the period: what became of them, and what they are about."""
    states, themes = period.shared.actions, period.shared.themes
    if states.empty:
        return nothing("Too few actions were agreed in this period to show.")
    counts = {state: _about(count) for state, count in zip(states["row_key"], states["x"], strict=True)}
    told = Passage(
        [
            f"{_about(int(states['n'].iloc[0])).capitalize()} actions were agreed in the period. At "
            f"{long_date(period.span.end)} {counts['done']} were done, {counts['still to be done']} were "
            f"still to be done and {counts['cancelled']} had been cancelled."
        ]
    )
    several = themes[themes["x"] > 0]
    if several.empty:
        return Section([told])
    about = _count_table(
        several,
        caption="What the actions are about (3 actions or more)",
        headings=("Theme", "Actions, about"),
    )
    return Section([told, about])


def method(period: OpenPeriod) -> Section:
    """How the page was made, and what it leaves out."""
    words = period.framework.words
    return Section(
        [
            Passage(
                [
                    "Every count is rounded to the nearest 5 (0, 1 and 2 become 0), so that nobody can be "
                    "recognised. Every total, share, range and change is worked out from rounded counts "
                    f"alone. So figures differ a little from those that {period.parameters.council} uses "
                    "inside, and tables need not come to the same total.",
                    f"Shares rest on {words.audits} of {words.cases} picked at random; each counts the same. "
                    f"{words.cases.capitalize()} that were chosen for a reason are in no share. A share is "
                    "given on 25 or more.",
                    "A likely range is a 95% interval: made this way again and again, 19 of 20 hold the true "
                    "share.",
                    "A figure is left out where there is too little to show, or where it would let somebody "
                    "work out a small number. The page does not say which, because that could tell it too.",
                    f"{population(period.framework)} {scale_words(period.framework)} "
                    f"{moderation(period.framework)}",
                    *(drawn_words(period, found) for found in period.shared.audits),
                    f"Made for {period.parameters.council}, {period.parameters.period}, with qaf-kit "
                    f"{period.facts['kit_version']}, under: {period.framework.title}.",
                ]
            )
        ]
    )
