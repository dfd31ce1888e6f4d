"""How good practice is, with the interval of every estimate, and how audits were made."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from qaf_lib.display.charts import grade_bars, interval_dots, run_points
from qaf_lib.display.passages import Note, Passage, target_sentence
from qaf_lib.display.tables import Column, Table, cross_table, share_table, wide_table
from qaf_lib.display.words import (
    STATUS_WORDS,
    between_words,
    count_of,
    count_words,
    listed,
    percent,
    share_words,
    value_words,
)
from qaf_lib.frameworks import Band
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.cover import Section, nothing
from qaf_lib.pages.grades import over_time_sections as over_time
from qaf_lib.pages.grades.answers import Grades
from qaf_lib.pages.grades.how_audited import COURSES, STATES, WITHIN_DAYS, LookBack


def long_scale(period: OpenPeriod) -> Section:
    """The median grade and the share at each grade or better; nothing on a short scale."""
    return Section([part for found in period.grades for part in _long_scale(period, found)]).folded()


def _long_scale(period: OpenPeriod, found: Grades) -> list[object]:
    if found.median.empty:
        return []
    words = period.framework.words
    told = {str(method): _median_words(str(method)) for method in found.median["method"]}
    return [
        Note(f"{found.label}: the median grade is {_median_words(str(found.median['method'].iloc[0]))}."),
        wide_table(
            found.median,
            caption=f"{found.label}: median grade, in all and by {words.service}",
            row_heading=words.service.capitalize(),
            columns=[
                Column("In all", "median_grade", "cases"),
                Column("Median grade (95% interval)", "median_grade", "words"),
            ],
            labels={"all": f"All {words.services}"},
            words=told,
            note=f"At least half of the {words.cases} are at this grade or below, and at least half at it or "
            "above. Method: Woodruff's interval.",
        ),
        share_table(
            found.cumulative,
            caption=f"{found.label}: share of {words.cases} at each grade or better",
            row_heading="This grade or better",
            note="The shares add up from the best grade down; at the worst grade all are counted.",
        ),
    ]


def _median_words(method: str) -> str:
    """The grades out of the method's words."""
    return method.removeprefix("median grade ").split(", Woodruff")[0]


_YES_NO = {"True": "Yes", "False": "No"}
_FEW = "Rows are not ranked, and here not tested against one another."


def _each(period: OpenPeriod, show: Callable[[OpenPeriod, Grades], list[object]]) -> Section:
    parts = [part for found in period.grades for part in show(period, found)]
    return Section(parts) if parts else nothing("No audit of this period counts towards estimates.")


def headline(period: OpenPeriod) -> Section:
    """The share in the headline band, the share of concern, and what to look into."""
    return _each(period, _headline)


def _headline(period: OpenPeriod, found: Grades) -> list[object]:
    scale, words = period.framework.scale, period.framework.words
    row, concern = found.headline.iloc[0], found.concern.iloc[0]
    lines = [_told(period, scale.headline, row), _told(period, scale.concern, concern)]
    if not row["mark"]:
        lines[0] += f" {_basis(period, row)}"
    if not concern["mark"] and concern["x"] and not period.parameters.attribution:
        lines[1] += (
            f" {count_of(int(concern['x']), int(concern['n']))} {words.audits} found so: see that an action "
            "is set for each."
        )
    lines[0] = f"{found.label}: {lines[0]}"
    return [Passage([*lines, _look_into(period, found)], "lead")]


def _told(period: OpenPeriod, band: Band, row: pd.Series) -> str:
    """The share of a band, how sure it is, and how it stands to its target."""
    if row["mark"]:
        return f"{band.label.capitalize()}: {value_words(row)}."
    told = f"{value_words(row)} of {period.framework.words.cases} were {band.label}{likely(row)}."
    return f"{told} {target_sentence(period.framework, band.name, row)}".rstrip()


def likely(row: pd.Series) -> str:
    """Between which shares the true one is likely to lie; nothing of a full count."""
    if pd.isna(row["low"]) or row["low"] == row["high"]:
        return ""
    return f" (likely between {between_words(row['low'], row['high'])})"


def _basis(period: OpenPeriod, row: pd.Series) -> str:
    """What a share rests on."""
    words, n, population = period.framework.words, int(row["n"]), int(row["population"])
    if n == population:
        return f"All {count_words(n)} were audited."
    return (
        f"Based on {count_words(n)} {words.audits} of {words.cases} picked at random from "
        f"{count_words(population)}."
    )


def _look_into(period: OpenPeriod, found: Grades) -> str:
    """Questions and teams that stand below the others by more than chance."""
    labels, low = period.framework.questions(), []
    if found.key == period.grades[0].key:
        low += [labels[row["row_key"]] for row in period.summary.weak]
    for one, compared in zip(period.grades, period.comparisons, strict=True):
        if one.key == found.key:
            low += over_time.standing_apart(period, compared)["lower"]
    if not low:
        return ""
    return f"Look into the low shares of {listed(low)}: chance is an unlikely explanation."


def distribution(period: OpenPeriod) -> Section:
    """The share at each grade."""
    return _each(period, _distribution)


def _distribution(period: OpenPeriod, found: Grades) -> list[object]:
    caption = f"{found.label}: share of {period.framework.words.cases} at each grade"
    together = pd.concat([found.distribution, found.simultaneous], ignore_index=True)
    return [
        grade_bars(found.distribution, caption=caption),
        wide_table(
            together.assign(table_id=found.distribution["table_id"].iloc[0]),
            caption=caption,
            row_heading="Grade",
            columns=[
                Column("In all", "share", "cases"),
                Column("Count", "share", "count"),
                Column("Share", "share", "share"),
                Column("95% interval", "share", "interval"),
                Column("All grades together", "simultaneous_share", "interval"),
            ],
            note=f"{_method(found.distribution)} Each interval of the last column is wider, so that all of "
            "them hold at once 19 times in 20 (Goodman); use it to name several grades in one sentence.",
        ),
    ]


def questions(period: OpenPeriod) -> Section:
    """The headline band by question of the audit tool."""
    return _each(period, _questions)


def _questions(period: OpenPeriod, found: Grades) -> list[object]:
    if found.questions.empty:
        return [Note(f"{found.label}: no graded questions came with the audits.")]
    labels = period.framework.questions()
    parts = _shares(period, found, found.questions, "by question of the audit tool", "Question", labels)
    return [Note(_apart(period, labels)), *parts] if found.key == period.grades[0].key else parts


def _apart(period: OpenPeriod, labels: dict[str, str]) -> str:
    """The questions of the first draw that stand apart from the average of all."""
    told = []
    average = "the average of all questions"
    for side, rows in (("Below", period.summary.weak), ("Above", period.summary.strong)):
        named = [f"{labels[row['row_key']]} ({percent(row['estimate'])})" for row in rows]
        told += [f"{side} {average}: {', '.join(named)}."] if named else []
    if not told:
        return f"No question stands apart from {average} by more than chance explains."
    return f"{' '.join(told)} Chance is an unlikely explanation."


def services(period: OpenPeriod) -> Section:
    """The headline band by service and by status."""
    return _each(period, _services)


def _services(period: OpenPeriod, found: Grades) -> list[object]:
    words = period.framework.words
    parts = _shares(period, found, found.by_service, f"by {words.service}", words.service.capitalize(), None)
    groups, names = found.by_service, words.service
    if len(found.by_status) > 1:
        parts += _shares(period, found, found.by_status, "by status", "Status", STATUS_WORDS)
        groups, names = pd.concat([groups, found.by_status]), f"{names} and status"
    wide = ((groups["high"] - groups["low"]) / 2).dropna()
    if len(wide) < 2:
        return parts
    least, most = (percent(float(half)).removesuffix("%") for half in (wide.min(), wide.max()))
    return [
        Note(
            f"By {names} each share is known only to within {least} to {most} points either way: a rough "
            "picture, not a ranking."
        ),
        *parts,
    ]


def teams(period: OpenPeriod) -> Section:
    """The headline band by team, not ranked, as a table: a picture of so few cases would mislead."""
    return _each(period, _teams).folded()


def _teams(period: OpenPeriod, found: Grades) -> list[object]:
    words = period.framework.words
    by, heading = f"by {words.team}", words.team.capitalize()
    return [_share_table(period, found, found.by_team, by, heading, period.team_names)]


def equality(period: OpenPeriod) -> Section:
    """Whether groups of people differ over a year, and the period's shares by group in closed tables."""
    tables = [part for found in period.grades for part in _equality(period, found)]
    if not tables:
        return nothing(
            "The caseload holds no gender, ethnicity or disability, so nothing can be said of them."
        )
    told = over_time.told_apart(period.equality[0])
    lead = f"Over twelve months: {told[:1].lower()}{told[1:]} The page on evidence has the year's figures."
    return Section([Note(lead), *tables]).folded()


def _equality(period: OpenPeriod, found: Grades) -> list[object]:
    asked = {
        "Gender": ("by gender", found.by_gender, None),
        "Ethnicity group": ("by ethnicity group", found.by_ethnicity, None),
        "Disability": ("by disability", found.by_disability, _YES_NO),
    }
    return [
        _share_table(period, found, table, by, heading, labels)
        for heading, (by, table, labels) in asked.items()
        if set(table["row_key"]) - {"not recorded"}
    ]


def known(period: OpenPeriod) -> Section:
    """The full count beside the sample's estimate, where every case was judged."""
    return Section([part for found in period.grades for part in _known(period, found)]).folded()


def _known(period: OpenPeriod, found: Grades) -> list[object]:
    if found.full_count.empty:
        return []
    band = period.framework.scale.headline
    sample = pd.concat([found.distribution, found.headline], ignore_index=True)
    beside = pd.concat(
        [sample.assign(measure="sample"), found.full_count.assign(measure="full count")], ignore_index=True
    ).assign(table_id=f"{found.key}_sample_and_full_count")
    order = {key: at for at, key in enumerate(found.full_count["row_key"])}
    beside = beside.sort_values("row_key", key=lambda keys: keys.map(order), kind="stable", ignore_index=True)
    truth = found.full_count[found.full_count["row_key"] == "all"].iloc[0]
    parts: list[object] = [
        Note(f"The full count is known here: {share_words(truth)} {band.label}."),
        share_table(
            beside,
            caption=f"{found.label}: the sample's estimates beside the full count",
            row_heading="Grade",
            labels={"all": band.label},
            measure_labels={"sample": "sample", "full count": "full count"},
            note="A full count has no interval.",
        ),
    ]
    if len(found.full_count_questions):
        both = pd.concat(
            [
                found.questions.assign(measure="sample"),
                found.full_count_questions.assign(measure="full count"),
            ]
        ).assign(table_id=f"{found.key}_questions_sample_and_full_count")
        parts.append(
            share_table(
                both.sort_values(["row_key", "measure"], ascending=[True, False], ignore_index=True),
                caption=f"{found.label}: questions, {band.label}, the sample beside the full count",
                row_heading="Question",
                labels=period.framework.questions(),
                measure_labels={"sample": "sample", "full count": "full count"},
            )
        )
    return parts


def chosen(period: OpenPeriod) -> Section:
    """Cases that were chosen, not drawn: counts apart, no estimate."""
    return Section([part for found in period.grades for part in _chosen(period, found)]).folded()


def _chosen(period: OpenPeriod, found: Grades) -> list[object]:
    words, band = period.framework.words, period.framework.scale.headline
    if found.non_random.empty:
        return []
    graded = int(found.non_random.groupby("row_key")["n"].first().sum())
    good = int(found.non_random.loc[found.non_random["measure"].isin(band.grades), "x"].sum())
    return [
        Note(
            f"{found.label}: {count_of(good, graded)} {words.cases} that somebody chose were {band.label}. "
            f"They say nothing about other {words.cases}."
        ),
        cross_table(
            found.non_random,
            caption=f"{found.label}: grades of chosen {words.cases}",
            row_heading="Why chosen",
            column_heading="",
        ),
    ]


def history(period: OpenPeriod) -> Section:
    """The headline share over the periods, in words that claim no more than the intervals do."""
    return _each(period, _history)


def _history(period: OpenPeriod, found: Grades) -> list[object]:
    if len(found.history) < 2:
        return [Note(f"{found.label}: there are no random audits of earlier periods to compare with.")]
    band = period.framework.scale.headline
    caption = f"{found.label}: {band.label}, random audits by period"
    return [
        run_points(found.history, caption=caption),
        share_table(
            found.history,
            caption=caption,
            row_heading="Period",
            note="About practice; audits count alike, without weights. With fewer than six points no "
            "rule can tell a trend from chance.",
        ),
    ]


def _shares(
    period: OpenPeriod,
    found: Grades,
    table: pd.DataFrame,
    by: str,
    heading: str,
    labels: dict[str, str] | None,
) -> list[object]:
    shares = _share_table(period, found, table, by, heading, labels)
    overall = found.headline["estimate"].iloc[0]
    reference = None if pd.isna(overall) else float(overall)
    return [interval_dots(table, caption=shares.caption, labels=labels, reference=reference), shares]


def _share_table(
    period: OpenPeriod,
    found: Grades,
    table: pd.DataFrame,
    by: str,
    heading: str,
    labels: dict[str, str] | None,
) -> Table:
    caption = f"{found.label}: {period.framework.scale.headline.label}, {by}"
    return share_table(table, caption=caption, row_heading=heading, labels=labels, note=_FEW)


def _method(table: pd.DataFrame) -> str:
    return f"Method: {'; '.join(sorted(set(table['method'].dropna())))}."


def improving(period: OpenPeriod) -> Section:
    """The trend with its verdict, and each period's share in a closed table."""
    tables = [part for part in history(period).parts if isinstance(part, Table)]
    return Section([*over_time.trend(period).parts, *Section(tables).folded().parts])


def look_back(period: OpenPeriod) -> Section:
    """Whether auditors looked back as far as the framework asks, and further only with a reason."""
    found = period.look_back
    asked = [one for one in found if one.months is not None]
    parts: list[object] = [Note(_kept(period, asked)), _windows(asked)] if asked else []
    parts += [
        share_table(
            one.questions,
            caption=f"{one.label}: audits that look back as far as a question asks",
            row_heading="Question",
        )
        for one in found
        if len(one.questions)
    ]
    return Section(parts).folded()


def _kept(period: OpenPeriod, asked: list[LookBack]) -> str:
    """How many audits looked back as far as asked, and what the others did."""
    states = pd.concat([one.states for one in asked])
    counts = states.groupby("measure")["x"].sum()
    n = int(states.loc[states["measure"] == "kept", "n"].sum())
    others = [f"{count_words(int(counts[state]))} {state}" for state in STATES[1:] if counts[state]]
    told = f"{count_of(int(counts['kept']), n)} {period.framework.words.audits} looked back as far as asked"
    return f"{told}; of the others {', '.join(others)}." if others else f"{told}."


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
            *(Note(_course(period, why, rows)) for why, rows in table.groupby("row_key", sort=False)),
            wide_table(
                table,
                caption=f"From one audit to the next: {band}",
                row_heading=f"{words.cases[:1].upper()}{words.cases[1:]}",
                columns=[
                    *(Column(course.capitalize(), course, "count") for course in COURSES),
                    Column("Audited twice", "held", "cases"),
                ],
                note=f"Held: {band} in both audits. Many looked at again after a low grade do better "
                "by chance alone.",
            ),
        ]
    ).folded()


def _course(period: OpenPeriod, why: object, rows: pd.DataFrame) -> str:
    """How many of those audited twice kept, reached and lost the band."""
    at, words = rows.set_index("measure")["x"].astype(int), period.framework.words
    held, gained, lost = (
        count_words(at[name]) if at[name] else "none" for name in ("held", "gained", "lost")
    )
    return (
        f"Of {count_words(int(rows['n'].iloc[0]))} {words.cases} {why}, {held} stayed "
        f"{period.framework.scale.headline.label}, {gained} became so and {lost} fell below."
    )


def took_part(period: OpenPeriod) -> Section:
    """By audit type: in how many audits the worker and the family took part."""
    table, words = period.took_part, period.framework.words
    if table.empty:
        return Section([])
    columns = [
        Column(f"{words.worker.capitalize()} took part", "worker", "count"),
        Column(f"{words.worker.capitalize()}: recorded in", "worker", "cases"),
        Column(f"Views of the {words.family} sought", "family", "count"),
        Column(f"{words.family.capitalize()}: recorded in", "family", "cases"),
    ]
    sides = {
        "worker": f"the {words.worker} took part",
        "family": f"the views of the {words.family} were sought",
    }
    told = [
        f"{side} in {count_of(int(rows['x'].sum()), int(rows['n'].sum()))}"
        for measure, side in sides.items()
        if len(rows := table[table["measure"] == measure])
    ]
    said = f"Of the {words.audits} that record it, {' and '.join(told)}."
    return Section(
        [
            Note(said),
            wide_table(table, caption="Who took part in audits", row_heading="Audit type", columns=columns),
        ]
    ).folded()
