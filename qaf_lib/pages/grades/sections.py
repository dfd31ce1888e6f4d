"""How good practice is, with the interval of every estimate, and how audits were made."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from qaf_lib.display.charts import grade_bars, interval_dots, run_points
from qaf_lib.display.passages import Note, Passage, target_sentence
from qaf_lib.display.tables import Column, Table, cross_table, share_table, wide_table
from qaf_lib.display.words import share_words
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.cover import Section, nothing
from qaf_lib.pages.grades.answers import Grades
from qaf_lib.pages.grades.how_audited import COURSES, STATES, WITHIN_DAYS, LookBack


def long_scale(period: OpenPeriod) -> Section:
    """The median grade and the share at each grade or better; nothing on a short scale."""
    return Section([part for found in period.grades for part in _long_scale(period, found)])


def _long_scale(period: OpenPeriod, found: Grades) -> list[object]:
    if found.median.empty:
        return []
    words = period.framework.words
    told = {str(method): _median_words(str(method)) for method in found.median["method"]}
    return [
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
_STATUS = {
    "looked_after": "looked after",
    "child_protection": "on a protection plan",
    "child_in_need": "child in need plan",
    "open_assessment": "open assessment",
    "care_leaver": "care leaver",
    "early_help": "early help",
}
_FEW = "Rows are not ranked, and here not tested against one another."


def _each(period: OpenPeriod, show: Callable[[OpenPeriod, Grades], list[object]]) -> Section:
    parts = [part for found in period.grades for part in show(period, found)]
    return Section(parts) if parts else nothing("No audit of this period counts towards estimates.")


def headline(period: OpenPeriod) -> Section:
    """The share in the headline band and the share of concern, in sentences."""
    return _each(period, _headline)


def _headline(period: OpenPeriod, found: Grades) -> list[object]:
    scale, words = period.framework.scale, period.framework.words
    row, concern = found.headline.iloc[0], found.concern.iloc[0]
    speaks = f"It is about the {int(row['population']):,} {words.cases} that could be drawn."
    return [
        Passage(
            [
                f"{found.label}: {share_words(row)} {scale.headline.label}. {speaks}",
                target_sentence(period.framework, scale.headline.name, row),
                f"{scale.concern.label.capitalize()}: {share_words(concern)}. "
                f"{target_sentence(period.framework, scale.concern.name, concern)}".rstrip(),
            ],
            "lead",
        )
    ]


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
    return _shares(
        period,
        found,
        found.questions,
        "by question of the audit tool",
        "Question",
        period.framework.questions(),
    )


def services(period: OpenPeriod) -> Section:
    """The headline band by service and by status."""
    return _each(period, _services)


def _services(period: OpenPeriod, found: Grades) -> list[object]:
    words = period.framework.words
    parts = _shares(period, found, found.by_service, f"by {words.service}", words.service.capitalize(), None)
    if len(found.by_status) > 1:
        parts += _shares(period, found, found.by_status, "by status", "Status", _STATUS)
    return parts


def teams(period: OpenPeriod) -> Section:
    """The headline band by team, not ranked, as a table: a picture of so few cases would mislead."""
    return _each(period, _teams)


def _teams(period: OpenPeriod, found: Grades) -> list[object]:
    words = period.framework.words
    shares = _shares(
        period, found, found.by_team, f"by {words.team}", words.team.capitalize(), period.team_names
    )
    return shares[1:]


def equality(period: OpenPeriod) -> Section:
    """The headline band by gender, ethnicity group and disability."""
    return _each(period, _equality)


def _equality(period: OpenPeriod, found: Grades) -> list[object]:
    asked = {
        "Gender": ("by gender", found.by_gender, None),
        "Ethnicity group": ("by ethnicity group", found.by_ethnicity, None),
        "Disability": ("by disability", found.by_disability, _YES_NO),
    }
    parts: list[object] = []
    for heading, (by, table, labels) in asked.items():
        if set(table["row_key"]) - {"not recorded"}:
            parts += _shares(period, found, table, by, heading, labels)
    return parts or [
        Note(
            f"{found.label}: the caseload holds no gender, ethnicity or disability, so nothing can be "
            "said of them."
        )
    ]


def known(period: OpenPeriod) -> Section:
    """The full count beside the sample's estimate, where every case was judged."""
    return _each(period, _known)


def _known(period: OpenPeriod, found: Grades) -> list[object]:
    if found.full_count.empty:
        return [
            Note(
                f"{found.label}: not every case in scope was audited for a full count, so there is none to "
                "compare with."
            )
        ]
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
    return _each(period, _chosen)


def _chosen(period: OpenPeriod, found: Grades) -> list[object]:
    words = period.framework.words
    if found.non_random.empty:
        return [Note(f"{found.label}: no {words.case} of this period was chosen; all were drawn.")]
    return [
        cross_table(
            found.non_random,
            caption=f"{found.label}: grades of chosen {words.cases}",
            row_heading="Why chosen",
            column_heading="",
            note=f"Chosen {words.cases} say nothing about the others: no shares, no intervals.",
        )
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
    band = period.framework.scale.headline.label
    caption = f"{found.label}: {band}, {by}"
    overall = found.headline["estimate"].iloc[0]
    chart = interval_dots(
        table, caption=caption, labels=labels, reference=None if pd.isna(overall) else float(overall)
    )
    return [chart, share_table(table, caption=caption, row_heading=heading, labels=labels, note=_FEW)]


def _method(table: pd.DataFrame) -> str:
    return f"Method: {'; '.join(sorted(set(table['method'].dropna())))}."


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
