"""Whether audit grades hold when they are looked at again, and how much they depend on who audits."""

from __future__ import annotations

from typing import Any

import pandas as pd

from qaf_lib.analysis import Interval, small_sample_warning
from qaf_lib.display.charts import before_after_grid, interval_dots
from qaf_lib.display.passages import Note, Passage
from qaf_lib.display.tables import count_table, cross_table, plain_table, share_table
from qaf_lib.display.words import count_of, count_words, long_date, percent, score, value_words
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.cover import Section, nothing, only
from qaf_lib.pages.grades.sections import likely
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
    "moderated": "if every audit had been checked",
    "least": "lowest possible",
    "most": "highest possible",
}
_NAMES = {"kappa": "Weighted kappa", "ac2": "Gwet's AC2", "alpha": "Krippendorff's alpha"}
_LEVEL = 0.05
_WEIGHTED = "Each audit counts with what it stands for of its group."
_AS_DONE = "Intervals are about moderation as it was done, not about these audits only."
_PICKED = "The moderated audits were picked by their grade, so agreement is about such grades only."
_NONE = "No {audit} of this period was moderated, so nothing can be said of how well the grades hold."
_NONE_OF_THIS_PERIOD = (
    "What was looked at again was from before this period; of this period's {audits} none was moderated, so "
    "nothing can be said of how well their grades hold."
)
_NO_ESTIMATE = "Without moderated {audits} of this period no estimate is made."
_NO_AGREEMENT = "Without moderated {audits} of this period no agreement is counted."


def headline(period: OpenPeriod) -> Section:
    """How many were moderated, how many kept their grade, and which way the others went."""
    found, drawn = period.moderation, _drawn(period)
    if not found.moderated:
        looked = found.drawn is not None and found.drawn.looked
        return Section([*drawn, *_without(period, _NONE_OF_THIS_PERIOD if looked else _NONE).parts])
    kept, raised, lowered = (only(found.agreement, measure) for measure in ("exact", "raised", "lowered"))
    lines = [
        f"Moderators looked again at {count_of(found.moderated, found.audits)} "
        f"{period.framework.words.audits}. The grade held in "
        f"{count_words(int(kept['x']))} ({value_words(kept)}{_likely(kept)}); they lowered "
        f"{count_words(int(lowered['x']))} and raised {count_words(int(raised['x']))}. {_one_sided(period)}"
    ]
    if not found.blind:
        lines.append(
            "Some moderators may have seen the audit grade first, so this says how often grades were "
            "changed, not how reliable they are."
        )
    if found.unseen:
        lines.append(
            f"Only {period.framework.words.audits} picked by their grade were moderated. Of the others "
            f"({', '.join(found.unseen)}) nobody knows how many would change: "
            "have a random share of them moderated."
        )
    return Section([Passage([line.rstrip() for line in lines], "lead"), *drawn])


def _without(period: OpenPeriod, told: str) -> Section:
    """What is said where nothing was moderated, in the framework's words."""
    return nothing(told.format(**period.framework.words.model_dump()))


def _likely(row: pd.Series) -> str:
    return f", {words}" if (words := likely(row).strip(" ()")) else ""


def _one_sided(period: OpenPeriod) -> str:
    """Whether the changes went one way by more than chance."""
    found = period.moderation.agreement
    raised, lowered, p = (only(found, measure) for measure in ("raised", "lowered", "direction_p"))
    if raised["x"] == lowered["x"] or p["mark"] or pd.isna(p["estimate"]):
        return ""
    way = "generously" if lowered["x"] > raised["x"] else "strictly"
    if p["estimate"] < _LEVEL:
        return f"Chance is an unlikely explanation: auditors may mark {way}."
    return "That they went more one way than the other may be chance."


def _drawn(period: OpenPeriod) -> list[object]:
    """What became of completed audits that the kit drew to be looked at again."""
    found, rule = period.moderation.drawn, period.framework.moderation
    if found is None or rule is None:
        return []
    kind = period.framework.audit_type(found.audit_type)
    who, label = (
        " or ".join(rule.by_roles) or "a moderator",
        kind.label if kind else period.framework.words.audit,
    )
    told = (
        f"Drawn at random for the {who}: {count_of(found.drawn, found.completed)} "
        f"{period.framework.words.audits} completed in the {found.months} months before ({label})"
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
        return _without(period, _NO_ESTIMATE)
    table = rows[rows["measure"].isin(list(_ESTIMATES))].assign(row_key=rows["measure"], measure="share")
    caption = f"{band.label.capitalize()}: as audited, and if every drawn audit had been checked"
    return Section(
        [
            Passage([_if_checked(period, table), _to_check(found.estimate)]),
            interval_dots(table[table["mark"] == ""], caption=caption, labels=_ESTIMATES),
            share_table(table, caption=caption, row_heading="Grades", labels=_ESTIMATES, note=_WEIGHTED),
        ]
    )


def _if_checked(period: OpenPeriod, table: pd.DataFrame) -> str:
    """The share if a moderator had checked every audit, or between which bounds it would lie."""
    at, band = table.set_index("row_key"), period.framework.scale.headline.label
    known = at[(at["mark"] == "") & at["estimate"].notna()]
    if "moderated" in known.index:
        row = known.loc["moderated"]
        share = f"{value_words(row)} of {period.framework.words.cases} would be {band}{likely(row)}"
    elif {"least", "most"} <= set(known.index):
        low, high = (percent(known.loc[name, "estimate"]) for name in ("least", "most"))
        share = f"the share {band} would lie between {low} and {high}, before chance is counted"
    else:
        return ""
    audited = value_words(at.loc["audited"])
    return f"If a moderator had checked every drawn audit, {share}; as audited it is {audited}."


def _to_check(estimate: pd.DataFrame) -> str:
    """How many of each grade to moderate at random, to know that share well."""
    needed = estimate[(estimate["measure"] == "random_needed") & (estimate["mark"] == "")]
    asked = [f"{row.row_key}: {count_of(int(row.x), int(row.n))}" for row in needed.itertuples()]
    if not asked:
        return ""
    margin = percent(PLANNED_MARGIN).removesuffix("%")
    return (
        f"To be sure of it within {margin} points, have so many of each grade checked at random "
        f"({'; '.join(asked)})."
    )


def agreement(period: OpenPeriod) -> Section:
    """How many were moderated, how far the two grades agree and which way they differ."""
    found = period.moderation
    if not found.moderated:
        return _without(period, _NO_AGREEMENT)
    table = found.agreement.assign(row_key=found.agreement["measure"], measure="agreement")
    near = only(found.agreement, "within_one")
    caption = "Audit grade (rows) and moderated grade (columns)"
    grid = before_after_grid(
        found.changes,
        caption=caption,
        grades=period.framework.scale.grades,
        sides=("Audit grade", "Moderated grade"),
    )
    return Section(
        [
            Note(
                f"In {count_of(int(near['x']), int(near['n']))} the two grades are the same or next to each "
                "other."
            ),
            grid,
            cross_table(found.changes, caption=caption, row_heading="Audit grade", column_heading=""),
            share_table(found.coverage, caption="Audits moderated, by why", row_heading="Why moderated"),
            share_table(
                table[table["row_key"].isin(list(_MEASURES))],
                caption="Agreement of moderated with audit grades",
                row_heading="Moderated grade",
                labels=_MEASURES,
                formats=_FORMS,
                note=" ".join([_PICKED if found.unseen else _AS_DONE, *_coefficients(period)]),
            ),
            *_by_month(period),
            *stage_tables(period.moderation_stages),
        ]
    ).folded()


def _by_month(period: OpenPeriod) -> list[object]:
    """How many of each month's audits were moderated by the end of the next, where that is asked for."""
    table, rule = moderated_by_month(period.store), period.framework.moderation
    if table.empty or rule is None:
        return []
    months = {name: table[name].dt.strftime("%B %Y") for name in ("audited_in", "moderated_in")}
    due = table[table["state"] != "not due"]
    short = [
        f"{row.audited_in:%B %Y} ({count_of(row.drawn, row.wanted)})"
        for row in due[due["state"] != "met"].itertuples()
    ]
    kept = count_of(len(due) - len(short), len(due))
    others = f"; not {', '.join(short)}" if short else ""
    return [
        Note(
            f"In {kept} months enough audits were moderated at random by the end of the next month{others}."
        ),
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
        ),
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
    posts = [f"{row.row_key} {count_words(int(row.x))}" for row in found.by_post.itertuples()]
    lines.append(f"Moderated audits by post: {', '.join(posts)}.")
    note = "An audit that several posts moderated counts for each. No moderator is shown."
    return Section(
        [
            Passage([" ".join(lines)]),
            share_table(found.by_post, caption="Moderated audits, by post", row_heading="Post", note=note),
        ]
    ).folded()


def _coefficients(period: OpenPeriod) -> list[str]:
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
    return lines


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
    found, words = period.leniency, period.framework.words
    until = long_date(period.span.end)
    if not found.audits:
        return nothing(
            f"In the year to {until} no {words.audit} was moderated at random, so it is not known how much a "
            f"grade depends on who audits: {words.audits} picked for moderation by their grade cannot tell."
        )
    table = found.spread.assign(row_key=found.spread["measure"], measure="value")
    lines = [
        f"In the year to {until}, {count_words(found.audits)} {words.audits} by "
        f"{count_words(found.auditors)} auditors were moderated at random. "
        f"{_level(only(found.spread, 'leniency'))} {_gap(found.spread)}"
    ]
    if not found.blind:
        lines.append(
            "Some moderators may have seen the audit grade and kept to it, so auditors may differ more."
        )
    return Section(
        [
            Passage(lines),
            share_table(
                table,
                caption="How much a grade depends on who audits",
                row_heading="Measure",
                labels=_LENIENCY_MEASURES,
                formats=_LENIENCY_FORMS,
                note=f"In all: moderated audits; in the last two rows, auditors. {_HOW}",
            ),
        ]
    ).folded()


def _level(row: pd.Series) -> str:
    estimate = float(row["estimate"])
    way = "above" if estimate >= 0 else "below"
    size = f"{score(abs(estimate))} of a grade {way} the moderators"
    if pd.isna(row["low"]):
        return f"On average they graded {size}."
    low, high = score(row["low"]), score(row["high"])
    clear = "" if row["low"] > 0 or row["high"] < 0 else ", which may be chance"
    return f"On average they graded {size}{clear} (likely between {low} and {high})."


def _gap(table: pd.DataFrame) -> str:
    gap, due, lenient, strict = (
        only(table, name) for name in ("typical_gap", "due_to_auditor", "lenient", "strict")
    )
    if gap["mark"]:
        return f"How far auditors differ from one another cannot be told: {gap['method'].split(';')[0]}."
    if float(gap["low"]) == 0:
        told = (
            "No difference between auditors can be told from chance: on the same file two of them would "
            f"differ by at most {score(gap['high'])} of a grade, and at most {percent(due['high'])} of the "
            "differences between audit and moderated grades lies with who audits."
        )
        if not lenient["x"] and not strict["x"]:
            return told
    else:
        told = (
            f"Two auditors taken at random would differ by {score(gap['estimate'])} of a grade on the same "
            f"file (likely between {score(gap['low'])} and {score(gap['high'])})."
        )
    return (
        f"{told} Once luck is allowed for, {count_words(int(lenient['x']))} auditors grade clearly above the "
        f"moderators and {count_words(int(strict['x']))} clearly below, of {count_words(int(lenient['n']))}."
    )
