"""Answers from audits: what was made and how good, audits going round, and observations."""

from __future__ import annotations

import pandas as pd

from qaf_lib.analysis import ChangeClaim
from qaf_lib.counting import DONE, LIVE, spans_of
from qaf_lib.dates import Period
from qaf_lib.display.words import (
    are,
    between_words,
    count_of,
    count_words,
    least_points,
    long_date,
    percent,
    share_words,
)
from qaf_lib.frameworks import Duty
from qaf_lib.pages.evidence.people import people_lists
from qaf_lib.pages.framework.asked import Asked, named
from qaf_lib.pages.grades.findings import FEWEST_AUDITS
from qaf_lib.pages.grades.how_audited import answers_that_count, cases_met_again
from qaf_lib.pages.practice.duties import monthly_audits


def audits_made(asked: Asked) -> str | None:
    """How many audits were made, by kind, and of the drawn cases how many came back.

    Where the heading names kinds of audit it is of these alone; where it names a tool too, of those made with
    it, and of which of the kinds none was.
    """
    made = asked.audits_named
    labels = asked.period.framework.audit_labels
    only = labels.keys() & set(asked.names)
    words = asked.period.framework.words
    tools = [
        tool.label or tool.tool_id for tool in asked.period.framework.tools if tool.tool_id in asked.names
    ]
    kinds = named(made["audit_type"].map(labels), most=None)
    if tools and len(asked.audits):
        told = f"{are(len(made), words.audit, words.audits)} with this tool ({', '.join(tools)})"
        none = "; ".join(labels[name] for name in labels if name in only - set(made["audit_type"]))
        return told + (f": {kinds}." if kinds else ".") + (f" None of these kinds: {none}." if none else "")
    if made.empty:
        return None
    told = f"{are(len(made), words.audit, words.audits)}: {kinds}."
    if not asked.whole:
        return told
    back = [
        f" Of {count_words(one.drawn)} {words.cases} drawn for {one.label.lower()}, "
        f"{count_words(one.graded)} have a grade."
        for one in asked.period.samples
        if one.gives_grade and one.asked.from_audited is None and (not only or one.audit_type in only)
    ]
    return told + "".join(back)


def audits_expected(asked: Asked) -> str | None:
    """Of the audits that the framework asks of posts, how many were made: those of a month, and of all.

    Where the heading names duties it is of these alone.
    """
    words, told = asked.period.framework.words, []
    duties = [duty for duty in asked.period.framework.duties if duty.evidence == "audit"]
    only = [duty for duty in duties if duty.duty_id in asked.names]
    if not asked.whole:
        days = Period("", asked.start, asked.end)
        made, wanted = monthly_audits(asked.period.store, days, [duty.duty_id for duty in only])
        told += [f"Of those asked of posts each month: {count_of(made, wanted)}."] if wanted else []
    counts = asked.period.duties.counts
    mine = counts[counts["row_key"].isin([duty.duty_id for duty in only or duties])].dropna(subset=["n"])
    if len(mine) and asked.end == asked.period.span.end:
        whole = count_of(int(mine["x"].sum()), int(mine["n"].sum()))
        told.append(f"In the whole period {whole} {words.audits} asked of posts were made.")
    return " ".join(told) or None


def grades(asked: Asked) -> str | None:
    """The share in the headline band: as an estimate for the period, as a count for a part of it."""
    period, words = asked.period, asked.period.framework.words
    band = period.framework.scale.headline
    if asked.whole and period.grades:
        row = period.grades[0].headline.iloc[0]
        if row["mark"] or pd.isna(row["low"]):
            return None
        return (
            f"{percent(row['estimate'])} of {words.cases} were {band.label} (likely between "
            f"{between_words(row['low'], row['high'])}). Based on "
            f"{count_words(int(row['n']))} {words.audits} of {words.cases} picked at random from "
            f"{count_words(int(row['population']))}."
        )
    graded = asked.within(period.store.audits, "audited_on")["overall_grade"].dropna()
    if graded.empty:
        return None
    good = int(graded.isin(band.grades).sum())
    return (
        f"{count_of(good, len(graded))} {words.audits} that have a grade were graded {band.label}; a count, "
        "not an estimate."
    )


def strengths(asked: Asked) -> str | None:
    """Questions that stand out above the average of all by more than chance."""
    return _standing_out(asked, asked.period.summary.strong, "above")


def weaknesses(asked: Asked) -> str | None:
    """Questions that stand out below it."""
    return _standing_out(asked, asked.period.summary.weak, "below")


def _standing_out(asked: Asked, rows: list[pd.Series], side: str) -> str | None:
    """Of the whole period alone: a month's audits are no estimate; nothing where no question was answered."""
    store = asked.period.store
    given = answers_that_count(store)["audit_id"].isin(store.audits_of_period["audit_id"])
    if not asked.whole or not asked.period.grades or not given.any():
        return None
    if not rows:
        return f"No question stands out {side} the average of all by more than chance."
    labels = asked.period.framework.questions()
    told = "; ".join(f"{labels[row['row_key']]}, {share_words(row)}" for row in rows)
    return f"Stands out {side} the average of all questions: {told}."


def cohort(asked: Asked) -> str | None:
    """Which cases the audits stand for."""
    words = asked.period.framework.words
    told = [
        f"{one.label}: {count_words(one.eligible)} of {count_words(one.open_cases)} open {words.cases} "
        f"could be drawn, {count_words(one.drawn)} were."
        for one in asked.period.samples
    ]
    return " ".join(told) or None


def method(asked: Asked) -> str | None:
    """How cases were picked and what tools were used."""
    tools = {tool.tool_id: tool for tool in asked.period.framework.tools}
    made = asked.audits["tool_id"]
    used = [
        f"{tools[name].label or name}, version {tools[name].version}"
        for name in tools
        if (made == name).any()
    ]
    cases = asked.period.framework.words.cases.capitalize()
    drawn = f"{cases} were picked by the kit with the key of the vault, so that nobody could choose. "
    if not used:
        return None
    return (drawn if asked.period.samples else "") + f"Tools: {'; '.join(used)}."


def precision(asked: Asked) -> str | None:
    """How many cases were drawn and how sure that makes the share in the headline band; of a whole period."""
    words, band = asked.period.framework.words, asked.period.framework.scale.headline
    told = [
        f"{one.label}: {count_words(one.drawn)} {words.cases} were drawn and {count_words(one.graded)} have "
        f"a grade; a share {band.label} near half is known to within {percent(one.achieved_margin)[:-1]} "
        "percentage points, 19 times in 20."
        for one in asked.period.estimating_samples
        if one.achieved_margin is not None
    ]
    return " ".join(told) or None if asked.whole else None


def moderated(asked: Asked) -> str | None:
    """How many audits were looked at again, and how often a grade changed."""
    again = asked.table("moderation", "moderated_on")
    graded = asked.period.store.audits_of_period.dropna(subset="overall_grade")["audit_id"]
    again = again[again["audit_id"].isin(graded)]
    if again.empty:
        none = f"No {asked.period.framework.words.audit} of this period was moderated."
        return none if asked.whole and len(graded) else None
    changed = int((again["audit_grade"] != again["moderated_grade"]).sum())
    looked = are(len(again), "grade was", "grades were")
    told = f"{looked} looked at again; {are(changed, 'was', 'were')} changed."
    seniors = [
        f" A senior leader took part in {count_of(int(row.x), int(row.n))} moderated "
        f"{asked.period.framework.words.audits}."
        for row in asked.period.moderation.senior.itertuples()
        if asked.whole
    ]
    return told + "".join(seniors)


def held_up(asked: Asked) -> str | None:
    """Whether finished actions that were looked at again had helped."""
    found = asked.period.learning.themes.groupby("measure")["x"].sum()
    if found.empty or not found["again"]:
        return None
    again, better, worse = (int(found[name]) for name in ("again", "better", "worse"))
    return (
        f"Of {are(again, 'finished action', 'finished actions')} that an audit looked at again, practice "
        f"on the theme was better for {count_words(better)} and worse for {count_words(worse)}."
    )


def change(asked: Asked) -> str | None:
    """What the comparison with the period before says, or the one of cases audited twice."""
    found = asked.period.reaudit
    if found.independent_claim:
        return _claim(found.independent_claim, f" since {found.independent_period}")
    return _claim(found.paired_claim, "") if found.paired_claim else None


def _claim(claim: ChangeClaim, since: str) -> str:
    said = f"{claim.direction.capitalize()}{since}"
    if claim.direction != "no clear change" or claim.detectable is None:
        return f"{said}."
    return f"{said}; a change of {least_points(claim.detectable)} or more would probably have been seen."


def data_quality(asked: Asked) -> str | None:
    """How many rows were set aside, which indicators sent no figure, and what feedback leaves out."""
    counts, found = asked.period.quality.counts, asked.period.indicators
    aside, rows = int(counts["set_aside"].sum()), int(counts["rows"].sum())
    told = [f"{count_of(aside, rows)} rows that were read broke a rule and were set aside."]
    if found.by_the_kit and asked.end == asked.period.span.end:
        named_ = "; ".join(found.labels[name] for name in found.by_the_kit)
        told.append(f"No figure of this period came for: {named_}; the kit's own count stands.")
    feedback = asked.table("feedback", "received_on")
    surveys = feedback[feedback["kind"] == "survey"]
    blank = [
        f"{what} in {count_of(int(part[column].isna().sum()), len(part))} {of}"
        for part, column, what, of in (
            (feedback, "theme", "the theme", "entries of feedback"),
            (surveys, "instrument", "the form's name", "surveys"),
        )
        if part[column].isna().any()
    ]
    return " ".join([*told, *([f"Left empty: {', '.join(blank)}."] if blank else [])])


def told(asked: Asked) -> str | None:
    """How many audits were fed back and discussed in supervision, of the kinds named, else those asked of."""
    made = asked.audits
    rules = asked.period.framework.follow_ups
    kinds = [rule.audit_types for rule in rules if rule.event in ("feedback_on", "supervision_on")]
    if asked.names:
        made = made[made["audit_type"].isin(asked.names)]
    elif kinds and all(kinds):
        made = made[made["audit_type"].isin({kind for of_rule in kinds for kind in of_rule})]
    if made.empty:
        return None
    fed_back, discussed = int(made["feedback_on"].notna().sum()), int(made["supervision_on"].notna().sum())
    if not fed_back + discussed:
        return None
    words = asked.period.framework.words
    which = "" if asked.names or len(made) == len(asked.audits) else " of the kinds that must be fed back"
    labels = [rule.label.lower() for rule in rules if rule.event == "feedback_on"]
    known = not labels or any(words.worker in label for label in labels)
    back = f"fed back to the {words.worker}" if known else "fed back"
    return (
        f"Of {are(len(made), words.audit, words.audits)}{which}, {count_words(fed_back)} were {back} "
        f"and {count_words(discussed)} are recorded as discussed in supervision."
    )


def asked_by_audits(asked: Asked) -> str | None:
    """Of audits of the kinds named, how many ask for action, and the actions that came from them.

    Of fewer than three nothing is said: it would tell of one person's work.
    """
    made = asked.audits
    made = made[made["audit_type"].isin(asked.names)]
    if len(made) < FEWEST_AUDITS:
        return None
    states = asked.period.actions.states
    came = states[states["source_id"].isin(made["audit_id"])]
    needed = made["action_needed"].fillna(False).astype(bool) | made["audit_id"].isin(came["source_id"])
    audits = f"{count_of(int(needed.sum()), len(made))} {asked.period.framework.words.audits} ask for action"
    raised = f"{are(len(came), 'action is', 'actions are')} on record from them"
    if came.empty:
        return f"{audits}; {raised}."
    done, live = (count_words(int(came["status"].isin(which).sum())) for which in (DONE, LIVE))
    late = count_words(int(came["overdue"].sum()))
    told = f"{audits}; {raised}, {done} done, {live} still to be done ({late} overdue)."
    most = named(came["theme"])
    return f"{told} Themes: {most}." if most else told


def multi_agency(asked: Asked) -> str | None:
    """Audits made with other agencies, and the actions that came from them."""
    kinds = [kind.name for kind in asked.period.framework.audit_types if kind.kind == "multi_agency"]
    made = int(asked.audits["audit_type"].isin(kinds).sum())
    states = asked.period.actions.states
    actions = int((states["source"] == "multi_agency").sum())
    if not made + actions:
        return None
    audits = f"{are(made, 'audit was', 'audits were')} made with other agencies"
    return f"{audits}; {are(actions, 'action', 'actions')} on record came from such work."


def gone_round(asked: Asked) -> str | None:
    """Cases audited twice in twelve months, and case holders without an audit; of a whole period alone."""
    period, words = asked.period, asked.period.framework.words
    if not asked.whole or period.store.audits_of_period.empty:
        return None
    found = cases_met_again(period.store)
    told = (
        f"{are(len(found), 'audit was', 'audits were')} of {words.cases} audited in the twelve months "
        f"before, {count_words(int(found['second_look'].sum()))} of them meant as a second look; the "
        "restricted list met_again has them."
    )
    people = people_lists(period.store)["took_part"]
    holders = people[people["id"].isin(period.store.closing["worker_id"])]
    if holders.empty:
        return told
    none = count_of(int((holders["own case audited"] == 0).sum()), len(holders))
    return (
        f"{told} {none} holders of {words.cases} took part in no audit of their own work since "
        f"{long_date(period.people.first)}; the restricted list took_part has them."
    )


def observed(asked: Asked) -> str | None:
    """Observations of the report's days, or under each duty that a heading names, and what came of them.

    Those of a duty with a number are of the time that it is counted over.
    """
    seen = asked.period.store.table("duty_event").dropna(subset="held_on")
    worker = asked.period.framework.words.worker
    seen = seen[(seen["kind"] == "observation") & (seen["held_on"] <= pd.Timestamp(asked.end))]
    if not asked.names:
        return _came_of("Observations", seen[seen["held_on"] >= pd.Timestamp(asked.start)], worker)
    told = []
    for duty in asked.duties:
        since = _since(asked, duty)
        own = seen[(seen["duty_id"] == duty.duty_id) & (seen["held_on"] >= since)]
        whose = f"{duty.holder}: " if len(asked.names) > 1 else ""
        told.append(_came_of(f"{whose}{duty.label}, since {long_date(since)}", own, worker, about=True))
    return " ".join(words for words in told if words) or None


def _since(asked: Asked, duty: Duty) -> pd.Timestamp:
    often = asked.period.framework.how_often(duty)
    if often is None:
        return pd.Timestamp(asked.start)
    spans = spans_of(every=often[1], period=Period("", asked.start, asked.end), year=duty.year)
    return pd.Timestamp(min(span.start for span in spans))


def _came_of(label: str, seen: pd.DataFrame, worker: str, *, about: bool = False) -> str | None:
    if seen.empty:
        return None
    through = count_words(int(seen["discussed_on"].notna().sum()))
    reflected, needs = (
        count_words(int(seen[name].fillna(False).astype(bool).sum()))
        for name in ("reflection", "learning_need")
    )
    told = (
        f"{label}: {count_words(len(seen))}, of these {through} talked through afterwards, {reflected} with "
        f"the {worker}'s own reflection, {needs} with a learning need."
    )
    themes = named(seen["theme"]) if about else ""
    return f"{told} They were about: {themes}." if themes else told
