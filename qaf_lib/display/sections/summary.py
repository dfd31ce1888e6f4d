"""The report to leaders: its key figures, and its headings in words."""

from __future__ import annotations

import pandas as pd

from qaf_lib.display.passages import Figure, KeyFigures, Passage
from qaf_lib.display.sections.section import Section
from qaf_lib.display.targets import target_sentence
from qaf_lib.display.words import count_words, interval_words, percent, share_words, value_words
from qaf_lib.frameworks import Band
from qaf_lib.period import OpenPeriod

__all__ = ["commentary", "headlines", "introduction", "key_figures", "methodology", "scope"]


def key_figures(period: OpenPeriod) -> Section:
    """How good is practice, how sure are we, is it better, did what we did work."""
    return Section([KeyFigures(_figures(period))])


def _figures(period: OpenPeriod) -> list[Figure]:
    scale = period.framework.scale
    figures = [
        figure
        for found in period.grades[:1]
        for figure in (
            _share(period, scale.headline, found.headline.iloc[0]),
            _share(period, scale.concern, found.concern.iloc[0]),
        )
    ]
    return figures + _change(period) + _coverage(period) + _actions(period)


def _share(period: OpenPeriod, band: Band, row: pd.Series) -> Figure:
    words = period.framework.words
    target = target_sentence(period.framework, band.name, row)
    if row["mark"] or pd.isna(row["low"]):
        return Figure(value_words(row), band.label, target)
    sure = (
        f"Likely between {interval_words(row['low'], row['high']).replace(' to ', ' and ')} (95% interval). "
        f"Based on {count_words(int(row['n']))} {words.audits} of {words.cases} picked at random from "
        f"{count_words(int(row['population']))}."
    )
    return Figure(value_words(row), band.label, f"{target} {sure}".lstrip())


def _change(period: OpenPeriod) -> list[Figure]:
    found, words = period.reaudit, period.framework.words
    if found.independent_verdict:
        since = f"since {found.independent_period}, {words.audits} of {words.cases} picked at random"
        return [_verdict(found.independent_verdict, since)]
    if found.paired_verdict:
        again = f"{count_words(found.graded_pairs)} {words.cases} audited again"
        return [_verdict(found.paired_verdict, again)]
    return []


def _verdict(verdict: str, label: str) -> Figure:
    value, _, detail = verdict.partition(" (")
    seen = detail.rstrip(")").removeprefix("could have seen ")
    if seen == detail.rstrip(")"):
        return Figure(value.capitalize(), label, f"{seen.capitalize()}." if seen else "")
    return Figure(value.capitalize(), label, f"Only a change of {seen} would stand out from chance.")


def _coverage(period: OpenPeriod) -> list[Figure]:
    return [
        Figure(
            value_words(rule.by_service.iloc[0]),
            rule.label[:1].lower() + rule.label[1:],
            f"{share_words(rule.by_service.iloc[0]).split(' (')[0]}, a full count.",
        )
        for rule in period.practice.coverage[:1]
    ]


def _actions(period: OpenPeriod) -> list[Figure]:
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


def introduction(period: OpenPeriod) -> Section:
    """Why the report exists and what it answers."""
    told = (
        f"This report tells the {period.framework.words.leaders} how good practice was in "
        f"{period.parameters.period}, how sure that is, whether it has changed, and what became of actions. "
        f"It follows {period.framework.title}."
    )
    return Section([Passage([told])])


def scope(period: OpenPeriod) -> Section:
    """Which cases the estimates speak of."""
    words = period.framework.words
    lines = [
        f"{sample.label}: {count_words(sample.open_cases)} {words.cases} were on the list when the sample "
        f"was drawn; {count_words(sample.eligible)} could be drawn "
        f"({percent(sample.eligible / sample.open_cases)}), {count_words(sample.drawn)} were, and "
        f"{count_words(sample.graded)} have a grade."
        for sample in period.estimating_samples
    ]
    if not lines:
        lines.append(f"No {words.case} was drawn at random, so nothing here is estimated.")
    lines.append(
        f"{words.cases.capitalize()} that somebody chose (themed, ad hoc, spot checks) are counted apart: "
        "they say nothing about the others."
    )
    return Section([Passage(lines)])


def methodology(period: OpenPeriod) -> Section:
    """How the sample was drawn and the figures made, in a few sentences; without a draw, what is counted."""
    words = period.framework.words
    if not period.estimating_samples:
        return Section(
            [
                Passage(
                    [
                        f"Nothing was picked by chance: the {words.cases} were chosen, or all looked at. "
                        f"What is counted here is counted in full and speaks of these {words.cases} alone."
                    ]
                )
            ]
        )
    return Section(
        [
            Passage(
                [
                    f"Each {words.case} has a permanent random number, made with a secret key. In each group "
                    "the sample is the next numbers after those of the last draw, so nobody can choose, and "
                    f"{words.audits} go round. Shares are weighted by group and speak of all {words.cases} "
                    "that could be drawn.",
                    "The likely range is a 95% interval: made this way in quarter after quarter, 19 of 20 "
                    "hold the true share. Where ranges overlap, no difference is claimed. A full count has "
                    "no range.",
                    "We call it a change only where chance is an unlikely explanation; otherwise the report "
                    "says what change could have been seen. A question is said to stand out only where its "
                    "range, widened for the number of questions, leaves out the average of all.",
                ]
            )
        ]
    )


def commentary(period: OpenPeriod) -> Section:
    """The analyst's own words, where the parameters hold any that are reviewed."""
    found = period.parameters.commentary
    if found is None:
        return Section([])
    if not found.reviewed:
        return Section(
            [Passage(["The commentary is left out until the parameters say that it is reviewed."])]
        )
    return Section([Passage(found.paragraphs, "quotation")])
