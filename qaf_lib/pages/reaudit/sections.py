"""Whether practice changed, in words that claim no more than the intervals do."""

from __future__ import annotations

import pandas as pd

from qaf_lib.analysis import ChangeClaim
from qaf_lib.display.charts import before_after_grid
from qaf_lib.display.passages import Note, Passage
from qaf_lib.display.tables import Table, cross_table, share_table
from qaf_lib.display.words import count_words, least_points, points, value_words
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.cover import Section, nothing, only
from qaf_lib.pages.reaudit.answers import FEWEST_PAIRS
from qaf_lib.pages.reaudit.luck import SecondLook

_MEASURES = {
    "better": "better grade than before",
    "worse": "worse grade than before",
    "same": "same grade",
    "better_minus_worse": "better less worse",
    "band_before": "in the headline band before",
    "band_after": "in the headline band after",
    "band_change": "change of the headline share",
    "detectable_change": "smallest change likely to be seen",
    "power_for_worthwhile": "chance of seeing a worthwhile change",
    "mcnemar_mid_p": "the same by McNemar's mid-p test, for comparison",
    "mcnemar_exact_p": "headline share (McNemar, by the changes alone)",
    "ordinal_shift_p": "grades moved up or down (steps of the scale)",
    "signed_rank_p": "grades moved up or down (Wilcoxon, Pratt)",
    "stuart_maxwell_p": "any grade more or less common (Stuart-Maxwell)",
    "bowker_p": "moves in one direction more common than back (Bowker)",
    "before": "share before",
    "after": "share this period",
    "change": "change",
    "change_p": "probability of so large a change by chance",
    "in_common": "in both samples",
    "later_better": "chance that a later grade is the better one",
    "later_better_p": "probability of so large a difference by chance",
    "within_strata_p": "the same, compared within groups (van Elteren)",
    "expected_after": "expected by chance alone",
    "chance_alone": "change by chance alone",
    "change_beyond": "change beyond chance",
}
_POINTS = (
    "better_minus_worse",
    "band_change",
    "change",
    "chance_alone",
    "change_beyond",
)
_FORMS = dict.fromkeys(_POINTS, "points") | {"detectable_change": "points_at_least"}
_FORMS |= {name: "probability" for name in _MEASURES if name.endswith("_p")}


def headline(period: OpenPeriod) -> Section:
    """The verdicts, with the change and its interval, the one that leads first."""
    found, words = period.reaudit, period.framework.words
    told = {
        "independent": f"since {found.independent_period}",
        "paired": f"in the same {count_words(found.graded_pairs)} {words.cases} audited again",
    }
    claims = {
        "independent": (found.independent_claim, found.independent, "change"),
        "paired": (found.paired_claim, found.paired, "band_change"),
    }
    lines = []
    for name in sorted(claims, key=lambda name: name != found.lead):
        claim, table, measure = claims[name]
        if claim is not None:
            leads = name == found.lead
            lines.append(claim_words(period, told[name], claim, table, measure, leads=leads))
    if not lines:
        return nothing("There is no earlier audit to compare with.")
    return Section([Passage(lines, "lead")])


def in_short(period: OpenPeriod) -> Section:
    """The verdict that leads, alone."""
    lines = [part.paragraphs[0] for part in headline(period).parts if isinstance(part, Passage)]
    return Section([Passage(lines)])


def claim_words(
    period: OpenPeriod,
    told: str,
    claim: ChangeClaim,
    table: pd.DataFrame,
    measure: str,
    *,
    leads: bool = False,
) -> str:
    """One comparison: its verdict, said first where it leads, and its change beside a worthwhile one."""
    row, band = only(table, measure), period.framework.scale.headline.label
    verdict = f"{claim.direction} {told}" if leads else f"{told}: {claim.direction}"
    lead = f"{verdict[:1].upper()}{verdict[1:]}. The share that is {band} {_moved_by(row)}"
    apart = row["low"] > 0 or row["high"] < 0
    if apart and claim.direction == "no clear change":
        return (
            f"{lead}. Taken alone that would count as a change; among {_number_of_claims(period)} "
            "comparisons chance brings one such too often."
        )
    said = f"{lead}{_seen(claim)}."
    if not leads and claim.worthwhile == "open":
        return said
    return f"{said} {_worthwhile(claim, period.framework.worthwhile_change)}."


def _seen(claim: ChangeClaim) -> str:
    """Which change would have been seen, where none was."""
    if claim.direction != "no clear change":
        return "; chance is an unlikely explanation"
    if claim.detectable is None:
        return "; there are too few to see any change"
    return f"; only a change of {least_points(claim.detectable)} or more would have stood out from chance"


def _worthwhile(claim: ChangeClaim, size: float) -> str:
    if claim.worthwhile == "fall":
        return f"A fall of {size * 100:g} points or more is shown"
    said = {"rise": "shown", "no rise": "ruled out", "open": "neither shown nor ruled out"}[claim.worthwhile]
    return f"A rise of {size * 100:g} points or more, which is taken to be worthwhile, is {said}"


def _number_of_claims(period: OpenPeriod) -> str:
    return count_words(period.reaudit.comparisons["row_key"].nunique())


def _moved_by(row: pd.Series) -> str:
    """Which way a share went and by how much, with its interval."""
    size = points(row["estimate"])
    way = {"+": f"rose by {size[1:]}", "−": f"fell by {size[1:]}"}.get(size[0], "stayed as it was")
    return f"{way} (likely between {points(row['low']).split()[0]} and {points(row['high'])})"


def since_last_period(period: OpenPeriod) -> Section:
    """This period's random audits against the last period's, by the strata of each draw."""
    found, words = period.reaudit.since_last, period.framework.words
    if found.change.empty:
        return nothing("There are no random audits of the period before to compare with.")
    band, later = period.framework.scale.headline.label, only(found.grades, "later_better")
    cases = period.framework.words.cases
    before, now = (value_words(only(found.change, measure)) for measure in ("before", "after"))
    title = band.capitalize()
    parts: list[object] = [
        Note(
            f"{before} of {cases} were {band} in {found.period}, {now} are now. Of one grade from each "
            f"period the later is the better in {value_words(later)} of pairs; half is no difference."
        ),
        _measures(
            found.change,
            caption=f"{title}: this period against {found.period}",
            note=f"About practice, without a finite correction; {found.weights}.",
        ),
    ]
    if len(found.alike):
        parts.append(
            _measures(
                found.alike,
                caption=f"The same, with all {words.cases} counted alike",
                note=f"{words.cases.capitalize()} in both samples make the two shares alike; both tables "
                "allow for it.",
            )
        )
    parts.append(
        _measures(
            found.grades,
            caption=f"All grades: this period against {found.period}",
            note="The verdict follows the headline share, not these tests.",
        )
    )
    return Section(parts).folded()


def _measures(table: pd.DataFrame, *, caption: str, note: str = "") -> Table:
    """A result of one row with many measures, a line for each."""
    return share_table(
        table.assign(row_key=table["measure"], measure="value"),
        caption=caption,
        row_heading="Measure",
        labels=_MEASURES,
        formats=_FORMS,
        note=note,
    )


def again(period: OpenPeriod) -> Section:
    """The same cases at two audits, picked by chance or all of them."""
    found, words = period.reaudit, period.framework.words
    if found.paired.empty:
        return nothing(
            f"{words.cases.capitalize()} that chance picked twice, with a grade both times: "
            f"{found.graded_pairs}. Fewer than {FEWEST_PAIRS} are not compared."
        )
    caption = f"Grade before (rows) and after (columns), {count_words(found.graded_pairs)} {words.cases}"
    unreadable = found.pairs - found.graded_pairs
    left_out = (
        f" Left out: {unreadable} with a grade that is blank or unreadable at one of the audits."
        if unreadable
        else ""
    )
    return Section(
        [
            Note(f"{_moved(period)}{left_out}"),
            before_after_grid(found.before_after, caption=caption, grades=period.framework.scale.grades),
            cross_table(found.before_after, caption=caption, row_heading="Before", column_heading=""),
            _measures(found.paired, caption="How the pairs changed"),
        ]
    )


def _moved(period: OpenPeriod) -> str:
    """How many had a better and how many a worse grade the second time."""
    found = period.reaudit
    better, worse = (count_words(int(only(found.paired, name)["x"])) for name in ("better", "worse"))
    return (
        f"Of {count_words(found.graded_pairs)} {period.framework.words.cases} audited twice {better} had a "
        f"better grade the second time and {worse} a worse one."
    )


def same_cases(period: OpenPeriod) -> Section:
    """The same cases at two audits, with every test of the change."""
    found = period.reaudit
    parts = list(again(period).parts)
    if len(found.paired_tests):
        parts.append(
            _measures(
                found.paired_tests,
                caption="Further tests of the same pairs",
                note="Each is the probability of so much change by chance. The verdict follows the headline "
                "share alone; the others ask about the whole scale, the last two in any direction, as "
                "grades may move apart while the share stays.",
            )
        )
    return Section(parts).folded()


def chosen(period: OpenPeriod) -> Section:
    """Cases audited again because of their first grade: counts, and what they show beyond chance."""
    found, words = period.reaudit, period.framework.words
    if not found.chosen_pairs:
        return nothing(f"No {words.case} was audited again because of its earlier grade.")
    look, band = found.second_look, period.framework.scale.headline
    then = found.chosen[found.chosen["measure"].isin(band.grades)]["x"].sum()
    told = (
        f"{count_words(found.chosen_pairs)} {words.cases} were audited again because they were chosen, most "
        f"often for a low first grade; {count_words(int(then))} were {band.label} the second time. Such "
        f"{words.cases} do better even where practice has not changed (regression to the mean)."
    )
    parts: list[object] = [
        Note(told if found.chosen_claim else f"{told} How much of it is chance cannot be told."),
        *([Note(_beyond(period, found.chosen_claim))] if found.chosen_claim else []),
        cross_table(
            found.chosen,
            caption=f"Chosen {words.cases}: grade before (rows) and after (columns)",
            row_heading="Before",
            column_heading="",
        ),
    ]
    if len(look.change):
        caption = f"Chosen {words.cases}: change beyond chance"
        parts.append(_measures(look.change, caption=caption, note=_beside(look)))
    return Section(parts).folded()


def _beside(look: SecondLook) -> str:
    note = f"Chance is what a second look gave to {look.reference}."
    if look.at_most and (look.change["mark"] == "").all():
        return (
            f"{note} They may have kept to it, so chance gives more than this, and the change beyond it is "
            "the most it can be."
        )
    return note


def _beyond(period: OpenPeriod, claim: ChangeClaim) -> str:
    told = f"in the chosen {period.framework.words.cases}, beyond what chance gives"
    return claim_words(period, told, claim, period.reaudit.second_look.change, "change_beyond")


def lowest_teams(period: OpenPeriod) -> Section:
    """The lowest teams of the year before, together: what luck alone would give, and beyond it."""
    found, words = period.reaudit, period.framework.words
    teams = found.lowest_teams
    if teams.change.empty:
        return nothing(f"Too few {words.teams} were audited in the year before to say which stood lowest.")
    told = (
        f"in the {count_words(teams.teams)} {words.teams} that stood lowest in the year before, of "
        f"{count_words(teams.all_teams)}, beyond what luck gives"
    )
    claim = found.teams_claim
    said = (
        claim_words(period, told, claim, teams.change, "change_beyond")
        if claim
        else (f"{told[:1].upper()}{told[1:]}: too few audits to say.")
    )
    parts: list[object] = [
        Note(said),
        _measures(
            teams.change,
            caption=f"The lowest {words.teams} of the year before, taken together",
            note=f"The lowest {words.teams} of any year stand higher the next time. What luck gives comes "
            f"from how much all {words.teams} differ.",
        ),
    ]
    return Section(parts).folded()
