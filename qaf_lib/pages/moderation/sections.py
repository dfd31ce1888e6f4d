"""Whether audit grades hold when they are looked at again, and how much they depend on who audits."""

from __future__ import annotations

from typing import Any

import pandas as pd

from qaf_lib.analysis import Interval, small_sample_warning
from qaf_lib.display.charts import before_after_grid, interval_dots
from qaf_lib.display.passages import Note, Passage
from qaf_lib.display.tables import count_table, cross_table, plain_table, share_table
from qaf_lib.display.words import count_of, count_words, long_date, percent, score, share_words
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.cover import Section, nothing, only
from qaf_lib.pages.moderation.answers import PLANNED_MARGIN, Staged, moderated_by_month

_NOTE = (
    "Of the audits of the period that were moderated at all. A stage is left out where a later one was done "
    "without it. Two stages on one day are in order. The last stage's grade stands, and an audit counts once "
    "in everything else on this page."
)


def stage_tables(found: Staged | None) -> list[object]:
    """The tables of the stages; none where the framework names no stages."""
    if found is None:
        return []
    return [
        count_table(
            found.counts,
            caption="Stages of moderation",
            row_heading="Stage",
            labels=found.labels,
            measure_labels={"done": "done in order"},
            note=_NOTE,
        ),
        share_table(
            found.agreement,
            caption="Grades that each stage kept",
            row_heading="Stage",
            labels=found.labels,
            note="Each stage beside the grade that it looked at.",
        ),
    ]


_MEASURES = {
    "exact": "same grade",
    "within_one": "same or next grade",
    "raised": "raised by the moderator",
    "lowered": "lowered by the moderator",
    "raised_less_lowered": "raised less lowered",
    "direction_p": "probability of so one-sided a result by chance",
}
_FORMS = {"raised_less_lowered": "points", "direction_p": "probability"}
_ESTIMATES = {
    "audited": "as audited",
    "moderated": "had each been moderated",
    "least": "at least",
    "most": "at most",
}
_NAMES = {"kappa": "Weighted kappa", "ac2": "Gwet's AC2", "alpha": "Krippendorff's alpha"}
_WEIGHTED = "Each audit counts with what it stands for of its group."
_AS_DONE = "Intervals are about moderation as it was done, not about these audits only."
_PICKED = "The moderated audits were picked by their grade, so agreement is about such grades only."
_NONE = "No audit of this period was moderated, so nothing can be said of how well the grades hold."
_NONE_OF_THIS_PERIOD = (
    "What was looked at again was audited before this period; of this period's audits none was moderated, so "
    "nothing can be said of how well their grades hold."
)
_NO_ESTIMATE = "Without moderated audits of this period no estimate is made."
_NO_AGREEMENT = "Without moderated audits of this period no agreement is counted."


def headline(period: OpenPeriod) -> Section:
    """How many were moderated, how many kept their grade, and which way the others went."""
    found, drawn = period.moderation, _drawn(period)
    if not found.moderated:
        looked = found.drawn is not None and found.drawn.looked
        return Section([*drawn, *nothing(_NONE_OF_THIS_PERIOD if looked else _NONE).parts])
    kept, raised, lowered = (only(found.agreement, measure) for measure in ("exact", "raised", "lowered"))
    lines = [
        f"{count_of(found.moderated, found.audits)} audits were moderated. The grade held in "
        f"{share_words(kept)}; "
        f"it was lowered in {share_words(lowered)} and raised in {share_words(raised)}."
    ]
    if not found.blind:
        lines.append(
            "Not every moderator was kept from the audit grade, so this is a rate of change, not a measure "
            "of reliability."
        )
    if found.unseen:
        lines.append(
            "No random share of audits was moderated. Of grades that were not all moderated "
            f"({', '.join(found.unseen)}) it is not known how many would change; moderating a random share "
            "of the rest would tell."
        )
    return Section([Passage(lines, "lead"), *drawn])


def _drawn(period: OpenPeriod) -> list[object]:
    """What became of completed audits that the kit drew to be looked at again."""
    found, rule = period.moderation.drawn, period.framework.moderation
    if found is None or rule is None:
        return []
    kind = period.framework.audit_type(found.audit_type)
    who, label = " or ".join(rule.by_roles) or "a moderator", kind.label if kind else "audit"
    told = (
        f"Drawn at random for the {who}: {count_of(found.drawn, found.completed)} audits completed in the "
        f"{found.months} months before ({label})"
    )
    if not found.looked:
        return [Note(f"{told}; no look at {'it' if found.drawn == 1 else 'them'} is on record yet.")]
    if found.drawn == 1:
        return [Note(f"{told}; it was looked at, and its grade {'held' if found.held else 'was changed'}.")]
    looked = f"{count_words(found.looked)} were looked at, and {count_words(found.held)} kept the grade"
    return [Note(f"{told}; {looked}.")]


def estimate(period: OpenPeriod) -> Section:
    """The headline share as audited, and as it would be had each audit been moderated."""
    found, band = period.moderation, period.framework.scale.headline
    rows = found.estimate[found.estimate["row_key"] == "band"]
    if rows.empty:
        return nothing(_NO_ESTIMATE)
    table = rows[rows["measure"].isin(list(_ESTIMATES))].assign(row_key=rows["measure"], measure="share")
    needed = found.estimate[found.estimate["measure"] == "random_needed"]
    caption = f"{band.label.capitalize()}: as audited, and had each drawn audit been moderated"
    parts: list[object] = [
        interval_dots(table, caption=caption, labels=_ESTIMATES),
        share_table(table, caption=caption, row_heading="Grades", labels=_ESTIMATES, note=_WEIGHTED),
    ]
    shown = needed[needed["mark"] == ""]
    if len(shown):
        asked = ", ".join(f"{int(row.x)} of {int(row.n)} graded {row.row_key}" for row in shown.itertuples())
        margin = percent(PLANNED_MARGIN)[:-1]
        parts.append(Note(f"To know it to within {margin} percentage points, moderate at random: {asked}."))
    return Section(parts)


def agreement(period: OpenPeriod) -> Section:
    """How many were moderated, how far the two grades agree and which way they differ."""
    found = period.moderation
    if not found.moderated:
        return nothing(_NO_AGREEMENT)
    table = found.agreement.assign(row_key=found.agreement["measure"], measure="agreement")
    caption = "Audit grade (rows) and moderated grade (columns)"
    grid = before_after_grid(
        found.changes,
        caption=caption,
        grades=period.framework.scale.grades,
        sides=("Audit grade", "Moderated grade"),
    )
    return Section(
        [
            share_table(found.coverage, caption="Audits moderated, by why", row_heading="Why moderated"),
            share_table(
                table[table["row_key"].isin(list(_MEASURES))],
                caption="Agreement of moderated with audit grades",
                row_heading="Moderated grade",
                labels=_MEASURES,
                formats=_FORMS,
                note=_PICKED if found.unseen else _AS_DONE,
            ),
            _coefficients(period),
            grid,
            cross_table(found.changes, caption=caption, row_heading="Audit grade", column_heading=""),
            *_by_month(period),
            *stage_tables(period.moderation_stages),
        ]
    )


def _by_month(period: OpenPeriod) -> list[object]:
    """How many of each month's audits were moderated by the end of the next, where that is asked for."""
    table, rule = moderated_by_month(period.store), period.framework.moderation
    if table.empty or rule is None:
        return []
    months = {name: table[name].dt.strftime("%B %Y") for name in ("audited_in", "moderated_in")}
    return [
        plain_table(
            table.assign(**months),
            table_id="moderation_by_month",
            caption="The last month's audits, moderated month by month",
            headings={
                "audited_in": "Audited in",
                "audits": "Graded audits",
                "wanted": "To be drawn",
                "drawn": "Drawn and moderated",
                "others": "Moderated for another reason",
                "moderated_in": "By the end of",
                "state": "How it stands",
            },
            note=f"To be drawn: {percent(rule.random_share)} of the month's graded audits, rounded up.",
        )
    ]


def posts(period: OpenPeriod) -> Section:
    """Which posts moderated, and in how many audits a senior leader took part."""
    found = period.moderation
    if found.by_post.empty:
        return Section([])
    lines = [
        f"Senior leaders ({', '.join(period.framework.moderation.senior_leaders)}) took part in "
        f"{count_of(int(row.x), int(row.n))} moderated audits."
        for row in found.senior.itertuples()
        if period.framework.moderation
    ]
    note = "An audit that several posts moderated counts for each. No moderator is shown."
    return Section(
        [
            *([Passage(lines, "lead")] if lines else []),
            share_table(found.by_post, caption="Moderated audits, by post", row_heading="Post", note=note),
        ]
    )


def _coefficients(period: OpenPeriod) -> Passage:
    """Agreement beyond chance, each coefficient with its interval, and how far to trust it."""
    found, more = period.moderation, period.leniency
    row = only(found.agreement, "quadratic_kappa")
    kappa = Interval(_number(row["estimate"]), _number(row["low"]), _number(row["high"]), str(row["method"]))
    lines = [
        "Weighted kappa, where 1 is full agreement and 0 what chance gives: " + _coefficient(kappa),
        "Gwet's AC2, which stays sensible where most grades are alike: " + _coefficient(found.ac2),
    ]
    if more.alpha is not None:
        lines.append(
            f"Krippendorff's alpha, over every grade that was given (up to {more.raters} for one audit, some "
            f"missing): {_coefficient(more.alpha)}"
        )
    shown = {"kappa": kappa.low, "ac2": found.ac2.low, "alpha": more.alpha.low if more.alpha else None}
    for measure, low in shown.items():
        warning = small_sample_warning(measure=measure, n=found.moderated) if low is not None else None
        lines += [f"{_NAMES[measure]}: {warning[:1].lower()}{warning[1:]}"] if warning else []
    return Passage(lines)


def _coefficient(found: Interval) -> str:
    if found.estimate is None:
        return f"not available ({found.method.split(';')[0]})."
    if found.low is None or found.high is None:
        return f"{score(found.estimate)}."
    return f"{score(found.estimate)} (95% interval {score(found.low)} to {score(found.high)})."


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


_LENIENCY_MEASURES = {
    "leniency": "audit grades above moderated grades, on average (grades)",
    "between_auditors": "spread between auditors (standard deviation, grades)",
    "typical_gap": "gap between two auditors taken at random (grades)",
    "due_to_auditor": "share of the differences that lies with who audits",
    "lenient": "auditors clearly above the moderators",
    "strict": "auditors clearly below the moderators",
}
_LENIENCY_FORMS = dict.fromkeys(("leniency", "between_auditors", "typical_gap"), "score")
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
            "Not every moderator was kept from the audit grade, and some may have kept to it, so auditors "
            "may differ more than this."
        )
    return Section(
        [
            Passage(lines, "lead"),
            share_table(
                table,
                caption="How much a grade depends on who audits",
                row_heading="Measure",
                labels=_LENIENCY_MEASURES,
                formats=_LENIENCY_FORMS,
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
