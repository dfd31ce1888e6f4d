"""The report to leaders: its key figures, what stands out, what to decide, and its headings in words."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from qaf_lib.analysis import ChangeClaim
from qaf_lib.counting import TargetVerdict
from qaf_lib.display.charts.chart import sentence
from qaf_lib.display.charts.sparkline import sparkline
from qaf_lib.display.passages import Card, Cards, Figure, KeyFigures, Note, Passage, target_sentence
from qaf_lib.display.tables import Table
from qaf_lib.display.words import (
    are,
    between_words,
    count_of,
    count_words,
    least_points,
    percent,
    share_words,
    value_words,
)
from qaf_lib.frameworks import Band
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.cover import Section, only
from qaf_lib.pages.leaders.answers import shares_before
from qaf_lib.pages.leaders.decisions import (
    AGREE,
    Decision,
    decisions_of,
    judged,
    rules_not_kept,
    said_of,
)


def key_figures(period: OpenPeriod) -> Section:
    """How good is practice, how sure are we, is it better, did what we did work; shares with earlier ones."""
    scale = period.framework.scale
    trends = [_trend(period, band) for band in (scale.headline, scale.concern)] if period.grades else []
    figures = _figures(period)
    shares = [replace(figure, trend=trend) for figure, trend in zip(figures, trends, strict=False)]
    return Section([KeyFigures([*shares, *figures[len(shares) :]])])


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
        return Figure(value_words(row), band.label, target, page="Grades")
    sure = (
        f"Likely between {between_words(row['low'], row['high'])}: "
        f"{count_words(int(row['n']))} {words.audits} of {words.cases} picked at random from "
        f"{count_words(int(row['population']))}."
    )
    return Figure(value_words(row), band.label, f"{target} {sure}".lstrip(), page="Grades")


def _trend(period: OpenPeriod, band: Band) -> str:
    points = shares_before(period.store, band)
    if not points:
        return ""
    return sparkline(points, caption=f"{sentence(band.label)}, random {period.framework.words.audits}").image


def _change(period: OpenPeriod) -> list[Figure]:
    found, words = period.reaudit, period.framework.words
    if found.independent_claim:
        return [_claim(found.independent_claim, f"since {found.independent_period}", words.cases)]
    if found.paired_claim:
        again = f"{count_words(found.graded_pairs)} {words.cases} audited again"
        return [_claim(found.paired_claim, again, words.cases)]
    return []


def _claim(claim: ChangeClaim, label: str, cases: str) -> Figure:
    sure = ""
    if claim.direction == "no clear change":
        sure = f"Too few {cases} to see any."
        if claim.detectable is not None:
            sure = f"A change of {least_points(claim.detectable)} or more would probably have been seen."
    return Figure(claim.direction.capitalize(), label, sure, page="Re-audit")


def _shown(period: OpenPeriod, direction: str) -> bool:
    """Whether a comparison with earlier audits shows the change."""
    claims = (period.reaudit.independent_claim, period.reaudit.paired_claim)
    return any(claim is not None and claim.direction == direction for claim in claims)


def _coverage(period: OpenPeriod) -> list[Figure]:
    return [
        Figure(
            value_words(rule.by_service.iloc[0]),
            rule.label[:1].lower() + rule.label[1:],
            f"{share_words(rule.by_service.iloc[0]).split(' (')[0]}, a full count.",
            page="Practice",
        )
        for rule in period.practice.coverage[:1]
    ]


def _actions(period: OpenPeriod) -> list[Figure]:
    if period.actions.states.empty:
        return []
    late = period.actions.summary.set_index("row_key").loc["overdue"]
    whole = f"Of {count_words(int(late['n']))} actions still to be done."
    return [Figure(count_words(int(late["x"])), "actions overdue", whole, page="Actions")]


def headlines(period: OpenPeriod) -> list[str]:
    """The key figures as sentences, for the front page."""
    return [
        f"{figure.label[:1].upper()}{figure.label[1:]}: {figure.value[:1].lower()}{figure.value[1:]}. "
        f"{figure.detail}".rstrip()
        for figure in _figures(period)
    ]


def answer(period: OpenPeriod) -> Section:
    """The quarter in one sentence."""
    scale, words, told = period.framework.scale, period.framework.words, []
    for found in period.grades[:1]:
        rows = [(scale.headline, found.headline.iloc[0]), (scale.concern, found.concern.iloc[0])]
        told += [
            f"{value_words(row)} of {words.cases} were {band.label}" for band, row in rows if not row["mark"]
        ]
    if not told:
        told.append(f"no {words.case} picked at random has a grade")
    claim = period.reaudit.independent_claim or period.reaudit.paired_claim
    if claim is not None:
        since = f" since {period.reaudit.independent_period}" if period.reaudit.independent_claim else ""
        told.append(f"{_CHANGES[claim.direction]}{since}")
    told.append(_asked(len(decisions_of(period))))
    return Section([Passage([f"In {period.parameters.period} {_listed(told)}."], "lead")])


_CHANGES = {
    "improved": "practice has improved",
    "worsened": "practice has worsened",
    "no clear change": "there is no clear change",
}


def _asked(count: int) -> str:
    if count == 1:
        return "1 decision is asked of leaders"
    return f"{count_words(count) if count else 'no'} decisions are asked of leaders"


def _listed(parts: list[str]) -> str:
    return f"{', '.join(parts[:-1])}, and {parts[-1]}" if len(parts) > 1 else parts[0]


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
                        f"What is counted here is counted in full and is about these {words.cases} alone."
                    ]
                )
            ]
        )
    return Section(
        [
            Passage(
                [
                    f"{words.cases.capitalize()} are picked by a permanent random number, the next ones each "
                    f"time, so nobody can choose and {words.audits} go round. Shares are weighted by group: "
                    f"they are about all {words.cases} that could be drawn.",
                    "Likely between means a 95% interval: made this way quarter after quarter, 19 of 20 hold "
                    "the true share. A full count has none. We call it a change only where chance is an "
                    "unlikely explanation, and name a question only where it stands apart from the others "
                    "although so many are asked.",
                ]
            )
        ]
    )


_LEVEL = 0.05
_NAMED = 3
_NAMED_RULES = 2


def three(period: OpenPeriod) -> Section:
    """What is working well, what are we worried about, what needs to happen."""
    return Section([Cards(leading_cards(period))])


def leading_cards(period: OpenPeriod) -> list[Card]:
    """The three cards that lead the report to leaders, in their order."""
    return [
        Card(
            "What is working well",
            [*(_working_well(period) or [_quiet(period, "above", "met")]), *_good_practice(period)],
        ),
        Card("What are we worried about", _worried_about(period) or [_quiet(period, "below", "missed")]),
        Card(
            "What needs to happen",
            [f"{one.what}." for one in decisions_of(period)] or ["No decision is asked of leaders."],
        ),
    ]


def decisions(period: OpenPeriod) -> Section:
    """What leaders are asked to decide, with who, by when, and the finding that asks for it."""
    asked = decisions_of(period)
    if not asked:
        return Section([])
    return Section(
        [
            Table(
                table_id="decisions",
                caption="What leaders are asked to decide",
                headings=("To decide", "Because (page with the figures)"),
                rows=tuple((one.what, _because(one)) for one in asked),
                note=_still_to_agree(asked),
                records=tuple(
                    {
                        "To decide": one.what,
                        "Because": f"{one.of.rstrip('.')}.",
                        "Page": one.page,
                        "Who": one.who,
                        "When": one.by,
                    }
                    for one in asked
                ),
                folded=False,
                pages={one.page for one in asked},
            )
        ]
    )


def _because(asked: Decision) -> str:
    """The finding, and who and by when where that is known: columns of them would be all but empty."""
    return " ".join([f"{asked.of.rstrip('.')} ({asked.page}).", *said_of(asked)])


def _still_to_agree(asked: list[Decision]) -> str:
    if not any(AGREE in (one.who, one.by) for one in asked):
        return ""
    where = " where a row does not say" if any(map(said_of, asked)) else ""
    return f"Who does it, and by when, is to be agreed{where}."


def _quiet(period: OpenPeriod, side: str, so: str) -> str:
    """Where no question leads, and no target where the framework has any: chance explains the differences."""
    audits = period.framework.words.audits
    line = f"No question of the {audits} stands {side} the others by more than chance explains"
    return f"{line}, and no target is {so} beyond chance." if period.framework.targets else f"{line}."


def conclusions(period: OpenPeriod) -> Section:
    """How many decisions the summary asks, and where they stand."""
    asked = len(decisions_of(period))
    if not asked:
        return Section([])
    return Section([Note(f"{_asked(asked)}. The table in the summary has each, with the finding behind it.")])


def _working_well(period: OpenPeriod) -> list[str]:
    lines = [_stands_out(period, row, "above") for row in period.summary.strong[:_NAMED]]
    lines += _targets(period, "met")
    if _shown(period, "improved"):
        lines.append("Practice has improved: the page on re-audit says by how much.")
    return lines


def _good_practice(period: OpenPeriod) -> list[str]:
    """How many examples of good practice were written down in the period."""
    found = len(period.store.in_period(period.store.table("good_practice"), "on"))
    if not found:
        return []
    examples = are(found, "example", "examples")
    return [f"{examples} of good practice found, compliments aside: the page on actions has them."]


def _worried_about(period: OpenPeriod) -> list[str]:
    lines = [_stands_out(period, row, "below") for row in period.summary.weak[:_NAMED]]
    lines += _targets(period, "missed")
    if _shown(period, "worsened"):
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
        for name, label, row in judged(period, wanted)
    ]


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
        return [f"{rules_not_kept(len(counts))} not on record as kept, among them: {named}."]
    return [f"{rules_not_kept(len(counts))} not on record as kept, most often: {named}."]
