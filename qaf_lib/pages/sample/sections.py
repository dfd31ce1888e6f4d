"""What was drawn, from which cases, how sure it makes us, and what did not come back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from qaf_lib.display.charts import precision_chart
from qaf_lib.display.passages import Note, Passage
from qaf_lib.display.tables import count_table, share_table
from qaf_lib.display.words import count_of, count_words, interval_words, long_date, percent, value_words
from qaf_lib.pages import OpenPeriod, cover
from qaf_lib.pages.cover import Section, cases_of, how_drawn, left_out, nothing, what_for
from qaf_lib.pages.sample.answers import Difference, Sample


def missing(period: OpenPeriod, sample: Sample) -> tuple[list[str], list[object]]:
    """Who is missing in words; by group, and the weighted share where asked for, as tables."""
    found, words = sample.nonresponse, period.framework.words
    if not found.missing:
        return [f"every drawn {words.case} has a grade; nothing is missing."], []
    if not sample.graded:
        return [f"no drawn {words.case} has a grade yet."], []
    tables: list[object] = [
        share_table(
            found.rates,
            caption=f"{sample.label}: graded of drawn {words.cases}, by group",
            row_heading="Group",
            labels={**period.team_names, "all": "All groups"},
            note="A full count of what came back, not an estimate.",
        ),
    ]
    if len(found.weighted):
        within = {"team_id": words.team, "service": words.service, "status": "status"}[found.within]
        tables.append(
            share_table(
                found.weighted,
                caption=f"{sample.label}: {period.framework.scale.headline.label}, plain and weighted for "
                f"missing {words.cases}",
                row_heading="Estimate",
                labels={
                    "as they are": f"graded {words.cases} of a group stand for all of it",
                    "weighted": f"graded {words.cases} of a {within} stand for its missing ones",
                },
                note=f"Weighted by {within} within groups, as the parameters ask. It corrects as far as the "
                f"missing {words.cases} of a {within} are like its graded ones.",
            )
        )
    return _words(period, sample), tables


def _words(period: OpenPeriod, sample: Sample) -> list[str]:
    found, words = sample.nonresponse, period.framework.words
    extremes = found.extremes.iloc[0]
    lines = [f"{found.missing:,} of {sample.drawn:,} drawn {words.cases} have no grade."]
    if not extremes["mark"]:
        band, span = period.framework.scale.headline.label, interval_words(extremes["low"], extremes["high"])
        lines.append(
            f"However they would have been graded, the share {band}, now {value_words(extremes)}, would lie "
            f"within {span} before chance is counted."
        )
    return lines


_NOTHING = (
    "Nothing was drawn at random for this period: what was audited was chosen, and nothing is estimated."
)


def _each(period: OpenPeriod, show: Callable[[OpenPeriod, Sample], list[object]]) -> Section:
    parts = [part for sample in period.samples for part in show(period, sample)]
    return Section(parts) if period.samples else nothing(_NOTHING)


def plan(period: OpenPeriod) -> Section:
    """The plan of each draw in plain sentences, and what is not as it was for the last edition."""
    return Section([*_each(period, _plan).parts, *_not_drawn_yet(period), *_not_as_it_was(period)])


def _plan(period: OpenPeriod, sample: Sample) -> list[object]:
    words = period.framework.words
    band = period.framework.scale.headline.label
    lines = [
        f"{sample.label}: {_size(sample, cases_of(period, sample), band)}",
        what_for(period, sample),
        *how_drawn(period, sample),
        *left_out(period, sample),
    ]
    if sample.estimates:
        spoken = sample.speaks_of.iloc[0]
        could, scope = int(spoken["x"]), int(spoken["n"])
        of = f"all {count_words(scope)}" if could == scope else count_of(could, scope)
        lines.append(f"The estimates are about {of} {words.cases} in scope ({value_words(spoken)}).")
    if sample.history["reason"].notna().any():
        lines.append(f"Draws for these days: {cover.draws_for_these_days(sample)}.")
    return [Passage(lines, "lead") if sample.estimates else Note(" ".join(lines))]


def _size(sample: Sample, cases: str, band: str) -> str:
    """How many were drawn and why so many; what will be known by it only where anything is estimated."""
    if sample.estimates:
        return sample.plan.sentence_for(cases, band)
    were = "was" if sample.drawn == 1 else "were"
    counted = "Its audits are counted, and no estimate of practice is made from them."
    return f"{sample.drawn:,} of the {sample.eligible:,} {cases} {were} drawn. {sample.plan.why} {counted}"


def _not_drawn_yet(period: OpenPeriod) -> list[Note]:
    """Second looks that the parameters ask for, of which the record holds no draw."""
    drawn = [(sample.audit_type, sample.asked.name) for sample in period.samples]
    kinds = period.framework.audit_labels
    return [
        Note(
            f"{kinds[plan.audit_type]}: a second look is asked for, and nothing was drawn: the "
            f"{period.framework.words.audits} it looks back on are not in yet, or there are none."
        )
        for plan in period.parameters.draws
        if (plan.audit_type, plan.name) not in drawn and not plan.estimates
    ]


def _not_as_it_was(period: OpenPeriod) -> list[Note]:
    """That the vault, its draws or how they are drawn differ from the last edition's."""
    return [Note(_difference(period.facts, one), "warning") for one in period.differences]


def _difference(facts: Mapping[str, Any], one: Difference) -> str:
    last, vault = one.last, facts["trace"]["vault"]
    edition = f"edition {last['edition']} of {last['period']}"
    match one.what:
        case "vault":
            then = last["vault"]
            if then["key"] == vault["key"]:
                return (
                    f"The vault's key is the one of {edition} (fingerprint {vault['key']}), though that had "
                    f"{long_date(then['made_on'])} as the day on which it was made, and this has "
                    f"{long_date(vault['made_on'])}. Draws are made from the key, not from its day, so those "
                    "made with it can be made again here."
                )
            return (
                f"The vault's key is not the one of {edition}: that was {then['key']}, made on "
                f"{long_date(then['made_on'])}; this is {vault['key']}, made on "
                f"{long_date(vault['made_on'])}. Draws made with the other key cannot be made again here."
            )
        case "rows":
            return (
                f"The register is at row {facts['register_seq']:,}, and {edition} was made from row "
                f"{last['register_seq']:,}: it was restored or begun again since."
            )
        case "gone":
            return f"The draw {one.about}, on which {edition} rests, is not in the register."
        case "frame":
            return f"The draw {one.about} is of another list than in {edition}."
    parts = [f"{when}: {words}" for when, words in (("then", one.then), ("now", one.now)) if words]
    return f"{one.about} was drawn otherwise than for {edition} ({'; '.join(parts)})."


def strata(period: OpenPeriod) -> Section:
    """Drawn and graded cases by group drawn from."""
    return _each(period, _strata).folded()


def _strata(period: OpenPeriod, sample: Sample) -> list[object]:
    labels, back = {**period.team_names}, "graded" if sample.gives_grade else "audited"
    if _is_one_list(sample):
        return [Note(_came_back(period, sample))]
    drawn = f"{count_words(sample.drawn)} {period.framework.words.cases} were drawn"
    groups = sample.strata["row_key"].nunique()
    from_ = f"from {groups} groups" if groups > 1 else "from one list"
    return [
        Note(f"{sample.label}: {drawn} {from_}. {_strata_note(period, sample)}"),
        count_table(
            sample.strata,
            caption=f"{sample.label}: {period.framework.words.cases} drawn and {back}, by group",
            row_heading="Group",
            labels=labels,
            measure_labels={"open": "Could be drawn", "drawn": "Drawn", back: back.capitalize()},
        ),
    ]


def _is_one_list(sample: Sample) -> bool:
    """Whether a draw is told in a line: no groups to tell apart, and no estimate to bear."""
    return sample.strata["row_key"].nunique() == 1 and not sample.estimates


def _came_back(period: OpenPeriod, sample: Sample) -> str:
    """A draw of one list in a line, or of audits that are looked at again and not made anew."""
    words = period.framework.words
    told = f"{sample.label}: {count_of(sample.drawn, sample.eligible)} {words.cases} drawn"
    if period.framework.looks_again(sample.audit_type):
        return f"{told}; the page on moderation says what came of the {words.audit}."
    missing = int(sample.returns.set_index("row_key")["x"]["not returned"])
    return f"{told}, each with the same chance; {count_of(sample.drawn - missing, sample.drawn)} came back."


def _strata_note(period: OpenPeriod, sample: Sample) -> str:
    words = period.framework.words
    same = f"Within a group every {words.case} had the same chance"
    same = f"{same}; estimates are weighted by group." if sample.estimates else f"{same}."
    if "worker_id" not in sample.asked.spread:
        return same
    return f"Each {words.worker}'s {words.cases} are a group of their own; they are shown together. {same}"


def exclusions(period: OpenPeriod) -> Section:
    """Cases that could not be drawn, by reason."""
    return Section([part for sample in period.samples for part in _exclusions(period, sample)]).folded()


def _exclusions(period: OpenPeriod, sample: Sample) -> list[object]:
    words = period.framework.words
    if sample.exclusions.empty:
        return []
    reasons = [f"{row.row_key} ({count_words(int(row.x))})" for row in sample.exclusions.itertuples()]
    return [
        Note(
            f"{sample.label}, of {count_words(sample.open_cases)} {words.cases} on the list: "
            f"{', '.join(reasons)}."
        ),
        share_table(
            sample.exclusions,
            caption=f"{sample.label}: {words.cases} that could not be drawn",
            row_heading="Reason",
        ),
    ]


def returns(period: OpenPeriod) -> Section:
    """What came back of the drawn cases."""
    return _each(period, _returns).folded()


def _returns(period: OpenPeriod, sample: Sample) -> list[object]:
    if _is_one_list(sample):
        return []
    told, tables = missing(period, sample) if sample.estimates else (_audited(period, sample), [])
    if sample.achieved_margin is not None and sample.estimates:
        told.append(
            f"With {sample.graded} graded, a share near {percent(sample.plan.proportion)} is known to within "
            f"{percent(sample.achieved_margin)[:-1]} percentage points, 19 times in 20 "
            f"(planned: {percent(sample.plan.margin_of_error)[:-1]})."
        )
    return [
        Passage([f"{sample.label}: {' '.join(told)}"]),
        share_table(
            sample.returns,
            caption=f"{sample.label}: what came back of {sample.drawn} {period.framework.words.cases}",
            row_heading="Audit",
        ),
        *tables,
    ]


def _audited(period: OpenPeriod, sample: Sample) -> list[str]:
    """What came back of a draw that bears no estimate."""
    came, cases = int(sample.returns["x"].iloc[0]), period.framework.words.cases
    was = "have a grade" if sample.gives_grade else "were audited"
    return [f"{count_of(came, sample.drawn)} drawn {cases} {was}."]


def precision(period: OpenPeriod) -> Section:
    """How precision grows with the number of cases, with the number drawn marked."""
    parts = [part for sample in period.estimating_samples for part in _precision(period, sample)]
    return Section(parts) if parts else nothing(_NOTHING)


def _precision(_: OpenPeriod, sample: Sample) -> list[object]:
    return [
        precision_chart(
            sample.curve,
            chosen=sample.drawn,
            caption=f"{sample.label}: how well a share is known, by number drawn",
        )
    ]
