"""Answers from who made audits: posts, peers and tiers, the teams that they reached, and who took part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from qaf_lib.dates import previous_period
from qaf_lib.display.words import are, count_of, count_words, long_date
from qaf_lib.pages.framework.asked import Asked, named

_PERIODS = 4


def who_audited(asked: Asked) -> str | None:
    """Of audits whose auditor and worker are known: by oneself, by a peer, by somebody in another post."""
    own, peer, other = _modes(asked, asked.audits)
    if not own + peer + other:
        return None
    worker_word = asked.period.framework.words.worker
    counts = [count_words(found) for found in (own, peer, other)]
    known = are(own + peer + other, "audit", "audits")
    return (
        f"Of {known} whose auditor and {worker_word} are known, {counts[0]} "
        f"looked at the auditor's own work, {counts[1]} at that of a peer in the same post and "
        f"{counts[2]} at that of somebody in another post."
    )


def modes_before(asked: Asked) -> str | None:
    """The same in the last four periods, where an earlier one has such audits; of a whole period alone."""
    told = []
    for label, days in _by_period(asked):
        own, peer, other = _modes(asked, days.audits)
        if own + peer + other:
            told.append(
                f"{label}, own work {count_words(own)}, a peer's {count_words(peer)}, "
                f"another post's {count_words(other)}"
            )
    if len(told) < 2 or not asked.whole:
        return None
    worker_word = asked.period.framework.words.worker
    return f"Audits of every kind whose auditor and {worker_word} are known, by period: {'; '.join(told)}."


def tiers_before(asked: Asked) -> str | None:
    """Audits of its kinds by holders of each named duty, in the last four periods; as `modes_before`."""
    duties = [duty for duty in asked.duties if duty.audit_types]
    told = []
    for label, days in _by_period(asked):
        made = [len(days.audits_for(duty)) for duty in duties]
        if sum(made):
            tiers = [f"{duty.holder} {count_words(n)}" for duty, n in zip(duties, made, strict=True)]
            told.append(f"{label}, {', '.join(tiers)}")
    if not told or not asked.whole:
        return None
    kinds = asked.period.framework.audit_labels
    types = dict.fromkeys(kinds[name] for duty in duties for name in duty.audit_types)
    return f"By managers and period ({', '.join(types)}): {'; '.join(told)}."


def _by_period(asked: Asked) -> Iterator[tuple[str, Asked]]:
    """The same asked of each of the last four periods, the oldest first, with its label."""
    spans = [asked.period.span]
    while len(spans) < _PERIODS:
        spans.insert(0, previous_period(spans[0]))
    for span in spans:
        yield span.label, replace(asked, start=span.start, end=span.end)


def _modes(asked: Asked, audits: pd.DataFrame) -> tuple[int, int, int]:
    """Of audits whose auditor and worker are known: of the own work, of a peer's, of another post's."""
    made = audits.dropna(subset=["auditor_id", "worker_id"])
    auditor, worker = (made[name].map(asked.period.store.role_of) for name in ("auditor_id", "worker_id"))
    both = made[auditor.notna() & worker.notna()]
    own = (both["auditor_id"] == both["worker_id"]).astype(bool)
    peer = (auditor[both.index] == worker[both.index]).astype(bool) & ~own
    return int(own.sum()), int(peer.sum()), int((~own & ~peer).sum())


def made_by(asked: Asked) -> str | None:
    """Posts that made the named audits, those of the named duties that made none, and what the log has."""
    store, made = asked.period.store, asked.audits_named
    logged = asked.table("duty_event", "held_on")
    told = []
    if len(made):
        posts = made["auditor_id"].map(store.role_of).astype("string").fillna("post not recorded")
        told.append(f"Made by: {named(posts, most=None)}.")
        owed = {role for duty in asked.duties if duty.evidence == "audit" for role in duty.roles}
        none = sorted(owed - set(posts))
        told += [f"None by: {', '.join(none)}."] if none else []
    for duty in asked.duties:
        own = logged[logged["duty_id"] == duty.duty_id]
        if len(own):
            told.append(
                f"In the duty log, {duty.holder}: {are(len(own), 'entry', 'entries')} ({duty.label})."
            )
    return " ".join(told) or None


def teams_reached(asked: Asked) -> str | None:
    """Teams with cases whose work the named audits looked at, how often each, and those they did not.

    Where audits name the worker, the posts of those whose work it was.
    """
    store, made = asked.period.store, asked.audits_named
    teams = {str(team): store.team_names[str(team)] for team in store.closing["team_id"].dropna().unique()}
    counts = made["team_id"].value_counts()
    seen = {name: int(counts[team]) for team, name in teams.items() if team in counts.index}
    if not seen:
        return None
    listed = ", ".join(f"{name} ({count_words(seen[name])})" for name in sorted(seen))
    words, left = asked.period.framework.words, sorted(set(teams.values()) - set(seen))
    told = f"They were of {count_of(len(seen), len(teams))} {words.teams}: {listed}."
    told += f" None of: {', '.join(left)}." if left else ""
    posts = named(made["worker_id"].map(store.role_of).astype("string"), most=None)
    return f"{told} Whose work it was, by post: {posts}." if posts else told


def people_took_part(asked: Asked) -> str | None:
    """How many people in post took part in quality assurance, in twelve months; of a whole period alone."""
    rows = asked.period.people.people.set_index("row_key")
    everybody = int(rows["n"].iloc[0])
    if not asked.whole or not everybody:
        return None
    some, several = everybody - int(rows.loc["none", "x"]), int(rows.loc["two kinds or more", "x"])
    return (
        f"Since {long_date(asked.period.people.first)}, {count_of(some, everybody)} practitioners and "
        f"managers in post took part in quality assurance, or in training, beside their own supervision, "
        f"{count_words(several)} of them in two kinds or more."
    )


def given_since(asked: Asked) -> str | None:
    """The last day on which the named duty gave audits to somebody, and what was made after that day."""
    logged = asked.table("duty_event", "held_on")
    duties = {duty.duty_id for duty in asked.duties}
    if not duties:
        return None
    held = logged.loc[logged["duty_id"].isin(duties), "held_on"]
    if held.empty:
        return "No entry of the duty log says that it was given in the period."
    made, last = asked.audits_named, held.max()
    later = made[(made["audited_on"] > last).fillna(False).astype(bool)]
    labels = asked.period.framework.audit_labels
    words = f"Last given on {long_date(last)}, as the duty log says. "
    if later.empty:
        return f"{words}Nothing was audited after that day."
    after = are(len(later), "audit was", "audits were")
    return f"{words}{after} made after that day: {named(later['audit_type'].map(labels), most=None)}."
