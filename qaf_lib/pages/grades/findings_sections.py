"""What the audits of every type found: drawn cases with intervals, chosen ones as counts."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from qaf_lib.analysis import results_table
from qaf_lib.counting import PLACES
from qaf_lib.display.passages import Note
from qaf_lib.display.tables import Column, Table, plain_table, share_table, wide_table
from qaf_lib.display.words import are, count_of, count_words
from qaf_lib.frameworks import Question
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.cover import Section, nothing, only
from qaf_lib.pages.grades.findings import FEWEST_AUDITS, Found
from qaf_lib.pages.grades.how_audited import tool_of
from qaf_lib.pages.moderation.answers import Compared

_COUNTS = [Column(place.capitalize(), place, "count") for place in PLACES]
_NO_CLAIM = "A count of these audits; it says nothing of others."
_OF_ASKED = "Each cell: so many of the answers that apply."
_APPLIES = "The share is of those that the check applies to."
_LONG_SCALE = 6
_AGREES = {
    "exact": "same grade",
    "within_one": "same or next grade",
    "raised": "better grade than the first",
    "lowered": "worse grade than the first",
    "quadratic_kappa": "weighted kappa",
}
_SEVERAL, _MANY = 3, 20
"""Standards, and audits, from which answers are also shown by standard."""


def checks(period: OpenPeriod) -> Section:
    """How the drawn audits that bear the estimates answered the checks that are not graded."""
    drawn = [one for one in period.findings.found if _leads(one) and len(one.checks)]
    tables = [part for one in drawn for part in (_checks(period, one), *_parts_of(one))]
    return Section([*_incomplete(period, drawn), *tables]).folded()


def others(period: OpenPeriod) -> Section:
    """The findings of every other audit of the period, in as few tables as tools allow."""
    rest = [one for one in period.findings.found if not _leads(one)]
    shown = [one for one in rest if _enough(one)]
    parts = [*_made(period, rest), *_incomplete(period, shown)]
    parts += [part for one in period.tools_compared for part in _compared(period, one)]
    parts += [*_grades(period, shown), *_by_tool(period, shown), *_checks_alone(period, shown)]
    parts += [part for one in shown for part in (*_parts_of(one), *_cycles(one))]
    if period.findings.none:
        parts.append(Note(f"Without an audit this period: {'; '.join(period.findings.none)}."))
    return Section(parts).folded() if parts else nothing("No other audit was made in the period.")


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
                note="Process and outcome count the checks alone: graded questions, and answers that do not "
                "apply, are left out. Answers of one audit go together and chosen audits tell of no others, "
                "so no interval is given and types are not compared.",
            )
        ]
    ).folded()


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
    return one.audits >= FEWEST_AUDITS


def _made(period: OpenPeriod, rest: list[Found]) -> list[object]:
    """How many other audits there were, and of each type how its cases came up."""
    if not rest:
        return []
    words, audits = period.framework.words, sum(one.audits for one in rest)
    types = are(len(rest), "type", "types")
    frame = pd.DataFrame(
        [(one.label, one.audits, _how(one), _not_shown(period, one)) for one in rest],
        columns=["audit_type", "audits", "how", "not_shown"],
    )
    headings = {
        "audit_type": "Audit type",
        "audits": words.audits.capitalize(),
        "how": f"How the {words.cases} came up",
        "not_shown": "What is not shown",
    }
    return [
        Note(
            f"{count_words(audits)} other {words.audits} of {types} were made. They tell of their own "
            f"{words.cases} and of no others."
        ),
        plain_table(
            frame if frame["not_shown"].any() else frame.drop(columns="not_shown"),
            table_id="other_audits",
            caption=f"Other {words.audits}, by type",
            headings=headings,
        ),
    ]


def _how(one: Found) -> str:
    """How the cases of a type came up, with counts where there were several ways."""
    how = [f"{count_words(int(row.x))} {row.row_key}" for row in one.how.itertuples()]
    return " and ".join(how) if len(how) > 1 else str(one.how["row_key"].iloc[0])


def _not_shown(period: OpenPeriod, one: Found) -> str:
    """Why a type has counts alone, or less."""
    said = []
    if one.asks_for_chance:
        cases = period.framework.words.cases
        said.append(f"Chance is to pick their {cases}; no draw is recorded, so these are counted only.")
    if one.checks.empty and one.graded.empty:
        said.append("No grade and no answer came with the records.")
    elif not _enough(one):
        said.append(f"Fewer than {FEWEST_AUDITS} could tell of one person, so what they found is not shown.")
    return " ".join(said)


def _incomplete(period: OpenPeriod, found: list[Found]) -> list[object]:
    """Audits that leave a question blank, of all the types in one line."""
    blank = [f"{one.label} {count_of(one.incomplete, one.audits)}" for one in found if one.incomplete]
    if not blank:
        return []
    words = period.framework.words
    return [
        Note(
            f"Some {words.audits} leave a question blank that must be answered: {'; '.join(blank)}. The "
            "restricted list names them and the questions.",
            "warning",
        )
    ]


def _grades(period: OpenPeriod, shown: list[Found]) -> list[object]:
    """Counts at each grade, a row for each type, and for its questions where its tool is no other's."""
    labels, alone = _labels(period), [one.audit_type for one in _alone(period, shown)]
    graded = []
    for one in shown:
        whole = one.graded["row_key"] == "all"
        names = (one.label + ": " + one.graded["row_key"].map(labels)).mask(whole, one.label)
        graded.append(one.graded.assign(row_key=names)[whole | (one.audit_type in alone)])
    graded = [rows for rows in graded if len(rows)]
    if not graded:
        return []
    scale, table = period.framework.scale, pd.concat(graded, ignore_index=True)
    grades = [Column(grade[:1].upper() + grade[1:], grade, "count") for grade in reversed(scale.grades)]
    if len(scale.grades) > _LONG_SCALE:
        bands = {scale.headline.label: scale.headline.grades, scale.concern.label: scale.concern.grades}
        grades = [Column(label[:1].upper() + label[1:], label, "count") for label in bands]
        table = pd.concat([_banded(table, label, named) for label, named in bands.items()], ignore_index=True)
    return [
        wide_table(
            table.assign(table_id="other_grades"),
            caption="Other audits: grades",
            row_heading="What was graded",
            columns=[*grades, Column("Graded", grades[0].measure, "cases")],
            note=_NO_CLAIM,
        )
    ]


def _alone(period: OpenPeriod, shown: list[Found]) -> list[Found]:
    """The types whose tool no other type that is shown uses."""
    return [using[0] for using in _by_tool_id(period, shown).values() if len(using) == 1]


def _by_tool_id(period: OpenPeriod, shown: list[Found]) -> dict[str, list[Found]]:
    found: dict[str, list[Found]] = {}
    for one in shown:
        found.setdefault(tool_of(period.store, one.audit_type).tool_id, []).append(one)
    return found


def _by_tool(period: OpenPeriod, shown: list[Found]) -> list[object]:
    """Questions and checks of each tool that several types use, a column for each type."""
    rules, types = period.framework, _by_tool_id(period, shown)
    tables: list[object] = []
    for tool in rules.tools:
        using = types.get(tool.tool_id, [])
        rows = [row for one in using for row in _good_of(period, one)]
        if rows and len(using) > 1:
            label = tool.label or tool.tool_id
            tables.append(
                wide_table(
                    results_table(rows).assign(table_id=f"other_{tool.tool_id.replace('-', '_')}"),
                    caption=f"Other audits, {label}: {rules.scale.headline.label}, or met",
                    row_heading="Question",
                    columns=[Column(one.label, one.label, "of") for one in using],
                    labels=_labels(period),
                    note=" ".join(filter(None, [_OF_ASKED, *{_read_as(one) for one in using}, _NO_CLAIM])),
                )
            )
    return tables


def _good_of(period: OpenPeriod, one: Found) -> Iterator[dict[str, object]]:
    """Of each question the good answers, of those that apply."""
    scale = period.framework.scale
    good = (
        (one.graded[one.graded["row_key"] != "all"], scale.headline.grades, scale.grades),
        (one.checks, ["met"], ["met", "partly met", "not met"]),
    )
    for table, best, apply in good:
        for question, rows in table.groupby("row_key", sort=False):
            at = rows.set_index("measure")["x"].astype(int)
            x, n = int(at.reindex(best).sum()), int(at.reindex(apply).sum())
            cells = {"x": x, "n": n, "population": n, "method": "full count of these audits"}
            yield {"table_id": "t", "row_key": question, "measure": one.label, **cells}


def _checks_alone(period: OpenPeriod, shown: list[Found]) -> list[object]:
    """Where the answers stand to the checks of tools that one type alone uses, all in one table."""
    alone = [one for one in _alone(period, shown) if len(one.checks)]
    if not alone:
        return []
    labels = _labels(period)
    table = pd.concat(
        [one.checks.assign(row_key=one.label + ": " + one.checks["row_key"].map(labels)) for one in alone],
        ignore_index=True,
    )
    read = " ".join(dict.fromkeys(filter(None, map(_read_as, alone))))
    return [
        wide_table(
            table.assign(table_id="other_checks"),
            caption="Other audits: answers to each check",
            row_heading="Audit type and check",
            columns=[*_COUNTS, *_missing(table), Column("Answers", "met", "cases")],
            note=" ".join(filter(None, [read, _NO_CLAIM])),
        )
    ]


def _missing(checks: pd.DataFrame) -> list[Column]:
    """A column for answers that are missing, where any is."""
    blank = checks.loc[checks["measure"] == "not answered", "x"]
    return [Column("Not answered", "not answered", "count")] if (blank > 0).any() else []


def _compared(period: OpenPeriod, one: Compared) -> list[object]:
    """How far the grades of two tools agree on the same cases."""
    words = period.framework.words
    told = f"{one.label}: {count_words(one.pairs)} {words.cases} were audited both ways with a grade."
    if one.pairs < FEWEST_AUDITS:
        return [Note(told)]
    table = one.agreement.assign(row_key=one.agreement["measure"], measure="value")
    same = only(one.agreement, "exact")
    return [
        Note(f"{told} The two grades were the same in {count_of(int(same['x']), int(same['n']))}."),
        share_table(
            table[table["row_key"].isin(list(_AGREES))],
            caption=f"{one.label}: do the two grades agree?",
            row_heading="Second look",
            labels=_AGREES,
            formats={"quadratic_kappa": "score"},
            note="Weighted kappa: 1 is full agreement, 0 what chance gives.",
        ),
    ]


def _cycles(one: Found) -> list[object]:
    return [_counted(one.cycles, f"{one.label}: answers by period", "Period")] if len(one.cycles) else []


def _banded(graded: pd.DataFrame, label: str, grades: list[str]) -> pd.DataFrame:
    """The counts of several grades as one."""
    inside = graded["x"].where(graded["measure"].isin(grades), 0).groupby(graded["row_key"]).sum()
    once = graded.drop_duplicates("row_key")
    return once.assign(measure=label, x=once["row_key"].map(inside).astype("Int64"))


def _checks(period: OpenPeriod, one: Found) -> Table:
    """Where the answers to each check stand; of drawn cases also the share met, with its interval."""
    share = [Column("Share met", "share", "share"), Column("95% interval", "share", "interval")]
    together = pd.concat(
        [one.checks, one.shares.assign(measure="share")] if len(one.shares) else [one.checks]
    )
    return wide_table(
        together.assign(table_id=one.checks["table_id"].iloc[0]),
        caption=f"{one.label}: answers to each check",
        row_heading="Check",
        columns=[
            *_COUNTS,
            *_missing(one.checks),
            Column("Answers", "met", "cases"),
            *(share if len(one.shares) else []),
        ],
        labels=_labels(period),
        note=" ".join(filter(None, [_read_as(one), _APPLIES if len(one.shares) else _NO_CLAIM])),
    )


def _parts_of(one: Found) -> list[object]:
    """By standard where there are several, and by theme of the round where one is recorded."""
    parts: list[object] = []
    if one.standards["row_key"].nunique() >= _SEVERAL and one.audits >= _MANY:
        parts.append(_counted(one.standards, f"{one.label}: answers by standard", "Standard"))
    if len(one.themes):
        left = f"A theme of fewer than {FEWEST_AUDITS} audits is left out."
        parts.append(_counted(one.themes, f"{one.label}: answers by theme of the round", "Theme", left))
    return parts


def _counted(table: pd.DataFrame, caption: str, heading: str, note: str = "") -> Table:
    columns = [*_COUNTS, Column("Answers", "met", "cases")]
    return wide_table(table, caption=caption, row_heading=heading, columns=columns, note=note)


def _read_as(one: Found) -> str:
    if not one.read_as:
        return ""
    words = " or ".join(f'"{word}"' for word in one.read_as)
    return f"Where a check has words of its own, {words} counts as met and the lowest answer as not met."


def _labels(period: OpenPeriod) -> dict[str, str]:
    """Label of every question, with the cases it is for and whether it looks at the outcome."""
    return {q.question_id: _label(q) for q in period.framework.every_question}


def _label(question: Question) -> str:
    label = f"{question.label} (outcome)" if question.dimension == "outcome" else question.label
    if question.only_for is None:
        return label
    only = [*question.only_for.statuses, *question.only_for.services]
    return f"{label}; asked only of {', '.join(name.replace('_', ' ') for name in only)}"
