"""Answers from quality work by place, by who asked for it, and from the actions that it led to."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from qaf_lib.counting import DONE, LIVE
from qaf_lib.display.words import are, count_of, count_words, long_date
from qaf_lib.intake.labels import OTHER
from qaf_lib.pages.actions.answers import SOURCE_WORDS
from qaf_lib.pages.framework.asked import Asked, named
from qaf_lib.pages.framework.of_names import named_questions
from qaf_lib.pages.grades.how_audited import answers_that_count
from qaf_lib.pages.practice.records import checked_words

_FEWEST = 5
"""Answers of a place below which nothing is said of it."""

_DECISIONS = {
    "no_more": "nothing more needed",
    "improvement_plan": "improvement plan",
    "look_again": "look again",
    "end_contract": "contract ends",
}


def activity_by_service(asked: Asked) -> str | None:
    """Audits, observations and actions of each service; of a whole period alone."""
    return _activity(asked, "service")


def activity_by_locality(asked: Asked) -> str | None:
    """The same by locality; none where the teams name no localities."""
    return _activity(asked, "locality")


def _activity(asked: Asked, column: str) -> str | None:
    place, states = asked.period.store.place_of(column), asked.period.actions.states
    events = asked.table("duty_event", "held_on")
    watched, live = events[events["kind"] == "observation"], states[states["status"].isin(LIVE)]
    tables = (asked.period.store.audits_of_period, watched, live)
    counts = [_by_place(table, place) for table in tables]
    names = sorted(set().union(*(count.index for count in counts)))
    told = [f"{name}: {_pieces(int(count.get(name, 0)) for count in counts)}" for name in names]
    rest = [len(table) - int(count.sum()) for table, count in zip(tables, counts, strict=True)]
    if told and any(rest):
        told.append(f"no one {asked.word_of(column)}: {_pieces(rest)}")
    return f"{'; '.join(told)}." if told and asked.whole else None


def _pieces(counts: Iterable[int]) -> str:
    audits, watched, live = counts
    return (
        f"{are(audits, 'audit', 'audits')}, {are(watched, 'observation', 'observations')}, "
        f"{are(live, 'action', 'actions')} to be done"
    )


def _by_place(table: pd.DataFrame, place: dict[str, str]) -> pd.Series:
    return table["team_id"].map(place).value_counts()


def teams_and_people(asked: Asked) -> str | None:
    """Where the work of each team and of each person stands; of a whole period alone."""
    audits, words = asked.period.store.audits_of_period["team_id"], asked.period.framework.words
    people, teams = asked.period.people.packs, int(audits.nunique())
    if not asked.whole or not (teams or people):
        return None
    told = (
        f"{are(teams, f'{words.team} has', f'{words.teams} have')} audits of the period; each {words.team} "
        "has a page of its own."
    )
    if not people:
        return told
    return (
        f"{told} Of people, {are(people, 'person stands', 'people stand')} in the restricted list "
        "supervision with records of their own, and managers with what is added up of all they manage, for "
        "their managers alone."
    )


def feedback_ready(asked: Asked) -> str | None:
    """Of how many people feedback on their cases lies ready for supervision; of a whole period alone."""
    people, word = asked.period.people, asked.period.framework.words.cases
    if not asked.whole or not people.packs:
        return None
    ready = count_of(people.sources.get("feedback", 0), people.packs)
    return (
        f"Feedback of twelve months on their {word} lies ready for the supervision of {ready} people, in the "
        "restricted list supervision."
    )


def questions_by_service(asked: Asked) -> str | None:
    """How each named question was answered in each service, drawn and chosen audits."""
    return _answers(asked, "service")


def questions_by_locality(asked: Asked) -> str | None:
    """The same by locality."""
    return _answers(asked, "locality")


def questions_by_team(asked: Asked) -> str | None:
    """The same by team, with what so few answers can say."""
    told = _answers(asked, "team")
    teams = asked.period.framework.words.teams
    few = f"So few answers each may differ by chance; {teams} with fewer than {_FEWEST} are left out."
    return f"{told} {few}" if told else None


def _answers(asked: Asked, column: str) -> str | None:
    store = asked.period.store
    place = store.team_names if column == "team" else store.place_of(column)
    audits = asked.audits
    where = audits.set_index("audit_id")["team_id"].map(place)
    given = answers_that_count(asked.period.store)
    given = given.assign(place=given["audit_id"].map(where)).dropna(subset="place")
    told = []
    for question, best, _ in named_questions(asked):
        own = given[given["question_id"] == question.question_id]
        sign, between = (":", "; ") if column == "team" else ("", ", ")
        parts = [
            f"{name}{sign} {count_of(int(part['answer'].isin(best).sum()), len(part))}"
            for name, part in own.groupby("place", sort=True)
            if len(part) >= _FEWEST
        ]
        if len(parts) > 1:
            told.append(f"{question.label}, by {asked.word_of(column)}: {between.join(parts)}.")
    return " ".join(told) or None


def signed_off(asked: Asked) -> str | None:
    """Reports, assessments and visits that somebody checked, and of these signed off, by type."""
    events = asked.table("duty_event", "held_on").dropna(subset="signed_off")
    if events.empty:
        return None
    visit = events["kind"].eq("visit").fillna(False).astype(bool)
    types = events["report_type"].astype("string").fillna("type not recorded")
    kinds = events.assign(kind=types.mask(visit, "visit"))
    told = [
        f"{kind} {count_of(int(part['signed_off'].astype(bool).sum()), len(part))}"
        for kind, part in kinds.groupby("kind", sort=True)
    ]
    whole = count_of(int(events["signed_off"].astype(bool).sum()), len(events))
    what = checked_words(events)
    if visit.all():
        return f"{whole} {what} that were checked were signed off."
    return f"{whole} {what} that were checked were signed off: {', '.join(told)}."


def evaluations(asked: Asked) -> str | None:
    """What evaluated work cost and saved, and what was decided; all work on record."""
    work = asked.period.store.table("project")
    weighed = work[(work["block"] == "evaluation") & work[["cost", "saving"]].notna().any(axis=1)]
    if weighed.empty:
        return None
    told = sorted(_weighed(row) for row in weighed.to_dict("records"))
    return f"Evaluations with what they found of cost: {'; '.join(told)}."


def _weighed(row: dict[str, object]) -> str:
    title = "work without a reviewed title" if pd.isna(row["title"]) else str(row["title"])
    parts = [
        f"{word} £{float(str(row[name])):,.0f}"
        for name, word in (("cost", "cost"), ("saving", "saved"))
        if pd.notna(row[name])
    ]
    decided = [] if pd.isna(row["decision"]) else [f"decided: {_DECISIONS[str(row['decision'])]}"]
    return f"{title}, {', '.join([*parts, *decided])}"


def work_asked_for(asked: Asked) -> str | None:
    """Pieces of work that holders of a named duty asked for: agreed to, reported, and what was decided.

    Told of twelve months up to the end of the report, by the day of the work.
    """
    posts: set[str] = set().union(*(duty.posts for duty in asked.duties))
    work, end = asked.period.store.table("project"), pd.Timestamp(asked.end)
    inside = (work["on"] > end - pd.DateOffset(years=1)) & (work["on"] <= end)
    work = work[inside.fillna(False).astype(bool) & work["requested_by_post"].isin(posts)]
    if work.empty:
        return None
    told = (
        f"{are(len(work), 'piece of work', 'pieces of work')} asked for by {', '.join(sorted(posts))} in "
        f"twelve months: {count_words(int(work['agreed_on'].notna().sum()))} agreed to, "
    )
    told += f"{count_words(int(work['reported_on'].notna().sum()))} reported"
    if work["reported_on"].notna().any():
        told += f", the last on {long_date(work['reported_on'].max())}"
    decided = named(work["decision"].map(_DECISIONS), most=None)
    return f"{told}. Decided: {decided}." if decided else f"{told}. Nothing is decided yet."


def actions_from(asked: Asked) -> str | None:
    """Actions on record from each source that a heading names: how many are done, and raised in its days."""
    states = asked.period.actions.states
    told = []
    for name in (name for name in asked.names if name in SOURCE_WORDS):
        own = states[states["source"] == name]
        done = count_of(int(own["status"].isin(DONE).sum()), len(own))
        told += [f"{SOURCE_WORDS[name]}, {done} done{_about(asked, own)}"] if len(own) else []
    return f"Actions on record, by source: {'; '.join(told)}." if told else None


def _about(asked: Asked, own: pd.DataFrame) -> str:
    """What actions are about, how many were raised in the days, and the last day on which one was."""
    themes, last = named(own["theme"]), own["raised_on"].max()
    told = f", on {themes}" if themes else ""
    if pd.isna(last):
        return told
    when = asked.since or (" in the period" if asked.whole else " in these days")
    new = count_words(len(asked.within(own, "raised_on")))
    return f"{told}, {new} raised{when}, the last on {long_date(last)}"


def actions_from_audits(asked: Asked) -> str | None:
    """Actions on record that audits led to, by the kind of audit, how many are done; and kinds with none."""
    states = asked.period.actions.states
    kinds = dict(
        zip(asked.period.store.audits["audit_id"], asked.period.store.audits["audit_type"], strict=True)
    )
    of_kind = states.assign(kind=states["source_id"].map(kinds)).dropna(subset="kind")
    labels = asked.period.framework.audit_labels
    told = [
        f"{labels[str(kind)]}, {count_of(int(own['status'].isin(DONE).sum()), len(own))} done"
        for kind, own in of_kind.groupby("kind", sort=True)
    ]
    if not told:
        return None
    made = set(kinds.values()) - set(of_kind["kind"])
    without = [label for name, label in labels.items() if name in made]
    none = f" None on record from: {'; '.join(without)}." if without else ""
    return f"Actions on record that audits led to: {'; '.join(told)}.{none}"


def actions_by_team(asked: Asked) -> str | None:
    """Actions still to be done in all and by each team, of these overdue, and those done; of a whole period.

    Where the heading names kinds of audit it is of the actions that came from these.
    """
    states, names = asked.period.actions.states, asked.period.store.team_names
    nobody = f"no one {asked.period.framework.words.team}"
    if asked.names:
        states = states[states["source_id"].isin(asked.of_kinds(asked.period.store.audits)["audit_id"])]
    live = states[states["status"].isin(LIVE)].assign(team=states["team_id"].map(names))
    if live.empty or not asked.whole:
        return None
    told = [
        f"{team}: {count_words(len(own))} ({_late(own)} overdue)"
        for team, own in live.groupby("team", sort=True)
    ]
    left = int(live["team"].isna().sum())
    told += [f"{nobody}: {count_words(left)} ({_late(live[live['team'].isna()])} overdue)"] if left else []
    done = named(states.loc[states["status"].isin(DONE), "team_id"].map(names).fillna(nobody), most=None)
    of_all = f"{count_words(len(live))} in all ({_late(live)} overdue)"
    said = f"Still to be done: {of_all}. {'; '.join(told)}."
    return said + (f" Done: {done}." if done else "")


def _late(live: pd.DataFrame) -> str:
    return count_words(int(live["overdue"].sum()))


def themes_asked(asked: Asked) -> str | None:
    """For each theme of the named audits, the post that asked for work on it; a theme nobody asked for.

    Unknown themes stand as "other" in the records, so two of them need not be the same.
    """
    many = asked.audits_named["theme"].dropna().value_counts().to_dict()
    themes = sorted(many)
    work = asked.work[(asked.work["block"] == "audit") & asked.work["requested_by_post"].notna()]
    work = work[work["theme"].ne(OTHER).fillna(False).astype(bool)]
    by = {str(theme): part["requested_by_post"] for theme, part in work.groupby("theme")}
    told = [
        f"{theme}, {', '.join(sorted(set(by[theme])))} ({are(many[theme], 'audit', 'audits')})"
        for theme in themes
        if theme in by
    ]
    silent = [theme for theme in themes if theme not in by]
    said = [f"Asked for, as the programme of work says: {'; '.join(told)}."] if told else []
    if silent:
        none = ", ".join(f"{theme} ({are(many[theme], 'audit', 'audits')})" for theme in silent)
        said.append(f"No record says that anybody asked for: {none}.")
    return " ".join(said) or None


def owners(asked: Asked) -> str | None:
    """Of live actions how many have an owner, and how many two: the worker's and the manager's post."""
    live = asked.period.actions.states
    live = live[live["status"].isin(LIVE)]
    if live.empty:
        return None
    one, two = live["owner_post"].notna(), live["second_owner_post"].notna()
    return (
        f"{count_of(int(one.sum()), len(live))} actions still to be done have an owner, "
        f"{count_words(int((one & two).sum()))} of them two."
    )
