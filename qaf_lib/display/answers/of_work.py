"""Answers about quality work by place: what each service and locality did, who audited whom, what it cost."""

from __future__ import annotations

import pandas as pd

from qaf_lib.analysis.actions import DONE, LIVE
from qaf_lib.display.answers.asked import Asked, are, named
from qaf_lib.display.answers.of_names import named_questions
from qaf_lib.display.words import count_of, count_words, long_date
from qaf_lib.period.action_words import SOURCE_WORDS
from qaf_lib.period.answered import answers_that_count

__all__ = [
    "actions_from",
    "activity_by_locality",
    "activity_by_service",
    "evaluations",
    "questions_by_locality",
    "questions_by_service",
    "signed_off",
    "teams_and_people",
    "who_audited",
    "work_asked_for",
]

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
    place = asked.period.store.place_of(column)
    audits = _by_place(asked.period.store.audits_of_period, place)
    seen = asked.table("duty_event", "held_on")
    seen = _by_place(seen[seen["kind"] == "observation"], place)
    states = asked.period.actions.states
    live = _by_place(states[states["status"].isin(LIVE)], place)
    told = [
        f"{name}: {are(int(audits.get(name, 0)), 'audit', 'audits')}, "
        f"{are(int(seen.get(name, 0)), 'observation', 'observations')}, "
        f"{are(int(live.get(name, 0)), 'action', 'actions')} to be done"
        for name in sorted({*audits.index, *seen.index, *live.index})
    ]
    return f"{'; '.join(told)}." if told and asked.whole else None


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
        "supervision, for their managers alone."
    )


def questions_by_service(asked: Asked) -> str | None:
    """How each named question was answered in each service, drawn and chosen audits."""
    return _answers(asked, "service")


def questions_by_locality(asked: Asked) -> str | None:
    """The same by locality."""
    return _answers(asked, "locality")


def _answers(asked: Asked, column: str) -> str | None:
    place = asked.period.store.place_of(column)
    audits = asked.audits
    where = audits.set_index("audit_id")["team_id"].map(place)
    given = answers_that_count(asked.period.store)
    given = given.assign(place=given["audit_id"].map(where)).dropna(subset="place")
    told = []
    for question, best, _ in named_questions(asked):
        own = given[given["question_id"] == question.question_id]
        parts = [
            f"{name} {count_of(int(part['answer'].isin(best).sum()), len(part))}"
            for name, part in own.groupby("place", sort=True)
            if len(part) >= _FEWEST
        ]
        told += [f"{question.label}, by {column}: {', '.join(parts)}."] if len(parts) > 1 else []
    return " ".join(told) or None


def who_audited(asked: Asked) -> str | None:
    """Of audits whose auditor and worker are known: by oneself, by a peer, by somebody in another post."""
    store = asked.period.store
    made = asked.audits.dropna(subset=["auditor_id", "worker_id"])
    auditor, worker = (made[name].map(store.role_of) for name in ("auditor_id", "worker_id"))
    both = made[auditor.notna() & worker.notna()]
    if both.empty:
        return None
    own = (both["auditor_id"] == both["worker_id"]).astype(bool)
    peer = (auditor[both.index] == worker[both.index]).astype(bool) & ~own
    worker_word = asked.period.framework.words.worker
    counts = [count_words(int(found.sum())) for found in (own, peer, ~own & ~peer)]
    return (
        f"Of {are(len(both), 'audit', 'audits')} whose auditor and {worker_word} are known, {counts[0]} "
        f"looked at the auditor's own work, {counts[1]} at that of a peer in the same post and "
        f"{counts[2]} at that of somebody in another post."
    )


def signed_off(asked: Asked) -> str | None:
    """Reports and assessments that somebody quality assured, and of these signed off, by type."""
    events = asked.table("duty_event", "held_on").dropna(subset="signed_off")
    if events.empty:
        return None
    kinds = events.assign(kind=events["report_type"].astype("string").fillna("type not recorded"))
    told = [
        f"{kind} {count_of(int(part['signed_off'].astype(bool).sum()), len(part))}"
        for kind, part in kinds.groupby("kind", sort=True)
    ]
    whole = count_of(int(events["signed_off"].astype(bool).sum()), len(events))
    return f"{whole} reports and assessments that were checked were signed off: {', '.join(told)}."


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
    duties = [duty for duty in asked.period.framework.duties if duty.duty_id in asked.names]
    posts = {post for duty in duties for post in (duty.as_post, *duty.roles) if post}
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
    """Actions on record from each source that a heading names, and how many are done."""
    states = asked.period.actions.states
    told = [
        f"{SOURCE_WORDS[name]}, {count_of(int(own['status'].isin(DONE).sum()), len(own))} done"
        for name in asked.names
        if name in SOURCE_WORDS and len(own := states[states["source"] == name])
    ]
    return f"Actions on record, by source: {'; '.join(told)}." if told else None
