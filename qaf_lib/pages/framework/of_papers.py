"""Answers of a paper on audits, and from figures of indicators."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from qaf_lib.counting import DONE
from qaf_lib.display.words import are, count_of, count_words, long_date, percent, percent_beside
from qaf_lib.intake.labels import OTHER
from qaf_lib.pages.evidence.answers import in_days
from qaf_lib.pages.framework.asked import Asked, named
from qaf_lib.pages.grades.how_audited import answers_that_count, judged_all
from qaf_lib.pages.store import DrawView

_GROUPS = {"status": "status", "age_band": "age", "gender": "gender", "ethnicity_group": "ethnicity group"}
_NOT_RECORDED = "not recorded"
_ELSE = "another post"


def background(asked: Asked) -> str | None:
    """The days that the paper is about, and the audit work of them: who asked for it, when it was agreed."""
    work = asked.table("project", "on")
    work = work[work["block"] == "audit"].sort_values("on")
    if work.empty and asked.audits.empty:
        return None
    told = f"What audits of {long_date(asked.start)} to {long_date(asked.end)} found."
    if work.empty:
        return told
    return f"{told} Work on the programme: {'; '.join(_piece(row) for row in work.to_dict('records'))}."


def _piece(row: dict[str, object]) -> str:
    title = "work without a reviewed title" if pd.isna(row["title"]) else str(row["title"])
    theme, post = row["theme"], row["requested_by_post"]
    parts = [f"on {theme}"] if pd.notna(theme) and theme != OTHER else []
    parts += [f"asked for by {_ELSE if post == OTHER else post}"] if pd.notna(post) else []
    agreed = row["agreed_on"]
    parts.append("not agreed yet" if pd.isna(agreed) else f"agreed on {long_date(str(agreed))}")
    return f"{title} ({', '.join(parts)})"


def scope(asked: Asked) -> str | None:
    """Days, every kind of audit, the services whose cases were audited, and the standards looked at."""
    store, made = asked.period.store, asked.audits
    if made.empty:
        return None
    rules = asked.period.framework
    kinds = made["audit_type"].map(rules.audit_labels)
    services = named(made["team_id"].map(store.place_of("service")), most=None)
    given = answers_that_count(store)
    asked_about = set(given.loc[given["audit_id"].isin(made["audit_id"]), "standard_id"].dropna())
    standards = [one.label for one in rules.standards if one.standard_id in asked_about]
    told = f"{long_date(asked.start)} to {long_date(asked.end)}. "
    told += f"{are(len(made), rules.words.audit, rules.words.audits)}: {named(kinds, most=None)}."
    told += f" By {rules.words.service} of the {rules.words.case}: {services}." if services else ""
    return f"{told} Standards looked at: {'; '.join(standards)}." if standards else told


def how_drawn(asked: Asked) -> str | None:
    """By which draw cases were picked, how many of how many, and in which groups; of a whole period alone."""
    cases = asked.period.framework.words.cases
    told = [
        f"{asked.period.store.label(view)}: {count_of(len(view.responses), len(view.eligible))} {cases} in "
        f"{are(len(view.strata), 'group', 'groups')}, the next in the order of permanent random numbers "
        f"(draw {view.draw_id}); shares are weighted by group."
        for view in asked.period.store.estimating
    ]
    return " ".join(told) or None if asked.whole else None


def cohort_by_group(asked: Asked) -> str | None:
    """Of each group of the frame how many were drawn; of a whole period alone."""
    told = [line for view in asked.period.store.estimating for line in _groups(view)]
    if not asked.whole or not told:
        return None
    team = asked.period.framework.words.team
    return f"Drawn of those that could be: {' '.join(told)} By {team}: the page on grades."


def _groups(view: DrawView) -> Iterator[str]:
    """What could be drawn and what was, by status, age, gender and ethnicity."""
    for column, label in _GROUPS.items():
        frame, drawn = (
            part[column].astype("string").fillna(_NOT_RECORDED).value_counts()
            for part in (view.eligible, view.responses)
        )
        parts = [
            f"{str(name).replace('_', ' ')} ({count_of(int(drawn.get(name, 0)), int(frame[name]))})"
            for name in sorted(frame.index, key=_in_order)
        ]
        if set(frame.index) != {_NOT_RECORDED}:
            yield f"By {label}: {', '.join(parts)}."


def _in_order(name: str) -> tuple[int, str]:
    """Ages by their first year, words by the alphabet."""
    first = re.match(r"\d+", name)
    return (int(first.group()) if first else 0, name)


def both_answered(asked: Asked) -> str | None:
    """Of the audits of the named kinds how many judge every question named, and how many leave one out."""
    made = asked.audits
    made = made[made["audit_type"].isin(asked.names)]
    labels = asked.period.framework.questions() | {
        one.question_id: one.label for one in asked.period.framework.every_question
    }
    wanted = [name for name in asked.names if name in labels]
    if made.empty or not wanted:
        return None
    kinds = asked.period.framework.audit_labels
    whole = int(judged_all(asked.period.store, made, wanted).sum())
    every = "; ".join(labels[name] for name in wanted)
    lacking = len(made) - whole
    left = (
        f' {count_words(lacking)} left one blank or "not applicable" (restricted list not_judged).'
        if lacking
        else ""
    )
    audits = are(len(made), asked.period.framework.words.audit, asked.period.framework.words.audits)
    kind = named(made["audit_type"].map(kinds), most=None)
    return f"Of {audits}, {count_words(whole)} judge each of: {every}.{left} Audited: {kind}."


def agreed_by_board(asked: Asked) -> str | None:
    """How many actions on record rest on a recommendation that the board agreed, and how many wait for it."""
    states = asked.period.actions.states
    if states.empty:
        return None
    days = states["board_agreed_on"].dropna()
    proposed = states.loc[states["board_agreed_on"].isna(), "status"]
    waiting, begun = are(len(proposed), "is", "are"), int((~proposed.isin(["open", "cancelled"])).sum())
    agreed = f"{count_of(len(days), len(states))} actions on record were agreed by the board"
    if len(now := days[days.between(pd.Timestamp(asked.start), pd.Timestamp(asked.end))]):
        agreed += f", {count_words(len(now))} in these days, the last on {long_date(now.max())}"
    still = f", {count_words(begun)} of them begun or done all the same" if begun else ""
    return f"{agreed}; {waiting} proposed{still}."


def work_answered(asked: Asked) -> str | None:
    """Pieces of work reported in twelve months, those whose report was answered, and in how many days."""
    work, end = asked.period.store.table("project"), pd.Timestamp(asked.end)
    inside = (work["reported_on"] > end - pd.DateOffset(years=1)) & (work["reported_on"] <= end)
    work = work[inside.fillna(False).astype(bool)]
    if work.empty:
        return None
    known = (work["answered_on"] <= end).fillna(False).astype(bool)
    days = (work["answered_on"] - work["reported_on"])[known].dt.days
    pieces = are(len(work), "piece of work", "pieces of work")
    told = f"Of {pieces} reported in twelve months {count_words(len(days))} were answered"
    if len(days):
        told += f", half of them within {count_words(int(days.median()))} days of the report"
        told += f", the last on {long_date(work.loc[known, 'answered_on'].max())}"
    left = sorted(work.loc[~known, "title"].astype("string").fillna("work without a reviewed title"))
    return f"{told}. Not answered so far: {'; '.join(left)}." if left else f"{told}."


def actions_on_work(asked: Asked) -> str | None:
    """Work that holders of each named duty led, the actions that rest on it, and how many are done."""
    states, work, told = asked.period.actions.states, asked.work, []
    for duty in asked.duties:
        own = work[work["officer_post"].isin(duty.posts)]
        came = states[states["project_id"].isin(own["project_id"].dropna())]
        if len(own):
            pieces = are(len(own), "piece of work", "pieces of work")
            line = f"{duty.holder}, {pieces}: "
            line += f"{are(len(came), 'action rests', 'actions rest')} on this"
            done, about = int(came["status"].isin(DONE).sum()), named(came["theme"])
            line += f", {count_words(done)} done" if len(came) else ""
            told.append(line + (f", on {about}" if about else ""))
    return f"Actions from work on the programme: {'; '.join(told)}." if told else None


def approved(asked: Asked) -> str | None:
    """How many finished actions somebody approved, by the post that did."""
    store, states = asked.period.store, asked.period.actions.states
    done = states[states["status"].isin(DONE)]
    if done.empty:
        return None
    events = store.table("action_event").dropna(subset="approved_by_post")
    posts = events.drop_duplicates("action_id", keep="last").set_index("action_id")["approved_by_post"]
    by = done["action_id"].map(posts.to_dict()).dropna().replace(OTHER, _ELSE)
    told = f"{count_of(len(by), len(done))} finished actions are approved"
    return f"{told}, by: {named(by, most=None)}." if len(by) else f"{told}."


def sources_since(asked: Asked) -> str | None:
    """The day from which each source of evidence is on record, those without any, and those that are new."""
    first = {}
    for source in asked.period.framework.sources:
        days = in_days(asked.period.store, source, ever=True) if source.table else pd.Series(dtype="object")
        if len(days):
            first[source.label] = days.min()
    if not first:
        return None
    told = "; ".join(f"{label}, {long_date(day)}" for label, day in first.items())
    new = [label for label, day in first.items() if day >= pd.Timestamp(asked.start)]
    said = f"New in these days: {'; '.join(new)}." if new else "None of them is new in these days."
    known = [source.label for source in asked.period.framework.sources if source.table]
    silent = "; ".join(label for label in known if label not in first)
    left = f" Without a dated record so far: {silent}." if silent else ""
    return f"On record since: {told}. {said}{left}"


_REASONS = {
    "demand": "more demand than planned for",
    "staffing": "staffing",
    "recording": "recording",
    "process": "how the work is organised",
    "provision": "no provision to be had",
    "family": "the family",
    "court": "the court",
    "other": "something else",
}


def indicators(asked: Asked) -> str | None:
    """Indicators that met their target, of those that have one."""
    current = asked.period.indicators.current
    judged = current[current["method"].isin(["met", "not met"])]
    if judged.empty:
        return None
    met = int((judged["method"] == "met").sum())
    apart = sum(other_figure(asked, str(name)) is not None for name in judged["row_key"])
    told = f"{count_of(met, len(judged))} indicators with a target met it."
    return f"{told} {are(apart, 'has', 'have')} two figures that differ." if apart else told


def figures_since(asked: Asked) -> str | None:
    """Figures of this period, of indicators named or of all, beside the last before; at its end alone."""
    found, label = asked.period.indicators, asked.period.span.label
    if asked.end != asked.period.span.end:
        return None
    told, wanted = [], set(found.labels) & set(asked.names) or set(found.labels)
    history = found.history[found.history["row_key"].isin(wanted)].dropna(subset="estimate")
    for name, rows in history.groupby("row_key", sort=False):
        shares = dict(zip(rows["measure"], rows["estimate"], strict=True))
        known = [period for period in found.periods if period in shares]
        if len(known) > 1 and known[-1] == label:
            now, before = percent(shares[label]), percent(shares[known[-2]])
            told.append(f"{found.labels[str(name)]}, {now} ({before} in {known[-2]})")
    if not told:
        return None
    team = asked.period.framework.words.team
    return f"Indicators: {'; '.join(told)}. By period and by {team}: the page of evidence."


def missed(asked: Asked) -> str | None:
    """Indicators that missed their target, with their figures at the end of the period."""
    found = asked.period.indicators
    told = "; ".join(
        f"{figure_words(asked, row)} where the target is {percent(found.targets[str(row['row_key'])] or 0)}"
        f"{differs_words(asked, row)}"
        for row in _not_met(asked)
    )
    return f"Missed in the period: {told}." if told else None


def figure_words(asked: Asked, row: dict[Any, Any], against: str = "") -> str:
    """An indicator with its figure, and what stands `against` it: a share never reads as another target."""
    name, share = str(row["row_key"]), float(row["estimate"])
    target = asked.period.indicators.targets[name]
    shown = percent(share) if target is None else percent_beside(share, target)
    return (
        f"{asked.period.indicators.labels[name]}, {count_of(int(row['x']), int(row['n']))} ({shown}{against})"
    )


def other_figure(asked: Asked, name: str) -> str | None:
    """The kit's own count of an indicator, where it differs from the figure that came."""
    computed = {rule.indicator_id: rule.computed for rule in asked.period.framework.indicators}
    counted = asked.period.indicators.counted
    rows = counted[counted["row_key"] == computed.get(name)].set_index("measure")
    if "differs" not in rows.index or rows.loc["differs", "method"] != "yes":
        return None
    share = rows.loc["share"]
    return f"{count_of(int(share['x']), int(share['n']))} ({percent(share['estimate'])})"


def differs_words(asked: Asked, row: dict[Any, Any]) -> str:
    """What is said beside a figure that the extract contradicts; nothing beside any other."""
    other = other_figure(asked, str(row["row_key"]))
    return f" (the caseload extract has {other}; which is right is to be settled)" if other else ""


def missed_reasons(asked: Asked) -> str | None:
    """Why each target was missed, as the records say: by indicator, the reasons of teams that missed it."""
    labels, given = asked.period.indicators.labels, asked.period.store.table("indicator")
    given = given[given["period"] == asked.period.span.label].dropna(subset="missed_reason")
    told = [
        f"{labels[name]}: {_told(asked, name, given[given['indicator_id'] == name])}"
        for name in (str(row["row_key"]) for row in _not_met(asked))
    ]
    return f"{'; '.join(told)}." if told else None


def _told(asked: Asked, name: str, given: pd.DataFrame) -> str:
    """Reasons of the whole council and of teams whose own figure missed the target; others only counted."""
    figures, words = asked.period.indicators.by_team, asked.period.framework.words
    figures = figures[(figures["measure"] == name) & (figures["method"] == "not met")]
    missed = set(figures["row_key"])
    own = given[given["team_id"].isna() | given["team_id"].isin(missed)]
    told = "no reason on record"
    if len(own):
        reasons = named(own["missed_reason"].map(_REASONS))
        told = f"{are(len(own), 'reason', 'reasons')} on record, {reasons}"
    if missed:
        gave = own["team_id"].dropna().nunique()
        of = f", from {count_of(gave, len(missed))}" if len(own) else f" of {count_words(len(missed))}"
        told += f"{of} {words.teams} whose own figure missed it"
    left = len(given) - len(own)
    more = f", and {count_words(left)} from {words.teams} of which no figure says so" if left else ""
    return told + more


def _not_met(asked: Asked) -> list[dict[Any, Any]]:
    """Rows of the indicators named, or all, that missed their target; at the period's end alone."""
    if asked.end != asked.period.span.end:
        return []
    current = asked.period.indicators.current
    rows = current[current["method"] == "not met"]
    rows = rows[rows["row_key"].isin(asked.names)] if asked.names else rows
    return list(rows.to_dict("records"))
