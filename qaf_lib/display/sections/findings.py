"""What the audits of every type found: drawn cases with intervals, chosen ones as counts."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from qaf_lib.analysis.answers import PLACES
from qaf_lib.analysis.results import results_table
from qaf_lib.display.passages import Note, Passage
from qaf_lib.display.sections.section import Section, nothing
from qaf_lib.display.tables import Column, Table, share_table, wide_table
from qaf_lib.display.words import count_of, count_words
from qaf_lib.frameworks import Question
from qaf_lib.period import OpenPeriod
from qaf_lib.period.findings import Found
from qaf_lib.period.look_back import STATES, WITHIN_DAYS, LookBack
from qaf_lib.period.sustained import COURSES

__all__ = ["checks", "in_short", "lasted", "look_back", "others", "took_part"]

_COUNTS = [Column(place.capitalize(), place, "count") for place in PLACES]
_ALL = "The audit as a whole"
_NO_CLAIM = "A count of these audits; it says nothing of others."
_APPLIES = "The share is of those that the check applies to."
_FEWEST = 3
"""With fewer audits of a type a page would tell what was found of one worker's case."""

_LONG_SCALE = 6
_SEVERAL, _MANY = 3, 20
"""Standards, and audits, from which answers are also shown by standard."""


def checks(period: OpenPeriod) -> Section:
    """How the drawn audits that bear the estimates answered the checks that are not graded."""
    drawn = [one for one in period.findings.found if _leads(one) and len(one.checks)]
    return Section(
        [part for one in drawn for part in (*_incomplete(one), _checks(period, one), *_parts_of(one))]
    )


def others(period: OpenPeriod) -> Section:
    """The findings of every other audit of the period, type by type, and the types without one."""
    parts: list[object] = []
    for one in period.findings.found:
        if not _leads(one):
            parts += [Passage([_made(period, one)], "lead"), *_tables(period, one)]
    if period.findings.none:
        parts.append(Note(f"Without an audit this period: {'; '.join(period.findings.none)}."))
    return Section(parts) if parts else nothing("No other audit was made in the period.")


def in_short(period: OpenPeriod) -> Section:
    """Every type of audit in one row: grades, and what was done beside what it came to."""
    found = [one for one in period.findings.found if _enough(one)]
    rows = [row for one in found for row in _in_short(period, one)]
    shown = {str(row["measure"]) for row in rows}
    columns = [
        Column("Audits", "audits", "cases"),
        Column("Graded", "graded", "cases"),
        Column(period.framework.scale.headline.label.capitalize(), "graded", "count"),
        Column("Process: answers", "process", "cases"),
        Column("Process: met", "process", "count"),
        Column("Outcome: answers", "outcome", "cases"),
        Column("Outcome: met", "outcome", "count"),
    ]
    if not rows:
        return Section([])
    return Section(
        [
            wide_table(
                results_table(rows),
                caption="Findings in short: grades, what was done and what it came to",
                row_heading="Audit type",
                columns=[column for column in columns if column.measure in shown],
                note="Answers that do not apply are left out. Answers of one audit go together and chosen "
                "audits speak of themselves alone, so no interval is given and types are not compared.",
            )
        ]
    )


def _in_short(period: OpenPeriod, one: Found) -> Iterator[dict[str, object]]:
    """Counts of one type, each of how many."""
    whole = one.graded[one.graded["row_key"] == "all"]
    good = whole["measure"].isin(period.framework.scale.headline.grades)
    counts = {"audits": (one.audits, one.audits)}
    if len(whole):
        counts["graded"] = (int(whole.loc[good, "x"].sum()), int(whole["n"].iloc[0]))
    for name, part in one.dimensions.groupby("row_key", sort=False):
        at = part.set_index("measure")["x"]
        counts[str(name)] = (int(at["met"]), int(at[["met", "partly met", "not met"]].sum()))
    for measure, (x, n) in counts.items():
        cells = {"x": x, "n": n, "population": n, "method": "full count of these audits"}
        yield {"table_id": "findings_in_short", "row_key": one.label, "measure": measure, **cells}


def _leads(one: Found) -> bool:
    return one.drawn and one.counts_towards_estimates


def _enough(one: Found) -> bool:
    return one.audits >= _FEWEST


def _made(period: OpenPeriod, one: Found) -> str:
    """How many audits there were and how their cases came up."""
    words = period.framework.words
    made = f"{one.label}: {count_words(one.audits)} {words.audits if one.audits != 1 else words.audit}, "
    how = [f"{count_words(int(row.x))} {row.row_key}" for row in one.how.itertuples()]
    made += f"{' and '.join(how) if len(how) > 1 else one.how['row_key'].iloc[0]}."
    if one.asks_for_chance:
        made += " The framework asks for a draw by chance; none is recorded, so these are counted only."
    if one.checks.empty and one.graded.empty:
        made += " No grade and no answer came with the records."
    elif not _enough(one):
        made += f" Fewer than {_FEWEST} could tell of one person, so what they found is not shown."
    return made


def _tables(period: OpenPeriod, one: Found) -> list[object]:
    if not _enough(one):
        return []
    parts: list[object] = [*_incomplete(one), *([_grades(period, one)] if len(one.graded) else [])]
    if len(one.checks):
        parts += [_checks(period, one), *_parts_of(one)]
    if len(one.cycles):
        parts.append(_counted(one.cycles, f"{one.label}: answers by period", "Period"))
    return parts


def _incomplete(one: Found) -> list[object]:
    if not one.incomplete:
        return []
    left = f"{count_of(one.incomplete, one.audits)} audits leave a question blank that must be answered"
    return [Note(f"{one.label}: {left}; the restricted list names them and the questions.", "warning")]


def _grades(period: OpenPeriod, one: Found) -> Table:
    """Counts at each grade; on a long scale, in its bands."""
    scale, graded = period.framework.scale, one.graded
    grades = [Column(grade[:1].upper() + grade[1:], grade, "count") for grade in reversed(scale.grades)]
    if len(scale.grades) > _LONG_SCALE:
        bands = {scale.headline.label: scale.headline.grades, scale.concern.label: scale.concern.grades}
        grades = [Column(label[:1].upper() + label[1:], label, "count") for label in bands]
        graded = pd.concat(
            [_banded(graded, label, named) for label, named in bands.items()], ignore_index=True
        )
    return wide_table(
        graded,
        caption=f"{one.label}: grades",
        row_heading="What was graded",
        columns=[*grades, Column("Graded", grades[0].measure, "cases")],
        labels={"all": _ALL, **_labels(period)},
        note=_NO_CLAIM,
    )


def _banded(graded: pd.DataFrame, label: str, grades: list[str]) -> pd.DataFrame:
    """The counts of several grades as one."""
    inside = graded["x"].where(graded["measure"].isin(grades), 0).groupby(graded["row_key"]).sum()
    once = graded.drop_duplicates("row_key")
    return once.assign(measure=label, x=once["row_key"].map(inside).astype("Int64"))


def _checks(period: OpenPeriod, one: Found) -> Table:
    """Where the answers to each check stand; of drawn cases also the share met, with its interval."""
    blank = one.checks.loc[one.checks["measure"] == "not answered", "x"]
    missing = [Column("Not answered", "not answered", "count")] if (blank > 0).any() else []
    share = [Column("Share met", "share", "share"), Column("95% interval", "share", "interval")]
    together = pd.concat(
        [one.checks, one.shares.assign(measure="share")] if len(one.shares) else [one.checks]
    )
    return wide_table(
        together.assign(table_id=one.checks["table_id"].iloc[0]),
        caption=f"{one.label}: answers to each check",
        row_heading="Check",
        columns=[*_COUNTS, *missing, Column("Answers", "met", "cases"), *(share if len(one.shares) else [])],
        labels=_labels(period),
        note=" ".join(filter(None, [_read_as(one), _APPLIES if len(one.shares) else _NO_CLAIM])),
    )


def _parts_of(one: Found) -> list[object]:
    """By standard where there are several, and by theme of the round where one is recorded."""
    parts: list[object] = []
    if one.standards["row_key"].nunique() >= _SEVERAL and one.audits >= _MANY:
        parts.append(_counted(one.standards, f"{one.label}: answers by standard", "Standard"))
    if len(one.themes):
        parts.append(_counted(one.themes, f"{one.label}: answers by theme of the round", "Theme"))
    return parts


def _counted(table: pd.DataFrame, caption: str, heading: str) -> Table:
    columns = [*_COUNTS, Column("Answers", "met", "cases")]
    return wide_table(table, caption=caption, row_heading=heading, columns=columns)


def _read_as(one: Found) -> str:
    if not one.read_as:
        return ""
    words = " or ".join(f'"{word}"' for word in one.read_as)
    return f"Where a check has words of its own, {words} counts as met and the lowest answer as not met."


def _labels(period: OpenPeriod) -> dict[str, str]:
    """Label of every question, with the cases it is for and whether it looks at the outcome."""
    return {q.question_id: _label(q) for tool in period.framework.tools for q in tool.questions}


def _label(question: Question) -> str:
    label = f"{question.label} (outcome)" if question.dimension == "outcome" else question.label
    if question.only_for is None:
        return label
    only = [*question.only_for.statuses, *question.only_for.services]
    return f"{label}; asked only of {', '.join(name.replace('_', ' ') for name in only)}"


def look_back(period: OpenPeriod) -> Section:
    """Whether auditors looked back as far as the framework asks, and further only with a reason."""
    found = period.look_back
    asked = [one for one in found if one.months is not None]
    parts: list[object] = [_windows(asked)] if asked else []
    parts += [
        share_table(
            one.questions,
            caption=f"{one.label}: audits that look back as far as a question asks",
            row_heading="Question",
        )
        for one in found
        if len(one.questions)
    ]
    return Section(parts)


def _windows(asked: list[LookBack]) -> Table:
    """What became of the window, a row for each type that asks for one."""
    labels = {one.label: f"{one.label} ({one.months} months)" for one in asked}
    return wide_table(
        pd.concat([one.states for one in asked], ignore_index=True),
        caption="How far back auditors looked",
        row_heading="Audit type (and how far back it asks)",
        columns=[
            Column("Audits", "kept", "cases"),
            *(Column(state[:1].upper() + state[1:], state, "count") for state in STATES),
            Column("Share kept", "kept", "share"),
        ],
        labels=labels,
        note=f"Kept: the window begins within {WITHIN_DAYS} days of the day asked for.",
    )


def lasted(period: OpenPeriod) -> Section:
    """Whether cases kept, reached or lost the headline band from one audit to the next."""
    table, band = period.sustained, period.framework.scale.headline.label
    if table.empty:
        return nothing("No case of this period was audited before with a grade, so nothing can have lasted.")
    words = period.framework.words
    return Section(
        [
            wide_table(
                table,
                caption=f"From one audit of a {words.case} to the next: {band}",
                row_heading=f"{words.cases[:1].upper()}{words.cases[1:]}",
                columns=[
                    *(Column(course.capitalize(), course, "count") for course in COURSES),
                    Column("Audited twice", "held", "cases"),
                ],
                note=f"Held: {band} in both audits. Many looked at again after a low grade do better "
                "by chance alone.",
            )
        ]
    )


def took_part(period: OpenPeriod) -> Section:
    """By audit type: in how many audits the worker and the family took part."""
    table, words = period.took_part, period.framework.words
    if table.empty:
        return nothing("The records do not say who took part in audits.")
    columns = [
        Column(f"{words.worker.capitalize()} took part", "worker", "count"),
        Column(f"{words.worker.capitalize()}: recorded in", "worker", "cases"),
        Column(f"Views of the {words.family} sought", "family", "count"),
        Column(f"{words.family.capitalize()}: recorded in", "family", "cases"),
    ]
    return Section(
        [wide_table(table, caption="Who took part in audits", row_heading="Audit type", columns=columns)]
    )
