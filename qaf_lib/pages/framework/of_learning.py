"""Answers from what came of findings: actions, feedback, good practice, research, the duty log."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pandas as pd

from qaf_lib.counting import DONE, LIVE, read_scores
from qaf_lib.dates import add_months
from qaf_lib.display.words import are, count_of, count_words, long_date
from qaf_lib.frameworks import Instrument
from qaf_lib.intake.labels import OTHER
from qaf_lib.pages.actions.answers import CHAMPION, ROUTE_WORDS, SOURCE_WORDS, owners_of
from qaf_lib.pages.framework.asked import Asked, named

_PARTS = ("children", "families", "partners", "staff")


def _raised(asked: Asked) -> pd.DataFrame:
    return asked.within(asked.period.actions.states, "raised_on")


def actions(asked: Asked) -> str | None:
    """Actions raised, and what stands open at the end."""
    states = asked.period.actions.states
    if states.empty:
        return None
    live, new = int(states["status"].isin(LIVE).sum()), _raised(asked)
    left = count_words(int(new["status"].isin(LIVE).sum()))
    raised = are(len(new), "action was", "actions were")
    return (
        f"{raised} raised, {left} of them still to be done; of all actions on record "
        f"{count_of(live, len(states))} are still to be done."
    )


def overdue(asked: Asked) -> str | None:
    """How many actions are overdue at the end of the period."""
    states = asked.period.actions.states
    if states.empty:
        return None
    late = int(states["overdue"].sum())
    live = int(states["status"].isin(LIVE).sum())
    return f"{count_of(late, live)} actions still to be done are overdue." if live else None


def actions_on_cases(asked: Asked) -> str | None:
    """New actions for one case, by theme."""
    mine = _raised(asked)
    return _new(mine[mine["case_id"].notna()], f"for one {asked.period.framework.words.case}")


def actions_on_service(asked: Asked) -> str | None:
    """New structural actions, by theme."""
    mine = _raised(asked)
    return _new(mine[mine["case_id"].isna()], "on how things work")


def _new(mine: pd.DataFrame, what: str) -> str | None:
    if mine.empty:
        return None
    done = int(mine["status"].isin(DONE).sum())
    ended = f"{count_words(done)} of them done" if done else "none of them done yet"
    told = f"{are(len(mine), 'new action', 'new actions')} {what}, {ended}."
    most = named(mine["theme"])
    return f"{told} Themes: {most}." if most else told


def routes(asked: Asked) -> str | None:
    """New actions by route to learning."""
    used = _raised(asked)["route"].map(ROUTE_WORDS).dropna()
    if used.empty:
        return None
    named_one = are(len(used), "new action names", "new actions name")
    return f"{named_one} a route to learning: {named(used, most=None)}."


def routes_by_source(asked: Asked) -> str | None:
    """New actions that name a route to learning, of those from each source and of those that rest on work."""
    new = _raised(asked)
    told = [
        f"{SOURCE_WORDS[str(source)]} {_routed(own)}"
        for source, own in new.groupby("source", sort=True)["route"]
    ]
    what = "New actions with a route to learning, by where they came from"
    resting = new.loc[new["project_id"].notna(), "route"]
    work = f"; of those that rest on research or an evaluation {_routed(resting)}" if len(resting) else ""
    return f"{what}: {', '.join(told)}{work}." if told else None


def _routed(routes: pd.Series) -> str:
    return count_of(int(routes.notna().sum()), len(routes))


def guides_changed(asked: Asked) -> str | None:
    """New actions whose route is a policy or guide, how many of them are done, and what asked for them."""
    mine = _raised(asked)
    mine = mine[mine["route"] == "policy"]
    told, came = _new(mine, "on a policy or guide"), named(mine["source"].map(SOURCE_WORDS), most=None)
    return f"{told} They came from: {came}." if told and came else told


def sources(asked: Asked) -> str | None:
    """Where new actions came from."""
    came = _raised(asked)["source"].map(SOURCE_WORDS).dropna()
    return f"New actions came from: {named(came, most=None)}." if len(came) else None


def looked_again(asked: Asked) -> str | None:
    """How many finished actions an audit looked at again."""
    found = asked.period.learning.themes.groupby("measure")["x"].sum()
    if found.empty or not found["done"]:
        return None
    again = count_of(int(found["again"]), int(found["done"]))
    return f"{again} finished actions were looked at again by an audit."


def _feedback(asked: Asked, kind: str) -> pd.DataFrame:
    known = asked.table("feedback", "received_on")
    return known[known["kind"] == kind]


def surveys(asked: Asked) -> str | None:
    """Surveys that came back, by form, and their scores; what a post returns about its own work is none.

    Where the heading names forms it is of these alone, those of a yearly form over twelve months; forms of
    both sorts are told apart.
    """
    forms = [form for form in asked.period.framework.instruments if form.name in asked.names]
    yearly = [form for form in forms if form.every == "year"]
    rest = [form for form in forms if form.every != "year"]
    parts = (
        [_came_back(asked, yearly), _came_back(asked, rest)]
        if yearly and rest
        else [_came_back(asked, forms)]
    )
    return " ".join(part for part in parts if part) or None


def _came_back(asked: Asked, named_forms: list[Instrument]) -> str | None:
    """Surveys of the forms, all yearly or none, or of every form where none is named."""
    rules = asked.period.framework
    posts = {role for duty in rules.duties for role in duty.roles}
    returns = [form.name for form in rules.instruments if form.respondent in posts]
    of_forms = [_of_form(asked, form) for form in named_forms]
    found = pd.concat(of_forms) if of_forms else _feedback(asked, "survey")
    of_posts = found["instrument"].isin(returns).fillna(False).astype(bool)
    found, apart = found[~of_posts], int(of_posts.sum())
    if found.empty:
        return None
    forms = {form.name: form.label for form in rules.instruments}
    most = named(found["instrument"].map(forms).fillna("no form named"), most=None) if forms else ""
    people = are(len(found), "completed survey", "completed surveys")
    longer = any(_first_day(asked, form) < asked.start for form in named_forms)
    when = " in twelve months" if longer else ""
    told = f"{people} came back{when}: {most}." if most else f"{people} came back."
    told += _steps(found)
    scores = read_scores(scores=found["score"]).dropna()
    if scores.empty:
        return told
    middle, gave = float(scores.median()), count_of(int((scores >= scores.median()).sum()), len(scores))
    told = f"{told} The middle score is {middle:g}; {gave} with a score gave that or more."
    if not apart:
        return told
    return f"{told} Not among them: {are(apart, 'return', 'returns')} of posts about their own work."


def _steps(found: pd.DataFrame) -> str:
    """How many were analysed, acted on and reported, where any is recorded as that."""
    columns = {"analysed_on": "analysed", "acted_on": "acted on", "reported_on": "reported"}
    counts = {word: int(found[name].notna().sum()) for name, word in columns.items()}
    if not any(counts.values()):
        return ""
    return f" Of these {', '.join(f'{count_words(n)} {word}' for word, n in counts.items())}."


def _first_day(asked: Asked, form: Instrument) -> date:
    return add_months(asked.end, -12) + timedelta(days=1) if form.every == "year" else asked.start


def _of_form(asked: Asked, form: Instrument) -> pd.DataFrame:
    """Surveys of one form: of the report's days, or of the twelve months up to their end."""
    found = _feedback(replace(asked, start=_first_day(asked, form)), "survey")
    return found[found["instrument"].eq(form.name).fillna(False).astype(bool)]


def complaints(asked: Asked) -> str | None:
    """Complaints received and finished, shared with staff where any is recorded as that, and themes."""
    found, known = _feedback(asked, "complaint"), asked.period.store.table("feedback")
    if found.empty:
        return None
    ended = int(found[["reported_on", "closed_on"]].notna().any(axis=1).sum())
    told = f"{are(len(found), 'complaint', 'complaints')}, {count_words(ended)} answered"
    kept = known.loc[known["kind"] == "complaint", "shared_on"].notna().any()
    shared = count_words(int(found["shared_on"].notna().sum()))
    told += f", {shared} shared with staff." if kept else "."
    return f"{told} About: {named(found['theme'], most=None)}." if found["theme"].notna().any() else told


def compliments(asked: Asked) -> str | None:
    """Compliments received and shared, acted on where any is recorded as that, and themes."""
    found = _feedback(asked, "compliment")
    if found.empty:
        return None
    shared, used = (int(found[name].notna().sum()) for name in ("shared_on", "acted_on"))
    told = f"{are(len(found), 'compliment', 'compliments')}, {count_words(shared)} shared with staff"
    told += f", {count_words(used)} acted on." if used else "."
    return f"{told} About: {named(found['theme'], most=None)}." if found["theme"].notna().any() else told


def mp_letters(asked: Asked) -> str | None:
    """Letters from members of parliament: feedback from such a respondent."""
    known = asked.table("feedback", "received_on")
    found = known[(known["respondent"] == "member of parliament").fillna(False).astype(bool)]
    if found.empty:
        return None
    ended = int(found[["reported_on", "closed_on", "told_on"]].notna().any(axis=1).sum())
    return (
        f"{are(len(found), 'letter', 'letters')} from members of parliament, {count_words(ended)} answered."
    )


def champions(asked: Asked) -> str | None:
    """Good practice that champions brought to the register, what it is about, and how much was shared."""
    brought = asked.table("good_practice", "on")
    brought = brought[brought["source"] == "champion"]
    if brought.empty:
        return None
    topics = named(brought["theme"], most=None)
    told = f"{are(len(brought), 'example', 'examples')} of good practice brought by champions"
    told += f" ({topics})" if topics else ""
    return f"{told}, {count_words(int(brought['shared_on'].notna().sum()))} of them shared."


def actions_of_champions(asked: Asked) -> str | None:
    """Actions that a champion owns, alone or with another: to be done, done, and where they came from."""
    states = asked.period.actions.states
    own = states[owners_of(states) == CHAMPION]
    if own.empty:
        return None
    live, done = (int(own["status"].isin(kinds).sum()) for kinds in (LIVE, DONE))
    return (
        f"Champions own {are(live, 'action', 'actions')} still to be done, and {count_words(done)} done. "
        f"They came from: {named(own['source'].map(SOURCE_WORDS), most=None)}."
    )


def drafted_with_staff(asked: Asked) -> str | None:
    """In how many of the actions on record, where it is said, staff helped to draft them."""
    said = asked.period.actions.states["staff_helped"].dropna().astype(bool)
    if said.empty:
        return None
    return f"Staff helped to draft {count_of(int(said.sum()), len(said))} actions of which that is recorded."


def good_practice(asked: Asked) -> str | None:
    """Good practice found and shared."""
    found, shared = asked.table("good_practice", "on"), asked.table("good_practice", "shared_on")
    if found.empty and shared.empty:
        return None
    titles = "; ".join(str(title) for title in found["title"].dropna())
    told = f"{are(len(found), 'example was', 'examples were')} found, compliments aside"
    told += f": {titles}." if titles else "."
    about = named(found["theme"], most=None)
    told += f" On: {about}." if about else ""
    told += f" Of these and earlier ones {are(len(shared), 'was', 'were')} shared"
    themes = named(shared["theme"], most=None)
    return f"{told}, on: {themes}." if themes else f"{told}."


def learning_needs(asked: Asked) -> str | None:
    """Learning needs that observations showed, by theme."""
    seen = asked.table("duty_event", "held_on")
    seen = seen[seen["kind"] == "observation"]
    if seen.empty:
        return None
    needs = seen[seen["learning_need"].fillna(False).astype(bool)]
    told = f"{count_of(len(needs), len(seen))} observations showed a learning need."
    most = named(needs["theme"], most=None)
    return f"{told} On: {most}." if most else told


def from_figures(asked: Asked) -> str | None:
    """New actions that performance figures led to, by theme; of named figures those on a theme of theirs."""
    new = _raised(asked)
    new = new[new["source"] == "indicator"]
    if new.empty:
        return None
    told = f"{are(len(new), 'new action', 'new actions')} came from performance figures"
    themes = {
        rule.theme for rule in asked.period.framework.indicators if rule.indicator_id in asked.names
    } - {None}
    if not themes:
        return f"{told}: {named(new['theme'])}."
    own = new.loc[new["theme"].isin(list(themes)), "theme"]
    about = named(own, most=None) or "none"
    return f"{told}; on a theme of these figures ({', '.join(sorted(map(str, themes)))}): {about}."


def _projects(asked: Asked) -> pd.DataFrame:
    return asked.period.store.table("project")


def research(asked: Asked) -> str | None:
    """Research and evaluations on record, and the actions that rest on them."""
    table = asked.period.learning.research
    if table.empty:
        return None
    behind, used = int(table["actions"].sum()), int((table["actions"] > 0).sum())
    undated, later = int(table["on"].isna().sum()), int((table["on"] > pd.Timestamp(asked.end)).sum())
    parts = [f"{count_words(undated)} of them without a date"] if undated else []
    parts += [f"{count_words(later)} still to come"] if later else []
    pieces = ", ".join([f"{are(len(table), 'piece', 'pieces')} of research and evaluation", *parts])
    rest = f"{are(behind, 'action rests', 'actions rest')} on {count_words(used)} of them"
    early = int(table["before"].sum())
    rest += f" ({count_words(early)} of these actions raised before the work was reported)" if early else ""
    return f"{pieces}; {rest if behind else 'no action rests on them'}."


def _asked_for(asked: Asked) -> pd.DataFrame:
    work = _projects(asked)
    return work[(work["block"] == "audit") & work["requested_by_post"].notna()]


def requested(asked: Asked) -> str | None:
    """Audits that somebody asked for, how many were reported back, and each with who asked and its day."""
    wanted = _asked_for(asked)
    if wanted.empty:
        return None
    back, now = int(wanted["reported_on"].notna().sum()), len(asked.within(wanted, "on"))
    asked_for = are(len(wanted), "audit was", "audits were")
    told = (
        f"{asked_for} asked for, {count_words(now)} of them for these days; {are(back, 'has', 'have')} been "
        "reported"
    )
    told += f", the last on {long_date(wanted['reported_on'].max())}." if back else "."
    rows = wanted.sort_values(["on", "title"]).to_dict("records")
    return f"{told} One by one: {'; '.join(_asked_piece(row) for row in rows)}."


def _asked_piece(row: dict[Any, Any]) -> str:
    title = "work without a reviewed title" if pd.isna(row["title"]) else str(row["title"])
    who = "another post" if row["requested_by_post"] == OTHER else row["requested_by_post"]
    theme, day, back = row["theme"], row["on"], row["reported_on"]
    parts = [title, f"asked for by {who}"]
    parts += [f"on {theme}"] if pd.notna(theme) and theme != OTHER else []
    parts += [f"for {long_date(day)}"] if pd.notna(day) else []
    parts.append("not reported yet" if pd.isna(back) else f"reported on {long_date(back)}")
    return ", ".join(parts)


def who_asked(asked: Asked) -> str | None:
    """Posts that asked for audits; of the posts of duties that a heading names how many, or that none."""
    if asked.duties:
        who = sorted(set().union(*(duty.posts for duty in asked.duties)))
        count = int(_asked_for(asked)["requested_by_post"].isin(who).sum())
        many = count_words(count) if count else "none"
        return f"Audits on record that were asked for by {', '.join(who)}: {many}."
    posts = named(_asked_for(asked)["requested_by_post"])
    return f"Asked for by: {posts}." if posts else None


def took_part(asked: Asked) -> str | None:
    """In how many pieces of work up to the report's end children, families, partners and staff took part."""
    told, pieces = _parts_taken(asked, asked.work), are(len(asked.work), "piece", "pieces")
    return (
        f"In {pieces} of work of the programme up to {long_date(asked.end)} took part: {'; '.join(told)}."
        if told
        else None
    )


def took_part_by_kind(asked: Asked) -> str | None:
    """In how many pieces of each kind of work children, families, partners and staff took part."""
    told = [
        f"{block} ({count_words(len(pieces))}), {', '.join(parts)}"
        for block, pieces in asked.work.groupby("block", sort=True)
        if (parts := _parts_taken(asked, pieces))
    ]
    return f"Took part in work on the programme, by its kind: {'; '.join(told)}." if told else None


def _parts_taken(asked: Asked, work: pd.DataFrame) -> list[str]:
    """In how many of these pieces each took part; empty where nobody did."""
    own = asked.period.framework.words.model_dump()
    counts = {who: int(work[f"{who}_took_part"].fillna(False).astype(bool).sum()) for who in _PARTS}
    told = [f"{own.get(who, who)} in {count_words(count)}" for who, count in counts.items()]
    return told if any(counts.values()) else []


def outline(asked: Asked) -> str | None:
    """New work that was agreed, and that waits to be."""
    work = _projects(asked)
    if work.empty:
        return None
    agreed = int(work["agreed_on"].notna().sum())
    return f"{count_of(agreed, len(work))} pieces of work are agreed; the others are proposed."
