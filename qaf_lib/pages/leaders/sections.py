"""The report to leaders: its key figures, what stands out, what to decide, and its headings in words."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from qaf_lib.counting import TargetVerdict
from qaf_lib.display.passages import Card, Cards, Figure, KeyFigures, Passage, target_sentence, verdict_of
from qaf_lib.display.words import count_of, count_words, interval_words, percent, share_words, value_words
from qaf_lib.frameworks import Band
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.cover import Section, only
from qaf_lib.pages.practice.coverage import CoverageCount


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
                    "hold the true share. A full count has no range.",
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


_LEVEL = 0.05
_NAMED = 3
_NAMED_RULES = 2
_QUIET = "No question of the audits and no target for grades differs by more than chance explains."


def three(period: OpenPeriod) -> Section:
    """What is working well, what are we worried about, what needs to happen."""
    return Section([Cards(leading_cards(period))])


def leading_cards(period: OpenPeriod) -> list[Card]:
    """The three cards that lead the report to leaders, in their order."""
    return [
        Card("What is working well", [*(_working_well(period) or [_QUIET]), *_good_practice(period)]),
        Card("What are we worried about", _worried_about(period) or [_QUIET]),
        Card("What needs to happen", needs(period)),
    ]


def decisions(period: OpenPeriod) -> Section:
    """What leaders are asked to decide, once more at the report's end."""
    card = Card("What leaders are asked to decide", needs(period))
    return Section([Cards([card], nothing="Nothing is asked this period.")])


def _working_well(period: OpenPeriod) -> list[str]:
    lines = [_stands_out(period, row, "above") for row in period.summary.strong[:_NAMED]]
    lines += _targets(period, "met")
    if "improved" in (period.reaudit.independent_verdict, period.reaudit.paired_verdict):
        lines.append("Practice has improved: the page on re-audit says by how much.")
    return lines


def _good_practice(period: OpenPeriod) -> list[str]:
    """How many examples of good practice were written down in the period."""
    found = len(period.store.in_period(period.store.table("good_practice"), "on"))
    if not found:
        return []
    examples = "1 example" if found == 1 else f"{count_words(found)} examples"
    return [f"{examples} of good practice found: the page on actions has them."]


def _worried_about(period: OpenPeriod) -> list[str]:
    lines = [_stands_out(period, row, "below") for row in period.summary.weak[:_NAMED]]
    lines += _targets(period, "missed")
    if "worsened" in (period.reaudit.independent_verdict, period.reaudit.paired_verdict):
        lines.append("Practice has worsened: the page on re-audit says by how much.")
    return [*lines, *_leniency(period), *_not_kept(period), *_not_back(period)]


def _not_back(period: OpenPeriod) -> list[str]:
    """Drawn cases without an audit, and audits drawn to be looked at again of which no look is on record."""
    words, lines = period.framework.words, []
    for sample in period.samples:
        missing = int(sample.returns.set_index("row_key").loc["not returned", "x"])
        if missing and not period.framework.looks_again(sample.audit_type):
            lines.append(
                f"{count_of(missing, sample.drawn)} {words.cases} that were drawn have no {words.audit} yet."
            )
    again = period.moderation.drawn
    if again is not None and again.looked < again.drawn:
        unseen = count_of(again.drawn - again.looked, again.drawn)
        lines.append(f"{unseen} {words.audits} drawn to be looked at again have no second look on record.")
    return lines


def _stands_out(period: OpenPeriod, row: pd.Series, side: str) -> str:
    """A question apart from the average of all, chance and the number of questions allowed for."""
    band, label = period.framework.scale.headline.label, period.framework.questions()[row["row_key"]]
    return f"{label}: {share_words(row)} {band}, {side} the average of all questions by more than chance."


def _targets(period: OpenPeriod, wanted: TargetVerdict) -> list[str]:
    """Targets for the grades that are met, or missed, beyond chance."""
    return [
        f"{label[:1].upper()}{label[1:]}: {share_words(row)}. {target_sentence(period.framework, name, row)}"
        for name, label, row in _judged(period, wanted)
    ]


def _judged(period: OpenPeriod, wanted: TargetVerdict) -> Iterator[tuple[str, str, pd.Series]]:
    scale = period.framework.scale
    for found in period.grades[:1]:
        rows = {
            scale.headline.name: (scale.headline.label, found.headline.iloc[0]),
            scale.concern.name: (scale.concern.label, found.concern.iloc[0]),
        }
        for target in period.framework.targets:
            label, row = rows[target.band]
            if verdict_of(target, row) == wanted:
                yield target.band, label, row


def _leniency(period: OpenPeriod) -> list[str]:
    """Where moderators lowered more grades than chance explains, of audits picked for it at random alone.

    Those picked by their grade, or disputed, move one way for that reason.
    """
    found = period.moderation
    random = found.coverage.loc[found.coverage["row_key"] == "drawn at random", "x"].sum()
    if not found.moderated or random < found.moderated:
        return []
    lowered, raised, chance = (only(found.agreement, name) for name in ("lowered", "raised", "direction_p"))
    if lowered["x"] <= raised["x"] or pd.isna(chance["estimate"]) or chance["estimate"] >= _LEVEL:
        return []
    return [
        f"Moderators lowered {count_of(int(lowered['x']), int(lowered['n']))} grades and raised "
        f"{count_words(int(raised['x']))}. Chance does not explain it: auditors may mark generously."
    ]


def _not_kept(period: OpenPeriod) -> list[str]:
    """How many rules the records do not show as kept, and the two of which that is most often so."""
    counts, labels = period.breaches.counts, period.breaches.labels
    if counts.empty:
        return []
    most = counts.sort_values("x", ascending=False, kind="stable").head(_NAMED_RULES)
    named = "; ".join(f"{labels[row.row_key]} ({count_words(int(row.x))})" for row in most.itertuples())
    left = counts["x"].drop(most.index)
    if len(left) and left.max() == most["x"].min():
        return [f"{_rules(len(counts))} not on record as kept, among them: {named}."]
    return [f"{_rules(len(counts))} not on record as kept, most often: {named}."]


def _rules(count: int) -> str:
    return "1 rule of the framework is" if count == 1 else f"{count_words(count)} rules of the framework are"


def needs(period: OpenPeriod) -> list[str]:
    """Decisions asked of leaders, each with a number."""
    labels, counts = period.framework.questions(), period.breaches.counts
    lines = [
        f"Agree who leads the work on {labels[row['row_key']].lower()}, and by when it is audited again."
        for row in period.summary.weak[:1]
    ]
    lines += [
        f"Agree what brings the share that is {label} to the target, and by when."
        for _, label, _ in _judged(period, "missed")
    ]
    lines += [line for rule in period.practice.coverage if (line := _hours(rule, period))]
    if not counts.empty:
        lines.append(
            f"{_rules(len(counts))} not on record as kept. Agree who does or records what is missing, and by "
            "when (list: Practice)."
        )
    if not period.actions.states.empty:
        late = period.actions.summary.set_index("row_key").loc["overdue"]
        if late["x"] > 0:
            lines.append(f"Agree new dates or owners for {count_words(int(late['x']))} overdue actions.")
    if period.moderation.moderated and period.moderation.unseen:
        lines.append("Have moderators check a random share of the grades that nobody checks now.")
    return lines


def _hours(rule: CoverageCount, period: OpenPeriod) -> str | None:
    """What to decide where the auditors' hours do not reach what the year still asks, or are not known."""
    pace = rule.pace.set_index("measure") if len(rule.pace) else rule.pace
    if rule.counts != "audit" or "hours_needed" not in pace.index:
        return None
    needed, there = pace.loc["hours_needed", "estimate"], pace.loc["hours_there", "estimate"]
    if needed == 0 or (pd.notna(there) and there >= needed):
        return None
    have = (
        f"auditors have {count_words(round(there))}" if pd.notna(there) else "no auditor hours are recorded"
    )
    return (
        f"{rule.label}: what is left takes about {count_words(round(needed))} hours by the year's end; "
        f"{have}. Decide: more auditors, shorter {period.framework.words.audits}, or a smaller aim."
    )
