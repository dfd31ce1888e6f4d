"""Answers about what a heading names, and what goes on from period to period."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pandas as pd

from qaf_lib.dates import add_months, previous_period
from qaf_lib.display.words import are, count_of, count_words, long_date, percent
from qaf_lib.frameworks import Duty, Question
from qaf_lib.pages.framework.asked import Asked, named
from qaf_lib.pages.framework.of_papers import differs_words, figure_words
from qaf_lib.pages.grades.findings import FEWEST_AUDITS
from qaf_lib.pages.grades.how_audited import answers_that_count
from qaf_lib.pages.moderation.auditors import audits_not_independent
from qaf_lib.pages.store import random_audits

_PERIODS = 4


def questions(asked: Asked) -> str | None:
    """How the audits of the days answered each question that the heading names, however picked.

    Where the heading names types of audit too, those of these types alone.
    """
    kinds = _kinds(asked)
    told = _answered(asked, kinds)
    if kinds:
        return f"Of audits of this kind ({', '.join(kinds.values())}){asked.since}: {told}." if told else None
    return f"Of the audits{asked.since} that ask it, however picked: {told}." if told else None


def questions_of_posts(asked: Asked) -> str | None:
    """The same of the audits of the days that holders of the named duties made, of the duties' kinds."""
    told = []
    for duty in asked.duties:
        audits = asked.audits_for(duty)
        found = _answered(asked, audits=audits)
        words = asked.period.framework.words
        many = are(len(audits), words.audit, words.audits)
        told += (
            [f"Of {many} by holders of that duty: {found}.{_elsewhere(asked, duty, audits)}"] if found else []
        )
    return " ".join(told) or None


def _elsewhere(asked: Asked, duty: Duty, audits: pd.DataFrame) -> str:
    """Of how many of the audits team and service were the auditor's own, where the rules keep these apart."""
    rules = [
        rule for rule in asked.period.framework.independence if set(duty.audit_types) & set(rule.audit_types)
    ]
    if not any(rule.not_own_service and set(duty.roles) <= set(rule.roles or duty.roles) for rule in rules):
        return ""
    broken = audits_not_independent(asked.period.store)
    own = broken[broken["rule"].isin(["own case", "own team", "own service"])]
    apart = int((audits["team_id"].notna() & ~audits["audit_id"].isin(own["audit_id"])).sum())
    words = asked.period.framework.words
    than = f"another {words.team} and {words.service} than the auditor's"
    return f" {count_of(apart, len(audits))} were of {than}."


def _kinds(asked: Asked) -> dict[str, str]:
    """Types of audit that the heading names, with their labels."""
    return {kind.name: kind.label for kind in asked.period.framework.audit_types if kind.name in asked.names}


def questions_of_year(asked: Asked) -> str | None:
    """The same of the twelve months up to the end of the report."""
    first = add_months(asked.end, -12) + timedelta(days=1)
    told = _answered(replace(asked, start=first))
    return f"Of the audits since {long_date(first)} that ask it, however picked: {told}." if told else None


def _answered(asked: Asked, kinds: Collection[str] = (), audits: pd.DataFrame | None = None) -> str:
    audits = asked.audits if audits is None else audits
    if kinds:
        audits = audits[audits["audit_type"].isin(list(kinds))]
    given = answers_that_count(asked.period.store)
    given = given[given["audit_id"].isin(audits["audit_id"])]
    told = [
        f"{question.label}, {count_of(int(own.isin(best).sum()), len(own))} {label}"
        for question, best, label in named_questions(asked)
        if len(own := given.loc[given["question_id"] == question.question_id, "answer"])
    ]
    return "; ".join(told)


def questions_before(asked: Asked) -> str | None:
    """Each named question in the last four periods, in audits picked at random; of a whole period alone.

    Where the heading names types of audit too, in the audits of these types however they came up.
    """
    store, kinds = asked.period.store, _kinds(asked)
    if not asked.whole or not (kinds or store.estimating):
        return None
    if kinds:
        made = store.audits[store.audits["audit_type"].isin(list(kinds))]
    else:
        made = pd.concat([random_audits(store, view) for view in store.estimating], ignore_index=True)
    days = made.drop_duplicates("audit_id")[["audit_id", "audited_on"]]
    given, spans = answers_that_count(store).merge(days, on="audit_id"), [store.span]
    while len(spans) < _PERIODS:
        spans.insert(0, previous_period(spans[0]))
    told = []
    for question, best, label in named_questions(asked):
        own = given[given["question_id"] == question.question_id]
        days = [own["audited_on"].between(pd.Timestamp(one.start), pd.Timestamp(one.end)) for one in spans]
        shares = [
            f"{one.label} {count_of(int(rows['answer'].isin(best).sum()), len(rows))}"
            for one, inside in zip(spans, days, strict=True)
            if len(rows := own[inside.fillna(False).astype(bool)])
        ]
        if len(shares) > 1:
            told.append(f"{question.label}, {label}: {', '.join(shares)}")
    if not told:
        return None
    audits = asked.period.framework.words.audits
    of = f"{audits} of this kind ({', '.join(kinds.values())})" if kinds else f"{audits} picked at random"
    return (
        f"Period by period, {of}: {'; '.join(told)}. Counts without weights; with fewer than six periods no "
        "rule can tell a trend from chance."
    )


def named_questions(asked: Asked) -> Iterator[tuple[Question, list[str], str]]:
    """Each question that is named, its best answers and what they are called."""
    band = asked.period.framework.scale.headline
    for tool in asked.period.framework.tools:
        for question in tool.questions:
            if question.question_id in asked.names:
                best = question.scale[-1:]
                word = best[0] if best else band.label
                word = f'answered "{word}"' if word[:1].isdigit() else word
                yield question, best or list(band.grades), word


def figures(asked: Asked) -> str | None:
    """The period's figure of each indicator that the heading names; at the end of the period alone."""
    if asked.end != asked.period.span.end:
        return None
    found = asked.period.indicators
    shares = found.current[found.current["measure"] == "share"].dropna(subset=["estimate"])
    rows = shares[shares["row_key"].isin(asked.names)]
    told = [
        figure_words(asked, row, f"; {_against(row, found.targets[str(row['row_key'])])}")
        + differs_words(asked, row)
        for row in rows.to_dict("records")
    ]
    return f"{'; '.join(told)}." if told else None


def _against(row: dict[Hashable, Any], target: float | None) -> str:
    return "no target" if target is None else f"target {percent(target)}, {row['method']}"


def figures_of_year(asked: Asked) -> str | None:
    """Each named indicator over the last four periods together, where it has figures; at the period's end."""
    history, labels, told = asked.period.indicators.history, asked.period.indicators.labels, []
    spans = [asked.period.span]
    while len(spans) < _PERIODS:
        spans.insert(0, previous_period(spans[0]))
    known = history[history["measure"].isin([one.label for one in spans])].dropna(subset=["estimate"])
    for name in asked.names:
        own = known[known["row_key"] == name]
        if len(own):
            of = count_of(int(own["x"].sum()), int(own["n"].sum()))
            told.append(f"{labels[name]}, {of} ({count_of(len(own), _PERIODS)} quarters have a figure)")
    if not told or asked.end != asked.period.span.end:
        return None
    return f"Since {long_date(spans[0].start)}: {'; '.join(told)}."


def reached_by_service(asked: Asked) -> str | None:
    """How many people or cases each named rule of coverage has reached in each service, as asked so far."""
    if asked.end != asked.period.span.end:
        return None
    told = []
    for rule in asked.period.practice.coverage:
        table = rule.so_far_by_service if len(rule.so_far_by_service) else rule.by_service
        if rule.name in asked.names and len(table) > 1:
            places = table.iloc[1:].itertuples()
            parts = ", ".join(f"{row.row_key} {count_of(int(row.x), int(row.n))}" for row in places)
            told.append(f"{rule.label}, by {asked.period.framework.words.service}: {parts}.")
    return " ".join(told) or None


def reached(asked: Asked) -> str | None:
    """How many people or cases each named rule of coverage or training has reached, as asked so far."""
    if asked.end != asked.period.span.end:
        return None
    told = []
    for rule in asked.period.practice.coverage:
        if rule.name in asked.names:
            table = rule.so_far_by_service if len(rule.so_far_by_service) else rule.by_service
            paced = ", as often as the year so far asks" if len(rule.so_far_by_service) else ""
            whole = table.iloc[0]
            told.append(f"{rule.label}{paced}, {count_of(int(whole['x']), int(whole['n']))}")
    cells = {(row.row_key, row.measure): int(row.x) for row in asked.period.trained.itertuples()}
    told += [
        f"{rule.label}, {count_of(cells[rule.name, 'trained'], cells[rule.name, 'people'])}"
        for rule in asked.period.framework.trained
        if rule.name in asked.names and (rule.name, "people") in cells
    ]
    return f"{'; '.join(told)}." if told else None


def reached_by_locality(asked: Asked) -> str | None:
    """The same by locality; none where the teams name no localities."""
    table, labels = asked.period.localities.coverage, asked.period.localities.rules
    if asked.end != asked.period.span.end:
        return None
    told = []
    for name in asked.names:
        own = table[table["measure"] == name] if len(table) else table
        places = [f"{row.row_key} {count_of(int(row.x), int(row.n))}" for row in own.itertuples()]
        told += [f"{labels[name]}: {', '.join(places)}."] if places else []
    return " ".join(told) or None


def lists(asked: Asked) -> str | None:
    """How many cases stand on each list that the heading names, and how many were looked at."""
    if asked.end != asked.period.span.end:
        return None
    told = []
    for listed in asked.period.census:
        row = listed.counts.set_index("measure").loc["looked_at"]
        if listed.name in asked.names:
            away = (
                f", {count_words(listed.a_year)} of them in care for 12 months or more"
                if listed.a_year
                else ""
            )
            seen = "" if pd.isna(row["x"]) else f"; {count_of(int(row['x']), int(row['n']))} looked at"
            told.append(f"{listed.label}: {count_words(int(row['n']))}{away}{seen}.")
    return " ".join(told) or None


def followed_up(asked: Asked) -> str | None:
    """In how many audits what the heading names was recorded afterwards, and by how many a deadline was kept.

    At the end of the period alone.
    """
    labels = {rule.name: rule.label for rule in asked.period.framework.follow_ups}
    if asked.end != asked.period.span.end:
        return None
    told = [
        f"{labels[str(row.row_key)]}, {count_of(int(row.x), int(row.n))}"
        for row in asked.period.practice.follow_ups.itertuples()
        if row.row_key in asked.names and row.n
    ]
    kept = asked.period.practice.deadlines
    for name, label in asked.period.practice.deadline_labels.items():
        counts = kept[kept["row_key"] == name].set_index("measure")["x"].astype(int)
        if name in asked.names and counts.sum():
            counts = counts.rename({"no start recorded": "with no day on record to go by"})
            parts = ", ".join(f"{count_words(n)} {state}" for state, n in counts.items() if n)
            told.append(f"{label}: {parts}")
    return f"{'; '.join(told)}." if told else None


def audits_by_theme(asked: Asked) -> str | None:
    """What audits of the named kinds found, by the theme that their round was about."""
    made = asked.audits
    told = []
    for name, label in _kinds(asked).items():
        audits = made[made["audit_type"] == name]
        if len(audits) < FEWEST_AUDITS:
            continue
        found = next((one for one in asked.period.findings.found if one.audit_type == name), None)
        first = f", the first on {long_date(audits['audited_on'].min())}" if asked.since else ""
        line = f"{are(len(audits), 'audit', 'audits')} ({label}){asked.since}{first}{_graded(asked, audits)}"
        line += f", on: {named(audits['theme'])}." if audits["theme"].notna().any() else "."
        if found is not None and asked.whole and not asked.since:
            line += _on_theme(asked, found.themes, audits)
        told.append(line)
    return " ".join(told) or None


def themed_audits(asked: Asked) -> str | None:
    """Audits chosen for a theme, of kinds that the heading does not name, by kind and theme."""
    kinds = asked.period.framework.audit_labels
    chosen = asked.audits[asked.audits["selection"] == "themed"].dropna(subset="theme")
    chosen = chosen[~chosen["audit_type"].isin(asked.names)]
    told = [
        f"{are(len(own), 'audit', 'audits')} ({kinds[str(name)]}) chosen for a theme"
        f"{_graded(asked, own)}, on: {named(own['theme'], most=None)}."
        for name, own in chosen.groupby("audit_type", sort=True)
    ]
    return " ".join(told) or None


def _graded(asked: Asked, audits: pd.DataFrame) -> str:
    """How many of the graded ones stand in the headline band."""
    band, grades = asked.period.framework.scale.headline, audits["overall_grade"].dropna()
    good = count_of(int(grades.isin(list(band.grades)).sum()), len(grades))
    return f", {good} {band.label}" if len(grades) else ""


def _on_theme(asked: Asked, together: pd.DataFrame, audits: pd.DataFrame) -> str:
    """Of each theme's audits the grades on that theme, else its checks, else all their answers together."""
    rules, counts = asked.period.framework, audits["theme"].value_counts()
    band, sparse = rules.scale.headline, audits["theme"].isin(counts[counts < FEWEST_AUDITS].index)
    grades = {question_id: list(band.grades) for question_id in rules.questions()}
    checks = {
        question.question_id: question.scale[-1:] for question in rules.every_question if question.scale
    }
    left, told = audits[~sparse], ""
    for best, word in ((grades, band.label), (checks, "met")):
        found = _answered_on_theme(asked, left, best)
        told += f" On the theme itself {word}: {', '.join(found.values())}." if found else ""
        left = left[~left["theme"].isin(list(found))]
    cells = together[together["row_key"].isin(left["theme"].dropna())]
    cells = cells.pivot_table(index="row_key", columns="measure", values="x", aggfunc="sum", sort=False)
    parts = [
        f"{theme} {count_of(int(row['met']), int(row[['met', 'partly met', 'not met']].sum()))}"
        for theme, row in cells.iterrows()
    ]
    told += (
        f" With no answer on the theme itself, all answers that were met: {', '.join(parts)}."
        if parts
        else ""
    )
    few = named(audits["theme"].where(sparse), most=None)
    return told + (f" With fewer than {FEWEST_AUDITS} audits, not said: {few}." if few else "")


def _answered_on_theme(asked: Asked, audits: pd.DataFrame, best: Mapping[str, list[str]]) -> dict[str, str]:
    """By theme, how many answers to the given questions on it are among the best; themes without any not."""
    themes = asked.period.framework.theme_of
    given = answers_that_count(asked.period.store)
    given = given.loc[given["question_id"].isin(list(best)), ["audit_id", "question_id", "answer"]]
    given = given.merge(audits[["audit_id", "theme"]], on="audit_id")
    own = given[given["question_id"].map(themes).eq(given["theme"]).fillna(False).astype(bool)]
    pairs = zip(own["question_id"], own["answer"], strict=True)
    met = pd.Series([answer in best[question] for question, answer in pairs], own.index, dtype=bool)
    found = met.groupby(own["theme"], sort=True)
    return {str(theme): f"{theme} {count_of(int(part.sum()), len(part))}" for theme, part in found}


def closed(asked: Asked) -> str | None:
    """Actions closed in the period, of those open at its start or raised in it; of a whole period alone."""
    table = asked.period.actions.carried
    rows = table[table["row_key"] == asked.period.span.label].set_index("measure")["x"]
    if not asked.whole or rows.empty:
        return None
    there = int(rows["open_at_start"] + rows["new"] + rows["reopened"])
    if not there:
        return None
    return (
        f"{count_of(int(rows['closed']), there)} actions that were open in the period are closed, "
        f"{count_words(int(rows['open_at_end']))} go on."
    )


def proposed(asked: Asked) -> str | None:
    """New work that nobody has agreed to yet, by title, and how much of it is dated all the same."""
    work = asked.period.store.table("project")
    waits = work[work["agreed_on"].isna()]
    if work.empty:
        return None
    if waits.empty:
        return "No new work waits to be agreed."
    titles = sorted(waits["title"].astype("string").fillna("work without a reviewed title"))
    begun = int((waits["on"] <= pd.Timestamp(asked.end)).fillna(False).sum())
    told = f"{are(len(waits), 'piece', 'pieces')} of new work to be agreed or refused: {'; '.join(titles)}."
    early = are(begun, "piece has", "pieces have")
    return f"{told} {early} a day that has come, without being agreed." if begun else told


def programme_kept(asked: Asked) -> str | None:
    """Audit work that the programme dates in the report's days, and how much of it is reported."""
    work = asked.table("project", "on")
    work = work[work["block"] == "audit"]
    if work.empty:
        return None
    told = int(work["reported_on"].notna().sum())
    silent = sorted(
        work.loc[work["reported_on"].isna(), "title"].astype("string").fillna("work without a reviewed title")
    )
    left = f" Not reported: {'; '.join(silent)}." if silent else ""
    kept = f"{count_of(told, len(work))} pieces of audit work dated in these days are reported."
    return f"{kept}{left}"
