"""Answers by area: problems and excellence, by locality, place and service."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from qaf_lib.counting import DONE, LIVE
from qaf_lib.display.words import are, count_of, count_words, percent
from qaf_lib.pages.actions.answers import with_news
from qaf_lib.pages.framework.asked import Asked, named
from qaf_lib.pages.framework.of_names import named_questions
from qaf_lib.pages.framework.of_papers import differs_words, figure_words, other_figure
from qaf_lib.pages.grades.how_audited import answers_that_count
from qaf_lib.pages.practice.answers import drift_of, followed_up
from qaf_lib.pages.practice.restricted import unregistered_of
from qaf_lib.prepare import draws_of

_KINDS = {"cin": "in need", "cp": "on a protection plan", "cla": "in care"}
_LISTED = 3
_FEW = 5
"""Audits of a place, or answers of a place or a status, below which nothing is said of it."""


def how_long(asked: Asked) -> str | None:
    """How many children have been in need, protected or in care for long; at the end of the period alone."""
    found = drift_of(asked.period.store)
    if found.empty or asked.end != asked.period.span.end:
        return None
    own = asked.period.framework.words
    told = [
        f"{_KINDS[str(kind)]} {count_words(len(part))}, of these {count_words(int(part['over_12'].sum()))} "
        f"for more than 12 months and {count_words(int(part['over_24'].sum()))} for more than 24"
        for kind, part in found.groupby("kind", sort=False)
    ]
    listed = "By months: the page on practice. The restricted list drift has them, the longest first."
    return f"{own.cases.capitalize()} by how they stand: {'; '.join(sorted(told))}. {listed}"


def not_registered(asked: Asked) -> str | None:
    """Audits with a top grade from which no good practice was written down; for the whole period."""
    left = unregistered_of(asked.period.store)
    if not asked.whole or left.empty:
        return None
    top = asked.period.framework.scale.grades[-1]
    whole = int((left["overall_grade"] == top).fillna(False).sum())
    return (
        f"{are(len(left), 'audit', 'audits')} with a top grade ({top}), {count_words(whole)} of them as a "
        "whole and the others on a question, {} not in the register yet; the restricted list "
        "good_practice_to_read has them."
    ).format("is" if len(left) == 1 else "are")


def problem_areas(asked: Asked) -> str | None:
    """The themes with the largest shares of weak answers, and what is being done about each."""
    themes = asked.period.learning.themes
    if not asked.whole or themes.empty:
        return None
    cells = {(row.row_key, row.measure): row for row in themes.itertuples()}
    low = [row for row in themes.itertuples() if row.measure == "low" and row.n]
    weakest = sorted(low, key=lambda row: (-row.x / row.n, row.row_key))[:_LISTED]
    told = [
        f"{row.row_key}, {count_of(int(row.x), int(row.n))} answers, "
        f"{are(int(cells[row.row_key, 'live'].x), 'action', 'actions')} to be done"
        for row in weakest
    ]
    if not told:
        return None
    label, words = asked.period.framework.scale.headline.label, asked.period.framework.words
    lead = f"Most often not {label}" if _apart(low) else f"Not {label}, among others as often"
    lead += f", of all {words.audits}, however picked"
    return f"{lead}: {'; '.join(told)}. By {words.team} and theme: the page on actions."


def _apart(rows: list[Any]) -> bool:
    """Whether what is listed stands above what is left out, and not level with it."""
    shares = sorted((row.x / row.n for row in rows), reverse=True)
    return len(shares) <= _LISTED or shares[_LISTED - 1] > shares[_LISTED]


def problem_teams(asked: Asked) -> str | None:
    """The teams on themes with the largest shares of weak answers; of a whole period alone."""
    found, words = asked.period.learning.teams, asked.period.framework.words
    if found.empty or not asked.whole:
        return None
    told = [f"{row.row_key} ({count_of(int(row.x), int(row.n))})" for row in found.head(_LISTED).itertuples()]
    label = asked.period.framework.scale.headline.label
    return (
        f"Of {are(len(found), f'{words.team} and theme', f'{words.teams} and themes')} the largest shares of "
        f"answers not {label}: {'; '.join(told)}. They are few answers each, so chance puts some first."
    )


def standing(asked: Asked) -> str | None:
    """Whether a priority is met, not met or watched, by the figures, questions and lists it names.

    Not met: a figure misses its target, a question stands below the average of all by more than chance, or a
    case of a list was not looked at. Met: it has targets and keeps them all. Watched: no target says.
    An indicator with two figures that differ is not weighed; both are told.
    """
    if asked.end != asked.period.span.end or not asked.whole:
        return None
    found = asked.period.indicators
    rows = found.current[found.current["row_key"].isin(asked.names)]
    apart = rows["row_key"].map(lambda name: other_figure(asked, str(name)) is not None).astype(bool)
    open_ = "".join(
        f" Not weighed: {figure_words(asked, row)}{differs_words(asked, row)}."
        for row in rows[apart & (rows["measure"] == "share")].to_dict("records")
    )
    judged = rows[rows["method"].isin(["met", "not met"]) & ~apart]
    against = [
        f"{figure_words(asked, row)} against {percent(target)}"
        for row in judged[judged["method"] == "not met"].to_dict("records")
        if (target := found.targets[str(row["row_key"])]) is not None
    ]
    against += [*_weak(asked), *_not_looked_at(asked)]
    if against:
        return f"Not met: {'; '.join(against)}.{open_}"
    if judged.empty:
        return f"Watched.{open_}" if open_ else "Watched: no target says when it is met."
    return f"Met: {are(len(judged), 'target', 'targets')} kept.{open_}"


def _weak(asked: Asked) -> list[str]:
    """Named questions that stand below the average of all by more than chance."""
    labels = asked.period.framework.questions()
    weak = [str(row["row_key"]) for row in asked.period.summary.weak]
    return [
        f"{labels[name]} stands below the average of all questions" for name in weak if name in asked.names
    ]


def _not_looked_at(asked: Asked) -> list[str]:
    """Named lists of which a case was not looked at."""
    told = []
    for listed in asked.period.census:
        row = listed.counts.set_index("measure").loc["looked_at"]
        if listed.name in asked.names and pd.notna(row["x"]) and row["x"] < row["n"]:
            seen = count_of(int(row["x"]), int(row["n"]))
            told.append(f"{listed.label[:1].lower()}{listed.label[1:]}, {seen} looked at")
    return told


def strengths_by_locality(asked: Asked) -> str | None:
    """The question that stands best and the one that stands worst in each locality, from drawn audits."""
    told = [
        line
        for draw in asked.period.localities.grades
        for place, rows in draw.questions.groupby("measure", sort=True)
        if (line := _of_place(asked, str(place), rows))
    ]
    if not asked.whole or not told:
        return None
    return f"{' '.join(told)} So few audits of one place that chance may put a question first or last."


def _of_place(asked: Asked, place: str, rows: pd.DataFrame) -> str | None:
    seen = rows[rows["n"].fillna(0) >= _FEW].dropna(subset=["estimate"])
    if len(seen) < 2:
        return None
    ends = seen["estimate"].max(), seen["estimate"].min()
    if ends[0] == ends[1]:
        return f"{place}: all questions stand alike."
    labels = asked.period.framework.questions()
    best, worst = (_level(seen[seen["estimate"] == end].to_dict("records"), labels) for end in ends)
    return f"{place}: strongest on {best}, weakest on {worst}."


def _level(rows: list[dict[Hashable, Any]], labels: Mapping[str, str]) -> str:
    """Questions that stand level; more than two with one count for all of them."""
    names = [labels[row["row_key"]] for row in rows]
    counts = [count_of(int(row["x"]), int(row["n"])) for row in rows]
    if len(rows) > 2 and len(set(counts)) == 1:
        return f"{', '.join(names[:-1])} and {names[-1]}, all alike ({counts[0]})"
    return " and ".join(f"{name} ({count})" for name, count in zip(names, counts, strict=True))


_LISTED_BY_PLACE = 2


def problem_areas_by_locality(asked: Asked) -> str | None:
    """The themes with the largest shares of weak answers in each locality; of a whole period alone."""
    place, band = asked.period.store.place_of("locality"), asked.period.framework.scale.headline
    made = asked.audits.assign(place=asked.audits["team_id"].map(place)).dropna(subset="place")
    given = answers_that_count(asked.period.store)
    given = given[given["question_id"].isin(list(asked.period.framework.questions()))]
    given = given.merge(made[["audit_id", "place"]], on="audit_id").dropna(subset="theme")
    if not asked.whole or given.empty:
        return None
    given = given.assign(weak=~given["answer"].isin(list(band.grades)))
    told = [
        f"{name}: {', '.join(_weakest(part))}"
        for name, part in given.groupby("place", sort=True)
        if len(part) >= _FEW
    ]
    cases = asked.period.framework.words.audits
    return f"Answers not {band.label}, of all {cases}, however picked. {'; '.join(told)}." if told else None


def _weakest(answers: pd.DataFrame) -> list[str]:
    counts = answers.groupby("theme")["weak"].agg(["sum", "size"])
    ordered = sorted(counts.itertuples(), key=lambda row: (-row.sum / row.size, str(row.Index)))
    return [f"{row.Index} {count_of(int(row.sum), int(row.size))}" for row in ordered[:_LISTED_BY_PLACE]]


def change_by_locality(asked: Asked) -> str | None:
    """The share in the headline band of each locality, period by period, in audits picked at random."""
    band, told = asked.period.framework.scale.headline, []
    for draw in asked.period.localities.grades:
        known = draw.history[draw.history["n"].fillna(0) > 0]
        for name, rows in known.groupby("row_key", sort=True):
            parts = [f"{row.measure} {count_of(int(row.x), int(row.n))}" for row in rows.itertuples()]
            told += [f"{name} {', '.join(parts)}"] if len(parts) > 1 else []
    if not asked.whole or not told:
        return None
    return (
        f"{band.label.capitalize()}, period by period, {asked.period.framework.words.audits} picked at "
        f"random: {'; '.join(told)}. Four periods are too few for a trend to be told from chance."
    )


def learning_by_locality(asked: Asked) -> str | None:
    """Observations of each locality that showed a learning need, and on which themes."""
    seen = asked.table("duty_event", "held_on")
    seen = _placed(asked, seen[seen["kind"] == "observation"])
    told = []
    for name, part in seen.groupby("place", sort=True):
        needs = part[part["learning_need"].fillna(False).astype(bool)]
        themes = named(needs["theme"], most=None)
        told.append(f"{name} {count_of(len(needs), len(part))}" + (f", on {themes}" if themes else ""))
    return f"Observations that showed a learning need: {'; '.join(told)}." if told else None


def good_practice_by_locality(asked: Asked) -> str | None:
    """Good practice that was found in each locality, by title where one may be shown, and how much shared."""
    found = _placed(asked, asked.table("good_practice", "on"))
    told = [_good(str(name), part) for name, part in found.groupby("place", sort=True)]
    return f"Good practice found: {'; '.join(told)}." if told else None


def _good(name: str, found: pd.DataFrame) -> str:
    titles = ", ".join(str(title) for title in found["title"].dropna())
    shared = count_words(int(found["shared_on"].notna().sum()))
    return f"{name} {are(len(found), 'example', 'examples')}, {shared} shared" + (
        f" ({titles})" if titles else ""
    )


def _placed(asked: Asked, table: pd.DataFrame) -> pd.DataFrame:
    place: Mapping[str, str] = asked.period.store.place_of("locality")
    return table.assign(place=table["team_id"].map(dict(place))).dropna(subset="place")


def followed_up_by_locality(asked: Asked) -> str | None:
    """Of the audits in each locality how many have what is named recorded; at the period's end alone."""
    place = asked.period.store.place_of("locality")
    if asked.end != asked.period.span.end:
        return None
    told = []
    for rule in (rule for rule in asked.period.framework.follow_ups if rule.name in asked.names):
        audits = followed_up(asked.period.store, rule)
        parts = [
            f"{name} {count_of(int(own['recorded'].sum()), len(own))}"
            for name, own in audits.groupby(audits["team_id"].map(place), sort=True)
        ]
        told += [f"{rule.label}, by locality: {', '.join(parts)}."] if parts else []
    return " ".join(told) or None


def questions_by_status(asked: Asked) -> str | None:
    """How each named question was answered by status of the case, as the period's first list has it.

    Where the heading names statuses, by these alone; a case that is on no list of the period is left out.
    """
    store = asked.period.store
    stands = asked.audits.set_index("audit_id")["case_id"].map(store.status_of)
    given = answers_that_count(store)
    given = given.assign(status=given["audit_id"].map(stands)).dropna(subset="status")
    only = [name for name in asked.period.framework.eligibility.statuses if name in asked.names]
    given = given[given["status"].isin(only)] if only else given
    told = []
    for question, best, label in named_questions(asked):
        own = given[given["question_id"] == question.question_id]
        parts = [
            f"{str(name).replace('_', ' ')} {count_of(int(part['answer'].isin(best).sum()), len(part))}"
            for name, part in own.groupby("status", sort=True)
            if len(part) >= _FEW
        ]
        told += [f"{question.label}, {label}, by status: {', '.join(parts)}."] if parts else []
    return " ".join(told) or None


def services_silent(asked: Asked) -> str | None:
    """Services of the team table of whose cases no audit of the days answered a question that is named."""
    place = asked.period.store.place_of("service")
    given = answers_that_count(asked.period.store)
    answered = given.loc[given["question_id"].isin(asked.names), "audit_id"]
    audits = asked.audits
    heard = set(audits.loc[audits["audit_id"].isin(answered), "team_id"].map(place).dropna())
    if not heard:
        return None
    silent, word = sorted(set(place.values()) - heard), asked.period.framework.words.service
    return f"Nothing came of: {', '.join(silent)}." if silent else f"Something came of every {word}."


def made_by_service(asked: Asked) -> str | None:
    """Audits and observations by the service of whoever made them, and drawn cases given out, back and late.

    Of a whole period alone, since cases are given out for it.
    """
    store, words = asked.period.store, asked.period.framework.words
    if not asked.whole or store.staff.empty or asked.audits.empty:
        return None
    unknown = f"{words.service} not recorded"
    people = store.staff.drop_duplicates("staff_id").set_index("staff_id")["service"]
    service = {str(person): str(name) for person, name in people.dropna().items()}
    seen = asked.table("duty_event", "held_on")
    seen = seen[seen["kind"] == "observation"]
    made, watched = (
        column.map(service).fillna(unknown).value_counts()
        for column in (asked.audits["auditor_id"], seen["by_id"])
    )
    given = _given_out(asked, service).fillna({"service": unknown})
    told = [
        f"{name}: {are(int(made.get(name, 0)), 'audit', 'audits')}, "
        f"{are(int(watched.get(name, 0)), 'observation', 'observations')}" + _back(given, name, words.cases)
        for name in sorted({*made.index, *watched.index, *given["service"]})
    ]
    return f"By the {words.service} of whoever made them: {'; '.join(told)}."


def _given_out(asked: Asked, service: Mapping[str, str]) -> pd.DataFrame:
    """Drawn cases that somebody was given: the auditor's service, whether they are back, whether late."""
    store = asked.period.store
    given = store.table("allocation")
    draws = draws_of(store.table("draw"), store.span)["draw_id"]
    given = given[given["draw_id"].isin(draws) & given["ended_on"].isna()]
    audits = store.audits.dropna(subset=["draw_id"]).drop_duplicates(["draw_id", "case_id"])
    days = ["audited_on", "returned_on"]
    given = given.merge(audits[["draw_id", "case_id", *days]], "left", ["draw_id", "case_id"])
    back = given["returned_on"].fillna(given["audited_on"])
    return pd.DataFrame(
        {
            "service": given["auditor_id"].map(service).astype("string"),
            "back": back.notna(),
            "late": (back > given["due_on"]).fillna(False).astype(bool),
        }
    )


def _back(given: pd.DataFrame, name: str, cases: str) -> str:
    own = given[given["service"] == name]
    if own.empty:
        return ""
    back, late = count_of(int(own["back"].sum()), len(own)), count_words(int(own["late"].sum()))
    return f", {back} drawn {cases} given to it are audited ({late} late)"


def actions_by_service(asked: Asked) -> str | None:
    """Of each service's actions: of those due how many are done, and how many live ones have news.

    News is an entry beside the one that opened the action; actions of no one service come last.
    """
    found, states = asked.period.actions, asked.period.actions.states
    place = states["team_id"].map(asked.period.store.place_of("service"))
    nowhere = f"No one {asked.period.framework.words.service}"
    told = []
    for name, own in [*states.groupby(place, sort=True), (nowhere, states[place.isna()])]:
        if own.empty:
            continue
        past = (own["due_on"] <= pd.Timestamp(asked.end)).fillna(False).astype(bool)
        due = own[own["overdue"] | (own["status"].isin(DONE) & past)]
        live = own[own["status"].isin(LIVE)]
        news = int(with_news(found, live).sum())
        told.append(
            f"{name}: {count_of(int(due['status'].isin(DONE).sum()), len(due))} that were due are done; "
            f"{count_words(len(live))} are to be done, {count_words(news)} of them with an entry in "
            f"{found.ask_after} days, beside the one that opened it"
        )
    return f"{'. '.join(told)}." if told and asked.whole else None
