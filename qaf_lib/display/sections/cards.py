"""What is working well, what worries, what to decide: only what a target, a change or a test bears out."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from qaf_lib.analysis.targets import TargetVerdict
from qaf_lib.display.passages import Card, Cards
from qaf_lib.display.sections.section import Section, only
from qaf_lib.display.targets import target_sentence, verdict_of
from qaf_lib.display.words import count_of, count_words, share_words
from qaf_lib.period import OpenPeriod
from qaf_lib.period.coverage import Reached

__all__ = ["decisions", "leading_cards", "needs", "three"]

_LEVEL = 0.05
_NAMED = 3
_NAMED_RULES = 2
_QUIET = "Of the period's questions and targets none stands out beyond what chance explains."


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


def _hours(rule: Reached, period: OpenPeriod) -> str | None:
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
