"""The SLT report's first page: key figures, three cards, and Leeds's headings in words."""

from __future__ import annotations

import pandas as pd

from qaf_lib.display.passages import Card, Cards, Figure, KeyFigures, Passage
from qaf_lib.display.sections.section import Section, only
from qaf_lib.display.words import (
    count_of,
    count_words,
    interval_words,
    percent,
    share_words,
    value_words,
)
from qaf_lib.period import OpenPeriod
from qaf_lib.period.coverage import Reached

__all__ = [
    "cards",
    "commentary",
    "decisions",
    "headlines",
    "introduction",
    "key_figures",
    "methodology",
    "scope",
]

_ENOUGH_AGREEMENT = 0.8
_ENOUGH_PAIRS = 10
_NAMED_RULES = 2


def key_figures(period: OpenPeriod) -> Section:
    """How good is practice, how sure are we, is it better, did what we did work."""
    return Section([KeyFigures(_figures(period))])


def _figures(period: OpenPeriod) -> list[Figure]:
    figures = [figure for figure in (_quality(period), _concern(period), _change(period)) if figure]
    return figures + _coverage_figures(period) + _action_figures(period)


def _quality(period: OpenPeriod) -> Figure | None:
    if not period.grades:
        return None
    row, words = period.grades[0].headline.iloc[0], period.framework.words
    return Figure(value_words(row), period.framework.scale.headline.label, _sure(row, words.cases))


def _concern(period: OpenPeriod) -> Figure | None:
    if not period.grades:
        return None
    row = period.grades[0].concern.iloc[0]
    return Figure(
        value_words(row), period.framework.scale.concern.label, _sure(row, period.framework.words.cases)
    )


def _sure(row: pd.Series, cases: str) -> str:
    if row["mark"] or pd.isna(row["low"]):
        return ""
    counted = f"{count_of(int(row['x']), int(row['n']))} drawn and graded"
    speaks = f"speaks of {count_words(int(row['population']))} {cases}"
    return f"95% interval {interval_words(row['low'], row['high'])}. {counted}; {speaks}."


def _change(period: OpenPeriod) -> Figure | None:
    found = period.reaudit
    if found.independent_verdict:
        return _verdict_figure(found.independent_verdict, f"random audits since {found.independent_period}")
    if found.paired_verdict:
        return _verdict_figure(found.paired_verdict, f"{count_words(found.graded_pairs)} audited again")
    return None


def _verdict_figure(verdict: str, label: str) -> Figure:
    value, _, detail = verdict.partition(" (")
    return Figure(value.capitalize(), label, f"{detail.rstrip(')').capitalize()}." if detail else "")


def _coverage_figures(period: OpenPeriod) -> list[Figure]:
    return [
        Figure(
            value_words(rule.by_service.iloc[0]),
            rule.label[:1].lower() + rule.label[1:],
            f"{share_words(rule.by_service.iloc[0]).split(' (')[0]}, a full count.",
        )
        for rule in period.practice.coverage[:1]
    ]


def _action_figures(period: OpenPeriod) -> list[Figure]:
    if period.actions.states.empty:
        return []
    late = period.actions.summary.set_index("row_key").loc["overdue"]
    return [
        Figure(count_words(int(late["x"])), "actions overdue", f"Of {count_words(int(late['n']))} actions.")
    ]


def headlines(period: OpenPeriod) -> list[str]:
    """The key figures as sentences, for the front page."""
    return [
        f"{figure.label[:1].upper()}{figure.label[1:]}: {figure.value[:1].lower()}{figure.value[1:]}. "
        f"{figure.detail}".rstrip()
        for figure in _figures(period)
    ]


def cards(period: OpenPeriod) -> Section:
    """What is working well, what are we worried about, what needs to happen."""
    return Section(
        [
            Cards(
                [
                    Card("What is working well", _working_well(period)),
                    Card("What are we worried about", _worried_about(period)),
                    Card("What needs to happen", needs(period)),
                ]
            )
        ]
    )


def _working_well(period: OpenPeriod) -> list[str]:
    band, labels = period.framework.scale.headline.label, period.framework.questions()
    lines = []
    highest = period.summary.highest
    if highest is not None:
        lines.append(
            f"Highest of the tool's questions: {labels[highest['row_key']]}, {share_words(highest)} {band}."
        )
    for found in period.grades[:1]:
        lines.append(f"{share_words(found.headline.iloc[0])} {band}.")
    if "improved" in (period.reaudit.independent_verdict, period.reaudit.paired_verdict):
        lines.append("Practice has improved: see the re-audit section for by how much.")
    if period.moderation.moderated:
        kept = only(period.moderation.agreement, "exact")
        if kept["n"] >= _ENOUGH_PAIRS and kept["estimate"] >= _ENOUGH_AGREEMENT:
            lines.append(f"Audit grades held when moderated: {share_words(kept)}.")
    compliments = period.voice.kinds[period.voice.kinds["row_key"] == "compliment"]
    if len(compliments):
        lines.append(f"{count_words(int(compliments['x'].iloc[0]))} compliments were received.")
    return lines


def _worried_about(period: OpenPeriod) -> list[str]:
    band, labels = period.framework.scale.headline.label, period.framework.questions()
    lines = []
    lowest = period.summary.lowest
    if lowest is not None:
        lines.append(
            f"Lowest of the tool's questions: {labels[lowest['row_key']]}, {share_words(lowest)} {band}."
        )
    for found in period.grades[:1]:
        row = found.concern.iloc[0]
        lines.append(f"{period.framework.scale.concern.label.capitalize()}: {share_words(row)}.")
    if "worsened" in (period.reaudit.independent_verdict, period.reaudit.paired_verdict):
        lines.append("Practice has worsened: see the re-audit section for by how much.")
    lines += _leniency(period) + _broken(period)
    for sample in period.samples:
        missing = sample.returns.set_index("row_key").loc["not returned"]
        if missing["x"] > 0:
            lines.append(f"{count_of(int(missing['x']), sample.drawn)} drawn audits did not come back.")
    return lines


def _leniency(period: OpenPeriod) -> list[str]:
    if not period.moderation.moderated:
        return []
    lowered, raised = (
        only(period.moderation.agreement, "lowered"),
        only(period.moderation.agreement, "raised"),
    )
    if lowered["x"] <= raised["x"]:
        return []
    return [
        f"Moderators lowered {count_words(int(lowered['x']))} grades and raised "
        f"{count_words(int(raised['x']))}, of "
        f"{count_words(int(lowered['n']))} moderated: auditors may be lenient."
    ]


def _broken(period: OpenPeriod) -> list[str]:
    """How many rules were broken, and the ones broken most often."""
    counts, labels = period.breaches.counts, period.breaches.labels
    if counts.empty:
        return []
    most = counts.sort_values("x", ascending=False, kind="stable").head(_NAMED_RULES)
    named = "; ".join(f"{labels[row.row_key]} ({count_words(int(row.x))})" for row in most.itertuples())
    rules = (
        "1 rule of the framework was" if len(counts) == 1 else f"{len(counts)} rules of the framework were"
    )
    return [f"{rules} broken, {count_words(int(counts['x'].sum()))} times in all, most often: {named}."]


def needs(period: OpenPeriod) -> list[str]:
    """Decisions asked of leaders, each with a number."""
    labels = period.framework.questions()
    lines = []
    lowest = period.summary.lowest
    if lowest is not None:
        lines.append(
            f"Decide who leads the work on {labels[lowest['row_key']].lower()}, and by when it is re-audited."
        )
    lines += [line for rule in period.practice.coverage if (line := _hours(rule))]
    if not period.breaches.counts.empty:
        lines.append("Decide who answers for the rules broken; the practice page counts each.")
    if not period.actions.states.empty:
        late = period.actions.summary.set_index("row_key").loc["overdue"]
        if late["x"] > 0:
            lines.append(f"Agree new dates or owners for {count_words(int(late['x']))} overdue actions.")
    if period.moderation.moderated and period.moderation.unseen:
        lines.append(
            "Moderate a random share of the grades that are not moderated now, so that all grades are "
            "checked."
        )
    return lines


def _hours(rule: Reached) -> str | None:
    """What to decide where the auditors' hours do not reach what the year still asks, or are not known."""
    pace = rule.pace.set_index("measure") if len(rule.pace) else rule.pace
    if rule.counts != "audit" or "hours_needed" not in pace.index:
        return None
    needed, there = pace.loc["hours_needed", "estimate"], pace.loc["hours_there", "estimate"]
    if needed == 0 or (pd.notna(there) and there >= needed):
        return None
    have = (
        f"the auditors in post have {count_words(round(there))}" if pd.notna(there) else "none are recorded"
    )
    return (
        f"{rule.label}: what is left takes {count_words(round(needed))} auditor hours by the year's end and "
        f"{have}. Decide on hours, or on what to stop."
    )


def decisions(period: OpenPeriod) -> Section:
    """What leaders are asked to decide, once more at the report's end."""
    asked = needs(period)
    card = Card("What leaders are asked to decide", asked)
    return Section([Cards([card], nothing="Nothing is asked this period.")])


def introduction(period: OpenPeriod) -> Section:
    """Why the report exists and what it answers."""
    words = period.framework.words
    return Section(
        [
            Passage(
                [
                    "This report tells the Senior Leadership Team how good practice was in "
                    f"{period.parameters.period}, "
                    f"how sure that is, whether it has changed, and what became of actions. It follows "
                    f"{period.framework.title}. Its unit is the {words.case}."
                ]
            )
        ]
    )


def scope(period: OpenPeriod) -> Section:
    """Which cases the estimates speak of."""
    words = period.framework.words
    lines = [
        f"{sample.label}: {count_words(sample.open_cases)} {words.cases} were on the list when the sample "
        "was drawn; "
        f"{count_words(sample.eligible)} could be drawn ({percent(sample.eligible / sample.open_cases)}), "
        f"{count_words(sample.drawn)} were, and {count_words(sample.graded)} have a grade."
        for sample in period.samples
    ]
    lines.append(
        f"Chosen {words.cases} (themed, ad hoc, spot checks) are counted apart and bear no estimate."
    )
    return Section([Passage(lines)])


def methodology(period: OpenPeriod) -> Section:
    """How the sample was drawn and the figures made, in a few sentences."""
    words = period.framework.words
    return Section(
        [
            Passage(
                [
                    f"Each {words.case} has one permanent random number, made with a secret key. In each "
                    "stratum the "
                    "sample is the next numbers after those of the last draw, so nobody can choose, and "
                    "audits go "
                    f"round. Estimates are weighted by stratum and speak of all {words.cases} that could "
                    "be drawn.",
                    "Intervals are 95% intervals: made this way in quarter after quarter, 19 of 20 hold "
                    "the true "
                    "share. Where intervals overlap, no difference is claimed. A full count has no interval.",
                    "Change is claimed only where its interval leaves out no change; otherwise the "
                    "report says "
                    "what change could have been seen.",
                ]
            )
        ]
    )


def commentary(period: OpenPeriod) -> Section:
    """The analyst's own words, where the parameters hold any that are reviewed."""
    found = period.parameters.commentary
    if found is None:
        return Section([Passage(["No commentary was added."])])
    if not found.reviewed:
        return Section(
            [Passage(["The commentary is left out until the parameters say that it is reviewed."])]
        )
    return Section([Passage(found.paragraphs, "quotation")])
