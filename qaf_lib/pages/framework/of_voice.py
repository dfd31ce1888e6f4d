"""Answers about what people said, and what services return."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pandas as pd

from qaf_lib.counting import DONE, read_scores
from qaf_lib.dates import add_months, previous_period
from qaf_lib.display.words import are, count_of, count_words, long_date
from qaf_lib.intake.labels import NIL_RETURN
from qaf_lib.pages.actions.answers import SOURCE_WORDS
from qaf_lib.pages.framework.asked import Asked, named
from qaf_lib.pages.framework.of_names import named_questions
from qaf_lib.pages.grades.how_audited import answers_that_count

_LISTED = 3
_YEARLY = {"year": ", over twelve months"}
"""What stands beside a form whose answers are not of the period alone."""


def survey_items(asked: Asked) -> str | None:
    """How each survey question that a line names was answered; at the end of the period alone."""
    if asked.end != asked.period.span.end:
        return None
    told = []
    for form in asked.period.framework.instruments:
        labels = {item.name: item.label for item in form.items if item.name in asked.names}
        found = asked.period.voice.items.get(form.name)
        if found is None or not labels:
            continue
        cells = {(row["row_key"], row["measure"]): row for row in found.to_dict("records")}
        told += [
            f"{label} ({form.label}{_YEARLY.get(form.every or '', '')}): "
            f"middle score {middle['estimate']:g}, {count_of(int(low['x']), int(low['n']))} scored below 6"
            for name, label in labels.items()
            if pd.notna((middle := cells[name, "median_score"])["estimate"]) and (low := cells[name, "low"])
        ]
    return f"{'; '.join(told)}." if told else None


def complaints_of_year(asked: Asked) -> str | None:
    """Complaints of the last calendar year that is over, and what came of them; those of this year so far."""
    known, words = asked.period.store.table("feedback"), asked.period.framework.words
    known, this = known[known["kind"] == "complaint"], asked.end.year
    days = known["received_on"]
    day, told = days[days <= pd.Timestamp(asked.end)].dt.year, []
    for year, when in ((this - 1, f"January to December {this - 1}"), (this, f"{this} so far")):
        own = known.loc[day.index[day == year]]
        if len(own):
            ended = int(own[["reported_on", "closed_on"]].notna().any(axis=1).sum())
            stages = [
                f"{count_words(int(own['acted_on'].notna().sum()))} acted on",
                f"{count_words(ended)} answered",
                f"{count_words(int(own['told_on'].notna().sum()))} {words.families} told the outcome",
            ]
            about = named(own["theme"])
            said = f"{when}: {are(len(own), 'complaint', 'complaints')}, {', '.join(stages)}"
            said += f"; about: {about}" if about else ""
            services = named(own["team_id"].map(asked.period.store.place_of("service")), most=None)
            told.append(f"{said}; by {words.service}: {services}." if services else f"{said}.")
    if told and len(days):
        told.append(f"The records begin on {long_date(days.min())}.")
    return " ".join(told) or None


def heard_from(asked: Asked) -> str | None:
    """Feedback of twelve months by who gave it: of which kinds, and what it is most about."""
    year = replace(asked, start=add_months(asked.end, -12) + timedelta(days=1))
    found = year.table("feedback", "received_on")
    told = [
        f"{str(who).capitalize()}: {named(part['kind'], most=None)}"
        + (f", most about {named(part['theme'])}." if part["theme"].notna().any() else ".")
        for who, part in found.groupby("respondent", sort=True)
    ]
    return f"Feedback of twelve months by who gave it. {' '.join(told)}" if told else None


def actions_of_year(asked: Asked) -> str | None:
    """Actions from each named source begun in the last calendar year that is over, and in this one so far."""
    states, this, told = asked.period.actions.states, asked.end.year, []
    began = states["raised_on"].where(states["raised_on"] <= pd.Timestamp(asked.end)).dt.year
    for name in (name for name in asked.names if name in SOURCE_WORDS):
        years = []
        for year, when in ((this - 1, f"January to December {this - 1}"), (this, f"{this} so far")):
            own = states[(states["source"] == name) & (began == year)]
            done = count_words(int(own["status"].isin(DONE).sum()))
            years.append(f"{when}, {are(len(own), 'action', 'actions')} begun, {done} done")
        if (states["source"] == name).any():
            told.append(f"{SOURCE_WORDS[name]}: {'; '.join(years)}.")
    return " ".join(told) or None


def returns_came(asked: Asked) -> str | None:
    """What returns answered to each named question that no audit asks, or that none came."""
    given = answers_that_count(asked.period.store)
    asked_of = [one for one in named_questions(asked) if one[0].evidence != "case_file"]
    told = []
    for question, best, label in asked_of:
        own = given.loc[given["question_id"] == question.question_id, "answer"]
        came = f"{count_of(int(own.isin(best).sum()), len(own))} {label}" if len(own) else "no return came"
        told.append(f"“{question.label}”, {came}")
    return f"Returns asked: {'; '.join(told)}." if told else None


def forms(asked: Asked) -> str | None:
    """How many surveys came back on each form that a line names, before it too, and the last; of a whole one.

    Where surveys of several forms name their cases: how many cases these are, each counted once.
    """
    if not asked.whole:
        return None
    before = previous_period(asked.period.span)
    now, then = (
        _surveys(replace(asked, start=one.start, end=one.end)) for one in (asked.period.span, before)
    )
    told = []
    for form in (one for one in asked.period.framework.instruments if one.name in asked.names):
        days = now.loc[now["instrument"] == form.name, "received_on"]
        earlier = count_words(int((then["instrument"] == form.name).sum()))
        last = f"; the last on {long_date(days.max())}" if len(days) else ""
        told.append(f"{form.label}, {count_words(len(days))} ({earlier} in {before.label}{last})")
    several = _cases_named(asked, now, then, before.label) if len(told) > 1 else ""
    return f"Came back: {'; '.join(told)}.{several}" if told else None


def _surveys(asked: Asked) -> pd.DataFrame:
    """Completed surveys of the report's days on the forms that it names."""
    found = asked.table("feedback", "received_on")
    return found[(found["kind"] == "survey") & found["instrument"].isin(asked.names)]


def _cases_named(asked: Asked, now: pd.DataFrame, then: pd.DataFrame, before: str) -> str:
    """How many different cases surveys name, now and before; "" where one names none."""
    cases, earlier = (count_words(rows["case_id"].nunique()) for rows in (now, then))
    word = asked.period.framework.words.cases
    if now.empty or now["case_id"].isna().any():
        return ""
    return f" They name {cases} different {word} ({earlier} in {before})."


def feedback_by_place(asked: Asked) -> str | None:
    """The themes that most feedback is about: in all and in the period before, by service and by locality."""
    told = [line for place in ("service", "locality") if (line := _themes_by(asked, place))]
    return " ".join([*_themes_since(asked), *told]) or None


def _themes_since(asked: Asked) -> list[str]:
    """The most frequent themes beside their counts of the period before; of a whole period alone."""
    found, before = asked.table("feedback", "received_on")["theme"], previous_period(asked.period.span)
    if not asked.whole or found.isna().all():
        return []
    earlier = replace(asked, start=before.start, end=before.end).table("feedback", "received_on")["theme"]
    counts, then = found.value_counts(), earlier.value_counts()
    first = sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))[:_LISTED]
    told = [
        f"{theme} {count_words(int(count))} ({count_words(int(then.get(theme, 0)))} in {before.label})"
        for theme, count in first
    ]
    without = f" Without a theme: {count_words(int(found.isna().sum()))}." if found.isna().any() else ""
    return [f"Most feedback is about: {', '.join(told)}.{without}"]


def _themes_by(asked: Asked, column: str) -> str:
    kind = asked.word_of(column)
    found = asked.table("feedback", "received_on").dropna(subset="theme")
    there = placed(asked, found, column)
    told = [
        f"{place} ({count_words(len(part))}): {named(part['theme'])}"
        for place, part in there.groupby("place", sort=True)
    ]
    nowhere = len(found) - len(there)
    rest = f"; no {kind} named ({count_words(nowhere)})" if nowhere else ""
    return f"By {kind}, {'; '.join(told)}{rest}." if told else ""


def placed(asked: Asked, rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Rows with a team that names such a place, as `place`."""
    return rows.assign(place=rows["team_id"].map(asked.period.store.place_of(column))).dropna(subset="place")


_FEWEST = 5
"""Answers of a place below which nothing is said of it."""


def comments_by_service(asked: Asked) -> str | None:
    """Comments and compliments that were logged, in each service."""
    found = asked.table("feedback", "received_on")
    found = found[found["kind"].isin(["comment", "compliment"])]
    if found.empty:
        return None
    there, kind = placed(asked, found, "service"), asked.period.framework.words.service
    parts = [(str(place), part) for place, part in there.groupby("place", sort=True)]
    nowhere = found.drop(there.index)
    parts += [(f"no {kind} named", nowhere)] if parts and len(nowhere) else []
    told = [
        f"{place} {count_words(int((part['kind'] == 'comment').sum()))} and "
        f"{count_words(int((part['kind'] == 'compliment').sum()))}"
        for place, part in parts
    ]
    comments = are(int((found["kind"] == "comment").sum()), "comment was", "comments were")
    by = f" Comments and compliments by {kind}: {', '.join(told)}."
    return f"{comments} logged.{by if told else ''}"


def returns_by_service(asked: Asked) -> str | None:
    """From which services the named forms that posts return came, and from which none."""
    surveys = asked.table("feedback", "received_on")
    services = asked.period.store.place_of("service")
    due = asked.period.duties.counts.dropna(subset="n").set_index("row_key")[["x", "n"]].astype(int)
    wanted = {
        services[str(team)] for team in asked.period.store.closing["team_id"].dropna() if team in services
    }
    told = []
    for form in asked.period.framework.instruments:
        if form.name in asked.names:
            came = surveys.loc[surveys["instrument"] == form.name, "team_id"].map(services).value_counts()
            sent = [f"{name} {count_words(int(came[name]))}" for name in sorted(came.index)]
            without = ", ".join(sorted(wanted - set(came.index)))
            if asked.whole and form.name in due.index:
                events = asked.table("duty_event", "held_on")
                nil = events["duty_id"].eq(form.name) & events["report_type"].eq(NIL_RETURN)
                told.append(_logged(due.loc[form.name].tolist(), int(nil.fillna(False).sum())))
            told.append(
                f"{form.label}, by {asked.period.framework.words.service}: {', '.join(sent) or 'none came'}"
                f"{f'; none from {without}' if without and sent else ''}."
            )
    return " ".join(told) or None


def _logged(counts: list[int], nil: int) -> str:
    """Of the returns that a duty of the form's name asks for, how many the duty log has, and nil returns."""
    came, wanted = counts
    left = "none is missing" if came >= wanted else are(wanted - came, "is missing", "are missing")
    empty = are(nil, "nil return", "nil returns") if nil else "no nil return"
    among = f", {empty} among them" if came else ""
    return f"{count_of(came, wanted)} returns came, as the duty log says{among}; {left}."


def survey_items_by_place(asked: Asked) -> str | None:
    """The middle score of each named question by service, locality and team, of those with answers enough.

    What people answer is told of twelve months up to the end of the report; what a post returns about its
    service of the report's days, by service alone, however few.
    """
    rules, told = asked.period.framework, []
    posts = {role for duty in rules.duties for role in duty.roles}
    year = replace(asked, start=add_months(asked.end, -12) + timedelta(days=1))
    for form in rules.instruments:
        items = {item.name: item.label for item in form.items if item.name in asked.names}
        answers = (asked if form.respondent in posts else year).table("survey_answer", "received_on")
        own = answers[answers["instrument"].eq(form.name).fillna(False).astype(bool)]
        own = own.assign(score=read_scores(scores=own["score"])).dropna(subset="score")
        told += _by_place(asked, own[own["item"].isin(items)], items, of_posts=form.respondent in posts)
    return f"Middle scores by place: {' '.join(told)}" if told else None


def _by_place(asked: Asked, rows: pd.DataFrame, items: dict[str, str], *, of_posts: bool) -> list[str]:
    """A sentence for each question of a form; the last says what is left out, and of which time it is."""
    store, least = asked.period.store, 1 if of_posts else _FEWEST
    places = [store.place_of("service")]
    places += [] if of_posts else [store.place_of("locality"), store.team_names]
    told = []
    for name, label in items.items():
        own = rows[rows["item"] == name]
        parts = [", ".join(scores) for place in places if (scores := _middles(own, place, least))]
        silent = _silent(own, rows, places[0]) if of_posts and parts else ""
        told += [f"{label}: {'; '.join(parts)}{silent}."] if parts else []
    if told and not of_posts:
        teams = asked.period.framework.words.teams
        told.append(
            f"Of twelve months; places and {teams} with fewer than {_FEWEST} answers to a question are not "
            "shown."
        )
    return told


def _silent(own: pd.DataFrame, rows: pd.DataFrame, place: dict[str, str]) -> str:
    """Places of which a return gave other questions a score and this one none."""
    heard, all_heard = (set(part["team_id"].map(place).dropna()) for part in (own, rows))
    left = sorted(all_heard - heard)
    return f"; no score from {', '.join(left)}" if left else ""


def _middles(rows: pd.DataFrame, place: dict[str, str], least: int) -> list[str]:
    return [
        f"{name} {part['score'].median():g}"
        for name, part in rows.groupby(rows["team_id"].map(place), sort=True)
        if len(part) >= least
    ]
